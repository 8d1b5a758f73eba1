"""Proposals to the owners of items, as the agency that made them and the one that answers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.queries.colleagues import Colleague
from workspace.rules.proposals import ProposalAnswer, ProposalKind

SQL = statements(__file__)
MOST_LISTED = 100


@dataclass(frozen=True)
class ProposedChange:
    """One proposal. what: the word or fact; value: as its command takes it; label: the words of a category; words: the
    grounds; item: the label of the exhibit, also that of a medium, or the number of the entry; person, series: numbers.
    is_ours: the viewer's agency owns the item; is_mine: it made the proposal. reason: why it was declined."""

    id: UUID
    kind: ProposalKind
    what: str
    value: str
    label: str | None
    on_day: date | None
    reference: str
    words: str
    owner: str
    item: str | None
    medium_id: UUID | None
    exhibit_id: UUID | None
    entry_id: UUID | None
    person: int | None
    series: int | None
    by: Colleague
    proposed_at: datetime
    is_ours: bool
    is_mine: bool
    answer: ProposalAnswer | None
    answered_by: str | None
    answered_at: datetime | None
    reason: str | None


@dataclass(frozen=True)
class ProposedChanges:
    """Those that wait first, then the latest; the first MOST_LISTED. more: there are others."""

    rows: list[ProposedChange]
    more: bool


def proposals_of(session: Session, operation_id: int, item: UUID | None = None) -> ProposedChanges:
    """The proposals of an operation that the viewer's agency made or answers; of one item if asked."""
    asked = {"operation": operation_id, "item": item, "one_more": MOST_LISTED + 1}
    found = [dict(row._mapping) for row in session.execute(SQL["proposals"], asked)]
    rows = []
    for each in found[:MOST_LISTED]:
        by = Colleague(each.pop("user_id"), each.pop("name"), each.pop("country"), each.pop("played_by"))
        rows.append(ProposedChange(**each, by=by))
    return ProposedChanges(rows, len(found) > MOST_LISTED)
