"""Referrals by command, for tests that begin where a referral is under way: verified, drafted, approved, built,
sent."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.exercise_room import Exercise
from tests.support.opinions import WHOLE, look
from tests.support.waiting import until
from workspace.commands.assessments import assess_lead, settle_assessments
from workspace.commands.claims import claim_lead
from workspace.commands.corroboration import state_corroboration
from workspace.commands.jurisdiction import state_jurisdiction
from workspace.commands.referrals import approve_referral, draft_referral, send_referral
from workspace.model import Agency

REASON = "Ears, nose and hairline agree in both pictures."


def opinion(exercise: Exercise, lead: UUID, label: str, level: int) -> None:
    """Have an examiner claim a lead and sign an opinion, which is settled at once."""
    person = exercise.people[label]
    with exercise.app.write(person) as tx:
        token = claim_lead(tx, lead)
    look(exercise.workers, lead, person)
    with exercise.app.write(person) as tx:
        assess_lead(tx, lead, token=token, opinion=level, reason=REASON, **WHOLE)
    exercise.pass_undo_time()
    with exercise.workers.write(exercise.housekeeping_id) as tx:
        settle_assessments(tx)


def ground(exercise: Exercise, lead: UUID, country: str) -> None:
    """State that a child lives in this country."""
    with exercise.app.write(exercise.people["EC · liaison"]) as tx:
        state_jurisdiction(
            tx, lead, country=country, ground="child_residence", competence="protection", basis="A school badge."
        )


def refer(exercise: Exercise, lead: UUID, *, to: str, approver: str) -> UUID:
    """Send a verified lead to the agency `to` of the plan; workers must be running, they build the package."""
    ground(exercise, lead, to[:2])
    liaison = exercise.people["EC · liaison"]
    with exercise.app.write(liaison) as tx:
        state_corroboration(
            tx, lead, type="place", reference="The same tiles behind both people.", dated_on=date(2026, 1, 5)
        )
    with exercise.app.write(liaison) as tx:
        referral = draft_referral(
            tx,
            lead,
            to_agency_id=agency(exercise, to),
            competence="protection",
            urgency="priority",
        )
    with exercise.app.write(exercise.people[approver]) as tx:
        approve_referral(tx, referral)
    wait_for_package(exercise, referral)
    with exercise.app.write(liaison) as tx:
        send_referral(tx, referral)
    return referral


def wait_for_package(exercise: Exercise, referral: UUID) -> None:
    """Wait until a worker has built it."""
    until(lambda: exercise.one("select package_state from referral where id = :id", id=referral) == "built")


def agency(exercise: Exercise, key: str) -> int:
    """The id of an agency of the plan."""
    name = next(each.name for each in exercise.plan.agencies if each.key == key)
    with Session(exercise.workers.engine) as session:
        return session.scalars(select(Agency.id).where(Agency.name == name)).one()
