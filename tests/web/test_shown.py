"""First recorded, then shown: what cannot be recorded is not shown, and what waited for its record is looked at
again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from tests.support.waiting import LIMIT_S, until_somebody_waits
from workspace.commands.claims import claim_lead
from workspace.errors import Unavailable
from workspace.model import LeadEvidence
from workspace.model.database import Database
from workspace.web.shown import LOOKS, show


class Screen:
    """Rows with a number of changes to come; notes what was recorded before each look."""

    def __init__(self, *, changes: int) -> None:
        self.changes = changes
        self.looks = 0
        self.recorded: list[str] = []

    def look(self) -> tuple[str, list[str]]:
        self.looks += 1
        new = [f"sight {self.looks}"] if self.looks <= self.changes else []
        return f"look {self.looks}", new

    def note(self, new: list[str]) -> None:
        self.recorded += new


def test_what_is_on_record_is_shown_at_once() -> None:
    screen = Screen(changes=0)

    assert show(screen.look, screen.note) == "look 1"
    assert screen.recorded == []


def test_what_had_to_be_recorded_is_looked_at_again() -> None:
    screen = Screen(changes=1)

    assert show(screen.look, screen.note) == "look 2"
    assert screen.recorded == ["sight 1"]


def test_rows_that_never_rest_are_shown_in_the_end_and_all_is_on_record() -> None:
    screen = Screen(changes=100)

    assert show(screen.look, screen.note) == f"look {LOOKS}"
    assert screen.recorded == [f"sight {number}" for number in range(1, LOOKS + 1)]


def test_a_quick_record_leaves_the_answer_fresh_and_a_slow_one_does_not() -> None:
    quick, slow = Screen(changes=100), Screen(changes=100)

    def note_slowly(new: list[str]) -> None:
        slow.note(new)
        time.sleep(0.02)

    assert show(quick.look, quick.note, fresh_for_s=5.0) == "look 1"
    assert show(slow.look, note_slowly, fresh_for_s=0.01) == f"look {LOOKS}"


def test_what_cannot_be_recorded_is_not_shown() -> None:
    def refuse(_: list[str]) -> None:
        raise Unavailable("The database does not answer.")

    with pytest.raises(Unavailable):
        show(Screen(changes=1).look, refuse)


@pytest.mark.parametrize("screen", ["board", "lead", "search"])
def test_a_band_whose_record_had_to_wait_is_not_answered_once_the_lead_was_claimed(
    app: Flask,
    operation: TestOperation,
    database: Database,
    signed_in: Callable[[int], Browser],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    screen: str,
) -> None:
    lead = operation.lead()
    browser = signed_in(operation.person("EC"))
    _use_pack(app, tmp_path, monkeypatch)

    with ThreadPoolExecutor(1) as pool, operation.owner.begin() as other:
        other.execute(
            text("lock table sight in share row exclusive mode")
        )  # the record of sights waits, the claim does not
        asked = pool.submit(_ask, browser, operation, lead, screen)
        until_somebody_waits(operation, "sight")
        with database.write(operation.person("PE")) as tx:
            claim_lead(tx, lead)
        other.rollback()
        answer = asked.result(timeout=LIMIT_S)

    assert str(lead) in json.dumps(answer)
    assert _bands(answer, screen) == [None]


def _ask(browser: Browser, operation: TestOperation, lead: UUID, screen: str) -> Any:
    if screen == "board":
        return browser.get(f"/api/v1/operations/{operation.id}/board").get_json()
    if screen == "lead":
        return browser.get(f"/api/v1/leads/{lead}").get_json()
    with Session(operation.owner) as session:
        probe = session.scalars(
            select(LeadEvidence.face_id).where(LeadEvidence.lead_id == lead, LeadEvidence.side == 1)
        ).one()
    body = {"probe_face_id": str(probe), "purpose": "victim", "legal_basis": "order 118", "case_reference": "EC-2026-1"}
    return browser.post(f"/api/v1/operations/{operation.id}/searches", body).get_json()


def _bands(answer: Any, screen: str) -> list[str | None]:
    if screen == "search":
        return [each["band"] for each in (*answer["open_leads"], *answer["withheld"])]
    return [card["band"] for card in (answer["cards"] if screen == "board" else [answer])]


def _use_pack(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thresholds of the tests' recogniser."""
    manifest = {"tasks": {"recognition": {"sha256": "0" * 64}}, "thresholds": {"lead": 0.4, "strong": 0.6}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    settings = replace(app.extensions["concord.settings"], pack_dir=folder)
    monkeypatch.setitem(app.extensions, "concord.settings", settings)
