"""What people say of series, and the columns of triage that an operation has of its own.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, FetchedValue, ForeignKey, Uuid
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


class SeriesPlacement(Base):
    """A person was placed in a series, or taken out of any; the last that was not taken back counts, and
    `person.series_id` is a cache of it. act: of one press."""

    __tablename__ = "series_placement"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("series.id"))
    act: Mapped[UUID]
    placed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    placed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    undone_at: Mapped[datetime | None]


class MediumPlacement(Base):
    """A medium was placed in a series by hand, or taken out of any; the last that was not taken back counts. act: of
    one press."""

    __tablename__ = "medium_placement"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("series.id"))
    act: Mapped[UUID]
    placed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    placed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    undone_at: Mapped[datetime | None]


class SeriesJoin(Base):
    """A series was merged into another, or split off it: then the id is also the act of the placements."""

    __tablename__ = "series_join"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    what: Mapped[str]
    series_id: Mapped[UUID] = mapped_column(ForeignKey("series.id"))
    into_id: Mapped[UUID] = mapped_column(ForeignKey("series.id"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    decided_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    undone_at: Mapped[datetime | None]


class SeriesRefusal(Base):
    """Somebody said that these persons are no series, or do not belong to that one: it is not suggested again."""

    __tablename__ = "series_refusal"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    persons: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("series.id"))
    refused_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    refused_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
