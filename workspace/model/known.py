"""Lists of known material, their hashes, and the media that they name. Columns and constraints only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class KnownList(Base):
    """A list of hashes with its owner, source and meaning. number: names it in narrow rows; hashes, alike: how many
    there are, and how many of them are PDQ."""

    __tablename__ = "known_list"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    number: Mapped[int] = mapped_column(server_default=FetchedValue())
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    name: Mapped[str]
    source: Mapped[str]
    meaning: Mapped[str]
    skips: Mapped[bool]
    retain_until: Mapped[date | None]
    brought_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    brought_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    hashes: Mapped[int] = mapped_column(server_default=FetchedValue())
    alike: Mapped[int] = mapped_column(server_default=FetchedValue())
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class KnownTable(Base):
    """The categories by which a list counts, in its own words; its last table counts. categories: number, label,
    meaning."""

    __tablename__ = "known_table"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    list_id: Mapped[UUID] = mapped_column(ForeignKey("known_list.id"))
    name: Mapped[str]
    categories: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    brought_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    brought_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())


class KnownCategory(Base):
    """As what somebody takes a number of a list's table: what it says of a file, and which category of the owner's
    country it is; the last row of a number counts."""

    __tablename__ = "known_category"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    table_id: Mapped[UUID] = mapped_column(ForeignKey("known_table.id"))
    number: Mapped[int]
    meaning: Mapped[str | None]
    grade: Mapped[int | None]
    grade_table_id: Mapped[UUID | None] = mapped_column(ForeignKey("grade_table.id"))
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())


class KnownHash(Base):
    """One hash of a list; meaning: where it differs from the list's; category: the number that the list gives."""

    __tablename__ = "known_hash"

    list_no: Mapped[int] = mapped_column(ForeignKey("known_list.number"), primary_key=True)
    algorithm: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    meaning: Mapped[str | None]
    category: Mapped[int | None]
    digest: Mapped[bytes] = mapped_column(primary_key=True)


class KnownMedia(Base):
    """A medium that a list names. distance: of PDQ, in bits of 256."""

    __tablename__ = "known_media"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    list_no: Mapped[int] = mapped_column(ForeignKey("known_list.number"), primary_key=True)
    meaning: Mapped[str]
    category: Mapped[int | None]
    algorithm: Mapped[int] = mapped_column(SmallInteger)
    distance: Mapped[int | None] = mapped_column(SmallInteger)
