"""Who ends whose part: the own country alone, or two people of two countries; the last of a role stays."""

from __future__ import annotations

import pytest

from tests.support.operation import TestOperation
from workspace.commands.removals import confirm_removal, propose_removal, remove_member
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import Membership
from workspace.model.database import Database
from workspace.queries.removals import proposed_removals


def ended(operation: TestOperation, person: int) -> bool:
    return operation.row(Membership, (operation.id, person)).ends_at is not None


def propose(database: Database, operation: TestOperation, by: int, whom: int, reason: str = "he left") -> None:
    with database.write(by) as tx:
        propose_removal(tx, operation.id, user_id=whom, reason=reason)


def confirm(database: Database, operation: TestOperation, by: int, whom: int) -> None:
    with database.write(by) as tx:
        confirm_removal(tx, operation.id, user_id=whom)


@pytest.mark.parametrize("boss", ["operation_lead", "administrator"])
@pytest.mark.parametrize("role", ["country_lead", "specialist", "recipient", "observer"])
def test_nobody_removes_another_countrys_person_or_an_observer_alone(
    operation: TestOperation, database: Database, boss: str, role: str
) -> None:
    theirs, own = operation.person("PE", role), operation.person("EC", "specialist")
    observer = operation.person("EC", "observer")

    for person in (theirs, observer):
        with (
            pytest.raises(Forbidden, match="Two people of two countries"),
            database.write(operation.person("EC", boss)) as tx,
        ):
            remove_member(tx, operation.id, user_id=person)
    with database.write(operation.person("EC", boss)) as tx:
        remove_member(tx, operation.id, user_id=own)

    assert [ended(operation, each) for each in (theirs, observer, own)] == [False, False, True]
    assert operation.kinds() == ["member:removed"]


def test_two_people_of_two_countries_do_and_their_country_and_observers_read_why(
    operation: TestOperation, database: Database
) -> None:
    boss, theirs = operation.person("EC", "operation_lead"), operation.person("PE")
    same, other = operation.person("EC", "country_lead"), operation.person("CL", "country_lead")
    propose(database, operation, boss, theirs, " he left ")

    for reader, count in (
        (operation.person("PE", "liaison"), 1),
        (operation.person("CL", "observer"), 1),
        (same, 1),
        (operation.person("CL"), 0),
    ):
        with database.read(reader) as view:
            found = proposed_removals(view.session, operation.id)
        assert [(each.user_id, each.reason) for each in found] == [(theirs, "he left")] * count
    for person in (boss, same):
        with pytest.raises(Forbidden, match="Another country"):
            confirm(database, operation, person, theirs)
    with pytest.raises(Conflict, match="stands already"):
        propose(database, operation, other, theirs)
    assert not ended(operation, theirs)

    confirm(database, operation, other, theirs)

    assert ended(operation, theirs)
    assert operation.kinds() == ["removal:proposed", "member:removed"]


def test_a_proposal_lapses_and_one_who_was_let_in_by_the_proposer_alone_confirms_nothing(
    operation: TestOperation, database: Database
) -> None:
    boss, theirs, other = (
        operation.person("EC", "operation_lead"),
        operation.person("PE"),
        operation.person("CL", "country_lead"),
    )
    propose(database, operation, boss, theirs)
    operation.change("update membership set standing = 'met' where user_id = :id", id=other)
    operation.vouch(other, boss)

    with pytest.raises(Forbidden, match="Two people must be two people"):
        confirm(database, operation, other, theirs)
    operation.meet(other)
    operation.change("update removal set proposed_at = now() - interval '3 days' where user_id = :id", id=theirs)
    with pytest.raises(NotFound, match="lapsed"):
        confirm(database, operation, other, theirs)
    propose(database, operation, other, theirs)


def test_of_an_observer_one_of_the_two_is_who_brought_the_observer_in(
    operation: TestOperation, database: Database
) -> None:
    boss, lead, other = (
        operation.person("EC", "operation_lead"),
        operation.person("PE", "country_lead"),
        operation.person("CL", "country_lead"),
    )
    observer = operation.person("CL", "observer")
    operation.change("update membership set invited_by = :by where user_id = :id", id=observer, by=boss)
    propose(database, operation, lead, observer)

    with pytest.raises(Forbidden, match="brought the observer in"):
        confirm(database, operation, other, observer)
    confirm(database, operation, boss, observer)

    assert ended(operation, observer)


def test_the_last_one_of_a_role_that_only_its_holder_gives_cannot_go(
    operation: TestOperation, database: Database
) -> None:
    host, boss, theirs = (
        operation.person("EC", "administrator"),
        operation.person("EC", "operation_lead"),
        operation.person("PE", "country_lead"),
    )

    with pytest.raises(Conflict, match="the last one"), database.write(host) as tx:
        remove_member(tx, operation.id, user_id=boss)
    with pytest.raises(Conflict, match="the last one"):
        propose(database, operation, boss, theirs)
    second = operation.person("PE", "country_lead", 2)
    propose(database, operation, boss, theirs)
    with database.write(second) as tx:
        remove_member(tx, operation.id, user_id=theirs)
    with pytest.raises(NotFound):
        confirm(database, operation, operation.person("CL", "country_lead"), theirs)

    assert operation.kinds() == ["removal:proposed", "member:removed"]
