"""A person moves a lead off the board and back: parks, reopens or closes it. Verdicts follow from assessments alone."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update

from workspace import events
from workspace.commands.devices import look_behind
from workspace.commands.guard import at, require_lead, require_settled
from workspace.commands.steps import keep_reason
from workspace.errors import Conflict
from workspace.model import Lead, Referral
from workspace.model.database import Tx
from workspace.rules.leads import CLAIMABLE, CLOSABLE
from workspace.rules.reasons import require_reason
from workspace.rules.verdict import OPINIONS_AT_MOST


def park_lead(tx: Tx, lead_id: UUID, *, reason: str) -> None:
    """Set a lead aside with a reason. Asks `park_lead`; records `lead:parked`.

    Raises:
        Conflict: another examiner holds it, its stage cannot be parked, or an opinion is signed and not settled yet.
    """
    lead, _ = require_lead(tx, "park_lead", lead_id, held=True)
    reason = require_reason(reason)
    if lead.holder_id not in (None, tx.actor.id):
        raise Conflict("Somebody holds this lead; ask for its release first.")
    why = _move(tx, lead, CLAIMABLE, "parked", reason, free=True)
    require_settled(tx, lead_id)
    tx.record(events.LeadParked(at(lead), reason="by_hand", why=why))
    look_behind(tx, lead)


def reopen_lead(tx: Tx, lead_id: UUID, *, reason: str) -> None:
    """Take a parked lead up again. Asks `reopen_lead`; records `lead:reopened`. A rejected pair is never opened again.

    Raises:
        Conflict: the lead is not parked, three opinions have been given, or what it stands on has ended.
    """
    lead, _ = require_lead(tx, "reopen_lead", lead_id, held=True)
    reason = require_reason(reason)
    if lead.basis_ended:
        raise Conflict("What this lead stands on has ended: its entry is closed, or its faces are no longer compared.")
    if lead.opinions >= OPINIONS_AT_MOST:
        raise Conflict("Three opinions have been given. No further opinion is possible.")
    why = _move(tx, lead, ("parked",), "assessed" if lead.opinions else "open", reason)
    tx.record(events.LeadReopened(at(lead), why=why))


def close_lead(tx: Tx, lead_id: UUID, *, reason: str) -> None:
    """End a lead whose referrals have been answered. Asks `close_lead`; records `lead:closed`.

    Raises:
        Conflict: a receiving agency has not answered yet, or the stage does not allow it.
    """
    lead, _ = require_lead(tx, "close_lead", lead_id, held=True)
    reason = require_reason(reason)
    waiting = (
        select(Referral.number)
        .where(Referral.lead_id == lead_id, Referral.state.in_(("sent", "acknowledged")))
        .limit(1)
    )
    if tx.session.execute(waiting).first() is not None:
        raise Conflict("A receiving agency has not answered yet: the lead waits for it.")
    why = _move(tx, lead, CLOSABLE, "closed", reason)
    tx.record(events.LeadClosed(at(lead), why=why))


def _move(tx: Tx, lead: Lead, before: tuple[str, ...], after: str, reason: str, *, free: bool = False) -> UUID:
    """Change the lead's stage; returns the row that holds why."""
    why = keep_reason(tx, lead, reason)
    values: dict[str, object] = {"stage": after, "stage_since": func.now(), "stage_reason": None, "stage_why": why}
    if free:
        values |= {"holder_id": None, "holder_agency_id": None, "lease_until": None}
    tx.change_one(
        update(Lead).where(Lead.id == lead.id, Lead.stage.in_(before)).values(**values),
        otherwise=Conflict("The lead's stage does not allow this.", stage=lead.stage),
    )
    return why
