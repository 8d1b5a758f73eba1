"""Ends a member's part: by the own country, or by two people of two countries; an operation lead suspends it for a day.

Must not decide who may be brought in (operations.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import func, insert, select, text, update

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import country_of, require_independent, require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Agency, Membership, Removal, Suspension, User
from workspace.model.database import Tx
from workspace.rules.reasons import require_words, words_of
from workspace.rules.removals import (
    LAPSES_AFTER,
    MOST_SUSPENSION,
    SUSPENDABLE,
    SUSPENDED_AGAIN_AFTER,
    require_may_remove_alone,
    stays_as_last,
)
from workspace.rules.roles import OBSERVER


class _Member(NamedTuple):
    role: str
    agency_id: int
    country: str
    invited_by: int | None


SUSPENSION_IS_OVER = (Suspension.ended_at.is_(None), Suspension.until <= func.now())
"""What `end_suspensions` looks for; housekeeping asks first whether there is any."""
SUSPENSION_RUNS = (Suspension.ended_at.is_(None), Suspension.until > func.now())


def remove_member(tx: Tx, operation_id: int, *, user_id: int, compromised: bool = False) -> None:
    """End the part of a person of the own country at once; its keys are gone with it, and an invitation not taken up.

    Asks `remove_member`; records `member:removed`. compromised: others used the account. Its opinions that are not
    settled are void then (`assessment:voided`), and its settled ones are flagged (`assessment:doubted`).

    Raises:
        NotFound: there is no such member.
        Forbidden: the actor's role may not take this role, two countries must do it, or the actor is that person.
        Conflict: the operation or the country would lose its last person of this role.
    """
    require_operation(tx, "remove_member", operation_id)
    member = _member(tx, operation_id, user_id)
    require_may_remove_alone(tx.actor, operation_id, member.role, agency_id=member.agency_id, country=member.country)
    _remove(tx, operation_id, user_id, member, compromised=compromised)


def propose_removal(tx: Tx, operation_id: int, *, user_id: int, reason: str, compromised: bool = False) -> None:
    """Propose to remove somebody whom the actor may not remove alone. Asks `propose_removal`; records
    `removal:proposed`.

    It lapses after `LAPSES_AFTER` unless somebody of another country confirms it. The person's country, observers and
    whoever has charge of members read the reason. compromised: see `remove_member`.

    Raises:
        NotFound: there is no such member. Forbidden: the actor is that person.
        Conflict: a proposal stands already, or the person is the last one of this role.
    """
    require_operation(tx, "propose_removal", operation_id)
    require_words(reason=reason)
    member = _member(tx, operation_id, user_id)
    _require_not_last(tx, operation_id, user_id, member)
    if _standing(tx, operation_id, user_id) is not None:
        raise Conflict("A proposal to remove this person stands already. Somebody of another country may confirm it.")
    removal = tx.session.scalars(
        insert(Removal)
        .values(
            operation_id=operation_id,
            user_id=user_id,
            reason=words_of(reason),
            proposed_by=tx.actor.id,
            is_compromised=compromised,
        )
        .returning(Removal.id)
    ).one()
    tx.record(events.RemovalProposed(events.Place(operation_id), user=user_id, removal=removal))


def confirm_removal(tx: Tx, operation_id: int, *, user_id: int) -> None:
    """Confirm another country's proposal to remove a person, whose part ends at once. Asks `confirm_removal`; records
    `member:removed`.

    Raises:
        NotFound: no proposal stands, or there is no such member. Conflict: the person is the last one of this role.
        Forbidden: the actor is that person, of the proposer's country or not independent of the proposer; or of an
        observer neither of the two was the one who brought the observer in.
    """
    require_operation(tx, "confirm_removal", operation_id)
    member = _member(tx, operation_id, user_id)
    proposal = _standing(tx, operation_id, user_id)
    if proposal is None:
        raise NotFound("No proposal to remove this person stands: it was confirmed, or it lapsed.")
    proposer = country_of(tx, proposal.proposed_by)
    if proposer == tx.actor.country:
        raise Forbidden("Another country than the one that proposed it must confirm.", country=proposer)
    _require_appointer(tx, operation_id, member, proposal.proposed_by)
    require_independent(tx, operation_id, proposal.proposed_by)
    tx.change_one(
        update(Removal)
        .where(Removal.id == proposal.id, Removal.confirmed_at.is_(None))
        .values(confirmed_by=tx.actor.id, confirmed_at=func.now()),
        otherwise=Conflict("Somebody has just confirmed it."),
    )
    _remove(tx, operation_id, user_id, member, compromised=proposal.is_compromised)


def suspend_member(tx: Tx, operation_id: int, *, user_id: int, hours: int, reason: str) -> None:
    """Keep a person out for some hours, a day at most. Asks `suspend_member`; records `member:suspended`.

    The person, their country, the observers and whoever has charge of members read the reason. It ends by itself; the
    same person is not suspended again for a week. Opinions that were signed stand.

    Raises:
        NotFound: there is no such member. Invalid: no reason, or the hours are out of bounds.
        Forbidden: the actor is that person, or the person watches or administers the operation.
        Conflict: the person was suspended within the last week.
    """
    require_operation(tx, "suspend_member", operation_id)
    require_words(reason=reason)
    most = MOST_SUSPENSION // timedelta(hours=1)
    if not 1 <= hours <= most:
        raise Invalid(
            "A member is suspended for 1 to 24 hours.",
            faults=[Fault("hours", "between {least} and {most}", least=1, most=most)],
        )
    member = _member(tx, operation_id, user_id)
    if member.role not in SUSPENDABLE:
        raise Forbidden("A person who watches or administers the operation cannot be suspended.", role=member.role)
    earlier = select(Suspension.id).where(
        Suspension.operation_id == operation_id,
        Suspension.user_id == user_id,
        Suspension.suspended_at > func.now() - SUSPENDED_AGAIN_AFTER,
    )
    if tx.session.execute(select(earlier.exists())).scalar_one():
        raise Conflict(
            "This person was suspended within the last week. To keep a person out for longer, propose to remove them: "
            "somebody of another country confirms it."
        )
    suspension_id, until = uuid4(), tx.now + timedelta(hours=hours)
    tx.session.execute(
        insert(Suspension).values(
            id=suspension_id,
            operation_id=operation_id,
            user_id=user_id,
            reason=words_of(reason),
            suspended_by=tx.actor.id,
            until=until,
        )
    )
    _suspend_until(tx, operation_id, user_id, until)
    tx.record(events.MemberSuspended(events.Place(operation_id), user=user_id, suspension=suspension_id, until=until))


def end_suspension(tx: Tx, operation_id: int, *, user_id: int) -> None:
    """Let a suspended person in again before the time is over. Asks `end_suspension`; records `suspension:ended`.

    Raises:
        NotFound: the person is not suspended.
    """
    require_operation(tx, "end_suspension", operation_id)
    hold(tx, "members", [operation_id])
    suspension_id = tx.session.scalars(
        update(Suspension)
        .where(Suspension.operation_id == operation_id, Suspension.user_id == user_id, *SUSPENSION_RUNS)
        .values(ended_at=func.now())
        .returning(Suspension.id)
    ).one_or_none()
    if suspension_id is None:
        raise NotFound("This person is not suspended.")
    _suspend_until(tx, operation_id, user_id, None)
    tx.record(events.SuspensionEnded(events.Place(operation_id), user=user_id, suspension=suspension_id))


def end_suspensions(tx: Tx) -> int:
    """Note every suspension whose time is over; only housekeeping calls it. Asks `end_suspensions`; records
    `suspension:ended`.

    The person is let in by the clock itself, not by this.
    """
    rows = tx.session.scalars(select(Suspension).where(*SUSPENSION_IS_OVER).with_for_update(skip_locked=True)).all()
    return each(tx, "end_suspensions", rows, _note_end)


def _note_end(tx: Tx, row: Suspension) -> None:
    row.ended_at = tx.now
    tx.record(events.SuspensionEnded(events.Place(row.operation_id), user=row.user_id, suspension=row.id))


def _suspend_until(tx: Tx, operation_id: int, user_id: int, until: datetime | None) -> None:
    tx.change(
        update(Membership)
        .where(Membership.operation_id == operation_id, Membership.user_id == user_id)
        .values(suspended_until=until)
    )


def _remove(tx: Tx, operation_id: int, user_id: int, member: _Member, *, compromised: bool) -> None:
    _require_not_last(tx, operation_id, user_id, member)
    tx.change(
        update(Membership)
        .where(Membership.operation_id == operation_id, Membership.user_id == user_id)
        .values(ends_at=func.now())
    )
    tx.session.execute(text("select void_invitations_of_removed(:user)"), {"user": user_id})
    if compromised:
        _void_opinions(tx, operation_id, user_id)
    tx.record(events.MemberRemoved(events.Place(operation_id), user=user_id))


def _void_opinions(tx: Tx, operation_id: int, user_id: int) -> None:
    rows = tx.session.execute(
        text("select id, lead_id, locks, is_void from void_opinions(:operation, :user)"),
        {"operation": operation_id, "user": user_id},
    )
    for row in rows:
        place = events.Place(operation_id, tuple(row.locks), lead_id=row.lead_id)
        kind = events.AssessmentVoided if row.is_void else events.AssessmentDoubted
        tx.record(kind(place, assessment=row.id))


def _member(tx: Tx, operation_id: int, user_id: int) -> _Member:
    """The member, held with all others of the operation until the commit: two who remove each other wait."""
    if user_id == tx.actor.id:
        raise Forbidden("You cannot remove yourself.")
    hold(tx, "members", [operation_id])
    row = tx.session.execute(
        select(Membership.role, User.agency_id, Agency.country, Membership.invited_by)
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == User.agency_id)
        .where(
            Membership.operation_id == operation_id,
            Membership.user_id == user_id,
            Membership.ends_at.is_(None) | (Membership.ends_at > func.clock_timestamp()),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such member.")
    return _Member(**row._mapping)


def _standing(tx: Tx, operation_id: int, user_id: int) -> Removal | None:
    return tx.session.scalars(
        select(Removal).where(
            Removal.operation_id == operation_id,
            Removal.user_id == user_id,
            Removal.confirmed_at.is_(None),
            Removal.proposed_at > func.now() - LAPSES_AFTER,
        )
    ).one_or_none()


def _require_not_last(tx: Tx, operation_id: int, user_id: int, member: _Member) -> None:
    """Pass if somebody else holds the role whose loss nobody here could make good."""
    others = tx.session.execute(
        select(Agency.country)
        .join(User, User.agency_id == Agency.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.operation_id == operation_id,
            Membership.role == member.role,
            Membership.user_id != user_id,
            Membership.ends_at.is_(None) | (Membership.ends_at > func.clock_timestamp()),
            User.disabled_at.is_(None),
        )
    ).scalars()
    if stays_as_last(member.role, country=member.country, others=frozenset(others)):
        raise Conflict(
            "This is the last one of this role: nobody could bring another one in. Give somebody else the role first.",
            role=member.role,
        )


def _require_appointer(tx: Tx, operation_id: int, member: _Member, proposed_by: int) -> None:
    """Of an observer, one of the two is whoever brought the observer in, as long as that person is a member."""
    if member.role not in OBSERVER or member.invited_by in (None, proposed_by, tx.actor.id):
        return
    is_here = tx.session.execute(
        select(
            select(Membership.user_id)
            .where(
                Membership.operation_id == operation_id,
                Membership.user_id == member.invited_by,
                Membership.ends_at.is_(None) | (Membership.ends_at > func.clock_timestamp()),
            )
            .exists()
        )
    ).scalar_one()
    if is_here:
        raise Forbidden("An observer is removed by whoever brought the observer in together with another country.")
