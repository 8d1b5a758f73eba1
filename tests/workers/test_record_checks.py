"""The installation verifies its own record: what it finds is kept, told, and holds back what would freeze it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from tests.support.servers import Servers
from tests.support.tampering import superuser_of
from workers.records import verify_record
from workers.tools import WorkerTools, now_of
from workspace import events
from workspace.commands.differences import ask_verification, explain_difference, settle_difference
from workspace.commands.editions import draw_up_edition
from workspace.commands.operations import change_operation_settings
from workspace.commands.record_checks import NIGHT_H, SQL
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Chain
from workspace.model.database import Database
from workspace.model.jobs import Taken
from workspace.queries.figures import draw
from workspace.queries.record_checks import CheckedRecord, checked_record


def verify(operation: TestOperation, tools: WorkerTools) -> None:
    """Do the job as a worker does."""
    with operation.workers.read(tools.service_id) as view:
        assert view.now is not None
        job = Taken(UUID(int=0), "verify_record", UUID(int=operation.id), operation.id, 1, view.now)
    effects = verify_record(tools, job)
    with tools.db.write(tools.service_id) as tx:
        effects(tx)


def read(database: Database, operation: TestOperation, person: int) -> CheckedRecord | None:
    with database.read(person) as view:
        return checked_record(view.session, operation.id)


def test_what_was_found_is_kept_and_its_beginning_and_end_are_events(
    operation: TestOperation, database: Database, tools: WorkerTools
) -> None:
    leader, observer = operation.person("EC", "operation_lead"), operation.person("CL", "observer")
    operation.person("PE")
    operation.bind()
    verify(operation, tools)
    before = read(database, operation, observer)

    operation.change(
        "update membership set role = 'liaison' where operation_id = :id and role = 'specialist'", id=operation.id
    )
    verify(operation, tools)
    verify(operation, tools)
    broken = read(database, operation, leader)
    operation.change(
        "update membership set role = 'specialist' where operation_id = :id and role = 'liaison'", id=operation.id
    )
    verify(operation, tools)
    after = read(database, operation, observer)

    assert before
    assert broken
    assert after
    assert (before.state, before.faults, before.events, before.intact_at) == ("intact", 0, 1, before.checked_at)
    assert (broken.state, broken.faults, broken.intact_at) == ("broken", 1, before.checked_at)
    assert (broken.broken[0].table, broken.broken[0].what) == ("membership", "changed after event 1: column role")
    assert after.state == "intact"
    assert operation.kinds() == ["rows:bound", "record:found_broken", "record:found_intact"]


def test_only_who_answers_for_the_record_reads_which_rows_they_are(
    operation: TestOperation, database: Database, tools: WorkerTools
) -> None:
    roles = ("observer", "operation_lead", "administrator", "country_lead", "specialist", "recipient")
    people = {role: operation.person("EC", role) for role in roles}
    verify(operation, tools)  # nobody has bound the rows of this operation

    assert {role for role, person in people.items() if read(database, operation, person)} == {
        "observer",
        "operation_lead",
    }


def test_no_edition_is_asked_for_while_the_record_is_broken(
    operation: TestOperation, database: Database, tools: WorkerTools
) -> None:
    leader = operation.person("EC", "operation_lead")
    operation.bind()
    operation.change("update operation set tlp = 'RED' where id = :id", id=operation.id)
    verify(operation, tools)

    with pytest.raises(Conflict, match="do not match the record"), database.write(leader) as tx:
        draw_up_edition(tx, operation.id, kind="interim")
    assert "edition:asked" not in operation.kinds()


def test_two_people_of_two_countries_settle_what_an_act_found_changed(
    operation: TestOperation, database: Database, tools: WorkerTools
) -> None:
    leader, observer = operation.person("EC", "operation_lead"), operation.person("CL", "observer")
    near, other = operation.person("EC", "observer"), operation.person("PE", "operation_lead")
    operation.bind()
    operation.change("update operation set code_name = 'CHANGED' where id = :id", id=operation.id)
    verify(operation, tools)
    key, why = str(operation.id), "an operator repaired the name by hand"

    def explain(person: int, reason: str = why) -> UUID:
        with database.write(person) as tx:
            return explain_difference(tx, operation.id, table="operation", key=key, reason=reason)

    def settle(person: int, difference: UUID) -> None:
        with database.write(person) as tx:
            settle_difference(tx, operation.id, difference)

    with pytest.raises(NotFound, match="put right first"):  # it does not match even now
        explain(leader)
    with database.write(leader) as tx:
        change_operation_settings(tx, operation.id, lease_s=7200)
    verify(operation, tools)
    with pytest.raises(Invalid):
        explain(leader, " ")
    with pytest.raises(NotFound):
        settle(observer, uuid4())

    difference = explain(leader)
    with pytest.raises(Conflict, match="explained this already"):
        explain(other)
    for person in (leader, near):
        with pytest.raises(Forbidden, match="Another country"):
            settle(person, difference)
    verify(operation, tools)
    with pytest.raises(Conflict, match="do not match"), database.write(leader) as tx:
        draw_up_edition(tx, operation.id, kind="interim")

    settle(observer, difference)
    with pytest.raises(Conflict, match="settled already"):
        settle(observer, difference)
    with tools.db.read(tools.housekeeping_id) as view:  # the check that follows is asked for
        due = view.session.execute(SQL["due"], {"everything": False, "hour": NIGHT_H}).all()
    assert operation.id in {row.chain for row in due}
    verify(operation, tools)

    found = read(database, operation, leader)
    assert found
    assert (found.state, found.broken, found.explained, found.is_asked) == ("settled", [], [], False)
    assert [(each.table, each.key, each.reason) for each in found.settled] == [("operation", key, why)]
    assert [found.settled[0].seen_by[-4:], found.settled[0].confirmed_by[-4:]] == ["(EC)", "(CL)"]
    assert operation.kinds()[-3:] == ["difference:explained", "difference:settled", "record:found_settled"]
    with database.write(leader) as tx:
        edition = draw_up_edition(tx, operation.id, kind="interim")
    with tools.db.read(tools.service_id) as view:
        drawn = draw(view.session, edition, now_of(view))
    assert drawn
    assert drawn.figures.header.settled_differences == 1

    # An explanation that somebody changed past the program settles nothing.
    operation.change("update difference set reason = 'nothing happened' where id = :id", id=difference)
    verify(operation, tools)
    again = read(database, operation, leader)
    assert again
    assert (again.state, {each.table for each in again.broken}) == ("broken", {"operation", "difference"})


def test_one_check_waits_for_who_asks_for_it(operation: TestOperation, database: Database, tools: WorkerTools) -> None:
    leader, observer = operation.person("EC", "operation_lead"), operation.person("CL", "observer")
    operation.bind()
    verify(operation, tools)
    with pytest.raises(Forbidden), database.write(operation.person("PE", "country_lead")) as tx:
        ask_verification(tx, operation.id)

    with database.write(observer) as tx:
        ask_verification(tx, operation.id)
    with pytest.raises(Conflict, match="waiting already"), database.write(leader) as tx:
        ask_verification(tx, operation.id)

    waiting = read(database, operation, leader)
    assert waiting
    assert waiting.is_asked
    verify(operation, tools)
    done = read(database, operation, leader)
    assert done
    assert not done.is_asked
    with database.write(leader) as tx:
        ask_verification(tx, operation.id)
    assert operation.kinds().count("record:check_asked") == 2


def test_a_tail_that_was_changed_is_noticed_by_the_next_event_and_verified_before_the_night(
    operation: TestOperation, tools: WorkerTools, servers: Servers
) -> None:
    operation.bind()
    verify(operation, tools)
    superuser = superuser_of(servers.admin_url, str(operation.owner.url.database))
    with Session(superuser) as session:
        session.execute(text("set local session_replication_role = replica"))
        session.execute(
            text("update event set body = replace(body, 'rows:bound', 'rows:found') where operation_id = :id"),
            {"id": operation.id},
        )
        session.commit()
    superuser.dispose()

    with tools.db.write(tools.service_id) as tx:
        tx.record(events.RecordFoundIntact(events.Place(operation.id)))
    assert operation.row(Chain, operation.id).doubted_seq == 1
    with tools.db.read(tools.housekeeping_id) as view:
        due = view.session.execute(SQL["due"], {"everything": False, "hour": NIGHT_H}).all()
    assert operation.id in {row.chain for row in due}
