"""REST: case files of the VICS shape that come with an exhibit of one's own. What is sent is sealed and read by a
worker, as a register is: its import says how far it is and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands.exhibit_cases import note_case_export, require_bringing, require_export
from workspace.commands.originals import note_vics_export
from workspace.commands.register_imports import send_case as send
from workspace.exchange.csv_safe import Cell, write_csv
from workspace.exchange.vics_kept import Changes, written_again
from workspace.intake.uploads import opened_file
from workspace.queries import exhibit_cases as queries
from workspace.queries.exhibit_cases import CaseLine, CaseReport, changes_of
from workspace.queries.intake import exhibit_operation
from workspace.queries.operations import operation
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore
from workspace.turns import let_others_go_on
from workspace.web.access_rules import LARGE_BODIES
from workspace.web.answers import File, attachment
from workspace.web.api.intake import ExhibitPath
from workspace.web.api.registers import REGISTER_BYTES, AskedImport
from workspace.web.bodies import RoutePath
from workspace.web.context import media_store, operation_key, reading, writing
from workspace.web.errors import said_all
from workspace.web.packed import PackedForm, stored

api = APIBlueprint("cases", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="exhibits")])

LARGE_BODIES.update({"api_cases.send_case": REGISTER_BYTES})


class CaseForm(PackedForm):
    """A case file (JSON of the VICS 1.3 or 2.0 shape), and which table the numbers of its categories follow."""

    scheme: str = Field(
        default="none", max_length=20, description="`none`: the numbers are kept and mean nothing here."
    )


class CasePath(RoutePath):
    """A case file of an exhibit."""

    case_id: UUID


@api.post("/exhibits/<uuid:exhibit_id>/cases")
def send_case(path: ExhibitPath, form: CaseForm) -> tuple[AskedImport, Literal[202]]:
    """Send the case file of one's own exhibit. It is sealed and read by a worker; `/imports/{id}` says what became of
    it. It counts in place of the one before, which is kept."""
    with writing(is_check=True) as tx:  # asked before anything is stored
        operation_id = require_bringing(tx, path.exhibit_id)
        key = operation_key(tx.session, operation_id)
    with stored(form, operation_id, "case", key) as (tx, address, came):
        name = came.path if came else (form.file and form.file.filename) or ""
        import_id = send(tx, path.exhibit_id, name=name, scheme=form.scheme, address=address)
    return AskedImport(import_id), 202


@api.get("/exhibits/<uuid:exhibit_id>/cases")
def exhibit_cases(path: ExhibitPath) -> list[CaseLine]:
    """The case files that came with one's own exhibit, the newest first: that one counts."""
    with reading() as view:
        exhibit_operation(view.session, path.exhibit_id)
        return queries.exhibit_cases(view.session, path.exhibit_id)


@api.get("/cases/<uuid:case_id>")
def case_report(path: CasePath) -> CaseReport:
    """A case file, and how it agrees with its exhibit as both stand now."""
    with reading() as view:
        found = queries.case_report(view.session, path.case_id)
    return replace(found, faults=said_all(found.faults), remarks=said_all(found.remarks))


@api.get("/cases/<uuid:case_id>/missing.csv")
def missing_files(path: CasePath) -> Annotated[Response, File("text/csv")]:
    """Every record of a case file that no file of its exhibit is. That it was exported is recorded."""
    is_exercise = _note_export(path.case_id)
    with reading() as view:
        lines = (
            [(each.place, each.path, each.md5, each.sha1, _category(each.category, each.stated)) for each in part]
            for part in queries.missing_files(view.session, path.case_id)
        )
        content = list(_csv(("record", "path", "md5", "sha1", "category"), lines))
    return attachment(content, "text/csv", "missing.csv", is_exercise=is_exercise)


@api.get("/cases/<uuid:case_id>/unnamed.csv")
def unnamed_contents(path: CasePath) -> Annotated[Response, File("text/csv")]:
    """Every content of the exhibit that its case file does not name, with the first of its paths. That it was
    exported is recorded."""
    is_exercise = _note_export(path.case_id)
    with reading() as view:
        lines = (
            [(each.path, each.paths, each.md5, each.sha1) for each in part]
            for part in queries.unnamed_contents(view.session, path.case_id)
        )
        content = list(_csv(("path", "paths", "md5", "sha1"), lines))
    return attachment(content, "text/csv", "unnamed.csv", is_exercise=is_exercise)


@api.get("/cases/<uuid:case_id>/changes.csv")
def case_changes(path: CasePath) -> Annotated[Response, File("text/csv")]:
    """Every value that differs from the case file that came, once it is written again. That it was exported is
    recorded."""
    is_exercise = _note_export(path.case_id)
    with reading() as view:
        queries.kept_case(view.session, path.case_id)
        lines = (
            [(each.place, each.path, each.md5, each.field, each.before, each.after) for each in part]
            for part in queries.case_changes(view.session, path.case_id)
        )
        content = list(_csv(("record", "path", "md5", "field", "before", "after"), lines))
    return attachment(content, "text/csv", "changes.csv", is_exercise=is_exercise)


def _note_export(case_id: UUID) -> bool:
    """Write down that hashes and paths of one's own exhibit leave; answers whether they are an exercise's."""
    with writing() as tx:
        case = require_export(tx, case_id)
        note_vics_export(tx, case.exhibit_id)
        return operation(tx.session, case.operation_id).is_exercise


@api.get("/cases/<uuid:case_id>/case.json")
def written_case(path: CasePath) -> Annotated[Response, File("application/json")]:
    """Answer a case file of one's own exhibit as it stands now: as it came, but for what `changes.csv` names. That it
    was exported is recorded."""
    with writing(is_check=True) as tx:
        kept = require_export(tx, path.case_id)
        address, key = kept.address, operation_key(tx.session, kept.operation_id)
        is_exercise = operation(tx.session, kept.operation_id).is_exercise
        changes = changes_of(queries.case_changes(tx.session, path.case_id))
    store = media_store()
    with store.open(address, key):  # a file that is missing is said before anything is recorded
        pass
    with writing() as tx:
        note_case_export(tx, path.case_id, changes=len(changes))
    content = _written(store, address, key, changes)
    return attachment(content, "application/json", f"case-{path.case_id}.json", is_exercise=is_exercise)


def _written(store: MediaStore, address: str, key: OperationKey, changes: Changes) -> Iterator[bytes]:
    """The file, as it is read: its size costs no memory."""
    with opened_file(address, store=store, key=key) as file:
        for part in written_again(file, changes):
            yield part
            let_others_go_on()


def _csv(head: tuple[str, ...], parts: Iterable[Iterable[tuple[Cell, ...]]]) -> Iterator[bytes]:
    yield write_csv([head])
    for part in parts:
        yield write_csv(part, begins=False)
        let_others_go_on()


def _category(category: int | None, stated: str | None) -> Cell:
    return stated if category is None else category
