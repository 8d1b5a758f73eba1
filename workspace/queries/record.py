"""The record as people may read it: a page of events, and all lines for who may export them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import Forbidden, NotFound
from workspace.exchange.verify_record import export_line, withheld_line
from workspace.model.statements import rows_as, statements
from workspace.rules.codes import SearchPurpose, SearchSet
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
    """A search with a face: who, why, on which basis, for which case, in which sets. searched: faces compared; found:
    candidates."""

    id: UUID
    searched_at: datetime
    searched_by: str
    country: str
    played_by: PlayedBy
    purpose: SearchPurpose
    legal_basis: str
    case_reference: str
    sets: list[SearchSet]
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
    """The last number and hash of an operation's log, or of the installation's own (0).

    Raises:
        NotFound: there is no such operation for the viewer.
    """
    row = session.execute(
        text(
            "select last_seq, last_hash from chain where operation_id = :operation and (:operation = any "
            "(my_memberships()) or :operation = 0 and watches_installation())"
        ),
        {"operation": operation_id},
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such operation.")
    return RecordHead(row.last_seq, bytes(row.last_hash).hex())


@dataclass(frozen=True)
class RecordLine:
    """An event as it stands in the chain. body: None where the viewer's keys do not show it; digest: SHA-256 of the
    body; hash: of the previous hash and that digest."""

    body: str | None
    digest: bytes
    hash: bytes

    def exported(self) -> str:
        """As a line of an export."""
        if self.body is None:
            return withheld_line(bytes(self.digest), bytes(self.hash))
        return export_line(self.body, bytes(self.hash))


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
    """Up to PART events after a number, in order, and none after `until`: whole for observers, who alone see the log
    without gaps; for leads without the bodies that their keys do not show. Of the installation's own record (0) its
    administrators get all, observers and leads of operations the digests. Numbers have no gaps, and what is recorded
    never changes, so that parts of different snapshots fit together.

    Raises:
        NotFound: there is no such operation for the viewer. Forbidden: the viewer neither observes nor leads here.
    """
    record_head(session, operation_id)
    if not session.execute(text("select exports_record(:operation)"), {"operation": operation_id}).scalar_one():
        raise Forbidden(
            "Observers can export the record of the operation, and country leads and operation leads once their "
            "country has accepted the terms."
        )
    part = {"operation": operation_id, "after": after, "until": until, "part": PART}
    return rows_as(RecordLine, session.execute(SQL["lines"], part))
