"""Keeps the examiners' qualifications: dated rows that somebody else records, and ends.

Must not decide whether an opinion may be given: `why_not_judge` does, in SQL.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, insert, select, update

from workspace import events
from workspace.commands.guard import require_operation
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Membership, Qualification
from workspace.model.database import Tx
from workspace.rules.days import day_in
from workspace.rules.qualifications import COMPETENCES
from workspace.rules.reasons import require_words, words_of
from workspace.rules.roles import EXAMINERS


def record_qualification(
    tx: Tx,
    operation_id: int,
    user_id: int,
    *,
    competence: str,
    title: str,
    issuer: str,
    valid_from: date,
    valid_until: date,
) -> UUID:
    """Record what a member was trained for; returns the record's id. Asks `record_qualification`; records
    `qualification:recorded`.

    title: of the training; issuer: who gave it. valid_from, valid_until: days of the operation, both included.

    Raises:
        Forbidden: the actor does not keep this person's qualifications.
        Invalid: names each thing that is wrong; the person is no examiner, or the last day is over.
    """
    operation = require_operation(tx, "record_qualification", operation_id)
    role = _require_keeps(tx, operation_id, user_id)
    require_words(title=title, issuer=issuer)
    today = day_in(tx.now, operation.time_zone)
    faults = [] if role in EXAMINERS else [Fault("user_id", "is not an examiner of this operation")]
    faults += [] if competence in COMPETENCES else [Fault("competence", "one of {known}", known=list(COMPETENCES))]
    if valid_until < max(valid_from, today):
        faults.append(Fault("valid_until", "neither before today nor before the first day"))
    if faults:
        raise Invalid("This qualification cannot be recorded.", faults=faults)
    qualification_id = tx.session.scalars(
        insert(Qualification)
        .values(
            operation_id=operation_id,
            user_id=user_id,
            competence=competence,
            title=words_of(title),
            issuer=words_of(issuer),
            valid_from=valid_from,
            valid_until=valid_until,
            recorded_by=tx.actor.id,
        )
        .returning(Qualification.id)
    ).one()
    tx.record(
        events.QualificationRecorded(
            events.Place(operation_id), qualification=qualification_id, user=user_id, competence=competence
        )
    )
    return qualification_id


def end_qualification(tx: Tx, operation_id: int, qualification_id: UUID) -> None:
    """End a record before its last day: the person's opinions stand, the next one is refused. Asks `end_qualification`;
    records `qualification:ended`.

    Raises:
        NotFound: there is no such record. Forbidden: the actor does not keep this person's qualifications.
        Conflict: it is ended already.
    """
    require_operation(tx, "end_qualification", operation_id)
    row = tx.session.get(Qualification, qualification_id)
    if row is None or row.operation_id != operation_id:
        raise NotFound("There is no such qualification.")
    _require_keeps(tx, operation_id, row.user_id)
    tx.change_one(
        update(Qualification)
        .where(Qualification.id == qualification_id, Qualification.ended_at.is_(None))
        .values(ended_at=func.now(), ended_by=tx.actor.id),
        otherwise=Conflict("This qualification has ended already."),
    )
    tx.record(events.QualificationEnded(events.Place(operation_id), qualification=qualification_id, user=row.user_id))


def _require_keeps(tx: Tx, operation_id: int, user_id: int) -> str:
    """The person's role, if the actor keeps this person's qualifications; SQL decides, for the rows' own policies ask
    the same."""
    if user_id == tx.actor.id:
        raise Forbidden("Nobody keeps their own qualifications: another country lead, or the operation lead, does.")
    if not tx.session.execute(select(func.keeps_qualifications(operation_id, user_id))).scalar_one():
        raise Forbidden(
            "A country lead keeps the qualifications of the country's members; the operation lead those of country "
            "leads."
        )
    return tx.session.execute(
        select(Membership.role).where(Membership.operation_id == operation_id, Membership.user_id == user_id)
    ).scalar_one()
