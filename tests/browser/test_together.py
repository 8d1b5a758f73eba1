"""What is done to several chosen media at once: their faces are given to one person, and one clue is opened of all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.operation import TestOperation
from tests.support.seats import Seat
from tests.support.servers import Room

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def operation(room: Room) -> TestOperation:
    """Two persons of EC, each in a medium of its own."""
    made = TestOperation(room.workers)
    made.lead()
    made.lead()
    return made


@pytest.fixture
def here(chromium: Browser, room: Room, operation: TestOperation) -> Iterator[Seat]:
    """An examiner of EC before both chosen tiles of the own material."""
    seat = Seat(chromium, room.url)
    seat.provoke(r"/media/(faces|items)/")  # rows without pictures
    seat.sign_in(room.app, operation.person("EC"), f"/operations/{operation.id}/gallery?country=EC")
    page = seat.page
    expect(page.locator(".tile")).to_have_count(2)
    page.locator(".tile a").first.focus()
    for key in ("x", "ArrowRight", "x"):
        page.keyboard.press(key)
    expect(page.get_by_text("2 tiles chosen")).to_be_visible()
    yield seat
    seat.context.close()
    seat.check()


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page for somebody to look at, where a folder is named."""
    if folder := os.environ.get("CONCORD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_faces_of_the_chosen_become_one_person_and_one_key_takes_it_back(here: Seat, operation: TestOperation) -> None:
    page = here.page

    page.keyboard.press("f")
    expect(page.get_by_text(re.compile("The faces of P-.*, P-.* in 2 of the chosen tiles"))).to_be_visible()
    look_at(page, "give-faces")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator(".undo")).to_contain_text(re.compile("2 faces are P-[0-9]+ now"))
    assert operation.kinds()[-1] == "persons:merged"

    page.keyboard.press("u")
    expect(page.locator(".undo")).to_contain_text("Taken back")
    assert operation.kinds()[-1] == "persons:parted"


def test_one_clue_is_opened_of_the_chosen_and_stands_on_the_page_of_each(here: Seat) -> None:
    page = here.page

    page.get_by_role("link", name="Open a clue").click()
    expect(page.get_by_text("It is seen in 1 further medium that you chose:")).to_be_visible()
    look_at(page, "clue-of-two")
    page.get_by_label("What it shows, or may show").fill("The same wallpaper with blue bears.")
    here.press("Open the clue")
    heading = page.get_by_role("heading", name="Seen in 1 further medium")
    expect(heading).to_be_visible()
    look_at(page, "clue-seen-in")
    number = page.get_by_text(re.compile(r"L-[0-9]{4}")).first.inner_text()

    page.locator("ul.near a").first.click()
    expect(page.get_by_role("link", name=re.search(r"L-[0-9]{4}", number)[0])).to_be_visible()  # type: ignore[index]
    page.go_back()
    here.press("Take off")
    expect(heading).to_have_count(0)
