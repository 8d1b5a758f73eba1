"""Who is looking at which lead now. Presence expires by itself and is never an event; keys decide who is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.rules.codes import PresenceMode
from workspace.rules.exercise import PlayedBy
from workspace.rules.limits import PRESENCE_S

SQL = statements(__file__)


@dataclass(frozen=True)
class Present:
    """Somebody who looks at a lead, or writes about it."""

    user: int
    name: str
    country: str
    mode: PresenceMode
    played_by: PlayedBy


@dataclass(frozen=True)
class LookedAt:
    """A lead that somebody has open now, and who."""

    lead: UUID
    people: list[Present]


def who_is_looking(session: Session, operation_id: int) -> list[LookedAt]:
    """The leads that somebody has open, as far as the viewer holds a key to the lead."""
    rows = session.execute(SQL["looking"], {"operation": operation_id, "stale": PRESENCE_S})
    leads: dict[UUID, list[Present]] = {}
    for row in rows:
        leads.setdefault(row.lead_id, []).append(Present(row.user_id, row.name, row.country, row.mode, row.played_by))
    return [LookedAt(lead, people) for lead, people in leads.items()]
