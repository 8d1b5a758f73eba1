"""What people say of series, and the columns of triage that an operation has of its own.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class SeriesColumn(Base):
    """A column of triage that an operation has of its own; one that was removed shows nothing any more."""

    __tablename__ = "series_column"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    name: Mapped[str]
    added_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    added_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    removed_at: Mapped[datetime | None]


class SeriesWord(Base):
    """What somebody said of a series: a comment, a name or a number elsewhere, why it is left over. Never changed.

    before: of a name or a number what stood there."""

    __tablename__ = "series_word"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    series_id: Mapped[UUID] = mapped_column(ForeignKey("series.id"))
    what: Mapped[str]
    words: Mapped[str]
    before: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
