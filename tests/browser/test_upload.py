"""Files brought in by the browser: sent, sent again only if they are missing, and the intake ended by a step of its
own."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.support.exercise_room import Exercise
from tests.support.seats import Seat, resting_box
from tests.support.servers import Web
from tests.support.waiting import until_on
from workspace.commands.identity import create_token
from workspace.commands.intake import receive_exhibit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def receive(exercise: Exercise, label: str) -> UUID:
    facts = {"kind": "phone", "case_reference": "case", "custodian": "custodian", "sharing": "operation"}
    with exercise.app.write(exercise.people["EC · analyst"]) as tx:
        return receive_exhibit(tx, exercise.operation_id, country="EC", label=label, **facts)


def test_files_chosen_again_are_sent_only_if_missing_and_the_intake_ends_by_itself_never(
    exercise: Exercise, seat: Callable[..., Seat], tmp_path: Path
) -> None:
    exhibit = receive(exercise, "EC-upload")
    here = seat("EC · analyst", exercise.path("/intake"))
    panel = here.page.locator(f'section:has(form[data-upload*="{exhibit}"])')
    sent: list[str] = []
    held: list[Route] = []
    here.page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    one, two, three = (tmp_path / f"{name}.txt" for name in ("one", "two", "three"))
    for file in (one, two, three):
        file.write_text(file.name)
    files = panel.locator("input[type=file]").last

    files.set_input_files([one])
    panel.get_by_role("button", name="Send the files").click()
    expect(panel.locator("[data-told]")).to_have_text("1 of 1 files were received.")
    panel.get_by_role("button", name="Send the files").click()
    expect(panel.locator("[data-told]")).to_have_text("1 of 1 files were received.")
    assert len(sent) == 1
    assert exercise.one("select intake_ended_at from exhibit where id = :id", id=exhibit) is None

    files.set_input_files([two])
    panel.get_by_role("button", name="Send the files").click()
    expect(panel.locator("[data-told]")).to_have_text("1 of 1 files were received.")
    assert [address.rpartition("=")[2] for address in sent] == ["one.txt", "two.txt"]

    here.page.reload()
    here.until_ready()
    files.set_input_files([one, two, three])
    here.page.route("**/files?path=three.txt", lambda route: held.append(route))
    panel.get_by_role("button", name="Send the files").click()
    expect(panel.locator("[data-told]")).to_contain_text("0 of 1 files")
    asked: list[str] = []
    here.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    here.page.close(run_before_unload=True)
    until_on(here.page, lambda: asked and held)
    assert asked == ["beforeunload"]
    expect(panel.locator("[data-told]")).to_contain_text("0 of 1 files")  # whoever stays goes on
    held[0].continue_()
    expect(panel.locator("[data-told]")).to_have_text("3 of 3 files were received.")
    assert [address.rpartition("=")[2] for address in sent] == ["one.txt", "two.txt", "three.txt"]

    panel.get_by_role("button", name="End the intake").click()
    panel.get_by_role("button", name="Yes: End the intake").click()

    expect(panel).to_have_count(0)
    assert exercise.one("select intake_ended_at from exhibit where id = :id", id=exhibit) is not None


@pytest.mark.usefixtures("working")
def test_a_dropped_folder_goes_on_inside_a_film_pauses_and_is_taken_whole(
    exercise: Exercise, webs: list[Web], seat: Callable[..., Seat], tmp_path: Path
) -> None:
    exhibit, content = receive(exercise, "EC-parts"), b"\xff\xd8\xff\xe0" + os.urandom(6_000_000)
    film, note = tmp_path / "phone/DCIM/film.jpg", tmp_path / "phone/note.txt"
    film.parent.mkdir(parents=True)
    film.write_bytes(content)
    note.write_text("a note")
    os.utime(film, (1_790_000_000, 1_790_000_000))
    with exercise.app.write(exercise.people["EC · analyst"]) as tx:
        token = create_token(tx, label="yesterday", scopes=["read", "intake"], days=1)
    begin(f"{webs[0].url}/api/v1/exhibits/{exhibit}/uploads", token, "phone/DCIM/film.jpg", content)
    here = seat("EC · analyst", exercise.path("/intake"))
    panel = here.page.locator(f'section:has(form[data-upload*="{exhibit}"])')
    told, halves = panel.locator("[data-told]"), panel.locator("[data-halves]")
    offsets: list[str | None] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(route.request.headers.get("upload-offset"))
        if route.request.method == "PATCH" and len(offsets) == 1:
            held.append(route)
        else:
            route.continue_()

    here.page.route("**/api/v1/uploads/*", hold)
    expect(halves).to_contain_text("phone/DCIM/film.jpg")
    expect(halves).to_contain_text("1 MB of 6 MB came.")
    drop(here, panel.locator("[data-drop]"), tmp_path / "phone")
    expect(told).to_have_text("2 files were dropped, 6 MB. Press «Send the files».")
    with here.page.expect_request(lambda request: request.method == "PATCH"):
        panel.get_by_role("button", name="Send the files").click()
    expect(told).to_contain_text("1 of 2 files")
    panel.get_by_role("button", name="Pause").click()
    expect(told).to_contain_text("paused")
    panel.get_by_role("button", name="Go on sending").click()
    expect(told).to_have_text("2 of 2 files were received.")
    expect(halves).to_be_empty()

    assert offsets == ["1000000", "1000000"]
    lines = exercise.one(
        "select array_agg((path, size_bytes)::text order by path) from received_file where exhibit_id = :id", id=exhibit
    )
    assert lines == ["(phone/DCIM/film.jpg,6000004)", "(phone/note.txt,6)"]


def test_a_folder_that_is_still_being_read_when_the_button_is_pressed_is_sent(
    exercise: Exercise, seat: Callable[..., Seat], tmp_path: Path
) -> None:
    exhibit, folder = receive(exercise, "EC-slow"), tmp_path / "phone"
    folder.mkdir()
    (folder / "note.txt").write_text("a note")
    here = seat("EC · analyst", exercise.path("/intake"))
    panel = here.page.locator(f'section:has(form[data-upload*="{exhibit}"])')
    here.page.evaluate(READ_WHEN_TOLD)

    drop(here, panel.locator("[data-drop]"), folder)
    here.page.wait_for_function("() => window.asked")
    panel.get_by_role("button", name="Send the files").click()
    here.page.evaluate("() => window.go()")

    expect(panel.locator("[data-told]")).to_have_text("1 of 1 files were received.")


READ_WHEN_TOLD = """() => {
  const told = new Promise((done) => { window.go = done; });
  const { webkitGetAsEntry } = DataTransferItem.prototype;
  DataTransferItem.prototype.webkitGetAsEntry = function () {
    const entry = webkitGetAsEntry.call(this);
    const reader = entry.createReader();
    entry.createReader = () => ({
      readEntries: (found, failed) => {
        window.asked = true;
        void told.then(() => reader.readEntries(found, failed));
      },
    });
    return entry;
  };
}"""
"""A slow device: a folder gives its members when the test says so."""


def begin(address: str, token: str, path: str, content: bytes) -> None:
    """What a program, or another page, sent of the file before it was cut."""
    said = {"path": path, "modified": "1790000000000"}
    headers = {
        "Authorization": f"Bearer {token}",
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(content)),
        "Upload-Metadata": ",".join(f"{key} {base64.b64encode(each.encode()).decode()}" for key, each in said.items()),
        "Content-Type": "application/offset+octet-stream",
    }
    with urlopen(Request(address, content[:1_000_000], headers, method="POST")) as answer:
        assert answer.headers["Upload-Offset"] == "1000000"


def drop(here: Seat, zone: Locator, folder: Path) -> None:
    """Drop a folder of this machine, as a hand does."""
    zone.scroll_into_view_if_needed()
    box = resting_box(zone)
    mouse = here.page.context.new_cdp_session(here.page)
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"x": box["x"] + 20, "y": box["y"] + 10}
        mouse.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
