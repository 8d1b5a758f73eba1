"""Closed material over REST: asked for, opened for a time or refused, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import access
from workspace.rules.codes import AccessScope
from workspace.web.bodies import Body, LeadPath, ReasonBody, ThingPath
from workspace.web.context import writing

api = APIBlueprint("access", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="access")])


class AccessAnswerBody(Body):
    """Granted for how long, and what: the pictures of the lead, which is the narrower, or the whole exhibit."""

    granted: bool
    scope: AccessScope = "pair"
    hours: int = Field(48, ge=1, le=access.MOST_HOURS)


@dataclass(frozen=True)
class AskedAccess:
    """The ids of the requests, one per closed compartment of the lead."""

    access_requests: list[UUID]


@api.post("/leads/<uuid:lead_id>/access-requests")
def ask_access(path: LeadPath, body: ReasonBody) -> AskedAccess:
    """Ask for the closed side of a lead."""
    with writing() as tx:
        asked = access.ask_access(tx, path.lead_id, reason=body.reason)
    return AskedAccess(list(asked))


@api.post("/access-requests/<uuid:thing_id>/answer")
def answer_access(path: ThingPath, body: AccessAnswerBody) -> None:
    """Open closed material for a time, or refuse."""
    with writing() as tx:
        access.answer_access(tx, path.thing_id, granted=body.granted, scope=body.scope, hours=body.hours)


@api.post("/access-requests/<uuid:thing_id>/take-back")
def take_back_access(path: ThingPath) -> None:
    """Close what was opened before the time is over."""
    with writing() as tx:
        access.take_back_access(tx, path.thing_id)
