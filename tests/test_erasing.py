"""Words that people wrote are erased: nothing tells of them any more, and the record and what was decided stay
bound."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import ProgrammingError

from tests.support.operation import TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands.assessments import assess_lead
from workspace.commands.claims import claim_lead
from workspace.commands.discussion import comment_on_lead
from workspace.commands.erasing import erase_words
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from workspace.exchange import verify_record as export
from workspace.model import Assessment, Comment, Event
from workspace.model.database import Database
from workspace.queries.record import record_page, whole_record
from workspace.queries.verification import verify_operation
from workspace.rules.erasing import TABLES
from workspace.rules.verification import Verification

BASIS = "court order 7"


def named(operation: TestOperation) -> str:
    """Words that stand in no other test's rows."""
    return f"the neighbour Hortensia of operation {operation.id}."


@pytest.fixture
def lead(operation: TestOperation, database: Database) -> UUID:
    """A lead with EC's opinion and EC's comment, which both name somebody; its rows are bound."""
    lead, examiner = operation.lead(), operation.person("EC")
    for country, role in (("EC", "country_lead"), ("EC", "operation_lead"), ("PE", "country_lead"), ("CL", "observer")):
        operation.person(country, role)
    operation.person("PE")
    operation.bind()
    look(operation.workers, lead, examiner)
    with database.write(examiner) as tx:
        token = claim_lead(tx, lead)
    with database.write(examiner) as tx:
        assess_lead(tx, lead, token=token, opinion=2, reason=named(operation), **WHOLE)
    with database.write(examiner) as tx:
        comment_on_lead(tx, lead, body=named(operation), language="en")
    return lead


def number(operation: TestOperation, kind: str) -> int:
    with operation.workers.read(operation.service_id) as view:
        asked = select(Event.seq).where(Event.operation_id == operation.id, Event.kind == kind)
        return view.session.scalars(asked).one()


def erase(database: Database, person: int, operation: TestOperation, seq: int, basis: str = BASIS) -> None:
    with database.write(person) as tx:
        erase_words(tx, operation.id, seq, legal_basis=basis)


def verified(operation: TestOperation) -> Verification:
    with operation.workers.read(operation.service_id) as view:
        return verify_operation(view.session, operation.id)


def kept_in(connection: Connection, words: str) -> list[str]:
    """The tables in any row of which these words stand."""
    names = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
    held = {name: text(f'select exists (select from "{name}" t where t::text ilike :words)') for name in names}
    return [name for name, asked in held.items() if connection.scalar(asked, {"words": f"%{words}%"})]


def test_erased_words_are_gone_and_what_was_decided_stays_bound(
    operation: TestOperation, database: Database, connection: Connection, lead: UUID
) -> None:
    chief = operation.person("EC", "country_lead")
    assert verified(operation).broken == []
    assert {"comment", "assessment"} <= set(kept_in(connection, named(operation)))

    for kind in ("comment:added", "assessment:signed"):
        erase(database, chief, operation, number(operation, kind))

    with operation.workers.read(operation.service_id) as view:
        comment = view.session.scalars(select(Comment).where(Comment.lead_id == lead)).one()
        opinion = view.session.scalars(select(Assessment).where(Assessment.lead_id == lead)).one()
        assert (comment.body, comment.find_key) == ("[…]", "")
        assert (opinion.reason, opinion.opinion) == ("[…]", 2)
    assert kept_in(connection, named(operation)) == []
    found = verified(operation)
    assert found.erased == 2
    assert found.broken == []
    assert operation.kinds()[-2:] == ["words:erased"] * 2

    with database.read(operation.person("CL", "observer")) as view:
        assert export.verify_record([line.exported() for line in whole_record(view.session, operation.id)]).faults == []
        told = [row.reason for row in record_page(view.session, operation.id) if row.kind == "words:erased"]
    assert told == [BASIS, BASIS]
    with database.read(operation.person("PE")) as view:
        told = [row.reason for row in record_page(view.session, operation.id) if row.kind == "words:erased"]
    assert told == [None, None]

    # What is left of the row is bound as ever: erasing is no way to a change that nobody finds.
    operation.change("update assessment set opinion = 5 where lead_id = :lead", lead=lead)
    [changed] = verified(operation).broken
    assert (changed.table, changed.what.partition(": ")[2]) == ("assessment", "column opinion")


def test_only_the_authors_country_lead_erases_and_nothing_is_half_done(
    operation: TestOperation, database: Database, lead: UUID
) -> None:
    seq, chief = number(operation, "comment:added"), operation.person("EC", "country_lead")
    before = operation.kinds()
    for person, act, basis, refusal, match in (
        (operation.person("PE", "country_lead"), seq, BASIS, Forbidden, "person who wrote"),
        (operation.person("EC"), seq, BASIS, Forbidden, "role"),
        (operation.person("EC", "operation_lead"), seq, BASIS, Forbidden, "role"),
        (chief, seq, "\u200b", Invalid, "Say why"),
        (chief, 9_999, BASIS, NotFound, "no such event"),
        (chief, number(operation, "lead:claimed"), BASIS, Invalid, "no words"),
    ):
        with pytest.raises(refusal, match=match):
            erase(database, person, operation, act, basis)
    assert operation.kinds() == before

    erase(database, chief, operation, seq)
    with pytest.raises(Conflict, match="already"):
        erase(database, chief, operation, seq)


def test_nobody_takes_words_away_past_the_function(operation: TestOperation, database: Database, lead: UUID) -> None:
    for statement in (
        "update comment set body = 'x' where lead_id = :lead",
        "insert into open_erasure (xact) values (pg_current_xact_id()::text::bigint)",
    ):
        with pytest.raises((Unavailable, ProgrammingError)), database.write(operation.person("EC")) as tx:
            tx.session.execute(text(statement), {"lead": lead})


def test_each_table_whose_words_can_be_erased_is_reached_by_an_event(connection: Connection) -> None:
    declared = {row.name: row for row in connection.execute(text("select name, words, author from erasable"))}
    assert set(declared) == {table for tables in TABLES.values() for table in tables}
    for row in declared.values():
        columns = connection.scalars(
            text("select column_name from information_schema.columns where table_name = :name and data_type = 'text'"),
            {"name": row.name},
        ).all()
        assert set(row.words) <= set(columns), row.name
