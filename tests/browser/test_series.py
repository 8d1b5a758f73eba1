"""A series on screens: claimed, commented on and said to be done, and seen by others as it happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.operation import TestOperation
from tests.support.seats import Seat
from tests.support.servers import Room
from workspace.commands import series
from workspace.model import LeadEvidence, Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def operation(room: Room) -> TestOperation:
    """Two series of EC, in the first of which a person stands."""
    made = TestOperation(room.workers)
    lead = made.lead()
    with made.workers.read(made.service_id) as view:
        number = (
            view.session.query(Person)
            .join(LeadEvidence, LeadEvidence.person_id == Person.id)
            .filter(LeadEvidence.lead_id == lead, LeadEvidence.country == "EC")
            .one()
            .number
        )
    with room.app.write(made.person("EC")) as tx:
        blue = series.add_series(tx, made.id, label="Blue room", external_reference="ICSE-31")
        series.place_person(tx, blue, number)
        series.determine_country(tx, blue, country="PE", grounds="The socket beside the door.")
    with room.app.write(made.person("EC")) as tx:
        series.add_series(tx, made.id, label="Red room")
    return made


@pytest.fixture
def seats(chromium: Browser, room: Room) -> Iterator[list[Seat]]:
    """People at browsers, checked at the end."""
    taken = [Seat(chromium, room.url) for _ in range(2)]
    for each in taken:
        each.provoke(r"/media/(faces|items)/")  # rows without pictures
    yield taken
    for each in taken:
        each.context.close()
    for each in taken:
        each.check()


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page for somebody to look at, where a folder is named."""
    if folder := os.environ.get("CONCORD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_series_is_worked_on_and_others_see_it_at_once(
    room: Room, operation: TestOperation, seats: list[Seat]
) -> None:
    worker, watcher = seats
    base = f"/operations/{operation.id}/series"
    watcher.sign_in(room.app, operation.person("PE"), base)
    worker.sign_in(room.app, operation.person("EC"), f"{base}/1")
    page, board = worker.page, watcher.page
    look_at(board, "series-board")
    look_at(page, "series-page")

    def column(name: str) -> None:
        """The series stands in this column of the other's board, who has loaded nothing anew."""
        section = board.locator("section", has=board.get_by_role("heading", name=name))
        expect(section.get_by_role("link", name="S-0001")).to_be_visible()

    worker.press("Claim the series")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    column("In work")
    page.get_by_label("Comment", exact=True).fill("This socket is sold in Arequipa.")
    worker.press("Add the comment")
    expect(page.get_by_text("This socket is sold in Arequipa.")).to_be_visible()
    worker.press("Done")
    expect(page.get_by_role("button", name="Claim the series")).to_be_visible()
    column("Done")
    look_at(board, "series-board-done")

    state_a_region(operation, worker, watcher, base)


def state_a_region(operation: TestOperation, worker: Seat, second: Seat, base: str) -> None:
    """Chosen out of the regions of the country, once there are any; another person confirms it with its country."""
    page = worker.page
    operation.change(
        "with file as (insert into region_file (source, licence, sha256) values ('a', 'b', sha256('x')) returning id) "
        "insert into region (code, country, name, region_file_id) select 'PE-ARE', 'PE', 'Arequipa', id from file"
    )
    page.get_by_role("combobox", name="Likely country").select_option("PE")
    page.get_by_role("combobox", name="Region").select_option("PE-ARE")
    page.get_by_label("What speaks for it").fill("Sold there alone.")
    look_at(page, "series-region")
    worker.press("Save the country")
    expect(page.get_by_text("PE, Arequipa").first).to_be_visible()

    second.go(f"{base}/1")
    second.press("Confirm PE, Arequipa as second person")
    expect(second.page.get_by_role("button", name="as second person")).to_have_count(0)
    expect(second.page.get_by_text("Country determined")).to_be_visible()
    look_at(second.page, "series-confirmed")
    operation.change("delete from region")
