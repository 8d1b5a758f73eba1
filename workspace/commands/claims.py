"""Claims: a claim is a lease beside the lead's stage, held by one examiner, with a fencing token.

Races are settled by one conditional UPDATE; the loser is told who holds the lead. All clocks are the database's.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update

from workspace import events
from workspace.commands.guard import require_lead, require_operation
from workspace.database import Tx
from workspace.errors import Conflict, Fault, Forbidden, Held, Invalid, NotFound
from workspace.model import Agency, Assessment, Lead, Membership, User
from workspace.policy import EXAMINERS

CLAIMABLE = ("open", "assessed")
"""Stages in which an examiner may claim: nobody's opinion yet, or a further one is wanted."""


def claim_lead(tx: Tx, lead_id: UUID) -> int:
    """Claim a lead for the actor and return the fencing token of the claim.

    Asks `claim_lead`; records `lead:claimed`, or `lead:claim_lost` with the refusal.

    Raises:
        Held: (after the commit) somebody holds it; the facts name holder, country and the end of the lease.
        Conflict: the lead's stage takes no examiner, or the actor has already given an opinion on it.
    """
    lead, operation = require_lead(tx, "claim_lead", lead_id)
    if lead.stage not in CLAIMABLE:
        raise Conflict("This lead takes no further opinion.", stage=lead.stage)
    if lead.opinions and _has_opinion(tx, lead_id):
        raise Conflict("You have already given your opinion on this lead; another examiner decides.")
    token = tx.session.execute(
        update(Lead)
        .where(Lead.id == lead_id, Lead.stage.in_(CLAIMABLE), or_(Lead.holder_id.is_(None), Lead.lease_until <= func.now()))
        .values(
            holder_id=tx.actor.id,
            holder_agency_id=tx.actor.agency_id,
            lease_until=func.now() + timedelta(seconds=operation.lease_s),
            claim_token=Lead.claim_token + 1,
        )
        .returning(Lead.claim_token)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if token is None:
        lost = held(tx, lead_id)
        tx.record(
            events.LeadClaimLost(operation_id=lead.operation_id, lead_id=lead_id, locks=tuple(lead.locks), holder=lost.holder_id)
        )
        tx.refuse(lost)
        return 0
    tx.record(events.LeadClaimed(operation_id=lead.operation_id, lead_id=lead_id, locks=tuple(lead.locks), token=token))
    return token


def renew_claim(tx: Tx, lead_id: UUID, *, token: int) -> None:
    """Extend the lease of one's own claim. Asks `renew_claim`; records `lead:renewed`.

    Raises:
        Conflict: the claim with this token has ended.
    """
    lead, operation = require_lead(tx, "renew_claim", lead_id)
    lease = func.now() + timedelta(seconds=operation.lease_s)
    _change_own(tx, lead_id, token, lease_until=lease)
    tx.record(events.LeadRenewed(operation_id=lead.operation_id, lead_id=lead_id, locks=tuple(lead.locks), token=token))


def release_lead(tx: Tx, lead_id: UUID, *, token: int) -> None:
    """Give up one's own claim. Asks `release_lead`; records `lead:released`.

    Raises:
        Conflict: the claim with this token has ended.
    """
    lead, _ = require_lead(tx, "release_lead", lead_id)
    _change_own(tx, lead_id, token, holder_id=None, holder_agency_id=None, lease_until=None)
    tx.record(events.LeadReleased(operation_id=lead.operation_id, lead_id=lead_id, locks=tuple(lead.locks), token=token))


def hand_over_lead(tx: Tx, lead_id: UUID, *, token: int, to: int) -> int:
    """Hand one's own claim to a named examiner and return the new token. Asks `hand_over_lead`; records `lead:handed_over`.

    Raises:
        Invalid: the other person is no examiner of this operation, or has already given an opinion on this lead.
        Conflict: the claim with this token has ended.
    """
    lead, operation = require_lead(tx, "hand_over_lead", lead_id)
    receiver = _examiner(tx, operation.id, to)
    lease = func.now() + timedelta(seconds=operation.lease_s)
    new = _change_own(
        tx,
        lead_id,
        token,
        holder_id=to,
        holder_agency_id=receiver.agency_id,
        lease_until=lease,
        claim_token=Lead.claim_token + 1,
    )
    tx.record(events.LeadHandedOver(operation_id=lead.operation_id, lead_id=lead_id, locks=tuple(lead.locks), to=to, token=new))
    return new


def take_over_lead(tx: Tx, lead_id: UUID, *, reason: str) -> None:
    """End another's claim for a reason, so that the lead is free again. Asks `take_over_lead`; records `lead:taken_over`.

    A country lead may end claims of its own agency only; the operation lead any.

    Raises:
        Conflict: nobody holds the lead.
    """
    lead, _ = require_lead(tx, "take_over_lead", lead_id)
    if lead.holder_id is None:
        raise Conflict("Nobody holds this lead.")
    if tx.actor.roles[lead.operation_id] == "country_lead" and lead.holder_agency_id != tx.actor.agency_id:
        raise Forbidden("You may end claims of your own agency only.")
    token = tx.session.execute(
        update(Lead)
        .where(Lead.id == lead_id, Lead.claim_token == lead.claim_token)
        .values(holder_id=None, holder_agency_id=None, lease_until=None, claim_token=Lead.claim_token + 1)
        .returning(Lead.claim_token)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if token is None:
        raise Conflict("The claim changed hands in this moment; look again.")
    tx.record(
        events.LeadTakenOver(
            operation_id=lead.operation_id,
            lead_id=lead_id,
            locks=tuple(lead.locks),
            holder=lead.holder_id,
            token=token,
            reason=reason,
        )
    )


def end_leases(tx: Tx) -> int:
    """End every lease whose time is over; housekeeping's, once a second. Asks `end_lease`; records `lead:lease_ended` for each.

    The checks above compare the database's time themselves: a late run opens nothing and only shows the change later.
    """
    rows = tx.session.execute(
        select(Lead.id, Lead.operation_id, Lead.locks, Lead.holder_id)
        .where(Lead.holder_id.is_not(None), Lead.lease_until <= func.now())
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        require_operation(tx, "end_lease", row.operation_id)
        tx.session.execute(update(Lead).where(Lead.id == row.id).values(holder_id=None, holder_agency_id=None, lease_until=None))
        tx.record(
            events.LeadLeaseEnded(
                operation_id=row.operation_id, lead_id=row.id, locks=tuple(row.locks), holder=row.holder_id or 0
            )
        )
    return len(rows)


def require_claim(tx: Tx, lead: Lead, token: int) -> None:
    """Pass if the actor's claim with this token still lives.

    Raises:
        Conflict: it has ended; what was written is kept as a draft.
    """
    alive = tx.session.execute(
        select(Lead.id)
        .where(Lead.id == lead.id, Lead.holder_id == tx.actor.id, Lead.claim_token == token, Lead.lease_until > func.now())
        .with_for_update()
    ).scalar_one_or_none()
    if alive is None:
        raise _ended(tx, lead.id)


def held(tx: Tx, lead_id: UUID) -> Held:
    """Say who holds a lead, for the one who lost the race."""
    row = tx.session.execute(
        select(User.name, User.id, Agency.country, Lead.lease_until)
        .join(User, User.id == Lead.holder_id)
        .join(Agency, Agency.id == User.agency_id)
        .where(Lead.id == lead_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such lead.")
    return Held(
        "{holder} holds this lead.",
        holder_id=row.id,
        holder=row.name,
        country=row.country,
        lease_until=row.lease_until.isoformat() if row.lease_until else None,
    )


def _change_own(tx: Tx, lead_id: UUID, token: int, **values: object) -> int:
    """Change the claim if it is the actor's, with this token, and its lease lives."""
    new = tx.session.execute(
        update(Lead)
        .where(Lead.id == lead_id, Lead.holder_id == tx.actor.id, Lead.claim_token == token, Lead.lease_until > func.now())
        .values(**values)
        .returning(Lead.claim_token)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if new is None:
        raise _ended(tx, lead_id)
    return new


def _ended(tx: Tx, lead_id: UUID) -> Conflict:
    holder = tx.session.execute(
        select(User.name).join(Lead, Lead.holder_id == User.id).where(Lead.id == lead_id, Lead.lease_until > func.now())
    ).scalar_one_or_none()
    return Conflict("Your claim on this lead has ended; your draft is kept.", holder=holder)


def _has_opinion(tx: Tx, lead_id: UUID) -> bool:
    mine = select(Assessment.id).where(
        Assessment.lead_id == lead_id, Assessment.examiner_id == tx.actor.id, Assessment.undone_at.is_(None)
    )
    return tx.session.execute(mine).first() is not None


def _examiner(tx: Tx, operation_id: int, user_id: int) -> User:
    row = tx.session.execute(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(User.id == user_id, Membership.operation_id == operation_id, Membership.role.in_(EXAMINERS))
    ).scalar_one_or_none()
    if row is None:
        raise Invalid("This person is no examiner of this operation.", faults=[Fault("to", "no examiner of this operation")])
    return row
