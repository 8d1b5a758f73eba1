"""Steps of what was stated of a child: it stands on all leads that show it, and these are told when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from workspace.model import Lead
from workspace.model.database import Tx
from workspace.rules.codes import STANDING_STAGES


def tell_leads(tx: Tx, operation_id: int, *, ledger: UUID | None = None, persons: Sequence[UUID] = ()) -> None:
    """Have boards take anew every lead on which something may stand of an entry of the ledger, or of these persons: for
    whoever sees the side that shows it.

    Locks the leads of the referrals and then the head of the chain: what else is to be locked is locked before. An event
    must follow.
    """
    tx.session.execute(
        text("select tell_leads_of(:operation, :ledger, :persons)"),
        {"operation": operation_id, "ledger": ledger, "persons": list(persons)},
    )


def priority_now(tx: Tx, lead: Lead) -> int:
    """The lead's priority; not 1 while what was stated of its child ends «at risk now»."""
    is_at_rest: bool = tx.session.execute(
        text(
            "select coalesce(bool_or(is_at_rest), false) from visible_standing(:operation, cast(:stages as text[])) where lead_id = :lead"
        ),
        {"operation": lead.operation_id, "stages": list(STANDING_STAGES), "lead": lead.id},
    ).scalar_one()
    return max(lead.priority, 2) if is_at_rest else lead.priority
