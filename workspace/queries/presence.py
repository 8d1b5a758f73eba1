"""Who is looking at which lead now. Presence expires by itself and is never an event; keys decide who is shown it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.rules.limits import PRESENCE_S


def who_is_looking(session: Session, operation_id: int) -> dict[str, list[dict[str, object]]]:
    """People by lead id, as far as the viewer holds a key to the lead."""
    rows = session.execute(
        text("""select p.lead_id, p.user_id, p.mode, u.name, a.country from presence p
             join app_user u on u.id = p.user_id join agency a on a.id = u.agency_id
             where p.operation_id = :operation and p.seen_at > now() - make_interval(secs => :stale) order by u.name"""),
        {"operation": operation_id, "stale": PRESENCE_S},
    )
    leads: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        found = {"user": row.user_id, "name": row.name, "country": row.country, "mode": row.mode}
        leads.setdefault(str(row.lead_id), []).append(found)
    return leads
