"""People are vouched for: a newcomer reads a code out, and a member of another agency who has met them types it.

Must not decide who may be brought in (operations.py), nor who sees what a newcomer does not (row-level security).
"""

from __future__ import annotations

import secrets
from typing import NamedTuple, cast

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_change

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Agency, Membership, User, Vouch, VouchCode
from workspace.model.database import Tx
from workspace.rules.codes import require_one_of
from workspace.rules.credentials import digest
from workspace.rules.roles import ADMINISTRATOR, COUNTRY_LEAD
from workspace.rules.vouching import CODE_DIGITS, CODE_LIFE, CODE_TRIES, HOW, MemberStanding, is_other_agency


class _Person(NamedTuple):
    agency_id: int
    country: str
    invited_by: int | None


def show_vouch_code(tx: Tx, operation_id: int) -> str:
    """Make the code that the actor reads out, and return it; an earlier one is void. Asks `show_vouch_code`.

    It is shown once and lives for `CODE_LIFE`; rows hold its digest. Also for whoever is met already: with a further
    voucher one is independent of the first.
    """
    require_operation(tx, "show_vouch_code", operation_id)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    fresh = {"digest": _digest(operation_id, tx.actor.id, code), "expires_at": tx.now + CODE_LIFE, "tries": 0}
    tx.session.execute(
        insert_or_change(VouchCode)
        .values(operation_id=operation_id, user_id=tx.actor.id, **fresh)
        .on_conflict_do_update(index_elements=[VouchCode.operation_id, VouchCode.user_id], set_=fresh)
    )
    return code


def vouch_for(tx: Tx, operation_id: int, user_id: int, *, code: str, how: str) -> MemberStanding:
    """Say that the actor has met a person, who read this code out; returns the person's standing from now on.

    Asks `vouch_for`; records `vouch:given`, and `standing:changed` for everybody whose standing follows. A wrong code
    is recorded by nothing but its count: the fifth one makes the code void.

    Raises:
        NotFound: there is no such member. Forbidden: the actor is that person, a colleague of the same agency, or who
        invited the person. Conflict: the code is void, or the actor has vouched already. Invalid: the code is wrong.
    """
    require_operation(tx, "vouch_for", operation_id)
    hold(tx, "members", [operation_id])
    require_one_of(HOW, how=how)
    _require_may_vouch(tx, operation_id, user_id)
    if not _is_code(tx, operation_id, user_id, code):
        return _standing(tx, operation_id, user_id)
    given = tx.session.execute(
        insert_or_change(Vouch)
        .values(operation_id=operation_id, user_id=user_id, voucher_id=tx.actor.id, how=how)
        .on_conflict_do_nothing()
        .returning(Vouch.id)
    ).scalar_one_or_none()
    if given is None:
        raise Conflict("You have vouched for this person already.")
    tx.record(events.VouchGiven(events.Place(operation_id), user=user_id, how=how))
    return _settle(tx, operation_id).get(user_id) or _standing(tx, operation_id, user_id)


def decline_vouch(tx: Tx, operation_id: int, user_id: int) -> None:
    """Say that the actor has not met a person who asks; nothing opens. Asks `vouch_for`; records `vouch:declined`."""
    require_operation(tx, "vouch_for", operation_id)
    _member(tx, operation_id, user_id)
    tx.record(events.VouchDeclined(events.Place(operation_id), user=user_id))


def withdraw_vouch(tx: Tx, operation_id: int, user_id: int, *, voucher_id: int) -> None:
    """Take a vouch back: who depended on it is a newcomer again at once. Opinions and approvals of the past stand; the
    opinions are flagged.

    Its voucher does it, or a country lead of the voucher's country. Asks `withdraw_vouch`; records `vouch:withdrawn`,
    `standing:changed` for everybody whose standing follows, and `assessment:unvouched` for each opinion of theirs.

    Raises:
        NotFound: there is no such vouch. Forbidden: it is not the actor's to withdraw.
    """
    require_operation(tx, "withdraw_vouch", operation_id)
    hold(tx, "members", [operation_id])
    voucher = tx.session.execute(
        select(Agency.country).join(User, User.agency_id == Agency.id).where(User.id == voucher_id)
    ).scalar_one_or_none()
    is_their_lead = tx.actor.roles.get(operation_id) in COUNTRY_LEAD and tx.actor.country == voucher
    if voucher_id != tx.actor.id and not is_their_lead:
        raise Forbidden(
            "A vouch is withdrawn by the person who gave it, or by the country lead of that person's country."
        )
    tx.change_one(
        update(Vouch)
        .where(
            Vouch.operation_id == operation_id,
            Vouch.user_id == user_id,
            Vouch.voucher_id == voucher_id,
            Vouch.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=func.now(), withdrawn_by=tx.actor.id),
        otherwise=NotFound("There is no such vouch."),
    )
    tx.record(events.VouchWithdrawn(events.Place(operation_id), user=user_id, voucher=voucher_id))
    if "newcomer" in _settle(tx, operation_id).values():
        _flag_opinions(tx, operation_id)


def _flag_opinions(tx: Tx, operation_id: int) -> None:
    rows = tx.session.execute(
        text("select id, lead_id, locks from newcomers_opinions(:operation)"), {"operation": operation_id}
    )
    for row in rows.all():
        place = events.Place(operation_id, tuple(row.locks), lead_id=row.lead_id)
        tx.record(events.AssessmentUnvouched(place, assessment=row.id))


def _require_may_vouch(tx: Tx, operation_id: int, user_id: int) -> None:
    if user_id == tx.actor.id:
        raise Forbidden("Nobody vouches for themselves.")
    person = _member(tx, operation_id, user_id)
    firsts = tx.session.scalars(
        select(Membership.user_id).where(Membership.operation_id == operation_id, Membership.standing == "first")
    ).all()
    if firsts == [tx.actor.id]:
        return  # The first two people of an operation meet each other before there is anybody else.
    if not is_other_agency(voucher_agency_id=tx.actor.agency_id, agency_id=person.agency_id):
        raise Forbidden("A member of another agency must have met this person: you are of the same one.")
    is_host = tx.actor.roles.get(operation_id) in ADMINISTRATOR
    if person.invited_by == tx.actor.id and not (
        is_host and not _country_has_met_people(tx, operation_id, person.country)
    ):
        raise Forbidden("You invited this person, and you hold the link: somebody else must have met them.")


def _member(tx: Tx, operation_id: int, user_id: int) -> _Person:
    row = tx.session.execute(
        select(User.agency_id, Agency.country, Membership.invited_by)
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == User.agency_id)
        .where(
            Membership.operation_id == operation_id,
            Membership.user_id == user_id,
            User.disabled_at.is_(None),
            Membership.ends_at.is_(None) | (Membership.ends_at > func.clock_timestamp()),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such member.")
    return _Person(row.agency_id, row.country, row.invited_by)


def _country_has_met_people(tx: Tx, operation_id: int, country: str) -> bool:
    met = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == User.agency_id)
        .where(Membership.operation_id == operation_id, Agency.country == country, Membership.standing != "newcomer")
    )
    return tx.session.execute(select(met.exists())).scalar_one()


def _is_code(tx: Tx, operation_id: int, user_id: int, code: str) -> bool:
    """Whether this is the person's code. A wrong one is refused, but the count of tries is kept."""
    typed = "".join(each for each in code if each.isdigit())
    told = tx.session.execute(
        text("select try_vouch_code(:operation, :user, :digest, :tries)"),
        {
            "operation": operation_id,
            "user": user_id,
            "digest": _digest(operation_id, user_id, typed),
            "tries": CODE_TRIES,
        },
    ).scalar_one()
    if told == "gone":
        raise Conflict("This code is void: it ran out, or was typed wrong too often. Ask for a new one.")
    if told == "wrong":
        tx.refuse(Invalid("This is not the code that the person reads out.", faults=[Fault("code", "another one")]))
    return bool(told == "met")


def _settle(tx: Tx, operation_id: int) -> dict[int, MemberStanding]:
    """Have the standings follow from the vouches; the changed ones."""
    rows = tx.session.execute(
        text("select user_id, standing from settle_standings(:operation)"), {"operation": operation_id}
    ).all()
    for row in rows:
        tx.record(events.StandingChanged(events.Place(operation_id), user=row.user_id, standing=row.standing))
    return {row.user_id: row.standing for row in rows}


def _standing(tx: Tx, operation_id: int, user_id: int) -> MemberStanding:
    found = tx.session.execute(
        select(Membership.standing).where(Membership.operation_id == operation_id, Membership.user_id == user_id)
    ).scalar_one()
    return cast("MemberStanding", found)


def _digest(operation_id: int, user_id: int, code: str) -> bytes:
    return digest(f"{operation_id}:{user_id}:{code}")
