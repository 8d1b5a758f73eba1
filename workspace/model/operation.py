"""An operation, its countries, agencies, members, compartments and grants.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, DateTime, FetchedValue, ForeignKey, Identity, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Operation(Base):
    """`operation`."""

    __tablename__ = "operation"

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    code_name: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closes_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    is_exercise: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())
    handling_code: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    tlp: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    terms: Mapped[str] = mapped_column(Text)
    shows_band: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())
    second_from_other_country: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())
    lease_s: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    suppression_threshold: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class Participation(Base):
    """`participation`."""

    __tablename__ = "participation"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"), primary_key=True)
    country: Mapped[str] = mapped_column(Text, primary_key=True)
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("app_user.id"))
    shares_known_count: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())
    face_recognition: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())


class OperationAgency(Base):
    """`operation_agency`."""

    __tablename__ = "operation_agency"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(Integer, ForeignKey("agency.id"), primary_key=True)
    jurisdictions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    competences: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Membership(Base):
    """`membership`."""

    __tablename__ = "membership"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(Text)
    training: Mapped[str | None] = mapped_column(Text)
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Compartment(Base):
    """`compartment`."""

    __tablename__ = "compartment"

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    agency_id: Mapped[int] = mapped_column(Integer, ForeignKey("agency.id"))
    sharing: Mapped[str] = mapped_column(Text)


class AccessGrant(Base):
    """`access_grant`."""

    __tablename__ = "access_grant"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))
    agency_id: Mapped[int] = mapped_column(Integer, ForeignKey("agency.id"))
    lead_id: Mapped[UUID | None] = mapped_column(Uuid)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    answered_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("app_user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    granted: Mapped[bool | None] = mapped_column(Boolean)
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
