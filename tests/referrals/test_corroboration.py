"""What speaks besides the face: a type, a reference and a date; what a referral does with it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.support.operation import Side, TestOperation
from tests.support.referral_steps import ReferralSteps
from workers.tools import WorkerTools
from workspace.commands.corroboration import state_corroboration, withdraw_corroboration
from workspace.commands.referrals import draft_referral, re_route_referral, return_referral
from workspace.errors import Conflict, Invalid, NotFound
from workspace.exchange.referral_package import open_package
from workspace.model import Corroboration, Event, Referral
from workspace.model.database import Database
from workspace.queries.lead_page import LeadPage, lead_page
from workspace.queries.referrals import referral as read_referral


@pytest.fixture(autouse=True)
def keys(steps: ReferralSteps) -> None:
    for country in ("EC", "PE", "CL"):
        steps.key(country)


def page_of(database: Database, person: int, lead: UUID) -> LeadPage:
    with database.read(person) as view:
        return lead_page(view.session, lead, view.me)


def test_a_statement_is_a_row_an_event_and_stands_on_the_page_of_whoever_sees_the_lead(
    steps: ReferralSteps, operation: TestOperation, database: Database
) -> None:
    lead, me, other = operation.lead(), operation.person("EC", "liaison"), operation.person("PE")
    made = steps.corroborate(lead, reference="  L-0588\u200b ", type="camera", speaks="against")

    with operation.workers.read(operation.service_id) as view:
        told = view.session.scalars(select(Event.payload).where(Event.lead_id == lead)).all()
    row = operation.row(Corroboration, made)
    assert (row.type, row.reference, row.speaks, row.stated_by) == ("camera", "L-0588", "against", me)
    assert told == [{"corroboration": str(made), "type": "camera", "speaks": "against"}]
    seen = {person: page_of(database, person, lead).corroboration[0] for person in (me, other)}
    assert [each.reference for each in seen.values()] == ["L-0588", "L-0588"]
    assert (seen[me].may_withdraw, seen[other].may_withdraw) == (True, False)

    with pytest.raises(NotFound), database.write(other) as tx:
        withdraw_corroboration(tx, made)
    with database.write(me) as tx:
        withdraw_corroboration(tx, made)
    with pytest.raises(NotFound), database.write(me) as tx:
        withdraw_corroboration(tx, made)
    assert page_of(database, me, lead).corroboration == []
    assert operation.kinds()[-2:] == ["corroboration:stated", "corroboration:withdrawn"]


NOTHING = [".", "-", "–", "…", " ", "\u200b", "👍", "\u3164", "?!", "ー", "\u0301"]


@pytest.mark.parametrize("reference", NOTHING)
def test_a_reference_without_a_letter_or_a_digit_is_none(
    operation: TestOperation, database: Database, reference: str
) -> None:
    refused_with(operation, database, ["reference"], reference=reference)


def refused_with(operation: TestOperation, database: Database, fields: list[str], **wrong: object) -> None:
    lead, me = operation.lead(), operation.person("EC", "liaison")
    with database.read(me) as view:
        today = view.session.execute(text("select (now() at time zone 'America/Guayaquil')::date")).scalar_one()
    facts = {"type": "place", "reference": "S-022, window", "dated_on": today, "speaks": "for"}
    late = wrong.pop("days_late", 0)
    if late:
        wrong["dated_on"] = today + timedelta(days=int(str(late)))
    with pytest.raises(Invalid) as refused, database.write(me) as tx:
        state_corroboration(tx, lead, **{**facts, **wrong})  # type: ignore[arg-type]
    assert [str(fault).split(":")[0] for fault in refused.value.facts["faults"]] == fields
    assert page_of(database, me, lead).corroboration == []


def test_each_thing_that_is_wrong_is_named(operation: TestOperation, database: Database) -> None:
    refused_with(operation, database, ["type"], type="other")
    refused_with(operation, database, ["speaks"], speaks="maybe")
    refused_with(operation, database, ["dated_on"], days_late=1)
    refused_with(operation, database, ["type", "reference"], type="", reference=".")


def test_nobody_writes_in_anothers_name_or_changes_what_was_said(operation: TestOperation, database: Database) -> None:
    lead, me, other = operation.lead(), operation.person("EC"), operation.person("EC", "liaison")
    with database.write(me) as tx:
        made = state_corroboration(tx, lead, type="place", reference="S-022", dated_on=tx.now.date() - timedelta(1))
    values = {"operation_id": operation.id, "lead_id": lead, "type": "place", "reference": "x", "speaks": "for"}
    for wrong in (
        insert(Corroboration).values(
            **values, locks=operation.row(Corroboration, made).locks, dated_on=text("now()::date"), stated_by=other
        ),
        update(Corroboration).where(Corroboration.id == made).values(reference="y"),
    ):
        with pytest.raises(DBAPIError), database.write(me) as tx:
            tx.session.execute(wrong)


def test_a_draft_wants_something_that_speaks_for_the_lead_and_keeps_it(
    steps: ReferralSteps, operation: TestOperation, database: Database
) -> None:
    lead = steps.verified()
    steps.ground(lead, "PE")
    person = operation.person("EC", "liaison")
    with pytest.raises(Invalid, match="besides the face"), database.write(person) as tx:
        draft_referral(tx, lead)
    steps.corroborate(lead, speaks="against", reference="L-0001 speaks against it")
    with pytest.raises(Invalid, match="besides the face"), database.write(person) as tx:
        draft_referral(tx, lead)
    mine = steps.corroborate(lead, reference="the same door")
    with database.write(person) as tx:
        draft = draft_referral(tx, lead)
    steps.corroborate(lead, reference="came later")

    with database.read(operation.person("PE", "liaison")) as view:
        kept = read_referral(view.session, draft).corroboration
    assert [(each.speaks, each.reference) for each in kept] == [
        ("against", "L-0001 speaks against it"),
        ("for", "the same door"),
    ]

    with database.write(person) as tx:
        withdraw_corroboration(tx, mine)
    with pytest.raises(Conflict, match="withdrawn since it was drafted"):
        steps.approve(draft)
    assert operation.row(Referral, draft).approved_by is None


def test_what_is_withdrawn_after_the_signature_stops_the_sending(
    steps: ReferralSteps, operation: TestOperation, database: Database
) -> None:
    lead = steps.verified()
    steps.ground(lead, "PE")
    draft = steps.draft(lead, "PE")
    steps.approve(draft)
    steps.work()
    stated = page_of(database, operation.person("EC"), lead).corroboration[0].id
    with database.write(operation.person("EC", "liaison")) as tx:
        withdraw_corroboration(tx, stated)

    with pytest.raises(Conflict, match="withdrawn since it was drafted"):
        steps.send(draft)
    assert operation.row(Referral, draft).state == "drafted"


def test_the_package_and_what_is_routed_on_carry_type_reference_and_date(
    steps: ReferralSteps, operation: TestOperation, database: Database, tools: WorkerTools
) -> None:
    lead = steps.verified()
    sent = steps.sent(lead, "PE")
    row = operation.row(Referral, sent)
    assert row.package_address is not None
    with tools.db.read(tools.service_id) as view:
        key = tools.key(view.session, operation.id)
    opened = open_package(tools.store.read_bytes(row.package_address, key=key), steps.identities["PE"])
    assert opened.manifest["corroboration"] == [
        {"type": "place", "reference": "the same wall paper in both", "dated_on": "2026-01-05", "speaks": "for"}
    ]
    with database.write(operation.person("PE", "liaison")) as tx:
        return_referral(tx, sent, reason="not ours")
    steps.ground(lead, "CL")
    with database.write(operation.person("EC", "liaison")) as tx:
        onward = re_route_referral(tx, sent, to_agency_id=operation.agencies["CL"], reason="theirs")
    assert [each["reference"] for each in operation.row(Referral, onward).corroboration] == [
        "the same wall paper in both"
    ]


def test_a_closed_lead_takes_no_statement_and_a_hidden_lead_is_not_there(
    operation: TestOperation, database: Database
) -> None:
    hidden = operation.lead(Side("PE", "agency"), Side("PE", "agency"))
    with pytest.raises(NotFound), database.write(operation.person("EC")) as tx:
        state_corroboration(tx, hidden, type="place", reference="S-022", dated_on=tx.now.date() - timedelta(1))
    closed = operation.lead(stage="closed")
    with pytest.raises(Conflict), database.write(operation.person("EC")) as tx:
        state_corroboration(tx, closed, type="place", reference="S-022", dated_on=tx.now.date() - timedelta(1))
    assert page_of(database, operation.person("EC"), closed).permissions["state_corroboration"] is False
