"""REST: exhibits, their files as raw streams, and the intake report."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from urllib.parse import parse_qs
from uuid import UUID

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import ConfigDict, Field

from workspace.commands import intake as commands
from workspace.errors import Fault, Invalid
from workspace.exchange.csv_safe import write_csv
from workspace.intake import reception
from workspace.queries import intake as queries
from workspace.queries import operations
from workspace.queries.intake import ExhibitLine, RefusedFile, RefusedLine, UnseenLine
from workspace.queries.known import KnownCount
from workspace.rules.codes import UNRESTRICTED
from workspace.rules.paths import MAX_PATH_CHARACTERS, is_text
from workspace.turns import let_others_go_on
from workspace.web.access_rules import LARGE_BODIES
from workspace.web.answers import File, attachment
from workspace.web.bodies import COUNTRY, Body, OperationPath, Query, RoutePath
from workspace.web.context import (
    media_store,
    operation_key,
    reading,
    writing,
)

api = APIBlueprint("intake", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="intake")])

MOST_NAME = 200
# A stream has no limit here: reception counts it.
LARGE_BODIES.update({"api_intake.put_file": None})


class ExhibitBody(Body):
    """A seized device."""

    country: str = Field(pattern=COUNTRY)
    label: str = Field(min_length=1, max_length=MOST_NAME)
    kind: str = Field(max_length=20)
    case_reference: str = Field(min_length=1, max_length=MOST_NAME)
    custodian: str = Field(min_length=1, max_length=MOST_NAME)
    handling_code: str = Field(default=UNRESTRICTED, max_length=2)
    sharing: str = Field(default="operation", max_length=10)
    seized_by: str = Field(default="", max_length=MOST_NAME)
    seized_on: str = Field(default="", max_length=10, description="A day: year-month-day.")
    acquired_hash: str = Field(
        default="", max_length=MOST_NAME, description="Of the image: MD5, SHA-1, SHA-256, SHA-512."
    )


class EndBody(Body):
    """The end of an intake. `manifest_sha256`: over the lines «SHA-256  path» sorted by path, as sha256sum writes
    them."""

    manifest_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class ExhibitPath(RoutePath):
    """An exhibit."""

    exhibit_id: UUID


class FileQuery(Query):
    """Where the file stood on the device: its name stays as it is, also one that shows nothing."""

    is_cleaned: ClassVar[bool] = False

    model_config = ConfigDict(extra="forbid")

    path: str = Field(min_length=1, max_length=MAX_PATH_CHARACTERS)


@dataclass(frozen=True)
class ReceivedExhibit:
    """The new exhibit's id."""

    id: UUID


@dataclass(frozen=True)
class TakenFile:
    """A file that has its line now. sha256: null for a file that was refused before it was stored; refusal: why, by a
    code."""

    path: str
    sha256: str | None
    size_bytes: int
    refusal: str | None


@dataclass(frozen=True)
class ListedExhibit:
    """An exhibit with its figures; received = readable + refused + waiting. left_s: an estimate; null while nothing
    moves."""

    id: UUID
    label: str
    country: str
    kind: str
    case_reference: str
    handling_code: str
    sharing: str
    was_prepared: bool
    received_at: datetime
    is_double: bool
    intake_ended_at: datetime | None
    intake_failure: str | None
    known_elsewhere: int | None
    left_s: int | None
    is_mine: bool
    received: int
    readable: int
    refused: int
    waiting: int
    is_done: bool


@dataclass(frozen=True)
class IntakePage:
    """The intake report as one's keys show it, with every exhibit. known_saved_s: how long those would have taken that
    were not read because a list of known material says so; an estimate, null while nothing was read."""

    as_of: datetime
    received: int
    readable: int
    refused: int
    waiting: int
    adds_up: bool
    exact_copies: int
    distinct: int
    archives: int
    near_copies: int
    groups: int
    known_elsewhere: int | None
    faces: int
    with_faces: int
    partly_read: int
    unseen: list[UnseenLine]
    known: list[KnownCount]
    known_saved_s: int | None
    left_s: int | None
    refused_by_reason: list[RefusedLine]
    exhibits: list[ListedExhibit]


@api.post("/operations/<int:operation_id>/exhibits")
def receive_exhibit(path: OperationPath, body: ExhibitBody) -> tuple[ReceivedExhibit, Literal[201]]:
    """Receive a device; its files follow one by one."""
    with writing() as tx:
        exhibit_id = commands.receive_exhibit(tx, path.operation_id, **body.model_dump())
    return ReceivedExhibit(exhibit_id), 201


@api.put("/exhibits/<uuid:exhibit_id>/files")
def put_file(path: ExhibitPath, query: FileQuery) -> tuple[TakenFile, Literal[200, 201]]:
    """Receive one file as the raw body. A file that is refused keeps its line, and the answer says why; a cut one may
    be resent."""
    if request.content_length is None:
        raise Invalid("Say how long the file is (Content-Length).", faults=[Fault("Content-Length", "needed")])
    with writing(is_check=True) as tx:  # asked before a byte is read
        _, operation = commands.require_exhibit(tx, path.exhibit_id)
        key = operation_key(tx.session, operation.id)
    body = request.environ[
        "wsgi.input"
    ]  # reception counts, and tells a cut line from an end; request.stream would answer for it
    arrival = reception.take_upload(
        query.path, body, request.content_length, store=media_store(), key=key, path_bytes=_path_bytes()
    )
    with writing() as tx:
        is_new = commands.receive_file(tx, path.exhibit_id, arrival)
    sha256 = arrival.stored.sha256.hex() if arrival.stored else None
    return TakenFile(arrival.path, sha256, arrival.size_bytes, arrival.refusal), 201 if is_new else 200


@api.post("/exhibits/<uuid:exhibit_id>/end")
def end_intake(path: ExhibitPath, body: EndBody) -> ListedExhibit:
    """End an exhibit's intake, on request only if the sender's list agrees."""
    stated = bytes.fromhex(body.manifest_sha256) if body.manifest_sha256 else None
    with writing() as tx:
        commands.end_intake(tx, path.exhibit_id, manifest_sha256=stated)
    with reading() as view:
        line = queries.exhibit_line(view.session, path.exhibit_id)
    return _line(line)


@api.get("/operations/<int:operation_id>/intake")
def intake_report(path: OperationPath) -> IntakePage:
    """The intake report as one's keys show it, with every exhibit."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)  # a list of a strange operation does not exist
        found = queries.intake_report(view.session, path.operation_id)
    counts = found.counts
    return IntakePage(
        as_of=found.as_of,
        received=counts.received,
        readable=counts.readable,
        refused=counts.refused,
        waiting=counts.waiting,
        adds_up=counts.adds_up,
        exact_copies=found.exact_copies,
        distinct=found.distinct,
        archives=found.archives,
        near_copies=found.near_copies,
        groups=found.groups,
        known_elsewhere=found.known_elsewhere,
        faces=found.faces,
        with_faces=found.with_faces,
        partly_read=found.partly_read,
        unseen=list(found.unseen),
        known=found.known.counts,
        known_saved_s=found.known.saved_s,
        left_s=found.left_s,
        refused_by_reason=list(found.refused),
        exhibits=[_line(each) for each in found.exhibits],
    )


@api.get("/operations/<int:operation_id>/intake/refused.csv")
def refused_files(path: OperationPath) -> Annotated[Response, File("text/csv")]:
    """Every refused file with its reason."""
    content = [write_csv([("exhibit", "path", "size_bytes", "sha256", "reason")])]
    with reading() as view:
        head = operations.operation(view.session, path.operation_id)  # a list of a strange operation does not exist
        for part in queries.refused_files(view.session, path.operation_id):
            content.append(write_csv(map(_refused_line, part), begins=False))
            let_others_go_on()
    return attachment(content, "text/csv", "refused.csv", is_exercise=head.is_exercise)


def _refused_line(each: RefusedFile) -> tuple[str | int, ...]:
    return (each.label, each.path, each.size_bytes, each.sha256.hex() if each.sha256 else "", each.reason)


def _path_bytes() -> bytes | None:
    """The path of the request as it was written; None where it is text, as from every browser."""
    fields = parse_qs(request.query_string.decode("latin-1"), errors="surrogateescape")
    path = fields.get("path", [""])[0].encode("utf-8", "surrogateescape")
    return None if is_text(path) else path


def _line(line: ExhibitLine) -> ListedExhibit:
    own = {field.name: getattr(line, field.name) for field in fields(line) if field.name != "counts"}
    counts = {field.name: getattr(line.counts, field.name) for field in fields(line.counts)}
    return ListedExhibit(**own, **counts, is_done=line.is_done)
