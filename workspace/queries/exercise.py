"""What the demonstration prints at its end and looks at while it runs, over everything in an exercise. Workers'
role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.roles import ROLES

SQL = statements(__file__)


@dataclass(frozen=True)
class ExerciseFigures:
    """What the material came to. received = readable + refused + waiting. leads: how many by kind."""

    exhibits: int
    received: int
    readable: int
    distinct: int
    refused: int
    faces: int
    persons: int
    waiting: int
    leads: Mapping[str, int]


@dataclass(frozen=True)
class LeadTimes:
    """Seconds from the first received file to the first lead and to the last; None while there is none."""

    first_s: float | None = None
    last_s: float | None = None


@dataclass(frozen=True)
class Seat:
    """A member of the exercise, who can be played."""

    user_id: int
    name: str
    role: str


def exercise_figures(session: Session, operation_id: int) -> ExerciseFigures:
    """The figures of an exercise."""
    return rows_as(ExerciseFigures, session.execute(SQL["figures"], {"operation": operation_id}))[0]


def lead_times(session: Session, operation_id: int) -> LeadTimes:
    """When the first and the last lead came."""
    return next(iter(rows_as(LeadTimes, session.execute(SQL["lead_times"], {"operation": operation_id}))), LeadTimes())


def seats_by_role(session: Session, operation_id: int) -> list[Seat]:
    """One seat per role and agency, in the order in which lists show the roles."""
    seats = rows_as(Seat, session.execute(SQL["members"], {"operation": operation_id}))
    return sorted(seats, key=lambda seat: (ROLES.index(seat.role), seat.name))


def exercise_operation(session: Session) -> int | None:
    """The newest exercise that can be worked on, or None: open for an hour more, all its exhibits in.

    One that was stopped while its exhibits came in, whose days are over, or whose record was begun by an earlier
    version, is left as it is; a new one is made.
    """
    operation_id: int | None = session.execute(SQL["newest"]).scalar_one_or_none()
    return operation_id


def restart_asked(session: Session) -> int | None:
    """The newest exercise that its director wants begun again and that nobody has begun again yet."""
    operation_id: int | None = session.execute(SQL["restart"]).scalar_one()
    return operation_id


def partners_seats(session: Session, user_id: int) -> list[int]:
    """The exercises, by operation, in which a partner plays this person's seat."""
    return list(
        session.scalars(
            text("select operation_id from exercise_seat where user_id = :user and played_by = 'partner' order by 1"),
            {"user": user_id},
        )
    )
