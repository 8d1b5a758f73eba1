"""Searches over REST: a face with its reason, and plain words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands.searches import Reason
from workspace.queries.find_words import find_words
from workspace.queries.operations import operation
from workspace.queries.search import MOST_RANKED, WHOLE, OpenSearch, made_search
from workspace.queries.search import open_searches as find_open_searches
from workspace.queries.search_answer import Candidate, SearchAnswer
from workspace.rules.codes import SEARCH_SETS, SearchPurpose, SearchSet
from workspace.web.bodies import Body, OperationPath, Query, ThingPath
from workspace.web.context import reading
from workspace.web.searching import NarrowedSearch, asked_by, look_again, make_search, require_open

api = APIBlueprint("searches", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="searches")])


class SearchBody(Body):
    """Which face, why, and in what is looked: without purpose, legal basis and case reference nothing is compared. With
    a face of a picture that one brought they are those that it was brought for, and need not be said again."""

    probe_face_id: UUID
    sets: list[SearchSet] = Field(default=["persons", "register"], min_length=1, max_length=len(SEARCH_SETS))
    purpose: SearchPurpose | None = None
    legal_basis: str = Field("", max_length=500)
    case_reference: str = Field("", max_length=200)
    min_score: float | None = Field(None, ge=0, le=1)


class SearchListQuery(NarrowedSearch):
    """What the list is narrowed to, and how many of it are wanted."""

    most: int = Field(MOST_RANKED, ge=1, le=WHOLE)


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
class ErrorRates:
    """What was measured for this recogniser at the highest cosine that the score reaches. false_accepts: share of the
    pairs of two people that reach it; misses: share of the pairs of one person that do not."""

    cosine: float
    false_accepts: float
    misses: float


@dataclass(frozen=True)
class RankedCandidate:
    """A person or an entry of a register by its best face, or a face that belongs to nobody; score, band, rank and what
    follows from the score are null where the lead withholds them. ahead: by how much the score lies above the next
    one's. error_rates: null also where none was measured so low."""

    rank: int | None
    face: UUID | None
    label: str
    country: str
    set: SearchSet
    score: float | None
    ahead: float | None
    error_rates: ErrorRates | None
    band: str | None
    quality: str | None
    age_band: str | None
    age_years: int | None
    gap_years: int | None
    lead: CandidateLead | None


@dataclass(frozen=True)
class SearchResult:
    """What a search on record shows. searched: faces compared. threshold: from this score on a pair becomes a lead.
    rates_measured_on: of the error rates; empty where none were measured. ranked: the first of `ranked_of`; a search
    with a higher least score names fewer. The others are named whatever the list is narrowed to."""

    search: UUID
    sets: list[SearchSet]
    searched: int
    threshold: float
    rates_measured_on: str
    model_digest: str
    ranked: list[RankedCandidate]
    ranked_of: int
    open_leads: list[RankedCandidate]
    withheld: list[RankedCandidate]
    rejected: list[RankedCandidate]


@dataclass(frozen=True)
class OpenSearches:
    """The newest of one's own searches whose lists can still be looked at, and how many there are."""

    searches: list[OpenSearch]
    of: int


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
    reason = Reason(body.purpose or "", body.legal_basis, body.case_reference)
    search_id, answer = make_search(
        path.operation_id, body.probe_face_id, reason, sets=body.sets, min_score=body.min_score
    )
    return _result(search_id, sorted(set(body.sets)), answer)


@api.get("/searches/<uuid:thing_id>")
def search_list(path: ThingPath, query: SearchListQuery) -> SearchResult:
    """Answer the list of a search that one made within the last hour, narrowed to what is asked, as the leads stand
    now."""
    with reading() as view:
        made = made_search(view.session, path.thing_id)
    require_open(made)
    answer = look_again(made.operation_id, asked_by(made, narrowed=query.narrowed(), most=query.most))
    return _result(made.id, made.sets, answer)


@api.get("/operations/<int:operation_id>/searches/open")
def open_searches(path: OperationPath) -> OpenSearches:
    """Answer one's own searches whose lists can still be looked at, the newest first."""
    with reading() as view:
        operation(view.session, path.operation_id)
        found = find_open_searches(view.session, path.operation_id, most=WHOLE)
    return OpenSearches(found.rows, found.of)


@api.get("/operations/<int:operation_id>/find")
def find(path: OperationPath, query: WordsQuery) -> WordHits:
    """Find leads, persons, exhibits, entries of registers and comments by number or words."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        found = find_words(view.session, path.operation_id, query.q)
    hits = [WordHit(hit.kind, hit.label, hit.detail, hit.lead_id, hit.face_id, hit.medium_id) for hit in found.hits]
    return WordHits(hits, found.of)


def _result(search_id: UUID, sets: list[SearchSet], answer: SearchAnswer) -> SearchResult:
    return SearchResult(
        search=search_id,
        sets=sets,
        searched=answer.searched,
        threshold=answer.thresholds.lead,
        rates_measured_on=answer.thresholds.source if answer.thresholds.rates else "",
        model_digest=answer.probe.model_digest,
        ranked=[_candidate(each) for each in answer.ranked],
        ranked_of=answer.ranked_of,
        open_leads=[_candidate(each) for each in answer.open_leads],
        withheld=[_candidate(each) for each in answer.withheld],
        rejected=[_candidate(each) for each in answer.rejected],
    )


def _candidate(candidate: Candidate) -> RankedCandidate:
    lead = candidate.lead
    return RankedCandidate(
        rank=candidate.rank,
        face=candidate.face_id,
        label=candidate.label,
        country=candidate.country,
        set=candidate.found_in,
        score=round(candidate.score, 3) if candidate.score is not None else None,
        ahead=round(candidate.ahead, 3) if candidate.ahead is not None else None,
        error_rates=ErrorRates(**asdict(candidate.rate)) if candidate.rate else None,
        band=candidate.band,
        quality=candidate.quality,
        age_band=candidate.age_band,
        age_years=candidate.age_years,
        gap_years=candidate.gap_years,
        lead=CandidateLead(lead.id, lead.number, lead.stage) if lead else None,
    )
