"""Jurisdiction, referrals, the ledger of victims and offenders, outcomes and editions.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class JurisdictionClaim(Base):
    __tablename__ = "jurisdiction_claim"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    locks: Mapped[list[int]]
    country: Mapped[str]
    ground: Mapped[str]
    competence: Mapped[str]
    basis: Mapped[str]
    stated_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    stated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    withdrawn_at: Mapped[datetime | None]


class Corroboration(Base):
    """What speaks for or against a lead besides the comparison of faces."""

    __tablename__ = "corroboration"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    locks: Mapped[list[int]]
    type: Mapped[str]
    reference: Mapped[str]
    dated_on: Mapped[date]
    speaks: Mapped[str]
    stated_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    stated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    withdrawn_at: Mapped[datetime | None]
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())


class Referral(Base):
    __tablename__ = "referral"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    number: Mapped[int]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    locks: Mapped[list[int]]
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    from_country: Mapped[str]
    to_country: Mapped[str]
    competence: Mapped[str]
    urgency: Mapped[str] = mapped_column(server_default=FetchedValue())
    corroboration: Mapped[list[dict[str, str]]] = mapped_column(server_default=FetchedValue())
    message: Mapped[str] = mapped_column(server_default=FetchedValue())
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    reason: Mapped[str | None]
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"))
    package_state: Mapped[str] = mapped_column(server_default=FetchedValue())
    package_failure: Mapped[str | None]
    package_code: Mapped[str | None]
    package_address: Mapped[str | None]
    package_sha256: Mapped[bytes | None]
    manifest_sha256: Mapped[bytes | None]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    drafted_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    approved_played_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]


class ReleasePermission(Base):
    """An owner's permission that its material leaves with a referral."""

    __tablename__ = "release_permission"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    owner_country: Mapped[str]
    locks: Mapped[list[int]]
    exhibits: Mapped[list[UUID]]
    entries: Mapped[list[UUID]]
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    reason: Mapped[str | None]


class ReferralRelease(Base):
    """Why a referral leaves although the record does not match: one asked, another of another country confirmed."""

    __tablename__ = "referral_release"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_played_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class ReferralPicture(Base):
    """A veiled copy of a picture of the package, frozen when it was built; seen by whoever sees the referral."""

    __tablename__ = "referral_picture"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    name: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]


class LedgerEntry(Base):
    """The victim or offender whom a lead shows, a further one, or a child who is not shown.

    of_lead: the lead that shows the person; null for the others. merged_into, is_depicted, age_band, sex: caches of
    `fold_ledger`, which counts each person once.
    """

    __tablename__ = "ledger_entry"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    number: Mapped[int]
    kind: Mapped[str]
    is_depicted: Mapped[bool] = mapped_column(server_default=FetchedValue())
    age_band: Mapped[str | None]
    sex: Mapped[str] = mapped_column(server_default=FetchedValue())
    locks: Mapped[list[int]]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entry.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    of_lead: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
    was_depicted: Mapped[bool] = mapped_column(server_default=FetchedValue())


class LedgerAct(Base):
    """Somebody said that two entries are one person, or that an entry is depicted after all; never changed, only taken
    back."""

    __tablename__ = "ledger_act"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    what: Mapped[str]
    ledger_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entry.id"))
    other_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entry.id"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    undone_at: Mapped[datetime | None]


class Outcome(Base):
    """A statement, by whom, with what reference; never changed, only revoked."""

    __tablename__ = "outcome"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    ledger_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entry.id"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"))
    locks: Mapped[list[int]]
    stage: Mapped[str]
    stated_by_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    authority_reference: Mapped[str]
    stated_on: Mapped[date]
    place_country: Mapped[str | None]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    revoked_reason: Mapped[str | None]
    statement_id: Mapped[UUID] = mapped_column(server_default=FetchedValue())
    early_reason: Mapped[str | None]
    age_band: Mapped[str | None]
    sex: Mapped[str] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())


class Edition(Base):
    """A dated statistics report; frozen."""

    __tablename__ = "edition"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    number: Mapped[int]
    kind: Mapped[str]
    as_of: Mapped[datetime | None]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    log_digest: Mapped[bytes | None]
    figures: Mapped[dict[str, Any] | None]
    drawn_up_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    failed_at: Mapped[datetime | None]
