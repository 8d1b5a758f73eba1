"""What examiners were trained for: who records it, who ends it, and which opinions ask for it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.support.operation import TestOperation
from tests.support.opinions import WHOLE, look
from workspace.commands.assessments import assess_lead
from workspace.commands.claims import _RECEIVER_MAY_NOT, claim_lead, hand_over_lead, renew_claim
from workspace.commands.guard import _ACTOR_MAY_NOT
from workspace.commands.qualifications import end_qualification, record_qualification
from workspace.errors import Conflict, Forbidden, Invalid, WorkspaceError
from workspace.model import Assessment, Event, Qualification
from workspace.model.database import Database
from workspace.queries.lead_page import lead_page
from workspace.queries.qualifications import QualifiedMember, qualifications
from workspace.rules.days import day_in
from workspace.rules.leads import KINDS
from workspace.rules.qualifications import SOON

OF_OTHER_TRACES = "same_video"


def today(operation: TestOperation, database: Database) -> date:
    with database.read(operation.person()) as view:
        now = view.session.execute(text("select now()")).scalar_one()
    return day_in(now, "America/Guayaquil")


def without(operation: TestOperation, country: str = "EC", role: str = "specialist", which: int = 7) -> int:
    """An examiner of whom nothing is recorded."""
    person = operation.person(country, role, which)
    operation.change("update qualification set ended_at = now(), ended_by = recorded_by where user_id = :id", id=person)
    return person


def record(database: Database, operation: TestOperation, by: int, person: int, **other: object) -> UUID:
    first = today(operation, database)
    facts = {"competence": "facial_comparison", "title": "Course of comparison", "issuer": "A school"}
    days = {"valid_from": first, "valid_until": first + timedelta(days=365)}
    with database.write(by) as tx:
        return record_qualification(tx, operation.id, person, **{**facts, **days, **other})  # type: ignore[arg-type]


def of(database: Database, operation: TestOperation, person: int) -> QualifiedMember:
    with database.read(operation.person()) as view:
        return next(each for each in qualifications(view.session, operation.id) if each.user_id == person)


# --- Who keeps a record -----------------------------------------------------------------------------------------------

KEEPERS = {
    ("EC", "country_lead", "EC", "specialist"): True,
    ("EC", "country_lead", "EC", "analyst"): True,
    ("EC", "country_lead", "PE", "specialist"): False,
    ("EC", "operation_lead", "PE", "country_lead"): True,
    ("EC", "operation_lead", "EC", "specialist"): False,
    ("EC", "specialist", "EC", "analyst"): False,
    ("EC", "administrator", "EC", "specialist"): False,
}


@pytest.mark.parametrize(("country", "role", "of_country", "of_role"), KEEPERS)
def test_a_country_lead_keeps_the_records_at_home_and_the_operation_lead_those_of_country_leads(
    operation: TestOperation, database: Database, country: str, role: str, of_country: str, of_role: str
) -> None:
    keeper, person = operation.person(country, role), without(operation, of_country, of_role)
    if KEEPERS[country, role, of_country, of_role]:
        made = record(database, operation, keeper, person)
        with database.write(keeper) as tx:
            end_qualification(tx, operation.id, made)
        with pytest.raises(Conflict), database.write(keeper) as tx:
            end_qualification(tx, operation.id, made)
        with operation.workers.read(operation.service_id) as view:
            row = view.session.execute(
                select(Qualification.recorded_by, Qualification.ended_by).where(Qualification.id == made)
            ).one()
            told = view.session.scalars(
                select(Event.payload)
                .where(Event.operation_id == operation.id, Event.kind.like("qualification:%"))
                .order_by(Event.seq)
            ).all()
        assert tuple(row) == (keeper, keeper)
        assert told == [
            {"qualification": str(made), "user": person, "competence": "facial_comparison"},
            {"qualification": str(made), "user": person},
        ]
    else:
        with pytest.raises(Forbidden):
            record(database, operation, keeper, person)
        assert not of(database, operation, person).records


def test_nobody_records_or_ends_their_own_also_not_past_the_command(
    operation: TestOperation, database: Database
) -> None:
    me, other = operation.person("EC", "country_lead"), operation.person("EC", "country_lead", 2)
    mine = of(database, operation, me).records[0].id
    with pytest.raises(Forbidden, match="their own"):
        record(database, operation, me, me)
    with pytest.raises(Forbidden, match="their own"), database.write(me) as tx:
        end_qualification(tx, operation.id, mine)
    row = {"operation_id": operation.id, "competence": "other_traces", "title": "x", "issuer": "x"}
    days = {"valid_from": date(2020, 1, 1), "valid_until": date(2999, 1, 1)}
    for person, by in ((me, me), (me, other), (operation.person("PE"), me)):
        with pytest.raises(DBAPIError), database.write(me) as tx:
            tx.session.execute(insert(Qualification).values(user_id=person, recorded_by=by, **row, **days))
    with database.write(me) as tx:
        changed = tx.change(update(Qualification).where(Qualification.id == mine).values(ended_by=me))
    assert changed == 0

    record(database, operation, other, me)

    assert len(of(database, operation, me).records) == 2


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", "\u200b"),
        ("issuer", " "),
        ("competence", "magic"),
        ("valid_until", date(2020, 1, 1)),
        ("valid_from", date(2999, 1, 1)),
    ],
)
def test_what_is_wrong_with_a_record_is_named_and_nothing_is_kept(
    operation: TestOperation, database: Database, field: str, wrong: object
) -> None:
    person = without(operation)
    with pytest.raises(Invalid) as refused:
        record(database, operation, operation.person("EC", "country_lead"), person, **{field: wrong})
    expected = "valid_until" if field == "valid_from" else field
    assert str(refused.value.facts["faults"][0]).startswith(expected)
    assert not of(database, operation, person).records
    with pytest.raises(Invalid, match="recorded"):
        record(database, operation, operation.person("EC", "country_lead"), operation.person("EC", "liaison"))


# --- What asks for it -------------------------------------------------------------------------------------------------


def may_claim(operation: TestOperation, database: Database, person: int, kind: str) -> bool:
    facts = {} if kind in ("same_face", "register_match") else {"score": None, "band": None, "rank": None}
    lead = operation.lead(kind=kind, **facts)
    with database.read(person) as view:
        page = lead_page(view.session, lead, view.me)
    refusals = []
    try:
        with database.write(person) as tx:
            claim_lead(tx, lead)
    except Forbidden as refused:
        refusals.append(str(refused))
    passed = not refusals
    assert all("training" in each for each in refusals)
    assert (page.permissions["claim_lead"], page.lacks_qualification) == (passed, not passed)
    return passed


@pytest.mark.parametrize("competence", ["facial_comparison", "other_traces"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "outside_result"])
def test_faces_ask_for_training_in_faces_and_other_leads_for_any(
    operation: TestOperation, database: Database, kind: str, competence: str
) -> None:
    person = without(operation)
    record(database, operation, operation.person("EC", "country_lead"), person, competence=competence)

    assert may_claim(operation, database, person, kind) is (
        competence == "facial_comparison" or kind not in ("same_face", "register_match")
    )


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [
        (-1, 0, "ends_soon"),
        (0, 0, "ends_soon"),
        (0, SOON.days + 1, "valid"),
        (-9, -1, "expired"),
        (1, 9, "not_yet"),
    ],
)
def test_a_record_counts_on_its_days_in_the_operations_time_zone(
    operation: TestOperation, database: Database, first: int, last: int, state: str
) -> None:
    person, day = without(operation), today(operation, database)
    operation.change(
        "insert into qualification (operation_id, user_id, competence, title, issuer, valid_from, valid_until, "
        "recorded_by) "
        "values (:operation, :id, 'facial_comparison', 'x', 'x', :first, :last, :by)",
        operation=operation.id,
        id=person,
        first=day + timedelta(days=first),
        last=day + timedelta(days=last),
        by=operation.service_id,
    )

    counts = state in ("valid", "ends_soon")
    found = of(database, operation, person)
    assert ([each.state for each in found.records], found.is_qualified) == ([state], counts)
    assert may_claim(operation, database, person, "same_face") is counts


def test_when_a_record_ends_past_opinions_stand_and_the_next_one_is_refused(
    operation: TestOperation, database: Database
) -> None:
    lead, next_lead, person = operation.lead(), operation.lead(), operation.person("EC", "specialist")
    boss, giver = operation.person("EC", "country_lead"), operation.person("PE")
    look(operation.workers, lead, person)
    look(operation.workers, next_lead, person)
    with database.write(person) as tx:
        token = claim_lead(tx, lead)
    with database.write(person) as tx:
        signed, _ = assess_lead(tx, lead, token=token, opinion=5, reason="ears agree", **WHOLE)
    with database.write(person) as tx:
        token = claim_lead(tx, next_lead)
    with database.write(boss) as tx:
        end_qualification(tx, operation.id, of(database, operation, person).records[0].id)

    refused: list[WorkspaceError] = []
    for again in (
        lambda tx: assess_lead(tx, next_lead, token=token, opinion=5, reason="ears agree", **WHOLE),
        lambda tx: renew_claim(tx, next_lead, token=token),
    ):
        with pytest.raises(Forbidden, match="training") as told, database.write(person) as tx:
            again(tx)
        refused.append(told.value)
    with operation.workers.read(operation.service_id) as view:
        kept = view.session.scalars(select(Assessment.id).where(Assessment.examiner_id == person)).all()
    assert (kept, len(refused)) == ([signed], 2)
    third = operation.lead()
    with database.write(giver) as tx:
        token = claim_lead(tx, third)
    with pytest.raises(Invalid) as no_receiver, database.write(giver) as tx:
        hand_over_lead(tx, third, token=token, to=person)
    assert "training" in str(no_receiver.value.facts["faults"])


def test_every_reason_against_judging_has_a_sentence_for_the_actor_and_for_a_receiver(connection: Connection) -> None:
    source = connection.execute(text("select prosrc from pg_proc where proname = 'why_not_judge'")).scalar_one()
    codes = set(re.findall(r"return '(\w+)'", source))

    assert codes == set(_ACTOR_MAY_NOT) == set(_RECEIVER_MAY_NOT) | {"unsettled"}
