"""Sentences on the screen are so: what was refused is told for as long as it is, and no translator puts other words in
their place."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.operation import TestOperation
from tests.web.conftest import Enter
from tests.web.test_screens import board, card
from workspace.commands.claims import claim_lead, hand_over_lead, release_lead
from workspace.model.database import Database

pytestmark = pytest.mark.browser

TRANSLATE = """(heeds) => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) if (words.currentNode.data.trim() && words.currentNode.parentElement.checkVisibility()) found.push(words.currentNode);
  for (const text of found) {
    const nearest = text.parentElement.closest('[translate]');
    if (heeds && nearest && nearest.getAttribute('translate') === 'no') continue;
    const font = document.createElement('font');
    font.textContent = `«${text.data}»`;
    text.replaceWith(font);
  }
  return new Promise((done) => setTimeout(() => done(document.querySelectorAll('main font').length)));
}"""
"""What a browser's translation does to a page: other nodes in the place of its texts; how many of them stay."""

STUBBORN = """() => {
  const head = document.querySelector('.lead-head h1');
  const translate = () => {
    const text = head.querySelector('bdi').firstChild;
    if (text.nodeName !== '#text') return;
    const font = document.createElement('font');
    font.textContent = 'otra vez';
    text.replaceWith(font);
  };
  new MutationObserver(translate).observe(head, {childList: true, subtree: true});
  translate();
}"""
"""A translator that does it again as soon as its words are gone."""


def lead_page(operation: TestOperation, lead: UUID) -> str:
    return f"/operations/{operation.id}/leads/{lead}"


def lose(page: Page, database: Database, lead: UUID, winner: int) -> list[int]:
    """Have somebody be faster when this page claims the lead; the winner's token stands in what comes back."""
    tokens: list[int] = []

    def somebody_is_faster(route: Route) -> None:
        with database.write(winner) as tx:
            tokens.append(claim_lead(tx, lead))
        route.continue_()

    page.route("**/claim", somebody_is_faster, times=1)
    return tokens


def test_a_refusal_goes_when_what_it_speaks_of_changes(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    lead, winner, third = operation.lead(), operation.person("EC"), operation.person("CL")
    page = enter(operation.person("PE"), lead_page(operation, lead))
    cards = enter(operation.person("PE", which=2), board(operation))
    red = page.locator(".notice.danger").get_by_text("EC · specialist 1 holds this lead.")

    tokens = lose(page, database, lead, winner)
    page.get_by_role("button", name="Claim", exact=False).first.click()
    red.wait_for()
    expect(page.locator(".lead-head")).to_contain_text("EC · specialist 1 holds this lead")
    with database.write(winner) as tx:
        hand_over_lead(tx, lead, token=tokens[0], to=third)
    expect(page.locator(".lead-head")).to_contain_text("CL · specialist 1 holds this lead")
    expect(red).to_have_count(0)
    with database.write(third) as tx:
        release_lead(tx, lead, token=tokens[0] + 1)
    expect(page.locator(".lead-head")).to_contain_text("Nobody holds this lead.")

    tokens = lose(cards, database, lead, winner)
    card(cards, lead).get_by_role("button", name="Claim", exact=False).click()
    first = card(cards, lead).get_by_text("EC · specialist 1 was first")
    first.wait_for()
    with database.write(winner) as tx:
        hand_over_lead(tx, lead, token=tokens[0], to=third)
    expect(first).to_have_count(0)
    expect(card(cards, lead)).to_contain_text("CL · specialist 1")


@pytest.mark.parametrize("heeds", [True, False], ids=["that heeds translate=no", "that heeds nothing"])
def test_a_translator_leaves_the_screens_words_alone(
    heeds: bool, operation: TestOperation, enter: Enter, database: Database
) -> None:
    lead, other = operation.lead(), operation.person("PE")
    page = enter(operation.person("EC"), lead_page(operation, lead))
    page.locator("#co-body").fill("Mira la oreja.")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator(".comments").get_by_text("Mira la oreja.").wait_for()
    head = page.locator(".lead-head")

    left = page.evaluate(TRANSLATE, heeds)
    assert left == 1  # what a person wrote is translated, and nothing else
    expect(page.locator(".comments font")).to_have_text("«Mira la oreja.»")
    page.get_by_role("button", name="Claim", exact=False).first.click()
    expect(head).to_contain_text("You hold this lead")
    page.evaluate(TRANSLATE, heeds)
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(head).to_contain_text("Nobody holds this lead.")
    page.evaluate(TRANSLATE, heeds)
    with database.write(other) as tx:
        claim_lead(tx, lead)
    expect(head).to_contain_text("PE · specialist 1 holds this lead")
    expect(head).not_to_contain_text("«")
    expect(head.get_by_text("Nobody holds this lead.")).to_have_count(0)
    expect(page.get_by_text("A translator changes the words of this page")).to_have_count(0)

    if not heeds:  # nor is it fought for ever
        page.evaluate(STUBBORN)
        expect(page.get_by_text("A translator changes the words of this page")).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]
