"""Closed material over REST: asked for, opened for a time or refused, and taken back."""

from __future__ import annotations

from typing import Any

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import access
from workspace.web.bodies import Body, LeadPath, ReasonBody, ThingPath
from workspace.web.context import writing

api = APIBlueprint("access", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="access")])


class AccessAnswerBody(Body):
    """Granted for how long."""

    granted: bool
    hours: int = Field(48, ge=1, le=access.MOST_HOURS)


@api.post("/leads/<uuid:lead_id>/access-requests")
def post_access_request(path: LeadPath, body: ReasonBody) -> dict[str, Any]:
    """Ask for the closed side of a lead."""
    with writing() as tx:
        asked = access.ask_access(tx, path.lead_id, reason=body.reason)
    return {"access_requests": [str(grant) for grant in asked]}


@api.post("/access-requests/<uuid:thing_id>/answer")
def post_access_answer(path: ThingPath, body: AccessAnswerBody) -> dict[str, Any]:
    """Open a closed compartment for a time, or refuse."""
    with writing() as tx:
        access.answer_access(tx, path.thing_id, granted=body.granted, hours=body.hours)
    return {}


@api.post("/access-requests/<uuid:thing_id>/take-back")
def post_access_take_back(path: ThingPath) -> dict[str, Any]:
    """Close a compartment again before the time is over."""
    with writing() as tx:
        access.take_back_access(tx, path.thing_id)
    return {}
