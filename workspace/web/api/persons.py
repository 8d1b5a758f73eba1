"""REST: which persons of one's own material are one, and which are not; which faces are not a person's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import persons as commands
from workspace.queries import operations
from workspace.queries.persons import AlikePersons
from workspace.queries.persons import alike_persons as find_alike
from workspace.web.bodies import Body, OperationPath, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("persons", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="persons")])


class PairBody(Body):
    """Two persons by their numbers in the operation."""

    number: int = Field(ge=1)
    other: int = Field(ge=1)


class SplitBody(Body):
    """A person by its number, and the faces that are not this person."""

    number: int = Field(ge=1)
    faces: list[UUID] = Field(max_length=commands.MOST_SPLIT)


@dataclass(frozen=True)
class Said:
    """The act, by which it can be taken back."""

    act: UUID


@api.get("/operations/<int:operation_id>/persons/alike")
def alike_persons(path: OperationPath) -> AlikePersons:
    """Persons of one's own material that may be the same, and what was said of such."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)  # a list of a strange operation does not exist
        return find_alike(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/persons/merge")
def merge_persons(path: OperationPath, body: PairBody) -> tuple[Said, Literal[201]]:
    """Say that two persons are one; the smaller number stays."""
    with writing() as tx:
        act = commands.merge_persons(tx, path.operation_id, number=body.number, other=body.other)
    return Said(act), 201


@api.post("/operations/<int:operation_id>/persons/apart")
def keep_apart(path: OperationPath, body: PairBody) -> tuple[Said, Literal[201]]:
    """Say that two persons are not the same; they are not proposed again."""
    with writing() as tx:
        act = commands.keep_apart(tx, path.operation_id, number=body.number, other=body.other)
    return Said(act), 201


@api.post("/operations/<int:operation_id>/persons/split")
def split_person(path: OperationPath, body: SplitBody) -> tuple[commands.Split, Literal[201]]:
    """Say that some faces are not this person; they become a person of their own."""
    with writing() as tx:
        split = commands.split_person(tx, path.operation_id, body.number, body.faces)
    return split, 201


@api.delete("/persons/acts/<uuid:thing_id>")
def take_back_act(path: ThingPath) -> None:
    """Take back what was said of two persons, or of faces; who is one person is as if it had not been said."""
    with writing() as tx:
        commands.take_back_act(tx, path.thing_id)
