"""Searches: a face among the faces that the viewer may see, exactly, and plain words among what has a number or a text.

A pair that has a lead is shown as far as the lead's state allows: decided, it is ranked like any other; rejected, it is left
out and named; open, only its coarse band is told; being examined, not even that. Which pairs have a lead does not depend on
`min_score`, so that nobody can measure a withheld score by asking again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.rules.comparison import comparison_key
from workspace.rules.leads import BANDS, FACE_KINDS, band, claimed_day, gap_years
from workspace.rules.numbers import lead_number, person_number

MOST_RANKED = 50
BELOW = 0.10
"""So far below the lead threshold the list goes on: a person reads the whole list, and age gaps lower true matches."""
VALID = timedelta(hours=1)
"""So long a search's list can be looked at again; afterwards a new search states its purpose anew."""
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
    """The lead of a pair: which, and what may be told of it."""

    id: UUID
    number: int
    stage: str
    band: str | None


@dataclass(frozen=True)
class Candidate:
    """A person or an entry of a register by its best face; score, band and rank are None where the lead withholds them."""

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
class Found:
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
    """Something that plain words found: `kind` is lead, person, exhibit, entry or comment."""

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
    row = session.execute(text(_PROBE), {"face": face_id}).one_or_none()
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


def find_faces(session: Session, found: Probe, thresholds: Thresholds, *, min_score: float | None = None) -> Found:
    """Compare the probe with every other person's and entry's faces of the same recogniser that the viewer may see.

    min_score: a cosine; without it the list goes on to BELOW under the lead threshold.
    """
    asked = {"probe": found.face_id, "operation": found.operation_id, "digest": found.model_digest}
    own = {"person": found.person_id, "entry": found.register_entry_id}
    leads = session.execute(text(_LEADS), {"operation": found.operation_id, "face_kinds": list(FACE_KINDS), **own}).all()
    by_other = {row.other: row for row in leads if row.other is not None}
    hidden = [row for row in leads if row.stage == "rejected" or row.shown_score is None]
    floor = thresholds.lead - BELOW if min_score is None else min_score
    searched = session.execute(text(_COUNT), asked | own).scalar_one()
    rows = session.execute(
        text(_RANKED),
        asked
        | own
        | {"floor": floor, "most": MOST_RANKED, "without": [row.other for row in hidden if row.other] or [found.face_id]},
    ).all()
    ranked = [_ranked(row, rank, found, thresholds, by_other.get(row.other)) for rank, row in enumerate(rows, start=1)]
    groups: dict[str, list[Candidate]] = {"open": [], "withheld": [], "rejected": []}
    for row in hidden:
        groups[_group(row)].append(_unranked(row, found))
    return Found(
        probe=found,
        thresholds=thresholds,
        floor=floor,
        searched=searched,
        ranked=tuple(ranked),
        open_leads=tuple(sorted(groups["open"], key=lambda each: (_band_place(each), each.label, each.country))),
        withheld=tuple(sorted(groups["withheld"], key=lambda each: (each.label, each.country))),
        rejected=tuple(sorted(groups["rejected"], key=lambda each: (each.label, each.country))),
    )


def not_yet_noted(session: Session, found: Found) -> tuple[list[UUID], list[UUID]]:
    """The leads whose band, and those whose score, the viewer is shown here for the first time."""
    wanted = (("band", found.leads_with_bands), ("score", found.leads_with_scores))
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
    return MadeSearch(*row)


def own_persons(session: Session, operation_id: int, *, most: int = 12) -> list[Hit]:
    """Persons of the viewer's own agency with the most faces: where a search can begin."""
    rows = session.execute(text(_OWN_PERSONS), {"operation": operation_id, "most": most}).all()
    return [Hit("person", person_number(row.number), row.country, face_id=row.face_id) for row in rows]


def find_words(session: Session, operation_id: int, words: str) -> list[Hit]:
    """What has these words or this number: leads, persons, exhibits, entries of registers, comments; as the viewer sees them."""
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
                for row in session.execute(text(_PERSON_BY_NUMBER), numbered)
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


def _ranked(row: Row[Any], rank: int, found: Probe, thresholds: Thresholds, lead: Row[Any] | None) -> Candidate:
    state = LeadState(lead.id, lead.number, lead.stage, None) if lead else None
    score = float(row.score)
    return _candidate(
        row, found, rank=rank, score=score, band=band(score, lead=thresholds.lead, strong=thresholds.strong), lead=state
    )


def _unranked(row: Row[Any], found: Probe) -> Candidate:
    band = row.shown_band if _group(row) == "open" else None
    return _candidate(row, found, rank=None, score=None, band=band, lead=LeadState(row.id, row.number, row.stage, band))


def _candidate(
    row: Row[Any], found: Probe, *, rank: int | None, score: float | None, band: str | None, lead: LeadState | None
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
        gap_years=gap_years(found.seen_on, day),
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


_FACTS = """a.country, p.number as person_number, p.age_band, n.number as entry_number, n.date_of_birth, n.missing_since, m.captured_at"""

_JOINS = """
join compartment c on c.id = f.compartment_id join agency a on a.id = c.agency_id
left join person p on p.id = f.person_id left join register_entry n on n.id = f.register_entry_id
left join media_item m on m.id = f.media_item_id"""

_PROBE = f"""
select f.id, f.operation_id, f.person_id, f.register_entry_id, f.quality_word, f.eye_distance_px, f.model_digest, f.pack_id, {_FACTS},
  (select x.label from received_file r join exhibit x on x.id = r.exhibit_id where r.media_item_id = f.media_item_id
   order by r.received_at, r.id limit 1) as exhibit
from face f {_JOINS} where f.id = :face"""  # noqa: S608 - built from constants of this module

# Everybody else: other persons, and entries of registers that are still looked for; one recogniser.
_OTHERS = """
from face me join face f on f.operation_id = me.operation_id and f.model_digest = :digest and f.id <> me.id
  and coalesce(f.person_id, f.register_entry_id) is not null
  and f.person_id is distinct from coalesce(cast(:person as uuid), f.id)
  and f.register_entry_id is distinct from coalesce(cast(:entry as uuid), f.id)
where me.id = :probe and me.operation_id = :operation and me.model_digest = :digest"""

_COUNT = f"select count(*)::int {_OTHERS}"

# Exact: every face is compared, the best of each person or entry stays; open and withheld pairs are taken out before the cut.
_RANKED = f"""
with best as (
  select distinct on (coalesce(f.person_id, f.register_entry_id)) coalesce(f.person_id, f.register_entry_id) as other,
    f.id as face_id, 1 - (f.embedding <=> me.embedding) as score
  {_OTHERS}
    and coalesce(f.person_id, f.register_entry_id) <> all (:without)
  order by coalesce(f.person_id, f.register_entry_id), f.embedding <=> me.embedding, f.id)
select b.other, b.face_id, b.score, f.quality_word, {_FACTS}
from best b join face f on f.id = b.face_id {_JOINS}
where b.score >= :floor and not coalesce(n.is_closed, false)
order by b.score desc, b.other limit :most"""  # noqa: S608 - built from constants of this module

# The face leads of the probe's person or entry, with the other side as far as it is open; a closed side is only known to be there.
_LEADS = f"""
select l.id, l.number, l.stage, l.holder_id, l.opinions, l.shown_band, l.shown_score, coalesce(o.person_id, o.register_entry_id) as other,
  f.id as face_id, f.quality_word, coalesce(a.country, array_to_string(array_remove(l.countries, e.country), ' · ')) as country,
  p.number as person_number, p.age_band, n.number as entry_number, n.date_of_birth, n.missing_since, m.captured_at
from lead_evidence e join lead l on l.id = e.lead_id and l.kind = any (:face_kinds)
left join lead_evidence o on o.lead_id = l.id and o.side <> e.side
left join face f on f.id = o.face_id {_JOINS.replace("join compartment", "left join compartment").replace("join agency", "left join agency")}
where e.operation_id = :operation and (e.person_id = cast(:person as uuid) or e.register_entry_id = cast(:entry as uuid))
order by l.number"""  # noqa: S608 - built from constants of this module

_BEST_FACE = "(select f.id from face f where f.person_id = p.id order by f.quality desc, f.id limit 1)"

_OWN_PERSONS = f"""
select p.number, a.country, {_BEST_FACE} as face_id from person p
join compartment c on c.id = p.compartment_id join agency a on a.id = c.agency_id
where p.operation_id = :operation and c.agency_id = my_agency() order by p.face_count desc, p.number limit :most
"""  # noqa: S608 - built from constants of this module

_LEAD_BY_NUMBER = "select id, number, countries from lead where operation_id = :operation and number = :number"

_PERSON_BY_NUMBER = f"""
select p.number, a.country, {_BEST_FACE} as face_id from person p
join compartment c on c.id = p.compartment_id join agency a on a.id = c.agency_id
where p.operation_id = :operation and p.number = :number"""  # noqa: S608 - built from constants of this module

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
