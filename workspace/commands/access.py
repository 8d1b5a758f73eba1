"""Access by hit/no-hit: a country asks for the closed side of a lead; the side's country opens its picture or the whole
exhibit for a time, or refuses."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, text, true, update
from sqlalchemy.exc import IntegrityError

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import at, require_lead, require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import AccessGrant, Compartment, Membership, User
from workspace.model.database import Tx
from workspace.rules.codes import AccessScope
from workspace.rules.leads import may_answer_access
from workspace.rules.reasons import require_reason
from workspace.rules.roles import COUNTRY_LEAD

MOST_HOURS = 24 * 14
"""Longest grant (docs/field.md, Dissemination): about the length of the longest task force on record."""

GRANT_IS_OVER = (AccessGrant.granted.is_(True), AccessGrant.ended_at.is_(None), AccessGrant.until <= func.now())
"""What `end_access` looks for; housekeeping asks first whether there is any."""


def ask_access(tx: Tx, lead_id: UUID, *, reason: str) -> list[UUID]:
    """Ask for every side of a lead to which the actor's agency has no key; return the requests' ids.

    A side whose picture alone is open can be asked for again. Asks `ask_access`; records `access:asked` for each.

    Raises:
        Conflict: nothing is closed, or a request is waiting already.
    """
    lead, operation = require_lead(tx, "ask_access", lead_id, held=True)
    reason = require_reason(reason)
    closed = tx.session.scalars(
        text("select id from unnest(cast(:locks as int[])) as l(id) where id <> all ((select my_keys())::int[])"),
        {"locks": list(lead.locks)},
    ).all()
    waiting = select(AccessGrant.compartment_id).where(
        AccessGrant.agency_id == tx.actor.agency_id,
        AccessGrant.lead_id == lead_id,
        AccessGrant.answered_at.is_(None),
        AccessGrant.compartment_id.in_(closed),
    )
    closed = sorted(set(closed) - set(tx.session.scalars(waiting)))
    if not closed:
        raise Conflict("Nothing on this lead is closed to you, or your agency has asked already.")
    asked = []
    for compartment_id in closed:
        row = AccessGrant(
            operation_id=operation.id,
            compartment_id=compartment_id,
            agency_id=tx.actor.agency_id,
            lead_id=lead_id,
            reason=reason,
            asked_by=tx.actor.id,
        )
        tx.session.add(row)
        try:
            tx.session.flush()
        except IntegrityError as cause:  # a colleague asks at the same moment
            raise Conflict("Your agency has asked already.") from cause
        tx.record(events.AccessAsked(at(lead), grant=row.id, agency=tx.actor.agency_id))
        asked.append(row.id)
    return asked


def answer_access(tx: Tx, grant_id: UUID, *, granted: bool, scope: AccessScope = "pair", hours: int = 48) -> None:
    """Open closed material of the actor's agency to another for `hours`, or refuse.

    scope: the picture on the lead that was the reason, or the whole compartment. Asks `answer_access`; records
    `access:granted` or `access:refused`.

    Raises:
        NotFound: no such request concerns the actor's agency.
        Conflict: it has been answered.
    """
    grant = _require_owned(tx, "answer_access", grant_id)
    if not may_answer_access(tx.actor, grant.operation_id, has_lead=_has_lead(tx, grant.operation_id)):
        raise Forbidden("The country lead of your agency answers this. While there is none, a liaison officer does.")
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid(
            "Access is given for 1 hour to 14 days.",
            faults=[Fault("hours", "between {least} and {most}", least=1, most=MOST_HOURS)],
        )
    until = tx.now + timedelta(hours=hours)
    tx.change_one(
        update(AccessGrant)
        .where(AccessGrant.id == grant_id, AccessGrant.answered_at.is_(None))
        .values(
            granted=granted,
            scope=scope if granted else None,
            answered_by=tx.actor.id,
            answered_at=func.now(),
            until=until if granted else None,
        ),
        otherwise=Conflict("This request has been answered already."),
    )
    locks = (grant.compartment_id,)
    if granted:
        tx.record(
            events.AccessGranted(
                events.Place(grant.operation_id, locks, lead_id=grant.lead_id),
                grant=grant_id,
                agency=grant.agency_id,
                scope=scope,
                until=until,
            )
        )
    else:
        tx.record(
            events.AccessRefused(
                events.Place(grant.operation_id, locks, lead_id=grant.lead_id), grant=grant_id, agency=grant.agency_id
            )
        )


def take_back_access(tx: Tx, grant_id: UUID) -> None:
    """Close material of the actor's agency to another before the time is over; what was seen is on record and stays
    seen.

    Whatever else keeps it open to that agency ends too: with the whole exhibit every pair, with a pair what opens the
    same lead. Asks `take_back_access`; records `access:taken_back`.

    Raises:
        NotFound: no such grant concerns the actor's agency.
        Conflict: it is not open, or no longer.
    """
    grant = _require_owned(tx, "take_back_access", grant_id)
    ended = tx.session.execute(
        update(AccessGrant)
        .where(
            AccessGrant.compartment_id == grant.compartment_id,
            AccessGrant.agency_id == grant.agency_id,
            AccessGrant.granted.is_(True),
            AccessGrant.ended_at.is_(None),
            AccessGrant.until > func.now(),
            true()
            if grant.scope == "exhibit"
            else or_(AccessGrant.scope == "exhibit", AccessGrant.lead_id == grant.lead_id),
        )
        .values(ended_at=func.now())
        .returning(AccessGrant.id, AccessGrant.lead_id)
        .execution_options(synchronize_session=False)
    ).all()
    if grant_id not in {row.id for row in ended}:
        raise Conflict("There is no open access here, or it has ended.")
    for row in ended:
        tx.record(
            events.AccessTakenBack(
                events.Place(grant.operation_id, (grant.compartment_id,), lead_id=row.lead_id),
                grant=row.id,
                agency=grant.agency_id,
            )
        )


def _require_owned(tx: Tx, action: str, grant_id: UUID) -> AccessGrant:
    """A request or grant that concerns a compartment of the actor's agency, with its lead held, if policy allows the
    action."""
    grant = tx.find(AccessGrant, grant_id, otherwise=NotFound("There is no such request."))
    require_operation(tx, action, grant.operation_id)
    owner = tx.session.execute(select(Compartment.agency_id).where(Compartment.id == grant.compartment_id)).scalar_one()
    if owner != tx.actor.agency_id:
        raise Forbidden("Only the country that owns the material decides this.")
    hold(tx, "lead", [grant.lead_id] if grant.lead_id else [])
    return grant


def _has_lead(tx: Tx, operation_id: int) -> bool:
    """Whether somebody leads the country in the actor's agency now."""
    leads = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.operation_id == operation_id,
            Membership.role.in_(COUNTRY_LEAD),
            Membership.ends_at.is_(None) | (Membership.ends_at > func.now()),
            Membership.suspended_until.is_(None) | (Membership.suspended_until <= func.now()),
            User.agency_id == tx.actor.agency_id,
            User.disabled_at.is_(None),
        )
    )
    return tx.session.execute(select(leads.exists())).scalar_one()


def end_access(tx: Tx) -> int:
    """Note every grant whose time is over; only housekeeping calls it. Asks `end_access`; records `access:ended`.

    Keys end by the clock itself, not by this.
    """
    rows = tx.session.scalars(select(AccessGrant).where(*GRANT_IS_OVER).with_for_update(skip_locked=True)).all()
    return each(tx, "end_access", rows, _note_end)


def _note_end(tx: Tx, row: AccessGrant) -> None:
    row.ended_at = tx.now
    tx.record(
        events.AccessEnded(
            events.Place(row.operation_id, (row.compartment_id,), lead_id=row.lead_id),
            grant=row.id,
            agency=row.agency_id,
        )
    )
