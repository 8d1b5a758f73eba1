"""Who sees what was stated, what a later statement adds, and what a lead is when nothing holds any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.outcomes import merge_ledger, revoke_outcome, state_outcome
from workspace.commands.referrals import acknowledge_referral, decline_referral
from workspace.commands.stages import close_lead
from workspace.errors import Conflict, Invalid, NotFound
from workspace.model import Lead, LedgerEntry, Outcome
from workspace.model.database import Database
from workspace.queries.referrals import ledger, referral
from workspace.rules.days import day_in
from workspace.rules.statement import Statement


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE; all three agencies have keys."""
    for country in ("EC", "PE", "CL"):
        steps.key(country)
    return steps.verified()


def keyless(operation: TestOperation, country: str) -> int:
    """Make a country's liaison officer a mere recipient, without any key."""
    person = operation.person(country, "liaison")
    operation.change("update membership set role = 'recipient' where user_id = :id", id=person)
    return person


def test_an_agency_without_keys_sees_and_revokes_its_statement_on_an_entry_that_another_opened(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    first, second = steps.sent(lead, "EC"), steps.sent(lead, "CL")
    recipient = keyless(operation, "CL")
    steps.acknowledge(first, "EC")
    steps.acknowledge(second, "CL")
    _, entry = steps.state(first, "EC", "V4")
    outcome, same = steps.state(second, "CL", "V5")
    assert same == entry

    with database.read(recipient) as view:
        (found,) = referral(view.session, second).outcomes
        (row,) = ledger(view.session, operation.id)
        assert (found.id, found.is_ours, found.ledger_number) == (outcome, True, 1)
        assert (row.id, row.stages) == (entry, ["V5"])  # its own statement, not the other agency's
    with database.write(recipient) as tx:
        revoke_outcome(tx, outcome, reason="a mistake")

    assert operation.row(Outcome, outcome).revoked_reason == "a mistake"


def test_an_agency_without_keys_and_without_a_statement_sees_no_entry(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    first, second = steps.sent(lead, "EC"), steps.sent(lead, "CL")
    recipient = keyless(operation, "CL")
    steps.acknowledge(first, "EC")
    steps.state(first, "EC", "V4")

    with database.read(recipient) as view:
        assert referral(view.session, second).outcomes == []
        assert ledger(view.session, operation.id) == []


def test_age_and_sex_of_a_later_statement_fill_what_nobody_stated(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    first, second = steps.sent(lead, "EC"), steps.sent(lead, "CL")
    keyless(operation, "CL")
    steps.acknowledge(first, "EC")
    steps.acknowledge(second, "CL")
    _, entry = steps.state(first, "EC", "V4")

    steps.state(second, "CL", "V4", age_band="7_12", sex="female")
    steps.state(first, "EC", "V5", age_band="13_17", sex="male", ledger_id=entry)

    row = operation.row(LedgerEntry, entry)
    assert (row.age_band, row.sex) == ("7_12", "female")  # stated first, and never overwritten


def test_a_merger_keeps_the_age_and_sex_that_either_entry_has(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")
    steps.acknowledge(sent, "PE")
    _, first = steps.state(sent, "PE", "V5", is_depicted=False, age_band="3_6", sex="male")
    _, second = steps.state(sent, "PE", "V5", is_depicted=False, age_band=None, sex="female")

    with database.write(operation.person("PE", "liaison")) as tx:
        merge_ledger(tx, first, into=second)

    row = operation.row(LedgerEntry, second)
    assert (row.age_band, row.sex) == ("3_6", "female")


def test_a_lead_on_which_no_statement_holds_any_more_is_referred_again(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "CL")
    recipient = keyless(operation, "CL")
    steps.acknowledge(sent, "CL")
    first, _ = steps.state(sent, "CL", "V4")
    second, _ = steps.state(sent, "CL", "V5")

    with database.write(recipient) as tx:
        revoke_outcome(tx, first, reason="wrong child")
    assert operation.row(Lead, lead).stage == "outcome"
    with database.write(recipient) as tx:
        revoke_outcome(tx, second, reason="wrong child")

    assert operation.row(Lead, lead).stage == "referred"
    steps.state(sent, "CL", "V4")
    assert operation.row(Lead, lead).stage == "outcome"


def test_a_further_offender_is_an_entry_of_their_own(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")
    steps.acknowledge(sent, "PE")
    _, offender = steps.state(sent, "PE", "O1", kind="offender")

    with pytest.raises(Invalid, match="cannot be recorded"):
        steps.state(sent, "PE", "O2", kind="offender", is_another=True, ledger_id=offender)

    assert steps.state(sent, "PE", "O2", kind="offender", is_another=True)[1] != offender
    assert operation.kinds().count("ledger:opened") == 2


def test_two_merges_of_the_same_entries_the_other_way_round_leave_one_that_counts(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    first = steps.sent(lead, "EC")
    steps.acknowledge(first, "EC")
    _, one = steps.state(first, "EC", "V4")
    _, other = steps.state(first, "EC", "V5", is_depicted=False)
    person, together = operation.person("EC", "liaison"), Barrier(2)

    def merge(this: UUID, into: UUID) -> str:
        together.wait()
        try:
            with database.write(person) as tx:
                merge_ledger(tx, this, into=into)
        except Conflict:
            return "refused"
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        said = [done.result() for done in (pool.submit(merge, one, other), pool.submit(merge, other, one))]

    assert sorted(said) == ["merged", "refused"]
    assert [operation.row(LedgerEntry, each).merged_into for each in (one, other)].count(None) == 1


def test_a_statement_joins_no_entry_that_its_lead_has_nothing_to_do_with(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    first, second = steps.sent(lead, "EC"), steps.sent(steps.verified(), "CL")
    steps.acknowledge(first, "EC")
    steps.acknowledge(second, "CL")
    _, entry = steps.state(first, "EC", "V4")
    before = operation.kinds()

    with pytest.raises(NotFound):
        steps.state(second, "CL", "V5", ledger_id=entry)

    assert operation.kinds() == before
    assert steps.state(first, "EC", "V5", ledger_id=entry)[1] == entry


def test_a_lead_waits_for_the_answer_of_a_receiving_agency(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "EC")

    with pytest.raises(Conflict), database.write(operation.person("EC", "liaison")) as tx:
        close_lead(tx, lead, reason="done")
    with database.write(operation.person("EC", "liaison")) as tx:
        acknowledge_referral(tx, sent)
        decline_referral(tx, sent, reason="not ours")
    with database.write(operation.person("EC", "liaison")) as tx:
        close_lead(tx, lead, reason="done")

    assert operation.row(Lead, lead).stage == "closed"


@pytest.mark.parametrize("gone", ["the lead", "the ground"])
def test_what_was_taken_back_since_the_draft_is_not_sent(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, gone: str
) -> None:
    steps.ground(lead, "CL")
    referral = steps.draft(lead, "CL")
    steps.approve(referral)
    steps.work()
    if gone == "the lead":
        operation.change("update lead set stage = 'closed' where id = :id", id=lead)
    else:
        operation.change("update jurisdiction_claim set withdrawn_at = now() where lead_id = :id", id=lead)
    before = operation.kinds()

    with pytest.raises(Conflict if gone == "the lead" else Invalid):
        steps.send(referral)

    assert operation.kinds() == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_statement_is_of_today_at_the_latest_by_the_operations_own_calendar(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, zone: str
) -> None:
    """14 hours before UTC and 12 behind: at any time of the day one of the two has another date than UTC."""
    referral_id, today = steps.sent(lead, "EC"), day_in(datetime.now(UTC), zone)
    steps.acknowledge(referral_id, "EC")
    operation.change("update operation set time_zone = :zone where id = :id", zone=zone, id=operation.id)

    def state(day: date) -> None:
        with database.write(operation.person("EC", "liaison")) as tx:
            state_outcome(
                tx, referral_id, Statement(kind="victim", stage="V1", authority_reference="court 1", stated_on=day)
            )

    with pytest.raises(Invalid):
        state(today + timedelta(days=1))
    state(today)
