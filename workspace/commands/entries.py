"""An entry of a register ends: the child is found, the entry is withdrawn, or the person is an adult now.

It leaves matching and searching at once, and its leads say so. The agency that owns the register decides, and can take
an entry up again that was closed in error.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update

from workspace import events
from workspace.commands.basis import end_basis, restore_basis
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Compartment, EntryEnd, Lead, LeadEvidence, Operation, RegisterEntry, jobs
from workspace.model.database import Tx
from workspace.rules.codes import ENTRY_ENDS
from workspace.rules.days import day_in
from workspace.rules.leads import ADULT_YEARS, whole_years
from workspace.rules.reasons import require_reason, says_something


def close_entry(
    tx: Tx, entry_id: UUID, *, closed_as: str, reason: str, found_on: date | None = None, reference: str | None = None
) -> None:
    """End an entry of the actor's own register. Asks `close_entry`; records `entry:closed`, and for each of its leads
    what `end_basis` records. Its place on the short lists of persons is another's: they are matched again.

    closed_as: found, withdrawn or adult. found_on, reference: needed where the child was found: the day, and the
    authority's reference.

    Raises:
        NotFound: there is no such entry for this actor.
        Forbidden: it is another agency's.
        Conflict: it is closed already, or an opinion on one of its leads can still be taken back.
        Invalid: something is missing, the day lies in the future or before the child was missing, or the person is not
            an adult by the date of birth.
    """
    entry, operation = _require_own(tx, entry_id)
    reason = require_reason(reason)
    faults = _faults(entry, closed_as, found_on, reference, today=day_in(tx.now, operation.time_zone))
    if faults:
        raise Invalid("The entry was not closed.", faults=faults)
    tx.change_one(
        update(RegisterEntry)
        .where(RegisterEntry.id == entry_id, RegisterEntry.closed_as.is_(None))
        .values(closed_as=closed_as, is_closed=True),
        otherwise=Conflict("This entry is closed already."),
    )
    is_found = closed_as == "found"
    why = _note(
        tx, entry, closed_as, reason, found_on if is_found else None, (reference or "").strip() if is_found else None
    )
    tx.record(events.EntryClosed(at(entry), entry=entry_id, closed_as=closed_as, why=why))
    end_basis(tx, _of(entry_id), "entry_closed")
    jobs.want(tx, "match_again", entry_id, entry.operation_id)


def reopen_entry(tx: Tx, entry_id: UUID, *, reason: str) -> None:
    """Take up again an entry that was closed in error. Asks `close_entry`; records `entry:reopened`, and for each of
    its leads what `restore_basis` records.

    Its leads come back as they were, and it is matched with the persons that were found meanwhile.

    Raises:
        NotFound, Forbidden: as `close_entry`. Conflict: it is not closed.
    """
    entry, _ = _require_own(tx, entry_id)
    reason = require_reason(reason)
    tx.change_one(
        update(RegisterEntry)
        .where(RegisterEntry.id == entry_id, RegisterEntry.closed_as.is_not(None))
        .values(closed_as=None, is_closed=False),
        otherwise=Conflict("This entry is not closed."),
    )
    why = _note(tx, entry, "reopened", reason, None, None)
    tx.record(events.EntryReopened(at(entry), entry=entry_id, why=why))
    restore_basis(tx, _of(entry_id), "entry_closed")
    jobs.want(tx, "match_again", entry_id, entry.operation_id)


def _require_own(tx: Tx, entry_id: UUID) -> tuple[RegisterEntry, Operation]:
    hold(tx, "entry", [entry_id])
    entry = tx.find(RegisterEntry, entry_id, otherwise=NotFound("There is no such entry."))
    operation = require_operation(tx, "close_entry", entry.operation_id)
    owner = tx.session.scalars(select(Compartment.agency_id).where(Compartment.id == entry.compartment_id)).one()
    if owner != tx.actor.agency_id:
        raise Forbidden("Only the agency that owns the register decides this.")
    return entry, operation


def _faults(
    entry: RegisterEntry, closed_as: str, found_on: date | None, reference: str | None, *, today: date
) -> list[Fault]:
    faults = []
    began = entry.missing_since or entry.date_of_birth
    if closed_as not in ENTRY_ENDS:
        faults.append(Fault("closed_as", "one of {known}", known=list(ENTRY_ENDS)))
    if closed_as == "found":
        if found_on is None:
            faults.append(Fault("found_on", "needed"))
        elif found_on > today:
            faults.append(Fault("found_on", "lies in the future"))
        elif began is not None and found_on < began:
            faults.append(Fault("found_on", "the entry begins on {day}: correct the register first", day=began))
        if not says_something(reference or ""):
            faults.append(Fault("reference", "needed"))
    if closed_as == "adult" and entry.date_of_birth and whole_years(entry.date_of_birth, today) < ADULT_YEARS:
        faults.append(Fault("closed_as", "not an adult by the date of birth"))
    return faults


def _note(tx: Tx, entry: RegisterEntry, what: str, reason: str, found_on: date | None, reference: str | None) -> UUID:
    note_id = uuid4()
    tx.session.execute(
        insert(EntryEnd).values(
            id=note_id,
            operation_id=entry.operation_id,
            compartment_id=entry.compartment_id,
            entry_id=entry.id,
            what=what,
            found_on=found_on,
            reference=reference,
            reason=reason,
            ended_by=tx.actor.id,
        )
    )
    return note_id


def _of(entry_id: UUID) -> ColumnElement[bool]:
    """The leads of an entry."""
    return Lead.id.in_(select(LeadEvidence.lead_id).where(LeadEvidence.register_entry_id == entry_id))
