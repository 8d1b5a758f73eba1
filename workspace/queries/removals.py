"""Which members somebody has proposed to remove, or suspended: read by their country, observers, and whoever has charge
of members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.removals import LAPSES_AFTER

SQL = statements(__file__)


@dataclass(frozen=True)
class ProposedRemoval:
    """A proposal that stands: about whom, whose, of which country, why, and until when it can be confirmed."""

    user_id: int
    name: str
    proposed_by: str
    country: str
    reason: str
    lapses_at: datetime


def proposed_removals(session: Session, operation_id: int) -> list[ProposedRemoval]:
    """The proposals that the viewer may read, the oldest first."""
    here = {"operation": operation_id, "life": LAPSES_AFTER}
    return rows_as(ProposedRemoval, session.execute(SQL["open"], here))


@dataclass(frozen=True)
class SuspendedMember:
    """A suspension that runs: of whom, by whom, why and until when. suspended_by: None for the suspended person, who
    sees no member meanwhile."""

    operation_id: int
    user_id: int
    name: str
    suspended_by: str | None
    reason: str
    until: datetime


def suspensions(session: Session, operation_id: int) -> list[SuspendedMember]:
    """The suspensions of an operation that run, as far as the viewer may read them, the oldest first."""
    return rows_as(SuspendedMember, session.execute(SQL["running"], {"operation": operation_id}))


def own_suspensions(session: Session) -> list[SuspendedMember]:
    """The viewer's own suspensions that run: the operation itself is closed to that person meanwhile."""
    return rows_as(SuspendedMember, session.execute(SQL["running"], {"operation": None}))
