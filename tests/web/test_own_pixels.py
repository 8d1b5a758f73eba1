"""A photo in which faces are small, in a real browser: looked at in its own pixels by the list of faces, by keys and by
the wheel, only while its veil is lifted."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Response, expect

from tests.support.media_rows import lay_exhibit, lay_medium, real_key
from tests.support.operation import TestOperation
from tests.support.waiting import until_on
from tests.support.work_material import Material
from tests.web.conftest import Enter
from workers.tiles import cut_picture
from workers.tools import WorkerTools
from workspace.analysis.derivatives import encode_derivative
from workspace.commands.people import ensure_service_users
from workspace.model import jobs
from workspace.model.database import Database
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore, open_store

pytestmark = pytest.mark.browser

FACE = 40
"""Height of the faces, in pixels of 3,200 by 1,280."""


def lay_photo(operation: TestOperation, store: MediaStore, key: OperationKey, original: Path) -> UUID:
    """A photo as workers would have read it, with the place of one of its faces."""
    photo = lay_medium(operation, lay_exhibit(operation, "EC", "EC-P-001"), faces=("poor",), width=3200, height=1280)
    with Image.open(original) as image:
        pixels = np.asarray(image.convert("RGB"))
    kept = {
        "address": original.read_bytes(),
        "preview_address": encode_derivative(pixels, longest_side=1280, quality=80),
        "veil_address": encode_derivative(pixels, longest_side=10, quality=60),
    }
    for column, content in kept.items():
        place = store.put_bytes(content, key=key, durable=False).address
        operation.change(f"update media_item set {column} = :place where id = :id", place=place, id=photo)
    operation.change(
        "update face set box = '{1150,394,1171,415}', frame_width = 1600, frame_height = 640 where media_item_id = :id",
        id=photo,
    )
    return photo


def work(tools: WorkerTools, operation: TestOperation) -> None:
    """Do the cutting that waits in this operation, in the real sandbox."""
    operation.change(
        "update job set state = 'done' where operation_id <> :id and state in ('waiting', 'running')", id=operation.id
    )
    with tools.db.write(tools.service_id) as tx:
        job = jobs.take(tx, ["cut_picture"])
    assert job is not None
    effects = cut_picture(tools, job)
    with tools.db.write(tools.service_id) as tx:
        effects(tx)
        jobs.finish(tx, job)


def detail(page: Page) -> float:
    """How much neighbouring pixels differ on the screen: little in a picture that is drawn larger than it is."""
    content = page.locator(".whole > svg").screenshot()
    picture = np.asarray(Image.open(io.BytesIO(content)).convert("L"), np.float32)
    return float(np.abs(np.diff(picture, axis=1)).mean())


def test_a_small_face_is_seen_in_the_originals_own_pixels_while_the_veil_is_lifted(
    operation: TestOperation, enter: Enter, servers: Any, workers_database: Database, tmp_path: Path
) -> None:
    key_file = servers.home / "keys" / "master.key"
    key, store = real_key(operation, key_file), open_store(servers.media_url)
    service = ensure_service_users(workers_database)
    tools = WorkerTools(workers_database, service.worker_id, service.housekeeping_id, store, key_file, tmp_path)
    photo = lay_photo(operation, store, key, Material(tmp_path).crowd(height=FACE))
    page, tiles = enter(operation.person("EC"), f"/media/{photo}", island=False), list[Response]()
    page.on("response", lambda answer: tiles.append(answer) if f"/media/items/{photo}/tiles/" in answer.url else None)
    picture, state = page.locator(".whole > svg"), page.locator("[data-tiles]")
    expect(picture).to_have_attribute("viewBox", "0 0 3200 1280")

    # From the list of faces to the face; nothing of it is clear yet.
    page.get_by_role("button", name="Look closely").click()
    expect(state).to_contain_text("It is being made ready")
    x, y, width, height = (float(each) for each in (picture.get_attribute("viewBox") or "").split())
    assert x < 2300 < 2342 < x + width
    assert y < 788 < 830 < y + height
    assert width < 400
    try:
        work(tools, operation)
    finally:
        tools.decoder.stop()
    expect(state).to_contain_text("ready: hold to see them")
    assert tiles == []

    page.get_by_role("button", name="Show 30 s").click()
    page.locator(".tiles image").first.wait_for()
    until_on(page, lambda: len(tiles) == page.locator(".tiles image").count())
    assert {answer.status for answer in tiles} == {200}
    assert {answer.headers["cache-control"] for answer in tiles} == {"no-store"}
    near = detail(page)
    page.evaluate("document.querySelector('.whole .tiles').remove()")
    assert near > 1.15 * detail(page), "the smaller picture alone shows less"

    # Veiled again, nothing of it stays.
    page.reload()
    page.get_by_role("button", name="Look closely").click()
    expect(state).to_contain_text("ready: hold to see them")
    expect(page.locator(".tiles image")).to_have_count(0)

    # Keys and the wheel come nearer, go farther away, and back to the whole.
    page.keyboard.press("z")
    expect(picture).to_have_attribute("viewBox", "0 0 3200 1280")
    page.keyboard.press("+")
    expect(state).to_contain_text(re.compile(r"\d+ % of its own pixels"))
    before = picture.get_attribute("viewBox") or ""
    page.keyboard.press("ArrowRight")
    expect(picture).not_to_have_attribute("viewBox", before)
    page.keyboard.press("-")
    expect(picture).to_have_attribute("viewBox", "0 0 3200 1280")
    picture.hover()
    page.keyboard.down(" ")
    page.locator(".whole > svg image:not(.veiled)").first.wait_for()
    page.mouse.wheel(0, -400)
    page.locator(".tiles image").first.wait_for()
    page.keyboard.up(" ")
    expect(page.locator(".tiles image")).to_have_count(0)
    operation.change("update media_view set viewed_at = viewed_at - interval '31 seconds'")
    assert page.request.get(f"/media/items/{photo}/tiles/0/0/0").status == 403


def touch(page: Page, fingers: list[list[tuple[float, float]]]) -> None:
    """Move fingers over the screen: a list of places per moment, at the end of which they are lifted."""
    line = page.context.new_cdp_session(page)
    for n, places in enumerate(fingers):
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
        line.send("Input.dispatchTouchEvent", {"type": "touchMove" if n else "touchStart", "touchPoints": points})
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    line.detach()


def test_two_fingers_come_nearer_to_what_lies_between_them_and_one_moves_it(
    operation: TestOperation, enter: Enter
) -> None:
    photo = lay_medium(
        operation, lay_exhibit(operation, "EC", "EC-P-001"), preview_address="none", width=1200, height=1600
    )
    page = enter(operation.person("EC"), f"/media/{photo}", island=False, has_touch=True)
    picture = page.locator(".whole > svg")
    expect(picture).to_have_attribute("viewBox", "0 0 1200 1600")
    picture.scroll_into_view_if_needed()
    frame = picture.bounding_box()
    assert frame is not None

    def part() -> tuple[float, float, float, float]:
        x, y, width, height = (float(each) for each in (picture.get_attribute("viewBox") or "").split())
        return x, y, width, height

    # The picture is higher than its frame: what lies between the fingers is its middle all the same.
    across, down = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    touch(page, [[(across - apart, down), (across + apart, down)] for apart in range(20, 61, 5)])
    drawn = frame["height"] * 1200 / 1600
    # Of two fingers one is told first: the whole picture does not give way to its half step.
    near = 2.5 * 1200 / drawn + 1
    until_on(page, lambda: abs(part()[2] - 400) < 1)
    x, y, width, height = part()
    assert (x + width / 2, y + height / 2) == (pytest.approx(600, abs=near), pytest.approx(800, abs=near))

    touch(page, [[(across - n * 5, down)] for n in range(9)])
    until_on(page, lambda: abs(part()[0] - x - width * 40 / drawn) < 3)
    assert part()[2] == width

    touch(page, [[(across - apart, down), (across + apart, down)] for apart in range(80, 15, -5)])
    expect(picture).to_have_attribute("viewBox", "0 0 1200 1600")


def test_whoever_has_too_many_made_ready_at_once_is_told_in_the_viewer(operation: TestOperation, enter: Enter) -> None:
    exhibit, person = lay_exhibit(operation, "EC", "EC-P-001"), operation.person("EC")
    size: dict[str, Any] = {"preview_address": "none", "width": 3200, "height": 1280}
    photo, *others = (lay_medium(operation, exhibit, f"{n}.jpg", **size) for n in range(5))
    for other in others:
        operation.change(
            "insert into picture_tiles (media_item_id, operation_id, compartment_id, asked_by) "
            "select id, operation_id, compartment_id, :person from media_item where id = :id",
            id=other, person=person,
        )  # fmt: skip
    page = enter(person, f"/media/{photo}", island=False)

    page.get_by_role("button", name="Nearer").click()
    told = page.get_by_text("4 of your pictures are being made ready")
    expect(told).to_be_visible()
    operation.change("update picture_tiles set state = 'refused', refusal = 'damaged'")
    page.get_by_role("button", name="Nearer").click()
    expect(page.locator("[data-tiles=asked]")).to_contain_text("It is being made ready")
    expect(told).to_have_count(0)

    operation.change("update picture_tiles set state = 'refused', refusal = 'damaged'")
    expect(page.locator("[data-tiles=refused]")).to_contain_text("Its own pixels cannot be shown")
    page.get_by_role("button", name="Try it again").click()
    expect(page.locator("[data-tiles=asked]")).to_contain_text("It is being made ready")
