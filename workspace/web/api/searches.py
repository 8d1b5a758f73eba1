"""Searches over REST: a face with its reason, and plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands.searches import Reason
from workspace.queries.find_words import find_words
from workspace.queries.operations import operation
from workspace.queries.search_answer import Candidate
from workspace.rules.codes import SearchPurpose
from workspace.web.bodies import Body, OperationPath, Query
from workspace.web.context import reading
from workspace.web.searching import make_search

api = APIBlueprint("searches", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="searches")])


class SearchBody(Body):
    """Which face, and why: without purpose, legal basis and case reference nothing is compared."""

    probe_face_id: UUID
    purpose: SearchPurpose
    legal_basis: str = Field(min_length=1, max_length=500)
    case_reference: str = Field(min_length=1, max_length=200)
    min_score: float | None = Field(None, ge=0, le=1)


class WordsQuery(Query):
    """A number or words."""

    q: str = Field(min_length=1, max_length=200)


@dataclass(frozen=True)
class CandidateLead:
    """The lead of a candidate's pair."""

    id: UUID
    number: int
    stage: str


@dataclass(frozen=True)
class RankedCandidate:
    """A person or an entry of a register by its best face; score, band and rank are null where the lead withholds
    them."""

    rank: int | None
    face: UUID | None
    label: str
    country: str
    set: Literal["register", "pool"]
    score: float | None
    band: str | None
    quality: str | None
    age_band: str | None
    age_years: int | None
    gap_years: int | None
    lead: CandidateLead | None


@dataclass(frozen=True)
class SearchResult:
    """What a search on record shows. threshold: from this score on a pair becomes a lead. ranked: the first of
    `ranked_of`; a search with a higher least score names fewer."""

    search: UUID
    searched: int
    threshold: float
    model_digest: str
    ranked: list[RankedCandidate]
    ranked_of: int
    open_leads: list[RankedCandidate]
    withheld: list[RankedCandidate]
    rejected: list[RankedCandidate]


@dataclass(frozen=True)
class WordHit:
    """A row that matches the words."""

    kind: str
    label: str
    detail: str
    lead: UUID | None
    face: UUID | None
    medium: UUID | None


@dataclass(frozen=True)
class WordHits:
    """What matches the words: of each kind of row the first, and how many match in all."""

    hits: list[WordHit]
    of: int


@api.post("/operations/<int:operation_id>/searches")
def search_faces(path: OperationPath, body: SearchBody) -> SearchResult:
    """Search with a face; the search and what it shows are recorded first."""
    reason = Reason(body.purpose, body.legal_basis, body.case_reference)
    search_id, answer = make_search(path.operation_id, body.probe_face_id, reason, min_score=body.min_score)
    return SearchResult(
        search=search_id,
        searched=answer.searched,
        threshold=answer.thresholds.lead,
        model_digest=answer.probe.model_digest,
        ranked=[_candidate(each) for each in answer.ranked],
        ranked_of=answer.ranked_of,
        open_leads=[_candidate(each) for each in answer.open_leads],
        withheld=[_candidate(each) for each in answer.withheld],
        rejected=[_candidate(each) for each in answer.rejected],
    )


@api.get("/operations/<int:operation_id>/find")
def find(path: OperationPath, query: WordsQuery) -> WordHits:
    """Find leads, persons, exhibits, entries of registers and comments by number or words."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        found = find_words(view.session, path.operation_id, query.q)
    hits = [WordHit(hit.kind, hit.label, hit.detail, hit.lead_id, hit.face_id, hit.medium_id) for hit in found.hits]
    return WordHits(hits, found.of)


def _candidate(candidate: Candidate) -> RankedCandidate:
    lead = candidate.lead
    return RankedCandidate(
        rank=candidate.rank,
        face=candidate.face_id,
        label=candidate.label,
        country=candidate.country,
        set="register" if candidate.is_register else "pool",
        score=round(candidate.score, 3) if candidate.score is not None else None,
        band=candidate.band,
        quality=candidate.quality,
        age_band=candidate.age_band,
        age_years=candidate.age_years,
        gap_years=candidate.gap_years,
        lead=CandidateLead(lead.id, lead.number, lead.stage) if lead else None,
    )
