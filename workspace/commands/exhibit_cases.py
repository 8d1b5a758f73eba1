"""The case file of an exhibit: its owner brings it in, it is kept as it came, and it is handed out again as it stands
now.

Must not open a file: a worker reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from workspace import events
from workspace.commands.guard import at, require_operation, require_own_country
from workspace.commands.own_exhibit import require_own_exhibit, require_table
from workspace.errors import NotFound
from workspace.model import ExhibitCase
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.exhibit_cases import CaseRecord, ReadCase

SQL = statements(__file__)
AT_ONCE = 20_000
"""Records that one statement writes."""


@dataclass(frozen=True)
class SealedCase:
    """Where a case file is kept, and what came: its SHA-256 and its bytes."""

    address: str
    sha256: bytes
    size_bytes: int


def require_bringing(tx: Tx, exhibit_id: UUID) -> int:
    """Pass if the actor may bring in a case with an exhibit; answers the exhibit's operation. Asks `bring_case`.

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's.
    """
    operation_id: int = require_own_exhibit(tx, "bring_case", exhibit_id).operation_id
    require_own_country(tx, require_operation(tx, "bring_case", operation_id), tx.actor.country)
    return operation_id


def keep_case(tx: Tx, exhibit_id: UUID, read: ReadCase, *, name: str, scheme: str, sealed: SealedCase) -> UUID:
    """Keep a case that was read, with its records; answers its id. From now on it counts, in place of the one before,
    which stays. Asks `bring_case`; records `exhibit:case_brought`.

    Raises:
        NotFound, Forbidden: as `require_bringing`. Invalid: as `require_table`.
    """
    exhibit = require_own_exhibit(tx, "bring_case", exhibit_id)
    table_id = require_table(tx, exhibit.operation_id, scheme)
    case_id = uuid4()
    tx.session.execute(
        insert(ExhibitCase).values(
            id=case_id,
            operation_id=exhibit.operation_id,
            exhibit_id=exhibit_id,
            name=name,
            scheme=scheme,
            table_id=table_id,
            version=read.version,
            region=read.region,
            is_case=read.is_case,
            address=sealed.address,
            sha256=sealed.sha256,
            size_bytes=sealed.size_bytes,
            records=read.count,
            brought_by=tx.actor.id,
        )
    )
    number = tx.session.scalars(select(ExhibitCase.number).where(ExhibitCase.id == case_id)).one()
    for start in range(0, len(read.records), AT_ONCE):
        _write(tx, number, read.records[start : start + AT_ONCE])
    counts = {"records": read.count, "faults": read.fault_count}
    tx.record(events.ExhibitCaseBrought(at(exhibit), exhibit=exhibit_id, case=case_id, **counts, scheme=scheme))
    return case_id


def require_export(tx: Tx, case_id: UUID) -> ExhibitCase:
    """The case, if the actor may hand it out. Asks `export_vics`.

    Raises:
        NotFound: there is no such case for this actor.
    """
    found = tx.find(ExhibitCase, case_id, otherwise=NotFound("There is no such case."))
    require_own_exhibit(tx, "export_vics", found.exhibit_id)
    return found


def note_case_export(tx: Tx, case_id: UUID, *, changes: int) -> None:
    """Write down that a case of one's own exhibit was handed out as it stands now. Asks `export_vics`; records
    `exhibit:case_exported`. Raises like `require_export`.

    changes: how many values differ from what came.
    """
    exhibit = require_own_exhibit(tx, "export_vics", require_export(tx, case_id).exhibit_id)
    tx.record(events.ExhibitCaseExported(at(exhibit), exhibit=exhibit.id, case=case_id, changes=changes))


def _write(tx: Tx, number: int, records: Sequence[CaseRecord]) -> None:
    columns = {
        "places": [each.place for each in records],
        "md5s": [each.md5 for each in records],
        "sha1s": [each.sha1 for each in records],
        "categories": [each.category for each in records],
        "stated": [each.stated for each in records],
        "paths": [each.path for each in records],
    }
    tx.session.execute(SQL["write"], {"case": number, **columns})
