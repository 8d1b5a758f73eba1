"""Files that come in parts: one is begun, its parts are added where the last one ended, and once it is whole a worker
makes a line of its exhibit of it. Until then it is no fact: nothing of it is recorded. A register with its photos
comes so too, and a list of known material, and a case file; whole, it waits until its form names it.

Whoever began a file adds to it; a colleague of the agency may throw it away. Each part asks again whether the sender
may bring in material, so that nothing is added after a right has ended. Must not open a part (intake/pieces.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy import delete as delete_rows

from workspace.commands.each import each
from workspace.commands.guard import require_operation, require_own_country
from workspace.commands.intake import receive_file, require_exhibit
from workspace.commands.lines import Arrival, content_of
from workspace.commands.locks import hold
from workspace.errors import Conflict, NotFound, Refused, Text, TooMuch
from workspace.model import Exhibit, HalfUpload, HalfUploadPiece, ReceivedFile, jobs
from workspace.model.database import Tx
from workspace.rules.codes import PASSING
from workspace.rules.half_uploads import (
    ACTION_OF_PACKED,
    ERASED_WITHIN,
    KEPT,
    LIVE,
    MOST_LIVE,
    MOST_LIVE_BYTES,
    MOST_PACKED_BYTES,
    MOST_PIECES,
    PackedWhat,
    UploadFailure,
)

UPLOAD_IS_OVER = (
    HalfUpload.expires_at <= func.now(),
    or_(HalfUpload.state != "whole", HalfUpload.exhibit_id.is_(None)),
)
"""What `end_uploads` looks for; housekeeping asks first whether there is any."""
_CHANGED = Text("Another part of this file came meanwhile. Ask how much of it is here, and go on from there.")


@dataclass(frozen=True)
class UploadStanding:
    """How much of a file has come. packed: what it is, if it belongs to no exhibit; path: how its sender calls it."""

    id: UUID
    operation_id: int
    exhibit_id: UUID | None
    size_bytes: int
    received_bytes: int
    expires_at: datetime
    path: str
    packed: PackedWhat | None


def begin_upload(
    tx: Tx,
    exhibit_id: UUID,
    *,
    path: str,
    size_bytes: int,
    path_bytes: bytes | None = None,
    modified_ms: int | None = None,
) -> UploadStanding:
    """Begin a file that comes in parts, or go on with one that the actor began: the same path, size and time of change.
    Asks `receive_exhibit`.

    Raises:
        NotFound, Forbidden, Closed: as `require_exhibit`.
        Conflict: the intake has ended; another file came under this path, or is half received.
        TooMuch: the actor has as many, or as large ones, half received.
    """
    hold(tx, "account", [tx.actor.id])
    exhibit, operation = require_exhibit(tx, exhibit_id, lock="share")
    _require_open_intake(exhibit)
    begun = _begun(tx, operation.id, exhibit_id, path, size_bytes, modified_ms)
    if begun is not None:
        return begun
    _require_same_size(tx, exhibit_id, path, size_bytes)
    return _begin(tx, operation.id, exhibit_id, path, size_bytes, modified_ms, path_bytes=path_bytes)


def begin_packed(
    tx: Tx, operation_id: int, what: PackedWhat, *, path: str, size_bytes: int, modified_ms: int | None = None
) -> UploadStanding:
    """Begin a register with its photos, a list of known material or a case file that comes in parts, as one file
    (intake/uploads.py), or go on with one that the actor began. Asks `import_register`, `bring_known` or `bring_case`.
    path: how its sender calls it.

    Raises:
        NotFound, Forbidden, Closed: as `require_operation`, `require_own_country`.
        Refused: it is too large. Conflict, TooMuch: as `begin_upload`.
    """
    hold(tx, "account", [tx.actor.id])
    _require_may_bring(tx, operation_id, what)
    if not 0 < size_bytes <= MOST_PACKED_BYTES:
        raise Refused(
            "One such file holds {most} bytes at most; a larger one comes through the command line.",
            most=MOST_PACKED_BYTES,
            reason="too_large",
        )
    begun = _begun(tx, operation_id, None, path, size_bytes, modified_ms, packed=what)
    return begun or _begin(tx, operation_id, None, path, size_bytes, modified_ms, packed=what)


def require_upload(tx: Tx, upload_id: UUID, *, offset: int, length: int) -> UploadStanding:
    """Pass if the actor may add so many bytes to a file now, where the last part ended. Asks `receive_exhibit`, or
    as `begin_packed`.

    Raises:
        NotFound: there is no such file of his, or it is not waited for any more. Forbidden, Closed: as
            `require_exhibit`. Conflict: its intake has ended, or another offset is due (reason `offset`).
        Refused: more comes than the file was said to hold.
    """
    upload = _own_live(tx, upload_id)
    _require_wanted(tx, upload)
    if offset != upload.received_bytes:
        raise Conflict(_CHANGED, reason="offset", offset=upload.received_bytes)
    if offset + length > upload.size_bytes:
        raise Refused(
            "More came than this file was said to hold ({size} bytes). Nothing of it was kept.",
            size=upload.size_bytes,
            reason="beyond_length",
        )
    if upload.pieces >= MOST_PIECES:
        raise TooMuch(
            "This file came in {count} parts, and more are not kept. Throw it away, and send it in larger parts.",
            count=upload.pieces,
        )
    return _standing(upload)


def add_piece(tx: Tx, upload_id: UUID, *, offset: int, length: int, address: str) -> UploadStanding:
    """Write down a part that was sealed; the last one has the file made whole. Asks `receive_exhibit`; raises as
    `require_upload`."""
    upload = require_upload(tx, upload_id, offset=offset, length=length)
    end = offset + length
    is_whole = end == upload.size_bytes
    expires_at = tx.now + KEPT
    tx.change_one(
        update(HalfUpload)
        .where(HalfUpload.id == upload_id, HalfUpload.state == "open", HalfUpload.received_bytes == offset)
        .values(received_bytes=end, pieces=HalfUpload.pieces + 1, expires_at=expires_at)
        .values(state="whole" if is_whole else "open"),
        otherwise=Conflict(_CHANGED, reason="offset"),
    )
    tx.add(HalfUploadPiece(upload_id=upload_id, starts_at=offset, length=length, address=address))
    if is_whole and upload.exhibit_id is not None:
        jobs.want(tx, "finish_upload", upload_id, upload.operation_id)
    return replace(upload, received_bytes=end, expires_at=expires_at)


def throw_upload_away(tx: Tx, upload_id: UUID) -> None:
    """Throw a file away that is half received, or what is said of one that was refused. Asks `receive_exhibit`.

    Raises:
        NotFound: there is none of the actor's agency. Forbidden, Closed: as `require_exhibit`.
        Conflict: it is whole, and is being taken.
    """
    upload = tx.session.get(HalfUpload, upload_id)
    if upload is None or upload.state == "dropped":
        raise _gone()
    if upload.exhibit_id is not None:
        require_exhibit(tx, upload.exhibit_id)
    else:
        require_operation(tx, ACTION_OF_PACKED[_packed_of(upload) or "register"], upload.operation_id)
    idle = or_(HalfUpload.state.in_(("open", "taken", "refused")), HalfUpload.exhibit_id.is_(None))
    tx.change_one(
        update(HalfUpload)
        .where(HalfUpload.id == upload_id, HalfUpload.state != "dropped", idle)
        .values(state="dropped", expires_at=func.now()),  # housekeeping has its parts erased
        otherwise=Conflict("This file is whole, and is just being taken into its exhibit."),
    )


def require_packed(tx: Tx, upload_id: UUID, operation_id: int, what: PackedWhat) -> UploadStanding:
    """Pass if the actor has such a file of this id here that has come whole. Asks as `begin_packed`.

    Raises:
        NotFound: there is none. Forbidden, Closed: as `require_operation`. Conflict: it is not whole yet.
    """
    upload = _own_live(tx, upload_id)
    if _packed_of(upload) != what or upload.operation_id != operation_id:
        raise _gone()
    _require_wanted(tx, upload)
    if upload.state != "whole":
        raise Conflict("Not all of this file has come. Go on sending it first.", offset=upload.received_bytes)
    return _standing(upload)


def whole_packed(tx: Tx, upload_id: UUID, operation_id: int, what: PackedWhat) -> UploadStanding | None:
    """The actor's file of this id and kind that has come whole; None for any other. Asks as `begin_packed`."""
    upload = tx.session.get(HalfUpload, upload_id)
    if upload is None or upload.owner_id != tx.actor.id or upload.state != "whole":
        return None
    if _packed_of(upload) != what or upload.operation_id != operation_id:
        return None
    _require_wanted(tx, upload)
    return _standing(upload)


def use_packed(tx: Tx, came: UploadStanding) -> None:
    """Say that a file that came in parts is being read; its parts are erased. Asks as `begin_packed`; raises as
    `require_packed`."""
    if came.packed is None:
        raise _gone()
    require_packed(tx, came.id, came.operation_id, came.packed)
    tx.change_one(
        update(HalfUpload).where(HalfUpload.id == came.id, HalfUpload.state == "whole").values(state="taken"),
        otherwise=_gone(),
    )
    jobs.want(tx, "drop_half_upload", came.id, came.operation_id)


def _packed_of(upload: HalfUpload) -> PackedWhat | None:
    """What a file is that belongs to no exhibit; None of one that does."""
    return None if upload.exhibit_id is not None else cast("PackedWhat", upload.packed or "register")


def finish_upload(tx: Tx, upload_id: UUID, operation_id: int, exhibit_id: UUID, arrival: Arrival) -> None:
    """Make a line of its exhibit of a file that has come whole, in the name of who sent it. Asks `receive_exhibit`.

    Raises:
        As `receive_files`. Conflict: another worker has done it (reason `upload_ended`).
    """
    receive_file(tx, exhibit_id, arrival)
    tx.change_one(
        update(HalfUpload)
        .where(HalfUpload.id == upload_id, HalfUpload.state == "whole")
        .values(state="taken", sha256=content_of(arrival), refusal=arrival.refusal),
        otherwise=Conflict("This file was taken, or thrown away, meanwhile.", reason="upload_ended"),
    )
    jobs.want(tx, "drop_half_upload", upload_id, operation_id)


def refuse_upload(tx: Tx, upload_id: UUID, failure: UploadFailure) -> None:
    """Say why a file was not taken that has come whole; its parts are erased. Asks `work_on_media`."""
    upload = _at_work(tx, upload_id)
    tx.change(
        update(HalfUpload)
        .where(HalfUpload.id == upload_id, HalfUpload.state == "whole")
        .values(state="refused", failure=failure)
    )
    jobs.want(tx, "drop_half_upload", upload_id, upload.operation_id)


def drop_pieces(tx: Tx, upload_id: UUID) -> None:
    """Note that a file's parts are erased, and forget one that was thrown away. Asks `work_on_media`."""
    _at_work(tx, upload_id)
    tx.change(delete_rows(HalfUploadPiece).where(HalfUploadPiece.upload_id == upload_id))
    tx.change(delete_rows(HalfUpload).where(HalfUpload.id == upload_id, HalfUpload.state == "dropped"))


def end_uploads(tx: Tx) -> int:
    """Have erased what was thrown away or not gone on with in time, and forget what became of the others. Asks
    `work_on_media`."""
    over = tx.session.execute(select(HalfUpload.id, HalfUpload.operation_id).where(*UPLOAD_IS_OVER)).all()
    return each(tx, "work_on_media", over, _drop_over)


def _drop_over(tx: Tx, row: Row[Any]) -> None:
    tx.change(
        update(HalfUpload)
        .where(HalfUpload.id == row.id, *UPLOAD_IS_OVER)
        .values(state="dropped", failure=None, expires_at=func.now() + ERASED_WITHIN)
    )
    jobs.want(tx, "drop_half_upload", row.id, row.operation_id)


def _begun(
    tx: Tx,
    operation_id: int,
    exhibit_id: UUID | None,
    path: str,
    size_bytes: int,
    modified_ms: int | None,
    *,
    packed: PackedWhat | None = None,
) -> UploadStanding | None:
    """What the actor began of the same file. Raises: Conflict: it is another file."""
    begun = tx.session.scalars(
        select(HalfUpload).where(
            HalfUpload.owner_id == tx.actor.id,
            HalfUpload.operation_id == operation_id,
            HalfUpload.exhibit_id.is_not_distinct_from(exhibit_id),
            HalfUpload.path == path,
            HalfUpload.state.in_(LIVE),
        )
    ).one_or_none()
    if begun is None:
        return None
    if (begun.size_bytes, begun.modified_ms, _packed_of(begun)) != (size_bytes, modified_ms, packed):
        raise Conflict(
            "Another file is half received under this path. Go on with that one, or throw it away first.",
            reason="half_received",
            path=path,
            upload=str(begun.id),
        )
    return _standing(begun)


def _begin(
    tx: Tx,
    operation_id: int,
    exhibit_id: UUID | None,
    path: str,
    size_bytes: int,
    modified_ms: int | None,
    *,
    path_bytes: bytes | None = None,
    packed: PackedWhat | None = None,
) -> UploadStanding:
    """Raises: TooMuch."""
    _require_room(tx, operation_id, size_bytes)
    upload = HalfUpload(
        id=uuid4(),
        operation_id=operation_id,
        exhibit_id=exhibit_id,
        agency_id=tx.actor.agency_id,
        owner_id=tx.actor.id,
        path=path,
        path_bytes=path_bytes,
        packed=packed,
        modified_ms=modified_ms,
        size_bytes=size_bytes,
        received_bytes=0,
        pieces=0,
        state="open" if size_bytes else "whole",
        expires_at=tx.now + KEPT,
    )
    tx.add(upload)
    if not size_bytes:
        jobs.want(tx, "finish_upload", upload.id, operation_id)
    return _standing(upload)


def _require_wanted(tx: Tx, upload: HalfUpload) -> None:
    """Pass if what the file is for may still be brought in by the actor."""
    if upload.exhibit_id is None:
        _require_may_bring(tx, upload.operation_id, _packed_of(upload) or "register")
        return
    exhibit, _ = require_exhibit(tx, upload.exhibit_id, lock="share")
    _require_open_intake(exhibit)


def _require_may_bring(tx: Tx, operation_id: int, what: PackedWhat) -> None:
    operation = require_operation(tx, ACTION_OF_PACKED[what], operation_id)
    require_own_country(tx, operation, tx.actor.country)


def _own_live(tx: Tx, upload_id: UUID) -> HalfUpload:
    upload = tx.session.get(HalfUpload, upload_id)
    if upload is None or upload.owner_id != tx.actor.id or upload.state not in LIVE:
        raise _gone()
    return upload


def _at_work(tx: Tx, upload_id: UUID) -> HalfUpload:
    upload = tx.find(HalfUpload, upload_id, otherwise=_gone())
    require_operation(tx, "work_on_media", upload.operation_id)
    return upload


def _gone() -> NotFound:
    return NotFound(
        "There is no such file that is half received: it was thrown away, or you may not bring it in any more."
    )


def _require_open_intake(exhibit: Exhibit) -> None:
    if exhibit.intake_ended_at is not None:
        raise Conflict(
            "The intake of this exhibit has ended. Bring in later files as a new exhibit.", reason="intake_ended"
        )


def _require_same_size(tx: Tx, exhibit_id: UUID, path: str, size_bytes: int) -> None:
    """Refuse before it is sent what cannot be the file that came under this path."""
    came = tx.session.execute(
        select(ReceivedFile.size_bytes, ReceivedFile.refusal).where(
            ReceivedFile.exhibit_id == exhibit_id, ReceivedFile.path == path
        )
    ).one_or_none()
    if came is not None and came.refusal not in PASSING and came.size_bytes != size_bytes:
        raise Conflict("A different file has already come under this path.", paths=[path], reason="other_content")


def _require_room(tx: Tx, operation_id: int, size_bytes: int) -> None:
    """Pass if the actor may have one more half received; his account is held.

    Raises:
        TooMuch: he has as many, or as large ones.
    """
    count, total = tx.session.execute(
        select(func.count(), func.coalesce(func.sum(HalfUpload.size_bytes), 0)).where(
            HalfUpload.owner_id == tx.actor.id,
            HalfUpload.operation_id == operation_id,
            HalfUpload.state.in_(LIVE),
        )
    ).one()
    if count >= MOST_LIVE or total + size_bytes > MOST_LIVE_BYTES:
        raise TooMuch(
            "{count} files of yours are half received. Go on with them, or throw some away, under «Intake».",
            count=count,
        )


def _standing(upload: HalfUpload) -> UploadStanding:
    return UploadStanding(
        upload.id,
        upload.operation_id,
        upload.exhibit_id,
        upload.size_bytes,
        upload.received_bytes,
        upload.expires_at,
        upload.path,
        _packed_of(upload),
    )
