"""Leads over REST: the board and its changes, the claim, opinions, and what people say about a lead."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import assessments, claims, discussion, shown, stages
from workspace.queries.board import Board, bands_not_yet_noted, board_changes, leads_off_board
from workspace.queries.lead_page import lead_history, lead_page, lead_score
from workspace.rules.actor import Actor
from workspace.rules.leads import (
    CAME_BACK,
    LEAD_ACTIONS,
    LeadFacts,
    ReferralFacts,
    RequestFacts,
    offered,
    offered_for_referral,
    offered_for_request,
)
from workspace.rules.policy import OperationFacts
from workspace.web.bodies import MOST_BIG_INTEGER, MOST_TEXT, Body, LeadPath, OperationPath, Query, ReasonBody, ThingPath
from workspace.web.context import reading, writing
from workspace.web.sentences import event_sentence, evidence_words
from workspace.web.shown import NewSights, note_own_sights, show

api = APIBlueprint("leads", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="leads")])


class ChangesQuery(Query):
    """From where the client has to catch up."""

    after: int = Field(0, ge=0, le=MOST_BIG_INTEGER)
    keys: str = Field("", max_length=32)


class OffBoardQuery(Query):
    """Which stage, and below which number the page begins."""

    stage: Literal["rejected", "parked", "closed"]
    before: int | None = Field(None, ge=1)


class TokenBody(Body):
    """The fencing token of one's own claim."""

    token: int = Field(ge=1, le=MOST_BIG_INTEGER)


class HandOverBody(TokenBody):
    """To whom."""

    to: int = Field(ge=1)


class AssessmentBody(TokenBody):
    """An opinion: 1 strong support for the same person … 5 strong support for different people."""

    opinion: int = Field(ge=1, le=5)
    features: dict[str, Literal["same", "different", "unclear"]] = Field(default_factory=dict, max_length=20)
    reason: str = Field(min_length=1, max_length=MOST_TEXT)


class DraftFields(Body):
    """An unfinished opinion."""

    opinion: int | None = Field(None, ge=1, le=5)
    features: dict[str, Literal["same", "different", "unclear"]] = Field(default_factory=dict, max_length=20)
    reason: str = Field("", max_length=MOST_TEXT)


class DraftBody(Body):
    """The draft to keep."""

    body: DraftFields


class CommentBody(Body):
    """A comment in any language."""

    body: str = Field(min_length=1, max_length=MOST_TEXT)
    language: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")


class NoteBody(Body):
    """A region of a picture and what is seen there."""

    region: dict[str, str] | None = Field(None, max_length=5)
    note: str = Field(min_length=1, max_length=MOST_TEXT)


class AnnotationBody(NoteBody):
    """On which face."""

    face_id: UUID | None = None


class AnnotationChangeBody(NoteBody):
    """The version that the author was looking at."""

    version: int = Field(ge=1)


class PriorityBody(Body):
    """1: a child may be at risk now."""

    priority: int = Field(ge=1, le=3)


class PresenceBody(Body):
    """Looking, or writing."""

    mode: Literal["viewing", "editing"] = "viewing"


# --- The board -----------------------------------------------------------------------------------------------------------------


@api.get("/operations/<int:operation_id>/board")
def get_board(path: OperationPath) -> dict[str, Any]:
    """Answer all cards of the viewer's board."""
    return _board(path.operation_id, ChangesQuery(after=0, keys=""))


@api.get("/operations/<int:operation_id>/board/changes")
def get_board_changes(path: OperationPath, query: ChangesQuery) -> dict[str, Any]:
    """Answer the cards that changed after an event, or a fresh snapshot."""
    return _board(path.operation_id, query)


def _board(operation_id: int, query: ChangesQuery) -> dict[str, Any]:
    def look() -> tuple[Board, NewSights]:
        with reading() as view:
            board = board_changes(view.session, operation_id, after=query.after, keys=query.keys)
            new = bands_not_yet_noted(view.session, operation_id, board.cards)
        return board, NewSights(operation_id, bands=tuple(UUID(lead) for lead in new))

    return show(look, note_own_sights).as_json()


@api.get("/operations/<int:operation_id>/leads")
def get_leads_off_board(path: OperationPath, query: OffBoardQuery) -> dict[str, Any]:
    """Answer the leads of a stage that has no column on the board, highest number first, a page at a time."""
    with reading() as view:
        rows, more = leads_off_board(view.session, path.operation_id, query.stage, before=query.before)
    return {"leads": rows, "more": more}


# --- One lead --------------------------------------------------------------------------------------------------------------------


@api.get("/leads/<uuid:lead_id>")
def get_lead(path: LeadPath) -> dict[str, Any]:
    """Answer everything on a lead's page; a score or band that is shown is recorded."""
    page = show(lambda: _lead(path.lead_id), note_own_sights)
    page["history"] = [_told(entry) for entry in page["history"]]
    page["evidence"] = [{**item, **evidence_words(item["kind"], item["countries"])} for item in page["evidence"]]
    return page


def _lead(lead_id: UUID) -> tuple[dict[str, Any], NewSights]:
    """The page with what the viewer may do there, and whether its band or its score is shown for the first time."""
    with reading() as view:
        page = lead_page(view.session, lead_id, view.me.id)
        new = bands_not_yet_noted(view.session, page["operation"]["id"], [page])
        facts = OperationFacts(page["operation"]["id"], page["operation"]["state"])
        page["permissions"] = _permissions(view.me, facts, page)
        page["referrals"] = [_with_steps(view.me, facts, referral) for referral in page["referrals"]]
        page["access_requests"] = [_with_answers(view.me, facts, request) for request in page["access_requests"]]
    bands = tuple(UUID(lead) for lead in new)
    return page, NewSights(facts.id, bands=bands, scores=_unseen_score(lead_id, page["score"]))


def _unseen_score(lead_id: UUID, score: dict[str, Any] | None) -> tuple[UUID, ...]:
    return (lead_id,) if score is not None and score["shown_at"] is None else ()


@api.get("/leads/<uuid:lead_id>/score")
def get_score(path: LeadPath) -> dict[str, Any]:
    """Answer the score if the viewer may see it now; seeing it is recorded."""

    def look() -> tuple[dict[str, Any] | None, NewSights]:
        with reading() as view:
            page = lead_page(view.session, path.lead_id, view.me.id)
            score = lead_score(view.session, path.lead_id)
        return score, NewSights(page["operation"]["id"], scores=_unseen_score(path.lead_id, score))

    return {"score": show(look, note_own_sights)}


@api.get("/leads/<uuid:lead_id>/history")
def get_history(path: LeadPath) -> dict[str, Any]:
    """Answer the lead's events that the viewer's keys show, newest first."""
    with reading() as view:
        return {"history": [_told(entry) for entry in lead_history(view.session, path.lead_id)]}


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    payload, whom, reason = (entry.pop(name) for name in ("payload", "whom", "reason"))
    return {**entry, "text": event_sentence(entry["kind"], payload, whom=whom, reason=reason)}


def _permissions(me: Actor, there: OperationFacts, page: dict[str, Any]) -> dict[str, bool]:
    """By action of a lead's page: whether it is offered."""
    facts = LeadFacts(
        stage=page["stage"],
        opinions=page["opinions"],
        is_held=page["holder"] is not None,
        is_mine=page["claim"]["mine"],
        holder_agency_id=page["claim"]["agency"],
        may_judge=page["may_judge"],
        is_unsettled=page["unsettled"],
        has_hidden_side=any(side["hidden"] for side in page["sides"]),
        came_back=any(referral["state"] in CAME_BACK for referral in page["referrals"]),
    )
    found = offered(me, there, facts)
    return {action: action in found for action in LEAD_ACTIONS}


def _with_steps(me: Actor, there: OperationFacts, referral: dict[str, Any]) -> dict[str, Any]:
    """The referral with the steps that are offered."""
    facts = ReferralFacts(
        state=referral["state"],
        drafted_by=referral["drafted_by"]["id"],
        is_approved=referral["approved_by"] is not None,
        is_built=referral["package_state"] == "built",
        is_onward=referral["is_onward"],
    )
    found = offered_for_referral(me, there, facts)
    return {**referral, "may_approve": "approve_referral" in found, "may_send": "send_referral" in found}


def _with_answers(me: Actor, there: OperationFacts, request: dict[str, Any]) -> dict[str, Any]:
    """The request for access with what is offered, instead of what decided it."""
    facts = RequestFacts(**{each.name: request.pop(each.name) for each in fields(RequestFacts)})
    found = offered_for_request(me, there, facts)
    return {**request, "may_answer": "answer_access" in found, "may_take_back": "take_back_access" in found}


# --- The claim -------------------------------------------------------------------------------------------------------------------


@api.post("/leads/<uuid:lead_id>/claim")
def post_claim(path: LeadPath) -> dict[str, Any]:
    """Claim a lead."""
    with writing() as tx:
        token = claims.claim_lead(tx, path.lead_id)
    return {"token": token}


@api.post("/leads/<uuid:lead_id>/claim/renew")
def post_renew(path: LeadPath, body: TokenBody) -> dict[str, Any]:
    """Extend one's own lease."""
    with writing() as tx:
        claims.renew_claim(tx, path.lead_id, token=body.token)
    return {}


@api.post("/leads/<uuid:lead_id>/release")
def post_release(path: LeadPath, body: TokenBody) -> dict[str, Any]:
    """Give up one's own claim."""
    with writing() as tx:
        claims.release_lead(tx, path.lead_id, token=body.token)
    return {}


@api.post("/leads/<uuid:lead_id>/hand-over")
def post_hand_over(path: LeadPath, body: HandOverBody) -> dict[str, Any]:
    """Hand one's own claim to a named examiner."""
    with writing() as tx:
        token = claims.hand_over_lead(tx, path.lead_id, token=body.token, to=body.to)
    return {"token": token}


@api.post("/leads/<uuid:lead_id>/take-over")
def post_take_over(path: LeadPath, body: ReasonBody) -> dict[str, Any]:
    """End another's claim, with a reason."""
    with writing() as tx:
        claims.take_over_lead(tx, path.lead_id, reason=body.reason)
    return {}


# --- Opinions --------------------------------------------------------------------------------------------------------------------


@api.post("/leads/<uuid:lead_id>/assessments")
def post_assessment(path: LeadPath, body: AssessmentBody) -> dict[str, Any]:
    """Sign one's opinion; it can be undone for ten seconds."""
    with writing() as tx:
        assessment, undo_until = assessments.assess_lead(
            tx,
            path.lead_id,
            token=body.token,
            opinion=body.opinion,
            features=dict(body.features),
            reason=body.reason,
        )
    return {"assessment": str(assessment), "undo_until": undo_until.isoformat()}


@api.delete("/assessments/<uuid:thing_id>")
def delete_assessment(path: ThingPath) -> dict[str, Any]:
    """Take one's opinion back while its undo time runs."""
    with writing() as tx:
        assessments.undo_assessment(tx, path.thing_id)
    return {}


@api.put("/leads/<uuid:lead_id>/draft")
def put_draft(path: LeadPath, body: DraftBody) -> dict[str, Any]:
    """Keep an unfinished opinion."""
    with writing() as tx:
        discussion.save_draft(tx, path.lead_id, body=body.body.model_dump())
        saved_at = tx.now.isoformat()
    return {"saved_at": saved_at}


# --- What people say -----------------------------------------------------------------------------------------------------------


@api.post("/leads/<uuid:lead_id>/comments")
def post_comment(path: LeadPath, body: CommentBody) -> dict[str, Any]:
    """Comment on a lead."""
    with writing() as tx:
        comment = discussion.comment_on_lead(tx, path.lead_id, body=body.body, language=body.language)
    return {"comment": str(comment)}


@api.post("/leads/<uuid:lead_id>/annotations")
def post_annotation(path: LeadPath, body: AnnotationBody) -> dict[str, Any]:
    """Mark a region or note something."""
    with writing() as tx:
        annotation = discussion.annotate_lead(
            tx, path.lead_id, face_id=body.face_id, region=dict(body.region) if body.region else None, note=body.note
        )
    return {"annotation": str(annotation)}


@api.patch("/annotations/<uuid:thing_id>")
def patch_annotation(path: ThingPath, body: AnnotationChangeBody) -> dict[str, Any]:
    """Change one's own annotation if nobody did meanwhile."""
    with writing() as tx:
        version = discussion.change_annotation(
            tx, path.thing_id, version=body.version, region=dict(body.region) if body.region else None, note=body.note
        )
    return {"version": version}


@api.delete("/annotations/<uuid:thing_id>")
def delete_annotation(path: ThingPath) -> dict[str, Any]:
    """Take one's own annotation away."""
    with writing() as tx:
        discussion.remove_annotation(tx, path.thing_id)
    return {}


@api.post("/leads/<uuid:lead_id>/priority")
def post_priority(path: LeadPath, body: PriorityBody) -> dict[str, Any]:
    """Set a lead's priority."""
    with writing() as tx:
        discussion.prioritise_lead(tx, path.lead_id, priority=body.priority)
    return {}


@api.put("/leads/<uuid:lead_id>/presence")
def put_presence(path: LeadPath, body: PresenceBody) -> dict[str, Any]:
    """Say that one is looking at a lead."""
    with writing() as tx:
        discussion.note_presence(tx, path.lead_id, mode=body.mode)
    return {}


@api.delete("/leads/<uuid:lead_id>/presence")
def delete_presence(path: LeadPath) -> dict[str, Any]:
    """Say that one has left a lead."""
    with writing() as tx:
        discussion.end_presence(tx, path.lead_id)
    return {}


# --- Stages ----------------------------------------------------------------------------------------------------------------------


@api.post("/leads/<uuid:lead_id>/park")
def post_park(path: LeadPath, body: ReasonBody) -> dict[str, Any]:
    """Set a lead aside."""
    with writing() as tx:
        stages.park_lead(tx, path.lead_id, reason=body.reason)
    return {}


@api.post("/leads/<uuid:lead_id>/reopen")
def post_reopen(path: LeadPath, body: ReasonBody) -> dict[str, Any]:
    """Take a parked lead up again."""
    with writing() as tx:
        stages.reopen_lead(tx, path.lead_id, reason=body.reason)
    return {}


@api.post("/leads/<uuid:lead_id>/close")
def post_close(path: LeadPath, body: ReasonBody) -> dict[str, Any]:
    """End a lead."""
    with writing() as tx:
        stages.close_lead(tx, path.lead_id, reason=body.reason)
    return {}


# --- Veils -----------------------------------------------------------------------------------------------------------------------


@api.post("/faces/<uuid:thing_id>/view")
def post_view_face(path: ThingPath) -> dict[str, Any]:
    """Lift the veil of a face; recorded."""
    with writing() as tx:
        shown.view_face(tx, path.thing_id)
    return {"clear": f"/media/faces/{path.thing_id}/clear"}


@api.post("/items/<uuid:thing_id>/view")
def post_view_item(path: ThingPath) -> dict[str, Any]:
    """Lift the veil of a photo or a video's frame; recorded."""
    with writing() as tx:
        shown.view_media_item(tx, path.thing_id)
    return {"clear": f"/media/items/{path.thing_id}/clear"}
