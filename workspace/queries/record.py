"""The record as people may read it: a page of events, and the whole for who may audit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import Forbidden, NotFound
from workspace.model.statements import rows_as, statements
from workspace.rules.codes import SearchPurpose
from workspace.rules.exercise import PlayedBy

SQL = statements(__file__)
PAGE = 100
PART = 500
"""Events of the whole record that are read at once: a few milliseconds."""


@dataclass(frozen=True)
class RecordedEvent:
    """An event as the viewer's keys show it. whom: the name that its payload's id means; reason: what a person
    wrote."""

    seq: int
    at: datetime
    kind: str
    played_by: PlayedBy
    payload: dict[str, Any]
    lead_id: UUID | None
    lead_number: int | None
    name: str | None
    country: str | None
    whom: str | None
    whom_played_by: PlayedBy | None
    reason: str | None


@dataclass(frozen=True)
class RecordHead:
    """The end of an operation's log: the number of its last event, and its hash, hexadecimal."""

    seq: int
    head: str


@dataclass(frozen=True)
class MadeSearch:
    """A search with a face: who, why, on which basis, for which case. searched: faces compared; found: candidates."""

    id: UUID
    searched_at: datetime
    searched_by: str
    country: str
    played_by: PlayedBy
    purpose: SearchPurpose
    legal_basis: str
    case_reference: str
    searched: int
    found: int


def searches_made(session: Session, operation_id: int) -> int:
    """How many searches the viewer may read."""
    return int(
        session.execute(
            text("select count(*) from face_search where operation_id = :operation"), {"operation": operation_id}
        ).scalar_one()
    )


def searches_made_before(session: Session, operation_id: int, *, before: datetime | None = None) -> list[MadeSearch]:
    """Up to PAGE searches before a time, newest first: all for observers and who leads the operation, else one's
    own."""
    values = {"operation": operation_id, "before": before, "page": PAGE}
    return rows_as(MadeSearch, session.execute(SQL["searches"], values))


def record_page(session: Session, operation_id: int, *, before: int | None = None) -> list[RecordedEvent]:
    """Up to PAGE events below a number, newest first, as far as the viewer's keys show them."""
    rows = session.execute(SQL["page"], {"operation": operation_id, "before": before, "page": PAGE}).all()
    return rows_as(RecordedEvent, rows)


def record_head(session: Session, operation_id: int) -> RecordHead:
    """The last number and hash of an operation's log.

    Raises:
        NotFound: there is no such operation for the viewer.
    """
    row = session.execute(
        text(
            "select last_seq, last_hash from chain where operation_id = :operation and :operation = any "
            "(my_memberships())"
        ),
        {"operation": operation_id},
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such operation.")
    return RecordHead(row.last_seq, bytes(row.last_hash).hex())


@dataclass(frozen=True)
class RecordLine:
    """An event as it stands in the chain. hash: of the previous hash and this body."""

    body: str
    hash: bytes


def whole_record(session: Session, operation_id: int) -> Iterator[RecordLine]:
    """Every event, in order, as `record_part` gives them.

    Raises:
        NotFound, Forbidden: as `record_part`.
    """
    after, until = 0, record_head(session, operation_id).seq
    while part := record_part(session, operation_id, after=after, until=until):
        after += len(part)
        yield from part


def record_part(session: Session, operation_id: int, *, after: int, until: int) -> list[RecordLine]:
    """Up to PART events after a number, in order, and none after `until`: for observers, who alone see the log without
    gaps. Numbers have no gaps, and what is recorded never changes, so that parts of different snapshots fit together.

    Raises:
        NotFound: there is no such operation for the viewer. Forbidden: the viewer does not audit this operation.
    """
    record_head(session, operation_id)
    audits = session.execute(text("select :operation = any (my_audits())"), {"operation": operation_id}).scalar_one()
    if not audits:
        raise Forbidden("Only an observer of the operation can export the whole record.")
    rows = session.execute(
        text(
            "select body, hash from event where operation_id = :operation and seq > :after and seq <= :until "
            "order by seq limit :part"
        ),
        {"operation": operation_id, "after": after, "until": until, "part": PART},
    )
    return [RecordLine(row.body, bytes(row.hash)) for row in rows]
