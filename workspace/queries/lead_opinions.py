"""Opinions on a lead: the viewer's own, others' once the lead is decided, and the score as far as the viewer may see
it.

Score and band come through the columns that the lead's state computes, or through the examiner's own settled opinion;
nothing here may add another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.queries.colleagues import Colleague
from workspace.rules.calibration import Calibration, KnownErrors, errors_at
from workspace.rules.codes import Doubt
from workspace.rules.leads import Band
from workspace.rules.verdict import UNDO_S, Judgement, Opinion, Suitability

SQL = statements(__file__)
SHOWN_STEP = 0.0005
"""Half of the last figure that a score is shown with. A column of four bytes rounds far below it."""

WhyNotAgain = Literal["side_closed", "face_gone", "not_compared", "other_recogniser"]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """A signed opinion. suitability: of each side's picture, in their order; features: by feature of the
    checklist."""

    id: UUID
    opinion: Opinion
    suitability: list[Suitability]
    features: dict[str, Judgement]
    reason: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class MyAssessment(Assessment):
    """The viewer's own. settled_at: since when it cannot be taken back."""

    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RevealedAssessment(Assessment):
    """One of anybody, only once the lead is decided. doubted_at, doubt: since when it is flagged, and why."""

    examiner: Colleague
    doubted_at: datetime | None
    doubt: Doubt | None


@dataclass(frozen=True)
class Score:
    """How alike two faces are for the recogniser. shown_at: when this viewer first saw it. errors: how often the
    threshold errs, by what was measured of it; null where nobody did."""

    score: float
    band: Band
    rank: int | None
    threshold: float
    pack_id: str
    model_digest: str
    shown_at: datetime | None
    errors: KnownErrors | None


@dataclass(frozen=True)
class ScoreAgain:
    """A score computed anew from the two faces of the lead. difference: by how much it is another one, 0 where it is
    the same in the last figure that is shown; why_not: it cannot be computed any more."""

    difference: float | None
    why_not: WhyNotAgain | None


def score_again(session: Session, lead_id: UUID) -> ScoreAgain | None:
    """The score of a lead computed anew from the stored faces; None where the viewer may not see the score now."""
    row = session.execute(SQL["again"], {"lead": lead_id}).one_or_none()
    if row is None:
        return None
    return again_of(row)


def again_of(row: Row[Any]) -> ScoreAgain:
    """What a row with a score, and with what the faces of its two sides give now, says."""
    reasons: tuple[tuple[bool, WhyNotAgain], ...] = (
        (row.sides < 2, "side_closed"),
        (row.faces < 2, "face_gone"),
        (row.vectors < 2, "not_compared"),
        (not row.same_model, "other_recogniser"),
    )
    return next((ScoreAgain(None, why) for holds, why in reasons if holds), None) or said_again(row.score, row.again)


def said_again(score: float, again: float) -> ScoreAgain:
    """How far a score that was computed anew lies from the one of the lead."""
    difference = float(again) - float(score)
    return ScoreAgain(0.0 if abs(difference) < SHOWN_STEP else round(difference, 4), None)


def lead_score(session: Session, lead_id: UUID, measured: Sequence[Calibration] = ()) -> Score | None:
    """The score as far as the viewer may see it now: the lead is decided, or his own opinion is settled. measured: what
    is known of thresholds."""
    row = session.execute(SQL["score"], {"lead": lead_id}).one_or_none()
    if row is None:
        return None
    return Score(**row._mapping, errors=errors_at(measured, row.model_digest, row.threshold))


def my_assessment(session: Session, lead_id: UUID) -> MyAssessment | None:
    """The viewer's opinion that stands."""
    rows = session.execute(
        text("""select id, opinion, suitability, features, reason, signed_at, settled_at from assessment
             where lead_id = :lead and examiner_id = my_id() and undone_at is null"""),
        {"lead": lead_id},
    )
    return next(iter(rows_as(MyAssessment, rows)), None)


def undo_until(mine: MyAssessment | None) -> datetime | None:
    """Until when an unsettled opinion can be taken back."""
    if mine is None or mine.settled_at is not None:
        return None
    return mine.signed_at + timedelta(seconds=UNDO_S)


def revealed_assessments(session: Session, lead_id: UUID) -> list[RevealedAssessment]:
    """All opinions that stand on a decided lead; none before."""
    return [
        RevealedAssessment(
            id=row.id,
            opinion=row.opinion,
            suitability=row.suitability,
            features=row.features,
            reason=row.reason,
            signed_at=row.signed_at,
            examiner=Colleague(row.user_id, row.name, row.country, row.played_by),
            doubted_at=row.doubted_at,
            doubt=row.doubt,
        )
        for row in session.execute(SQL["revealed"], {"lead": lead_id})
    ]
