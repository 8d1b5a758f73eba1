"""Searches over REST: a face with its reason, and plain words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands.searches import Reason
from workspace.queries.operations import operation
from workspace.queries.search import Candidate, find_words
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


@api.post("/operations/<int:operation_id>/searches")
def post_search(path: OperationPath, body: SearchBody) -> dict[str, Any]:
    """Search with a face; the search and what it shows are recorded first."""
    reason = Reason(body.purpose, body.legal_basis, body.case_reference)
    search_id, answer = make_search(path.operation_id, body.probe_face_id, reason, min_score=body.min_score)
    return {
        "search": str(search_id),
        "searched": answer.searched,
        "threshold": answer.thresholds.lead,
        "model_digest": answer.probe.model_digest,
        "ranked": [_candidate(each) for each in answer.ranked],
        "open_leads": [_candidate(each) for each in answer.open_leads],
        "withheld": [_candidate(each) for each in answer.withheld],
        "rejected": [_candidate(each) for each in answer.rejected],
    }


@api.get("/operations/<int:operation_id>/find")
def get_find(path: OperationPath, query: WordsQuery) -> dict[str, Any]:
    """Find leads, persons, exhibits, entries of registers and comments by number or words."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        hits = find_words(view.session, path.operation_id, query.q)
    return {
        "hits": [
            {
                "kind": hit.kind,
                "label": hit.label,
                "detail": hit.detail,
                "lead": str(hit.lead_id) if hit.lead_id else None,
                "face": str(hit.face_id) if hit.face_id else None,
            }
            for hit in hits
        ]
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "rank": candidate.rank,
        "face": str(candidate.face_id) if candidate.face_id else None,
        "label": candidate.label,
        "country": candidate.country,
        "set": "register" if candidate.is_register else "pool",
        "score": round(candidate.score, 3) if candidate.score is not None else None,
        "band": candidate.band,
        "quality": candidate.quality,
        "age_band": candidate.age_band,
        "age_years": candidate.age_years,
        "gap_years": candidate.gap_years,
        "lead": {"id": str(candidate.lead.id), "number": candidate.lead.number, "stage": candidate.lead.stage}
        if candidate.lead
        else None,
    }
