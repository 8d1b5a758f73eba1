"""REST: files of an exhibit, and registers, that come in parts and go on where they stopped, by tus 1.0 (web/tus.py).

A part is sealed while it comes and written down each PIECE_BYTES, in a write of its own that asks again who comes and
whether that person may: what came before a line was cut, a right ended or the server was killed is kept, and nothing
else is.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from flask import Response, jsonify, request
from flask_openapi3 import APIBlueprint, Tag

from workspace.commands import half_uploads as commands
from workspace.commands.half_uploads import UploadStanding
from workspace.commands.intake import receive_file
from workspace.commands.lines import Arrival
from workspace.errors import Fault, Invalid, Refused, Unavailable
from workspace.intake.pieces import Checksum, sealed_piece
from workspace.intake.reception import claim_refusal, path_as_listed
from workspace.queries import half_uploads as queries
from workspace.queries import operations
from workspace.queries.half_uploads import HalfUploadLine
from workspace.rules.half_uploads import PIECE_BYTES, PackedWhat
from workspace.rules.paths import MAX_PATH_CHARACTERS, is_text
from workspace.store.keys import OperationKey
from workspace.web import tus
from workspace.web.access_rules import LARGE_BODIES
from workspace.web.answers import Bare
from workspace.web.api.intake import ExhibitPath
from workspace.web.bodies import MOST_BIG_INTEGER, OperationPath, Query, RoutePath, is_storable
from workspace.web.context import (
    current_user_id,
    identify_again,
    media_store,
    operation_key,
    reading,
    writing,
)

api = APIBlueprint("uploads", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="intake")])
api.after_request(tus.dress)

# Streams have no limit here: they are counted by what the file was said to hold.
LARGE_BODIES.update({"api_uploads.begin_upload": None, "api_uploads.add_part": None})


class PackedQuery(Query):
    """What is sent as one file that belongs to no exhibit."""

    what: PackedWhat = "register"


class UploadPath(RoutePath):
    """A file that comes in parts."""

    upload_id: UUID


@api.get("/exhibits/<uuid:exhibit_id>/uploads")
def half_uploads(path: ExhibitPath) -> list[HalfUploadLine]:
    """The files of one's own exhibit that are half received, being taken, or refused."""
    with reading() as view:
        return queries.half_uploads(view.session, path.exhibit_id, current_user_id())


@api.post("/exhibits/<uuid:exhibit_id>/uploads")
def begin_upload(path: ExhibitPath) -> Annotated[Response, tus.BEGUN]:
    """Begin a file (tus: creation, creation-with-upload). Upload-Metadata: `path`, where it stood on the device, or
    `filename`; `modified`, when it was last changed, in milliseconds. Who begins the same file again goes on with
    it."""
    tus.require_version()
    size = tus.stated_length()
    name, path_bytes, modified_ms = _said_of_file()
    if refusal := claim_refusal(name, size):
        _refuse(path.exhibit_id, Arrival(path_as_listed(name.encode()), size, refusal=refusal, path_bytes=path_bytes))
    brings = bool(request.content_length)
    if brings:
        tus.require_part()
    checksum = tus.stated_checksum() if brings else None
    with writing() as tx:
        upload = commands.begin_upload(
            tx, path.exhibit_id, path=name, path_bytes=path_bytes, size_bytes=size, modified_ms=modified_ms
        )
        key = operation_key(tx.session, upload.operation_id)
    if brings and upload.received_bytes == 0:
        upload = _take_parts(upload, key, checksum)
    return tus.begun(upload)


@api.get("/operations/<int:operation_id>/uploads")
def packed_uploads(path: OperationPath, query: PackedQuery) -> list[HalfUploadLine]:
    """One's own registers, lists or case files that are half received, or whole and not brought in yet."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)  # a list of a strange operation does not exist
        return queries.packed_uploads(view.session, path.operation_id, current_user_id(), query.what)


@api.post("/operations/<int:operation_id>/uploads")
def begin_packed(path: OperationPath, query: PackedQuery) -> Annotated[Response, tus.BEGUN]:
    """Begin a register with its photos, a list of known material or a case file as one file (tus: creation): eight
    bytes with the length of the index, the index as JSON ([["", size], [path, size], …], of a list or case [["",
    size]]), and the files one behind the other. Once it is whole, send its form with `upload`."""
    tus.require_version()
    size = tus.stated_length()
    name, _, modified_ms = _said_of_file()
    with writing() as tx:
        upload = commands.begin_packed(
            tx, path.operation_id, query.what, path=name, size_bytes=size, modified_ms=modified_ms
        )
    return tus.begun(upload)


@api.get("/uploads/<uuid:upload_id>")
def half_upload(path: UploadPath) -> Annotated[Response, HalfUploadLine]:
    """How much of a file has come (tus: HEAD), and what became of it: `taken` once it is a line of its exhibit."""
    tus.require_version(is_needed=False)
    with reading() as view:
        line = queries.half_upload(view.session, path.upload_id, current_user_id())
    return tus.with_standing(jsonify(line), line.received_bytes, line.expires_at, size=line.size_bytes)


@api.patch("/uploads/<uuid:upload_id>")
def add_part(path: UploadPath) -> Annotated[Response, tus.STANDS]:
    """Add a part of a file where the last one ended (tus: PATCH). Upload-Offset: where; Upload-Checksum: what it must
    have, for parts of 16 MiB at most."""
    tus.require_version()
    offset = tus.stated_offset()
    checksum = tus.stated_checksum()
    with writing(is_check=True) as tx:  # asked before a byte is read
        upload = commands.require_upload(tx, path.upload_id, offset=offset, length=request.content_length or 0)
        key = operation_key(tx.session, upload.operation_id)
    upload = _take_parts(upload, key, checksum)
    return tus.standing(204, upload.received_bytes, upload.expires_at)


@api.delete("/uploads/<uuid:upload_id>")
def throw_upload_away(path: UploadPath) -> Annotated[Response, Bare(204)]:
    """Throw away a file of one's agency that is half received or was refused (tus: termination)."""
    tus.require_version(is_needed=False)
    with writing() as tx:
        commands.throw_upload_away(tx, path.upload_id)
    return Response(status=204)


def _refuse(exhibit_id: UUID, arrival: Arrival) -> None:
    """Write down a file that cannot be taken, before it is sent. Raises: Refused."""
    with writing() as tx:
        receive_file(tx, exhibit_id, arrival)
    raise Refused(
        "This file cannot be taken; it stands among the refused files.", reason=arrival.refusal, path=arrival.path
    )


def _take_parts(upload: UploadStanding, key: OperationKey, checksum: Checksum | None) -> UploadStanding:
    """Seal and write down what comes.

    Raises:
        Unavailable: the line was cut; what came before is kept (reason `line_cut`).
    """
    body, left = tus.Part(), request.content_length or 0
    while left:
        wanted = min(left, PIECE_BYTES)
        with sealed_piece(body, wanted, store=media_store(), key=key, checksum=checksum) as piece:
            if piece is not None:
                identify_again()
                with writing() as tx:
                    upload = commands.add_piece(
                        tx, upload.id, offset=upload.received_bytes, length=piece.length, address=piece.address
                    )
        if piece is None or piece.is_cut:
            raise Unavailable(
                "The connection ended before the whole part had come. What came is kept; go on behind it.",
                reason="line_cut",
                offset=upload.received_bytes,
            )
        left -= piece.length
    return upload


def _said_of_file() -> tuple[str, bytes | None, int | None]:
    """The path as text, its bytes where they are no text, and when the file was changed. Raises: Invalid."""
    said = tus.stated_metadata()
    raw = said.get("path") or said.get("filename") or b""
    path = raw.decode() if is_text(raw) else path_as_listed(raw)
    modified = said.get("modified", b"")
    faults = []
    if not 0 < len(path) <= MAX_PATH_CHARACTERS or not is_storable(path):
        faults.append(Fault("Upload-Metadata: path", "a path of at most {most} characters", most=MAX_PATH_CHARACTERS))
    if modified and not (modified.isdigit() and int(modified) <= MOST_BIG_INTEGER):
        faults.append(Fault("Upload-Metadata: modified", "a whole number"))
    if faults:
        raise Invalid("The request cannot be understood.", faults=faults)
    return path, None if is_text(raw) else raw, int(modified) if modified else None
