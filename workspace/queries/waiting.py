"""What waits for one viewer: what nobody but this person, or whoever has the same office, can do next.

It stands first where people look: the overview, the list of referrals, and as a count in the navigation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.jurisdiction import Urgency
from workspace.rules.leads import HolderLeft
from workspace.rules.proposals import ACCEPTED_BY
from workspace.rules.roles import DISSEMINATORS

SQL = statements(__file__)
ACTIONS = (
    *("approve_referral", "send_referral", "answer_referral", "answer_access", "answer_permission"),
    *ACCEPTED_BY.values(),
)
"""Whoever may do one of these can be waited for."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits. lead_number: null for who has no key to the lead. from_country: of whom asks.

    referral_id, referral_number, to_country, urgency: null for a request for access. due_at: null where no clock runs.
    whose: who drafted or asked; null where an agency asks. because: why it waits for the viewer and not for that
    person: two people must sign, or whoever drafted it can act no more. comment_id: of a comment that calls the viewer,
    on the lead or on medium_id.
    """

    what: Literal["approve", "send", "failed", "answer", "access", "permit", "propose", "mention"]
    referral_id: UUID | None
    referral_number: int | None
    lead_id: UUID | None
    lead_number: int | None
    from_country: str
    to_country: str | None
    urgency: Urgency | None
    since: datetime
    due_at: datetime | None
    whose: str | None
    because: Literal["second_person"] | HolderLeft | None
    medium_id: UUID | None
    comment_id: UUID | None


def what_waits_for_me(session: Session, operation_id: int, actions: Sequence[str]) -> list[Waiting]:
    """What waits for the viewer, what is due first. actions: those of ACTIONS that the viewer may do here now."""
    here = {"operation": operation_id, "actions": list(actions), "drafters": sorted(DISSEMINATORS)}
    return rows_as(Waiting, session.execute(SQL["waiting"], here))
