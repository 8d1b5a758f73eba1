"""What a lead stands on can end: its entry is closed, or its faces may no longer be compared. The lead says so.

Leads that two examiners have not decided end as «withdrawn» and come back when every reason is gone; decided ones stay
as they are, with the mark. No command: only the commands that end or restore something call it, after they have asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from workspace import events
from workspace.commands.guard import at, require_settled
from workspace.commands.locks import take_place
from workspace.model import Lead
from workspace.model.database import Tx
from workspace.rules.leads import CLAIMABLE, DONE, BasisEnd


def end_basis(tx: Tx, which: ColumnElement[bool], cause: BasisEnd, *, waits: bool = True) -> int:
    """Mark these leads, and withdraw those that are not decided; returns how many were marked. Rejected and closed
    ones stay untouched. Records `lead:withdrawn` or `lead:basis_ended` for each.

    waits: refuse while an opinion on one that would be withdrawn can still be taken back; else it settles later and
    decides nothing.

    Raises:
        Conflict: there is such an opinion.
    """
    rows = _locked(tx, which, Lead.stage.not_in(DONE), ~Lead.basis_ended.contains([cause]))
    for lead in rows:
        withdrawn = lead.stage in CLAIMABLE
        if withdrawn:
            if waits:
                require_settled(tx, lead.id)
            _withdraw(lead, tx.now)
        lead.basis_ended = [*lead.basis_ended, cause]
        tx.record((events.LeadWithdrawn if withdrawn else events.LeadBasisEnded)(at(lead), cause=cause))
    tx.session.flush()
    return len(rows)


def _withdraw(lead: Lead, now: datetime) -> None:
    """Let it end as withdrawn, and free it."""
    lead.stage, lead.stage_since, lead.stage_reason, lead.stage_why = "withdrawn", now, None, None
    if lead.holder_id is not None:
        lead.holder_id = lead.holder_agency_id = lead.lease_until = None
        lead.claim_token += 1


def restore_basis(tx: Tx, which: ColumnElement[bool], cause: BasisEnd) -> list[UUID]:
    """Take the mark off these leads, and bring back those that were withdrawn and have no further mark; returns the
    ids of all. Records `lead:restored` for each."""
    rows = _locked(tx, which, Lead.basis_ended.contains([cause]))
    for lead in rows:
        lead.basis_ended = [each for each in lead.basis_ended if each != cause]
        if lead.stage == "withdrawn" and not lead.basis_ended:
            lead.stage, lead.stage_since = "assessed" if lead.opinions else "open", tx.now
        tx.record(events.LeadRestored(at(lead), cause=cause))
    tx.session.flush()
    return [lead.id for lead in rows]


def _locked(tx: Tx, *conditions: ColumnElement[bool]) -> Sequence[Lead]:
    take_place(tx, "lead")
    return tx.session.scalars(
        select(Lead).where(*conditions).order_by(Lead.id).with_for_update(of=Lead, key_share=True)
    ).all()
