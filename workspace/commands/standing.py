"""Steps of what was stated of a child: it stands on all leads that show it, and these are told when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from workspace.commands.locks import hold, take_place
from workspace.model import Lead
from workspace.model.database import Tx
from workspace.rules.codes import STANDING_STAGES


def tell_leads(tx: Tx, operation_id: int, *, ledger: UUID | None = None, persons: Sequence[UUID] = ()) -> None:
    """Have boards take anew every lead on which something may stand of an entry of the ledger, or of these persons: for
    whoever sees the side that shows it.

    Belongs to a command that holds the operation's ledger. Holds the leads of the referrals, then the head of the
    chain: what else is to be held is held before. An event must follow.
    """
    take_place(tx, "lead")
    tx.session.execute(
        text("select tell_leads_of(:operation, :ledger, :persons)"),
        {"operation": operation_id, "ledger": ledger, "persons": list(persons)},
    )


def hold_shown(tx: Tx, operation_id: int, persons: Sequence[UUID]) -> None:
    """Hold every lead that shows one of these persons or stands for them in the ledger, before they are merged or
    parted: their pairs change with them."""
    hold(tx, "ledger", [operation_id])
    take_place(tx, "lead")
    tx.session.execute(
        text("select hold_shown(:operation, :persons)"), {"operation": operation_id, "persons": list(persons)}
    )


def priority_now(tx: Tx, lead: Lead) -> int:
    """The lead's priority; not 1 while what was stated of its child ends «at risk now»."""
    is_at_rest: bool = tx.session.execute(
        text(
            "select coalesce(bool_or(is_at_rest), false) from visible_standing(:operation, cast(:stages as text[])) "
            "where lead_id = :lead"
        ),
        {"operation": lead.operation_id, "stages": list(STANDING_STAGES), "lead": lead.id},
    ).scalar_one()
    return max(lead.priority, 2) if is_at_rest else lead.priority
