"""A clue's way on screens: from the corner of a picture to a masked card, and back as a tip of another country."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.exercise_room import Exercise
from tests.support.seats import Seat
from tests.support.waiting import until_on

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.usefixtures("working")]

Sit = Callable[..., Seat]


def draw(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """Draw a box over the picture, in shares of its sides."""
    box = page.locator(".boxes-stage svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + right * box["width"], box["y"] + bottom * box["height"], steps=4)
    page.mouse.up()


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page for somebody to look at, where a folder is named."""
    if folder := os.environ.get("CONCORD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_clue_goes_to_the_room_as_a_masked_card_and_a_tip_comes_back(exercise: Exercise, seat: Sit) -> None:
    medium = exercise.one(
        "select m.id from media_item m join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id "
        "where m.operation_id = :id and m.kind = 'photo' and m.register_entry_id is null and c.is_common and a.country = 'EC' "
        "and exists (select 1 from face f where f.media_item_id = m.id) order by m.id limit 1",
        id=exercise.operation_id,
    )
    maker = seat("EC · specialist 1", exercise.path(f"/clues/new?media={medium}"))
    page = maker.page

    expect(page.locator("html[data-ready]")).to_have_count(1)
    draw(page, 0.02, 0.02, 0.2, 0.2)
    page.get_by_label("Clothing").check()
    page.get_by_label("What it shows, or may show").fill("A school crest on the wall")
    look_at(page, "clue-new")
    maker.press("Open the clue")
    page.wait_for_url("**/leads/*-*")
    expect(page.get_by_role("heading", name="Clue · Clothing")).to_be_visible()
    expect(page.get_by_text("A school crest on the wall")).to_be_visible()
    look_at(page, "clue-lead")

    page.get_by_role("link", name="Make a clue card").click()
    expect(page.locator("html[data-ready]")).to_have_count(1)
    page.get_by_label("Question: one that can be answered").fill("Which school has this crest?")
    page.get_by_role("button", name="Part", exact=True).click()
    draw(page, 0.001, 0.001, 0.999, 0.999)
    maker.provoke("status of 422")
    maker.press("Make the card")
    expect(page.get_by_text("not masked")).to_be_visible()
    draw(page, 0.0, 0.0, 0.999, 0.999)
    look_at(page, "card-new")
    maker.press("Make the card")
    page.wait_for_url("**/cards/*-*")
    address = page.url.partition("/operations")[2]
    until_drawn(page)
    look_at(page, "card-made")

    second = seat("EC · country lead", f"/operations{address}", which=1)
    second.affirm("All of this is so: show it to the room")
    expect(second.page.get_by_text("Seen by the whole operation")).to_be_visible()

    other = seat("PE · specialist 1", exercise.path("/cards"))
    expect(other.page.get_by_text("Which school has this crest?")).to_be_visible()
    look_at(other.page, "cards")
    other.page.get_by_role("link", name="Answer").click()
    other.page.get_by_label("What you know, in one sentence").fill("A school in Tacna")
    other.page.get_by_label("How you know it").fill("I went there")
    other.press("Give the tip")
    expect(other.page.get_by_text("A school in Tacna")).to_be_visible()
    look_at(other.page, "card-answered")

    page.reload()
    expect(page.get_by_text("A school in Tacna")).to_be_visible()
    other.page.goto(exercise.path("/cards"))
    expect(other.page.get_by_role("region", name="Tips to weigh")).to_contain_text("Which school has this crest?")


def until_drawn(page: Page) -> None:
    """Until the worker has burnt the masks in."""

    def is_drawn() -> bool:
        if page.locator(".ccard img").count():
            return True
        page.reload()
        return False

    until_on(page, is_drawn)
