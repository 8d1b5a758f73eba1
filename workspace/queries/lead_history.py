"""What happened to a lead, and which other leads speak for it: as codes; the web says them in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import Part, part_as, statements
from workspace.queries.colleagues import Colleague, colleague
from workspace.rules.exercise import PlayedBy
from workspace.rules.leads import OTHER_KINDS, LeadKind

SQL = statements(__file__)
MOST_HISTORY = 200
MOST_OTHER_LEADS = 100


@dataclass(frozen=True)
class LeadEvent:
    """An event of a lead. payload: its ids and small values; whom, whom_played_by: the name that an id in it means, and
    who plays that seat now; reason: what a person wrote, where the viewer may see it. played_by: "partner" where an
    exercise's partner acted.
    """

    seq: int
    at: datetime
    kind: str
    actor: Colleague | None
    played_by: PlayedBy
    payload: Mapping[str, Any]
    whom: str | None
    whom_played_by: PlayedBy
    reason: str | None


@dataclass(frozen=True)
class OtherLead:
    """Another lead between the same persons' media or the same devices."""

    id: UUID
    number: int
    kind: LeadKind
    countries: list[str]


def lead_history(session: Session, lead_id: UUID, *, before: int | None = None) -> Part[LeadEvent]:
    """The lead's events that the viewer's keys show, newest first, at most MOST_HISTORY.

    before: only events with a lower number, for the next part.

    Raises:
        NotFound: there is no such lead for the viewer; an observer reads events in the record.
    """
    if session.execute(text("select 1 from lead where id = :lead"), {"lead": lead_id}).one_or_none() is None:
        raise NotFound("There is no such lead.")
    rows = session.execute(SQL["events"], {"lead": lead_id, "before": before, "most": MOST_HISTORY}).all()
    events = [
        LeadEvent(
            seq=row.seq,
            at=row.at,
            kind=row.kind,
            actor=colleague(row.user_id, row.name, row.country, row.played_by),
            played_by=row.played_by,
            payload=row.payload,
            whom=row.whom,
            whom_played_by=row.whom_played_by,
            reason=row.reason,
        )
        for row in rows
    ]
    return Part(events, rows[0].of if rows else 0)


def other_leads(session: Session, lead_id: UUID) -> Part[OtherLead]:
    """What speaks besides the face: other leads that share a person, a medium or an exhibit, by number, at most
    MOST_OTHER_LEADS."""
    here = {"lead": lead_id, "kinds": list(OTHER_KINDS), "most": MOST_OTHER_LEADS}
    return part_as(OtherLead, session.execute(SQL["other_leads"], here))
