"""Opens leads out of what the workers found on two sides. A pair gets its lead once, for ever.

A pair of sides has one lead in an operation. A second finding of the same pair changes nothing, whatever the first lead
has become, so that what examiners rejected is never proposed again. After the window a lead is opened only out of a
register whose stated retention lasts, and says so (ADR 20).

**Pairs.** For faces a side is a person or a register entry. Files of two exhibits can be the same by the thousand: for
`same_file` and `near_copy` a side is therefore the exhibit, and the first pair found is the lead's evidence; further
agencies with the same content join (`copies.py`). For
`camera_serial` and `lens_serial` the pair is the camera or lens (maker and serial number) with the two agencies; for
`document_id` it is the two exhibits, as for copies.

**Priority** never follows a score (docs/field.md, Leads and opinions): a child who may be in danger now comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert as plain_insert
from sqlalchemy import select, text
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


_CLOSED = text("select exists (select 1 from compartment where id = any (:locks) and sharing <> 'operation')")


def may_open_leads(tx: Tx, operation_id: int) -> bool:
    """Whether a lead may be opened now. A job asks this if it has more to write than its leads."""
    try:
        require_operation(tx, "open_leads", operation_id)
    except Closed:
        return False
    return True


def open_lead(tx: Tx, operation_id: int, finding: Finding) -> UUID | None:
    """Open a lead for a finding; None if the pair has one already. Asks `open_leads`, after the window
    `open_late_leads`; records `lead:opened`.

    Raises:
        Closed: the window is over, and no retention of a register is stated that lasts.
    """
    is_late = not may_open_leads(tx, operation_id)
    operation = require_operation(tx, "open_late_leads" if is_late else "open_leads", operation_id)
    if is_late and not is_kept(finding.standing_until, day_in(tx.now, operation.time_zone)):
        raise Closed("The operation does not accept this now.", action="open_leads", state=operation.state)
    key = pair_key(finding.kind, *finding.pair)
    known = tx.session.execute(
        text("select 1 from lead where operation_id = :operation and pair_key = :key"),
        {"operation": operation_id, "key": key},
    ).first()
    if known or _has_ended(tx, finding):
        return None  # Asked first, because a number that is drawn and not used would leave a gap on the board.
    lead_id = _insert_lead(tx, operation, finding, key, is_late=is_late)
    if lead_id is not None:
        tx.session.execute(
            plain_insert(LeadEvidence), [_evidence(operation_id, lead_id, n, side) for n, side in _numbered(finding)]
        )
    return lead_id


def _insert_lead(tx: Tx, operation: Operation, finding: Finding, key: bytes, *, is_late: bool) -> UUID | None:
    """Insert and record the lead of a pair that has none; None if another worker was first."""
    number = tx.session.execute(
        text("select next_number(:operation, 'lead')"), {"operation": operation.id}
    ).scalar_one()
    locks = sorted({side.compartment_id for side in finding.sides})
    # Years that only a closed side can tell are not told by the lead, which whoever holds one key may see. Its urgency
    # is: a child in danger must not wait behind a lock.
    closed = tx.session.execute(_CLOSED, {"locks": locks}).scalar_one()
    lead_id = uuid4()
    opened = tx.session.execute(
        insert(Lead)
        .values(
            id=lead_id,
            operation_id=operation.id,
            number=number,
            kind=finding.kind,
            pair_key=key,
            locks=locks,
            countries=sorted({side.country for side in finding.sides}),
            priority=finding.priority,
            late_until=finding.standing_until if is_late else None,
            age_gap_years=None if closed else finding.age_gap_years,
            bands_shown=operation.shows_band,
            **_provenance(finding.provenance),
        )
        .on_conflict_do_nothing(index_elements=["operation_id", "pair_key"])
        .returning(Lead.id)
    ).first()
    if opened is None:
        return None
    tx.record(
        events.LeadOpened(
            events.Place(operation.id, tuple(locks), lead_id=lead_id), number=number, lead_kind=finding.kind
        )
    )
    return lead_id


def _has_ended(tx: Tx, finding: Finding) -> bool:
    """Whether a register's entry among the sides is closed. The row is locked until the commit: whoever closes it
    finds the new lead, or is found."""
    take_place(tx, "entry")
    entries = [side.register_entry_id for side in finding.sides if side.register_entry_id is not None]
    closed = select(RegisterEntry.is_closed).where(RegisterEntry.id.in_(entries)).with_for_update(read=True)
    return bool(entries) and any(tx.session.scalars(closed))


def _provenance(provenance: Provenance | None) -> dict[str, object]:
    return {} if provenance is None else vars(provenance)


def _numbered(finding: Finding) -> list[tuple[int, Side]]:
    return list(enumerate(finding.sides, start=1))


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
