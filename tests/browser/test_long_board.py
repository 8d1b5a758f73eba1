"""A board of hundreds of cards: what is out of sight is not in the document, and nobody notices."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.operation import TestOperation
from tests.support.seats import PHONE, Seat, at_once
from tests.support.servers import Room
from workspace.commands.claims import claim_lead, release_lead
from workspace.model import Lead

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_IN_DOCUMENT = 60
LEADS = 800
OPEN = 480


@pytest.fixture(scope="module")
def operation(room: Room) -> TestOperation:
    """An operation with 800 leads, of which 480 are open."""
    made = TestOperation(room.workers)
    made.copy_lead(made.lead(priority=1), LEADS - 1)
    made.change("update lead set age_gap_years = 12 where operation_id = :id and number % 2 = 0", id=made.id)
    return made


@pytest.fixture
def here(chromium: Browser, room: Room, operation: TestOperation) -> Iterator[Seat]:
    """Somebody at its board, with every card loaded."""
    seat = Seat(chromium, room.url)
    seat.provoke(r"/media/faces/")  # rows without pictures
    seat.sign_in(room.app, operation.person("EC"), f"/operations/{operation.id}/board")
    expect(seat.page.locator(".bar .tabs .q").first).to_have_text(str(LEADS))
    seat.until_live()
    yield seat
    seat.context.close()
    seat.check()


def cards(page: Page) -> Locator:
    return page.locator("section:has(#c-open) .card[data-id]")


def scroll(page: Page, top: int) -> None:
    page.locator("section:has(#c-open) .cards").evaluate("(list, top) => { list.scrollTop = top; }", top)


def place(card: Locator) -> int:
    return int(card.get_attribute("aria-posinset") or 0)


def test_cards_that_scroll_out_leave_the_document(here: Seat) -> None:
    assert cards(here.page).count() < MOST_IN_DOCUMENT
    expect(cards(here.page).first).to_have_attribute("aria-setsize", str(OPEN))

    scroll(here.page, 10_000)
    expect(cards(here.page).nth(1)).not_to_have_attribute("aria-posinset", "2")
    scroll(here.page, 10_000_000)

    expect(cards(here.page).last).to_have_attribute("aria-posinset", str(OPEN))
    assert cards(here.page).count() < MOST_IN_DOCUMENT
    places = cards(here.page).evaluate_all("all => all.map((card) => Number(card.getAttribute('aria-posinset')))")
    assert places == sorted(places)


@pytest.mark.parametrize("width", [360, 1024, 1280, 1920])
def test_nothing_of_a_card_reaches_beyond_it(here: Seat, width: int) -> None:
    here.page.set_viewport_size({"width": width, "height": 900})

    wider = here.page.locator(".card[data-id]").evaluate_all(
        "all => all.filter((card) => card.scrollWidth > card.clientWidth + 1).map((card) => card.textContent)"
    )

    assert wider == []


def test_keys_go_through_a_long_column_and_come_back_to_a_card_that_was_scrolled_out(here: Seat) -> None:
    focused = here.page.locator(".card:has(:focus)")
    here.page.locator("h1").click()
    here.page.keyboard.press("n")
    start = place(focused)
    for _ in range(40):
        here.page.keyboard.press("j")
    expect(focused).to_have_attribute("aria-posinset", str(start + 40))
    expect(focused).to_be_in_viewport()

    scroll(here.page, 10_000_000)
    expect(cards(here.page).last).to_have_attribute("aria-posinset", str(OPEN))
    expect(focused).to_have_attribute("aria-posinset", str(start + 40))
    here.page.keyboard.press("k")

    expect(focused).to_have_attribute("aria-posinset", str(start + 39))
    expect(focused).to_be_in_viewport()


def test_enter_opens_what_the_keys_before_it_pointed_at_before_the_focus_has_followed(here: Seat) -> None:
    here.page.locator("h1").click()
    here.page.keyboard.press("n")
    column = here.page.locator("section:has(.card :focus)")
    start = place(column.locator(".card:has(:focus)"))
    third = column.locator(f".card[aria-posinset='{start + 2}']").get_attribute("data-id")

    assert at_once(here.page, "j", "j", "Enter") == [True, True, True]

    here.page.wait_for_url(f"**/leads/{third}")


def test_a_claim_above_moves_every_card_below_by_one(here: Seat, room: Room, operation: TestOperation) -> None:
    top = UUID(cards(here.page).first.get_attribute("data-id"))
    scroll(here.page, 5_000)
    expect(cards(here.page).last).not_to_have_attribute("aria-posinset", "20")

    other = operation.person("PE")
    with room.app.write(other) as tx:
        claim_lead(tx, top)

    expect(here.page.locator("section:has(#c-claimed) .card[data-id]")).to_have_attribute("data-id", str(top))
    expect(cards(here.page).last).to_have_attribute("aria-setsize", str(OPEN - 1))
    with room.app.write(other) as tx:
        release_lead(tx, top, token=operation.row(Lead, top).claim_token)


def test_a_telephone_scrolls_the_column_that_is_chosen(here: Seat) -> None:
    here.page.set_viewport_size(PHONE)

    scroll(here.page, 10_000_000)
    expect(cards(here.page).last).to_have_attribute("aria-posinset", str(OPEN))
    here.page.locator(".coltabs .st-assessed").click()

    shown = here.page.locator("section:has(#c-assessed) .card[data-id]")
    expect(shown.first).to_be_in_viewport()
    assert shown.count() < MOST_IN_DOCUMENT


def test_a_card_opens_on_a_click_anywhere_but_its_buttons(here: Seat) -> None:
    card = cards(here.page).nth(2)
    lead = card.get_attribute("data-id")
    card.hover()
    box, button = card.bounding_box(), card.locator(".card-claim").bounding_box()
    assert box
    assert button

    here.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    here.page.wait_for_url(f"**/leads/{lead}")


def test_views_filters_and_the_palette_are_there_on_a_telephone(here: Seat) -> None:
    here.page.set_viewport_size(PHONE)

    here.page.get_by_role("button", name="Second opinion wanted").click()
    expect(here.page.locator(".coltabs .st-open .q")).to_have_text("0")
    here.page.get_by_role("button", name="All", exact=False).first.click()
    here.page.get_by_label("Kind", exact=True).select_option("clue")
    expect(here.page.locator(".coltabs .st-open .q")).to_have_text("0")
    here.page.get_by_role("button", name="Clear").click()
    here.page.get_by_role("button", name="Find or do").click()
    expect(here.page.get_by_role("dialog")).to_be_visible()
    assert here.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
