"""The examiners' qualifications: what the page «Members» shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.days import day_in
from workspace.rules.qualifications import Competence, Validity, validity

SQL = statements(__file__)


@dataclass(frozen=True)
class KeptQualification:
    """One record. valid_from, valid_until: days of the operation, both included; state: what it is today. A record that
    was ended is not among them."""

    id: UUID
    competence: Competence
    title: str
    issuer: str
    valid_from: date
    valid_until: date
    recorded_by: str
    recorded_at: datetime
    state: Validity


@dataclass(frozen=True)
class QualifiedMember:
    """An examiner with the records that stand, the one that ends last first. is_qualified: one of them is valid today.
    may_keep: the viewer records and ends this person's."""

    user_id: int
    name: str
    country: str
    role: str
    may_keep: bool
    is_qualified: bool
    records: list[KeptQualification]


@dataclass(frozen=True)
class _Examiner:
    user_id: int
    name: str
    country: str
    role: str
    may_keep: bool


def qualifications(session: Session, operation_id: int) -> list[QualifiedMember]:
    """Every examiner whom the viewer may see, by country and name."""
    of = {"operation": operation_id}
    records: dict[int, list[KeptQualification]] = {}
    for row in session.execute(SQL["records"], of):
        facts = dict(row._mapping)
        user_id, today = facts.pop("user_id"), day_in(facts.pop("now"), facts.pop("time_zone"))
        state = validity(row.valid_from, row.valid_until, today)
        records.setdefault(user_id, []).append(KeptQualification(**facts, state=state))
    return [
        QualifiedMember(
            user_id=each.user_id,
            name=each.name,
            country=each.country,
            role=each.role,
            may_keep=each.may_keep,
            is_qualified=any(record.state in ("valid", "ends_soon") for record in records.get(each.user_id, [])),
            records=records.get(each.user_id, []),
        )
        for each in rows_as(_Examiner, session.execute(SQL["examiners"], of))
    ]
