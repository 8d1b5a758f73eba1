"""Writes that meet: locks are taken in one order, leads before the head of the record, so that nobody waits in a
circle."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import NoDataFound
from sqlalchemy import event, text
from sqlalchemy.exc import InternalError, ProgrammingError

from tests.support.operation import TestOperation
from tests.support.owner import owner_of
from tests.support.servers import Servers
from tests.support.waiting import LIMIT_S, until, until_somebody_waits
from workspace import events
from workspace.commands.claims import claim_lead
from workspace.commands.discussion import comment_on_lead
from workspace.commands.guard import require_operation
from workspace.commands.intake import end_intake, receive_exhibit, receive_file
from workspace.commands.lines import Arrival
from workspace.commands.locks import hold
from workspace.commands.operations import change_operation_settings, change_operation_state
from workspace.commands.people import disable_user
from workspace.commands.removals import remove_member
from workspace.commands.shown import note_bands
from workspace.commands.stages import park_lead
from workspace.commands.steps import insert_invitation
from workspace.errors import Closed, Conflict, Forbidden, Held, NotFound, NotSignedIn, Unavailable
from workspace.model import Lead
from workspace.model.database import Database, Tx


def test_a_comment_and_a_claim_on_one_lead_do_not_stop_each_other(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()

    def comment() -> None:
        with database.write(operation.person("PE")) as tx:
            comment_on_lead(tx, lead, body="Look at the ear.", language="en")

    with ThreadPoolExecutor(1) as other:
        with database.write(operation.person("EC")) as tx:
            claim_lead(tx, lead)
            commenting = other.submit(comment)
            until_somebody_waits(operation)
        commenting.result(timeout=LIMIT_S)

    assert sorted(operation.kinds()) == ["comment:added", "lead:claimed"]


def test_a_setting_for_all_leads_waits_for_a_claim_and_the_claim_not_for_it(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead()
    leader = operation.person("EC", "operation_lead")

    def hide_bands() -> None:
        with database.write(leader) as tx:
            change_operation_settings(tx, operation.id, shows_band=False)

    with ThreadPoolExecutor(1) as other:
        with database.write(operation.person("EC")) as tx:
            claim_lead(tx, lead)
            hiding = other.submit(hide_bands)
            until_somebody_waits(operation)
        hiding.result(timeout=LIMIT_S)

    assert operation.kinds()[0] == "lead:claimed"


def test_of_many_who_claim_at_once_one_holds_the_lead_and_all_others_are_told_who(
    operation: TestOperation, database: Database
) -> None:
    people = [operation.person("EC", "specialist", n) for n in range(12)]
    leads = [operation.lead() for _ in range(5)]

    def claim(person: int, lead: UUID) -> int | None:
        try:
            with database.write(person) as tx:
                claim_lead(tx, lead)
        except Held as refusal:
            return refusal.holder_id
        return None

    for lead in leads:
        with ThreadPoolExecutor(len(people)) as threads:
            holders = list(threads.map(claim, people, [lead] * len(people)))
        winners = [person for person, holder in zip(people, holders, strict=True) if holder is None]
        assert len(winners) == 1
        assert {holder for holder in holders if holder is not None} == set(winners)
    assert operation.kinds().count("lead:claimed") == len(leads)
    assert operation.kinds().count("lead:claim_lost") == len(leads) * (len(people) - 1)


def test_of_those_who_waited_for_a_claim_that_came_to_nothing_one_takes_the_lead(
    operation: TestOperation, database: Database
) -> None:
    lead, first, *people = operation.lead(), *(operation.person("EC", "specialist", n) for n in range(4))

    def claim(person: int) -> int | None:
        try:
            _claim_and(database, person, lead, lambda tx: None)
        except Held as refusal:
            return refusal.holder_id
        return None

    with ThreadPoolExecutor(len(people)) as others:
        waiting: list[Future[int | None]] = []

        def fail(_: Tx) -> None:
            waiting.extend(others.submit(claim, person) for person in people)
            until(lambda: _how_many_wait(operation) == len(people))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            _claim_and(database, first, lead, fail)
        holders = [each.result(timeout=LIMIT_S) for each in waiting]

    winners = [person for person, holder in zip(people, holders, strict=True) if holder is None]
    assert [operation.row(Lead, lead).holder_id] == winners
    assert sorted(operation.kinds()) == ["lead:claim_lost", "lead:claim_lost", "lead:claimed"]


def _how_many_wait(operation: TestOperation) -> int:
    with operation.workers.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from pg_locks where not granted")).scalar_one())


def test_what_an_append_reads_does_not_grow_with_the_record(operation: TestOperation) -> None:
    """The database plans it while the record is short, and keeps the plan."""
    event = "jsonb_build_array(jsonb_build_object('kind', 'test:made', 'payload', '{}'::jsonb))"
    append = text(f"select append_events(:id, {event})")
    with owner_of(operation.workers).begin() as owner:
        owner.execute(text("analyze event"))
    with operation.workers.engine.begin() as connection:
        connection.execute(text("select act_as(:id)"), {"id": operation.service_id})
        for _ in range(8):
            connection.execute(append, {"id": operation.id})
        whole = connection.execute(text("select seq_scan from pg_stat_xact_user_tables where relname = 'event'"))

        assert whole.scalar_one() == 0


def _receive_exhibit(operation: TestOperation, database: Database) -> UUID:
    facts = {"country": "EC", "label": "X-1", "kind": "phone", "case_reference": "case", "custodian": "custodian"}
    with database.write(operation.person("EC", "analyst")) as tx:
        return receive_exhibit(tx, operation.id, **facts)


def test_the_end_of_an_intake_waits_for_the_file_that_is_being_written_down(
    operation: TestOperation, database: Database
) -> None:
    exhibit_id, analyst = _receive_exhibit(operation, database), operation.person("EC", "analyst")

    def end() -> None:
        with database.write(analyst) as tx:
            end_intake(tx, exhibit_id)

    with ThreadPoolExecutor(1) as other:
        with database.write(analyst) as tx:
            receive_file(tx, exhibit_id, Arrival("a.jpg", 0, refusal="not_readable"))
            ending = other.submit(end)
            until_somebody_waits(operation)
            assert not ending.done()
        ending.result(timeout=LIMIT_S)

    with operation.workers.read(operation.service_id) as view:
        counted = view.session.execute(
            text("select payload->'received' from event where operation_id = :id and kind = 'intake:ended'"),
            {"id": operation.id},
        ).scalar_one()
    assert counted == 1


def test_a_file_that_comes_while_an_intake_ends_is_told_that_it_has_ended(
    operation: TestOperation, database: Database
) -> None:
    exhibit_id, analyst = _receive_exhibit(operation, database), operation.person("EC", "analyst")

    def receive() -> None:
        with database.write(analyst) as tx:
            receive_file(tx, exhibit_id, Arrival("a.jpg", 0, refusal="not_readable"))

    with ThreadPoolExecutor(1) as other:
        with database.write(analyst) as tx:
            end_intake(tx, exhibit_id)
            tx.session.flush()
            receiving = other.submit(receive)
            until_somebody_waits(operation)
        with pytest.raises(Conflict, match="has ended"):
            receiving.result(timeout=LIMIT_S)


@pytest.fixture
def one_line(servers: Servers) -> Iterator[Database]:
    """The application's role with one connection, so that what a write leaves on it meets the next."""
    found = Database(servers.urls["concord_app"], pool_size=1, max_overflow=0)
    yield found
    found.dispose()


def _claim_and(database: Database, person: int, lead: UUID, then: Callable[[Tx], object]) -> int:
    with database.write(person) as tx:
        token = claim_lead(tx, lead)
        then(tx)
    return token


def test_a_read_writes_nothing_and_the_same_line_writes_afterwards(
    operation: TestOperation, one_line: Database
) -> None:
    person = operation.person("EC")
    lead = operation.lead()

    with pytest.raises(InternalError, match="read-only transaction"), one_line.read(person) as view:
        view.session.execute(text("update app_user set language = 'es' where id = :id"), {"id": person})

    with one_line.write(person) as tx:
        claim_lead(tx, lead)
        assert tx.session.execute(text("show transaction_isolation")).scalar_one() == "read committed"


def test_a_write_loads_its_operation_once_however_often_it_asks(operation: TestOperation, one_line: Database) -> None:
    loads: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM operation" in statement:
            loads.append(statement)

    event.listen(one_line.engine, "before_cursor_execute", note)
    with one_line.write(operation.person("EC")) as tx:
        for _ in range(3):
            require_operation(tx, "receive_exhibit", operation.id)

    assert len(loads) == 1


def test_what_the_record_refuses_is_not_committed_and_the_line_stays_usable(
    operation: TestOperation, one_line: Database
) -> None:
    lead, person = operation.lead(), operation.person("EC")
    elsewhere = events.LeadClaimed(events.Place(operation.id + 1000000, (1,), lead_id=lead), token=1)

    with pytest.raises(NoDataFound):
        _claim_and(one_line, person, lead, lambda tx: tx.record(elsewhere))

    assert operation.kinds() == []
    assert _claim_and(one_line, person, lead, lambda tx: None) == 1  # the first left no trace: this would be the second


def test_a_line_cut_before_the_commit_is_a_clear_refusal_and_changes_nothing(
    operation: TestOperation, servers: Servers, one_line: Database
) -> None:
    lead, person = operation.lead(), operation.person("EC")

    def cut(tx: Tx) -> None:
        backend = tx.session.execute(text("select pg_backend_pid()")).scalar_one()
        with psycopg.connect(servers.admin_url.replace("+psycopg", "")) as admin:
            admin.execute("select pg_terminate_backend(%s, 5000)", (backend,))

    with pytest.raises(Unavailable, match="does not answer"):
        _claim_and(one_line, person, lead, cut)

    assert operation.kinds() == []
    assert _claim_and(one_line, person, lead, lambda tx: None) == 1


def test_a_line_that_breaks_at_the_commit_leaves_nobody_believing_that_nothing_was_done(
    operation: TestOperation, one_line: Database
) -> None:
    """The commit was sent and waits for the head of the record; the line breaks; the server goes on and commits."""
    lead, person, lines = operation.lead(), operation.person("EC"), []

    def remember(tx: Tx) -> None:
        lines.append(socket.socket(fileno=os.dup(tx.session.connection().connection.driver_connection.fileno())))

    with ThreadPoolExecutor(1) as other, operation.workers.engine.begin() as holding:
        holding.execute(text("select act_as(:id)"), {"id": operation.service_id})
        holding.execute(text("select append_events(:id, '[]')"), {"id": operation.id})
        claiming = other.submit(_claim_and, one_line, person, lead, remember)
        until_somebody_waits(operation)
        with lines[0] as line:
            line.shutdown(socket.SHUT_RDWR)
        with pytest.raises(Unavailable, match="it is not known whether it was stored") as refusal:
            claiming.result(timeout=LIMIT_S)

    assert refusal.value.facts["reason"] == "in_doubt"
    until(lambda: operation.kinds() == ["lead:claimed"])
    with pytest.raises(Held):
        _claim_and(one_line, operation.person("PE"), lead, lambda tx: None)


def test_a_line_that_breaks_behind_the_commit_refuses_nothing(
    operation: TestOperation, one_line: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, person, commit = operation.lead(), operation.person("EC"), psycopg.Connection.commit

    def commit_and_break(driver: psycopg.Connection[Any]) -> None:
        commit(driver)
        with socket.socket(fileno=os.dup(driver.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    monkeypatch.setattr(psycopg.Connection, "commit", commit_and_break)
    token = _claim_and(one_line, person, lead, lambda tx: None)
    monkeypatch.undo()

    assert token == 1
    assert operation.kinds() == ["lead:claimed"]
    with pytest.raises(Held):
        _claim_and(one_line, operation.person("PE"), lead, lambda tx: None)


def test_a_claim_that_waited_for_an_opinion_to_settle_knows_it(operation: TestOperation, database: Database) -> None:
    """The rule is asked when the lead's row is ours, with what was committed while it was waited for."""
    operation.change("update operation set second_from_other_country = true where id = :id", id=operation.id)
    lead, compatriot = operation.lead(), operation.person("EC", "specialist", 2)

    with ThreadPoolExecutor(1) as other:
        with operation.owner.begin() as signing:
            signing.execute(
                text(
                    "insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, "
                    "claim_token, opinion, "
                    "reason, signed_at, settled_at) select operation_id, id, locks, :who, :agency, 'EC', 1, 2, 'so', "
                    "now(), now() from lead where id = :lead"
                ),
                {"who": operation.person("EC"), "agency": operation.agencies["EC"], "lead": lead},
            )
            signing.execute(text("update lead set stage = 'assessed', opinions = 1 where id = :lead"), {"lead": lead})
            claiming = other.submit(_claim_and, database, compatriot, lead, lambda tx: None)
            until_somebody_waits(operation)
            assert not claiming.done()
        with pytest.raises(Forbidden, match="another country"):
            claiming.result(timeout=LIMIT_S)

    assert "lead:claimed" not in operation.kinds()


def test_a_restarted_database_is_noticed_by_nobody_who_reads_or_writes_afterwards(
    operation: TestOperation, servers: Servers, one_line: Database
) -> None:
    lead, person = operation.lead(), operation.person("EC")

    def cut() -> None:
        """End the one connection of the pool, which lies there unused."""
        with psycopg.connect(servers.admin_url.replace("+psycopg", "")) as admin:
            admin.execute("select pg_terminate_backend(%s, 5000)", (backend,))

    with one_line.read(person) as view:
        backend = view.session.execute(text("select pg_backend_pid()")).scalar_one()
    cut()
    with one_line.read(person) as view:
        assert view.me.id == person
        assert view.session.execute(text("show transaction_read_only")).scalar_one() == "on"
        backend = view.session.execute(text("select pg_backend_pid()")).scalar_one()
    cut()
    assert _claim_and(one_line, person, lead, lambda tx: None) == 1
    assert operation.kinds() == ["lead:claimed"]


def test_two_writes_that_wait_for_each_other_are_told_so_and_not_that_the_database_is_away(
    operation: TestOperation, database: Database
) -> None:
    leads, person, halfway = [operation.lead(), operation.lead()], operation.person("EC"), Barrier(2, timeout=LIMIT_S)

    def lock(order: list[UUID]) -> str:
        try:
            with database.write(person) as tx:
                for lead in order:
                    tx.session.execute(text("select id from lead where id = :id for update"), {"id": lead})
                    if lead == order[0]:
                        halfway.wait()
        except Unavailable as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(lock, [leads, leads[::-1]]))

    assert sorted(told) == ["", "Two changes of the same things met. Nothing of yours was changed; try again."]


def test_who_was_shown_bands_is_written_in_one_order_so_that_web_processes_cannot_stop_each_other(
    operation: TestOperation, database: Database
) -> None:
    first, second = sorted([operation.lead(), operation.lead()])
    people = [operation.person("EC", "specialist", n) for n in (1, 2)]

    def note(*leads: UUID) -> None:
        with database.write(operation.service_id) as tx:
            note_bands(tx, operation.id, users=people, leads=leads)

    with ThreadPoolExecutor(1) as other:
        with database.write(operation.service_id) as tx:
            tx.session.execute(
                text("select note_sights(:id, :users, :leads)"), {"id": operation.id, "users": people, "leads": [first]}
            )
            both = other.submit(note, second, first)
            until_somebody_waits(operation)
            # Had the other begun with its own first one, this would wait for it, and it waits for us.
            tx.session.execute(
                text("select note_sights(:id, :users, :leads)"),
                {"id": operation.id, "users": people, "leads": [second]},
            )
        both.result(timeout=LIMIT_S)


def test_who_is_removed_while_writing_is_refused_when_it_would_be_stored(
    operation: TestOperation, database: Database
) -> None:
    lead, writer, leader = operation.lead(), operation.person("PE"), operation.person("PE", "country_lead")

    def comment() -> None:
        with database.write(writer) as tx:
            comment_on_lead(tx, lead, body="Look at the ear.", language="en")
            with database.write(leader) as other:
                remove_member(other, operation.id, user_id=writer)

    with pytest.raises(Forbidden):
        comment()

    assert operation.kinds() == ["member:removed"]


def test_an_account_that_is_disabled_while_it_writes_is_told_so(operation: TestOperation, database: Database) -> None:
    """Its row is refused by row-level security, before the record asks again."""
    one, two = (operation.person("EC", "administrator", which) for which in (1, 2))
    for each in (one, two):
        operation.change("update app_user set is_house_admin = true where id = :id", id=each)
    outsider = operation.outsider()

    def invite() -> None:
        with database.write(two) as tx:
            with database.write(one) as other:
                disable_user(other, two)
            insert_invitation(tx, outsider)

    with pytest.raises(NotSignedIn):
        invite()


def test_a_row_that_is_refused_though_nobody_lost_a_right_stays_a_fault(
    operation: TestOperation, database: Database
) -> None:
    with pytest.raises(ProgrammingError), database.write(operation.person("PE")) as tx:
        insert_invitation(tx, operation.outsider())


def test_what_the_operation_no_longer_accepts_when_it_would_be_stored_is_refused(
    operation: TestOperation, database: Database
) -> None:
    lead, leader = operation.lead(), operation.person("EC", "operation_lead")

    def claim() -> None:
        with database.write(operation.person("PE")) as tx:
            claim_lead(tx, lead)
            with database.write(leader) as other:
                change_operation_state(other, operation.id, to="closing")

    with pytest.raises(Closed):
        claim()

    assert operation.kinds() == ["operation:state_changed"]


def test_of_two_who_remove_each_other_one_stays(operation: TestOperation, database: Database) -> None:
    one, two = (operation.person("EC", "operation_lead", which) for which in (1, 2))

    def remove() -> None:
        with database.write(two) as tx:
            remove_member(tx, operation.id, user_id=one)

    with ThreadPoolExecutor(1) as other:
        with database.write(one) as tx:
            remove_member(tx, operation.id, user_id=two)
            removing = other.submit(remove)
            until_somebody_waits(operation)
        with pytest.raises((Forbidden, NotFound)):  # whoever is removed sees no members
            removing.result(timeout=LIMIT_S)

    assert operation.kinds() == ["member:removed"]


def test_who_sets_a_lead_aside_waits_for_a_claim_and_is_told_of_it(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead()

    def park() -> None:
        with database.write(operation.person("PE")) as tx:
            park_lead(tx, lead, reason="too dark")

    with ThreadPoolExecutor(1) as other:
        with database.write(operation.person("EC")) as tx:
            claim_lead(tx, lead)
            parking = other.submit(park)
            until_somebody_waits(operation)
        with pytest.raises(Conflict):
            parking.result(timeout=LIMIT_S)

    assert operation.kinds() == ["lead:claimed"]


def test_a_command_that_holds_against_the_order_is_stopped(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()

    with database.write(operation.person()) as tx:
        hold(tx, "lead", [lead])
        with pytest.raises(RuntimeError, match="«entry» is held before «lead»"):
            hold(tx, "entry", [lead])


@pytest.mark.parametrize(
    ("bound", "statement", "said"),
    [
        ("statement_timeout = '20ms'", "select pg_sleep(5)", "stopped"),
        ("lock_timeout = '20ms'", "update operation set terms = terms where id = :id", "change of the same thing"),
    ],
)
def test_what_takes_long_and_what_waits_for_others_have_words_of_their_own(
    bound: str, statement: str, said: str, operation: TestOperation
) -> None:
    def wait() -> None:
        with operation.workers.write(operation.service_id) as tx:
            tx.session.execute(text(f"set local {bound}"))
            tx.session.execute(text(statement), {"id": operation.id} if ":id" in statement else {})

    with operation.workers.engine.connect() as other, other.begin():
        other.execute(text("select 1 from operation where id = :id for update"), {"id": operation.id})
        with pytest.raises(Unavailable, match=said):
            wait()
