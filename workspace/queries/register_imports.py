"""Registers and lists of known material that were sent: what a worker needs of one, and what the agency reads of its
own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import cast, func, select, true
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session, defer

from workspace.errors import NotFound, recalled
from workspace.model import BroughtPicture, ExhibitCase, HalfUploadPiece, RegisterImport, User
from workspace.rules.exhibit_cases import CaseScheme
from workspace.rules.register_imports import SHOWN_FOR, STOPPABLE, UNDER_WAY, ImportState, ImportWhat

MOST_LISTED = 10
FIRST_FAULTS = 50
"""How many faults of each stand in the list; an import by itself has all that are kept."""
_FIRST_FAULTS = func.jsonb_path_query_array(RegisterImport.faults, cast(f"$[0 to {FIRST_FAULTS - 1}]", JSONPATH))


@dataclass(frozen=True)
class SentImport:
    """What a worker needs to read a register or list that was sent. legal_source: of a list its source."""

    id: UUID
    operation_id: int
    asked_by: int
    played_by: str
    country: str
    name: str
    legal_source: str
    sharing: str
    handling_code: str
    meaning: str | None
    skips: bool
    scheme: CaseScheme
    retain_until: date | None
    exhibit_id: UUID | None
    takes_rest: bool
    address: str


@dataclass(frozen=True)
class RegisterImportLine:
    """A register or list that was sent. read, total: of its entries, or of its portraits while these are stored;
    entries: taken; of a list its hashes, of a case its records.

    takable: of a refused one, what can still be taken without its faults; 0 once its upload is erased. faults, remarks:
    not in the reader's language yet; faults are the first of `fault_count`; of one that was taken, what was left out.
    """

    id: UUID
    operation_id: int
    what: ImportWhat
    country: str
    name: str
    state: ImportState
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    read: int
    total: int | None
    entries: int | None
    takable: int
    fault_count: int
    faults: list[str]
    remarks: list[str]
    register_id: UUID | None
    list_id: UUID | None
    case_id: UUID | None
    is_under_way: bool
    can_be_cancelled: bool


def sent_import(session: Session, import_id: UUID, *, has_ended: bool = False) -> SentImport | None:
    """An import that is under way, or one that has ended and whose upload is still there; None if it is not so.
    Workers' role."""
    row = session.get(RegisterImport, import_id)
    if row is None or row.address is None or (row.state in UNDER_WAY) == has_ended:
        return None
    return SentImport(**{each.name: getattr(row, each.name) for each in fields(SentImport)})


def addresses_named(session: Session, addresses: Collection[str]) -> set[str]:
    """Those of these addresses of sealed uploads that a row names, of an import, of a case that is kept, of a piece of
    a file that is half received, or of a picture that somebody searches with; for the workers' role."""
    naming = (
        RegisterImport.address,
        ExhibitCase.address,
        HalfUploadPiece.address,
        BroughtPicture.address,
        BroughtPicture.crops,
    )
    found = (session.scalars(select(column).where(column.in_(addresses))) for column in naming)
    return {address for addresses_of in found for address in addresses_of if address is not None}


def register_imports(
    session: Session, operation_id: int, what: ImportWhat = "register", *, exhibit_id: UUID | None = None
) -> list[RegisterImportLine]:
    """The registers, lists or cases of the last days that the viewer's agency sent, newest first, with the first faults
    of each. exhibit_id: the cases of this exhibit alone."""
    rows = session.execute(
        select(RegisterImport, User.name, _FIRST_FAULTS)
        .options(defer(RegisterImport.faults))
        .join(User, User.id == RegisterImport.asked_by)
        .where(RegisterImport.operation_id == operation_id, RegisterImport.what == what)
        .where(RegisterImport.asked_at > func.now() - SHOWN_FOR)
        .where(true() if exhibit_id is None else RegisterImport.exhibit_id == exhibit_id)
        .order_by(RegisterImport.asked_at.desc())
        .limit(MOST_LISTED)
    )
    return [_line(sent, name, faults) for sent, name, faults in rows]


def register_import(session: Session, import_id: UUID) -> RegisterImportLine:
    """One of them. Raises: NotFound."""
    row = session.execute(
        select(RegisterImport, User.name)
        .join(User, User.id == RegisterImport.asked_by)
        .where(RegisterImport.id == import_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such import of a register.")
    return _line(row[0], row[1], row[0].faults)


def _line(sent: RegisterImport, asked_by: str, faults: list[object]) -> RegisterImportLine:
    is_kept = sent.address is not None
    return RegisterImportLine(
        id=sent.id,
        operation_id=sent.operation_id,
        what=sent.what,  # type: ignore[arg-type]  # the database checks it
        country=sent.country,
        name=sent.name,
        state=sent.state,  # type: ignore[arg-type]  # the database checks it
        asked_by=asked_by,
        asked_at=sent.asked_at,
        ended_at=sent.ended_at,
        read=sent.read,
        total=sent.total,
        entries=sent.entries,
        takable=(sent.takable or 0) if is_kept and sent.state == "refused" else 0,
        fault_count=sent.fault_count,
        faults=[recalled(each) for each in faults],
        remarks=[recalled(each) for each in sent.remarks],
        register_id=sent.register_id,
        list_id=sent.list_id,
        case_id=sent.case_id,
        is_under_way=sent.state in UNDER_WAY,
        can_be_cancelled=is_kept and sent.state in STOPPABLE,
    )
