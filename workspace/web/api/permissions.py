"""Owners' permissions over REST: who asks to send material of ours, and what we answer."""

from __future__ import annotations

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import permissions as commands
from workspace.queries import permissions as queries
from workspace.queries.operations import operation
from workspace.queries.permissions import OwnersPermission
from workspace.web.bodies import MOST_TEXT, Body, OperationPath, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("permissions", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="referrals")])


class PermissionAnswerBody(Body):
    """Whether it may leave, and why; a refusal needs a reason."""

    granted: bool
    reason: str = Field("", max_length=MOST_TEXT)


@api.get("/operations/<int:operation_id>/permissions")
def permissions(path: OperationPath) -> list[OwnersPermission]:
    """Answer the requests for owners' permission that the viewer may see."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        return queries.permissions(view.session, path.operation_id)


@api.post("/permissions/<uuid:thing_id>/answer")
def answer_permission(path: ThingPath, body: PermissionAnswerBody) -> None:
    """Permit that material of one's country leaves with a referral, or refuse."""
    with writing() as tx:
        commands.answer_permission(tx, path.thing_id, granted=body.granted, reason=body.reason)
