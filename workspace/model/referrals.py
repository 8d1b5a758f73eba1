"""Jurisdiction, referrals, the ledger of victims and offenders, outcomes and editions.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, DateTime, FetchedValue, ForeignKey, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class JurisdictionClaim(Base):
    """`jurisdiction_claim`."""

    __tablename__ = "jurisdiction_claim"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"))
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    country: Mapped[str] = mapped_column(Text)
    ground: Mapped[str] = mapped_column(Text)
    competence: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    stated_by: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    stated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Referral(Base):
    """`referral`."""

    __tablename__ = "referral"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    number: Mapped[int] = mapped_column(Integer)
    lead_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("lead.id"))
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    from_agency_id: Mapped[int] = mapped_column(Integer, ForeignKey("agency.id"))
    to_agency_id: Mapped[int] = mapped_column(Integer, ForeignKey("agency.id"))
    from_country: Mapped[str] = mapped_column(Text)
    to_country: Mapped[str] = mapped_column(Text)
    competence: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    corroboration: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    state: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    reason: Mapped[str | None] = mapped_column(Text)
    previous_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("referral.id"))
    package_state: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    package_address: Mapped[str | None] = mapped_column(Text)
    package_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    manifest_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    drafted_by: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    drafted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    approved_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("app_user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LedgerEntry(Base):
    """`ledger_entry`."""

    __tablename__ = "ledger_entry"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    is_depicted: Mapped[bool] = mapped_column(Boolean, server_default=FetchedValue())
    age_band: Mapped[str | None] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    agency_id: Mapped[int] = mapped_column(Integer, ForeignKey("agency.id"))
    merged_into: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("ledger_entry.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())


class LedgerPerson(Base):
    """`ledger_person`."""

    __tablename__ = "ledger_person"

    ledger_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("ledger_entry.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("person.id"), primary_key=True)
    compartment_id: Mapped[int] = mapped_column(Integer, ForeignKey("compartment.id"))


class Outcome(Base):
    """`outcome`."""

    __tablename__ = "outcome"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    ledger_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("ledger_entry.id"))
    lead_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("lead.id"))
    referral_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("referral.id"))
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    stage: Mapped[str] = mapped_column(Text)
    stated_by_agency_id: Mapped[int] = mapped_column(Integer, ForeignKey("agency.id"))
    authority_reference: Mapped[str] = mapped_column(Text)
    stated_on: Mapped[date] = mapped_column(Date)
    place_country: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("app_user.id"))
    revoked_reason: Mapped[str | None] = mapped_column(Text)


class Edition(Base):
    """`edition`."""

    __tablename__ = "edition"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    as_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    seq: Mapped[int | None] = mapped_column(BigInteger)
    log_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    drawn_up_by: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
