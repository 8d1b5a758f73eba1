"""A debrief's history, looked up by lead and by person: who is shown on each side, and what happened to it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from workspace.exchange.debrief_history import Act, History, LeadSide, OpinionRow, ReferralRow, TrueEntry
from workspace.rules.truth import UNKNOWN, is_same, most_shown, shown_by_face

Sides = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Link:
    """A person in two places: of two countries' material (a pair), or of a register and of any material (an entry)."""

    identity: str
    countries: tuple[str, ...] = ()
    entry: TrueEntry | None = None


class Told:
    """A history, looked up by lead and by person."""

    def __init__(self, history: History) -> None:
        self.history = history
        shown: dict[UUID, set[str]] = defaultdict(set)
        for file in history.files:
            if file.media_id is not None:
                shown[file.media_id].add(file.identity)
        self.in_media = {medium: frozenset(labels) for medium, labels in shown.items()}
        self.media: dict[UUID, set[UUID]] = defaultdict(set)
        for face in history.faces:
            self.media[face.group_id].add(face.media_id)
        self.groups = {group: most_shown(self._in(medium) for medium in mine) for group, mine in self.media.items()}
        self.entries = {entry.entry_id: entry for entry in history.entries if entry.entry_id is not None}
        self.country_of = {face.group_id: face.country for face in history.faces}
        self.leads = {lead.id: lead for lead in history.leads}
        self.acts = {(act.lead_id, act.kind): act for act in history.acts}

    @cached_property
    def opinions(self) -> Mapping[UUID, list[OpinionRow]]:
        """The opinions by lead, the first first."""
        by_lead: dict[UUID, list[OpinionRow]] = defaultdict(list)
        for opinion in sorted(self.history.opinions, key=lambda each: (each.signed_at, each.id)):
            by_lead[opinion.lead_id].append(opinion)
        return by_lead

    @cached_property
    def referrals(self) -> Mapping[UUID, list[ReferralRow]]:
        """The referrals by lead."""
        by_lead: dict[UUID, list[ReferralRow]] = defaultdict(list)
        for referral in self.history.referrals:
            by_lead[referral.lead_id].append(referral)
        return by_lead

    @cached_property
    def sides(self) -> Mapping[UUID, Sides]:
        """Whom each side of a lead may show."""
        by_lead: dict[UUID, list[frozenset[str]]] = defaultdict(list)
        for side in self.history.sides:
            by_lead[side.lead_id].append(self._labels(side))
        return {lead: tuple(labels) for lead, labels in by_lead.items()}

    @cached_property
    def links(self) -> Mapping[tuple[str, object], list[UUID]]:
        """The leads that show a link: by person and the two countries, or by person and the entry."""
        places: dict[UUID, list[object]] = defaultdict(list)
        for side in self.history.sides:
            places[side.lead_id].append(side.entry_id if side.group_id is None else self.country_of.get(side.group_id))
        leads: dict[tuple[str, object], list[UUID]] = defaultdict(list)
        for lead, where in places.items():
            entry = next((place for place in where if isinstance(place, UUID)), None)
            for label in frozenset.intersection(*self.sides[lead]) if len(where) == 2 else ():
                leads[label, entry or tuple(sorted(map(str, where)))].append(lead)
        return leads

    def same(self, lead: UUID) -> bool | None:
        """Whether a lead's sides show one person."""
        sides = self.sides.get(lead, ())
        return is_same(*sides) if len(sides) == 2 else None

    def act(self, lead: UUID, kind: str) -> Act | None:
        """The first act of a kind on a lead."""
        return self.acts.get((lead, kind))

    def _in(self, medium: UUID | None) -> frozenset[str]:
        return UNKNOWN if medium is None else self.in_media.get(medium, UNKNOWN)

    def _labels(self, side: LeadSide) -> frozenset[str]:
        if side.group_id is None:
            known = self.entries.get(side.entry_id) if side.entry_id is not None else None
            return frozenset({known.identity}) if known else UNKNOWN
        others = self.media[side.group_id] - {side.media_id}
        return shown_by_face(self._in(side.media_id), (self._in(medium) for medium in others))
