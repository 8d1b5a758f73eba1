"""Claims: a claim is a lease beside the lead's stage, held by one examiner, with a fencing token.

Races are settled by one conditional UPDATE; the loser is told who holds the lead. All clocks are the database's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import array

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import (
    UNSETTLED,
    at,
    claim_has_ended,
    claim_is_held,
    require_lead,
    require_may_judge,
    require_none_against,
    require_of_lead,
    require_settled,
    why_not_judge,
)
from workspace.commands.locks import hold
from workspace.commands.steps import keep_reason
from workspace.errors import Conflict, Fault, Forbidden, Invalid
from workspace.model import Agency, Assessment, Lead, Operation, User
from workspace.model.database import Tx
from workspace.rules.leads import CLAIMABLE
from workspace.rules.reasons import require_reason
from workspace.rules.roles import EXAMINERS, may_end_claim
from workspace.rules.states import AFTER_WINDOW

WINDOW_LEFT_A_CLAIM = (
    Lead.holder_id.is_not(None),
    Lead.custody.is_(None),
    Operation.id == Lead.operation_id,
    Operation.state.in_(AFTER_WINDOW) | ((Operation.state == "open") & (Operation.closes_at <= func.now())),
)
"""What `take_into_custody` looks for; housekeeping asks first whether there is any."""
_WHY_LEFT = func.part_ended(Lead.operation_id, Lead.holder_id, array(sorted(EXAMINERS)))
HOLDER_HAS_LEFT = (Lead.holder_id.is_not(None), _WHY_LEFT.is_not(None))
"""What `free_leads` looks for; housekeeping asks first whether there is any."""
LEASE_IS_OVER = (Lead.holder_id.is_not(None), Lead.lease_until <= func.now())
"""What `end_leases` looks for; housekeeping asks first whether there is any."""

_TAKE = (
    "select token, operation_id, locks, countries, custody, late_until, state, closes_at, time_zone, is_exercise "
    "from take_claim(%s, %s, %s)"
)
"""Settles races. It asks in the same statement, when the lead's row is ours, whether the actor may judge."""

_RECEIVER_MAY_NOT: Mapping[str, Fault] = {
    "no_examiner": Fault("to", "is not an examiner of this operation"),
    "no_key": Fault("to", "the lead is closed to this person"),
    "one_side": Fault("to", "one side of the lead is closed to this person"),
    "newcomer": Fault("to", "is a newcomer: nobody has met this person yet"),
    "not_qualified": Fault("to", "has no record of training for this kind of lead that is valid today"),
    "not_independent": Fault("to", "is not independent of who gave the first opinion"),
    "own_opinion": Fault("to", "has already given an opinion on this lead"),
    "same_country": Fault(
        "to", "belongs to the country that gave the first opinion; another country must give the second"
    ),
}
"""Messages about the receiver of a hand-over, by the same codes of why_not_judge."""


@dataclass(frozen=True)
class _Claim:
    """A claim that was just taken, with its lead and its operation as they stood."""

    lead: _Lead
    operation: _Operation
    token: int


@dataclass(frozen=True)
class _Lead:
    id: UUID
    locks: tuple[int, ...]
    countries: Sequence[str]
    custody: str | None
    late_until: date | None


@dataclass(frozen=True)
class _Operation:
    id: int
    state: str
    closes_at: datetime
    time_zone: str
    is_exercise: bool


def claim_lead(tx: Tx, lead_id: UUID) -> int:
    """Claim a lead for the actor and return the fencing token of the claim.

    Asks `claim_lead`; records `lead:claimed`, or `lead:claim_lost` with the refusal. Policy is asked about what
    stood in the row that the claim took; where nothing was taken, about what the actor sees, and why is said then.

    Raises:
        Held: (after the commit) somebody holds it; the facts name holder, country and the end of the lease.
        Conflict: the lead's stage takes no examiner, or see `require_may_judge`.
        Forbidden: the rule of two countries excludes the actor.
    """
    claim = _take(tx, lead_id, waits=False)
    if claim is None:
        lead, _ = require_lead(tx, "claim_lead", lead_id)
        if lead.stage not in CLAIMABLE:
            raise Conflict("This lead takes no further opinion.", stage=lead.stage)
        lost = claim_is_held(tx, lead_id)
        if lost is not None:
            tx.record(events.LeadClaimLost(at(lead), holder=lost.holder_id))
            tx.refuse(lost)
            return 0
        require_may_judge(tx, lead_id)
        claim = _take(tx, lead_id, waits=True)  # let go in this moment; held from here on
    if claim is None:
        raise Conflict("This lead takes no further opinion.")
    require_of_lead(tx, "claim_lead", claim.lead, claim.operation)
    place = events.Place(claim.operation.id, locks=claim.lead.locks, lead_id=lead_id)
    tx.record(events.LeadClaimed(place, token=claim.token))
    return claim.token


def _take(tx: Tx, lead_id: UUID, *, waits: bool) -> _Claim | None:
    """Take the claim for the actor; None if somebody holds the lead or, unless it `waits`, is claiming it, or if the
    actor may not judge it."""
    token, operation_id, locks, countries, custody, late_until, *operation = tx.ask(
        _TAKE, lead_id, list(CLAIMABLE), waits
    )
    if token is None:
        return None
    lead = _Lead(lead_id, tuple(locks), countries, custody, late_until)
    return _Claim(lead, _Operation(operation_id, *operation), token)


def renew_claim(tx: Tx, lead_id: UUID, *, token: int) -> None:
    """Extend the lease of one's own claim. Asks `renew_claim`; records `lead:renewed`.

    Raises:
        Conflict: the claim with this token has ended.
        Forbidden: a key was taken back meanwhile, or a qualification ended: the claim ends with its lease.
    """
    lead, operation = require_lead(tx, "renew_claim", lead_id)
    why_not = why_not_judge(tx, lead_id, tx.actor.id)
    if why_not in ("no_key", "one_side", "no_examiner", "newcomer", "not_qualified"):
        require_none_against(why_not)
    lease = func.now() + timedelta(seconds=operation.lease_s)
    _change_own(tx, lead_id, token, lease_until=lease)
    tx.record(events.LeadRenewed(at(lead), token=token))


def release_lead(tx: Tx, lead_id: UUID, *, token: int) -> None:
    """Give up one's own claim. Asks `release_lead`; records `lead:released`.

    Raises:
        Conflict: the claim with this token has ended, or one's opinion is signed and not settled yet (that frees the
            lead).
    """
    lead, _ = require_lead(tx, "release_lead", lead_id, held=True)
    _change_own(tx, lead_id, token, holder_id=None, holder_agency_id=None, lease_until=None)
    require_settled(tx, lead_id)
    tx.record(events.LeadReleased(at(lead), token=token))


def hand_over_lead(tx: Tx, lead_id: UUID, *, token: int, to: int) -> int:
    """Hand one's own claim to a named examiner and return the new token. Asks `hand_over_lead`; records
    `lead:handed_over`.

    Raises:
        Invalid: the other person may not judge this lead: no examiner here, no key to it, an opinion on it already, or
            of the
            country of the first opinion where another one gives the second.
        Conflict: the claim with this token has ended, or one's opinion is signed and not settled yet.
    """
    known = tx.session.get(Lead, lead_id)
    if known is not None:  # whoever takes it may lose the part, or the standing, in this moment
        hold(tx, "members", [known.operation_id])
    lead, operation = require_lead(tx, "hand_over_lead", lead_id, held=True)
    agency_id = _require_receiver(tx, lead_id, to)
    lease = func.now() + timedelta(seconds=operation.lease_s)
    new = _change_own(
        tx,
        lead_id,
        token,
        holder_id=to,
        holder_agency_id=agency_id,
        lease_until=lease,
        claim_token=Lead.claim_token + 1,
    )
    require_settled(tx, lead_id)
    tx.record(events.LeadHandedOver(at(lead), to=to, token=new))
    return new


def take_over_lead(tx: Tx, lead_id: UUID, *, reason: str) -> None:
    """End another's claim for a reason, so that the lead is free again. Asks `take_over_lead`; records
    `lead:taken_over`.

    A country lead may end claims of its own agency only; the operation lead may end any.

    Raises:
        Invalid: the reason says nothing.
        Conflict: nobody holds the lead, or its holder's opinion is signed and not settled yet (that frees the lead).
    """
    lead, _ = require_lead(tx, "take_over_lead", lead_id, held=True)
    reason = require_reason(reason)
    if lead.holder_id is None:
        raise Conflict("Nobody holds this lead.")
    if not may_end_claim(tx.actor, lead.operation_id, holder_agency_id=lead.holder_agency_id):
        raise Forbidden("You may end claims of your own agency only.")
    token = tx.change_one(
        update(Lead)
        .where(Lead.id == lead_id, Lead.claim_token == lead.claim_token)
        .values(holder_id=None, holder_agency_id=None, lease_until=None, claim_token=Lead.claim_token + 1)
        .returning(Lead.claim_token),
        otherwise=Conflict("The claim has just passed to another person. Load the page again."),
    )
    require_settled(tx, lead_id)
    tx.record(events.LeadTakenOver(at(lead), holder=lead.holder_id, token=token, why=keep_reason(tx, lead, reason)))


def end_leases(tx: Tx) -> int:
    """End every lease whose time is over; housekeeping calls it once per second. Asks `end_lease`; records
    `lead:lease_ended` for each.

    Whoever has signed keeps the lead until the opinion is settled or undone: ended now, the lease would show the band
    again. The checks above compare the database's time themselves: a late run opens nothing and only shows the change
    later.
    """
    rows = tx.session.execute(
        select(Lead.id, Lead.operation_id, Lead.locks, Lead.holder_id)
        .where(*LEASE_IS_OVER)
        .order_by(Lead.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    signed = _signed(tx, [row.id for row in rows])
    ended = [row for row in rows if row.id not in signed]
    return each(tx, "end_lease", ended, _end_lease)


def _end_lease(tx: Tx, row: Row[Any]) -> None:
    tx.session.execute(
        update(Lead).where(Lead.id == row.id).values(holder_id=None, holder_agency_id=None, lease_until=None)
    )
    place = events.Place(row.operation_id, tuple(row.locks), lead_id=row.id)
    tx.record(events.LeadLeaseEnded(place, holder=row.holder_id or 0))


def take_into_custody(tx: Tx) -> int:
    """Turn every claim that the end of the window found into custody of its holder's country; only housekeeping calls
    it. Asks `take_into_custody`; records `lead:taken_into_custody` for each.

    Drafts are kept. Whoever has signed keeps the lead until the opinion is settled or undone.
    """
    rows = tx.session.execute(
        select(Lead.id, Lead.operation_id, Lead.locks, Lead.holder_id, Agency.country)
        .join(Agency, Agency.id == Lead.holder_agency_id)
        .where(*WINDOW_LEFT_A_CLAIM)
        .order_by(Lead.id)
        .with_for_update(skip_locked=True, of=Lead, key_share=True)
    ).all()
    signed = _signed(tx, [row.id for row in rows])
    taken = [row for row in rows if row.id not in signed]
    return each(tx, "take_into_custody", taken, _take_into_custody)


def _take_into_custody(tx: Tx, row: Row[Any]) -> None:
    tx.session.execute(
        update(Lead)
        .where(Lead.id == row.id)
        .values(holder_id=None, holder_agency_id=None, lease_until=None, custody=row.country)
    )
    place = events.Place(row.operation_id, tuple(row.locks), lead_id=row.id)
    tx.record(events.LeadTakenIntoCustody(place, holder=row.holder_id or 0, country=row.country))


def free_leads(tx: Tx) -> int:
    """Free every lead whose holder was removed or suspended, whose account was disabled, or whom nobody has met any
    more; housekeeping calls it once per second. Asks `free_lead`; records `lead:freed` for each.

    The lead says why until somebody claims it, and is in custody of the holder's country: while the window is open that
    is only told, afterwards its people go on. Drafts are kept. An opinion that is signed settles first.
    """
    rows = tx.session.execute(
        select(
            Lead.id,
            Lead.operation_id,
            Lead.locks,
            Lead.holder_id,
            Lead.custody,
            Agency.country,
            _WHY_LEFT.label("cause"),
        )
        .join(Agency, Agency.id == Lead.holder_agency_id)
        .where(*HOLDER_HAS_LEFT)
        .order_by(Lead.id)
        .with_for_update(skip_locked=True, of=Lead, key_share=True)
    ).all()
    signed = _signed(tx, [row.id for row in rows])
    left = [row for row in rows if row.id not in signed]
    return each(tx, "free_lead", left, _free)


def _free(tx: Tx, row: Row[Any]) -> None:
    country = row.custody or row.country
    tx.session.execute(
        update(Lead)
        .where(Lead.id == row.id)
        .values(holder_id=None, holder_agency_id=None, lease_until=None, custody=country, holder_left=row.cause)
    )
    tx.record(
        events.LeadFreed(
            events.Place(row.operation_id, tuple(row.locks), lead_id=row.id),
            holder=row.holder_id or 0,
            cause=row.cause,
            country=country,
        )
    )


def _signed(tx: Tx, leads: Sequence[UUID]) -> set[UUID]:
    """Those of these leads, whose rows are locked, on which a signed opinion can still be taken back.

    A statement after the one that locked the rows: it also sees what was signed while that one waited.
    """
    return set(
        tx.session.scalars(
            select(Assessment.lead_id).where(
                Assessment.lead_id.in_(leads), Assessment.settled_at.is_(None), Assessment.undone_at.is_(None)
            )
        )
    )


def _change_own(tx: Tx, lead_id: UUID, token: int, **values: object) -> int:
    """Change the claim if it is the actor's, with this token, and its lease lives."""
    return tx.change_one(
        update(Lead)
        .where(
            Lead.id == lead_id, Lead.holder_id == tx.actor.id, Lead.claim_token == token, Lead.lease_until > func.now()
        )
        .values(**values)
        .returning(Lead.claim_token),
        otherwise=lambda: claim_has_ended(tx, lead_id),
    )


def _require_receiver(tx: Tx, lead_id: UUID, user_id: int) -> int:
    """The agency of the person who is to take the lead, if he may judge it."""
    why = why_not_judge(tx, lead_id, user_id)
    if why == "unsettled":
        raise Conflict(UNSETTLED)
    if why is not None:
        raise Invalid("This person cannot take the lead.", faults=[_RECEIVER_MAY_NOT[why]])
    return tx.session.execute(select(User.agency_id).where(User.id == user_id)).scalar_one()
