"""REST: registers of missing children. One that is sent is sealed, and read by a worker: its import says how far it is
and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint, FileStorage, Tag
from pydantic import Field

from workspace.commands import register_imports as commands
from workspace.commands.guard import require_operation, require_own_country
from workspace.errors import Fault, Invalid
from workspace.exchange.register import MAX_FILE_BYTES
from workspace.intake.uploads import Part
from workspace.queries import intake as queries
from workspace.queries import operations
from workspace.queries.intake import RegisterLine
from workspace.queries.register_imports import RegisterImportLine, register_import, register_imports
from workspace.rules.register_imports import ImportWhat
from workspace.web.access_rules import LARGE_BODIES
from workspace.web.bodies import COUNTRY, OperationPath, Query, RoutePath
from workspace.web.context import operation_key, reading, writing
from workspace.web.errors import said_all
from workspace.web.packed import PackedForm, stored

api = APIBlueprint("registers", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="intake")])

MOST_NAME = 200
REGISTER_BYTES = 256 << 20
"""A register with its photos, as one request; a larger one comes through the command line."""

LARGE_BODIES.update({"api_registers.import_register": REGISTER_BYTES})


class RegisterForm(PackedForm):
    """A register: the file (CSV or JSON) and the photos that it names, by their paths beside it."""

    country: str = Field(pattern=COUNTRY)
    name: str = Field(min_length=1, max_length=MOST_NAME)
    legal_source: str = Field(min_length=1, max_length=2000)
    sharing: str = Field(default="operation", max_length=10)
    handling_code: str = Field(
        default="", max_length=2, description="Empty: the one that the register has; H0, if new."
    )
    take_rest: Literal["", "true"] = Field(
        default="", description="true: leave out what cannot be taken, and take the rest."
    )
    photos: list[FileStorage] = Field(default_factory=list, max_length=10_000)


class ImportPath(RoutePath):
    """The import of a register or a list."""

    import_id: UUID


class ImportsQuery(Query):
    """What was sent."""

    what: ImportWhat = "register"


@dataclass(frozen=True)
class AskedImport:
    """The import that a worker does: ask for it until it is no longer under way."""

    id: UUID


@api.get("/operations/<int:operation_id>/registers")
def all_registers(path: OperationPath) -> list[RegisterLine]:
    """The registers that one may see, with their figures."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)  # a list of a strange operation does not exist
        return queries.registers(view.session, path.operation_id)


@api.post("/operations/<int:operation_id>/registers")
def import_register(path: OperationPath, form: RegisterForm) -> tuple[AskedImport, Literal[202]]:
    """Send a register. It is sealed and read by a worker; `/imports/{id}` says what became of it. One with faults is
    refused with each of them; what can be taken without them is taken by `/imports/{id}/rest`, or with `take_rest`."""
    with writing(is_check=True) as tx:  # asked before anything is stored
        operation = require_operation(tx, "import_register", path.operation_id)
        require_own_country(tx, operation, form.country)
        key = operation_key(tx.session, operation.id)
    with stored(form, path.operation_id, "register", key, _photos(form)) as (tx, address, _):
        import_id = commands.send_register(
            tx,
            path.operation_id,
            country=form.country,
            name=form.name,
            legal_source=form.legal_source,
            sharing=form.sharing,
            handling_code=form.handling_code or None,
            takes_rest=form.take_rest == "true",
            address=address,
        )
    return AskedImport(import_id), 202


@api.get("/operations/<int:operation_id>/imports")
def all_imports(path: OperationPath, query: ImportsQuery) -> list[RegisterImportLine]:
    """The registers, or lists of known material, that one's agency sent in the last days, newest first."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return [_line(each) for each in register_imports(view.session, path.operation_id, query.what)]


@api.get("/imports/<uuid:import_id>")
def one_import(path: ImportPath) -> RegisterImportLine:
    """One of them: how far it is, and its report."""
    with reading() as view:
        return _line(register_import(view.session, path.import_id))


@api.post("/imports/<uuid:import_id>/rest")
def take_rest(path: ImportPath) -> tuple[AskedImport, Literal[202]]:
    """Take what can be taken of a refused register without what was named; this is an import of its own."""
    with writing() as tx:
        return AskedImport(commands.take_rest(tx, path.import_id)), 202


@api.post("/imports/<uuid:import_id>/cancel")
def cancel_import(path: ImportPath) -> None:
    """Cancel an import that is not written yet, or give up the rest of a refused one. Its upload is erased."""
    with writing() as tx:
        commands.cancel_import(tx, path.import_id)


def _photos(form: RegisterForm) -> list[Part]:
    """The photos as they were sent with the form; the parts of a form stay in memory (request.py).

    Raises:
        Invalid: the register's file is too large.
    """
    if form.file is not None and form.file.stream.seek(0, 2) > MAX_FILE_BYTES:
        raise Invalid(
            "The register was not taken; nothing of it was stored.",
            faults=[Fault("file", "at most {most} bytes are read", most=MAX_FILE_BYTES)],
        )
    return [Part(photo.filename, photo.stream) for photo in form.photos if photo.filename]


def _line(line: RegisterImportLine) -> RegisterImportLine:
    """The same in the reader's language."""
    return replace(line, faults=said_all(line.faults), remarks=said_all(line.remarks))
