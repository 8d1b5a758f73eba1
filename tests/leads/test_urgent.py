"""Marking a lead as urgent: a child may be at risk now, so it comes before others, with a reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.operation import Side, TestOperation
from workspace.commands.discussion import mark_urgent, prioritise_lead
from workspace.errors import Closed, Forbidden, Invalid, NotFound
from workspace.model import Event, Lead, LeadReason
from workspace.model.database import Database
from workspace.queries.board import board_changes
from workspace.queries.lead_page import MarkedUrgent, lead_page


def marked(database: Database, person: int, lead: UUID) -> MarkedUrgent | None:
    """What the lead's page tells this person."""
    with database.read(person) as view:
        return lead_page(view.session, lead, view.me).urgent


def test_an_urgent_lead_is_p1_with_its_reason_in_a_row_and_its_id_in_one_event(
    operation: TestOperation, database: Database
) -> None:
    lead, me = operation.lead(), operation.person("EC", "liaison")

    with database.write(me) as tx:
        mark_urgent(tx, lead, reason=" made this morning ")

    with operation.workers.read(operation.service_id) as view:
        event = view.session.scalars(select(Event).where(Event.lead_id == lead)).one()
        why = view.session.scalars(select(LeadReason).where(LeadReason.lead_id == lead)).one()
        assert operation.row(Lead, lead).priority == 1
        assert (event.kind, event.actor_id, event.payload) == ("lead:marked_urgent", me, {"why": str(why.id)})
        assert (why.author_id, why.reason, why.locks) == (me, "made this morning", event.locks)


def test_an_urgent_lead_comes_first_on_the_board_of_everybody_who_sees_it(
    operation: TestOperation, database: Database
) -> None:
    first, urgent = operation.lead(Side("EC", "agency"), Side("PE")), operation.lead(Side("EC", "agency"), Side("PE"))

    with database.write(operation.person("EC")) as tx:
        mark_urgent(tx, urgent, reason="a young child")

    with database.read(operation.person("CL")) as view:
        cards = board_changes(view.session, operation.id).cards
    assert [(card.id, card.priority) for card in cards] == [(urgent, 1), (first, 2)]


def test_who_marked_it_is_told_to_all_and_why_to_holders_of_both_keys_and_its_author(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE"))
    author, both, one_key = operation.person("PE"), operation.person("EC"), operation.person("CL")
    with database.write(author) as tx:
        mark_urgent(tx, lead, reason="the same room as yesterday")

    told = {person: marked(database, person, lead) for person in (author, both, one_key)}

    assert {mark and mark.by.id for mark in told.values()} == {author}
    assert [mark and mark.reason for mark in told.values()] == [
        "the same room as yesterday",
        "the same room as yesterday",
        None,
    ]


def test_a_lower_priority_ends_it_and_the_register_alone_marks_nothing(
    operation: TestOperation, database: Database
) -> None:
    lead, by_register, me = operation.lead(), operation.lead(priority=1), operation.person()
    with database.write(me) as tx:
        mark_urgent(tx, lead, reason="made this morning")
    with database.write(me) as tx:
        prioritise_lead(tx, lead, priority=2)

    assert marked(database, me, lead) is None
    assert marked(database, me, by_register) is None
    assert operation.row(Lead, lead).priority == 2
    assert operation.kinds() == ["lead:marked_urgent", "lead:prioritised"]


def test_two_who_mark_it_at_once_are_both_recorded_and_the_later_reason_counts(
    operation: TestOperation, database: Database
) -> None:
    lead, people = operation.lead(), [operation.person("EC"), operation.person("PE"), operation.person("CL")]

    def mark(person: int) -> None:
        with database.write(person) as tx:
            mark_urgent(tx, lead, reason=f"said by {person}")

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(mark, people))

    with operation.workers.read(operation.service_id) as view:
        actors = view.session.scalars(select(Event.actor_id).where(Event.lead_id == lead).order_by(Event.seq)).all()
    last = marked(database, people[0], lead)
    assert sorted(actors) == sorted(people)
    assert last is not None
    assert (last.by.id, last.reason) == (actors[-1], f"said by {actors[-1]}")


def test_of_a_mark_and_a_lower_priority_at_once_the_page_tells_what_stands_in_the_row(
    operation: TestOperation, database: Database
) -> None:
    lead, one, other = operation.lead(), operation.person("EC"), operation.person("PE")

    def mark() -> None:
        with database.write(one) as tx:
            mark_urgent(tx, lead, reason="made this morning")

    def lower() -> None:
        with database.write(other) as tx:
            prioritise_lead(tx, lead, priority=3)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(mark), threads.submit(lower)]:
            done.result()

    assert (marked(database, one, lead) is not None) == (operation.row(Lead, lead).priority == 1)


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_without_a_reason_nothing_changes(operation: TestOperation, database: Database, reason: str) -> None:
    lead = operation.lead()

    with pytest.raises(Invalid), database.write(operation.person()) as tx:
        mark_urgent(tx, lead, reason=reason)

    assert operation.row(Lead, lead).priority == 2
    assert operation.kinds() == []


def test_no_other_way_leads_to_p1(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()

    with pytest.raises(Invalid, match="marked as urgent"), database.write(operation.person()) as tx:
        prioritise_lead(tx, lead, priority=1)

    assert operation.row(Lead, lead).priority == 2
    assert operation.kinds() == []


@pytest.mark.parametrize("role", ["observer", "administrator", "recipient"])
def test_who_does_not_open_material_cannot_mark_a_lead(operation: TestOperation, database: Database, role: str) -> None:
    with pytest.raises((Forbidden, NotFound)), database.write(operation.person("EC", role)) as tx:
        mark_urgent(tx, operation.lead(), reason="made this morning")

    assert operation.kinds() == []


def test_a_lead_between_closed_compartments_of_others_cannot_be_marked(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE", "agency"))

    with pytest.raises(NotFound), database.write(operation.person("CL")) as tx:
        mark_urgent(tx, lead, reason="made this morning")


def test_nothing_is_marked_once_the_operation_is_closed(operation: TestOperation, database: Database) -> None:
    lead, me = operation.lead(), operation.person()
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)

    with pytest.raises(Closed), database.write(me) as tx:
        mark_urgent(tx, lead, reason="made this morning")
