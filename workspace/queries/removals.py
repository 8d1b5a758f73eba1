"""Which members somebody has proposed to remove: read by their country, observers, and whoever has charge of members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as
from workspace.rules.removals import LAPSES_AFTER


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
    return rows_as(
        ProposedRemoval,
        session.execute(
            text("""select r.user_id, u.name, p.name as proposed_by, p.country, r.reason, r.proposed_at + :life as lapses_at
                 from removal r join user_with_country u on u.id = r.user_id join user_with_country p on p.id = r.proposed_by
                 where r.operation_id = :operation and r.confirmed_at is null and r.proposed_at > now() - :life
                 order by r.proposed_at, r.id"""),
            {"operation": operation_id, "life": LAPSES_AFTER},
        ),
    )
