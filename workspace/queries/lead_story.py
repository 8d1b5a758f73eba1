"""What is known of the child that a lead shows: what was stated of it on any lead, and its other leads.

Of the other leads come number, stage and outcome; their opinions, scores and bands stay closed to whoever may still be
an examiner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.codes import STANDING_STAGES
from workspace.rules.leads import LeadKind, LeadStage

SQL = statements(__file__)
MOST_LISTED = 50


@dataclass(frozen=True)
class StandingFact:
    """What stands on a lead. lead, number: the lead on which it was stated, and country, stated_on: by whom and when;
    each null where the viewer may not see it."""

    stage: str
    lead: UUID | None
    number: int | None
    is_own: bool
    country: str | None
    stated_on: date | None


@dataclass(frozen=True)
class LeadOfPerson:
    """Another lead of the same entry of a register (`by_entry`) or of the same person."""

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage
    countries: list[str]
    opinions: int
    by_entry: bool
    outcome: str | None


@dataclass(frozen=True)
class LeadStory:
    """What stands on a lead, and its other leads: at most MOST_LISTED by number, `of` altogether."""

    standing: list[StandingFact]
    leads: list[LeadOfPerson]
    of: int


def lead_story(session: Session, operation_id: int, lead_id: UUID) -> LeadStory:
    """What stands on a lead, and the other leads of its entry and persons, as far as the viewer sees them."""
    here = {"operation": operation_id, "lead": lead_id}
    standing = rows_as(StandingFact, session.execute(SQL["standing"], {**here, "stages": list(STANDING_STAGES)}))
    rows = session.execute(SQL["leads"], {**here, "most": MOST_LISTED}).mappings().all()
    leads = [LeadOfPerson(**{key: value for key, value in row.items() if key != "of"}) for row in rows]
    return LeadStory(standing, leads, rows[0]["of"] if rows else 0)
