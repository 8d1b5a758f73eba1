"""What is made of a video, and what people say of its parts and take out of it.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Double, FetchedValue, ForeignKey, Integer, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class VideoCopy(Base):
    """A copy of a video that browsers play, a clear and a veiled one. at_ms: when each of its pictures is shown;
    stamps: the original's own, in units of unit_num / unit_den seconds."""

    __tablename__ = "video_copy"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    side: Mapped[int]
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    refusal: Mapped[str | None]
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    made_at: Mapped[datetime | None]
    frames_done: Mapped[int] = mapped_column(server_default=FetchedValue())
    frames_of: Mapped[int] = mapped_column(server_default=FetchedValue())
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_s: Mapped[float | None] = mapped_column(Double)
    has_sound: Mapped[bool] = mapped_column(server_default=FetchedValue())
    unseen: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=FetchedValue())
    clear_address: Mapped[str | None]
    veil_address: Mapped[str | None]
    at_ms: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=FetchedValue())
    stamps: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger), server_default=FetchedValue())
    unit_num: Mapped[int] = mapped_column(server_default=FetchedValue())
    unit_den: Mapped[int] = mapped_column(server_default=FetchedValue())


class VideoFrame(Base):
    """A sampled frame of a video that shows enough to be compared. turned: its hashes in the other quarter turns and
    mirrored, one behind the other."""

    __tablename__ = "video_frame"

    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    at_ms: Mapped[int]
    pdq: Mapped[bytes]
    turned: Mapped[bytes]


class PicturePart(Base):
    """The hashes of a photo's parts, by which copies that are covered in part are found; of the whole picture, and of
    what is inside of its borders, one behind the other. Zeros for a part that shows too little."""

    __tablename__ = "picture_part"

    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    hashes: Mapped[bytes]


class FilmStrip(Base):
    """The veiled pictures of a video's samples, side by side in one picture, and where its scenes change."""

    __tablename__ = "film_strip"

    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    address: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    times_s: Mapped[list[float]] = mapped_column(ARRAY(Double))
    cuts_s: Mapped[list[float]] = mapped_column(ARRAY(Double))


class VideoRange(Base):
    """A part of a video that somebody marked, with a note."""

    __tablename__ = "video_range"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    from_ms: Mapped[int]
    to_ms: Mapped[int]
    note: Mapped[str]
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    undone_at: Mapped[datetime | None]


class VideoStill(Base):
    """A picture that somebody had taken out of a video. still_id: the medium that it became."""

    __tablename__ = "video_still"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    frame: Mapped[int]
    at_ms: Mapped[int]
    stamp: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    refusal: Mapped[str | None]
    still_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_item.id"))
    taken_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    taken_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class PictureTiles(Base):
    """The tiles of a picture in its own pixels, one behind the other in one object. starts: where each begins, and
    where the last one ends."""

    __tablename__ = "picture_tiles"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    refusal: Mapped[str | None]
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    made_at: Mapped[datetime | None]
    tiles_done: Mapped[int] = mapped_column(server_default=FetchedValue())
    tiles_of: Mapped[int] = mapped_column(server_default=FetchedValue())
    width: Mapped[int | None]
    height: Mapped[int | None]
    address: Mapped[str | None]
    starts: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=FetchedValue())
