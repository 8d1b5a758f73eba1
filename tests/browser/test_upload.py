"""Files brought in by the browser: sent, sent again only if they are missing, and the intake ended by a step of its
own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.exercise_room import Exercise
from tests.support.seats import Seat
from workspace.commands.intake import receive_exhibit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_files_chosen_again_are_sent_only_if_missing_and_the_intake_ends_by_itself_never(
    exercise: Exercise, seat: Callable[..., Seat]
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
    here.page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    one, two = ({"name": name, "mimeType": "text/plain", "buffer": name.encode()} for name in ("one.txt", "two.txt"))
    files = panel.locator("input[type=file]").last

    expect(here.page.locator("html[data-ready]")).to_have_count(1)
    files.set_input_files([one])  # type: ignore[list-item]
    panel.get_by_role("button", name="Send the files").click()
    expect(panel.locator("[data-told]")).to_have_text("1 of 1 files were received.")
    panel.get_by_role("button", name="Send the files").click()
    expect(panel.locator("[data-told]")).to_have_text("1 of 1 files were received.")
    assert len(sent) == 1
    assert exercise.one("select intake_ended_at from exhibit where id = :id", id=exhibit) is None

    files.set_input_files([two])  # type: ignore[list-item]
    panel.get_by_role("button", name="Send the files").click()
    expect(panel.locator("[data-told]")).to_have_text("1 of 1 files were received.")
    assert [address.rpartition("=")[2] for address in sent] == ["one.txt", "two.txt"]
    panel.get_by_role("button", name="End the intake").click()
    panel.get_by_role("button", name="Press again: the intake ends").click()

    expect(panel).to_have_count(0)
    assert exercise.one("select intake_ended_at from exhibit where id = :id", id=exhibit) is not None
