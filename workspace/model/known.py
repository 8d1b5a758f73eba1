"""Lists of known material, their hashes, and the media that they name. Columns and constraints only."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, SmallInteger
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
