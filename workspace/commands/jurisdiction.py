"""States which country holds jurisdiction over a lead, and on which ground. Several statements, also competing ones,
stand side by side."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.guard import at, require_lead
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import JurisdictionClaim
from workspace.model.database import Tx
from workspace.rules.jurisdiction import COMPETENCES, GROUNDS
from workspace.rules.reasons import says_something, words_of


def state_jurisdiction(tx: Tx, lead_id: UUID, *, country: str, ground: str, competence: str, basis: str) -> UUID:
    """State that a country holds jurisdiction on a ground, and what supports it; return the statement's id.

    Asks `state_jurisdiction`; records `jurisdiction:stated`. Stating the same again after a withdrawal revives it.

    Raises:
        Conflict: the same is stated already.
    """
    lead, _ = require_lead(tx, "state_jurisdiction", lead_id, held=True)
    faults = [] if ground in GROUNDS else [Fault("ground", "one of {known}", known=list(GROUNDS))]
    faults += [] if competence in COMPETENCES else [Fault("competence", "one of {known}", known=list(COMPETENCES))]
    faults += [] if says_something(basis) else [Fault("basis", "say what supports it")]
    if faults:
        raise Invalid("The jurisdiction cannot be stated.", faults=faults)
    values = {"basis": words_of(basis), "stated_by": tx.actor.id}
    stated = tx.session.execute(
        insert(JurisdictionClaim)
        .values(
            operation_id=lead.operation_id,
            lead_id=lead_id,
            locks=lead.locks,
            country=country,
            ground=ground,
            competence=competence,
            **values,
        )
        .on_conflict_do_update(
            constraint="uq_jurisdiction_claim",
            set_={**values, "stated_at": func.now(), "withdrawn_at": None},
            where=JurisdictionClaim.withdrawn_at.is_not(None),
        )
        .returning(JurisdictionClaim.id)
    ).scalar_one_or_none()
    if stated is None:
        raise Conflict("This has been stated already.")
    tx.record(events.JurisdictionStated(at(lead), country=country, ground=ground, competence=competence))
    return stated


def withdraw_jurisdiction(tx: Tx, claim_id: UUID) -> None:
    """Withdraw one's own statement. Asks `withdraw_jurisdiction`; records `jurisdiction:withdrawn`."""
    claim = tx.session.get(JurisdictionClaim, claim_id)
    if claim is None or claim.withdrawn_at is not None or claim.stated_by != tx.actor.id:
        raise NotFound("There is no such statement of yours.")
    lead, _ = require_lead(tx, "withdraw_jurisdiction", claim.lead_id, held=True)
    tx.change_one(
        update(JurisdictionClaim)
        .where(
            JurisdictionClaim.id == claim_id,
            JurisdictionClaim.withdrawn_at.is_(None),
            JurisdictionClaim.stated_by == tx.actor.id,
        )
        .values(withdrawn_at=func.now()),
        otherwise=NotFound("There is no such statement of yours."),
    )
    tx.record(
        events.JurisdictionWithdrawn(at(lead), country=claim.country, ground=claim.ground, competence=claim.competence)
    )
