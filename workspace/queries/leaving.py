"""What somebody who leaves an operation would leave behind, said before it is done: read by whoever has charge of
members."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.rules.removals import Part, is_last_of_role, is_only_of_agency, stays_as_last

SQL = statements(__file__)


@dataclass(frozen=True)
class LeftBehind:
    """What becomes free, waits or is missing once a person's part ends.

    leads: held now; they are free at once. drafts: of referrals; they wait for the country. Both null for a country
    lead who asks about another country's person. is_only_of_agency: nobody else can sign in for the agency.
    is_last_of_role: nobody else of the country who can sign in has this role. stays: the person cannot be removed, as
    the last one of a role that only its holders give.
    """

    user_id: int
    leads: int | None
    drafts: int | None
    is_only_of_agency: bool
    is_last_of_role: bool
    stays: bool


def left_behind(session: Session, operation_id: int) -> list[LeftBehind]:
    """What each member would leave behind; empty for who has no charge of members."""
    rows = rows_as(Part, session.execute(SQL["parts"], {"operation": operation_id}))
    told = []
    for row in rows:
        others = [each for each in rows if each.user_id != row.user_id]
        of_role = frozenset(each.country for each in others if each.role == row.role and each.is_enabled)
        stays = stays_as_last(row.role, country=row.country, others=of_role)
        told.append(
            LeftBehind(
                row.user_id,
                row.leads,
                row.drafts,
                is_only_of_agency(row, others),
                is_last_of_role(row, others),
                stays,
            )
        )
    return told


def left_behind_by(session: Session, operation_id: int, user_id: int) -> LeftBehind:
    """What one member would leave behind.

    Raises:
        NotFound: there is no such member, or the viewer has no charge of members.
    """
    for each in left_behind(session, operation_id):
        if each.user_id == user_id:
            return each
    raise NotFound("There is no such member.")
