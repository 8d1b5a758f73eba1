"""Who is a newcomer, who has met whom, and for whom one may vouch: what the page «Members» needs besides its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.actor import Actor
from workspace.rules.roles import ADMINISTRATOR
from workspace.rules.vouching import How, MemberStanding, is_other_agency

SQL = statements(__file__)


@dataclass(frozen=True)
class GivenVouch:
    """A member says to have met another one."""

    user_id: int
    voucher_id: int
    voucher: str
    country: str
    how: How
    vouched_at: datetime


@dataclass(frozen=True)
class Newcomer:
    """A member's standing. vouches: those that stand. may_vouch: whether the viewer can be one who has met this person;
    an administrator may for the first person of a country also where he invited that person."""

    user_id: int
    name: str
    country: str
    agency: str
    role: str
    standing: MemberStanding
    invited_by: str | None
    vouches: list[GivenVouch]
    may_vouch: bool


@dataclass(frozen=True)
class _Row:
    user_id: int
    name: str
    country: str
    agency: str
    agency_id: int
    role: str
    standing: MemberStanding
    invited_by_id: int | None
    invited_by: str | None


def standings(session: Session, operation_id: int, me: Actor) -> list[Newcomer]:
    """Every member that the viewer may see, newcomers first."""
    rows = rows_as(_Row, session.execute(SQL["people"], {"operation": operation_id}))
    vouches = rows_as(GivenVouch, session.execute(SQL["vouches"], {"operation": operation_id}))
    return [
        Newcomer(
            user_id=row.user_id,
            name=row.name,
            country=row.country,
            agency=row.agency,
            role=row.role,
            standing=row.standing,
            invited_by=row.invited_by,
            vouches=[each for each in vouches if each.user_id == row.user_id],
            may_vouch=_may_vouch(rows, vouches, row, me, operation_id),
        )
        for row in rows
    ]


def _may_vouch(rows: list[_Row], vouches: list[GivenVouch], row: _Row, me: Actor, operation_id: int) -> bool:
    """As `vouch_for` decides it: an offer that it would refuse is none."""
    if row.user_id == me.id or operation_id in me.newcomer_in:
        return False
    if any(each.user_id == row.user_id and each.voucher_id == me.id for each in vouches):
        return False
    if [each.user_id for each in rows if each.standing == "first"] == [me.id]:
        return True
    is_host = me.roles.get(operation_id) in ADMINISTRATOR
    is_first_of_country = not any(each.country == row.country and each.standing != "newcomer" for each in rows)
    return is_other_agency(voucher_agency_id=me.agency_id, agency_id=row.agency_id) and (
        row.invited_by_id != me.id or (is_host and is_first_of_country)
    )
