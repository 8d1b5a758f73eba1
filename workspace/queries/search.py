"""Searches: a face is compared exactly with the faces that the viewer may see; `search_answer.py` puts what comes in
order.

Which pairs have a lead does not depend on `min_score`, so that nobody can measure a withheld score by asking again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import Part, statements
from workspace.queries.search_answer import Probe, SearchAnswer, Thresholds, is_withheld, label, ranked_answer
from workspace.rules.codes import SEARCH_SETS, AgeBand, Quality, SearchPurpose, SearchSet
from workspace.rules.leads import FACE_KINDS, claimed_day

SQL = statements(__file__)
MOST_RANKED = 50
MOST_OPEN = 12
WHOLE = 500
"""The most of a list that a page shows when somebody asks for the rest of it."""
BELOW = 0.10
"""How far the list goes on below the lead threshold: a person reads it whole, and age gaps lower the score of true
matches."""
VALID = timedelta(hours=1)
"""How long a search's list can be looked at again; afterwards a new search states its purpose anew."""
MOST_NEAR = 50_000
"""Near faces that are named to the two statements that follow; of more, each of these compares all once more."""


@dataclass(frozen=True)
class NotYetNoted:
    """Leads of an answer: those whose band, and those whose score, is not yet on record as shown to the viewer."""

    bands: tuple[UUID, ...]
    scores: tuple[UUID, ...]


@dataclass(frozen=True)
class SearchFilter:
    """What the list of a search is narrowed to; what is None narrows nothing. Faces are narrowed, before the best of
    each person is taken.

    exhibit: on which the face's medium lies. seen_from, seen_to: days by the file's own clock, of an entry the day
    since which somebody is missing; both within. age: of a person as an examiner said, of an entry on that day; whose
    age nobody knows stays. place: the country in which the file says it was taken; "sea" where no country is.
    """

    countries: list[str] | None = None
    exhibit: UUID | None = None
    seen_from: date | None = None
    seen_to: date | None = None
    quality: list[Quality] | None = None
    age: list[AgeBand] | None = None
    place: str | None = None


NO_FILTER = SearchFilter()


@dataclass(frozen=True)
class MadeSearch:
    """A search that the viewer made, as it was recorded. is_brought: with a face of a picture that the viewer brought;
    sets: in what it looked."""

    id: UUID
    operation_id: int
    probe_face_id: UUID
    is_brought: bool
    sets: list[SearchSet]
    purpose: SearchPurpose
    legal_basis: str
    case_reference: str
    threshold: float
    searched_at: datetime
    is_valid: bool


@dataclass(frozen=True)
class OpenSearch:
    """A search of the viewer's own whose list can still be looked at. label: of whom or what the face is, as far as
    the viewer may see it; is_brought: it is of a picture that the viewer brought; found: how many candidates there
    were.
    """

    id: UUID
    label: str
    is_brought: bool
    purpose: SearchPurpose
    case_reference: str
    searched: int
    found: int
    searched_at: datetime
    until: datetime


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
        label=label(row),
        exhibit=row.exhibit,
        country=row.country,
        quality=row.quality_word,
        eye_distance_px=round(row.eye_distance_px),
        model_digest=row.model_digest,
        pack_id=row.pack_id,
        seen_on=claimed_day(row.captured_at) or row.missing_since,
        brought=row.brought,
        own_person=row.own_person,
    )


def find_faces(
    session: Session,
    probe: Probe,
    thresholds: Thresholds,
    *,
    sets: Collection[SearchSet] = SEARCH_SETS,
    narrowed: SearchFilter = NO_FILTER,
    min_score: float | None = None,
    most: int = MOST_RANKED,
    most_near: int = MOST_NEAR,
) -> SearchAnswer:
    """Compare the probe with every other person's and entry's faces of the same recogniser that the viewer may see.

    Of a picture that somebody brought nobody knows whose it is: whom it resembles as a lead does may be the same
    person. So the pairs of all their leads that withhold a score are withheld here too.

    sets: in what is looked. narrowed: narrows what is ranked, and not which leads are named beside it. min_score: a
    cosine; without it the list goes on to BELOW under the lead threshold. most_near: of more near faces the answer is
    the same, and slower.
    """
    floor = thresholds.lead - BELOW if min_score is None else min_score
    alike = 1 - thresholds.lead if probe.brought else None
    asked = {"probe": probe.face_id, "sets": sorted(sets), "floor": floor}
    near = session.execute(SQL["near"], {**asked, "alike": alike, "most": most_near}).one()
    told = _leads(session, probe, near.among, alike)
    leads = [row for row in told if (not row.score_is_open if probe.brought else is_withheld(row) or not row.is_copy)]
    rows = session.execute(
        SQL["ranked"],
        {
            **asked,
            **asdict(narrowed),
            "among": near.among,
            "is_narrowed": narrowed != NO_FILTER,
            "lead": thresholds.lead,
            "most": most,
            "without": [row.other for row in leads if row.other and is_withheld(row)] or [probe.face_id],
            "withheld": [row.face_id for row in leads if row.face_id and is_withheld(row)],
        },
    ).all()
    return ranked_answer(probe, thresholds, floor=floor, searched=near.searched, rows=rows, leads=leads)


def _leads(session: Session, probe: Probe, among: list[UUID] | None, alike: float | None) -> Sequence[Row[Any]]:
    """The probe's face leads, and those of its photograph's copies among these faces."""
    asked = {
        "probe": probe.face_id,
        "among": among,
        "operation": probe.operation_id,
        "face_kinds": list(FACE_KINDS),
        "person": probe.person_id,
        "entry": probe.register_entry_id,
        "alike": alike,
    }
    return session.execute(SQL["leads"], asked).all()


def open_searches(session: Session, operation_id: int, *, most: int = MOST_OPEN) -> Part[OpenSearch]:
    """The viewer's searches of an operation whose lists can still be looked at, the newest first."""
    asked = {"operation": operation_id, "valid": VALID, "most": most}
    rows = session.execute(SQL["open"], asked).all()
    return Part([_open_search(row) for row in rows], rows[0].of if rows else 0)


def _open_search(row: Row[Any]) -> OpenSearch:
    return OpenSearch(
        id=row.id,
        label=label(row),
        is_brought=row.is_brought,
        purpose=row.purpose,
        case_reference=row.case_reference,
        searched=row.searched,
        found=row.found,
        searched_at=row.searched_at,
        until=row.until,
    )


def not_yet_noted(session: Session, answer: SearchAnswer) -> NotYetNoted:
    """The leads whose band, and those whose score, the viewer is shown here for the first time."""
    wanted = (("band", answer.leads_with_bands), ("score", answer.leads_with_scores))
    new: list[tuple[UUID, ...]] = []
    for what, leads in wanted:
        known = session.scalars(
            text("select lead_id from sight where user_id = my_id() and what = :what and lead_id = any (:leads)"),
            {"what": what, "leads": leads},
        ).all()
        new.append(tuple(lead for lead in leads if lead not in known))
    bands, scores = new
    return NotYetNoted(bands, scores)


def made_search(session: Session, search_id: UUID) -> MadeSearch:
    """A search of the viewer's own.

    Raises:
        NotFound: the viewer made no such search.
    """
    row = session.execute(SQL["made"], {"id": search_id, "valid": VALID}).one_or_none()
    if row is None:
        raise NotFound("There is no such search of yours.")
    return MadeSearch(**row._mapping)
