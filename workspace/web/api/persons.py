"""REST: which persons of one's own material are one, and which are not; which faces are not a person's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import person_words, persons_at_once
from workspace.commands import persons as commands
from workspace.commands.person_steps import MOST_SPLIT
from workspace.queries import operations
from workspace.queries import person_list as lists
from workspace.queries import person_page as pages
from workspace.queries.persons import AlikePersons
from workspace.queries.persons import alike_persons as find_alike
from workspace.web.bodies import COUNTRY, MOST_INTEGER, Body, OperationPath, Query, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("persons", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="persons")])


Number = Annotated[int, Field(ge=1, le=MOST_INTEGER)]


class PairBody(Body):
    """Two persons by their numbers in the operation."""

    number: int = Field(ge=1)
    other: int = Field(ge=1)


class SplitBody(Body):
    """A person by its number, and the faces that are not this person."""

    number: int = Field(ge=1)
    faces: list[UUID] = Field(max_length=MOST_SPLIT)


class MoveBody(SplitBody):
    """A person by its number, faces that are not this person, and whose they are: another's number, or nobody's yet."""

    to: int | None = Field(default=None, ge=1)


class GiveBody(Body):
    """Media, whose faces in them are given by their numbers, and to whom: another's number, or a new person."""

    media: list[UUID] = Field(min_length=1, max_length=persons_at_once.MOST_SHOWING)
    persons: list[Number] = Field(min_length=1, max_length=persons_at_once.MOST_GIVERS)
    to: int | None = Field(default=None, ge=1)


class UniteBody(Body):
    """Persons who are one, by their numbers."""

    persons: list[Number] = Field(min_length=1, max_length=persons_at_once.MOST_GIVERS)


class WordBody(Body):
    """What is said of a person. code: an age band or a country; on_day: for which the age is said; words: grounds, or a
    note."""

    what: Literal["age_band", "country", "note", "feature_face"]
    code: str | None = Field(default=None, max_length=20)
    face_id: UUID | None = None
    on_day: date | None = None
    words: str = Field(default="", max_length=2000)


@dataclass(frozen=True)
class Word:
    """What was said, by which it can be taken back."""

    id: UUID


class PersonPath(OperationPath):
    """A person of an operation by its number."""

    number: int = Field(ge=1)


class PersonQuery(Query):
    """Which persons, and after which: the faces and the number of the last one of the page before."""

    country: str | None = Field(default=None, pattern=COUNTRY)
    exhibit: UUID | None = None
    faces: int = Field(default=1, ge=1)
    age_band: Literal["under_3", "3_6", "7_12", "13_17", "adult", "not_stated"] | None = None
    in_lead: bool | None = None
    decided: bool | None = None
    after_faces: int | None = Field(default=None, ge=1)
    after_number: int | None = Field(default=None, ge=1)


class SightQuery(Query):
    """Which sights of a person: on the device with a label, of a year as the files say («» for none), after one."""

    exhibit: str | None = Field(default=None, max_length=200)
    year: str | None = Field(default=None, max_length=4)
    after: UUID | None = None


@dataclass(frozen=True)
class Said:
    """The act, by which it can be taken back."""

    act: UUID


@api.get("/operations/<int:operation_id>/persons")
def person_list(path: OperationPath, query: PersonQuery) -> lists.PersonList:
    """Persons that one may see, those with the most faces first."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        asked = query.model_dump()
        after = (asked.pop("after_faces"), asked.pop("after_number"))
        begin = after if None not in after else lists.FIRST
        return lists.person_list(view.session, path.operation_id, lists.PersonFilter(**asked), after=begin)


@api.get("/operations/<int:operation_id>/persons/<int:number>")
def person_page(path: PersonPath, query: SightQuery) -> pages.PersonPage:
    """A person, or whom it became: where it is seen, its leads, and what was said of it."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return pages.person_page(view.session, path.operation_id, path.number, **query.model_dump())


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


@api.post("/operations/<int:operation_id>/persons/move")
def move_faces(path: OperationPath, body: MoveBody) -> tuple[commands.Moved, Literal[201]]:
    """Give faces of a person to another one, or to a new one."""
    with writing() as tx:
        moved = commands.move_faces(tx, path.operation_id, body.number, body.faces, to=body.to)
    return moved, 201


@api.post("/operations/<int:operation_id>/persons/give")
def give_faces(path: OperationPath, body: GiveBody) -> tuple[persons_at_once.GivenFaces, Literal[201]]:
    """Give the faces of persons in chosen media to one person, or to a new one, in one press."""
    with writing() as tx:
        given = persons_at_once.give_faces(tx, path.operation_id, body.media, body.persons, to=body.to)
    return given, 201


@api.post("/operations/<int:operation_id>/persons/unite")
def unite_persons(path: OperationPath, body: UniteBody) -> tuple[Said, Literal[201]]:
    """Say that several persons are one, in one press."""
    with writing() as tx:
        act = persons_at_once.unite_persons(tx, path.operation_id, body.persons)
    return Said(act), 201


@api.delete("/persons/acts/<uuid:thing_id>")
def take_back_act(path: ThingPath) -> None:
    """Take back what was said of two persons, or of faces; who is one person is as if it had not been said."""
    with writing() as tx:
        commands.take_back_act(tx, path.thing_id)


@api.post("/operations/<int:operation_id>/persons/<int:number>/words")
def describe_person(path: PersonPath, body: WordBody) -> tuple[Word, Literal[201]]:
    """Say something of a person: its age, likely country, a note, the face that shows it best."""
    with writing() as tx:
        said = person_words.SaidOfPerson(**body.model_dump())
        word = person_words.describe_person(tx, path.operation_id, path.number, said)
    return Word(word), 201


@api.delete("/persons/words/<uuid:thing_id>")
def withdraw_word(path: ThingPath) -> None:
    """Take back what was said of a person."""
    with writing() as tx:
        person_words.withdraw_word(tx, path.thing_id)
