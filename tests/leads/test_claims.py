"""Claims: one holder, a lease, a token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.operation import Side, TestOperation
from workspace.commands.claims import claim_lead, end_leases, hand_over_lead, release_lead, renew_claim, take_over_lead
from workspace.commands.guard import require_lead
from workspace.errors import Closed, Conflict, Forbidden, Held, Invalid, NotFound
from workspace.model import Lead
from workspace.model.database import Database


def test_a_claim_names_its_holder_and_records_one_event(operation: TestOperation, database: Database) -> None:
    lead, specialist = operation.lead(), operation.person("EC")

    with database.write(specialist) as tx:
        token = claim_lead(tx, lead)

    row = operation.row(Lead, lead)
    assert (row.holder_id, row.claim_token, row.stage) == (specialist, token, "open")
    assert operation.kinds() == ["lead:claimed"]


def test_a_claimed_lead_cannot_be_claimed_again_and_the_attempt_is_recorded(
    operation: TestOperation, database: Database
) -> None:
    lead, first, second = operation.lead(), operation.person("EC"), operation.person("PE")
    with database.write(first) as tx:
        claim_lead(tx, lead)

    with pytest.raises(Held) as refusal, database.write(second) as tx:
        claim_lead(tx, lead)

    assert refusal.value.facts["holder"] == "EC · specialist 1"
    assert refusal.value.facts["country"] == "EC"
    assert operation.row(Lead, lead).holder_id == first
    assert operation.kinds() == ["lead:claimed", "lead:claim_lost"]


def test_of_many_claimers_at_once_exactly_one_wins(operation: TestOperation, database: Database) -> None:
    lead = operation.lead()
    people = [operation.person("EC" if n % 2 else "PE", "specialist", n) for n in range(8)]

    def attempt(person: int) -> bool:
        try:
            with database.write(person) as tx:
                claim_lead(tx, lead)
        except Held:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, people))

    assert won.count(True) == 1
    assert operation.row(Lead, lead).holder_id == people[won.index(True)]
    assert operation.kinds().count("lead:claimed") == 1


@pytest.mark.parametrize("role", ["country_lead", "specialist", "analyst"])
def test_every_kind_of_examiner_can_claim(operation: TestOperation, database: Database, role: str) -> None:
    lead, person = operation.lead(), operation.person("EC", role)

    with database.write(person) as tx:
        claim_lead(tx, lead)

    assert operation.row(Lead, lead).holder_id == person


@pytest.mark.parametrize("role", ["operation_lead", "liaison", "observer", "administrator", "recipient"])
def test_who_is_no_examiner_cannot_claim(operation: TestOperation, database: Database, role: str) -> None:
    lead, person = operation.lead(), operation.person("EC", role)

    with pytest.raises((Forbidden, NotFound)), database.write(person) as tx:
        claim_lead(tx, lead)

    assert operation.row(Lead, lead).holder_id is None
    assert operation.kinds() == []


def test_a_lead_between_two_closed_compartments_of_others_does_not_exist(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE", "agency"))

    with pytest.raises(NotFound), database.write(operation.person("CL")) as tx:
        claim_lead(tx, lead)

    assert operation.kinds() == []


@pytest.mark.parametrize("hidden", [True, False])
def test_past_the_command_no_claim_is_taken_of_a_lead_that_is_closed_or_not_there(
    operation: TestOperation, database: Database, hidden: bool
) -> None:
    sides = Side("EC", "agency"), Side("PE", "agency")
    lead = operation.lead(*sides) if hidden else uuid4()
    take = text("select * from take_claim(:lead, '{open}', false)")

    with Session(database.engine) as session:
        session.execute(text("select act_as(:me, false)"), {"me": operation.person("CL")})
        told = session.execute(take, {"lead": lead}).one()
        session.commit()

    assert set(told) == {None}  # not even whose material meets there
    if hidden:
        assert operation.row(Lead, lead).holder_id is None


def test_a_key_that_is_taken_back_while_a_claim_is_under_way_ends_it(
    operation: TestOperation, database: Database
) -> None:
    lead = operation.lead(Side("EC", "agency"), Side("PE"))
    operation.grant("EC", "PE")

    with database.write(operation.person("PE")) as tx:
        require_lead(tx, "claim_lead", lead)
        operation.change("update access_grant set ended_at = now() where operation_id = :id", id=operation.id)
        with pytest.raises(Forbidden):
            claim_lead(tx, lead)
        tx.session.rollback()

    assert operation.row(Lead, lead).holder_id is None


def test_a_claim_is_refused_after_the_window_has_ended(operation: TestOperation, database: Database) -> None:
    lead, person = operation.lead(), operation.person()
    operation.change("update operation set closes_at = now() - interval '1 second' where id = :id", id=operation.id)

    with pytest.raises(Closed), database.write(person) as tx:
        claim_lead(tx, lead)

    assert operation.kinds() == []


def test_an_ended_lease_frees_the_lead_and_its_token_is_worth_nothing(
    operation: TestOperation, database: Database
) -> None:
    lead, first, second = operation.lead(), operation.person("EC"), operation.person("PE")
    with database.write(first) as tx:
        old = claim_lead(tx, lead)
    operation.change("update lead set lease_until = now() - interval '1 second' where id = :id", id=lead)

    with database.write(second) as tx:
        new = claim_lead(tx, lead)
    with pytest.raises(Conflict), database.write(first) as tx:
        renew_claim(tx, lead, token=old)

    assert new == old + 1
    assert operation.row(Lead, lead).holder_id == second


def test_housekeeping_shows_that_a_lease_has_ended(operation: TestOperation, database: Database) -> None:
    lead, first = operation.lead(), operation.person("EC")
    with database.write(first) as tx:
        claim_lead(tx, lead)
    operation.change("update lead set lease_until = now() - interval '1 second' where id = :id", id=lead)

    with operation.workers.write(operation.service_id) as tx:
        end_leases(tx)

    assert operation.row(Lead, lead).holder_id is None
    assert operation.kinds()[-1] == "lead:lease_ended"


def test_a_hand_over_moves_the_claim_and_raises_the_token(operation: TestOperation, database: Database) -> None:
    lead, first, second = operation.lead(), operation.person("EC"), operation.person("PE")
    with database.write(first) as tx:
        old = claim_lead(tx, lead)

    with database.write(first) as tx:
        new = hand_over_lead(tx, lead, token=old, to=second)
    with pytest.raises(Conflict), database.write(first) as tx:
        release_lead(tx, lead, token=old)
    with database.write(second) as tx:
        release_lead(tx, lead, token=new)

    assert operation.kinds() == ["lead:claimed", "lead:handed_over", "lead:released"]


def test_a_lead_is_handed_to_examiners_only(operation: TestOperation, database: Database) -> None:
    lead, first = operation.lead(), operation.person("EC")
    with database.write(first) as tx:
        token = claim_lead(tx, lead)

    with pytest.raises(Invalid), database.write(first) as tx:
        hand_over_lead(tx, lead, token=token, to=operation.person("PE", "observer"))

    assert operation.row(Lead, lead).holder_id == first


def test_a_country_lead_frees_claims_of_the_own_agency_only(operation: TestOperation, database: Database) -> None:
    lead, holder = operation.lead(), operation.person("EC")
    with database.write(holder) as tx:
        claim_lead(tx, lead)

    with pytest.raises(Forbidden), database.write(operation.person("PE", "country_lead")) as tx:
        take_over_lead(tx, lead, reason="shift ended")
    with database.write(operation.person("EC", "country_lead")) as tx:
        take_over_lead(tx, lead, reason="shift ended")

    assert operation.row(Lead, lead).holder_id is None
    assert operation.kinds()[-1] == "lead:taken_over"
