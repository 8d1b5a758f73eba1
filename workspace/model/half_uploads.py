"""Files that are half received, and their sealed pieces. Columns and constraints only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class HalfUpload(Base):
    """A file of an exhibit, or a register, a list or a case file (`packed`; no exhibit), that is being sent: how much
    of it has come, and what became of it."""

    __tablename__ = "half_upload"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    exhibit_id: Mapped[UUID | None] = mapped_column(ForeignKey("exhibit.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    path: Mapped[str]
    path_bytes: Mapped[bytes | None]
    packed: Mapped[str | None]
    modified_ms: Mapped[int | None] = mapped_column(BigInteger)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    received_bytes: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    pieces: Mapped[int] = mapped_column(server_default=FetchedValue())
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    failure: Mapped[str | None]
    sha256: Mapped[bytes | None]
    refusal: Mapped[str | None]
    begun_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]


class HalfUploadPiece(Base):
    """A part of such a file, sealed as an object of its own."""

    __tablename__ = "half_upload_piece"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("half_upload.id"), primary_key=True)
    starts_at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    length: Mapped[int]
    address: Mapped[str]
