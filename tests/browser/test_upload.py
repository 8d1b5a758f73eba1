"""Files brought in by the browser: sent, sent again only if they are missing, and the intake ended by a step of its
own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.support.exercise_room import Exercise
from tests.support.seats import Seat
from workspace.commands.intake import receive_exhibit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_files_chosen_again_are_sent_only_if_missing_and_the_intake_ends_by_itself_never(
    exercise: Exercise, seat: Callable[..., Seat], tmp_path: Path
) -> None:
    label = "EC-upload"
    with exercise.app.write(exercise.people["EC · analyst"]) as tx:
        exhibit = receive_exhibit(
            tx,
            exercise.operation_id,
            country="EC",
            label=label,
            kind="phone",
            case_reference="case",
            custodian="custodian",
            sharing="operation",
        )
    here = seat("EC · analyst", exercise.path("/intake"))
    panel = here.page.locator(f'section:has(form[data-upload*="{exhibit}"])')
    sent: list[str] = []
    held: list[Route] = []
    here.page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    one, two, three = (tmp_path / f"{name}.txt" for name in ("one", "two", "three"))
    for file in (one, two, three):
        file.write_text(file.name)
    files = panel.locator("input[type=file]").last

    expect(here.page.locator("html[data-ready]")).to_have_count(1)
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
    expect(here.page.locator("html[data-ready]")).to_have_count(1)
    files.set_input_files([one, two, three])
    here.page.route("**/files?path=three.txt", lambda route: held.append(route))
    panel.get_by_role("button", name="Send the files").click()
    expect(panel.locator("[data-told]")).to_have_text("File 1 of 1")
    asked: list[str] = []
    here.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    here.page.close(run_before_unload=True)
    expect(panel.locator("[data-told]")).to_have_text("File 1 of 1")  # whoever stays goes on
    assert asked == ["beforeunload"]
    held[0].continue_()
    expect(panel.locator("[data-told]")).to_have_text("3 of 3 files were received.")
    assert [address.rpartition("=")[2] for address in sent] == ["one.txt", "two.txt", "three.txt"]

    panel.get_by_role("button", name="End the intake").click()
    panel.get_by_role("button", name="Yes: End the intake").click()

    expect(panel).to_have_count(0)
    assert exercise.one("select intake_ended_at from exhibit where id = :id", id=exhibit) is not None
