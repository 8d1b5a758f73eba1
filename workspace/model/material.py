"""Exhibits, media, registers, faces, tracks and persons.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    FetchedValue,
    ForeignKey,
    Integer,
    LargeBinary,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Series(Base):
    """`series`."""

    __tablename__ = "series"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    number: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(Text)
    external_reference: Mapped[str | None] = mapped_column(Text)
    was_prepared: Mapped[bool] = mapped_column(Boolean)
    country_determined: Mapped[str | None] = mapped_column(Text)
    country_grounds: Mapped[str | None] = mapped_column(Text)
    determined_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("app_user.id"))
    confirmed_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("app_user.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class Exhibit(Base):
    """`exhibit`."""

    __tablename__ = "exhibit"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    country: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    case_reference: Mapped[str] = mapped_column(Text)
    custodian: Mapped[str] = mapped_column(Text)
    handling_code: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    was_prepared: Mapped[bool] = mapped_column(Boolean)
    manifest_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    intake_ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    intake_failure: Mapped[str | None] = mapped_column(Text)


class MediaItem(Base):
    """`media_item`."""

    __tablename__ = "media_item"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    register_entry_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("register_entry.id"))
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    md5: Mapped[bytes] = mapped_column(LargeBinary)
    sha1: Mapped[bytes] = mapped_column(LargeBinary)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    refusal: Mapped[str | None] = mapped_column(Text)
    is_complete: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    duration_s: Mapped[float | None] = mapped_column(Double)
    camera_make: Mapped[str | None] = mapped_column(Text)
    camera_model: Mapped[str | None] = mapped_column(Text)
    camera_serial: Mapped[str | None] = mapped_column(Text)
    captured_at: Mapped[str | None] = mapped_column(Text)
    pdq: Mapped[bytes | None] = mapped_column(LargeBinary)
    pdq_quality: Mapped[int | None] = mapped_column(Integer)
    preview_address: Mapped[str | None] = mapped_column(Text)
    veil_address: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ReceivedFile(Base):
    """`received_file`."""

    __tablename__ = "received_file"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    exhibit_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("exhibit.id"))
    media_item_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("media_item.id"))
    path: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    refusal: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class NearCopy(Base):
    """`near_copy`."""

    __tablename__ = "near_copy"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("media_item.id"), primary_key=True)
    like_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("media_item.id"), primary_key=True)
    distance: Mapped[int] = mapped_column(Integer)


class Register(Base):
    """`register`."""

    __tablename__ = "register"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    country: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    legal_source: Mapped[str] = mapped_column(Text)
    attested_by: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    attested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    retain_until: Mapped[date | None] = mapped_column(Date)


class RegisterEntry(Base):
    """`register_entry`."""

    __tablename__ = "register_entry"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    register_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("register.id"))
    number: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    sex: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    date_of_birth: Mapped[date | None] = mapped_column(Date)
    missing_since: Mapped[date | None] = mapped_column(Date)
    place: Mapped[str | None] = mapped_column(Text)
    nationality: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=FetchedValue())
    is_closed: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class Person(Base):
    """`person`."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    number: Mapped[int] = mapped_column(Integer)
    series_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("series.id"))
    category: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    age_band: Mapped[str | None] = mapped_column(Text)
    face_count: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    centroid: Mapped[Any | None] = mapped_column(HALFVEC())
    model_digest: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class Track(Base):
    """`track`."""

    __tablename__ = "track"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("media_item.id"))
    start_s: Mapped[float] = mapped_column(Double)
    end_s: Mapped[float] = mapped_column(Double)
    sample_count: Mapped[int] = mapped_column(Integer)


class Face(Base):
    """`face`."""

    __tablename__ = "face"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("media_item.id"))
    track_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("track.id"))
    person_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("person.id"))
    register_entry_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("register_entry.id"))
    at_s: Mapped[float | None] = mapped_column(Double)
    box: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    landmarks: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    frame_width: Mapped[int] = mapped_column(Integer)
    frame_height: Mapped[int] = mapped_column(Integer)
    detection_score: Mapped[float] = mapped_column(REAL)
    quality: Mapped[float] = mapped_column(REAL)
    quality_word: Mapped[str] = mapped_column(Text)
    eye_distance_px: Mapped[float] = mapped_column(REAL)
    yaw_deg: Mapped[float] = mapped_column(REAL)
    roll_deg: Mapped[float] = mapped_column(REAL)
    sharpness: Mapped[float] = mapped_column(REAL)
    embedding: Mapped[Any] = mapped_column(HALFVEC())
    pack_id: Mapped[str] = mapped_column(Text)
    model_digest: Mapped[str] = mapped_column(Text)
    dimension: Mapped[int] = mapped_column(Integer)
    crop_address: Mapped[str] = mapped_column(Text)
    veil_address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
