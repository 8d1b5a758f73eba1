"""What never left can be withdrawn or refused, and what comes back finds its way on, after the window too."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.desk import Desk
from tests.support.operation import TestOperation
from workspace.commands.jurisdiction import state_jurisdiction
from workspace.commands.referrals import draft_referral, fetch_package, re_route_referral, return_referral, withdraw_referral
from workspace.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workspace.model import JurisdictionClaim, Referral
from workspace.model.database import Database
from workspace.queries.referrals import referral, referrals


@pytest.fixture
def lead(desk: Desk) -> UUID:
    """A verified lead between EC and PE; all three agencies have keys, and PE has a stated ground."""
    for country in ("EC", "PE", "CL"):
        desk.key(country)
    lead = desk.verified()
    desk.ground(lead, "PE")
    return lead


def withdraw(desk: Desk, draft: UUID, by: str = "EC", reason: str = "the urgency is wrong") -> None:
    with desk.database.write(desk.operation.person(by, "liaison")) as tx:
        withdraw_referral(tx, draft, reason=reason)


def come_back(desk: Desk, sent: UUID, by: str = "PE") -> None:
    with desk.database.write(desk.operation.person(by, "liaison")) as tx:
        return_referral(tx, sent, reason="the address is in CL")


def route_on(desk: Desk, sent: UUID, to: str = "CL") -> UUID:
    with desk.database.write(desk.operation.person("EC", "liaison")) as tx:
        return re_route_referral(tx, sent, to_agency_id=desk.operation.agencies[to], reason="see attached")


def test_a_draft_that_is_withdrawn_makes_room_for_a_better_one(desk: Desk, operation: TestOperation, lead: UUID) -> None:
    draft = desk.draft(lead, "PE")
    with pytest.raises(Conflict):
        desk.draft(lead, "PE")

    with pytest.raises(Invalid):
        withdraw(desk, draft, reason=" ")
    withdraw(desk, draft)

    row = operation.row(Referral, draft)
    assert (row.state, row.reason) == ("withdrawn", "the urgency is wrong")
    assert operation.kinds()[-1] == "referral:withdrawn"
    assert desk.draft(lead, "PE")


def test_a_second_person_who_disagrees_refuses_a_draft(desk: Desk, operation: TestOperation, lead: UUID) -> None:
    draft = desk.draft(lead, "PE")

    withdraw(desk, draft, by="PE")

    assert operation.row(Referral, draft).state == "withdrawn"
    with pytest.raises(Conflict):
        desk.approve(draft)
    with pytest.raises(Conflict):
        withdraw(desk, draft)


def test_an_approved_draft_can_still_be_stopped_and_is_never_built_or_sent(
    desk: Desk, operation: TestOperation, database: Database, lead: UUID
) -> None:
    draft = desk.draft(lead, "PE")
    desk.approve(draft, by="PE")

    with pytest.raises((Forbidden, NotFound)), database.write(operation.person("PE", "specialist")) as tx:
        withdraw_referral(tx, draft, reason="not me")
    withdraw(desk, draft, by="PE")
    desk.work()

    row = operation.row(Referral, draft)
    assert (row.state, row.package_state) == ("withdrawn", "waiting")
    assert "package:built" not in operation.kinds()
    with pytest.raises(Conflict):
        desk.send(draft)


def test_what_was_sent_is_not_withdrawn(desk: Desk, operation: TestOperation, lead: UUID) -> None:
    draft = desk.draft(lead, "PE")
    desk.approve(draft)
    desk.work()
    desk.send(draft)

    with pytest.raises(Conflict):
        withdraw(desk, draft)

    assert operation.row(Referral, draft).state == "sent"


def test_the_receiver_never_sees_what_was_withdrawn_before_it_was_sent(
    desk: Desk, operation: TestOperation, database: Database, lead: UUID
) -> None:
    desk.ground(lead, "CL")
    draft = desk.draft(lead, "CL")
    desk.approve(draft)
    desk.work()
    withdraw(desk, draft)
    recipient = operation.person("CL", "recipient")

    with database.read(recipient) as view:
        assert referrals(view.session, operation.id) == []
    with pytest.raises(NotFound), database.write(recipient) as tx:
        fetch_package(tx, draft)
    with database.read(operation.person("CL", "liaison")) as view:
        assert referral(view.session, draft).is_received is False


def test_a_withdrawn_onward_draft_lets_the_returned_referral_go_on_again(
    desk: Desk, operation: TestOperation, lead: UUID
) -> None:
    sent = desk.sent(lead, "EC", by="EC")
    come_back(desk, sent, by="EC")
    desk.ground(lead, "CL")
    onward = route_on(desk, sent)
    operation.change("update operation set state = 'follow_up' where id = :id", id=operation.id)

    withdraw(desk, onward)

    assert operation.row(Referral, sent).state == "returned"
    assert operation.row(Referral, route_on(desk, sent)).previous_id == sent
    assert operation.row(Referral, sent).state == "re_routed"


def test_a_failed_onward_package_is_no_dead_end_after_the_window(desk: Desk, operation: TestOperation, lead: UUID) -> None:
    sent = desk.sent(lead, "EC", by="EC")
    come_back(desk, sent, by="EC")
    desk.ground(lead, "CL")
    key = "update agency set package_public_key = :key where id = :id"
    onward = route_on(desk, sent)
    operation.change(key, key="age1nonsense", id=operation.agencies["CL"])
    operation.change("update operation set state = 'follow_up' where id = :id", id=operation.id)
    desk.approve(onward)
    desk.work()
    assert (operation.row(Referral, onward).package_state, operation.row(Referral, sent).state) == ("failed", "returned")

    desk.key("CL")
    again = route_on(desk, sent)
    withdraw(desk, onward)
    assert operation.row(Referral, sent).state == "re_routed"  # by the draft that lives
    desk.approve(again)
    desk.work()
    desk.send(again)

    assert operation.row(Referral, again).state == "sent"


def test_the_ground_for_going_on_is_stated_after_the_window_and_no_other(
    desk: Desk, operation: TestOperation, database: Database, lead: UUID
) -> None:
    other = desk.verified()
    sent = desk.sent(lead, "EC", by="EC")
    operation.change("update operation set state = 'follow_up' where id = :id", id=operation.id)

    with pytest.raises(Closed):
        desk.ground(lead, "CL")
    come_back(desk, sent, by="EC")
    with pytest.raises(Closed):
        desk.ground(other, "CL")
    with pytest.raises((Forbidden, NotFound)), database.write(operation.person("EC", "observer")) as tx:
        state_jurisdiction(tx, lead, country="CL", ground="nationality", competence="protection", basis="a passport")
    desk.ground(lead, "CL")
    onward = route_on(desk, sent)
    desk.approve(onward)
    desk.work()
    desk.send(onward)

    assert operation.row(Referral, onward).state == "sent"
    assert operation.kinds().count("jurisdiction:stated") == 3  # PE, EC, CL
    with operation.workers.read(operation.service_id) as view:
        assert view.session.query(JurisdictionClaim).filter_by(lead_id=other).count() == 0


def test_a_closed_room_drafts_nothing_new_although_a_draft_was_withdrawn(
    desk: Desk, operation: TestOperation, database: Database, lead: UUID
) -> None:
    draft = desk.draft(lead, "PE")
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)

    withdraw(desk, draft)

    with pytest.raises(Closed), database.write(operation.person("EC", "liaison")) as tx:
        draft_referral(
            tx, lead, to_agency_id=operation.agencies["PE"], competence="protection", urgency="normal", corroboration="wall paper"
        )
