"""The record: chained, append-only, and verified without the database."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.operation import Side, TestOperation
from workspace import events
from workspace.commands import guard
from workspace.commands.discussion import comment_on_lead
from workspace.errors import Forbidden, Unavailable
from workspace.exchange import verify_record as record
from workspace.model import Lead
from workspace.model.database import Database
from workspace.queries.record import record_head, record_page, whole_record


@pytest.fixture
def export(operation: TestOperation, database: Database) -> list[str]:
    lead = operation.lead()
    for number in range(12):
        with database.write(operation.person("EC" if number % 2 else "PE")) as tx:
            comment_on_lead(tx, lead, body=f"note {number}", language="en")
    with database.read(operation.person("EC", "observer")) as view:
        return [line.exported() for line in whole_record(view.session, operation.id)]


def test_an_untouched_export_is_intact_and_ends_in_the_head_of_the_log(
    operation: TestOperation, database: Database, export: list[str]
) -> None:
    with database.read(operation.person()) as view:
        log = record_head(view.session, operation.id)

    found = record.verify_record(export, heads=[record.Head(log.head)])

    assert found.is_intact
    assert (found.events, found.operation) == (log.seq, operation.id)


def chain(*versions: int, operation: int = 7) -> list[str]:
    """An export as the database would give it, with a line of each of these versions."""
    lines, last = [], bytes(32)
    for seq, version in enumerate(versions, start=1):
        told = {
            "operation": operation,
            "seq": seq,
            "at": f"2026-03-01T10:00:{seq:02}.000000Z",
            "payload": {"faces": seq},
        }
        body = json.dumps(({} if version == 1 else {"version": version}) | told)
        inner = body.encode() if version == 1 else hashlib.sha256(body.encode()).digest()
        last = hashlib.sha256(last + inner).digest()
        lines.append(record.export_line(body, last))
    return lines


def withheld(line: str) -> str:
    """The same line without its content."""
    row = json.loads(line)
    return json.dumps({"digest": hashlib.sha256(row["body"].encode()).hexdigest(), "hash": row["hash"]}) + "\n"


MIXED = chain(1, 1, 1, 2, 2, 2, 2, 2)
SOME_WITHHELD = [*MIXED[:4], withheld(MIXED[4]), MIXED[5], withheld(MIXED[6]), MIXED[7]]
CHAINS = st.sampled_from([MIXED, SOME_WITHHELD, chain(1, 1, 1, 1), chain(2, 2, 2, 2, 2)])


def where(lines: list[str], *, head: str | None = None) -> int | None:
    """The first line that the verifier names; None where it finds nothing wrong."""
    faults = record.verify_record(lines, heads=[record.Head(head)] if head else []).faults
    return int(faults[0].split()[1].rstrip(":")) if faults else None


@pytest.mark.parametrize("lines", [MIXED, SOME_WITHHELD, chain(1, 1), chain(2, 2)])
def test_both_versions_verify_in_one_chain_and_so_do_withheld_lines(lines: list[str]) -> None:
    found = record.verify_record(lines, heads=[record.Head(json.loads(lines[-1])["hash"])])

    assert found.faults == []
    assert found.events == len(lines)
    assert found.withheld == sum("digest" in json.loads(line) for line in lines)


def test_an_empty_file_proves_nothing() -> None:
    assert record.verify_record([]).faults == ["there is no event: an empty file proves nothing"]


@pytest.mark.parametrize("body", ["[" * 100_000, '{"operation": 1, "seq": 1, "at": "", "version": "\\u001b[2J"}'])
def test_what_a_hostile_export_says_is_told_without_its_signs(body: str) -> None:
    faults = record.verify_record([record.export_line(body, bytes(32))]).faults

    assert faults
    assert "\x1b" not in "".join(faults)


@given(st.data(), CHAINS)
def test_every_changed_byte_is_found_at_its_line(data: st.DataObject, lines: list[str]) -> None:
    """Whatever is changed: a body, a digest in its place, a hash."""
    index = data.draw(st.integers(0, len(lines) - 1))
    row = json.loads(lines[index])
    name = data.draw(st.sampled_from(sorted(row)))
    raw = bytearray(row[name].encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    row[name] = raw.decode("utf-8", "replace")

    changed = [*lines[:index], json.dumps(row) + "\n", *lines[index + 1 :]]

    assert where(changed) == index + 1


@given(st.data(), CHAINS)
def test_every_removed_swapped_or_doubled_row_is_found_where_it_is(data: st.DataObject, lines: list[str]) -> None:
    index = data.draw(st.integers(0, len(lines) - 2))
    removed = lines[:index] + lines[index + 1 :]
    swapped = [*lines[:index], lines[index + 1], lines[index], *lines[index + 2 :]]
    doubled = [*lines[: index + 1], *lines[index:]]

    assert where(removed) == index + 1
    assert where(swapped) == index + 1
    assert where(doubled) == index + 2


@given(st.data())
def test_a_line_of_version_1_cannot_be_withheld(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, 2))

    assert where([*MIXED[:index], withheld(MIXED[index]), *MIXED[index + 1 :]]) == index + 1


@pytest.mark.parametrize("versions", [(2, 1), (1, 2, 1), (1, 3), (0,)])
def test_a_record_never_goes_back_to_an_earlier_version_nor_to_one_that_nobody_knows(versions: tuple[int, ...]) -> None:
    lines = chain(*versions)

    assert where(lines) == len(versions)
    assert "is of version" in record.verify_record(lines).faults[0]


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", "null", '{"hash": 1}', '{"hash": "00", "body": "x"}', '{"body": "x"}']
)
def test_what_is_no_line_is_said_to_be_none(line: str) -> None:
    assert record.verify_record([line]).faults == ["line 1: not a row of the record"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_bit_of_what_the_database_wrote_is_found_at_its_line(export: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(export) - 1))
    row = json.loads(export[index])
    raw = bytearray(row["body"].encode())
    position = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[position // 8] ^= 1 << position % 8
    row["body"] = raw.decode("utf-8", "replace")

    assert where([*export[:index], json.dumps(row) + "\n", *export[index + 1 :]]) == index + 1


def test_a_new_event_is_of_version_2_and_its_body_can_be_withheld(export: list[str]) -> None:
    assert {json.loads(json.loads(line)["body"])["version"] for line in export} == {2}
    assert record.verify_record([withheld(line) for line in export]).is_intact


def test_a_text_that_is_no_code_is_refused_and_nothing_is_written(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()
    before = operation.kinds()

    for words in ("shift ended", "x" * 65, "", "Ann\u2019s", "a\nb"):
        with pytest.raises(Unavailable, match="no code"), database.write(operation.person()) as tx:
            tx.record(events.LeadOpened(events.Place(operation.id, lead_id=lead), number=1, lead_kind=words))

    assert operation.kinds() == before


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
    assert not record.verify_record(export[:-1], heads=[record.Head(head)]).is_intact


def test_the_verifier_runs_alone_with_the_standard_library(export: list[str], tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("".join(export), encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text("".join(export[1:]), encoding="utf-8")
    script = Path(record.__file__)

    good = subprocess.run([sys.executable, "-I", "-S", script, tmp_path / "log.jsonl"], capture_output=True, text=True)
    bad = subprocess.run([sys.executable, "-I", "-S", script, tmp_path / "bad.jsonl"], capture_output=True, text=True)

    assert (good.returncode, bad.returncode) == (0, 1)
    assert "intact" in good.stdout
    assert "NOT INTACT" in bad.stdout


def test_leads_export_with_what_their_keys_do_not_show_withheld_and_it_verifies(
    operation: TestOperation, database: Database
) -> None:
    closed, seen = operation.lead(Side("EC", "agency"), Side("EC", "agency")), operation.lead()
    for lead in (seen, closed, seen):
        with database.write(operation.person("EC")) as tx:
            comment_on_lead(tx, lead, body="a note", language="en")
    told = {}
    for country, role in (("EC", "observer"), ("EC", "country_lead"), ("PE", "country_lead"), ("CL", "operation_lead")):
        with database.read(operation.person(country, role)) as view:
            lines = [line.exported() for line in whole_record(view.session, operation.id)]
            found = record.verify_record(lines, heads=[record.Head(record_head(view.session, operation.id).head)])
            told[country, role] = (found.faults, found.events, found.withheld)
            assert all(str(closed) not in line for line in lines) == (country != "EC")

    assert told == {
        ("EC", "observer"): ([], 3, 0),
        ("EC", "country_lead"): ([], 3, 0),
        ("PE", "country_lead"): ([], 3, 1),
        ("CL", "operation_lead"): ([], 3, 1),
    }
    with pytest.raises(Forbidden), database.read(operation.person("EC", "specialist")) as view:
        [line.exported() for line in whole_record(view.session, operation.id)]


def test_a_lead_who_opens_one_side_is_not_given_the_lock_of_the_other(
    operation: TestOperation, database: Database
) -> None:
    """Leads that stand on one closed exhibit would be known by its number; the page Record tells the event itself."""
    half = operation.lead(Side("EC", "agency"), "PE")
    row = operation.row(Lead, half)
    with database.write(operation.person("EC")) as tx:
        tx.record(events.LeadUnlocked(guard.at(row), exhibit=uuid4()))

    for country, withheld in (("EC", 0), ("PE", 1)):
        with database.read(operation.person(country, "country_lead")) as view:
            lines = [line.exported() for line in whole_record(view.session, operation.id)]
            found = record.verify_record(lines)
            assert (found.faults, found.withheld) == ([], withheld)
            assert len(record_page(view.session, operation.id)) == 1


def test_a_value_that_the_record_does_not_know_is_a_fault_of_ours(operation: TestOperation, database: Database) -> None:
    with pytest.raises(TypeError, match="no object"), database.write(operation.person()) as tx:
        tx.record(events.IntakeEnded(events.Place(operation.id), exhibit=object(), received=1, refused=0))  # type: ignore[arg-type]


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
