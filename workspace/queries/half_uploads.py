"""Files that are half received: what a worker needs of one, and what the sender's agency reads of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model import Exhibit, HalfUpload, HalfUploadPiece, User
from workspace.rules.half_uploads import LIVE, PackedWhat, UploadFailure, UploadState


@dataclass(frozen=True)
class WholeUpload:
    """A file that has come whole. addresses: of its pieces, in order."""

    id: UUID
    operation_id: int
    exhibit_id: UUID
    owner_id: int
    played_by: str
    path: str
    path_bytes: bytes | None
    size_bytes: int
    addresses: list[str]


@dataclass(frozen=True)
class KeptPieces:
    """The pieces of a file that is not needed any more."""

    operation_id: int
    addresses: list[str]


@dataclass(frozen=True)
class HalfUploadLine:
    """A file that is being sent, and what became of it. modified_ms: when it was last changed on the sender's machine.
    failure: of a refused one, why. refusal: of one that was taken, why its content is refused, as its line says;
    sha256: of its content. expires_at: after it the file is not waited for any more."""

    id: UUID
    exhibit_id: UUID | None
    path: str
    size_bytes: int
    received_bytes: int
    modified_ms: int | None
    state: UploadState
    failure: UploadFailure | None
    refusal: str | None
    sha256: str | None
    sent_by: str
    is_mine: bool
    begun_at: datetime
    expires_at: datetime


_LINES = select(HalfUpload, User.name).join(User, User.id == HalfUpload.owner_id)


def whole_upload(session: Session, upload_id: UUID) -> WholeUpload | None:
    """A file that waits to be put together; None if it does not, any more. Workers' role."""
    row = session.get(HalfUpload, upload_id)
    if row is None or row.state != "whole" or row.exhibit_id is None:
        return None
    return WholeUpload(
        row.id,
        row.operation_id,
        row.exhibit_id,
        row.owner_id,
        row.played_by,
        row.path,
        row.path_bytes,
        row.size_bytes,
        _addresses(session, upload_id),
    )


def pieces_of(session: Session, upload_id: UUID) -> KeptPieces | None:
    """The pieces of a file that was taken, refused or thrown away; None for any other. Workers' role."""
    row = session.get(HalfUpload, upload_id)
    if row is None or row.state in ("open", "whole"):
        return None
    return KeptPieces(row.operation_id, _addresses(session, upload_id))


def half_upload(session: Session, upload_id: UUID, viewer_id: int) -> HalfUploadLine:
    """One of them. Raises: NotFound."""
    row = session.execute(_LINES.where(HalfUpload.id == upload_id, HalfUpload.state != "dropped")).one_or_none()
    if row is None:
        raise NotFound(
            "There is no such file that is half received: it was thrown away, or you may not bring it in any more."
        )
    return _line(row[0], row[1], viewer_id)


def half_uploads(session: Session, exhibit_id: UUID, viewer_id: int) -> list[HalfUploadLine]:
    """The files of an exhibit that are half received, being taken, or refused: the viewer's own and those of his
    agency, whose number is bounded (rules/half_uploads.py). What was taken stands among the exhibit's files.

    Raises:
        NotFound: there is no such exhibit for the viewer.
    """
    if session.get(Exhibit, exhibit_id) is None:
        raise NotFound("There is no such exhibit.")
    rows = session.execute(
        _LINES.where(HalfUpload.exhibit_id == exhibit_id, HalfUpload.state.in_(("open", "whole", "refused"))).order_by(
            HalfUpload.begun_at, HalfUpload.id
        )
    )
    return [_line(row[0], row[1], viewer_id) for row in rows]


def packed_uploads(session: Session, operation_id: int, viewer_id: int, what: PackedWhat) -> list[HalfUploadLine]:
    """The viewer's own registers, lists or case files that are half received, or whole and not brought in yet. Their
    number is bounded (rules/half_uploads.py)."""
    rows = session.execute(
        _LINES.where(HalfUpload.operation_id == operation_id, HalfUpload.exhibit_id.is_(None))
        .where(func.coalesce(HalfUpload.packed, "register") == what)
        .where(HalfUpload.state.in_(LIVE))
        .order_by(HalfUpload.begun_at, HalfUpload.id)
    )
    return [_line(row[0], row[1], viewer_id) for row in rows]


def own_pieces(session: Session, upload_id: UUID) -> list[str]:
    """The addresses of the pieces of a file that the viewer sends, in order."""
    return _addresses(session, upload_id)


def _addresses(session: Session, upload_id: UUID) -> list[str]:
    wanted = (
        select(HalfUploadPiece.address)
        .where(HalfUploadPiece.upload_id == upload_id)
        .order_by(HalfUploadPiece.starts_at)
    )
    return list(session.scalars(wanted))


def _line(upload: HalfUpload, sent_by: str, viewer_id: int) -> HalfUploadLine:
    return HalfUploadLine(
        id=upload.id,
        exhibit_id=upload.exhibit_id,
        path=upload.path,
        size_bytes=upload.size_bytes,
        received_bytes=upload.received_bytes,
        modified_ms=upload.modified_ms,
        state=upload.state,  # type: ignore[arg-type]  # the database checks it
        failure=upload.failure,  # type: ignore[arg-type]  # the database checks it
        refusal=upload.refusal,
        sha256=upload.sha256.hex() if upload.sha256 else None,
        sent_by=sent_by,
        is_mine=upload.owner_id == viewer_id,
        begun_at=upload.begun_at,
        expires_at=upload.expires_at,
    )
