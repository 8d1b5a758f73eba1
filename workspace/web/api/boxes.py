"""Faces that people draw or take away, over REST."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import boxes as commands
from workspace.queries import boxes as queries
from workspace.queries import operations
from workspace.queries.boxes import DrawnBox, TakenBox
from workspace.queries.medium import medium_is_own, medium_operation
from workspace.web.bodies import Body, ThingPath
from workspace.web.context import may, reading, writing

api = APIBlueprint("boxes", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="material")])


class DrawBody(Body):
    """A box as a W3C FragmentSelector, in per cent of the picture's sides."""

    box: dict[str, str] = Field(max_length=5)


@dataclass(frozen=True)
class BoxAct:
    """The act by which a box was drawn or taken away."""

    box: UUID


@dataclass(frozen=True)
class MediumBoxes:
    """What people said of the boxes on a medium, and whether the viewer may say more."""

    drawn: list[DrawnBox]
    taken_away: list[TakenBox]
    may_draw: bool


@api.get("/items/<uuid:thing_id>/boxes")
def medium_boxes(path: ThingPath) -> MediumBoxes:
    """Answer which faces of a medium people drew, and which boxes they took away."""
    with reading() as view:
        operation = operations.operation(view.session, medium_operation(view.session, path.thing_id))
        return MediumBoxes(
            queries.drawn_boxes(view.session, path.thing_id),
            queries.taken_boxes(view.session, path.thing_id),
            may_draw=medium_is_own(view.session, path.thing_id) and may(view, "draw_face", operation),
        )


@api.post("/items/<uuid:thing_id>/faces")
def draw_face(path: ThingPath, body: DrawBody) -> BoxAct:
    """Draw a face that the detector missed; a worker describes it."""
    with writing() as tx:
        return BoxAct(commands.draw_face(tx, path.thing_id, body.box))


@api.delete("/faces/<uuid:thing_id>")
def take_face_away(path: ThingPath) -> BoxAct:
    """Say that no face is in a box."""
    with writing() as tx:
        return BoxAct(commands.take_face_away(tx, path.thing_id))


@api.post("/face-acts/<uuid:thing_id>/undo")
def give_face_back(path: ThingPath) -> None:
    """Take back that no face is in a box."""
    with writing() as tx:
        commands.give_face_back(tx, path.thing_id)
