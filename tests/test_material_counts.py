"""Figures of material are added up while rows are written: they are those that counting the rows anew gives."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from tests.support.waiting import LIMIT_S, until_somebody_waits
from workspace.commands.housekeeping import fold_counts
from workspace.commands.intake import end_intake, receive_exhibit, receive_files
from workspace.commands.lines import Arrival
from workspace.commands.registers import NewEntry, Portrait, import_register
from workspace.model.database import Database
from workspace.queries.intake import intake_report
from workspace.store.objects import Stored

_PARTS = text(
    "select compartment_id, subject, what, sum(number) from material_count where operation_id = :op and what <> "
    "'double' "
    "group by 1, 2, 3 having sum(number) <> 0 order by 1, 2, 3"
)
_MET = text("select exhibit_id, sha256, is_taken from met_content where operation_id = :op order by 1, 2")


def sums(operation: TestOperation) -> tuple[object, ...]:
    with Session(operation.owner) as session:
        return tuple(tuple(map(tuple, session.execute(asked, {"op": operation.id}))) for asked in (_PARTS, _MET))


def anew(operation: TestOperation) -> tuple[object, ...]:
    """The sums as the rows give them."""
    operation.change("select count_material_anew(:op)", op=operation.id)
    return sums(operation)


def exhibit(operation: TestOperation, database: Database, country: str, label: str) -> UUID:
    with database.write(operation.person(country, "analyst")) as tx:
        facts = {"kind": "phone", "case_reference": "case", "custodian": "custodian"}
        return receive_exhibit(tx, operation.id, country=country, label=label, **facts)


def photo(path: str, content: bytes) -> Arrival:
    digest = hashlib.sha256(content).digest()
    return Arrival(path, 9, Stored(digest, digest[:16], digest[:20], 9, f"1/{digest.hex()}"), "image/jpeg")


def bring(operation: TestOperation, database: Database, exhibit_id: UUID, country: str, *arrivals: Arrival) -> None:
    with database.write(operation.person(country, "analyst")) as tx:
        receive_files(tx, exhibit_id, list(arrivals))


def test_they_follow_whatever_happens_to_a_file_a_medium_and_an_entry(
    operation: TestOperation, database: Database
) -> None:
    here, there = exhibit(operation, database, "EC", "A"), exhibit(operation, database, "PE", "B")
    other = exhibit(operation, database, "EC", "C")
    bring(
        operation,
        database,
        here,
        "EC",
        photo("1", b"1"),
        photo("2", b"1"),
        photo("3", b"3"),
        Arrival("4", 9, refusal="not_media"),
    )
    bring(operation, database, other, "EC", photo("1", b"1"), photo("2", b"c"))
    bring(operation, database, there, "PE", photo("1", b"1"))
    portrait = photo("", b"p").stored
    assert portrait is not None
    with database.write(operation.person("EC", "analyst")) as tx:
        entries = [NewEntry("1", portraits=(Portrait(portrait, "image/jpeg"),)), NewEntry("2")]
        import_register(tx, operation.id, country="EC", name="R", legal_source="law", entries=entries)
    for change in (
        "update media_item set state = 'read', face_count = 2 where operation_id = :op and sha256 = sha256('1')",
        "update media_item set state = 'refused', refusal = 'damaged' where operation_id = :op and sha256 = "
        "sha256('3')",
        "update media_item set unseen = '{end}' where operation_id = :op and state = 'read'",
        "update media_item set state = 'read', refusal = null, kind = 'archive' where operation_id = :op and sha256 = "
        "sha256('3')",
        "update register_entry set is_closed = true, closed_as = 'withdrawn' where operation_id = :op and number = '2'",
        "insert into media_sweep (media_item_id, operation_id, compartment_id, method, faces, bettered, is_whole) "
        "select id, operation_id, compartment_id, 'tiles', 2, 1, false from media_item where operation_id = :op and "
        "face_count = 2",
    ):
        operation.change(change, op=operation.id)
    for change in (  # as an exhibit is closed of which one content came elsewhere too
        "update exhibit set compartment_id = :lock where id = :exhibit",
        "update media_item set compartment_id = :lock where operation_id = :op and sha256 = sha256('c')",
        "insert into media_item (operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, media_type, "
        "kind) "
        "select operation_id, :lock, "
        "sha256, md5, sha1, size_bytes, address, media_type, kind from media_item where compartment_id <> :lock and id "
        "in ("
        "select media_item_id from received_file where exhibit_id = :exhibit)",
        "update received_file f set compartment_id = :lock, media_item_id = (select m.id from media_item m where "
        "m.compartment_id = :lock "
        "and m.sha256 = f.sha256) where exhibit_id = :exhibit",
    ):
        facts = {"exhibit": other, "lock": operation.compartment("EC", "agency"), "op": operation.id}
        operation.change(change, **{name: value for name, value in facts.items() if f":{name}" in change})

    told = sums(operation)

    assert told == anew(operation)
    with database.read(operation.person("EC", "analyst")) as view:
        report = intake_report(view.session, operation.id)
    assert {line.label: (line.counts.received, line.counts.readable, line.counts.refused,
    line.counts.waiting) for line in report.exhibits} == {
        "A": (4, 3, 1, 0),
        "B": (1, 1, 0, 0),
        "C": (2, 0, 0, 2),
    }  # fmt: skip
    assert (report.distinct, report.archives, report.partly_read, report.faces, report.with_faces) == (3, 1, 2, 4, 2)


def test_a_medium_that_is_read_while_a_further_line_of_it_comes_is_counted_as_read_on_both(
    operation: TestOperation, database: Database
) -> None:
    first, second = exhibit(operation, database, "EC", "A"), exhibit(operation, database, "EC", "B")
    bring(operation, database, first, "EC", photo("1", b"1"))

    with ThreadPoolExecutor() as pool:
        with operation.workers.engine.begin() as reading:
            reading.execute(text("update media_item set state = 'read' where operation_id = :op"), {"op": operation.id})
            coming = pool.submit(bring, operation, database, second, "EC", photo("1", b"1"))
            until_somebody_waits(operation)
        coming.result(LIMIT_S)

    told = sums(operation)
    assert told == anew(operation)
    with database.read(operation.person("EC")) as view:
        assert intake_report(view.session, operation.id).counts.readable == 2


def test_contents_that_come_to_two_countries_at_the_same_moment_are_noted_when_an_intake_ends(
    operation: TestOperation, database: Database
) -> None:
    here, there = exhibit(operation, database, "EC", "A"), exhibit(operation, database, "PE", "B")
    bring(operation, database, here, "EC", photo("1", b"1"))
    bring(operation, database, there, "PE", photo("1", b"1"))
    operation.change("delete from met_content where operation_id = :op", op=operation.id)  # as if neither saw the other

    with database.write(operation.person("EC", "analyst")) as tx:
        end_intake(tx, here)

    told = sums(operation)
    assert told == anew(operation)
    assert len(told[1]) == 2  # type: ignore[arg-type]


def test_many_parts_become_one_and_the_figures_stay(operation: TestOperation, database: Database) -> None:
    here = exhibit(operation, database, "EC", "A")
    bring(operation, database, here, "EC", photo("1", b"1"))
    for _ in range(200):
        for state in ("read", "waiting"):
            operation.change(
                "update media_item set state = :state where operation_id = :op", state=state, op=operation.id
            )
    told = sums(operation)

    with operation.workers.write(operation.service_id) as tx:
        assert fold_counts(tx) > 500

    assert sums(operation) == told
    with operation.workers.write(operation.service_id) as tx:
        assert fold_counts(tx) == 0, "a few parts stay as they are"
