"""What the installation last found of its own record: for observers and the operation lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model import RecordCheck
from workspace.model.statements import rows_as, statements
from workspace.rules.verification import Broken, CheckState, Settled

SQL = statements(__file__)


@dataclass(frozen=True)
class Explained:
    """Why a row differs, as somebody wrote it, that nobody of another country has confirmed yet. may_confirm: the
    viewer is of another country."""

    id: UUID
    table: str
    key: str
    reason: str
    seen_by: str
    may_confirm: bool


@dataclass(frozen=True)
class CheckedRecord:
    """The last check of a chain. through: number of the last event that it followed; rows: governed ones; erased: out
    of how many of them words were erased; faults: how many, of which `broken` holds the first; settled: what differs
    and counts no more; explained: what nobody has confirmed yet; intact_at: the last check that found none; is_asked: a
    check is waiting."""

    checked_at: datetime
    through: int
    events: int
    rows: int
    erased: int
    state: CheckState
    faults: int
    broken: list[Broken]
    settled: list[Settled]
    explained: list[Explained]
    intact_at: datetime | None
    is_asked: bool


def checked_record(session: Session, operation_id: int) -> CheckedRecord | None:
    """The last check of an operation's record; None before the first one, and for whoever may not read it."""
    row = session.get(RecordCheck, operation_id)
    if row is None:
        return None
    return CheckedRecord(
        checked_at=row.checked_at,
        through=row.through,
        events=row.events,
        rows=row.rows,
        erased=row.erased,
        state=cast("CheckState", row.state),
        faults=row.faults,
        broken=[Broken(each["table"], each["key"], each["what"], each.get("differed")) for each in row.broken],
        settled=[Settled(**each) for each in row.settled],
        explained=rows_as(Explained, session.execute(SQL["explained"], {"operation": operation_id})),
        intact_at=row.intact_at,
        is_asked=row.asked_at is not None,
    )
