"""A video in a real browser: veiled and still at first, stepped picture by picture, clear while it is held."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.films import lay_film
from tests.support.media_rows import lay_exhibit, lay_medium, real_key
from tests.support.operation import TestOperation
from tests.support.waiting import until_on
from tests.web.conftest import Enter
from workspace.store.objects import open_store

pytestmark = pytest.mark.browser

UNEVEN_MS = [40 * n + (13 if n % 3 == 1 else 0) + (400 if n >= 50 else 0) for n in range(120)]
NUMBER_SHOWN = """() => {
  const video = document.querySelector("video.clear");
  const canvas = new OffscreenCanvas(320, 180);
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 320, 180);
  let number = 0;
  for (let bit = 0; bit < 8; bit++) if (context.getImageData(21 + 39 * bit, 90, 1, 1).data[0] > 128) number |= 1 << bit;
  return number;
}"""


CUT_OFF = """() => [...document.querySelectorAll(".transport .btn")]
  .filter((each) => each.getBoundingClientRect().right > each.closest(".panel, figure, section").getBoundingClientRect().right)
  .map((each) => each.textContent)"""


def shown(page: Page, number: int) -> None:
    """Wait until the picture itself, in the clear player, is this one."""
    expect(page.locator("video.clear")).to_be_visible()
    until_on(page, lambda: page.evaluate(NUMBER_SHOWN) == number)


def test_a_video_is_stepped_by_picture_marked_and_clear_only_while_it_is_held(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    key = real_key(operation, servers.home / "keys" / "master.key")
    exhibit = lay_exhibit(operation, "EC", "EC-D-014")
    facts: dict[str, Any] = {
        "kind": "video",
        "media_type": "video/mp4",
        "duration_s": UNEVEN_MS[-1] / 1000,
        "width": 320,
        "height": 180,
    }
    medium = lay_medium(operation, exhibit, "DCIM/a.mp4", faces=("good",), **facts)
    lay_film(operation, open_store(servers.media_url), key, medium, UNEVEN_MS)
    page = enter(operation.person("EC"), f"/media/{medium}", island=False)

    code, head = page.locator(".tcode .q"), page.get_by_role("slider", name="Time")
    expect(code).to_have_text("picture 1 of 120")
    assert page.evaluate("() => [...document.querySelectorAll('video')].every((v) => v.paused && v.muted)")
    assert page.evaluate("() => document.querySelector('video.clear').getAttribute('src')") is None
    expect(page.locator(".tl .film image")).to_have_count(12)
    page.set_viewport_size({"width": 320, "height": 844})
    expect(page.get_by_role("button", name="Mark to here")).to_be_visible()
    until_on(page, lambda: page.evaluate(CUT_OFF) == [])  # every key of the player has a place on a narrow screen
    page.set_viewport_size({"width": 1440, "height": 900})

    for _ in range(3):
        page.keyboard.press(".")
    page.keyboard.press(",")
    expect(code).to_have_text("picture 3 of 120")
    page.keyboard.press("n")
    expect(code).to_have_text("picture 31 of 120")
    page.keyboard.press("]")
    expect(code).to_have_text("picture 61 of 120")
    page.keyboard.press("j")
    expect(code).to_have_text("picture 1 of 120")

    whole = page.request.get(f"/media/items/{medium}/film/640/clear")
    assert (whole.status, "by parts" in whole.text()) == (422, True)
    before = operation.kinds().count("media:watched")
    page.keyboard.press("n")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("video.clear")).to_be_visible()
    shown(page, 30)
    for number in (31, 32, 33):
        page.keyboard.press(".")
        shown(page, number)
    head.focus()
    page.keyboard.press("End")
    shown(page, 119)
    page.evaluate("() => window.dispatchEvent(new Event('blur'))")
    expect(page.locator("video.clear")).to_be_hidden()
    assert page.evaluate("() => document.querySelector('video.clear').getAttribute('src')") is None
    until_on(page, lambda: operation.kinds().count("media:watched") > before)
    expect(code).to_have_text("picture 120 of 120")
    expect(page.get_by_text("First seen by you:")).to_be_visible()

    page.keyboard.press("Home")
    page.keyboard.press("i")
    page.keyboard.press("l")
    page.keyboard.press("o")
    page.get_by_label("Note on").fill("a crest on the jacket")
    page.get_by_role("button", name="Mark this part").click()
    expect(page.get_by_text("a crest on the jacket")).to_be_visible()
    page.get_by_role("button", name="Go", exact=True).click()
    expect(code).to_have_text("picture 1 of 120")
    page.keyboard.press("t")
    expect(page.get_by_text("being taken out of the original")).to_be_visible()

    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(code).not_to_have_text("picture 1 of 120")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=False).first).to_be_visible()


def test_a_photo_and_the_video_inside_it_are_shown_and_lifted_one_at_a_time(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    key = real_key(operation, servers.home / "keys" / "master.key")
    seconds = UNEVEN_MS[-1] / 1000
    facts: dict[str, Any] = {"width": 4000, "height": 3000, "preview_address": "none", "inner_video_s": seconds}
    photo = lay_medium(operation, lay_exhibit(operation, "EC", "EC-D-014"), faces=("good",), **facts)
    lay_film(operation, open_store(servers.media_url), key, photo, UNEVEN_MS)
    page = enter(operation.person("EC"), f"/media/{photo}", island=False)
    code = page.locator(".tcode .q")

    expect(page.get_by_role("heading", name="Picture, veiled")).to_be_visible()
    expect(page.get_by_role("button", name="Photo", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(code).to_have_count(0)
    page.keyboard.press("v")
    expect(code).to_have_text("picture 1 of 120")
    expect(page.get_by_role("heading", name="Picture, veiled")).to_have_count(0)
    page.keyboard.press("n")
    expect(code).to_have_text("picture 31 of 120")
    expect(page.locator(".film-stage .over")).to_have_attribute("viewBox", "0 0 320 180")

    page.keyboard.down(" ")
    shown(page, 30)
    page.keyboard.up(" ")
    until_on(page, lambda: operation.kinds().count("media:watched") > 0)
    expect(page.get_by_text("Not seen by you yet")).to_be_visible()
    assert "media:viewed" not in operation.kinds()

    page.get_by_role("button", name="Photo", exact=True).click()
    expect(page.get_by_role("heading", name="Picture, veiled")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("heading", name="Picture, veiled").click()
    page.keyboard.down(" ")
    expect(page.get_by_role("heading", name="Picture, clear")).to_be_visible()
    page.keyboard.up(" ")
    until_on(page, lambda: operation.kinds().count("media:viewed") == 1)
    assert not [url for url in asked if url.endswith("/watched")], "the photo was lifted, and not the video"
    expect(page.get_by_text("First seen by you:")).to_be_visible()


def test_a_copy_that_could_not_be_made_is_asked_for_again_on_the_same_page(
    operation: TestOperation, enter: Enter
) -> None:
    facts: dict[str, Any] = {"kind": "video", "media_type": "video/mp4", "duration_s": 6.0, "width": 320, "height": 180}
    medium = lay_medium(operation, lay_exhibit(operation, "EC", "EC-D-014"), "DCIM/a.mp4", **facts)
    operation.change(
        "insert into video_copy (operation_id, compartment_id, media_item_id, side, asked_by, state, refusal) "
        "select operation_id, compartment_id, id, 640, :me, 'refused', 'not_readable' from media_item where id = :id",
        id=medium,
        me=operation.person("EC"),
    )
    page = enter(operation.person("EC"), f"/media/{medium}", island=False)

    expect(page.get_by_text("No playable copy can be made: Could not be read in five attempts.")).to_be_visible()
    page.get_by_role("button", name="Try it again").click()

    expect(page.get_by_text("The playable copy waits for its turn.")).to_be_visible()
    expect(page.get_by_role("button", name="Try it again")).to_have_count(0)
    assert operation.kinds() == ["copy:asked"]
