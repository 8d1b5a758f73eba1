"""What people say on the page of a medium, in a real browser: marks, threads, calls, drawn faces and wrong boxes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.media_rows import lay_exhibit, lay_medium, picture, real_key
from tests.support.operation import TestOperation
from tests.support.seats import draw_box
from tests.web.conftest import Enter
from workspace.store.objects import open_store

pytestmark = pytest.mark.browser


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page for somebody to look at, where a folder is named."""
    if folder := os.environ.get("CONCORD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def draw(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """Draw a box over the picture, in shares of its sides."""
    whole = page.locator(".whole > svg")
    whole.evaluate("(picture) => picture.scrollIntoView({ block: 'center', behavior: 'instant' })")
    draw_box(whole, (left, top), (right, bottom))


def test_what_is_seen_on_a_medium_is_marked_said_answered_and_resolved(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    key = real_key(operation, servers.home / "keys" / "master.key")
    exhibit = lay_exhibit(operation, "EC", "EC-D-014")
    medium = lay_medium(operation, exhibit, "DCIM/1.jpg", faces=("good", "poor"))
    picture(operation, open_store(servers.media_url), key, medium)
    me, other = operation.person("EC"), operation.person("PE")
    page = enter(me, f"/media/{medium}", island=False)
    page.get_by_role("button", name="Mark something").click()
    draw(page, 0.1, 0.1, 0.3, 0.3)
    expect(page.get_by_label("From the left, %")).not_to_have_value("")
    page.get_by_label("What is seen there").fill("a plug of type N")
    page.get_by_role("button", name="Save the mark").click()
    expect(page.locator(".notes")).to_contain_text("a plug of type N")

    page.get_by_label("Comment", exact=True).fill("Where is this plug sold?")
    page.get_by_text("Call somebody").click()
    page.get_by_label("Whom the comment calls").select_option("country:PE")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comments")).to_contain_text("@PE")

    # A face that was missed, and a box that is none.
    page.get_by_role("button", name="Draw a face that was missed").click()
    draw(page, 0.6, 0.2, 0.9, 0.8)
    page.get_by_role("button", name="This is a face").click()
    expect(page.get_by_text("A drawn face is being described.")).to_be_visible()
    expect(page.locator(".faces li")).to_have_count(2)
    page.get_by_role("button", name="No face here").last.click()
    expect(page.locator(".faces li")).to_have_count(1)
    page.get_by_text("Boxes taken away: 1").click()
    look_at(page, "medium-talk")
    page.get_by_role("button", name="Give the box back").click()
    expect(page.locator(".faces li")).to_have_count(2)

    # Who is called finds it first, and has read it once it was on the screen.
    theirs = enter(other, f"/operations/{operation.id}", island=False)
    called = theirs.get_by_role("link", name="Read a comment that calls you")
    look_at(theirs, "overview-called")
    called.click()
    expect(theirs.locator(".said.calls")).to_be_visible()
    expect(theirs.get_by_role("button", name="Draw a face that was missed")).to_have_count(0)
    theirs.get_by_role("button", name="Answer").click()
    theirs.get_by_label("Answer", exact=True).fill("In the north, since 2019")
    theirs.get_by_role("button", name="Answer").last.click()
    expect(theirs.locator(".answers")).to_contain_text("In the north")
    theirs.get_by_role("button", name="Change", exact=True).click()
    theirs.get_by_label("Words of the comment").fill("In the south, since 2019")
    theirs.get_by_role("button", name="Change the words").click()
    expect(theirs.locator(".answers")).to_contain_text("In the south")
    theirs.goto(f"{theirs.url.partition('/media')[0]}/operations/{operation.id}")
    expect(called).to_have_count(0)

    page.reload()
    expect(page.locator(".earlier")).to_contain_text("edited")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_text("Resolved by")).to_be_visible()
    look_at(page, "medium-resolved")
