"""What never left can be withdrawn or refused, and what comes back finds its way on, after the window too."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.referrals import (
    fetch_package,
    re_route_referral,
    return_referral,
    withdraw_referral,
)
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Referral
from workspace.model.database import Database
from workspace.queries.referrals import referral, referrals


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE; all three agencies have keys, and PE has a stated ground."""
    for country in ("EC", "PE", "CL"):
        steps.key(country)
    lead = steps.verified()
    steps.ground(lead, "PE")
    return lead


def withdraw(steps: ReferralSteps, draft: UUID, by: str = "EC", reason: str = "the urgency is wrong") -> None:
    with steps.database.write(steps.operation.person(by, "liaison")) as tx:
        withdraw_referral(tx, draft, reason=reason)


def come_back(steps: ReferralSteps, sent: UUID, by: str = "PE") -> None:
    with steps.database.write(steps.operation.person(by, "liaison")) as tx:
        return_referral(tx, sent, reason="the address is in CL")


def route_on(steps: ReferralSteps, sent: UUID, to: str = "CL") -> UUID:
    with steps.database.write(steps.operation.person("EC", "liaison")) as tx:
        return re_route_referral(tx, sent, to_agency_id=steps.operation.agencies[to], reason="see attached")


def test_a_draft_that_is_withdrawn_makes_room_for_a_better_one(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    draft = steps.draft(lead, "PE")
    with pytest.raises(Conflict):
        steps.draft(lead, "PE")

    with pytest.raises(Invalid):
        withdraw(steps, draft, reason=" ")
    withdraw(steps, draft)

    row = operation.row(Referral, draft)
    assert (row.state, row.reason) == ("withdrawn", "the urgency is wrong")
    assert operation.kinds()[-1] == "referral:withdrawn"
    assert steps.draft(lead, "PE")


def test_a_second_person_who_disagrees_refuses_a_draft(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    draft = steps.draft(lead, "PE")

    withdraw(steps, draft, by="PE")

    assert operation.row(Referral, draft).state == "withdrawn"
    with pytest.raises(Conflict):
        steps.approve(draft)
    with pytest.raises(Conflict):
        withdraw(steps, draft)


def test_an_approved_draft_can_still_be_stopped_and_is_never_built_or_sent(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    draft = steps.draft(lead, "PE")
    steps.approve(draft, by="PE")

    with pytest.raises((Forbidden, NotFound)), database.write(operation.person("PE", "specialist")) as tx:
        withdraw_referral(tx, draft, reason="not me")
    withdraw(steps, draft, by="PE")
    steps.work()

    row = operation.row(Referral, draft)
    assert (row.state, row.package_state) == ("withdrawn", "waiting")
    assert "package:built" not in operation.kinds()
    with pytest.raises(Conflict):
        steps.send(draft)


def test_what_was_sent_is_not_withdrawn(steps: ReferralSteps, operation: TestOperation, lead: UUID) -> None:
    draft = steps.draft(lead, "PE")
    steps.approve(draft)
    steps.work()
    steps.send(draft)

    with pytest.raises(Conflict):
        withdraw(steps, draft)

    assert operation.row(Referral, draft).state == "sent"


def test_the_receiver_never_sees_what_was_withdrawn_before_it_was_sent(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")
    steps.approve(draft)
    steps.work()
    withdraw(steps, draft)
    recipient = operation.person("CL", "recipient")

    with database.read(recipient) as view:
        assert referrals(view.session, operation.id) == []
    with pytest.raises(NotFound), database.write(recipient) as tx:
        fetch_package(tx, draft)
    with database.read(operation.person("CL", "liaison")) as view:
        assert referral(view.session, draft).is_received is False


def test_a_withdrawn_onward_draft_lets_the_returned_referral_go_on_again(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    sent = steps.sent(lead, "EC", by="EC")
    come_back(steps, sent, by="EC")
    steps.ground(lead, "CL")
    onward = route_on(steps, sent)
    operation.change("update operation set state = 'follow_up' where id = :id", id=operation.id)

    withdraw(steps, onward)

    assert operation.row(Referral, sent).state == "returned"
    assert operation.row(Referral, route_on(steps, sent)).previous_id == sent
    assert operation.row(Referral, sent).state == "re_routed"


def test_a_failed_onward_package_is_no_dead_end_after_the_window(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    sent = steps.sent(lead, "EC", by="EC")
    come_back(steps, sent, by="EC")
    steps.ground(lead, "CL")
    key = "update agency set package_public_key = :key where id = :id"
    onward = route_on(steps, sent)
    operation.change(key, key="age1nonsense", id=operation.agencies["CL"])
    operation.change("update operation set state = 'follow_up' where id = :id", id=operation.id)
    steps.approve(onward)
    steps.work()
    assert (operation.row(Referral, onward).package_state, operation.row(Referral, sent).state) == (
        "failed",
        "returned",
    )

    steps.key("CL")
    again = route_on(steps, sent)
    withdraw(steps, onward)
    assert operation.row(Referral, sent).state == "re_routed"  # by the draft that lives
    steps.approve(again)
    steps.work()
    steps.send(again)

    assert operation.row(Referral, again).state == "sent"
