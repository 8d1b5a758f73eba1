"""Case files that came with an exhibit, and their records. Columns and constraints only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class ExhibitCase(Base):
    """A case file, kept sealed as it came; of several the last counts. number: names it in narrow rows; scheme: which
    table its categories follow; table_id: the own country's, where it is that; is_case: or a hash set in its place."""

    __tablename__ = "exhibit_case"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    number: Mapped[int] = mapped_column(server_default=FetchedValue())
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibit.id"))
    name: Mapped[str]
    scheme: Mapped[str]
    table_id: Mapped[UUID | None] = mapped_column(ForeignKey("grade_table.id"))
    version: Mapped[str | None]
    region: Mapped[str | None]
    is_case: Mapped[bool]
    address: Mapped[str]
    sha256: Mapped[bytes]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    records: Mapped[int]
    brought_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    brought_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ExhibitCaseRecord(Base):
    """A record of a case with a usable hash. place: in the file, from 1; stated: what stands there as a category and is
    no number; path: the first that it names."""

    __tablename__ = "exhibit_case_record"

    case_no: Mapped[int] = mapped_column(ForeignKey("exhibit_case.number"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    md5: Mapped[bytes | None]
    sha1: Mapped[bytes | None]
    category: Mapped[int | None]
    stated: Mapped[str | None]
    path: Mapped[str]
