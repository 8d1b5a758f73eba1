"""Leads and what people say about them.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import REAL, BigInteger, Boolean, DateTime, FetchedValue, ForeignKey, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Lead(Base):
    """`lead`."""

    __tablename__ = "lead"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    pair_key: Mapped[bytes] = mapped_column(LargeBinary)
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    stage: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    stage_since: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    stage_reason: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    age_gap_years: Mapped[int | None] = mapped_column(Integer)
    holder_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("app_user.id"))
    holder_agency_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("agency.id"))
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    claim_token: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    opinions: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    score: Mapped[float | None] = mapped_column(REAL, deferred=True)
    band: Mapped[str | None] = mapped_column(Text, deferred=True)
    bands_shown: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())
    shown_band: Mapped[str | None] = mapped_column(Text, FetchedValue())
    shown_score: Mapped[float | None] = mapped_column(REAL, FetchedValue())
    rank: Mapped[int | None] = mapped_column(Integer, deferred=True)
    threshold: Mapped[float | None] = mapped_column(REAL)
    pack_id: Mapped[str | None] = mapped_column(Text)
    model_digest: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    changed_seq: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())


class LeadEvidence(Base):
    """`lead_evidence`."""

    __tablename__ = "lead_evidence"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    side: Mapped[int] = mapped_column(Integer)
    country: Mapped[str] = mapped_column(Text)
    face_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("face.id"))
    person_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("person.id"))
    register_entry_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("register_entry.id"))
    media_item_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("media_item.id"))
    exhibit_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("exhibit.id"))


class Assessment(Base):
    """`assessment`."""

    __tablename__ = "assessment"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"))
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    examiner_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    agency_id: Mapped[int] = mapped_column(Integer, ForeignKey("agency.id"))
    country: Mapped[str] = mapped_column(Text)
    claim_token: Mapped[int] = mapped_column(BigInteger)
    opinion: Mapped[int] = mapped_column(Integer)
    features: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=FetchedValue())
    reason: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_revealed: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())


class Draft(Base):
    """`draft`."""

    __tablename__ = "draft"

    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"), primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class Annotation(Base):
    """`annotation`."""

    __tablename__ = "annotation"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    face_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("face.id"))
    region: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Comment(Base):
    """`comment`."""

    __tablename__ = "comment"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"))
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    author_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class Sight(Base):
    """`sight`."""

    __tablename__ = "sight"

    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"), primary_key=True)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    shown_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class MediaView(Base):
    """`media_view`."""

    __tablename__ = "media_view"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    face_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("face.id"))
    media_item_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("media_item.id"))
    viewed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class Presence(Base):
    """`presence`."""

    __tablename__ = "presence"

    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer)
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    mode: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class FaceSearch(Base):
    """`face_search`."""

    __tablename__ = "face_search"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    purpose: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(Text)
    case_reference: Mapped[str] = mapped_column(Text)
    probe_face_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("face.id"))
    threshold: Mapped[float] = mapped_column(REAL)
    pack_id: Mapped[str] = mapped_column(Text)
    model_digest: Mapped[str] = mapped_column(Text)
    searched: Mapped[int] = mapped_column(Integer)
    found: Mapped[int] = mapped_column(Integer)
    searched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
