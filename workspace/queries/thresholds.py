"""From which cosine on a pair of faces becomes a lead in an operation, how often that errs, and what is proposed.

Until two countries agree on a calibration the face pack's own thresholds hold; those stand in its manifest, which
whoever calls reads. Rows of all members' operations: a threshold tells nothing of a face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.queries.colleagues import Colleague
from workspace.rules.calibration import Calibration, read_calibration
from workspace.rules.thresholds import LAPSES_AFTER

SQL = statements(__file__)


@dataclass(frozen=True)
class AgreedThresholds:
    """From `lead` on a pair becomes a lead, from `strong` on its band is strong."""

    lead: float
    strong: float


@dataclass(frozen=True)
class SaidThreshold:
    """A threshold as it was proposed. stands: it is the newest, and waits. may_confirm: for the viewer's country; the
    command asks the rest."""

    id: UUID
    lead: float
    strong: float
    calibration: Calibration
    reason: str
    proposed_by: Colleague
    proposed_at: datetime
    confirmed_by: Colleague | None
    confirmed_at: datetime | None
    stands: bool
    may_confirm: bool


def thresholds_in(session: Session, operation_id: int, model_digest: str) -> AgreedThresholds | None:
    """What two countries agreed on for this recogniser; None where the pack's own thresholds hold."""
    row = session.execute(
        text("""select lead_cosine, strong_cosine from threshold where operation_id = :operation and model_digest =
            :digest
             and confirmed_at is not null order by confirmed_at desc, id limit 1"""),
        {"operation": operation_id, "digest": model_digest},
    ).one_or_none()
    # A column of four bytes gives .4309999942779541 for .431.
    return AgreedThresholds(round(row.lead_cosine, 3), round(row.strong_cosine, 3)) if row else None


def agreed_calibrations(session: Session, operation_id: int) -> list[Calibration]:
    """The calibrations that were ever in force, the newest first: leads found then keep their threshold."""
    rows = session.scalars(
        text("""select calibration from threshold where operation_id = :operation and confirmed_at is not null
             order by confirmed_at desc, id"""),
        {"operation": operation_id},
    )
    return [read_calibration(each) for each in rows]


def said_thresholds(session: Session, operation_id: int) -> Sequence[SaidThreshold]:
    """What was proposed, the newest first."""
    rows = session.execute(SQL["said"], {"operation": operation_id, "lapse": LAPSES_AFTER})
    return [
        SaidThreshold(
            id=row.id,
            lead=round(row.lead_cosine, 3),
            strong=round(row.strong_cosine, 3),
            calibration=read_calibration(row.calibration),
            reason=row.reason,
            proposed_by=Colleague(row.proposed_by, row.proposer, row.proposer_country, row.played_by),
            proposed_at=row.proposed_at,
            confirmed_by=Colleague(row.confirmed_by, row.confirmer, row.confirmer_country, row.confirmed_played_by)
            if row.confirmed_by
            else None,
            confirmed_at=row.confirmed_at,
            stands=row.stands,
            may_confirm=row.stands and row.proposer_country != row.own_country,
        )
        for row in rows
    ]
