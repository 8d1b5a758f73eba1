"""A lead's page and its history with what happened in sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from workspace.model.statements import Part
from workspace.queries.colleagues import Colleague
from workspace.queries.lead_history import LeadEvent, OtherLead
from workspace.queries.lead_page import LeadPage
from workspace.rules.exercise import PlayedBy
from workspace.rules.leads import TRACE_KINDS, Bearing, LeadKind
from workspace.web.sentences import event_sentence, evidence_sentence
from workspace.web.words import with_player, word


@dataclass(frozen=True)
class HistoryEntry:
    """What happened. text: the end of a sentence that begins with the actor, in the reader's language. played_by:
    "partner" where an exercise's partner acted.
    """

    seq: int
    at: datetime
    kind: str
    actor: Colleague | None
    played_by: PlayedBy
    text: str


@dataclass(frozen=True)
class LeadNumber:
    """Another lead, and how people call it."""

    id: UUID
    number: int


@dataclass(frozen=True)
class Evidence:
    """What speaks besides the face: a short title and one sentence, in the reader's language."""

    kind: LeadKind
    countries: list[str]
    title: str
    text: str
    bearing: Bearing
    lead: LeadNumber


@dataclass(frozen=True, kw_only=True)
class WordedLeadPage(LeadPage):
    """A lead's page, with what speaks besides the face and what happened so far, newest first; each with how many
    there are in all."""

    evidence: list[Evidence]
    evidence_of: int
    history: list[HistoryEntry]
    history_of: int


def worded_page(page: LeadPage, others: Part[OtherLead], events: Part[LeadEvent]) -> WordedLeadPage:
    """The page with its sentences."""
    return WordedLeadPage(
        **vars(page),
        evidence=[_evidence(other) for other in others.rows],
        evidence_of=others.of,
        history=worded_history(events.rows),
        history_of=events.of,
    )


def worded_history(events: Iterable[LeadEvent]) -> list[HistoryEntry]:
    """The events as sentences, in the same order."""
    return [
        HistoryEntry(
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            actor=event.actor,
            played_by=event.played_by,
            text=event_sentence(
                event.kind,
                event.payload,
                whom=event.whom and with_player(event.whom, event.whom_played_by),
                reason=event.reason,
            ),
        )
        for event in events
    ]


def _evidence(other: OtherLead) -> Evidence:
    return Evidence(
        kind=other.kind,
        countries=other.countries,
        title=word("lead_kind", other.kind),
        text=evidence_sentence(other.kind, other.countries),
        bearing="supports" if other.kind in TRACE_KINDS else "neutral",
        lead=LeadNumber(other.id, other.number),
    )
