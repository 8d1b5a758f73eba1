"""Leads over REST: a lead's page, the claim, opinions, and what people say about a lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import assessments, claims, discussion, shown, stages
from workspace.queries import board as boards
from workspace.queries import lead_history as histories
from workspace.queries import lead_opinions as opinions
from workspace.queries import lead_page as pages
from workspace.queries.lead_opinions import Score, ScoreAgain
from workspace.rules.verdict import Judgement, Suitability
from workspace.settings import code_version
from workspace.web.bodies import (
    MOST_BIG_INTEGER,
    MOST_TEXT,
    Body,
    LeadPath,
    Query,
    ReasonBody,
    ThingPath,
)
from workspace.web.context import current_settings, reading, writing
from workspace.web.lead_words import HistoryEntry, WordedLeadPage, worded_history, worded_page
from workspace.web.searching import known_calibrations
from workspace.web.shown import NewSights, note_own_sights, show

api = APIBlueprint("leads", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="leads")])


class TokenBody(Body):
    """The fencing token of one's own claim."""

    token: int = Field(ge=1, le=MOST_BIG_INTEGER)


class HandOverBody(TokenBody):
    """To whom the claim goes."""

    to: int = Field(ge=1)


class AssessmentBody(TokenBody):
    """An opinion: 1 strong support for the same person … 5 strong support for different people.

    suitability: of the picture of each side, in their order; for leads that compare faces.
    """

    opinion: int = Field(ge=1, le=5)
    suitability: list[Suitability] = Field(default_factory=list, max_length=20)
    features: dict[str, Judgement] = Field(default_factory=dict, max_length=20)
    reason: str = Field("", max_length=MOST_TEXT)


class NoteBody(Body):
    """A box of a picture and what is seen there."""

    box: dict[str, str] | None = Field(None, max_length=5)
    note: str = Field(min_length=1, max_length=MOST_TEXT)


class AnnotationBody(NoteBody):
    """On which face."""

    face_id: UUID | None = None


class AnnotationChangeBody(NoteBody):
    """The version that the author was looking at."""

    version: int = Field(ge=1)


class PriorityBody(Body):
    """P2 or P3; a lead becomes P1 when it is marked as urgent."""

    priority: int = Field(ge=2, le=3)


class PresenceBody(Body):
    """What the person does on the page: looking, or writing."""

    mode: Literal["viewing", "editing"] = "viewing"


# --- What the small writes answer -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FencingToken:
    """The token of a claim: the holder's writes must carry it."""

    token: int


@dataclass(frozen=True)
class SignedAssessment:
    """A signed opinion, and until when it can be taken back."""

    assessment: UUID
    undo_until: datetime


@dataclass(frozen=True)
class SavedAt:
    """When the draft was kept."""

    saved_at: datetime


@dataclass(frozen=True)
class AddedAnnotation:
    """The id of a new note."""

    annotation: UUID


@dataclass(frozen=True)
class AnnotationVersion:
    """The version of a note that was changed."""

    version: int


@dataclass(frozen=True)
class ClearPicture:
    """The address of a picture whose veil was lifted."""

    clear: str


class EventsQuery(Query):
    """Events below this number; the newest if none is given."""

    before: int | None = Field(None, ge=1, le=MOST_BIG_INTEGER)


@dataclass(frozen=True)
class CheckedScore:
    """A score computed anew, as far as the viewer may see it now. code_version: of the program that did."""

    again: ScoreAgain | None
    code_version: str


@dataclass(frozen=True)
class ShownScore:
    """The score as far as the viewer may see it now."""

    score: Score | None


@dataclass(frozen=True)
class LeadHistory:
    """What happened to a lead, newest first: a part of `of` events."""

    history: list[HistoryEntry]
    of: int


# --- One lead ---------------------------------------------------------------------------------------------------------


@api.get("/leads/<uuid:lead_id>")
def lead_page(path: LeadPath) -> WordedLeadPage:
    """Answer everything on a lead's page; a score or band that is shown is recorded."""

    def look() -> tuple[WordedLeadPage, NewSights]:
        with reading() as view:
            page = pages.lead_page(
                view.session,
                path.lead_id,
                view.me,
                measured=lambda operation: known_calibrations(view.session, operation, current_settings().pack_dir),
            )
            others = histories.other_leads(view.session, path.lead_id)
            events = histories.lead_history(view.session, path.lead_id)
            bands = boards.bands_not_yet_noted(view.session, page.operation.id, [page])
        new = NewSights(page.operation.id, bands=tuple(bands), scores=_unseen_score(path.lead_id, page.score))
        return worded_page(page, others, events), new

    return show(look, note_own_sights)


def _unseen_score(lead_id: UUID, score: Score | None) -> tuple[UUID, ...]:
    return (lead_id,) if score is not None and score.shown_at is None else ()


@api.get("/leads/<uuid:lead_id>/score")
def lead_score(path: LeadPath) -> ShownScore:
    """Answer the score if the viewer may see it now; seeing it is recorded."""

    def look() -> tuple[ShownScore, NewSights]:
        with reading() as view:
            operation_id = boards.lead_card(view.session, path.lead_id).operation_id
            measured = known_calibrations(view.session, operation_id, current_settings().pack_dir)
            score = opinions.lead_score(view.session, path.lead_id, measured)
        return ShownScore(score), NewSights(operation_id, scores=_unseen_score(path.lead_id, score))

    return show(look, note_own_sights)


@api.get("/leads/<uuid:lead_id>/score/again")
def score_again(path: LeadPath) -> CheckedScore:
    """Compute the score anew from the stored faces; null where the viewer may not see the score now."""
    with reading() as view:
        boards.lead_card(view.session, path.lead_id)  # not there and not yours look the same
        return CheckedScore(opinions.score_again(view.session, path.lead_id), code_version())


@api.get("/leads/<uuid:lead_id>/history")
def lead_history(path: LeadPath, query: EventsQuery) -> LeadHistory:
    """Answer the lead's events that the viewer's keys show, newest first, in parts."""
    with reading() as view:
        events = histories.lead_history(view.session, path.lead_id, before=query.before)
        return LeadHistory(worded_history(events.rows), events.of)


# --- The claim --------------------------------------------------------------------------------------------------------


@api.post("/leads/<uuid:lead_id>/claim")
def claim_lead(path: LeadPath) -> FencingToken:
    """Claim a lead."""
    with writing() as tx:
        token = claims.claim_lead(tx, path.lead_id)
    return FencingToken(token)


@api.post("/leads/<uuid:lead_id>/claim/renew")
def renew_claim(path: LeadPath, body: TokenBody) -> None:
    """Extend one's own lease."""
    with writing() as tx:
        claims.renew_claim(tx, path.lead_id, token=body.token)


@api.post("/leads/<uuid:lead_id>/release")
def release_lead(path: LeadPath, body: TokenBody) -> None:
    """Give up one's own claim."""
    with writing() as tx:
        claims.release_lead(tx, path.lead_id, token=body.token)


@api.post("/leads/<uuid:lead_id>/hand-over")
def hand_over_lead(path: LeadPath, body: HandOverBody) -> FencingToken:
    """Hand one's own claim to a named examiner."""
    with writing() as tx:
        token = claims.hand_over_lead(tx, path.lead_id, token=body.token, to=body.to)
    return FencingToken(token)


@api.post("/leads/<uuid:lead_id>/take-over")
def take_over_lead(path: LeadPath, body: ReasonBody) -> None:
    """End another's claim, with a reason."""
    with writing() as tx:
        claims.take_over_lead(tx, path.lead_id, reason=body.reason)


# --- Opinions ---------------------------------------------------------------------------------------------------------


@api.post("/leads/<uuid:lead_id>/assessments")
def assess_lead(path: LeadPath, body: AssessmentBody) -> SignedAssessment:
    """Sign one's opinion; it can be undone for ten seconds."""
    with writing() as tx:
        assessment, undo_until = assessments.assess_lead(
            tx,
            path.lead_id,
            token=body.token,
            opinion=body.opinion,
            suitability=list(body.suitability),
            features=dict(body.features),
            reason=body.reason,
        )
    return SignedAssessment(assessment, undo_until)


@api.delete("/assessments/<uuid:thing_id>")
def undo_assessment(path: ThingPath) -> None:
    """Take one's opinion back while its undo time runs."""
    with writing() as tx:
        assessments.undo_assessment(tx, path.thing_id)


# --- What people say --------------------------------------------------------------------------------------------------


@api.post("/leads/<uuid:lead_id>/annotations")
def annotate_lead(path: LeadPath, body: AnnotationBody) -> AddedAnnotation:
    """Mark a box or note something."""
    with writing() as tx:
        annotation = discussion.annotate_lead(
            tx, path.lead_id, face_id=body.face_id, box=dict(body.box) if body.box else None, note=body.note
        )
    return AddedAnnotation(annotation)


@api.patch("/annotations/<uuid:thing_id>")
def change_annotation(path: ThingPath, body: AnnotationChangeBody) -> AnnotationVersion:
    """Change one's own annotation if nobody did meanwhile."""
    with writing() as tx:
        version = discussion.change_annotation(
            tx, path.thing_id, version=body.version, box=dict(body.box) if body.box else None, note=body.note
        )
    return AnnotationVersion(version)


@api.delete("/annotations/<uuid:thing_id>")
def remove_annotation(path: ThingPath) -> None:
    """Take one's own annotation away."""
    with writing() as tx:
        discussion.remove_annotation(tx, path.thing_id)


@api.post("/leads/<uuid:lead_id>/priority")
def prioritise_lead(path: LeadPath, body: PriorityBody) -> None:
    """Set a lead's priority to P2 or P3."""
    with writing() as tx:
        discussion.prioritise_lead(tx, path.lead_id, priority=body.priority)


@api.post("/leads/<uuid:lead_id>/urgent")
def mark_urgent(path: LeadPath, body: ReasonBody) -> None:
    """Mark a lead as urgent: a child may be at risk now."""
    with writing() as tx:
        discussion.mark_urgent(tx, path.lead_id, reason=body.reason)


@api.put("/leads/<uuid:lead_id>/presence")
def note_presence(path: LeadPath, body: PresenceBody) -> None:
    """Say that one is looking at a lead."""
    with writing() as tx:
        discussion.note_presence(tx, path.lead_id, mode=body.mode)


@api.delete("/leads/<uuid:lead_id>/presence")
def end_presence(path: LeadPath) -> None:
    """Say that one has left a lead."""
    with writing() as tx:
        discussion.end_presence(tx, path.lead_id)


# --- Stages -----------------------------------------------------------------------------------------------------------


@api.post("/leads/<uuid:lead_id>/park")
def park_lead(path: LeadPath, body: ReasonBody) -> None:
    """Set a lead aside."""
    with writing() as tx:
        stages.park_lead(tx, path.lead_id, reason=body.reason)


@api.post("/leads/<uuid:lead_id>/reopen")
def reopen_lead(path: LeadPath, body: ReasonBody) -> None:
    """Take a parked lead up again."""
    with writing() as tx:
        stages.reopen_lead(tx, path.lead_id, reason=body.reason)


@api.post("/leads/<uuid:lead_id>/close")
def close_lead(path: LeadPath, body: ReasonBody) -> None:
    """End a lead."""
    with writing() as tx:
        stages.close_lead(tx, path.lead_id, reason=body.reason)


# --- Veils ------------------------------------------------------------------------------------------------------------


@api.post("/faces/<uuid:thing_id>/view")
def view_face(path: ThingPath) -> ClearPicture:
    """Lift the veil of a face; recorded."""
    with writing() as tx:
        shown.view_face(tx, path.thing_id)
    return ClearPicture(f"/media/faces/{path.thing_id}/clear")


@api.post("/items/<uuid:thing_id>/view")
def view_media_item(path: ThingPath) -> ClearPicture:
    """Lift the veil of a photo or a video's frame; recorded."""
    with writing() as tx:
        shown.view_media_item(tx, path.thing_id)
    return ClearPicture(f"/media/items/{path.thing_id}/clear")
