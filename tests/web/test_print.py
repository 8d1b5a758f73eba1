"""What a browser prints says on every sheet whose it is, how it is handled, who printed it and when: nothing else,
nothing typed in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from tests.support.pdf_text import pdf_pages
from tests.support.seats import Seat
from tests.support.servers import Web
from workspace.model.database import Database

pytestmark = pytest.mark.browser

PAGES = (
    "",
    "/board",
    "/leads/1",
    "/intake",
    "/registers",
    "/referrals",
    "/statistics",
    "/record",
    "/members",
    "/search",
)


def make(operation: TestOperation, **columns: Any) -> None:
    with Session(operation.owner) as session:
        for name, value in columns.items():
            session.execute(
                text(f"update operation set {name} = :value where id = :id"), {"value": value, "id": operation.id}
            )
        session.commit()


@pytest.mark.parametrize(
    ("columns", "marks"),
    [
        ({"code_name": "Harbour", "tlp": "RED", "handling_code": "H2", "is_exercise": False}, "TLP:RED · H2"),
        (
            {"code_name": "Lagoon", "tlp": "GREEN", "handling_code": "H0", "is_exercise": True},
            "EXERCISE · TLP:GREEN · H0",
        ),
    ],
)
def test_every_sheet_carries_the_marks_of_its_operation_and_person(
    operation: TestOperation, web: Web, database: Database, chromium: Browser, columns: dict[str, Any], marks: str
) -> None:
    operation.copy_lead(operation.lead("EC", "PE"), 150)
    make(operation, **columns, time_zone="America/Guayaquil")
    person = operation.person("EC", "operation_lead")
    seat = Seat(chromium, web.url)
    seat.provoke(r"/media/faces/")  # rows without pictures
    many = 0
    for path in PAGES:
        if path:
            seat.go(f"/operations/{operation.id}{path}")
        else:
            seat.sign_in(database, person, f"/operations/{operation.id}")
        if path in ("/board", "/leads/1"):
            seat.until_live()
            seat.page.locator("[data-seq]:not([hidden])").wait_for()
        sheets = pdf_pages(seat.page.pdf(prefer_css_page_size=True))
        many += len(sheets) > 1
        for sheet in sheets:
            squeezed = re.sub(r"\s+", "", sheet)
            assert re.sub(r"\s+", "", marks) in squeezed, (path, sheet)
            assert ("EXERCISE" in squeezed) == columns["is_exercise"], (path, sheet)
            assert columns["code_name"] in squeezed, (path, sheet)
            assert "Printedby" in squeezed, (path, sheet)
            assert len(set(re.findall(r"TLP:[A-Z+]+", squeezed))) == 1, (path, sheet)
            for pressed in ("Holdtosee", "Findordo", "More", "Curtain", "Nextbestlead", "Lantern"):
                assert pressed not in squeezed, (path, sheet)
    assert many >= 2
    seat.context.close()
    seat.check()


def test_the_sheet_says_when_it_was_printed_and_not_when_it_was_loaded(
    operation: TestOperation, web: Web, database: Database, chromium: Browser
) -> None:
    make(operation, time_zone="America/Guayaquil")
    seat = Seat(chromium, web.url).sign_in(database, operation.person("EC"), f"/operations/{operation.id}/members")
    seat.page.evaluate("document.querySelector('[data-printed]').textContent = 'before'")

    (sheet, *_) = pdf_pages(seat.page.pdf())

    assert "before" not in sheet
    assert re.search(r"\d{1,2} \w{3,4} \d{4}, \d\d:\d\d GMT-5", sheet.replace("\u2212", "-"))
    seat.context.close()
