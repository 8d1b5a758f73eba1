"""What a search with a face answers: candidates in their order, and what each lead lets be told. Pure.

A pair that has a lead is shown as far as the lead's state allows: decided, it is ranked like any other; rejected, it is
left out and named; open, only its coarse band is told; being examined, not even that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from workspace.rules.codes import SearchSet
from workspace.rules.leads import BANDS, band, claimed_day, gap_years
from workspace.rules.numbers import person_number


@dataclass(frozen=True)
class MeasuredRate:
    """How often a recogniser erred on a measured set when a pair was taken for one person from a cosine on.

    false_accepts: share of the pairs of two people that reach it; misses: share of the pairs of one person that do not.
    """

    cosine: float
    false_accepts: float
    misses: float


@dataclass(frozen=True)
class Thresholds:
    """Cosines measured for one recogniser: from `lead` a pair becomes a lead, from `strong` its band is strong. rates:
    the measured ones, by rising cosine; source: on what they were measured."""

    lead: float
    strong: float
    rates: tuple[MeasuredRate, ...] = ()
    source: str = ""

    def rate_at(self, score: float) -> MeasuredRate | None:
        """What was measured at the highest cosine that a score reaches; None where nothing was measured so low."""
        reached = [rate for rate in self.rates if rate.cosine <= score]
        return reached[-1] if reached else None


@dataclass(frozen=True)
class Probe:
    """The face that is searched with. brought: the picture that it is of, if the searcher brought it. own_person: the
    number of its person, of the viewer's agency's material."""

    face_id: UUID
    operation_id: int
    person_id: UUID | None
    register_entry_id: UUID | None
    label: str
    exhibit: str | None
    country: str
    quality: str
    eye_distance_px: int
    model_digest: str
    pack_id: str
    seen_on: date | None
    brought: UUID | None = None
    own_person: int | None = None


@dataclass(frozen=True)
class LeadState:
    """The lead of a pair, and what may be told of it."""

    id: UUID
    number: int
    stage: str
    band: str | None


@dataclass(frozen=True)
class Candidate:
    """A person or an entry of a register by its best face, or a face that belongs to nobody; score, band, rank, gap and
    rates are None where the lead withholds them. own_person: the number of a person of the viewer's agency's material
    with whom no lead stands. ahead: by how much the score lies above the next one's; None of the last. rate: the
    measured errors; None where none was measured."""

    face_id: UUID | None
    label: str
    country: str
    found_in: SearchSet
    quality: str | None
    age_band: str | None
    age_years: int | None
    gap_years: int | None
    rank: int | None
    score: float | None
    band: str | None
    lead: LeadState | None
    own_person: int | None = None
    ahead: float | None = None
    rate: MeasuredRate | None = None


@dataclass(frozen=True)
class SearchAnswer:
    """A search's answer. `ranked` by score: the first of `ranked_of`, of which `above` reach the lead threshold; the
    others by their labels, which say nothing of a score."""

    probe: Probe
    thresholds: Thresholds
    floor: float
    searched: int
    ranked: tuple[Candidate, ...]
    ranked_of: int
    above: int
    open_leads: tuple[Candidate, ...]
    withheld: tuple[Candidate, ...]
    rejected: tuple[Candidate, ...]

    @property
    def count(self) -> int:
        """How many candidates the search found."""
        return self.ranked_of + len(self.open_leads) + len(self.withheld)

    @property
    def leads_with_bands(self) -> list[UUID]:
        """The leads whose band is told here."""
        return [each.lead.id for each in self.open_leads if each.lead and each.band]

    @property
    def leads_with_scores(self) -> list[UUID]:
        """The decided leads whose pair is ranked here."""
        return [each.lead.id for each in self.ranked if each.lead]


def ranked_answer(
    probe: Probe,
    thresholds: Thresholds,
    *,
    floor: float,
    searched: int,
    rows: Sequence[Row[Any]],
    leads: Sequence[Row[Any]],
) -> SearchAnswer:
    """Put candidates into their groups. rows: the nearest first, as `ranked.sql` names them; leads: the probe's face
    leads."""
    by_other = {row.other: row for row in leads if row.other is not None}
    groups: dict[str, list[Candidate]] = {"open": [], "withheld": [], "rejected": []}
    for row in filter(is_withheld, leads):
        groups[_group(row)].append(_unranked(row, probe))
    return SearchAnswer(
        probe=probe,
        thresholds=thresholds,
        floor=floor,
        searched=searched,
        ranked=tuple(
            _ranked(row, rank, probe, thresholds, by_other.get(row.other)) for rank, row in enumerate(rows, start=1)
        ),
        ranked_of=rows[0].of if rows else 0,
        above=rows[0].above if rows else 0,
        open_leads=tuple(sorted(groups["open"], key=lambda each: (_band_place(each), each.label, each.country))),
        withheld=tuple(sorted(groups["withheld"], key=lambda each: (each.label, each.country))),
        rejected=tuple(sorted(groups["rejected"], key=lambda each: (each.label, each.country))),
    )


def is_withheld(lead: Row[Any]) -> bool:
    """Whether the lead withholds its pair's place in the ranking."""
    return bool(lead.stage == "rejected" or not lead.score_is_open)


def label(row: Row[Any]) -> str:
    """What people call a face's person or entry: the entry's number, or P-0001."""
    if row.entry_number is not None:
        return str(row.entry_number)
    return person_number(row.person_number) if row.person_number is not None else ""


def _ranked(row: Row[Any], rank: int, probe: Probe, thresholds: Thresholds, lead: Row[Any] | None) -> Candidate:
    state = LeadState(lead.id, lead.number, lead.stage, None) if lead else None
    score = float(row.score)
    told = band(score, lead=thresholds.lead, strong=thresholds.strong)
    return replace(
        _candidate(row, probe, rank=rank, score=score, band=told, lead=state),
        own_person=row.person_number if row.is_own and state is None else None,
        ahead=None if row.next_score is None else score - float(row.next_score),
        rate=thresholds.rate_at(score),
    )


def _unranked(row: Row[Any], probe: Probe) -> Candidate:
    band = row.shown_band if _group(row) == "open" else None
    return _candidate(row, probe, rank=None, score=None, band=band, lead=LeadState(row.id, row.number, row.stage, band))


def _candidate(
    row: Row[Any], probe: Probe, *, rank: int | None, score: float | None, band: str | None, lead: LeadState | None
) -> Candidate:
    day = row.missing_since or claimed_day(row.captured_at)
    return Candidate(
        face_id=row.face_id,
        label=label(row),
        country=row.country,
        found_in=_found_in(row),
        quality=row.quality_word,
        age_band=row.age_band,
        age_years=gap_years(row.date_of_birth, row.missing_since),
        gap_years=gap_years(probe.seen_on, day),
        rank=rank,
        score=score,
        band=band,
        lead=lead,
    )


def _found_in(row: Row[Any]) -> SearchSet:
    if row.entry_number is not None:
        return "register"
    return "faces" if row.face_id is not None and row.person_number is None else "persons"


def _group(row: Row[Any]) -> str:
    if row.stage == "rejected":
        return "rejected"
    return "open" if row.stage == "open" and row.holder_id is None and row.opinions == 0 else "withheld"


def _band_place(candidate: Candidate) -> int:
    return BANDS.index(candidate.band) if candidate.band in BANDS else len(BANDS)
