"""Jobs that wait, and the event log.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, FetchedValue, ForeignKey, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Job(Base):
    """`job`."""

    __tablename__ = "job"

    id: Mapped[UUID] = mapped_column(Uuid, server_default=FetchedValue(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("operation.id"))
    asked_by: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    state: Mapped[str] = mapped_column(Text, server_default=FetchedValue())
    priority: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    attempt: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=FetchedValue())
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Chain(Base):
    """`chain`."""

    __tablename__ = "chain"

    operation_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    last_hash: Mapped[bytes] = mapped_column(LargeBinary, server_default=FetchedValue())


class Event(Base):
    """`event`."""

    __tablename__ = "event"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("chain.operation_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int] = mapped_column(Integer, ForeignKey("app_user.id"))
    lead_id: Mapped[UUID | None] = mapped_column(Uuid)
    locks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Counter(Base):
    """`counter`."""

    __tablename__ = "counter"

    operation_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[int] = mapped_column(Integer)
