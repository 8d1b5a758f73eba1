"""Jobs that wait, and the event log.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, FetchedValue, ForeignKey, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Job(Base):
    __tablename__ = "job"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    priority: Mapped[int] = mapped_column(server_default=FetchedValue())
    attempt: Mapped[int] = mapped_column(server_default=FetchedValue())
    lease_until: Mapped[datetime | None]
    failure: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    done_at: Mapped[datetime | None]
    failed_in: Mapped[str | None]


class ReadingTurn(Base):
    """How far an agency has put its media into the queue of reading, in units of a photo."""

    __tablename__ = "reading_turn"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger)


class Chain(Base):
    """Head of each operation's log; 0 is the installation itself."""

    __tablename__ = "chain"

    operation_id: Mapped[int] = mapped_column(primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    last_hash: Mapped[bytes] = mapped_column(server_default=FetchedValue())
    doubted_seq: Mapped[int | None] = mapped_column(BigInteger)


class Event(Base):
    __tablename__ = "event"

    operation_id: Mapped[int] = mapped_column(ForeignKey("chain.operation_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    lead_id: Mapped[UUID | None]
    locks: Mapped[list[int]]
    payload: Mapped[dict[str, Any]]
    body: Mapped[str]
    hash: Mapped[bytes]


class SignedHead(Base):
    """A signed head of a record: made with each edition, and each day in which something was recorded."""

    __tablename__ = "signed_head"

    operation_id: Mapped[int] = mapped_column(ForeignKey("chain.operation_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes]
    note: Mapped[str]
    verifier: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Counter(Base):
    """Next number of leads, persons … in an operation."""

    __tablename__ = "counter"

    operation_id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class WriteKey(Base):
    """The key with which somebody sent a write, and what it was answered; kept for a day."""

    __tablename__ = "write_key"

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    asked: Mapped[list[Any]] = mapped_column(JSONB, server_default=FetchedValue())
    status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    written_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Governed(Base):
    """A table of which the record binds every row, and how its columns may change (ADR 45)."""

    __tablename__ = "governed"

    name: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[list[str]]
    operation: Mapped[str]
    fixed: Mapped[list[str]]
    once: Mapped[list[str]]
    free: Mapped[list[str]]


class RowSeal(Base):
    """The salted digest of a governed row as the last act left it."""

    __tablename__ = "row_seal"

    name: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    operation_id: Mapped[int]
    act: Mapped[int] = mapped_column(BigInteger)
    salt: Mapped[bytes | None]
    digest: Mapped[bytes]
    marks: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    differed: Mapped[bool]


class Erasure(Base):
    """What somebody wrote was taken out of a row, by a country lead of the author's country, on a legal basis."""

    __tablename__ = "erasure"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    name: Mapped[str]
    key: Mapped[UUID]
    legal_basis: Mapped[str]
    erased_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    erased_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Erasable(Base):
    """A table whose words can be erased: the columns, a derived one too, and the column that names the author."""

    __tablename__ = "erasable"

    name: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[list[str]]
    author: Mapped[str]


class OpenErasure(Base):
    """A write that takes words away; empty outside of that statement."""

    __tablename__ = "open_erasure"

    xact: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class OpenAct(Base):
    """A write that owes an event; empty outside of writes."""

    __tablename__ = "open_act"

    xact: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    operation_id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())


class EventRows(Base):
    """The rows of an event that holds too many to name, a line each."""

    __tablename__ = "event_rows"

    operation_id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    lines: Mapped[str]


class RecordCheck(Base):
    """What the installation last found of a chain and its governed rows."""

    __tablename__ = "record_check"

    operation_id: Mapped[int] = mapped_column(ForeignKey("chain.operation_id"), primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    through: Mapped[int] = mapped_column(BigInteger)
    events: Mapped[int]
    rows: Mapped[int]
    erased: Mapped[int]
    state: Mapped[str]
    faults: Mapped[int]
    broken: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    intact_at: Mapped[datetime | None]
    settled: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=FetchedValue())
    asked_at: Mapped[datetime | None]


class Difference(Base):
    """Why a row differs from the record that an act found changed, and who of another country confirmed it."""

    __tablename__ = "difference"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    name: Mapped[str]
    key: Mapped[str]
    found_seq: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    seen_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    seen_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_played_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
