"""What each country has accepted and consented to, with its dates, and how the window was moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.codes import Consent as ConsentCode

SQL = statements(__file__)


@dataclass(frozen=True)
class WindowMove:
    """One move of the window's end. by: a name."""

    id: UUID
    before: datetime
    after: datetime
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class WindowOfCountry:
    """Up to which end a country's shared material opens to others. is_asked: the window ends later than it accepted.
    has_ended: its own end has passed, and the material is closed to others until the country accepts."""

    country: str
    accepted_until: datetime
    is_asked: bool
    has_ended: bool


@dataclass(frozen=True)
class OperationWindow:
    """The window with its moves, the newest first, and every country that has accepted the terms."""

    opens_at: datetime
    closes_at: datetime
    moves: list[WindowMove]
    countries: list[WindowOfCountry]


@dataclass(frozen=True)
class ConsentRow:
    """Something that a country accepted or consented to, or took back, with its date. until: the end of the window."""

    country: str
    what: ConsentCode
    is_given: bool
    until: datetime | None
    by: str
    at: datetime


def operation_window(session: Session, operation_id: int) -> OperationWindow:
    """The window of an operation that the viewer may see."""
    here = {"operation": operation_id}
    opens_at, closes_at = session.execute(
        text("select opens_at, closes_at from operation where id = :operation"), here
    ).one()
    moves = session.execute(
        SQL["moves"],
        here,
    )
    countries = session.execute(
        SQL["countries"],
        here,
    )
    return OperationWindow(opens_at, closes_at, rows_as(WindowMove, moves), rows_as(WindowOfCountry, countries))


def consents(session: Session, operation_id: int) -> list[ConsentRow]:
    """Everything that the countries have accepted, consented to or taken back, the newest first."""
    rows = session.execute(
        SQL["consents"],
        {"operation": operation_id},
    )
    return rows_as(ConsentRow, rows)
