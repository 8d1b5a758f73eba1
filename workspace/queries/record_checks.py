"""What the installation last found of its own record: for observers and the operation lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workspace.model import RecordCheck
from workspace.rules.verification import Broken, CheckState


@dataclass(frozen=True)
class CheckedRecord:
    """The last check of a chain. through: number of the last event that it followed; rows: governed ones; erased: out of
    how many of them words were erased; faults: how many, of which `broken` holds the first; intact_at: the last check that found
    none."""

    checked_at: datetime
    through: int
    events: int
    rows: int
    erased: int
    state: CheckState
    faults: int
    broken: list[Broken]
    intact_at: datetime | None


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
        state="broken" if row.state == "broken" else "intact",
        faults=row.faults,
        broken=[Broken(each["table"], each["key"], each["what"]) for each in row.broken],
        intact_at=row.intact_at,
    )
