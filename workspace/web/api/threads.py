"""Threads of comments over REST, on leads and on media: answers, whom they call, wordings, and their end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import discussion, threads
from workspace.commands.comments import MOST_CALLED, Calls, Said
from workspace.commands.discussion import SeenThere
from workspace.exchange.web_annotations import annotation_page
from workspace.queries import operations
from workspace.queries import threads as queries
from workspace.queries.lead_notes import MediumAnnotation, medium_annotations
from workspace.queries.medium import medium_is_own, medium_operation
from workspace.queries.said import said_of
from workspace.queries.threads import Comment, Readers
from workspace.rules.roles import ROLES
from workspace.web.answers import File, attachment
from workspace.web.api.leads import AddedAnnotation, NoteBody
from workspace.web.bodies import MOST_TEXT, Body, LeadPath, ThingPath
from workspace.web.context import may, reading, writing

api = APIBlueprint("threads", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="leads")])

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$"


class WordingBody(Body):
    """Words in any language."""

    body: str = Field(min_length=1, max_length=MOST_TEXT)
    language: str = Field("en", pattern=LANGUAGE)


class CommentBody(WordingBody):
    """A comment, the comment that it answers, and whom it calls: people, everybody of roles, everybody of countries."""

    thread: UUID | None = None
    people: list[int] = Field(default_factory=list, max_length=MOST_CALLED)
    roles: list[str] = Field(default_factory=list, max_length=len(ROLES))
    countries: list[str] = Field(default_factory=list, max_length=300)

    def calls(self) -> Calls:
        """As the commands take it."""
        return Calls(self.people, self.roles, self.countries)


class EditBody(WordingBody):
    """The number of the wording that the author was looking at."""

    version: int = Field(ge=1)


class SeenBody(NoteBody):
    """What is seen in a medium, in which face, and in which seconds."""

    face_id: UUID | None = None
    at_s: float | None = Field(None, ge=0, le=10**7, allow_inf_nan=False)
    until_s: float | None = Field(None, ge=0, le=10**7, allow_inf_nan=False)


@dataclass(frozen=True)
class AddedComment:
    """The id of a new comment."""

    comment: UUID


@dataclass(frozen=True)
class CommentVersionNumber:
    """The number of the wording that stands now."""

    version: int


@dataclass(frozen=True)
class MediumTalk:
    """What people say of a medium, and whether the viewer may say something."""

    comments: list[Comment]
    annotations: list[MediumAnnotation]
    may_comment: bool
    may_annotate: bool
    may_export: bool


@api.post("/leads/<uuid:lead_id>/comments")
def comment_on_lead(path: LeadPath, body: CommentBody) -> AddedComment:
    """Comment on a lead, or answer a comment."""
    with writing() as tx:
        return AddedComment(
            discussion.comment_on_lead(
                tx, path.lead_id, body=body.body, language=body.language, thread=body.thread, calls=body.calls()
            )
        )


@api.get("/leads/<uuid:lead_id>/readers")
def lead_readers(path: LeadPath) -> Readers:
    """Answer whom a comment of the viewer's on this lead can call."""
    with reading() as view:
        return queries.readers(view.session, "lead", path.lead_id)


@api.get("/items/<uuid:thing_id>/talk")
def medium_talk(path: ThingPath) -> MediumTalk:
    """Answer what people say of a medium."""
    with reading() as view:
        operation = operations.operation(view.session, medium_operation(view.session, path.thing_id))
        is_own = medium_is_own(view.session, path.thing_id)
        return MediumTalk(
            queries.medium_comments(view.session, path.thing_id),
            medium_annotations(view.session, path.thing_id),
            may_comment=may(view, "comment_on_medium", operation),
            may_annotate=may(view, "annotate_medium", operation),
            may_export=is_own and may(view, "export_annotations", operation),
        )


@api.post("/items/<uuid:thing_id>/comments")
def comment_on_medium(path: ThingPath, body: CommentBody) -> AddedComment:
    """Comment on a medium, or answer a comment."""
    with writing() as tx:
        said = Said(body.body, body.language, body.thread, body.calls())
        return AddedComment(threads.comment_on_medium(tx, path.thing_id, said))


@api.get("/items/<uuid:thing_id>/readers")
def medium_readers(path: ThingPath) -> Readers:
    """Answer whom a comment on this medium can call."""
    with reading() as view:
        return queries.readers(view.session, "medium", path.thing_id)


@api.patch("/comments/<uuid:thing_id>")
def edit_comment(path: ThingPath, body: EditBody) -> CommentVersionNumber:
    """Give one's own comment another wording; what stood there stays to be read."""
    values: dict[str, Any] = body.model_dump()
    with writing() as tx:
        return CommentVersionNumber(threads.edit_comment(tx, path.thing_id, **values))


@api.post("/comments/<uuid:thing_id>/resolve")
def resolve_thread(path: ThingPath) -> None:
    """Say that nothing is left to be said in a thread."""
    with writing() as tx:
        threads.resolve_thread(tx, path.thing_id)


@api.post("/comments/<uuid:thing_id>/reopen")
def reopen_thread(path: ThingPath) -> None:
    """Take a resolved thread up again."""
    with writing() as tx:
        threads.reopen_thread(tx, path.thing_id)


@api.post("/comments/<uuid:thing_id>/read")
def read_mention(path: ThingPath) -> None:
    """Note that one has read a comment that calls one."""
    with writing() as tx:
        threads.read_mention(tx, path.thing_id)


@api.post("/items/<uuid:thing_id>/annotations")
def annotate_medium(path: ThingPath, body: SeenBody) -> AddedAnnotation:
    """Mark a place in a medium, or note something on it."""
    with writing() as tx:
        return AddedAnnotation(discussion.annotate_medium(tx, path.thing_id, SeenThere(**body.model_dump())))


@api.get("/items/<uuid:thing_id>/annotations.jsonld")
def medium_annotations_file(path: ThingPath) -> Annotated[Response, File("application/ld+json")]:
    """Answer notes and comments on a medium of one's own agency as W3C annotations. That they were exported is
    recorded."""
    with writing() as tx:
        discussion.export_annotations(tx, medium_id=path.thing_id)
    with reading() as view:
        content = annotation_page(path.thing_id, said_of(view.session, medium_id=path.thing_id))
    return attachment(content, "application/ld+json", f"annotations-{path.thing_id}.jsonld")


@api.get("/leads/<uuid:lead_id>/annotations.jsonld")
def lead_annotations_file(path: LeadPath) -> Annotated[Response, File("application/ld+json")]:
    """Answer notes and comments on a lead, those of one's own agency's side, as W3C annotations. That they were
    exported is recorded."""
    with writing() as tx:
        discussion.export_annotations(tx, lead_id=path.lead_id)
    with reading() as view:
        content = annotation_page(path.lead_id, said_of(view.session, lead_id=path.lead_id))
    return attachment(content, "application/ld+json", f"annotations-{path.lead_id}.jsonld")
