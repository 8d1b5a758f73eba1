"""Who is looking at which lead now. Presence expires by itself and is never an event; keys decide who is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.rules.codes import PresenceMode
from workspace.rules.exercise import PlayedBy
from workspace.rules.limits import PRESENCE_S


@dataclass(frozen=True)
class Present:
    """Somebody who looks at a lead, or writes about it."""

    user: int
    name: str
    country: str
    mode: PresenceMode
    played_by: PlayedBy


def who_is_looking(session: Session, operation_id: int) -> dict[UUID, list[Present]]:
    """People by lead, as far as the viewer holds a key to the lead."""
    rows = session.execute(
        text("""select p.lead_id, p.user_id, p.mode, u.name, u.country,
               played_by(p.operation_id, p.user_id) as played_by from presence p join user_with_country u on u.id = p.user_id
             where p.operation_id = :operation and p.seen_at > now() - make_interval(secs => :stale) order by u.name"""),
        {"operation": operation_id, "stale": PRESENCE_S},
    )
    leads: dict[UUID, list[Present]] = {}
    for row in rows:
        leads.setdefault(row.lead_id, []).append(Present(row.user_id, row.name, row.country, row.mode, row.played_by))
    return leads
