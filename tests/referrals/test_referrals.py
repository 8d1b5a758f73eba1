"""From a verified lead to the agency that holds jurisdiction, and back: who may, in which order, and what is
refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.operation import Side, TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.exercise import begin_exercise, change_pace
from workspace.commands.outcomes import merge_ledger, revoke_outcome
from workspace.commands.referrals import (
    accept_referral,
    acknowledge_referral,
    decline_referral,
    draft_referral,
    re_route_referral,
    return_referral,
    withdraw_referral,
)
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.model import Lead, LedgerEntry, Outcome, Referral
from workspace.model.database import Database
from workspace.queries.figures import counts
from workspace.queries.lead_page import lead_page
from workspace.queries.lead_routing import competent_agencies
from workspace.queries.operations import unreached_agencies
from workspace.queries.referrals import referral, referrals


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE; all three agencies have keys."""
    for country in ("EC", "PE", "CL"):
        steps.key(country)
    return steps.verified()


def test_only_a_verified_lead_is_referred(steps: ReferralSteps, operation: TestOperation) -> None:
    steps.key("PE")
    lead = operation.lead()
    steps.ground(lead, "PE")

    with pytest.raises(Conflict):
        steps.draft(lead, "PE")
    steps.opinion(lead, "EC", 1)
    with pytest.raises(Conflict):
        steps.draft(lead, "PE")

    assert "referral:drafted" not in operation.kinds()


def test_a_referral_needs_a_stated_ground_for_what_it_asks(steps: ReferralSteps, lead: UUID) -> None:
    steps.ground(lead, "PE", "offender", "suspect_place")

    with pytest.raises(Invalid, match="ground"):
        steps.draft(lead, "PE", "protection")
    with pytest.raises(Invalid, match="ground"):
        steps.draft(lead, "CL", "offender")

    assert steps.draft(lead, "PE", "offender")


def test_an_agency_without_a_key_receives_nothing(steps: ReferralSteps) -> None:
    lead = steps.verified()
    steps.ground(lead, "PE")

    with pytest.raises(Invalid, match="key"):
        steps.draft(lead, "PE")

    steps.key("PE")
    assert steps.draft(lead, "PE")


def test_an_agency_gets_one_live_referral_of_a_lead_for_one_competence(steps: ReferralSteps, lead: UUID) -> None:
    steps.ground(lead, "PE")
    steps.ground(lead, "PE", "offender", "suspect_place")
    steps.draft(lead, "PE")

    with pytest.raises(Conflict):
        steps.draft(lead, "PE", by="PE")

    assert steps.draft(lead, "PE", "offender")


@pytest.mark.parametrize("role", ["specialist", "operation_lead", "observer", "administrator", "recipient", "analyst"])
def test_only_liaison_officers_and_country_leads_draft(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, role: str
) -> None:
    steps.ground(lead, "PE")

    with pytest.raises((Forbidden, NotFound)), database.write(operation.person("EC", role)) as tx:
        draft_referral(
            tx,
            lead,
            to_agency_id=operation.agencies["PE"],
            competence="protection",
            urgency="normal",
        )


def test_a_second_person_approves_and_only_once(steps: ReferralSteps, operation: TestOperation, lead: UUID) -> None:
    steps.ground(lead, "PE")
    draft = steps.draft(lead, "PE")

    with pytest.raises(Forbidden, match="Another person"):
        steps.approve(draft, by="EC")
    with pytest.raises(Conflict, match="approve"):
        steps.send(draft)
    steps.approve(draft, by="PE")
    with pytest.raises(Conflict):
        steps.approve(draft, by="CL")

    assert operation.row(Referral, draft).approved_by == operation.person("PE", "liaison")
    assert operation.kinds().count("referral:approved") == 1


def test_nothing_is_sent_before_its_package_is_built(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    steps.ground(lead, "PE")
    draft = steps.draft(lead, "PE")
    steps.approve(draft)

    with pytest.raises(Conflict, match="package"):
        steps.send(draft)
    steps.work()
    steps.send(draft)

    row = operation.row(Referral, draft)
    assert (row.state, operation.row(Lead, lead).stage) == ("sent", "referred")
    assert (row.due_at - row.sent_at).days == 3
    assert operation.kinds()[-4:] == ["referral:approved", "package:built", "referral:sent", "lead:referred"]
    with pytest.raises(Conflict):
        steps.send(draft)


def test_nothing_is_sent_while_its_two_people_are_two_no_longer(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    """The approver counts once somebody else has met her, who takes that back after the approval."""
    drafter, approver = operation.person("EC", "liaison"), operation.person("PE", "liaison")
    others = [operation.person("CL"), operation.person("CL", "analyst")]
    operation.change("update membership set standing = 'met' where user_id = :id", id=approver)
    for voucher in (drafter, others[0]):
        operation.vouch(approver, voucher)
    steps.ground(lead, "CL")
    referral = steps.draft(lead, "CL")
    steps.approve(referral)
    steps.work()
    operation.change(
        "update vouch set withdrawn_at = now(), withdrawn_by = voucher_id where voucher_id = :id", id=others[0]
    )

    with pytest.raises(Conflict, match="two people for sure no longer"):
        steps.send(referral)

    assert operation.row(Referral, referral).state == "drafted"
    operation.vouch(approver, others[1])
    steps.send(referral)
    assert operation.row(Referral, referral).state == "sent"


def test_the_clock_of_an_exercise_runs_at_its_pace_and_what_is_due_keeps_its_time(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    with operation.workers.write(operation.service_id) as tx:
        begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[])
    sent = [steps.sent(lead, "PE")]
    for pace, country in ((60, "CL"), (1, "EC")):
        with database.write(operation.person("EC", "director")) as tx:
            change_pace(tx, operation.id, pace=pace)
        sent.append(steps.sent(lead, country))

    rows = [operation.row(Referral, each) for each in sent]
    assert [round((row.due_at - row.sent_at) / timedelta(hours=1), 2) for row in rows] == [72 / 20, 72 / 60, 72]


def test_coded_material_leaves_only_with_its_countrys_hand(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    operation.change(
        "update exhibit set handling_code = 'H2' where country = 'PE' and operation_id = :id", id=operation.id
    )
    steps.ground(lead, "EC")
    draft = steps.draft(lead, "EC")

    with pytest.raises(Forbidden) as refusal:
        steps.approve(draft, by="CL")
    assert refusal.value.facts["countries"] == ["PE"]

    steps.approve(draft, by="PE")
    assert operation.row(Referral, draft).approved_by is not None


def test_only_the_receiving_agency_answers(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")

    for answer in (acknowledge_referral, accept_referral):
        with pytest.raises(Forbidden), database.write(operation.person("EC", "liaison")) as tx:
            answer(tx, sent)
    with pytest.raises(Forbidden), database.write(operation.person("PE", "specialist")) as tx:
        acknowledge_referral(tx, sent)
    steps.acknowledge(sent, "PE")
    with pytest.raises(Conflict):
        steps.acknowledge(sent, "PE")
    with database.write(operation.person("PE", "liaison")) as tx:
        accept_referral(tx, sent)

    row = operation.row(Referral, sent)
    assert (row.state, row.due_at) == ("accepted", None)
    with pytest.raises(Conflict), database.write(operation.person("PE", "liaison")) as tx:
        accept_referral(tx, sent)
    with pytest.raises(Forbidden), database.write(operation.person("EC", "liaison")) as tx:
        decline_referral(tx, sent, reason="not theirs after all")


def test_a_returned_referral_is_routed_on_with_its_chain(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")
    with pytest.raises(Invalid), database.write(operation.person("PE", "liaison")) as tx:
        return_referral(tx, sent, reason=" ")
    with database.write(operation.person("PE", "liaison")) as tx:
        return_referral(tx, sent, reason="the address is in CL")
    steps.ground(lead, "CL")

    with pytest.raises(Conflict), database.write(operation.person("PE", "liaison")) as tx:
        re_route_referral(tx, sent, to_agency_id=operation.agencies["CL"], reason="see attached")
    with database.write(operation.person("EC", "liaison")) as tx:
        onward = re_route_referral(tx, sent, to_agency_id=operation.agencies["CL"], reason="see attached")
    steps.approve(onward)
    steps.work()
    steps.send(onward)

    assert (operation.row(Referral, sent).state, operation.row(Referral, onward).previous_id) == ("re_routed", sent)
    assert operation.kinds()[-3:] == ["referral:sent", "lead:referred", "referral:re_routed"]


def test_what_was_found_in_the_window_is_referred_and_sent_on_afterwards(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")
    for country, competence in (("CL", "protection"), ("CL", "offender")):
        steps.ground(lead, country, competence)
    late = steps.draft(lead, "CL", "offender")
    operation.change("update operation set state = 'follow_up' where id = :id", id=operation.id)

    steps.approve(late)
    steps.work()
    steps.send(late)
    steps.ground(lead, "CL", "evidence", "offence_place")
    new = steps.draft(lead, "CL", "evidence")
    with database.write(operation.person("PE", "liaison")) as tx:
        return_referral(tx, sent, reason="the address is in CL")
    with database.write(operation.person("EC", "liaison")) as tx:
        onward = re_route_referral(tx, sent, to_agency_id=operation.agencies["CL"], reason="see attached")
    steps.approve(onward)
    steps.work()
    steps.send(onward)

    states = [operation.row(Referral, each).state for each in (late, new, onward)]
    assert states == ["sent", "drafted", "sent"]


def test_a_recipient_without_keys_sees_its_referral_but_not_the_lead(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    recipient = operation.person("CL", "recipient")
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")
    steps.approve(draft)
    steps.work()

    with database.read(recipient) as view:
        assert referrals(view.session, operation.id) == []
    steps.send(draft)

    with database.read(recipient) as view:
        (found,) = referrals(view.session, operation.id)
        assert (found.is_received, found.lead_number) == (True, None)
        assert referral(view.session, draft).outcomes == []
        with pytest.raises(NotFound):
            lead_page(view.session, lead, view.me)
    with database.write(recipient) as tx:
        acknowledge_referral(tx, draft)
    assert operation.row(Referral, draft).state == "acknowledged"


def test_a_recipient_without_keys_states_an_outcome_that_reaches_the_lead(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "CL")
    recipient = operation.person("CL", "recipient")
    operation.change(
        "update membership set role = 'recipient' where user_id = :id", id=operation.person("CL", "liaison")
    )
    steps.acknowledge(sent, "CL")

    outcome, entry = steps.state(sent, "CL", "V4")

    assert operation.row(Lead, lead).stage == "outcome"
    with database.read(recipient) as view:
        assert [row.id for row in referral(view.session, sent).outcomes] == [outcome]
    with database.read(operation.person("EC")) as view:
        card_outcome = lead_page(view.session, lead, view.me).outcome
    assert (card_outcome, operation.row(LedgerEntry, entry).number) == ("V4", 1)


def test_an_outcome_needs_an_acknowledged_referral_of_ones_own(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")

    with pytest.raises(Conflict):
        steps.state(sent, "PE", "V4")
    steps.acknowledge(sent, "PE")
    with pytest.raises(Forbidden):
        steps.state(sent, "EC", "V4")
    with pytest.raises(Invalid):
        steps.state(sent, "PE", "O3")

    assert "outcome:stated" not in operation.kinds()


def test_a_child_is_counted_once_over_referrals_leads_and_countries(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    other = steps.verified("CL", "PE")
    _join(operation, lead, other)
    first, second, third = steps.sent(lead, "EC"), steps.sent(other, "PE"), steps.sent(other, "CL", "offender")
    for sent, country in ((first, "EC"), (second, "PE"), (third, "CL")):
        steps.acknowledge(sent, country)

    entries = {steps.state(first, "EC", "V4")[1], steps.state(second, "PE", "V5")[1]}
    sibling = steps.state(second, "PE", "V5", is_depicted=False)[1]
    offender = steps.state(third, "CL", "O3", kind="offender")[1]
    accomplice = steps.state(third, "CL", "O2", kind="offender", is_another=True)[1]

    assert len(entries) == 1
    assert len({*entries, sibling, offender, accomplice}) == 4
    assert steps.state(third, "CL", "O1", kind="offender")[1] in (offender, accomplice)


def test_two_leads_to_one_register_entry_are_one_child(
    steps: ReferralSteps, operation: TestOperation, lead: UUID
) -> None:
    other = steps.verified("CL", "PE")
    _same_entry(operation, lead, other)
    first, second = steps.sent(lead, "EC"), steps.sent(other, "CL")
    steps.acknowledge(first, "EC")
    steps.acknowledge(second, "CL")

    assert steps.state(first, "EC", "V4")[1] == steps.state(second, "CL", "V5")[1]


def test_only_who_stated_it_takes_an_outcome_back_and_once(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")
    steps.acknowledge(sent, "PE")
    outcome, _ = steps.state(sent, "PE", "V4")

    with pytest.raises(Forbidden), database.write(operation.person("EC", "liaison")) as tx:
        revoke_outcome(tx, outcome, reason="wrong child")
    with pytest.raises(Invalid), database.write(operation.person("PE", "liaison")) as tx:
        revoke_outcome(tx, outcome, reason="")
    with database.write(operation.person("PE", "liaison")) as tx:
        revoke_outcome(tx, outcome, reason="wrong child")
    with pytest.raises(Conflict), database.write(operation.person("PE", "liaison")) as tx:
        revoke_outcome(tx, outcome, reason="wrong child")

    row = operation.row(Outcome, outcome)
    assert (row.revoked_reason, row.stage) == ("wrong child", "V4")
    assert operation.kinds()[-1] == "outcome:revoked"


def test_merged_entries_lead_to_one_also_through_two_mergers(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    sent = steps.sent(lead, "PE")
    steps.acknowledge(sent, "PE")
    first, second, third = (steps.state(sent, "PE", "V5", is_depicted=False)[1] for _ in range(3))

    for entry, into in ((first, second), (second, third)):
        with database.write(operation.person("PE", "liaison")) as tx:
            merge_ledger(tx, entry, into=into)
    with pytest.raises(Conflict), database.write(operation.person("PE", "liaison")) as tx:
        merge_ledger(tx, third, into=first)

    assert {operation.row(LedgerEntry, entry).merged_into for entry in (first, second)} == {third}
    assert steps.state(sent, "PE", "V4", ledger_id=first)[1] == third


def test_closed_sides_are_named_in_nobodys_package_but_their_countrys(
    steps: ReferralSteps, operation: TestOperation
) -> None:
    """The lead's other side is closed material; the drafting agency cannot send what it may not open."""
    from workspace.queries.packages import package_material

    steps.key("CL")
    lead = operation.lead("EC", Side("PE", "agency"), stage="verified")
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")

    with operation.workers.read(operation.service_id) as view:
        material = package_material(view.session, draft)

    assert material is not None
    assert set(material.pictures) == {"face-1.webp"}
    assert [source.exhibit_country for source in material.facts.sources] == ["EC"]
    assert any("closed material of PE" in caveat for caveat in material.facts.caveats)
    assert material.facts.provenance.candidate.facts == ()


def _join(operation: TestOperation, lead: UUID, other: UUID) -> None:
    """Let the PE side of both leads show one person."""
    operation.change(
        """update lead_evidence e set person_id = f.person_id from lead_evidence f
           where e.lead_id = :other and f.lead_id = :lead and e.country = 'PE' and f.country = 'PE'""",
        lead=lead,
        other=other,
    )


def _same_entry(operation: TestOperation, lead: UUID, other: UUID) -> None:
    """Let the PE side of both leads be one entry of a register."""
    operation.change(
        """with r as (insert into register (operation_id, compartment_id, country, name, legal_source, attested_by)
             values (:op, :home, 'PE', 'test register', 'law', :by) returning id),
           n as (insert into register_entry (operation_id, compartment_id, register_id, number, number_key)
             select :op, :home, id, 'RE-1', 're-1' from r returning id)
           update lead_evidence e set person_id = null, register_entry_id = n.id from n
           where e.lead_id in (:lead, :other) and e.country = 'PE'""",
        op=operation.id,
        home=operation.compartment("PE"),
        by=operation.person("PE"),
        lead=lead,
        other=other,
    )


@pytest.mark.parametrize(("priority", "urgency"), [(1, "urgent"), (2, "priority"), (3, "normal")])
def test_what_a_draft_does_not_say_follows_the_priority_and_the_stated_ground(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, priority: int, urgency: str
) -> None:
    operation.change("update lead set priority = :priority where id = :id", priority=priority, id=lead)
    person = operation.person("EC", "liaison")
    with pytest.raises(Invalid, match="State the ground first"), database.write(person) as tx:
        draft_referral(tx, lead)
    steps.ground(lead, "CL", "offender", "suspect_place")
    steps.ground(lead, "PE")
    steps.corroborate(lead)

    with database.read(person) as view:
        page = lead_page(view.session, lead, view.me)
    assert [(each.agency_id, each.competence) for each in page.addressees] == [
        (operation.agencies["PE"], "protection"),
        (operation.agencies["CL"], "offender"),
    ]
    assert page.suggested_urgency == urgency
    with database.write(person) as tx:
        first = draft_referral(tx, lead)
        second = draft_referral(tx, lead)

    drafted = [operation.row(Referral, each) for each in (first, second)]
    assert [(each.to_country, each.competence, each.urgency) for each in drafted] == [
        ("PE", "protection", urgency),
        ("CL", "offender", urgency),
    ]


@pytest.mark.parametrize("answer", [return_referral, decline_referral])
def test_an_accepted_referral_goes_back_with_a_reason_and_is_routed_on_also_after_the_window(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, answer: Callable[..., None]
) -> None:
    steps.key("CL")
    first, officer = steps.sent(lead, "PE"), operation.person("PE", "liaison")
    with database.write(officer) as tx:
        accept_referral(tx, first)
    received = operation.row(Referral, first).answered_at
    steps.state(first, "PE", "V2")
    operation.change("update operation set state = 'follow_up' where id = :id", id=operation.id)

    with pytest.raises(Invalid), database.write(officer) as tx:
        answer(tx, first, reason=" ")
    with database.write(officer) as tx:
        answer(tx, first, reason="Chile opened the case before us")
    row = operation.row(Referral, first)
    assert (row.state, row.reason) == (
        "returned" if answer is return_referral else "declined",
        "Chile opened the case before us",
    )
    assert (row.acknowledged_at, row.due_at) == (received, None)  # it was received when it was accepted
    with pytest.raises(Conflict), database.write(officer) as tx:
        accept_referral(tx, first)
    steps.ground(lead, "CL")
    with database.write(operation.person("EC", "liaison")) as tx:
        onward = re_route_referral(tx, first, to_agency_id=operation.agencies["CL"], reason="it is theirs")

    assert (operation.row(Referral, first).state, operation.row(Referral, onward).previous_id) == ("re_routed", first)
    with operation.workers.read(operation.service_id) as view:
        figures = counts(view.session, operation.id, late=True)
    told = [figures[f"referrals_{each}"] for each in ("sent", "acknowledged", "accepted", "returned")]
    assert told == [1, 1, 0, 1]


def test_who_accepted_a_referral_and_opens_its_lead_routes_it_on_and_may_think_again(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    steps.key("CL")
    first, officer = steps.sent(lead, "PE"), operation.person("PE", "liaison")
    steps.ground(lead, "CL")

    def route_on() -> UUID:
        with database.write(officer) as tx:
            return re_route_referral(tx, first, to_agency_id=operation.agencies["CL"], reason="it is theirs")

    with pytest.raises(Conflict, match="accepted"):  # not accepted yet
        route_on()
    with database.write(officer) as tx:
        accept_referral(tx, first)
    with pytest.raises(Forbidden), database.write(operation.person("CL", "liaison")) as tx:
        re_route_referral(tx, first, to_agency_id=operation.agencies["CL"], reason="ours")
    onward = route_on()
    assert operation.row(Referral, first).state == "re_routed"
    with database.write(officer) as tx:
        withdraw_referral(tx, onward, reason="it is ours after all")
    assert operation.row(Referral, first).state == "accepted"

    onward = route_on()
    steps.approve(onward, by="EC")
    steps.work()
    steps.send(onward, by="PE")
    assert (operation.row(Referral, onward).state, operation.row(Referral, onward).from_country) == ("sent", "PE")
    assert operation.kinds()[-1] == "referral:re_routed"


def test_before_sending_it_is_told_that_nobody_can_sign_in_for_the_agency(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID
) -> None:
    steps.ground(lead, "PE")
    draft, viewer = steps.draft(lead, "PE"), operation.person("EC", "liaison")

    def reached() -> tuple[bool, bool, list[str]]:
        with database.read(viewer) as view:
            (agency,) = (each for each in competent_agencies(view.session, operation.id) if each.country == "PE")
            missing = [each.country for each in unreached_agencies(view.session, operation.id)]
            return referral(view.session, draft).is_reached, agency.is_reached, missing

    assert reached() == (True, True, [])
    for change in ("ends_at = now()", "ends_at = null, suspended_until = now() + interval '1 hour'"):
        operation.change(
            f"update membership set {change} where operation_id = :op and user_id = :id",
            op=operation.id,
            id=operation.person("PE", "liaison"),
        )
        assert reached() == (False, False, ["PE"])
    operation.change("update membership set suspended_until = null where operation_id = :op", op=operation.id)
    operation.change("update operation set is_exercise = false where id = :op", op=operation.id)
    assert reached() == (False, False, ["CL", "EC", "PE"])  # nobody has a passkey
    operation.change(
        "insert into passkey (id, user_id, public_key, sign_count, label) values (sha256('r'), :id, '\\x00', 0, 'k')",
        id=operation.person("PE", "liaison"),
    )
    assert reached() == (True, True, ["CL", "EC"])
