"""An exercise as its director sees it: how it is played, by whom, what was put into it, and acts without their content.

Must not answer anything of leads, opinions, scores or the truth. Whoever does not direct the exercise is told that
there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.rules.exercise import InjectionKind, PlayedBy
from workspace.rules.roles import DIRECTOR

SQL = statements(__file__)
MOST_ACTS = 50


@dataclass(frozen=True)
class HowPlayed:
    """How an exercise is played now. Times are true times. steps: single acts that were asked for, each partner
    once. restarted_as: the exercise that was begun in its place."""

    scenario: str
    pace: int
    is_paused: bool
    steps: int
    begun_at: datetime
    line_cut_until: datetime | None
    revealed_at: datetime | None
    restart_asked_at: datetime | None
    restarted_as: int | None


@dataclass(frozen=True)
class Seat:
    """A member's place in the exercise. away_min: since when a person was not seen, in whole minutes; None if a partner
    plays, or the person never came. kind: of the agency.
    """

    user_id: int
    name: str
    country: str
    role: str
    kind: str
    played_by: PlayedBy
    away_min: int | None
    may_pass: bool


@dataclass(frozen=True)
class Injection:
    """What the director put into the week. landed_at: when it happened; None while it waits."""

    id: UUID
    kind: InjectionKind
    asked_at: datetime
    due_at: datetime
    landed_at: datetime | None


@dataclass(frozen=True)
class Act:
    """Something that somebody did, without its content."""

    seq: int
    at: datetime
    kind: str
    user_id: int
    name: str
    country: str
    played_by: PlayedBy


def how_played(session: Session, operation_id: int) -> HowPlayed:
    """How the exercise is played now.

    Raises:
        NotFound: the viewer directs no such exercise.
    """
    row = session.execute(SQL["how_played"], {"operation": operation_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such exercise.")
    return HowPlayed(**row._mapping)


def seats(session: Session, operation_id: int) -> list[Seat]:
    """Who plays each member of an exercise that the viewer directs, by country and name."""
    return rows_as(Seat, session.execute(SQL["seats"], {"operation": operation_id, "directors": list(DIRECTOR)}))


def injections(session: Session, operation_id: int) -> list[Injection]:
    """What was put into an exercise that the viewer directs, the newest first."""
    return rows_as(Injection, session.execute(SQL["injections"], {"operation": operation_id}))


def acts(session: Session, operation_id: int, *, before: int | None = None) -> list[Act]:
    """The acts of people and partners in an exercise that the viewer directs, newest first, at most MOST_ACTS, before
    an event."""
    return rows_as(Act, session.execute(SQL["acts"], {"operation": operation_id, "before": before, "most": MOST_ACTS}))
