"""The gallery and the page of a medium in a real browser: veiled until held, by keyboard alone, folded away when
seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select

from tests.support.media_rows import lay_exhibit, lay_medium, picture, real_key
from tests.support.operation import TestOperation
from tests.support.seats import at_once
from tests.support.waiting import until_on
from tests.web.conftest import Enter
from workspace.model import MediaItem, MediaMark
from workspace.store.objects import open_store

pytestmark = pytest.mark.browser


IS_DRAWN_BEYOND = """() => {
  const list = document.querySelector(".gal-scroll");
  const last = [...list.querySelectorAll(".tiles-row")].at(-1);
  return last.getBoundingClientRect().top > list.getBoundingClientRect().bottom;
}"""
"""A row below what is in sight waits in the document."""


def material(operation: TestOperation, servers: Any) -> list[UUID]:
    """Seventy media of one day and the one before, the first with two copies; the second is a video."""
    key = real_key(operation, servers.home / "keys" / "master.key")
    store = open_store(servers.media_url)
    exhibit = lay_exhibit(operation, "EC", "EC-D-014")
    made = []
    for n in range(70):
        day = f"2025-03-{2 if n < 9 else 1:02}T{23 - n // 60:02}:{59 - n % 60:02}:00"
        kind = {"kind": "video", "media_type": "video/mp4", "duration_s": 107.0} if n == 1 else {}
        faces = ("good", "poor") if n % 3 == 0 else ()
        paths = (f"DCIM/{n}.jpg", f"Download/{n}.jpg") if n == 0 else (f"DCIM/{n}.jpg",)
        made.append(lay_medium(operation, exhibit, *paths, captured_at=day, faces=faces, **kind))
        if n < 12:
            picture(operation, store, key, made[-1], shade=20 * n)
    return made


def test_the_gallery_is_walked_by_keyboard_and_what_was_seen_is_folded_away(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    media = material(operation, servers)
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery", island=False)
    tiles, at = page.locator(".tile"), page.locator(".tile[data-cursor]")
    expect(tiles.first).to_have_attribute("data-id", str(media[0]))
    expect(page.locator(".day h2").first).to_have_text("2025-03-02")
    expect(page.locator('img[src$="/clear"]')).to_have_count(0)
    page.wait_for_function(IS_DRAWN_BEYOND)
    before = operation.kinds().count("media:viewed")

    page.keyboard.press("ArrowRight")
    expect(at).to_have_attribute("data-id", str(media[1]))
    page.keyboard.down(" ")
    expect(page.locator(f'img[src="/media/items/{media[1]}/clear"]')).to_be_visible()
    page.keyboard.up(" ")
    expect(page.locator('img[src$="/clear"]')).to_have_count(0)
    until_on(page, lambda: operation.kinds().count("media:viewed") == before + 1)
    expect(at).to_have_attribute("data-done", "")

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("o")
    expect(page.locator(".opened .paths li")).to_have_text(["EC-D-014 DCIM/0.jpg", "EC-D-014 Download/0.jpg"])
    page.keyboard.press("o")
    expect(page.locator(".opened")).to_have_count(0)
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    expect(at).to_be_in_viewport()
    page.locator(".gal-scroll").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    expect(page.locator(f'[data-id="{media[-1]}"]')).to_be_attached()  # of the second window

    page.reload()
    expect(page.locator(".gal-fold")).to_contain_text("1 seen by you, 0 others marked")
    expect(page.locator(f'[data-id="{media[1]}"]')).to_have_count(0)
    page.locator("html[data-ready]").wait_for()
    page.keyboard.press("e")
    expect(page.locator(f'[data-id="{media[1]}"][data-done]')).to_be_visible()
    page.get_by_label("Faces in it", exact=True).select_option("two")
    expect(page.locator(".token b")).to_have_text(["at least 2", "at most 2"])
    assert "faces_from=2" in page.url
    page.reload()
    expect(page.locator(".token")).to_have_count(2)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".token")).to_have_count(0)

    page.goto(f"/media/{media[0]}?kind=photo")
    page.locator(".faces li").nth(1).wait_for()
    expect(page.locator(".fbox")).to_have_count(0)
    page.keyboard.press("m")
    expect(page.locator(".fbox")).to_have_count(2)
    page.keyboard.down(" ")
    expect(page.locator(f'.whole image[href="/media/items/{media[0]}/clear"]')).to_be_visible()
    page.keyboard.up(" ")
    expect(page.locator('.whole image[href$="/clear"]')).to_have_count(0)
    page.keyboard.press("b")
    page.wait_for_url(f"**/operations/{operation.id}/gallery?kind=photo")
    assert page.faults == []  # type: ignore[attr-defined]


def test_chosen_tiles_are_marked_with_one_press_after_what_it_touches_was_shown_and_undone(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    media = material(operation, servers)
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery", island=False)
    page.locator(".tile").nth(5).wait_for()

    page.keyboard.press("3")
    expect(page.locator(f'[data-id="{media[0]}"] .said')).to_have_text("Nothing here")
    expect(page.locator(".tile[data-cursor]")).to_have_attribute("data-id", str(media[1]))
    page.keyboard.press("x")
    page.locator(f'[data-id="{media[3]}"] .pick').click(modifiers=["Shift"])
    expect(page.locator(".tile[data-chosen]")).to_have_count(3)
    before = operation.kinds()
    page.keyboard.press("1")
    expect(page.locator(".bulk p")).to_contain_text("«Important»: 3 media")
    assert operation.kinds() == before
    page.locator(".tile[data-cursor] > a").press("Enter")
    expect(page.locator(".undo")).to_contain_text("3 marked as «Important»")
    expect(page.locator(".tile .said")).to_have_count(4)

    page.keyboard.press("u")
    expect(page.locator(".undo")).to_contain_text("Taken back")
    expect(page.locator(f'[data-id="{media[0]}"]')).to_have_count(0)  # folded away, as somebody has marked it
    expect(page.locator(f'[data-id="{media[2]}"]')).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]


def test_no_key_reaches_a_tile_that_a_filter_took_away(operation: TestOperation, enter: Enter, servers: Any) -> None:
    media = material(operation, servers)
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery", island=False)
    at = page.locator(".tile[data-cursor]")
    page.locator(".tile").nth(5).wait_for()
    page.keyboard.press("ArrowRight")
    expect(at).to_have_attribute("data-id", str(media[1]))

    page.get_by_label("Kind", exact=True).select_option("photo")
    expect(page.locator(f'[data-id="{media[1]}"]')).to_have_count(0)
    expect(page.locator(".tile").first).to_have_attribute("data-id", str(media[0]))
    page.get_by_label("Kind", exact=True).blur()
    before, address = operation.kinds(), page.url
    for key in ("x", "1", "o", "Enter"):
        page.keyboard.press(key)
    page.keyboard.down(" ")
    expect(page.locator(".tile[data-chosen]")).to_have_count(0)
    expect(page.locator(".bulk")).to_have_count(0)
    page.keyboard.up(" ")
    page.keyboard.press("ArrowRight")
    expect(at).to_have_attribute("data-id", str(media[0]))
    page.keyboard.press("2")  # is heard and sent after the others
    expect(page.locator(".undo")).to_contain_text("1 marked as «Look again»")

    assert page.url == address
    assert sorted(operation.kinds()) == sorted([*before, "media:marked"])
    assert page.faults == []  # type: ignore[attr-defined]


def test_media_are_sorted_by_keyboard_as_fast_as_keys_can_be_pressed(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    media = material(operation, servers)
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery?order=time", island=False)
    page.locator(".tile").nth(5).wait_for()

    said = ["important", "look_again", "nothing"] * 23  # beyond the first window, and all but the last tile
    for mark in said:  # no answer is waited for
        page.keyboard.press(str(1 + said.index(mark)))
    expect(page.locator(f'[data-id="{media[68]}"] .said')).to_have_text("Nothing here")
    with operation.workers.read(operation.service_id) as view:
        asked = select(MediaMark.media_item_id, MediaMark.mark).where(MediaMark.operation_id == operation.id)
        stands = view.session.execute(asked).all()
    assert sorted(stands) == sorted(zip(media, said, strict=False))  # each once
    expect(page.locator(".tile[data-cursor]")).to_have_attribute("data-id", str(media[69]))
    page.keyboard.press("Enter")  # the focus went along: this opens what the cursor is at
    page.wait_for_url(f"**/media/{media[69]}**")
    assert page.faults == []  # type: ignore[attr-defined]


def test_what_is_pressed_faster_than_it_is_stored_is_told_and_the_page_is_left_when_it_is_stored(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    media = material(operation, servers)
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery?order=time", island=False)
    page.locator(".tile").nth(5).wait_for()
    leaves = "() => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    held: list[Route] = []
    let_go: list[bool] = []
    page.route("**/gallery/marks", lambda route: route.continue_() if let_go else held.append(route))
    assert page.evaluate(leaves) is True
    page.locator(f'[id="tile {media[0]}"]').focus()  # which follows the cursor by a frame

    assert at_once(page, "3", "3", "3", "Enter") == [True] * 4
    expect(page.locator(".unsent")).to_contain_text("3 presses are not stored yet")
    until_on(page, lambda: len(held) == 1)
    assert page.evaluate(leaves) is False
    assert "/gallery" in page.url

    let_go.append(True)
    held[0].continue_()
    page.wait_for_url(f"**/media/{media[3]}**")
    assert operation.kinds().count("media:marked") == 3
    assert page.faults == []  # type: ignore[attr-defined]


def test_a_tile_becomes_a_picture_where_it_stands_when_its_file_was_read(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    media = material(operation, servers)
    row = operation.row(MediaItem, media[3])
    facts = {"id": media[3], "veil": row.veil_address, "at": row.captured_at}
    operation.change(
        "update media_item set state = 'waiting', veil_address = null, captured_at = null where id = :id", id=media[3]
    )
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery?order=path", island=False)
    tile = page.locator(f'.tile[data-id="{media[3]}"]')
    expect(tile).to_contain_text("Still being read")
    before = page.locator(".tile").evaluate_all("(all) => all.map((each) => each.dataset.id)")
    page.keyboard.press("ArrowRight")
    cursor = page.locator(".tile[data-cursor]")
    expect(cursor).to_have_attribute("data-id", before[1] or "")

    operation.change(
        "update media_item set state = 'read', veil_address = :veil, captured_at = :at where id = :id", **facts
    )

    expect(tile.locator("img.veil")).to_be_visible()
    expect(tile).not_to_contain_text("Still being read")
    after = page.locator(".tile").evaluate_all("(all) => all.map((each) => each.dataset.id)")
    assert after[: len(before)] == before
    expect(cursor).to_have_attribute("data-id", before[1] or "")
    assert page.faults == []  # type: ignore[attr-defined]


def test_a_page_that_nobody_touches_says_so_when_it_asks_by_itself(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    media = material(operation, servers)
    operation.change("update media_item set state = 'waiting', veil_address = null where id = :id", id=media[3])
    page = enter(operation.person("EC"), f"/operations/{operation.id}", island=False)
    page.clock.install()
    asked: list[str | None] = []
    page.on(
        "request",
        lambda each: asked.append(each.headers.get("x-unattended")) if "/gallery/read?" in each.url else None,
    )
    page.goto(f"/operations/{operation.id}/gallery")
    page.locator(".tile").nth(5).wait_for()

    for goes_by, said in (("01:00", [None]), ("10:00", [None, "1"])):
        page.clock.fast_forward(goes_by)
        until_on(page, lambda said=said: asked == said)
    page.mouse.move(300, 300)
    page.mouse.move(310, 310)
    page.clock.fast_forward("02:00")
    until_on(page, lambda: asked == [None, "1", None])


def test_tiles_are_chosen_on_by_arrows_and_what_is_still_being_read_is_not_called_empty(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    media = material(operation, servers)
    operation.change("update media_item set state = 'waiting', veil_address = null where id = :id", id=media[3])
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery?order=time", island=False)
    page.locator(".tile").nth(5).wait_for()
    chosen = page.locator(".tile[data-chosen]")

    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(chosen).to_have_count(4)
    expect(page.locator(".tile[data-cursor]")).to_have_attribute("data-id", str(media[3]))
    page.keyboard.press("3")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("alert")).to_contain_text("still being read")
    expect(chosen).to_have_count(4)  # what was chosen is chosen still
    assert operation.kinds().count("media:marked") == 0

    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_in_viewport()
    assert page.faults == []  # type: ignore[attr-defined]


def test_a_tile_is_clear_while_the_pointer_is_held_on_it_and_a_short_press_opens_its_page_alone(
    operation: TestOperation, enter: Enter, servers: Any
) -> None:
    """Also of a tile that the cursor was not on: it is drawn anew while the pointer is held."""
    media = material(operation, servers)
    page = enter(operation.person("EC"), f"/operations/{operation.id}/gallery", island=False)
    at = page.locator(".tile[data-cursor]")
    expect(at).to_have_attribute("data-id", str(media[0]))
    pressed, held = (page.locator(f'[data-id="{media[n]}"] > a') for n in (2, 3))
    clear = page.locator('img[src$="/clear"]')
    left: list[str] = []

    def stay(route: Route) -> None:
        left.append(route.request.url)
        route.fulfill(status=204)  # by which a browser leaves no page

    page.route("**/media/*", stay)
    before = operation.kinds().count("media:viewed")
    pressed.click()
    until_on(page, lambda: left)
    held.hover()
    page.mouse.down()
    expect(at).to_have_attribute("data-id", str(media[3]))
    expect(page.locator(f'img[src="/media/items/{media[3]}/clear"]')).to_have_count(1)
    page.mouse.up()

    expect(clear).to_have_count(0)
    assert [url.rpartition("/")[2] for url in left] == [str(media[2])]
    assert operation.kinds().count("media:viewed") == before + 1
