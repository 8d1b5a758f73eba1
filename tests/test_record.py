"""The record: chained, append-only, and verified without the database."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.operation import TestOperation
from workspace.commands.discussion import comment_on_lead
from workspace.errors import Forbidden
from workspace.exchange import record
from workspace.model.database import Database
from workspace.queries.record import record_head, whole_record


@pytest.fixture
def export(operation: TestOperation, database: Database) -> list[str]:
    lead = operation.lead()
    for number in range(12):
        with database.write(operation.person("EC" if number % 2 else "PE")) as tx:
            comment_on_lead(tx, lead, body=f"note {number}", language="en")
    with database.read(operation.person("EC", "observer")) as view:
        return [record.export_line(body, digest) for body, digest in whole_record(view.session, operation.id)]


def test_an_untouched_export_is_intact_and_ends_in_the_head_of_the_log(
    operation: TestOperation, database: Database, export: list[str]
) -> None:
    with database.read(operation.person()) as view:
        seq, head = record_head(view.session, operation.id)

    found = record.verify_record(export, head=head)

    assert found.is_intact
    assert (found.events, found.operation) == (seq, operation.id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_flipped_bit_is_found(export: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(export) - 1))
    row = json.loads(export[index])
    raw = bytearray(row["body"].encode())
    position = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[position // 8] ^= 1 << position % 8
    row["body"] = raw.decode("utf-8", "replace")

    changed = [*export[:index], json.dumps(row) + "\n", *export[index + 1 :]]

    assert not record.verify_record(changed).is_intact


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_removed_swapped_or_doubled_row_is_found(export: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(export) - 2))
    removed = export[:index] + export[index + 1 :]
    swapped = [*export[:index], export[index + 1], export[index], *export[index + 2 :]]
    doubled = [*export[: index + 1], *export[index:]]

    for changed in (removed, swapped, doubled):
        assert not record.verify_record(changed).is_intact


def test_a_row_older_than_the_one_before_it_is_found() -> None:
    lines, last = [], bytes(32)
    for seq, at in enumerate(("2026-03-01T10:00:01Z", "2026-03-01T10:00:00Z"), start=1):
        body = json.dumps({"operation": 1, "seq": seq, "at": at})
        last = hashlib.sha256(last + body.encode()).digest()
        lines.append(record.export_line(body, last))

    assert record.verify_record(lines).faults == ["line 2: is older than the line before it"]


def test_a_cut_off_end_is_found_by_the_known_head(export: list[str]) -> None:
    head = json.loads(export[-1])["hash"]

    assert record.verify_record(export[:-1]).is_intact
    assert not record.verify_record(export[:-1], head=head).is_intact


def test_the_verifier_runs_alone_with_the_standard_library(export: list[str], tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("".join(export), encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text("".join(export[1:]), encoding="utf-8")
    script = Path(record.__file__)

    good = subprocess.run([sys.executable, "-I", "-S", script, tmp_path / "log.jsonl"], capture_output=True, text=True)
    bad = subprocess.run([sys.executable, "-I", "-S", script, tmp_path / "bad.jsonl"], capture_output=True, text=True)

    assert (good.returncode, bad.returncode) == (0, 1)
    assert "intact" in good.stdout
    assert "NOT INTACT" in bad.stdout


def test_only_observers_export_the_whole_record(operation: TestOperation, database: Database) -> None:
    operation.lead()

    with pytest.raises(Forbidden), database.read(operation.person("EC", "operation_lead")) as view:
        list(whole_record(view.session, operation.id))


@pytest.mark.parametrize("statement", ["update event set kind = 'x'", "delete from event", "truncate event"])
def test_not_even_the_owner_rewrites_the_record(
    operation: TestOperation, database: Database, export: list[str], servers: object, statement: str
) -> None:
    owner = Database(servers.urls["concord_owner"])  # type: ignore[attr-defined]

    with pytest.raises(DBAPIError, match="append-only"), owner.engine.begin() as connection:
        connection.execute(text(statement))

    owner.dispose()


def test_people_and_workers_cannot_write_the_record_by_hand(operation: TestOperation, database: Database) -> None:
    for handle in (database, operation.workers):
        with pytest.raises(DBAPIError, match="permission denied"), handle.engine.begin() as connection:
            connection.execute(text("update chain set last_seq = 0"))
