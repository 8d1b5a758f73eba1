"""The debrief of an exercise: drawn up with the workers' role, which alone reads the truth, and shown to members when
it is frozen.

What is counted stands in exchange/debrief.py. Must not answer anything of the truth but the frozen figures and the
viewer's own part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from workspace.errors import Conflict, NotFound
from workspace.exchange.debrief import OwnOpinion, debrief
from workspace.exchange.debrief_figures import DebriefFigures, DebriefHeader, debrief_from_record
from workspace.exchange.debrief_history import (
    Act,
    EditionRow,
    GroupedFace,
    History,
    LeadRow,
    LeadSide,
    MergeRow,
    OpinionRow,
    ReferralRow,
    StatementRow,
    TrueEntry,
    TrueFile,
)
from workspace.exchange.statistics_report import from_record
from workspace.model import Debrief, Exercise
from workspace.model.statements import rows_as, statements
from workspace.rules.days import in_zone
from workspace.rules.leads import FACE_KINDS
from workspace.rules.verdict import DIFFERENT, SAME

SQL = statements(__file__)


@dataclass(frozen=True)
class DrawnDebrief:
    """A debrief that was counted, up to an event of the record."""

    seq: int
    figures: DebriefFigures
    opinions: list[OwnOpinion]


@dataclass(frozen=True)
class OpinionBesideTruth:
    """An opinion of the viewer's own: 1 strong support for the same person … 5 for different people, and what is
    true."""

    lead_id: str
    number: int
    opinion: int
    is_same: bool

    @property
    def is_wrong(self) -> bool:
        """Whether it supports what is not true; an inconclusive one does neither."""
        return self.opinion in (DIFFERENT if self.is_same else SAME)


def draw_debrief(session: Session, operation_id: int, now: datetime) -> DrawnDebrief | None:
    """Count an exercise against its truth, with the workers' role; None if its truth is not revealed, or the debrief
    frozen already.

    now: the snapshot's time.
    """
    here = {"operation": operation_id, "kinds": list(FACE_KINDS)}
    head = session.execute(SQL["header"], here).mappings().one_or_none()
    if head is None:
        return None
    figures, opinions = debrief(_history(session, here, now), _header(head, now))
    return DrawnDebrief(head["seq"], figures, opinions)


def debrief_so_far(session: Session, operation_id: int) -> DebriefFigures | None:
    """The frozen debrief of an exercise, as its members see it; None while it is being drawn up.

    Raises:
        NotFound: there is no such exercise for the viewer, or its truth is not revealed.
    """
    row = session.get(Debrief, operation_id)
    if row is not None:
        return debrief_from_record(row.figures)
    exercise = session.get(Exercise, operation_id)
    if exercise is None or exercise.revealed_at is None:
        raise NotFound("There is no debrief.")
    return None


def stored_debrief(session: Session, operation_id: int) -> DebriefFigures:
    """The frozen debrief of an exercise, as its members see it.

    Raises:
        NotFound: there is no such exercise for the viewer, or its truth is not revealed.
        Conflict: it is being drawn up.
    """
    debrief = debrief_so_far(session, operation_id)
    if debrief is None:
        raise Conflict("The debrief is being made; look again in a moment.")
    return debrief


def own_opinions(session: Session, operation_id: int) -> list[OpinionBesideTruth]:
    """The viewer's own opinions beside the truth, by the number of the lead; nobody else's."""
    return [
        OpinionBesideTruth(str(row.lead_id), row.number, row.opinion, row.is_same)
        for row in session.execute(SQL["own_opinions"], {"operation": operation_id})
    ]


def _header(head: RowMapping, now: datetime) -> DebriefHeader:
    zone = head["time_zone"]
    said = {key: value for key, value in head.items() if key != "time_zone"}
    return DebriefHeader(**said | {"closes_at": in_zone(head["closes_at"], zone), "as_of": in_zone(now, zone)})


def _history(session: Session, here: Mapping[str, Any], now: datetime) -> History:
    def every(kind: type[Any], name: str) -> tuple[Any, ...]:
        return tuple(rows_as(kind, session.execute(SQL[name], here)))

    return History(
        as_of=now,
        lives_in={row.identity: row.lives_in for row in session.execute(SQL["people"], here)},
        files=every(TrueFile, "files"),
        entries=every(TrueEntry, "entries"),
        faces=every(GroupedFace, "faces"),
        leads=every(LeadRow, "leads"),
        sides=every(LeadSide, "sides"),
        acts=every(Act, "acts"),
        opinions=every(OpinionRow, "opinions"),
        referrals=every(ReferralRow, "referrals"),
        statements=every(StatementRow, "statements"),
        merges=every(MergeRow, "merges"),
        edition=_edition(session, here),
        injections=tuple(session.scalars(SQL["injections"], here)),
    )


def _edition(session: Session, here: Mapping[str, Any]) -> EditionRow | None:
    row = session.execute(SQL["edition"], here).one_or_none()
    if row is None:
        return None
    return EditionRow(
        row.number, row.kind, row.seq, {each.key: each.number for each in from_record(row.figures).figures}
    )
