"""Leads and what people say about them.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import BigInteger, Double, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base
from workspace.model.keys import found


class Lead(Base):
    __tablename__ = "lead"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    number: Mapped[int]
    kind: Mapped[str]
    pair_key: Mapped[bytes]
    locks: Mapped[list[int]]
    countries: Mapped[list[str]]
    stage: Mapped[str] = mapped_column(server_default=FetchedValue())
    stage_since: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    stage_reason: Mapped[str | None]
    stage_why: Mapped[UUID | None] = mapped_column(ForeignKey("lead_reason.id"))
    priority: Mapped[int] = mapped_column(server_default=FetchedValue())
    age_gap_years: Mapped[int | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    holder_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    lease_until: Mapped[datetime | None]
    claim_token: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    custody: Mapped[str | None]
    holder_left: Mapped[str | None]
    late_until: Mapped[date | None]
    basis_ended: Mapped[list[str]] = mapped_column(server_default=FetchedValue())
    opinions: Mapped[int] = mapped_column(server_default=FetchedValue())
    side_count: Mapped[int] = mapped_column(server_default=FetchedValue())
    score: Mapped[float | None] = mapped_column(deferred=True)
    band: Mapped[str | None] = mapped_column(deferred=True)
    bands_shown: Mapped[bool] = mapped_column(server_default=FetchedValue())
    shown_band: Mapped[str | None] = mapped_column(FetchedValue())
    shown_score: Mapped[float | None] = mapped_column(FetchedValue(), deferred=True)
    rank: Mapped[int | None] = mapped_column(deferred=True)
    threshold: Mapped[float | None]
    pack_id: Mapped[str | None]
    model_digest: Mapped[str | None]
    search_id: Mapped[UUID | None] = mapped_column(ForeignKey("face_search.id"))
    code_version: Mapped[str | None]
    compared_to: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    changed_seq: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())


class LeadReason(Base):
    """What a person wrote who moved the lead or ended a claim; an event names it."""

    __tablename__ = "lead_reason"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    locks: Mapped[list[int]]
    author_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class LeadEvidence(Base):
    """What stands on one side; a hidden side is simply absent."""

    __tablename__ = "lead_evidence"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    side: Mapped[int]
    country: Mapped[str]
    face_id: Mapped[UUID | None] = mapped_column(ForeignKey("face.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    register_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"))
    media_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_item.id"))
    exhibit_id: Mapped[UUID | None] = mapped_column(ForeignKey("exhibit.id"))
    sketch: Mapped[Any | None] = mapped_column(HALFVEC(), server_default=FetchedValue(), deferred=True)


class LeadTold(Base):
    """When what stands on a lead through one side may last have changed: the number of the event."""

    __tablename__ = "lead_told"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    seq: Mapped[int] = mapped_column(BigInteger)


class Assessment(Base):
    """One examiner's opinion; unseen by others until the lead is decided."""

    __tablename__ = "assessment"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    locks: Mapped[list[int]]
    examiner_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    country: Mapped[str]
    claim_token: Mapped[int] = mapped_column(BigInteger)
    opinion: Mapped[int]
    features: Mapped[dict[str, Any]] = mapped_column(server_default=FetchedValue())
    suitability: Mapped[list[str]] = mapped_column(server_default=FetchedValue())
    reason: Mapped[str]
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    signed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    undone_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    is_revealed: Mapped[bool] = mapped_column(server_default=FetchedValue())


class Annotation(Base):
    """A box on a picture, or a note on one side of a lead or on a medium."""

    __tablename__ = "annotation"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
    media_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_item.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    face_id: Mapped[UUID | None] = mapped_column(ForeignKey("face.id"))
    box: Mapped[dict[str, Any] | None] = mapped_column("region")
    at_s: Mapped[float | None] = mapped_column(Double)
    until_s: Mapped[float | None] = mapped_column(Double)
    note: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    changed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    removed_at: Mapped[datetime | None]


class Comment(Base):
    """What somebody said of a lead or a medium, in its first wording."""

    __tablename__ = "comment"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
    media_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_item.id"))
    thread_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"))
    locks: Mapped[list[int]]
    author_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    body: Mapped[str]
    find_key: Mapped[str] = mapped_column(default=found("body"), server_default=FetchedValue())
    language: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class CommentVersion(Base):
    """A later wording of a comment."""

    __tablename__ = "comment_version"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"))
    locks: Mapped[list[int]]
    number: Mapped[int]
    body: Mapped[str]
    find_key: Mapped[str] = mapped_column(default=found("body"), server_default=FetchedValue())
    language: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    written_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ThreadAct(Base):
    """A thread was resolved, or taken up again; the last one counts."""

    __tablename__ = "thread_act"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"))
    locks: Mapped[list[int]]
    what: Mapped[str]
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())


class Mention(Base):
    """Whom a comment calls; it waits for that person until it is read."""

    __tablename__ = "mention"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    locks: Mapped[list[int]]
    called: Mapped[str | None]
    called_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    read_at: Mapped[datetime | None]


class Sight(Base):
    """Who was shown a band or a score, first."""

    __tablename__ = "sight"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    shown_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class MediaView(Base):
    """A veil that was lifted. from_ms, to_ms: which part of a video was seen."""

    __tablename__ = "media_view"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    face_id: Mapped[UUID | None] = mapped_column(ForeignKey("face.id"))
    media_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_item.id"))
    from_ms: Mapped[int | None]
    to_ms: Mapped[int | None]
    viewed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Presence(Base):
    """Who is looking at a lead now; never an event."""

    __tablename__ = "presence"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    operation_id: Mapped[int]
    locks: Mapped[list[int]]
    mode: Mapped[str]
    seen_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class FaceSearch(Base):
    """Every search: who, why, over what, with what outcome."""

    __tablename__ = "face_search"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    case_reference: Mapped[str]
    probe_face_id: Mapped[UUID | None] = mapped_column(ForeignKey("face.id"))
    brought_face_id: Mapped[UUID | None] = mapped_column(ForeignKey("probe_face.id"))
    sets: Mapped[list[str]]
    threshold: Mapped[float]
    pack_id: Mapped[str]
    model_digest: Mapped[str]
    searched: Mapped[int]
    found: Mapped[int]
    searched_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
