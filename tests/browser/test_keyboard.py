"""Leads judged by keyboard alone: keys are counted, and what is missing is gone to in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.support.operation import TestOperation
from tests.support.seats import Seat
from tests.support.servers import Room
from workspace.model import Assessment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LEADS = 7
"""One after the other, each claimed, judged, signed and left for the next."""
MOST_KEYS = 14
"""From the claim to the next lead, without looking and the words of Why."""


@pytest.fixture
def operation(room: Room) -> TestOperation:
    """An operation with one lead more than are judged."""
    made = TestOperation(room.workers)
    for _ in range(LEADS + 1):
        made.lead()
    return made


@pytest.fixture
def here(chromium: Browser, room: Room, operation: TestOperation) -> Iterator[Seat]:
    """An examiner at the board, narrowed to one kind."""
    seat = Seat(chromium, room.url)
    seat.provoke(r"/media/faces/")  # rows without pictures
    seat.sign_in(room.app, operation.person("EC"), f"/operations/{operation.id}/board?kind=same_face")
    seat.until_live()
    yield seat
    seat.context.close()
    seat.check()


@dataclass
class Keys:
    """Presses keys and counts them."""

    page: Page
    count: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def first_lead(page: Page) -> None:
    """From the board to its best lead."""
    page.locator(".card[data-id]").first.wait_for()
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.locator(".card:has(:focus)")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/**", wait_until="commit")


def claim(page: Page, keys: Keys) -> None:
    """Claim the lead once the page offers it."""
    page.get_by_role("button", name="Claim", exact=False).first.wait_for()
    keys.press("c")
    page.locator("#why").wait_for()


def test_leads_are_judged_by_keyboard_with_at_most_fourteen_keys_each(
    here: Seat, room: Room, operation: TestOperation
) -> None:
    page = here.page
    first_lead(page)
    used = []
    for _ in range(LEADS):
        here.until_live()
        before = page.url
        keys = Keys(page)
        claim(page, keys)
        here.look()
        keys.press("Shift+Digit7", *"789877897", "2")
        expect(page.locator("#why")).to_be_focused()
        page.keyboard.type("The nose agrees.")
        keys.press("Control+Enter")
        page.get_by_role("button", name="Undo").wait_for()
        keys.press("n")
        expect(page).not_to_have_url(before)
        page.wait_for_load_state("load")
        used.append(keys.count)

    assert max(used) <= MOST_KEYS
    assert "kind=same_face" in page.url
    page.keyboard.press("b")
    page.wait_for_url("**/board?kind=same_face*")
    with room.workers.read(operation.service_id) as view:
        signed = view.session.execute(
            select(Assessment.suitability, Assessment.opinion, Assessment.reason).where(
                Assessment.operation_id == operation.id
            )
        ).all()
    assert signed == [(["suitable", "suitable"], 2, "The nose agrees.")] * LEADS


def test_ctrl_enter_goes_through_what_is_missing_in_the_order_of_the_page(here: Seat) -> None:
    page = here.page
    first_lead(page)
    here.until_live()
    claim(page, Keys(page))

    for missing in ("hold", "hold", "row-0", "row-1", "row-2", "opinion-1", "why"):
        page.keyboard.press("Control+Enter")
        expect(page.locator(f"[id='{missing}']")).to_be_focused()

    expect(page.locator("[data-missing]")).to_contain_text("Not signed. 7 things are missing.")
    expect(page.locator("[data-missing]")).to_contain_text("9 features are not judged: 1, 2, 3, 4, 5, 6, 7, 8, 9.")
    page.keyboard.press("Escape")
    here.look()
    page.keyboard.press("Shift+Digit7")
    page.keyboard.press("Shift+Digit9")
    page.keyboard.press("3")
    page.keyboard.type("So it is.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Why names none of the features.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Undo").wait_for()
