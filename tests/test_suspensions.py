"""An operation lead keeps somebody out for a day at most; a stolen account leaves no opinion that can still count."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from tests.support.operation import TestOperation
from workspace.commands.assessments import settle_assessments
from workspace.commands.removals import (
    confirm_removal,
    end_suspension,
    end_suspensions,
    propose_removal,
    remove_member,
    suspend_member,
)
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Assessment, Event, Membership
from workspace.model.database import Database
from workspace.queries.operations import operation as head
from workspace.queries.removals import own_suspensions, suspensions
from workspace.rules.removals import SUSPENDABLE
from workspace.rules.roles import ROLES


def suspend(database: Database, operation: TestOperation, by: int, whom: int, *, hours: int = 24) -> None:
    with database.write(by) as tx:
        suspend_member(tx, operation.id, user_id=whom, hours=hours, reason=" a strange hour ")


def is_in(database: Database, operation: TestOperation, person: int) -> bool:
    with database.read(person) as view:
        try:
            head(view.session, operation.id)
        except NotFound:
            return operation.id in view.me.roles
        return True


def test_who_is_suspended_is_out_at_once_and_in_again_by_the_clock(
    operation: TestOperation, database: Database
) -> None:
    boss, theirs = operation.person("EC", "operation_lead"), operation.person("PE", "specialist")
    colleague = operation.person("PE", "specialist", 2)
    operation.compartment("PE")

    suspend(database, operation, boss, theirs)

    assert [is_in(database, operation, each) for each in (theirs, colleague)] == [False, True]
    with database.read(colleague) as view:
        kept = view.session.scalar(select(Membership.suspended_until).where(Membership.user_id == theirs))
    assert kept is not None
    operation.change(
        "update membership set suspended_until = now() - interval '1 second' where user_id = :id", id=theirs
    )
    operation.change(
        """update suspension set suspended_at = suspended_at - interval '1 day', until = now() - interval '1 second'
           where user_id = :id""",
        id=theirs,
    )
    assert is_in(database, operation, theirs)
    with operation.workers.write(operation.service_id) as tx:
        assert end_suspensions(tx) == 1
    assert operation.kinds() == ["member:suspended", "suspension:ended"]


def test_their_digest_of_keys_is_not_that_of_their_colleagues(operation: TestOperation, database: Database) -> None:
    boss, theirs = operation.person("EC", "operation_lead"), operation.person("PE", "specialist")
    colleague = operation.person("PE", "specialist", 2)
    operation.compartment("PE")
    suspend(database, operation, boss, theirs)

    with operation.workers.read(operation.service_id) as view:
        rows = view.session.execute(
            text("select user_id from keys_digests(:op, :users)"), {"op": operation.id, "users": [theirs, colleague]}
        )
        assert rows.scalars().all() == [colleague]


def test_the_person_their_country_observers_and_leaders_read_why_and_nobody_else(
    operation: TestOperation, database: Database
) -> None:
    boss, theirs = operation.person("EC", "operation_lead"), operation.person("PE", "specialist")
    suspend(database, operation, boss, theirs)

    for reader, count in (
        (operation.person("PE", "liaison"), 1),
        (operation.person("CL", "observer"), 1),
        (operation.person("CL", "country_lead"), 1),
        (operation.person("CL"), 0),
    ):
        with database.read(reader) as view:
            assert [each.reason for each in suspensions(view.session, operation.id)] == ["a strange hour"] * count
    with database.read(theirs) as view:
        assert [each.reason for each in own_suspensions(view.session)] == ["a strange hour"]


@pytest.mark.parametrize("hours", [0, 25])
def test_a_day_is_the_most_and_it_is_not_renewed_within_a_week(
    operation: TestOperation, database: Database, hours: int
) -> None:
    boss, theirs = operation.person("EC", "operation_lead"), operation.person("PE", "specialist")
    with pytest.raises(Invalid, match="1 to 24"):
        suspend(database, operation, boss, theirs, hours=hours)
    suspend(database, operation, boss, theirs, hours=1)
    with database.write(boss) as tx:
        end_suspension(tx, operation.id, user_id=theirs)
    assert is_in(database, operation, theirs)
    with pytest.raises(NotFound), database.write(boss) as tx:
        end_suspension(tx, operation.id, user_id=theirs)

    with pytest.raises(Conflict, match="within the last week"):
        suspend(database, operation, boss, theirs)
    operation.change(
        """update suspension set suspended_at = suspended_at - interval '7 days', until = until - interval '7 days'
           where user_id = :id""",
        id=theirs,
    )
    suspend(database, operation, boss, theirs)

    assert operation.kinds() == ["member:suspended", "suspension:ended", "member:suspended"]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_suspends_who_watches_or_administers_and_only_the_operation_lead_does(
    operation: TestOperation, database: Database, role: str
) -> None:
    boss, theirs = operation.person("EC", "operation_lead"), operation.person("PE", role)
    if role in SUSPENDABLE:
        suspend(database, operation, boss, theirs)
    else:
        with pytest.raises(Forbidden):
            suspend(database, operation, boss, theirs)
    if role != "operation_lead":
        with pytest.raises(Forbidden):
            suspend(database, operation, operation.person("CL", role), boss)
    assert len(operation.kinds()) == (role in SUSPENDABLE)


def sign(operation: TestOperation, lead: object, person: int, *, settled: bool) -> None:
    operation.change(
        """insert into assessment (operation_id, lead_id, locks, examiner_id, agency_id, country, claim_token, opinion,
            reason, settled_at)
           select l.operation_id, l.id, l.locks, u.id, u.agency_id, 'PE', 1, 2, 'alike', case when :settled then now()
           end
           from lead l, app_user u where l.id = :lead and u.id = :person""",
        lead=lead,
        person=person,
        settled=settled,
    )


@pytest.mark.parametrize("compromised", [False, True])
@pytest.mark.parametrize("by_two", [False, True])
def test_an_unsettled_opinion_of_a_stolen_account_is_void_and_a_settled_one_is_flagged(
    operation: TestOperation, database: Database, compromised: bool, by_two: bool
) -> None:
    unsettled, settled, theirs = operation.lead(), operation.lead(), operation.person("PE")
    sign(operation, unsettled, theirs, settled=False)
    sign(operation, settled, theirs, settled=True)
    operation.change("update assessment set signed_at = now() - interval '1 minute' where examiner_id = :id", id=theirs)

    if by_two:
        with database.write(operation.person("EC", "operation_lead")) as tx:
            propose_removal(tx, operation.id, user_id=theirs, reason="stolen", compromised=compromised)
        with database.write(operation.person("CL", "country_lead")) as tx:
            confirm_removal(tx, operation.id, user_id=theirs)
    else:
        with database.write(operation.person("PE", "country_lead")) as tx:
            remove_member(tx, operation.id, user_id=theirs, compromised=compromised)
    with operation.workers.write(operation.service_id) as tx:
        settle_assessments(tx)  # those of other tests' operations too

    with operation.workers.read(operation.service_id) as view:
        of_leads = view.session.execute(
            select(Event.lead_id, Event.kind).where(Event.operation_id == operation.id, Event.lead_id.is_not(None))
        ).all()
        undone = view.session.scalars(
            select(Assessment.lead_id).where(Assessment.examiner_id == theirs, Assessment.undone_at.is_not(None))
        ).all()
    assert undone == ([unsettled] if compromised else [])
    assert {tuple(each) for each in of_leads} == (
        {(unsettled, "assessment:voided"), (settled, "assessment:doubted")}
        if compromised
        else {(unsettled, "assessment:settled")}
    )
