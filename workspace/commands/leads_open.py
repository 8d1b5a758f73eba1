"""Opens leads out of what the workers found on two sides. A pair gets its lead once, for ever.

A pair of sides has one lead in an operation. A second finding of the same pair changes nothing, whatever the first lead
has become, so that what examiners rejected is never proposed again. After the window a lead is opened only out of a
register whose stated retention lasts, and says so (ADR 20).

**Pairs.** For faces a side is a person or a register entry. Files of two exhibits can be the same by the thousand: for
`same_file` and `near_copy` a side is therefore the exhibit, and the first pair found is the lead's evidence; two
exhibits have one such lead at a time (`devices.py`), and further agencies with the same content join (`copies.py`). For
`camera_serial` and `lens_serial` the pair is the camera or lens (maker and serial number) with the two agencies; for
`document_id` it is the two exhibits, as for copies.

**Priority** never follows a score (docs/field.md, Leads and opinions): a child who may be in danger now comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, text
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.locks import take_place
from workspace.errors import Closed
from workspace.model import Lead, LeadEvidence, Operation, RegisterEntry
from workspace.model.database import Tx
from workspace.rules.days import day_in
from workspace.rules.leads import is_kept, pair_key


@dataclass(frozen=True)
class Side:
    """What stands on one side of a lead: its compartment and country, and the best evidence there is."""

    compartment_id: int
    country: str
    person_id: UUID | None = None
    register_entry_id: UUID | None = None
    face_id: UUID | None = None
    media_item_id: UUID | None = None
    exhibit_id: UUID | None = None


@dataclass(frozen=True)
class Provenance:
    """Where a score comes from, so that it can be repeated: which model and code, which threshold, which place among
    the candidates. compared_to: the operation's last event when the vectors were brought up to the rows."""

    score: float
    band: str
    rank: int
    threshold: float
    pack_id: str
    model_digest: str
    code_version: str
    compared_to: int


@dataclass(frozen=True)
class Finding:
    """Two sides that may belong together. pair: the ids that identify the pair, in any order."""

    kind: str
    sides: tuple[Side, Side]
    pair: tuple[str, str]
    priority: int
    age_gap_years: int | None = None
    provenance: Provenance | None = None
    standing_until: date | None = None
    """The last day of the register's stated retention; None where none is stated."""


# Built once, at import: constructing a SQLAlchemy statement costs more than running it (benchmarks/write_path.py).
# `__table__` is the Table, which the type of the mapped class does not say.
_KNOWN = text("select pair_key from lead where operation_id = :operation and pair_key = any (:keys)")
_ENDED = (
    select(RegisterEntry.id, RegisterEntry.is_closed)
    .where(RegisterEntry.id.in_(bindparam("entries", expanding=True)))
    .order_by(RegisterEntry.id)
    .with_for_update(read=True)
)
_NUMBERS = text("select next_number(:operation, 'lead') from generate_series(1, :count)")
_CLOSED = text("select id from compartment where id = any (:locks) and sharing <> 'operation'")
_LEADS = (
    insert(Lead.__table__)  # type: ignore[arg-type]
    .on_conflict_do_nothing(index_elements=["operation_id", "pair_key"])
    .returning(Lead.id)
)
_EVIDENCE = plain_insert(LeadEvidence.__table__)  # type: ignore[arg-type]
_NO_PROVENANCE = dict.fromkeys(each.name for each in fields(Provenance))


def may_open_leads(tx: Tx, operation_id: int) -> bool:
    """Whether a lead may be opened now. A job asks this if it has more to write than its leads."""
    try:
        require_operation(tx, "open_leads", operation_id)
    except Closed:
        return False
    return True


def open_lead(tx: Tx, operation_id: int, finding: Finding) -> UUID | None:
    """Open a lead for a finding; see `open_leads`. None if the pair has one already."""
    return open_leads(tx, operation_id, [finding])[0]


def open_leads(tx: Tx, operation_id: int, findings: Sequence[Finding]) -> list[UUID | None]:
    """Open the leads of these findings, numbered in their order, in as many statements as one takes; None for a pair
    that has one already. Asks `open_leads`, after the window `open_late_leads`; records `lead:opened` for each.

    Raises:
        Closed: the window is over, and of one of them no retention of a register is stated that lasts.
    """
    if not findings:
        return []
    is_late = not may_open_leads(tx, operation_id)
    operation = require_operation(tx, "open_late_leads" if is_late else "open_leads", operation_id)
    today = day_in(tx.now, operation.time_zone)
    if is_late and not all(is_kept(each.standing_until, today) for each in findings):
        raise Closed("The operation does not accept this now.", action="open_leads", state=operation.state)
    keys = [pair_key(each.kind, *each.pair) for each in findings]
    opened = _insert_leads(tx, operation, _new(tx, operation_id, keys, findings), is_late=is_late)
    return [opened.pop(key, None) for key in keys]  # of two findings of one pair, the first opened it


def _new(tx: Tx, operation_id: int, keys: Sequence[bytes], findings: Sequence[Finding]) -> dict[bytes, Finding]:
    """Of these, by pair, those that have no lead yet, and of which no side is the closed entry of a register.

    Asked first, because a number that is drawn and not used would leave a gap on the board.
    """
    known = set(tx.session.scalars(_KNOWN, {"operation": operation_id, "keys": list(keys)}))
    new = {key: each for key, each in zip(reversed(keys), reversed(findings), strict=True) if key not in known}
    ended = _ended(tx, new.values())
    return {key: new[key] for key in keys if key in new and not ended & set(_entries(new[key]))}


def _insert_leads(tx: Tx, operation: Operation, new: Mapping[bytes, Finding], *, is_late: bool) -> dict[bytes, UUID]:
    """Insert and record the leads of pairs that have none, by pair; those of which another worker was first are left
    out."""
    if not new:
        return {}
    numbers = tx.session.execute(_NUMBERS, {"operation": operation.id, "count": len(new)}).scalars()
    locks = {side.compartment_id for each in new.values() for side in each.sides}
    closed = frozenset(tx.session.scalars(_CLOSED, {"locks": sorted(locks)}))
    rows = [
        _row(operation, key, each, number, closed, is_late=is_late)
        for number, (key, each) in zip(numbers, new.items(), strict=True)
    ]
    stored = set(tx.session.connection().execute(_LEADS, rows).scalars())
    opened = {row["pair_key"]: row for row in rows if row["id"] in stored}
    for key, row in opened.items():
        place = events.Place(operation.id, tuple(row["locks"]), lead_id=row["id"])
        tx.record(events.LeadOpened(place, number=row["number"], lead_kind=new[key].kind))
    evidence = [
        _evidence(operation.id, row["id"], n, side)
        for key, row in opened.items()
        for n, side in enumerate(new[key].sides, start=1)
    ]
    if evidence:
        tx.session.connection().execute(_EVIDENCE, evidence)
    return {key: row["id"] for key, row in opened.items()}


def _row(
    operation: Operation, key: bytes, finding: Finding, number: int, closed: frozenset[int], *, is_late: bool
) -> dict[str, Any]:
    locks = sorted({side.compartment_id for side in finding.sides})
    return {
        "id": uuid4(),
        "operation_id": operation.id,
        "number": number,
        "kind": finding.kind,
        "pair_key": key,
        "locks": locks,
        "countries": sorted({side.country for side in finding.sides}),
        "priority": finding.priority,
        "late_until": finding.standing_until if is_late else None,
        # Years that only a closed side can tell are not told by the lead, which whoever holds one key may see. Its
        # urgency is: a child in danger must not wait behind a lock.
        "age_gap_years": None if closed & set(locks) else finding.age_gap_years,
        "bands_shown": operation.shows_band,
        **(_NO_PROVENANCE if finding.provenance is None else vars(finding.provenance)),
    }


def _ended(tx: Tx, findings: Iterable[Finding]) -> frozenset[UUID]:
    """Which of the registers' entries among the sides are closed. The rows are locked until the commit: whoever closes
    one finds the new lead, or is found."""
    take_place(tx, "entry")
    entries = sorted({entry for each in findings for entry in _entries(each)})
    rows = tx.session.execute(_ENDED, {"entries": entries}).all() if entries else []
    return frozenset(row.id for row in rows if row.is_closed)


def _entries(finding: Finding) -> list[UUID]:
    return [side.register_entry_id for side in finding.sides if side.register_entry_id is not None]


def _evidence(operation_id: int, lead_id: UUID, number: int, side: Side) -> dict[str, object]:
    return {
        "operation_id": operation_id,
        "lead_id": lead_id,
        "compartment_id": side.compartment_id,
        "side": number,
        "country": side.country,
        "face_id": side.face_id,
        "person_id": side.person_id,
        "register_entry_id": side.register_entry_id,
        "media_item_id": side.media_item_id,
        "exhibit_id": side.exhibit_id,
    }
