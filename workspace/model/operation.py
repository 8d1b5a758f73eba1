"""An operation, its countries, agencies, members, compartments and grants.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Operation(Base):
    __tablename__ = "operation"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    code_name: Mapped[str]
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    time_zone: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    is_exercise: Mapped[bool] = mapped_column(server_default=FetchedValue())
    handling_code: Mapped[str] = mapped_column(server_default=FetchedValue())
    tlp: Mapped[str] = mapped_column(server_default=FetchedValue())
    terms: Mapped[str]
    shows_band: Mapped[bool] = mapped_column(server_default=FetchedValue())
    second_from_other_country: Mapped[bool] = mapped_column(server_default=FetchedValue())
    lease_s: Mapped[int] = mapped_column(server_default=FetchedValue())
    suppression_threshold: Mapped[int] = mapped_column(server_default=FetchedValue())
    terms_version: Mapped[int] = mapped_column(server_default=FetchedValue())
    sweeps: Mapped[bool] = mapped_column(server_default=FetchedValue())
    wrapped_key: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Participation(Base):
    """A country's part in an operation."""

    __tablename__ = "participation"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    shares_known_count: Mapped[bool] = mapped_column(server_default=FetchedValue())
    face_recognition: Mapped[bool] = mapped_column(server_default=FetchedValue())
    accepted_until: Mapped[datetime | None]
    window_ended_at: Mapped[datetime | None]
    joined_version: Mapped[int] = mapped_column(server_default=FetchedValue())
    accepted_version: Mapped[int] = mapped_column(server_default=FetchedValue())


class TermsChange(Base):
    """What a version of the terms changed."""

    __tablename__ = "terms_change"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    setting: Mapped[str | None]
    after: Mapped[int | None]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    jurisdictions: Mapped[list[str]] = mapped_column(server_default=FetchedValue())
    competences: Mapped[list[str]] = mapped_column(server_default=FetchedValue())
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("terms_proposal.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    in_force_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class TermsProposal(Base):
    """A change of the terms that waits for the yes of every country that has accepted them."""

    __tablename__ = "terms_proposal"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    what: Mapped[str]
    setting: Mapped[str | None]
    after: Mapped[int | None]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    jurisdictions: Mapped[list[str]] = mapped_column(server_default=FetchedValue())
    competences: Mapped[list[str]] = mapped_column(server_default=FetchedValue())
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    lapses_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]


class TermsAnswer(Base):
    """What a country says to a proposal; its last answer counts."""

    __tablename__ = "terms_answer"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("terms_proposal.id"))
    country: Mapped[str]
    is_yes: Mapped[bool]
    reason: Mapped[str | None]
    answered_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Opening(Base):
    """An owner's answer to a country that joined after the owner had accepted."""

    __tablename__ = "opening"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    owner: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    is_open: Mapped[bool]
    answered_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Consent(Base):
    """What a country accepted or consented to, with its date; the last row of each kind counts."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    country: Mapped[str]
    what: Mapped[str]
    is_given: Mapped[bool]
    until: Mapped[datetime | None]
    given_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    given_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class WindowChange(Base):
    """How the window was moved, by whom and why."""

    __tablename__ = "window_change"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    before: Mapped[datetime]
    after: Mapped[datetime]
    reason: Mapped[str]
    moved_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    moved_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class OperationAgency(Base):
    __tablename__ = "operation_agency"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    jurisdictions: Mapped[list[str]]
    competences: Mapped[list[str]]


class Membership(Base):
    __tablename__ = "membership"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    role: Mapped[str]
    ends_at: Mapped[datetime | None]
    standing: Mapped[str] = mapped_column(server_default=FetchedValue())
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    suspended_until: Mapped[datetime | None]


class Qualification(Base):
    """What a member was trained for, as another one recorded it; valid on both days and between, until it is ended."""

    __tablename__ = "qualification"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    competence: Mapped[str]
    title: Mapped[str]
    issuer: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class Vouch(Base):
    """A member says to have met another one."""

    __tablename__ = "vouch"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    voucher_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    how: Mapped[str]
    vouched_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class Removal(Base):
    """A proposal to remove a member of another country, or an observer, and its confirmation."""

    __tablename__ = "removal"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_at: Mapped[datetime | None]
    is_compromised: Mapped[bool] = mapped_column(server_default=FetchedValue())


class CountryLeadProposal(Base):
    """A person who is proposed to lead a country that has no lead, and the confirmation."""

    __tablename__ = "country_lead_proposal"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    country: Mapped[str]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    name: Mapped[str | None]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_at: Mapped[datetime | None]


class Threshold(Base):
    """Cosines from which pairs of faces become leads, as one country proposes them and another confirms."""

    __tablename__ = "threshold"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    pack_id: Mapped[str]
    model_digest: Mapped[str]
    lead_cosine: Mapped[float]
    strong_cosine: Mapped[float]
    calibration: Mapped[dict[str, Any]]
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    proposed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_played_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class Suspension(Base):
    """An operation lead keeps a member out for a day at most."""

    __tablename__ = "suspension"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str]
    suspended_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    suspended_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class VouchCode(Base):
    """The code that a newcomer reads out."""

    __tablename__ = "vouch_code"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    digest: Mapped[bytes]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default=FetchedValue())


class Compartment(Base):
    """A lock; who holds its key is computed, never stored. is_common: the one in which an agency puts what it shares
    from the beginning."""

    __tablename__ = "compartment"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    sharing: Mapped[str]
    is_common: Mapped[bool] = mapped_column(server_default=FetchedValue())


class AccessGrant(Base):
    """Another agency's compartment, asked for because of a lead, then opened for a time: whole, or the lead's
    picture."""

    __tablename__ = "access_grant"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    lead_id: Mapped[UUID | None]
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    scope: Mapped[str | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
