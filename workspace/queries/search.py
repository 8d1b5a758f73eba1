"""Searches: a face among the faces that the viewer may see, exactly, and plain words among what has a number or a text.

A pair that has a lead is shown as far as the lead's state allows: decided, it is ranked like any other; rejected, it is
left out and named; open, only its coarse band is told; being examined, not even that. Which pairs have a lead does not
depend on `min_score`, so that nobody can measure a withheld score by asking again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import statements
from workspace.rules.comparison import comparison_key
from workspace.rules.leads import BANDS, FACE_KINDS, band, claimed_day, gap_years
from workspace.rules.numbers import lead_number, person_number

SQL = statements(__file__)
MOST_RANKED = 50
BELOW = 0.10
"""How far the list goes on below the lead threshold: a person reads it whole, and age gaps lower the score of true
matches."""
VALID = timedelta(hours=1)
"""How long a search's list can be looked at again; afterwards a new search states its purpose anew."""
MOST_WORDS = 20


@dataclass(frozen=True)
class Thresholds:
    """Cosines measured for one recogniser: from `lead` a pair becomes a lead, from `strong` its band is strong."""

    lead: float
    strong: float


@dataclass(frozen=True)
class Probe:
    """The face that is searched with."""

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


@dataclass(frozen=True)
class LeadState:
    """The lead of a pair, and what may be told of it."""

    id: UUID
    number: int
    stage: str
    band: str | None


@dataclass(frozen=True)
class Candidate:
    """A person or an entry of a register by its best face; score, band and rank are None where the lead withholds
    them."""

    face_id: UUID | None
    label: str
    country: str
    is_register: bool
    quality: str | None
    age_band: str | None
    age_years: int | None
    gap_years: int | None
    rank: int | None
    score: float | None
    band: str | None
    lead: LeadState | None


@dataclass(frozen=True)
class SearchAnswer:
    """A search's answer. `ranked` by score; the others by their labels, which say nothing of a score."""

    probe: Probe
    thresholds: Thresholds
    floor: float
    searched: int
    ranked: tuple[Candidate, ...]
    open_leads: tuple[Candidate, ...]
    withheld: tuple[Candidate, ...]
    rejected: tuple[Candidate, ...]

    @property
    def count(self) -> int:
        """How many candidates the answer names."""
        return len(self.ranked) + len(self.open_leads) + len(self.withheld)

    @property
    def above(self) -> int:
        """How many ranked candidates reach the lead threshold."""
        return sum(each.score is not None and each.score >= self.thresholds.lead for each in self.ranked)

    @property
    def leads_with_bands(self) -> list[UUID]:
        """The leads whose band is told here."""
        return [each.lead.id for each in self.open_leads if each.lead and each.band]

    @property
    def leads_with_scores(self) -> list[UUID]:
        """The decided leads whose pair is ranked here."""
        return [each.lead.id for each in self.ranked if each.lead]


@dataclass(frozen=True)
class MadeSearch:
    """A search that the viewer made, as it was recorded."""

    id: UUID
    operation_id: int
    probe_face_id: UUID
    purpose: str
    legal_basis: str
    case_reference: str
    threshold: float
    searched_at: datetime
    is_valid: bool


@dataclass(frozen=True)
class Hit:
    """A row that matches the words: `kind` is lead, person, exhibit, entry or comment."""

    kind: str
    label: str
    detail: str
    lead_id: UUID | None = None
    face_id: UUID | None = None


def probe(session: Session, face_id: UUID) -> Probe:
    """The face to search with.

    Raises:
        NotFound: there is no such face for the viewer.
    """
    row = session.execute(SQL["probe"], {"face": face_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such face.")
    return Probe(
        face_id=row.id,
        operation_id=row.operation_id,
        person_id=row.person_id,
        register_entry_id=row.register_entry_id,
        label=_label(row),
        exhibit=row.exhibit,
        country=row.country,
        quality=row.quality_word,
        eye_distance_px=round(row.eye_distance_px),
        model_digest=row.model_digest,
        pack_id=row.pack_id,
        seen_on=claimed_day(row.captured_at) or row.missing_since,
    )


def find_faces(
    session: Session, probe: Probe, thresholds: Thresholds, *, min_score: float | None = None
) -> SearchAnswer:
    """Compare the probe with every other person's and entry's faces of the same recogniser that the viewer may see.

    min_score: a cosine; without it the list goes on to BELOW under the lead threshold.
    """
    own = {"person": probe.person_id, "entry": probe.register_entry_id}
    leads = session.execute(
        SQL["leads"], {"operation": probe.operation_id, "face_kinds": list(FACE_KINDS), **own}
    ).all()
    by_other = {row.other: row for row in leads if row.other is not None}
    hidden = [row for row in leads if row.stage == "rejected" or row.shown_score is None]
    floor = thresholds.lead - BELOW if min_score is None else min_score
    searched = session.execute(
        text("select count(*)::int from faces_compared_with(:probe)"), {"probe": probe.face_id}
    ).scalar_one()
    rows = session.execute(
        SQL["ranked"],
        {
            "probe": probe.face_id,
            "floor": floor,
            "most": MOST_RANKED,
            "without": [row.other for row in hidden if row.other] or [probe.face_id],
        },
    ).all()
    ranked = [_ranked(row, rank, probe, thresholds, by_other.get(row.other)) for rank, row in enumerate(rows, start=1)]
    groups: dict[str, list[Candidate]] = {"open": [], "withheld": [], "rejected": []}
    for row in hidden:
        groups[_group(row)].append(_unranked(row, probe))
    return SearchAnswer(
        probe=probe,
        thresholds=thresholds,
        floor=floor,
        searched=searched,
        ranked=tuple(ranked),
        open_leads=tuple(sorted(groups["open"], key=lambda each: (_band_place(each), each.label, each.country))),
        withheld=tuple(sorted(groups["withheld"], key=lambda each: (each.label, each.country))),
        rejected=tuple(sorted(groups["rejected"], key=lambda each: (each.label, each.country))),
    )


def not_yet_noted(session: Session, answer: SearchAnswer) -> tuple[list[UUID], list[UUID]]:
    """The leads whose band, and those whose score, the viewer is shown here for the first time."""
    wanted = (("band", answer.leads_with_bands), ("score", answer.leads_with_scores))
    new: list[list[UUID]] = []
    for what, leads in wanted:
        known = session.scalars(
            text("select lead_id from sight where user_id = my_id() and what = :what and lead_id = any (:leads)"),
            {"what": what, "leads": leads},
        ).all()
        new.append([lead for lead in leads if lead not in known])
    return new[0], new[1]


def made_search(session: Session, search_id: UUID) -> MadeSearch:
    """A search of the viewer's own.

    Raises:
        NotFound: the viewer made no such search.
    """
    row = session.execute(
        text("""select id, operation_id, probe_face_id, purpose, legal_basis, case_reference, threshold, searched_at,
                    searched_at > now() - cast(:valid as interval) as is_valid
             from face_search where id = :id and user_id = my_id()"""),
        {"id": search_id, "valid": VALID},
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such search of yours.")
    return MadeSearch(**row._mapping)


def own_persons(session: Session, operation_id: int, *, most: int = 12) -> list[Hit]:
    """Persons of the viewer's own agency with the most faces: where a search can begin."""
    rows = session.execute(SQL["own_persons"], {"operation": operation_id, "most": most}).all()
    return [Hit("person", person_number(row.number), row.country, face_id=row.face_id) for row in rows]


def find_words(session: Session, operation_id: int, words: str) -> list[Hit]:
    """What has these words or this number: leads, persons, exhibits, entries of registers, comments; as the viewer sees
    them."""
    wanted = words.strip()
    if not wanted:
        return []
    pattern = "%" + wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    asked = {"operation": operation_id, "like": pattern, "most": MOST_WORDS}
    hits: list[Hit] = []
    prefix, number = _number(wanted)
    if number is not None:
        numbered = asked | {"number": number}
        if prefix in ("L", ""):
            hits += [
                Hit("lead", lead_number(row.number), " · ".join(row.countries), lead_id=row.id)
                for row in session.execute(text(_LEAD_BY_NUMBER), numbered)
            ]
        if prefix in ("P", ""):
            hits += [
                Hit("person", person_number(row.number), row.country, face_id=row.face_id)
                for row in session.execute(SQL["person_by_number"], numbered)
            ]
    for kind, statement in (("exhibit", _EXHIBITS), ("entry", _ENTRIES)):
        hits += [
            Hit(kind, row.label, row.detail, lead_id=row.lead_id, face_id=row.face_id)
            for row in session.execute(text(statement), asked)
        ]
    comments = session.execute(text(_COMMENTS), asked)
    return hits + [Hit("comment", lead_number(row.number), row.detail, lead_id=row.lead_id) for row in comments]


def _number(words: str) -> tuple[str, int | None]:
    """«L-0012» in any spelling: its letter, and its number if it is one."""
    prefix, _, digits = comparison_key(words).rpartition("-")
    return prefix.upper(), int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None


def _ranked(row: Row[Any], rank: int, probe: Probe, thresholds: Thresholds, lead: Row[Any] | None) -> Candidate:
    state = LeadState(lead.id, lead.number, lead.stage, None) if lead else None
    score = float(row.score)
    return _candidate(
        row, probe, rank=rank, score=score, band=band(score, lead=thresholds.lead, strong=thresholds.strong), lead=state
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
        label=_label(row),
        country=row.country,
        is_register=row.entry_number is not None,
        quality=row.quality_word,
        age_band=row.age_band,
        age_years=gap_years(row.date_of_birth, row.missing_since),
        gap_years=gap_years(probe.seen_on, day),
        rank=rank,
        score=score,
        band=band,
        lead=lead,
    )


def _group(row: Row[Any]) -> str:
    if row.stage == "rejected":
        return "rejected"
    return "open" if row.stage == "open" and row.holder_id is None and row.opinions == 0 else "withheld"


def _band_place(candidate: Candidate) -> int:
    return BANDS.index(candidate.band) if candidate.band in BANDS else len(BANDS)


def _label(row: Row[Any]) -> str:
    if row.entry_number is not None:
        return str(row.entry_number)
    return person_number(row.person_number) if row.person_number is not None else ""


_LEAD_BY_NUMBER = "select id, number, countries from lead where operation_id = :operation and number = :number"

_EXHIBITS = """
select label, country as detail, null::uuid as lead_id, null::uuid as face_id from exhibit
where operation_id = :operation and (label ilike :like or case_reference ilike :like) order by label limit :most"""

_ENTRIES = """
select n.number as label, r.name as detail, (select e.lead_id from lead_evidence e where e.register_entry_id = n.id limit 1) as lead_id,
  (select f.id from face f where f.register_entry_id = n.id order by f.quality desc, f.id limit 1) as face_id
from register_entry n join register r on r.id = n.register_id
where n.operation_id = :operation and n.number ilike :like order by n.number limit :most"""

_COMMENTS = """
select l.number, left(c.body, 200) as detail, l.id as lead_id
from comment c join lead l on l.id = c.lead_id
where c.operation_id = :operation and c.body ilike :like order by c.created_at desc limit :most"""
