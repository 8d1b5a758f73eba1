"""REST: lists of known material, and what is known of an exhibit. A list that is sent is sealed and read by a worker,
as a register is: its import says how far it is and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from flask import Response
from flask_openapi3 import APIBlueprint, FileStorage, Tag
from pydantic import BeforeValidator, Field

from workspace.commands import known as commands
from workspace.commands.guard import require_operation, require_own_country
from workspace.commands.known_tables import bring_list_table as bring_table
from workspace.commands.known_tables import take_category
from workspace.commands.register_imports import send_list
from workspace.exchange.csv_safe import write_csv
from workspace.exchange.grade_tables import TABLE_BYTES, read_table
from workspace.queries import known as queries
from workspace.queries import operations
from workspace.queries.exhibits import exhibit_page
from workspace.queries.known import KnownFile, KnownListLine, ListTable
from workspace.rules.grades import LARGEST_NUMBER
from workspace.rules.known import Meaning
from workspace.turns import let_others_go_on
from workspace.web.access_rules import LARGE_BODIES
from workspace.web.answers import File, attachment
from workspace.web.api.intake import ExhibitPath
from workspace.web.api.registers import REGISTER_BYTES, AskedImport
from workspace.web.bodies import Body, Form, OperationPath, RoutePath
from workspace.web.context import operation_key, reading, writing
from workspace.web.packed import PackedForm, stored

api = APIBlueprint("known", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="intake")])

MOST_NAME = 200
LARGE_BODIES.update({"api_known.send_known_list": REGISTER_BYTES})


class ListForm(PackedForm):
    """A list of hashes (CSV, or JSON of the VICS 1.3 or 2.0 shape), where it comes from, and what it says of a file
    that it names."""

    name: str = Field(min_length=1, max_length=MOST_NAME)
    source: str = Field(min_length=1, max_length=2000)
    meaning: str = Field(max_length=20)
    skips: Literal["", "true"] = Field(default="", description="true: files of one's own agency are not read again.")
    scheme: str = Field(
        default="none", max_length=20, description="Of VICS: which table the numbers of its categories follow."
    )
    sharing: str = Field(default="operation", max_length=10)
    retain_until: Annotated[date | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None, description="The last day: year-month-day; empty: none."
    )
    take_rest: Literal["", "true"] = Field(
        default="", description="true: leave out what cannot be taken, and take the rest."
    )


class ListTableForm(Form):
    """The table by which a list counts: CSV with the columns number, label, meaning, or JSON with the same names."""

    name: str = Field(min_length=1, max_length=MOST_NAME)
    file: FileStorage


class CategoryBody(Body):
    """As what a number of a list's own table is taken. meaning: what it says of a file; grade: the category of one's
    country's table that it is; without both: as the list says."""

    number: int = Field(ge=0, le=LARGEST_NUMBER)
    meaning: Meaning | None = None
    grade: int | None = Field(default=None, ge=0, le=LARGEST_NUMBER)


class ListPath(RoutePath):
    """A list of known material."""

    list_id: UUID


@api.get("/operations/<int:operation_id>/known")
def known_lists(path: OperationPath) -> list[KnownListLine]:
    """The lists of known material that one may see."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)  # a list of a strange operation does not exist
        return queries.known_lists(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/known")
def send_known_list(path: OperationPath, form: ListForm) -> tuple[AskedImport, Literal[202]]:
    """Send a list. It is sealed and read by a worker; `/imports/{id}` says what became of it. One with faults is
    refused with each of them; what can be taken without them is taken by `/imports/{id}/rest`, or with `take_rest`."""
    with writing(is_check=True) as tx:  # asked before anything is stored
        operation = require_operation(tx, "bring_known", path.operation_id)
        require_own_country(tx, operation, tx.actor.country)
        key = operation_key(tx.session, operation.id)
    with stored(form, path.operation_id, "known", key) as (tx, address, _):
        import_id = send_list(
            tx,
            path.operation_id,
            name=form.name,
            source=form.source,
            meaning=form.meaning,
            skips=form.skips == "true",
            scheme=form.scheme,
            sharing=form.sharing,
            retain_until=form.retain_until,
            takes_rest=form.take_rest == "true",
            address=address,
        )
    return AskedImport(import_id), 202


@api.get("/operations/<int:operation_id>/known/tables")
def list_tables(path: OperationPath) -> list[ListTable]:
    """The own tables of the lists that one may see, and as what their numbers are taken."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.list_tables(view.session, path.operation_id)


@api.post("/known/<uuid:list_id>/table")
def bring_list_table(path: ListPath, form: ListTableForm) -> None:
    """Bring in the table of categories of a list of one's agency. With a fault nothing is taken, and each is named."""
    with writing() as tx:
        commands.own_list(tx, "bring_known", path.list_id)  # asked before the file is read
        categories = read_table(form.file.stream.read(TABLE_BYTES + 1))
        bring_table(tx, path.list_id, name=form.name, categories=categories)


@api.post("/known/<uuid:list_id>/categories")
def take_list_category(path: ListPath, body: CategoryBody) -> None:
    """Say as what a number of a list's own table is taken here."""
    with writing() as tx:
        take_category(tx, path.list_id, body.number, meaning=body.meaning, grade=body.grade)


@api.delete("/known/<uuid:list_id>")
def remove_list(path: ListPath) -> None:
    """Remove a list of one's agency: its hashes are erased, and what was not read because of it alone is read."""
    with writing() as tx:
        commands.remove_list(tx, path.list_id)


@api.get("/exhibits/<uuid:exhibit_id>/known.csv")
def known_files(path: ExhibitPath) -> Annotated[Response, File("text/csv")]:
    """Every known file of an exhibit with what each list says of it; «already identified» first."""
    content = [write_csv([("path", "sha256", "meaning", "list", "source", "category", "distance", "read")])]
    with reading() as view:
        exhibit = exhibit_page(view.session, path.exhibit_id)
        is_exercise = operations.operation(view.session, exhibit.operation_id).is_exercise
        for part in queries.known_lines(view.session, path.exhibit_id):
            content.append(write_csv(map(_file_line, part), begins=False))
            let_others_go_on()
    return attachment(content, "text/csv", "known.csv", is_exercise=is_exercise)


@api.post("/exhibits/<uuid:exhibit_id>/known/read")
def read_after_all(path: ExhibitPath) -> None:
    """Have the files of one's own exhibit read that were not read because a list says so."""
    with writing() as tx:
        commands.read_after_all(tx, path.exhibit_id)


def _file_line(each: KnownFile) -> tuple[str | int, ...]:
    category = "" if each.category is None else each.category
    distance = "" if each.distance is None else each.distance
    was_read = "yes" if each.was_read else "no"
    return (each.path, each.sha256.hex(), each.meaning, each.list, each.source, category, distance, was_read)
