"""A disk that fills: writing stops before the database would, what is there can be read, who can help is told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from tests.support.http_client import Browser, sign_in
from tests.support.operation import TestOperation
from tests.support.waiting import LIMIT_S
from workspace.commands.people import ensure_service_users
from workspace.errors import Unavailable
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.store import volumes
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore
from workspace.store.volumes import Volume
from workspace.web import health
from workspace.web.app import create_app
from workspace.web.live import Live

pytestmark = pytest.mark.usefixtures("nothing_failed")
MORE_THAN_ANY_DISK = 1 << 62


@pytest.fixture
def disk(tmp_path: Path) -> list[Volume]:
    """The disk on which the database stands, to be exchanged for a fuller one."""
    return [Volume(tmp_path, reserve_bytes=0)]


@pytest.fixture
def app(
    web_settings: Settings,
    database: Database,
    workers_database: Database,
    disk: list[Volume],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    """The web on a database whose disk is `disk`."""
    ensure_service_users(workers_database)
    guarded = Database(database.url, require_room=lambda: disk[0].require_room())
    monkeypatch.setattr(health, "disks", lambda: [("database", disk[0])])
    for age in ("HEALTH_S", "OLD_S"):  # each question is answered with what is found after it
        monkeypatch.setattr(health, age, 0.0)
    made = create_app(web_settings, database=guarded)
    monkeypatch.setattr(sys.modules["workspace.web.pages.overview"], "disks", lambda: [("database", disk[0])])
    yield made
    guarded.dispose()


@pytest.fixture
def lead(operation: TestOperation, app: Flask, database: Database) -> Browser:
    return sign_in(app, database, operation.person("EC", "operation_lead"))


def test_on_a_full_disk_nothing_is_stored_and_what_is_there_can_be_read(
    lead: Browser, operation: TestOperation, disk: list[Volume], tmp_path: Path
) -> None:
    exhibit = {"country": "EC", "label": "E-1", "kind": "phone", "case_reference": "C-1", "custodian": "us"}
    lead.get("/account")
    disk[0] = Volume(tmp_path, reserve_bytes=MORE_THAN_ANY_DISK)
    operation.change("update session set seen_at = now() - interval '5 minutes'")  # its use would be noted

    board, pages = lead.get(f"/api/v1/operations/{operation.id}/board"), lead.get(f"/operations/{operation.id}")
    refused = lead.post(f"/api/v1/operations/{operation.id}/exhibits", exhibit)
    told = lead.get("/health").get_json()

    assert (board.status_code, pages.status_code) == (200, 200)
    assert "The disk of the database is full." in pages.text
    assert refused.status_code == 503
    assert refused.get_json()["error"]["message"].startswith("The disk of the database is full. Nothing was changed")
    assert told == {"status": "degraded", "reasons": ["database_full"]}


def test_operators_are_told_before_a_disk_is_full(
    lead: Browser, operation: TestOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The disk of the database" not in lead.get(f"/operations/{operation.id}").text
    monkeypatch.setattr(volumes, "LOW_SHARE", 0.0)

    assert lead.get("/health").get_json() == {"status": "degraded", "reasons": ["database_low"]}
    assert "Tell an operator." in lead.get(f"/operations/{operation.id}").text


def test_health_says_that_the_database_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "LOW_SHARE", 2.0)
    app.extensions["concord.database"] = Database("postgresql+psycopg://nobody@/none?host=/nowhere")

    answer = app.test_client().get("/health", base_url="http://127.0.0.1:8000")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "degraded", "reasons": ["database_away"]})


def test_who_asks_about_health_does_not_wait_for_what_is_slow(
    lead: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found a moment ago is told meanwhile, and what is found afterwards."""
    monkeypatch.setattr(volumes, "LOW_SHARE", 2.0)
    ends = Event()
    before = lead.get("/health").get_json()
    app.extensions["concord.troubles"] = [lambda: [str(ends.wait(LIMIT_S))]]

    monkeypatch.setattr(health, "OLD_S", 600.0)
    meanwhile = [lead.get("/health").get_json() for _ in range(3)]
    ends.set()
    monkeypatch.setattr(health, "OLD_S", 0.0)

    assert [before, *meanwhile] == [{"status": "ok"}] * 4
    assert lead.get("/health").get_json() == {"status": "degraded", "reasons": ["True"]}


def test_health_says_that_a_database_is_away_that_does_not_answer_in_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "LOW_SHARE", 2.0)
    ends, client = Event(), app.test_client()
    app.extensions["concord.troubles"] = [lambda: [str(ends.wait(LIMIT_S))]]

    monkeypatch.setattr(health, "ANSWER_S", 0.01)
    meanwhile = client.get("/health", base_url="http://127.0.0.1:8000").get_json()
    ends.set()
    monkeypatch.setattr(health, "ANSWER_S", 60.0)
    afterwards = client.get("/health", base_url="http://127.0.0.1:8000").get_json()

    assert meanwhile == {"status": "degraded", "reasons": ["database_away"]}
    assert afterwards == {"status": "degraded", "reasons": ["True"]}


def test_of_many_who_ask_about_health_at_once_each_is_answered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "LOW_SHARE", 2.0)
    monkeypatch.setattr(health, "OLD_S", 600.0)
    asked = app.extensions["concord.health"]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as many:
            found = list(many.map(lambda _: asked.troubles(), range(800)))
    finally:
        sys.setswitchinterval(before)

    assert found == [[]] * 800


def test_health_says_that_work_failed_of_which_no_page_tells(lead: Browser, operation: TestOperation) -> None:
    told = []
    for kind in ("read_media", "match_media"):
        operation.change(
            "insert into job (kind, subject_id, operation_id, asked_by, state, done_at) "
            "values (:kind, gen_random_uuid(), :id, :by, 'failed', now())",
            kind=kind,
            id=operation.id,
            by=operation.person("EC", "operation_lead"),
        )
        told.append(lead.get("/health").get_json())

    assert told == [{"status": "ok"}, {"status": "degraded", "reasons": ["work_failed"]}]


def test_health_says_that_live_updates_are_late_while_they_are(lead: Browser, app: Flask) -> None:
    live = Live(app.extensions["concord.database"], lambda: None)
    app.extensions["concord.troubles"] = [live.troubles]

    before = lead.get("/health").get_json()
    with live.changes.setbacks.trying("an operation"):
        raise KeyError("x")
    late = lead.get("/health").get_json()
    with live.changes.setbacks.trying("an operation"):
        pass

    assert (before, lead.get("/health").get_json()) == ({"status": "ok"}, {"status": "ok"})
    assert late == {"status": "degraded", "reasons": ["live_updates_late"]}


def test_media_leave_the_reserve_that_the_database_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MediaStore(tmp_path.as_uri())
    monkeypatch.setattr(Volume, "is_full", lambda self: True)

    with pytest.raises(Unavailable) as refusal:
        store.put_bytes(b"some content", key=OperationKey("operation-1", bytes(32)))

    assert refusal.value.facts["reason"] == "disk_full"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_disk_that_is_not_known_here_is_never_full(tmp_path: Path) -> None:
    for unknown in (None, tmp_path / "gone"):
        disk = Volume(unknown, reserve_bytes=MORE_THAN_ANY_DISK)
        assert (disk.used_share(), disk.is_full(), disk.is_low()) == (0.0, False, False)
