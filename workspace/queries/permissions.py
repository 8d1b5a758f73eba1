"""Owners' permissions: what another country wants to send of ours, and what was answered.

Row-level security shows a request to whoever holds a key to what it is about; a hidden owner's request is its own
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.exercise import PlayedBy

SQL = statements(__file__)


@dataclass(frozen=True, kw_only=True)
class OwnersPermission:
    """A request that material of `owner_country` may leave with a referral, and its answer.

    referral_number, lead_number: null for who has no key to the lead. exhibits: labels with their codes; entries:
    registers with their numbers. granted: null until it is answered. is_open: it can still be answered, or otherwise.
    is_ours: the viewer's country decides.
    """

    id: UUID
    referral_id: UUID
    referral_number: int | None
    lead_id: UUID | None
    lead_number: int | None
    owner_country: str
    from_agency: str
    from_country: str
    to_agency: str
    to_country: str
    exhibits: list[str]
    entries: list[str]
    asked_by: str
    asked_played_by: PlayedBy
    asked_at: datetime
    granted: bool | None
    answered_by: str | None
    answered_at: datetime | None
    reason: str | None
    is_ours: bool
    is_open: bool


def permissions(session: Session, operation_id: int) -> list[OwnersPermission]:
    """The requests of an operation that the viewer may see, those that wait for the viewer's country first."""
    return rows_as(OwnersPermission, session.execute(SQL["permissions"], {"operation": operation_id, "referral": None}))


def permissions_for(session: Session, referral_id: UUID) -> list[OwnersPermission]:
    """The requests for one referral that the viewer may see."""
    return rows_as(OwnersPermission, session.execute(SQL["permissions"], {"operation": None, "referral": referral_id}))
