"""What never left can be withdrawn or refused, and what comes back finds its way on, after the window too."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps, lay_entry
from workspace.commands.entries import close_entry, reopen_entry
from workspace.commands.referrals import (
    fetch_package,
    re_route_referral,
    return_referral,
    withdraw_referral,
)
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Referral, RegisterEntry
from workspace.model.database import Database
from workspace.queries.lead_page import lead_page
from workspace.queries.packages import package_material
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


def close(steps: ReferralSteps, lead: UUID, closed_as: str, **more: object) -> UUID:
    """Close the entry of PE's register on which a lead stands; returns the entry."""
    with steps.operation.workers.read(steps.operation.service_id) as view:
        found = view.session.scalars(
            select(RegisterEntry.id).where(RegisterEntry.operation_id == steps.operation.id)
        ).one()
    with steps.database.write(steps.operation.person("PE", "liaison")) as tx:
        close_entry(tx, found, closed_as=closed_as, reason="they say so", **more)  # type: ignore[arg-type]
    return found


def test_nothing_of_an_entry_that_its_owner_withdrew_is_drafted_signed_or_sent_until_it_is_taken_up_again(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    lay_entry(operation, lead, 2, "PE")
    draft = steps.draft(lead, "PE")
    steps.approve(draft, by="PE")
    steps.work()
    steps.ground(lead, "CL")
    unsigned = steps.draft(lead, "CL")
    found = close(steps, lead, "withdrawn")

    for step in (
        lambda: steps.draft(lead, "EC"),
        lambda: steps.approve(unsigned, by="PE"),
        lambda: steps.send(draft),
    ):
        with pytest.raises(Conflict, match="withdrawn the entry 1"):
            step()
    with database.read(operation.person("EC", "liaison")) as view:
        assert not lead_page(view.session, lead, view.me).permissions["draft_referral"]
    assert operation.row(Referral, draft).state == "drafted"

    with database.write(operation.person("PE", "liaison")) as tx:
        reopen_entry(tx, found, reason="it was an error")
    with pytest.raises(Conflict, match="since its package was built"):
        steps.send(draft)
    steps.approve(unsigned, by="PE")


def test_a_package_says_that_the_entry_is_closed_and_one_that_does_not_is_not_sent(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    lay_entry(operation, lead, 2, "PE")
    draft = steps.draft(lead, "PE")
    steps.approve(draft, by="PE")
    steps.work()
    close(steps, lead, "found", found_on=date(2020, 1, 1), reference="PE-1")

    with pytest.raises(Conflict, match="since its package was built"):
        steps.send(draft)
    withdraw(steps, draft)
    again = steps.draft(lead, "PE")
    with steps.tools.db.read(steps.tools.service_id) as view:
        material = package_material(view.session, again)
    steps.approve(again, by="PE")
    steps.work()
    steps.send(again)

    assert material is not None
    assert [str(each) for each in material.facts.caveats if "is closed: " in str(each)]
    assert operation.row(Referral, again).state == "sent"


def test_who_received_a_referral_is_told_that_its_entry_was_withdrawn_since_and_others_as_far_as_it_is_open(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    lay_entry(operation, lead, 2, "PE")
    sent = steps.sent(lead, "CL")
    close(steps, lead, "withdrawn")

    def told(person: int) -> list[str]:
        with database.read(person) as view:
            return list(referral(view.session, sent).ended)

    assert told(operation.person("CL", "recipient")) == ["entry_withdrawn"]
    assert told(operation.person("EC", "liaison")) == ["entry_withdrawn"]
    operation.change(
        "update register_entry set compartment_id = :to where operation_id = :op",
        to=operation.compartment("PE", "agency"),
        op=operation.id,
    )
    assert told(operation.person("CL", "recipient")) == ["entry_closed"]
    assert told(operation.person("PE", "liaison")) == ["entry_withdrawn"]
