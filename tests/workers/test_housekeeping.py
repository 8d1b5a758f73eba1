"""Housekeeping: what the clock ends is written down, once, by one of all processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from tests.support.bench import Bench
from tests.support.operation import TestOperation
from tests.support.waiting import LIMIT_S, until
from workers.housekeeping import Duties, Housekeeper, do_due_duties, do_rare_duties
from workspace.model import Lead, Operation, jobs


def test_an_operation_whose_window_is_over_begins_to_close(bench: Bench) -> None:
    bench.operation.change(
        "update operation set opens_at = now() - interval '2 hours', closes_at = now() - interval '1 second' where id "
        "= :id",
        id=bench.operation.id,
    )

    do_due_duties(bench.tools.db, bench.tools.housekeeping_id)
    do_due_duties(bench.tools.db, bench.tools.housekeeping_id)

    assert bench.operation.row(Operation, bench.operation.id).state == "closing"
    assert bench.operation.kinds() == ["operation:state_changed"]


def test_a_lease_that_is_over_and_presence_that_is_stale_end(bench: Bench) -> None:
    lead, person = bench.operation.lead(), bench.operation.person("EC")
    bench.operation.change(
        "update lead set holder_id = :who, lease_until = now() - interval '1 second' where id = :id",
        who=person,
        id=lead,
    )
    bench.operation.change(
        "insert into presence (lead_id, user_id, operation_id, locks, mode, seen_at) "
        "values (:lead, :who, :op, '{}', 'viewing', now() - interval '2 minutes')",
        lead=lead,
        who=person,
        op=bench.operation.id,
    )

    do_due_duties(bench.tools.db, bench.tools.housekeeping_id)

    assert bench.operation.kinds() == ["lead:lease_ended"]
    assert bench.rows("select 1 from presence where operation_id = :operation") == []


def test_forgotten_presence_rings_each_operation_once_and_nobody_is_shown_any_more(bench: Bench) -> None:
    lead, people = bench.operation.lead(), [bench.operation.person("EC"), bench.operation.person("PE")]
    for person in people:
        bench.operation.change(
            "insert into presence (lead_id, user_id, operation_id, locks, mode, seen_at) "
            "select id, :who, operation_id, locks, 'viewing', now() - interval '31 seconds' from lead where id = :lead",
            lead=lead,
            who=person,
        )
    url = bench.tools.db.url.replace("postgresql+psycopg://", "postgresql://", 1)

    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute("listen concord_presence")
        do_due_duties(bench.tools.db, bench.tools.housekeeping_id)
        do_due_duties(bench.tools.db, bench.tools.housekeeping_id)
        bench.operation.change("notify concord_presence, 'nothing more'")  # comes behind what was said before
        told = list(
            takewhile(
                lambda payload: payload != "nothing more",
                (wake_up.payload for wake_up in listener.notifies(timeout=LIMIT_S)),
            )
        )

    # Operations of other tests may have presence that ends just now.
    assert told.count(str(bench.operation.id)) == 1
    assert bench.rows("select 1 from presence where operation_id = :operation") == []
    assert bench.operation.kinds() == []


def test_one_process_keeps_the_house_and_another_follows_when_it_ends(bench: Bench, operation: TestOperation) -> None:
    ends = [threading.Event(), threading.Event()]
    keepers = [Housekeeper(bench.tools.db, bench.tools.housekeeping_id, end) for end in ends]

    def holders() -> int:
        with bench.tools.db.engine.connect() as connection:
            sql = "select count(*) from pg_locks where locktype = 'advisory' and granted and classid = 0x68 and database = "
            return int(
                connection.scalar(text(sql + "(select oid from pg_database where datname = current_database())")) or 0
            )

    for keeper in keepers:
        keeper.start()
    until(lambda: holders() == 1)
    ends[0].set()
    keepers[0].join()
    until(lambda: holders() == 1)
    ends[1].set()
    keepers[1].join()
    until(lambda: holders() == 0)


@contextmanager
def refused(operation: TestOperation, table: str, row: str) -> Iterator[None]:
    """Make the database refuse each change of a row, as a fault of ours would."""
    name = f"refuse_{operation.mark.replace('-', '_')}"
    operation.change(
        f"create function {name}() returns trigger language plpgsql as $$ begin raise exception division_by_zero; end $$"
    )
    operation.change(
        f"create trigger {name} before update on {table} for each row when (new.{row}) execute function {name}()"
    )
    try:
        yield
    finally:
        operation.change(f"drop function {name}() cascade")


def over(operation: TestOperation) -> UUID:
    """A lead whose lease is over."""
    lead = operation.lead()
    operation.change(
        "update lead set holder_id = :who, lease_until = now() - interval '1 second' where id = :id",
        who=operation.person("EC"),
        id=lead,
    )
    return lead


def holders(operation: TestOperation, *leads: UUID) -> list[bool]:
    return [operation.row(Lead, lead).holder_id is not None for lead in leads]


def test_a_row_that_cannot_be_changed_holds_up_no_other_row_and_no_other_duty(bench: Bench) -> None:
    operation = bench.operation
    stuck, other = over(operation), over(operation)
    duties = Duties(bench.tools.db, bench.tools.housekeeping_id)
    with refused(operation, "lead", f"id = '{stuck}'"):
        duties.do_due()
        assert holders(operation, stuck, other) == [True, False]
        assert operation.kinds() == ["lead:lease_ended"]
        later = over(operation)
        operation.change(
            "update operation set opens_at = now() - interval '2 hours', closes_at = now() - interval '1 second' "
            "where id = :id",
            id=operation.id,
        )
        duties.do_due()
        assert holders(operation, stuck, later) == [True, False]
        assert operation.row(Operation, operation.id).state == "closing"

    duties.setbacks.hurry()
    duties.do_due()
    duties.do_due()
    assert holders(operation, stuck) == [False]
    assert len(duties.setbacks) == 0


def test_an_operation_whose_record_takes_nothing_holds_up_no_other_operation(bench: Bench) -> None:
    broken, other = bench.operation, TestOperation(bench.tools.db)
    stuck, lead = over(broken), over(other)
    with refused(broken, "chain", f"operation_id = {broken.id}"):
        Duties(bench.tools.db, bench.tools.housekeeping_id).do_due()

    assert (holders(broken, stuck), holders(other, lead)) == ([True], [False])
    assert (broken.kinds(), other.kinds()) == ([], ["lead:lease_ended"])


def test_a_job_whose_end_cannot_be_written_has_failed_all_the_same_and_holds_up_no_other(bench: Bench) -> None:
    left = {}
    with bench.tools.db.write(bench.tools.housekeeping_id) as tx:
        for kind in (
            "build_package",
            "read_media",
        ):  # of things that are not there: what their end means cannot be said
            subject = UUID(int=bench.operation.id)
            jobs.want(tx, kind, subject, bench.operation.id)
            left[kind] = subject
    bench.operation.change(
        "update job set attempt = :most, lease_until = now() - interval '1 second' where operation_id = :id",
        most=jobs.MOST_ATTEMPTS,
        id=bench.operation.id,
    )

    do_due_duties(bench.tools.db, bench.tools.housekeeping_id)

    assert sorted(bench.rows("select kind, state from job where operation_id = :operation")) == [
        ("build_package", "failed"),
        ("read_media", "failed"),
    ]


def test_what_failed_for_good_is_tried_again_and_erasing_also_after_the_operation_has_closed(bench: Bench) -> None:
    kinds = {"match_person": "failed", "drop_tiles": "waiting", "erase_probe": "waiting", "draw_up_debrief": "waiting"}
    for kind in kinds:
        bench.operation.change(
            "insert into job (kind, subject_id, operation_id, asked_by, state, attempt, done_at) "
            "values (:kind, gen_random_uuid(), :id, :by, 'failed', 5, now() - interval '16 minutes')",
            kind=kind,
            id=bench.operation.id,
            by=bench.tools.service_id,
        )
    bench.operation.change("update operation set state = 'closed' where id = :id", id=bench.operation.id)

    def tried() -> list[Any]:
        own = "select kind, state, attempt from job where operation_id = :operation and kind = any (:kinds)"
        return bench.rows(own, kinds=list(kinds))

    do_rare_duties(bench.tools.db, bench.tools.housekeeping_id)

    assert {kind: state for kind, state, _ in tried()} == kinds
    bench.operation.change("update operation set state = 'open' where id = :id", id=bench.operation.id)

    do_rare_duties(bench.tools.db, bench.tools.housekeeping_id)

    assert {(state, attempt) for _, state, attempt in tried()} == {("waiting", 0)}
