"""People, their agencies and how they prove who they are.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base
from workspace.model.keys import compared


class Agency(Base):
    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    country: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str | None] = mapped_column(default=compared("name"))
    kind: Mapped[str]
    package_public_key: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class User(Base):
    __tablename__ = "app_user"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str]
    language: Mapped[str | None]
    theme: Mapped[str] = mapped_column(server_default=FetchedValue())
    contact: Mapped[str] = mapped_column(server_default=FetchedValue())
    is_service: Mapped[bool] = mapped_column(server_default=FetchedValue())
    is_house_admin: Mapped[bool] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    disabled_at: Mapped[datetime | None]


class Invitation(Base):
    __tablename__ = "invitation"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    __tablename__ = "passkey"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    last_used_at: Mapped[datetime | None]


class Challenge(Base):
    __tablename__ = "challenge"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    purpose: Mapped[str]
    expires_at: Mapped[datetime]


class Session(Base):
    __tablename__ = "session"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    how: Mapped[str]
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    seen_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]
    stepped_up_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ApiToken(Base):
    __tablename__ = "api_token"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    label: Mapped[str]
    scopes: Mapped[list[str]]
    exercises_only: Mapped[bool] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Draft(Base):
    """What a person writes and has not sent; sealed for its author alone."""

    __tablename__ = "draft"

    version: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("operation.id"))
    subject: Mapped[str]
    form: Mapped[str]
    sealed: Mapped[bytes]
    saved_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
