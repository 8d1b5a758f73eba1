"""Who may end a member's part alone, whom two countries must remove, and who cannot go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from workspace.errors import Forbidden
from workspace.rules.actor import Actor
from workspace.rules.roles import KEY_HOLDERS, KEYLESS, OBSERVER, OPERATION_LEAD, require_may_take

LAPSES_AFTER = timedelta(days=3)
"""A proposal that nobody of another country has confirmed by then is none: silence is no yes."""

MOST_SUSPENSION = timedelta(hours=24)
SUSPENDED_AGAIN_AFTER = timedelta(days=7)
"""Whoever must be kept out for longer is removed by two countries: a suspension is not renewed day by day."""
SUSPENDABLE = KEY_HOLDERS | {"recipient"}
"""Not whoever watches or administers the operation, who hold no key."""

LAST_OF_OPERATION = frozenset({"operation_lead", "administrator"})
LAST_OF_COUNTRY = frozenset({"country_lead"})


def removes_alone(actor: Actor, operation_id: int, role: str, *, agency_id: int, country: str) -> bool:
    """Whether `require_may_remove_alone` passes: for screens."""
    try:
        require_may_remove_alone(actor, operation_id, role, agency_id=agency_id, country=country)
    except Forbidden:
        return False
    return True


def require_may_remove_alone(actor: Actor, operation_id: int, role: str, *, agency_id: int, country: str) -> None:
    """Pass if the actor may remove somebody of this role and agency alone: of the own country, and no observer.

    Raises:
        Forbidden: the actor's role may not take this role, or two people of two countries must do it.
    """
    require_may_take(actor, operation_id, role, agency_id=agency_id)
    if actor.is_service:
        return
    if role in OBSERVER or country != actor.country:
        raise Forbidden(
            "Two people of two countries remove an observer or another country's member: propose it with a reason, "
            "and let somebody of another country confirm it.",
            role=role,
        )


def stays_as_last(role: str, *, country: str, others: frozenset[str]) -> bool:
    """Whether somebody of this role cannot go. others: the countries of the other members of the role."""
    return (role in LAST_OF_OPERATION and not others) or (role in LAST_OF_COUNTRY and country not in others)


@dataclass(frozen=True)
class Part:
    """A member, as the preview of a removal counts: leads held and drafts of referrals, null where they are not
    told."""

    user_id: int
    role: str
    country: str
    agency_id: int
    leads: int | None
    drafts: int | None
    can_sign_in: bool
    is_enabled: bool


def is_only_of_agency(one: Part, others: Sequence[Part]) -> bool:
    """Whether nobody else can sign in for the agency."""
    return one.can_sign_in and not any(each.can_sign_in and each.agency_id == one.agency_id for each in others)


def is_last_of_role(one: Part, others: Sequence[Part]) -> bool:
    """Whether a country would have nobody of this role left who can sign in; not for roles that stand for no
    country."""
    if one.role in KEYLESS | OPERATION_LEAD or not one.can_sign_in:
        return False
    return not any(each.can_sign_in and each.role == one.role and each.country == one.country for each in others)
