"""Registers and lists of known material that were sent, while they are read and afterwards. Columns and constraints
only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class RegisterImport(Base):
    """A register that was sent: its sealed upload, how far it has been read, and its report.

    Or a list of known material (what): its source stands in legal_source, its own facts are meaning, skips,
    scheme, retain_until, and entries counts its hashes. Or the case of an exhibit (exhibit_id): entries counts its
    records, and its upload is kept by the case."""

    __tablename__ = "register_import"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    what: Mapped[str] = mapped_column(server_default=FetchedValue())
    country: Mapped[str]
    name: Mapped[str]
    legal_source: Mapped[str]
    sharing: Mapped[str]
    handling_code: Mapped[str]
    meaning: Mapped[str | None]
    skips: Mapped[bool] = mapped_column(server_default=FetchedValue())
    scheme: Mapped[str] = mapped_column(server_default=FetchedValue())
    retain_until: Mapped[date | None]
    takes_rest: Mapped[bool] = mapped_column(server_default=FetchedValue())
    address: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    read: Mapped[int] = mapped_column(server_default=FetchedValue())
    total: Mapped[int | None]
    entries: Mapped[int | None]
    takable: Mapped[int | None]
    remarks: Mapped[list[Any]] = mapped_column(JSONB, server_default=FetchedValue())
    faults: Mapped[list[Any]] = mapped_column(JSONB, server_default=FetchedValue())
    fault_count: Mapped[int] = mapped_column(server_default=FetchedValue())
    register_id: Mapped[UUID | None] = mapped_column(ForeignKey("register.id"))
    list_id: Mapped[UUID | None] = mapped_column(ForeignKey("known_list.id"))
    exhibit_id: Mapped[UUID | None] = mapped_column(ForeignKey("exhibit.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("exhibit_case.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ended_at: Mapped[datetime | None]
