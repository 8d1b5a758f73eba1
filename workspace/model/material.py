"""Exhibits, media, registers, faces, tracks and persons.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Double,
    FetchedValue,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base
from workspace.model.keys import compared, found


class Exhibit(Base):
    """A seized device."""

    __tablename__ = "exhibit"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    country: Mapped[str]
    label: Mapped[str]
    kind: Mapped[str]
    label_key: Mapped[str | None] = mapped_column(default=compared("label"))
    case_reference: Mapped[str]
    find_key: Mapped[str] = mapped_column(default=found("label", "case_reference"), server_default=FetchedValue())
    custodian: Mapped[str]
    handling_code: Mapped[str] = mapped_column(server_default=FetchedValue())
    was_prepared: Mapped[bool]
    seized_by: Mapped[str | None]
    seized_on: Mapped[date | None]
    acquired_hash: Mapped[str | None]
    manifest_sha256: Mapped[bytes | None]
    received_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    intake_ended_at: Mapped[datetime | None]
    intake_failure: Mapped[str | None]


class ExhibitChange(Base):
    """What the owner changed after the exhibit was received, and why; an event names it."""

    __tablename__ = "exhibit_change"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibit.id"))
    what: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    ground: Mapped[str | None]
    reason: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class OriginalCheck(Base):
    """The originals of an exhibit were read again and compared with the hashes that they came with; asked_by None: by
    Concord, each night. failed_at: when every attempt had failed."""

    __tablename__ = "original_check"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibit.id"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    checked_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    files: Mapped[int | None]
    wrong: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=FetchedValue())
    missing: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=FetchedValue())


class MediaItem(Base):
    """Distinct content inside one compartment. inner_video_s: how long the video inside a photo is."""

    __tablename__ = "media_item"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    register_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"))
    sha256: Mapped[bytes]
    md5: Mapped[bytes]
    sha1: Mapped[bytes]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    address: Mapped[str]
    media_type: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    refusal: Mapped[str | None]
    unseen: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=FetchedValue())
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_s: Mapped[float | None] = mapped_column(Double)
    camera_make: Mapped[str | None]
    camera_model: Mapped[str | None]
    camera_serial: Mapped[str | None]
    camera_key: Mapped[str | None]
    captured_at: Mapped[str | None]
    captured_subseconds: Mapped[str | None]
    captured_offset: Mapped[str | None] = mapped_column(server_default=FetchedValue())
    clock: Mapped[str | None]
    clock_claim: Mapped[str | None]
    lens_make: Mapped[str | None]
    lens_model: Mapped[str | None]
    lens_serial: Mapped[str | None]
    lens_key: Mapped[str | None]
    software: Mapped[str | None]
    document: Mapped[str | None]
    original_document: Mapped[str | None]
    instance: Mapped[str | None]
    document_key: Mapped[str | None]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    place_country: Mapped[str | None]
    place_region: Mapped[str | None]
    pdq: Mapped[bytes | None]
    pdq_turned: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary), server_default=FetchedValue())
    pdq_quality: Mapped[int | None]
    pdq_inner: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary), server_default=FetchedValue())
    preview_address: Mapped[str | None]
    veil_address: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    faces_sought: Mapped[bool] = mapped_column(server_default=FetchedValue())
    face_count: Mapped[int] = mapped_column(server_default=FetchedValue())
    best_quality: Mapped[str | None]
    read_at: Mapped[datetime | None]
    inner_video_s: Mapped[float | None] = mapped_column(Double)
    frames_hashed_in: Mapped[int | None] = mapped_column(BigInteger)
    parts_hashed_in: Mapped[int | None] = mapped_column(BigInteger)


class ReceivedFile(Base):
    """One line per file that came, readable or not. inside: the line of the archive that holds it. of_document: that
    is an office document or a book."""

    __tablename__ = "received_file"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibit.id"))
    media_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_item.id"))
    inside: Mapped[UUID | None] = mapped_column(ForeignKey("received_file.id"))
    of_document: Mapped[bool] = mapped_column(server_default=FetchedValue())
    path: Mapped[str]
    path_bytes: Mapped[bytes | None]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None]
    refusal: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class NearCopy(Base):
    """Two readable items of one compartment that look alike (PDQ). percent: of videos, the share of frames that match,
    of the one of which more do; of photos of which one is covered in part, the share that agrees."""

    __tablename__ = "near_copy"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    like_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    distance: Mapped[int]
    percent: Mapped[int | None] = mapped_column(SmallInteger)


class MediaMark(Base):
    """What somebody said of a medium; the last row that was not taken back stands. act: of one press."""

    __tablename__ = "media_mark"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    act: Mapped[UUID]
    mark: Mapped[str]
    marked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    marked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    undone_at: Mapped[datetime | None]


class Register(Base):
    __tablename__ = "register"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    country: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str | None] = mapped_column(default=compared("name"))
    legal_source: Mapped[str]
    attested_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    attested_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    retain_until: Mapped[date | None]
    handling_code: Mapped[str] = mapped_column(server_default=FetchedValue())


class RegisterEntry(Base):
    __tablename__ = "register_entry"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    register_id: Mapped[UUID] = mapped_column(ForeignKey("register.id"))
    number: Mapped[str]
    number_key: Mapped[str]
    find_key: Mapped[str] = mapped_column(default=found("number"), server_default=FetchedValue())
    label: Mapped[str] = mapped_column(server_default=FetchedValue())
    sex: Mapped[str] = mapped_column(server_default=FetchedValue())
    date_of_birth: Mapped[date | None]
    missing_since: Mapped[date | None]
    place: Mapped[str | None]
    nationality: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(server_default=FetchedValue())
    is_closed: Mapped[bool] = mapped_column(server_default=FetchedValue())
    closed_as: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class EntryEnd(Base):
    """How an entry ended or was taken up again, and why; the last row counts, and an event names it."""

    __tablename__ = "entry_end"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("register_entry.id"))
    what: Mapped[str]
    found_on: Mapped[date | None]
    reference: Mapped[str | None]
    reason: Mapped[str]
    ended_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    ended_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Person(Base):
    """A depicted, unnamed cluster inside one compartment."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    number: Mapped[int]
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("series.id"))
    category: Mapped[str] = mapped_column(server_default=FetchedValue())
    age_band: Mapped[str | None]
    face_count: Mapped[int] = mapped_column(server_default=FetchedValue())
    centroid: Mapped[Any | None] = mapped_column(HALFVEC())
    model_digest: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    series_before: Mapped[UUID | None] = mapped_column(ForeignKey("series.id"))


class PersonAct(Base):
    """Somebody said that two faces show one person, or two. faces: those that a split took out of the person:
    `other_id` is whom they became. other_compartment_id: of the other face, where it is of other material of the same
    agency."""

    __tablename__ = "person_act"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    other_compartment_id: Mapped[int | None] = mapped_column(ForeignKey("compartment.id"))
    is_same: Mapped[bool]
    face_id: Mapped[UUID] = mapped_column(ForeignKey("face.id"))
    other_face_id: Mapped[UUID] = mapped_column(ForeignKey("face.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    faces: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=FetchedValue())
    decided_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    undone_at: Mapped[datetime | None]


class PersonWord(Base):
    """What an examiner says of a person: an age band, a likely country, a note, the face that shows it best."""

    __tablename__ = "person_word"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str]
    code: Mapped[str | None]
    face_id: Mapped[UUID | None] = mapped_column(ForeignKey("face.id"))
    on_day: Mapped[date | None]
    words: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    withdrawn_at: Mapped[datetime | None]


class Track(Base):
    """One face through a video."""

    __tablename__ = "track"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    start_s: Mapped[float] = mapped_column(Double)
    end_s: Mapped[float] = mapped_column(Double)
    sample_count: Mapped[int]


class FaceAct(Base):
    """Somebody drew a face that was missed, or took a wrong box away. state: of a drawn one."""

    __tablename__ = "face_act"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    what: Mapped[str]
    box: Mapped[dict[str, Any] | None] = mapped_column("region")
    face_id: Mapped[UUID | None] = mapped_column(ForeignKey("face.id"))
    state: Mapped[str | None]
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    undone_at: Mapped[datetime | None]


class Face(Base):
    """A face that was found, or that people drew (drawn_as). grouped_as: the person to whom the machine gave it, where
    people's acts moved it since. joined_with: the face of the same picture with which the machine put it together.
    taken_away_as: people say that it is none; before_taken: whose it was then. by_sweep: the first look missed it.
    changed_in: the transaction that last changed its vector or its place (kept by the database)."""

    __tablename__ = "face"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("track.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    grouped_as: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    joined_with: Mapped[UUID | None] = mapped_column(ForeignKey("face.id"))
    drawn_as: Mapped[UUID | None] = mapped_column(ForeignKey("face_act.id"))
    taken_away_as: Mapped[UUID | None] = mapped_column(ForeignKey("face_act.id"))
    before_taken: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    register_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"))
    by_sweep: Mapped[bool] = mapped_column(server_default=FetchedValue())
    part: Mapped[int] = mapped_column(server_default=FetchedValue())
    at_s: Mapped[float | None] = mapped_column(Double)
    box: Mapped[list[float]]
    landmarks: Mapped[list[float]]
    frame_width: Mapped[int]
    frame_height: Mapped[int]
    detection_score: Mapped[float]
    quality: Mapped[float]
    quality_word: Mapped[str]
    eye_distance_px: Mapped[float]
    yaw_deg: Mapped[float]
    roll_deg: Mapped[float]
    sharpness: Mapped[float]
    embedding: Mapped[Any | None] = mapped_column(HALFVEC())
    pack_id: Mapped[str]
    model_digest: Mapped[str]
    dimension: Mapped[int]
    crop_address: Mapped[str]
    veil_address: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
