"""The islands in a real browser, over real sockets: what two people see of each other, what a veil hides, what a lost
line shows."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.broken_words import broken_words
from tests.support.operation import Side, TestOperation
from tests.support.opinions import look
from tests.support.played_week import PlayedWeek
from tests.support.referral_steps import ReferralSteps
from tests.support.seats import PHONE
from tests.support.waiting import until_on
from tests.web.conftest import Enter
from workspace.commands.claims import claim_lead, take_over_lead
from workspace.model import Face, LeadEvidence
from workspace.model.database import Database

pytestmark = pytest.mark.browser

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def board(operation: TestOperation) -> str:
    return f"/operations/{operation.id}/board"


def card(page: Page, lead: object) -> Any:
    return page.locator(f'[data-id="{lead}"]')


def await_words(place: Any, words: str) -> None:
    """Wait for words in a card; the browser may not have laid it out yet, so what it shows is not asked."""
    place.filter(has_text=words).wait_for(state="attached")


def test_a_claim_by_key_is_on_the_other_board_without_loading_it(operation: TestOperation, enter: Enter) -> None:
    lead, here, there = operation.lead(), operation.person("EC"), operation.person("PE")
    mine, other = enter(here, board(operation)), enter(there, board(operation))
    card(other, lead).wait_for()

    card(mine, lead).locator(".card-id").focus()
    mine.keyboard.press("c")

    other.locator("section:has(#c-claimed)").locator(f'[data-id="{lead}"]').wait_for()
    await_words(card(other, lead), "EC · specialist 1")
    await_words(card(mine, lead).locator(".card-foot"), "You")
    assert mine.faults == other.faults == []  # type: ignore[attr-defined]


def test_whoever_loses_the_race_reads_the_winner_on_the_card(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    lead, here, there = operation.lead(), operation.person("EC"), operation.person("PE")
    page = enter(here, board(operation))
    card(page, lead).wait_for()

    def somebody_is_faster(route: Route) -> None:
        with database.write(there) as tx:
            claim_lead(tx, lead)
        route.continue_()

    page.route("**/claim", somebody_is_faster)
    card(page, lead).hover()
    card(page, lead).locator("button").click()

    page.get_by_text("PE · specialist 1 was first").first.wait_for()
    page.locator("#announcer", has_text="PE · specialist 1").wait_for(state="attached")


def test_a_lost_line_is_told_and_what_was_missed_afterwards(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    lead, here, there = operation.lead(), operation.person("EC"), operation.person("PE")
    page = enter(here, board(operation))
    card(page, lead).wait_for()  # nothing can be missed before the board was there
    page.locator("[data-live]").get_by_text("Live", exact=True).wait_for()

    page.context.set_offline(True)
    page.get_by_text("What is loaded can be read; changes cannot be made.").wait_for()
    expect(page.locator("[data-live]")).to_have_text("No connection")
    with database.write(there) as tx:
        claim_lead(tx, lead)
    page.context.set_offline(False)

    page.get_by_text("1 change while you were away.").wait_for()
    await_words(card(page, lead), "PE · specialist 1")


def test_pictures_are_asked_for_only_while_the_key_is_held(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC"), f"/operations/{operation.id}/leads/{lead}")
    page.locator(".surface image").nth(1).wait_for(state="attached")

    def shown() -> list[str]:
        return [str(image.get_attribute("href")) for image in page.locator(".surface image").all()]

    assert all(address.endswith("/veiled") for address in shown())
    page.keyboard.down(" ")
    page.locator('.surface image[href$="/clear"]').nth(1).wait_for(state="attached")
    page.keyboard.up(" ")
    page.locator('.surface image[href$="/veiled"]').nth(1).wait_for(state="attached")

    assert all(address.endswith("/veiled") for address in shown())
    page.locator(".hist").get_by_text("claimed").wait_for(state="detached")
    assert page.faults == []  # type: ignore[attr-defined]


def test_an_opinion_is_signed_and_taken_back_by_keys_alone(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead()
    look(operation.workers, lead, operation.person("EC"))
    page = enter(operation.person("EC"), f"/operations/{operation.id}/leads/{lead}")
    page.get_by_role("button", name="Claim").first.wait_for()

    page.keyboard.press("c")
    page.locator("#why").wait_for()
    page.keyboard.press("Shift+Digit7")
    page.keyboard.press("Shift+Digit9")
    page.keyboard.press("2")
    page.locator("#why").fill("Both ears agree.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Undo").wait_for()
    page.keyboard.press("u")

    page.locator("#why").wait_for()
    expect(page.locator("#why")).to_have_value("Both ears agree.")
    expect(page.locator('input[name="opinion"][value="2"]')).to_be_checked()
    expect(page.locator("text=0.61")).to_have_count(0)


def test_a_closed_side_shows_its_country_and_nothing_else(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead("EC", Side("PE", sharing="agency"))
    page = enter(operation.person("EC"), f"/operations/{operation.id}/leads/{lead}")

    page.get_by_text("Match with restricted material of PE").wait_for()

    expect(page.locator(".surface")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("PE-D-")


def test_a_claim_that_another_ends_is_told_with_its_reason_and_what_was_written(
    operation: TestOperation, enter: Enter, database: Database
) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC"), f"/operations/{operation.id}/leads/{lead}")
    page.get_by_role("button", name="Claim").first.wait_for()
    page.keyboard.press("c")
    page.locator("#why").fill("Both ears agree.")

    with database.write(operation.person("EC", "country_lead")) as tx:
        take_over_lead(tx, lead, reason="the shift ends")

    told = page.locator("[data-ended]")
    told.get_by_text("You no longer hold this lead; your draft is kept.").wait_for()
    expect(told).to_contain_text("the shift ends")
    told.get_by_text("What you had written").click()
    told.get_by_text("Both ears agree.").wait_for()
    page.keyboard.press("c")
    page.locator("#why").wait_for()
    expect(page.locator("#why")).to_have_value("Both ears agree.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Release").click()
    page.get_by_text("Nobody holds this lead.").wait_for()
    expect(told).to_have_count(0)


def test_a_draft_that_could_not_be_sent_is_sent_again_until_it_was(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead()
    page = enter(operation.person("EC"), f"/operations/{operation.id}/leads/{lead}")
    page.get_by_role("button", name="Claim").first.wait_for()
    page.keyboard.press("c")
    page.locator("#why").wait_for()
    page.route("**/api/v1/drafts", lambda route: route.fulfill(status=503))

    page.locator("#why").fill("Both ears agree.")

    page.get_by_text("Not sent yet").wait_for()
    page.unroute("**/api/v1/drafts")
    page.get_by_text("draft saved").wait_for()
    expect(page.get_by_text("Not sent yet")).to_have_count(0)


def test_a_side_can_be_seen_whole_and_by_its_persons_other_faces(operation: TestOperation, enter: Enter) -> None:
    lead, elsewhere = operation.lead(), operation.lead("EC", "CL")
    mine, other = _face(operation, lead, 1), _face(operation, elsewhere, 1)
    operation.change(
        "update face set person_id = :person where id = :id", person=operation.row(Face, mine).person_id, id=other
    )
    page = enter(operation.person("EC"), f"/operations/{operation.id}/leads/{lead}")
    picture = page.locator(".surface image").first
    pictures = page.get_by_role("group", name="Pictures of").first

    pictures.get_by_role("button", name="face 2 of 2").press("Enter")
    page.locator(f'.surface image[href="/media/faces/{other}/veiled"]').wait_for(state="attached")
    before = operation.kinds().count("media:viewed")
    pictures.get_by_role("button", name="Whole picture").press("Enter")
    page.locator('.surface image[href^="/media/items/"]').wait_for(state="attached")
    page.get_by_role("button", name="Show 30 s").click()
    page.locator('.surface image[href^="/media/items/"][href$="/clear"]').wait_for(state="attached")

    until_on(page, lambda: operation.kinds().count("media:viewed") == before + 2)
    pictures.get_by_role("button", name="face 1 of 2").press("Enter")
    page.locator(f'.surface image[href="/media/faces/{mine}/veiled"]').wait_for(state="attached")
    expect(picture).to_have_attribute("href", re.compile("/veiled$"))
    assert page.faults == []  # type: ignore[attr-defined]


def test_an_opinion_on_files_asks_for_no_features_of_faces(operation: TestOperation, enter: Enter) -> None:
    lead = operation.lead(kind="same_file", score=None, band=None, rank=None)
    page = enter(operation.person("EC"), f"/operations/{operation.id}/leads/{lead}")
    page.get_by_role("button", name="Claim").first.wait_for()

    page.keyboard.press("c")

    page.get_by_text("Strong support: they belong together").wait_for()
    for words in ("Ears", "same person"):
        expect(page.get_by_text(words)).to_have_count(0)


def test_a_candidate_is_seen_while_its_button_is_held_and_beside_the_probe(
    operation: TestOperation, enter: Enter
) -> None:
    lead = operation.lead()
    probe, candidate = _face(operation, lead, 1), _face(operation, lead, 2)
    operation.change("update lead set stage = 'verified' where id = :id", id=lead)
    page = enter(operation.person("EC"), f"/operations/{operation.id}/search?face={probe}", island=False)
    page.get_by_label("Identify a victim").check()
    page.get_by_label("Legal basis").fill("order 118")
    page.get_by_label("Case reference").fill("EC-2026-1")
    page.get_by_role("button", name="Search", exact=True).click()
    row = page.locator("table.cand tbody tr").first
    clear = f'img[src="/media/faces/{candidate}/clear"]'
    row.wait_for()
    page.locator("html[data-ready]").wait_for()  # the page's script hears no key before
    row.get_by_role("button", name="Hold to see").focus()
    seen = operation.kinds().count("media:viewed")

    page.keyboard.down(" ")
    row.locator(clear).wait_for(state="attached")
    page.keyboard.up(" ")
    row.locator(clear).wait_for(state="detached")
    until_on(page, lambda: operation.kinds().count("media:viewed") == seen + 1)

    row.get_by_role("link", name="Compare").click()
    both = page.locator("[data-veils]")
    show = both.get_by_role("button", name="Show both for 30 s")
    show.wait_for()
    page.locator("html[data-ready]").wait_for()
    show.click()
    both.locator('img[src$="/clear"]').nth(1).wait_for(state="attached")
    until_on(page, lambda: operation.kinds().count("media:viewed") == seen + 3)
    show.click()
    both.locator('img[src$="/clear"]').first.wait_for(state="detached")
    both.get_by_role("button", name="Hold to see both").focus()
    page.keyboard.down("Enter")
    both.locator('img[src$="/clear"]').nth(1).wait_for(state="attached")
    page.keyboard.up("Enter")
    both.locator('img[src$="/clear"]').first.wait_for(state="detached")

    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    assert page.faults == []  # type: ignore[attr-defined]


def _face(operation: TestOperation, lead: UUID, side: int) -> UUID:
    with Session(operation.owner) as session:
        asked = select(LeadEvidence.face_id).where(LeadEvidence.lead_id == lead, LeadEvidence.side == side)
        found = session.scalars(asked).one()
    assert found is not None
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["board", "lead"])
def test_the_islands_break_no_rule_of_accessibility(
    operation: TestOperation, enter: Enter, which: str, scheme: str
) -> None:
    lead = operation.lead(age_gap_years=6, priority=1)
    path = board(operation) if which == "board" else f"/operations/{operation.id}/leads/{lead}"
    page = enter(operation.person("EC"), path, color_scheme=scheme)
    page.locator(".card, .lead-head h1").first.wait_for()

    found = Axe().run(page, options=WCAG)

    assert found.violations_count == 0, found.generate_report()


def test_the_debrief_fits_a_telephone_in_the_longer_language(
    steps: ReferralSteps, enter: Enter, database: Database, workers_database: Database
) -> None:
    week = PlayedWeek(steps, database, workers_database)
    week.play()
    week.reveal()
    person = week.operation.person("CL")
    week.operation.change("update app_user set language = 'es' where id = :person", person=person)

    page = enter(person, f"/operations/{week.operation.id}/debrief", island=False)

    assert broken_words(page) == {}
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # the dictionary of the seats
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert (
        page.evaluate(
            "[...document.querySelectorAll('.panel table')].filter((table) => !table.closest('.scroll-x')).length"
        )
        == 0
    )
