"""REST: clues, and what two people say came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, FileStorage, Tag
from pydantic import Field

from workspace.commands import clue_media, outside
from workspace.commands import clues as commands
from workspace.queries import clues as queries
from workspace.queries import operations
from workspace.queries.clues import ClueLine
from workspace.queries.search import made_search, probe
from workspace.settings import code_version
from workspace.web.bodies import COUNTRY, MOST_TEXT, REGION, Body, Form, LeadPath, OperationPath, ThingPath
from workspace.web.context import current_settings, reading, writing
from workspace.web.searching import thresholds_of

api = APIBlueprint("clues", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="clues")])


class ClueBody(Body):
    """What somebody noticed, and where it is seen: in a picture, of a person, in a series, or in none of them."""

    what: str = Field(max_length=10)
    claim: str = Field(min_length=1, max_length=MOST_TEXT)
    media_id: UUID | None = None
    person_id: UUID | None = None
    series_id: UUID | None = None
    box: dict[str, Any] | None = Field(default=None, description="A W3C FragmentSelector, xywh=percent:…")
    at_s: float | None = Field(default=None, ge=0, le=1e6)
    until_s: float | None = Field(default=None, ge=0, le=1e6)
    also: list[UUID] = Field(
        default=[], max_length=clue_media.MOST_CLUE_MEDIA, description="Further media in which it is seen"
    )


class ClueMediaBody(Body):
    """Media in which a clue is seen too."""

    media: list[UUID] = Field(min_length=1, max_length=clue_media.MOST_CLUE_MEDIA)
    box: dict[str, Any] | None = Field(default=None, description="Of one medium: a W3C FragmentSelector")
    at_s: float | None = Field(default=None, ge=0, le=1e6)
    until_s: float | None = Field(default=None, ge=0, le=1e6)


class ClueResultBody(Body):
    """What came of a clue, and why."""

    result: str = Field(max_length=10)
    country: str | None = Field(default=None, pattern=COUNTRY)
    region: str | None = Field(default=None, pattern=REGION, description="By ISO 3166-2, one of the imported")
    grounds: str = Field(min_length=1, max_length=MOST_TEXT)


class ConfirmedResultBody(Body):
    """The result that the second person confirms."""

    result: str = Field(max_length=10)
    country: str | None = Field(default=None, pattern=COUNTRY)
    region: str | None = Field(default=None, pattern=REGION, description="By ISO 3166-2, one of the imported")


class OutsideForm(Form):
    """The results of a search that was made outside: a CSV or JSON file."""

    file: FileStorage


class FoundBody(Body):
    """The face that a search listed."""

    face_id: UUID


@dataclass(frozen=True)
class BroughtResults:
    """How many leads were opened; a result that is known already opens none."""

    opened: int


@dataclass(frozen=True)
class OpenedClue:
    """The new lead."""

    lead: UUID


@dataclass(frozen=True)
class ClueResultSaid:
    """The act, by which it can be taken back."""

    act: UUID


@api.get("/operations/<int:operation_id>/clues")
def clues(path: OperationPath) -> list[ClueLine]:
    """List the clues, newest first, at most 200."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.clues(view.session, path.operation_id).rows


@api.post("/operations/<int:operation_id>/clues")
def open_clue(path: OperationPath, body: ClueBody) -> OpenedClue:
    """Open a lead by what one notices."""
    seen = commands.Seen(**body.model_dump(exclude={"what", "claim", "also"}))
    with writing() as tx:
        lead_id = commands.open_clue(tx, path.operation_id, what=body.what, claim=body.claim, seen=seen)
        if body.also:
            clue_media.add_clue_media(tx, lead_id, body.also)
    return OpenedClue(lead_id)


@api.post("/leads/<uuid:lead_id>/clue/media")
def add_clue_media(path: LeadPath, body: ClueMediaBody) -> tuple[clue_media.AddedMedia, Literal[201]]:
    """Say that a clue is seen in further media."""
    with writing() as tx:
        seen = commands.Seen(box=body.box, at_s=body.at_s, until_s=body.until_s)
        added = clue_media.add_clue_media(tx, path.lead_id, body.media, seen)
    return added, 201


@api.delete("/clue-media/<uuid:thing_id>")
def take_off_clue_medium(path: ThingPath) -> None:
    """Take a medium off a clue."""
    with writing() as tx:
        clue_media.take_off_clue_medium(tx, path.thing_id)


@api.delete("/clue-media/acts/<uuid:thing_id>")
def take_off_clue_media(path: ThingPath) -> None:
    """Take off a clue what one press added."""
    with writing() as tx:
        clue_media.take_off_clue_media(tx, path.thing_id)


@api.post("/operations/<int:operation_id>/outside-results")
def import_outside_results(path: OperationPath, form: OutsideForm) -> BroughtResults:
    """Bring in the results of a search that was made outside; each becomes a lead."""
    content = form.file.read()
    with writing() as tx:
        opened = outside.import_outside_results(tx, path.operation_id, content)
    return BroughtResults(opened)


@api.post("/searches/<uuid:thing_id>/leads")
def open_found_lead(path: ThingPath, body: FoundBody) -> OpenedClue:
    """Open a lead of the face that one searched with and one that the search listed."""
    with reading() as view:
        known = probe(view.session, made_search(view.session, path.thing_id).probe_face_id)
        at = thresholds_of(view.session, known.operation_id, current_settings().pack_dir, known.model_digest)
    with writing() as tx:
        lead_id = outside.open_found_lead(
            tx, path.thing_id, body.face_id, threshold=at.lead, strong=at.strong, code=code_version()
        )
    return OpenedClue(lead_id)


@api.post("/leads/<uuid:lead_id>/clue/result")
def state_clue_result(path: LeadPath, body: ClueResultBody) -> ClueResultSaid:
    """State what came of a clue: a country, or that the trail leads nowhere."""
    with writing() as tx:
        act = commands.state_clue_result(tx, path.lead_id, **body.model_dump())
    return ClueResultSaid(act)


@api.post("/leads/<uuid:lead_id>/clue/result/confirm")
def confirm_clue_result(path: LeadPath, body: ConfirmedResultBody) -> ClueResultSaid:
    """Confirm, as a second person, what came of a clue."""
    with writing() as tx:
        act = commands.confirm_clue_result(tx, path.lead_id, **body.model_dump())
    return ClueResultSaid(act)


@api.delete("/clue-results/<uuid:thing_id>")
def take_back_clue_result(path: ThingPath) -> None:
    """Take back what was said came of a clue: what stood before stands again."""
    with writing() as tx:
        commands.take_back_clue_result(tx, path.thing_id)
