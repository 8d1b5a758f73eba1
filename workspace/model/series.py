"""Series, what people say of them, and the columns of triage that an operation has of its own.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, FetchedValue, ForeignKey, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Series(Base):
    """Material that belongs together. The country, its region, and who determined and confirmed them are caches of
    `fold_series` and `fold_series_regions`.

    triage: where it was put last; while somebody holds it, it is in work."""

    __tablename__ = "series"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    number: Mapped[int]
    label: Mapped[str]
    external_reference: Mapped[str | None]
    was_prepared: Mapped[bool]
    country_determined: Mapped[str | None]
    country_grounds: Mapped[str | None]
    determined_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_at: Mapped[datetime | None]
    region_code: Mapped[str | None]
    region_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    region_confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    triage: Mapped[str] = mapped_column(server_default=FetchedValue())
    column_id: Mapped[UUID | None] = mapped_column(ForeignKey("series_column.id"))
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=FetchedValue())
    recency: Mapped[str | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    holder_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    lease_until: Mapped[datetime | None]
    claim_token: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("series.id"))


class SeriesAct(Base):
    """Somebody determined the likely country of a series, or confirmed it; never changed, only taken back."""

    __tablename__ = "series_act"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    series_id: Mapped[UUID] = mapped_column(ForeignKey("series.id"))
    what: Mapped[str]
    country: Mapped[str]
    region_code: Mapped[str | None]
    grounds: Mapped[str | None]
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    undone_at: Mapped[datetime | None]


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
