"""The countries of an operation that have no lead, and who is proposed: read by all its members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.removals import LAPSES_AFTER

SQL = statements(__file__)


@dataclass(frozen=True)
class CountryWithoutLead:
    """A country that accepted the terms or has people here, and no lead; once for each proposal that stands. proposal:
    its id; None while nobody is proposed, as everything that follows. proposed: who is to lead it."""

    country: str
    proposal: UUID | None
    proposed: str | None
    agency: str | None
    proposed_by: str | None
    proposed_by_country: str | None
    lapses_at: datetime | None


def countries_without_lead(session: Session, operation_id: int) -> list[CountryWithoutLead]:
    """The countries whose requests a liaison officer answers meanwhile, by code, with each proposal, the oldest first."""
    return rows_as(
        CountryWithoutLead,
        session.execute(SQL["without_lead"], {"operation": operation_id, "life": LAPSES_AFTER}),
    )
