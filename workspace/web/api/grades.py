"""REST: grades of media, the tables of categories by which countries give them, and how many people must agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, FileStorage, Tag
from pydantic import Field

from workspace.commands import grades as commands
from workspace.commands.grades import GradedMedia
from workspace.commands.guard import require_operation, require_own_country
from workspace.commands.marks import MOST_MEDIA
from workspace.exchange.grade_tables import TABLE_BYTES, read_table, shipped_table
from workspace.queries import grades as queries
from workspace.queries import operations
from workspace.queries.grades import Grading, MediumGrades
from workspace.rules.grades import LARGEST_NUMBER, LEAST_VOTES, MOST_VOTES, Shipped
from workspace.vocabulary import label
from workspace.web.bodies import COUNTRY, Body, Form, OperationPath, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("grades", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="material")])


class TableForm(Form):
    """A table of categories: CSV with the columns number, label, meaning, or JSON with the same names."""

    name: str = Field(min_length=1, max_length=200)
    file: FileStorage


class ShippedBody(Body):
    """Which of the two public tables."""

    table: Shipped


class VotesBody(Body):
    """How many people must give the same grade."""

    votes: int = Field(ge=LEAST_VOTES, le=MOST_VOTES)


class GradeBody(Body):
    """Media, and the category that they get. country: whose table it is."""

    media: list[UUID] = Field(min_length=1, max_length=MOST_MEDIA)
    country: str = Field(pattern=COUNTRY)
    number: int = Field(ge=0, le=LARGEST_NUMBER)


@dataclass(frozen=True)
class BroughtTable:
    """The table that stands now."""

    id: UUID


@api.get("/operations/<int:operation_id>/grading")
def grading(path: OperationPath) -> Grading:
    """Answer how the operation grades, and by which tables."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.grading(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/grading/tables")
def bring_grade_table(path: OperationPath, form: TableForm) -> tuple[BroughtTable, Literal[201]]:
    """Bring in one's country's table of categories. With a fault nothing is taken, and each is named with its line."""
    with writing() as tx:
        operation = require_operation(tx, "bring_grade_table", path.operation_id)  # asked before the file is read
        require_own_country(tx, operation, tx.actor.country)
        categories = read_table(form.file.stream.read(TABLE_BYTES + 1))
        table = commands.bring_grade_table(tx, path.operation_id, name=form.name, categories=categories)
    return BroughtTable(table), 201


@api.post("/operations/<int:operation_id>/grading/public")
def take_public_table(path: OperationPath, body: ShippedBody) -> tuple[BroughtTable, Literal[201]]:
    """Take one of the two public tables as one's country's."""
    with writing() as tx:
        table = commands.bring_grade_table(
            tx,
            path.operation_id,
            name=label("grade_table", body.table),
            categories=shipped_table(body.table),
            shipped=body.table,
        )
    return BroughtTable(table), 201


@api.post("/operations/<int:operation_id>/grading/votes")
def raise_grade_votes(path: OperationPath, body: VotesBody) -> None:
    """Let a grade stand only once so many people have given the same one. It can only be raised."""
    with writing() as tx:
        commands.raise_grade_votes(tx, path.operation_id, body.votes)


@api.post("/operations/<int:operation_id>/gallery/grades")
def grade_media(path: OperationPath, body: GradeBody) -> GradedMedia:
    """Give media a category of a country's table; it holds for all copies that one may see."""
    with writing() as tx:
        return commands.grade_media(tx, path.operation_id, body.media, country=body.country, number=body.number)


@api.delete("/gallery/grades/<uuid:thing_id>")
def take_back_grades(path: ThingPath) -> None:
    """Take back the grades that one gave in one press."""
    with writing() as tx:
        commands.take_back_grades(tx, path.thing_id)


@api.get("/items/<uuid:thing_id>/grades")
def medium_grades(path: ThingPath) -> MediumGrades:
    """Answer which grades a medium has, and who gave them."""
    with reading() as view:
        return queries.medium_grades(view.session, path.thing_id)
