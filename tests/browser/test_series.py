"""A series on screens: claimed, said to be done, and seen by others as it happens; merged and parted again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.exercise_room import Exercise
from tests.support.seats import Seat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Sit = Callable[..., Seat]


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page for somebody to look at, where a folder is named."""
    if folder := os.environ.get("CONCORD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_series_is_worked_on_and_others_see_it_at_once(exercise: Exercise, seat: Sit) -> None:
    number = exercise.one(
        "select s.number from series s join compartment c on c.id = s.compartment_id join agency a on a.id = c.agency_id "
        "where s.operation_id = :id and a.country = 'EC' order by s.number limit 1",
        id=exercise.operation_id,
    )
    name = f"S-{number:04d}"
    watcher = seat("PE · specialist 1", exercise.path("/series"))
    worker = seat("EC · specialist 1", exercise.path(f"/series/{number}"))
    page, board = worker.page, watcher.page
    expect(board.get_by_role("link", name=name)).to_be_visible()
    look_at(board, "series-board")
    look_at(page, "series-page")

    worker.press("Claim the series")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    in_work = board.locator("section", has=board.get_by_role("heading", name="In work"))
    expect(in_work.get_by_role("link", name=name)).to_be_visible()
    page.get_by_label("Comment", exact=True).fill("The socket is of the kind that is sold in Quito.")
    worker.press("Add the comment")
    expect(page.get_by_text("The socket is of the kind")).to_be_visible()
    worker.press("Done")
    expect(page.get_by_role("button", name="Claim the series")).to_be_visible()
    done = board.locator("section", has=board.get_by_role("heading", name="Done"))
    expect(done.get_by_role("link", name=name)).to_be_visible()

    page.goto(page.url.rsplit("/", 1)[0] + "/suggested")
    expect(page.get_by_role("heading", name="Suggested series")).to_be_visible()
    look_at(page, "series-suggested")
