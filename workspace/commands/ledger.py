"""Which entry of the ledger a statement is about.

An entry is the child, or the offender, whom a lead shows, or a further one, or a child who is not shown. Which entries
are one person is folded in the database out of the statements and acts that stand; nothing here keeps it.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import aliased

from workspace import events
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import LedgerEntry, Outcome, Referral
from workspace.model.database import Tx
from workspace.rules.leads import FACE_KINDS
from workspace.rules.statement import Statement


def counted_as(tx: Tx, ledger_id: UUID) -> UUID:
    """The entry that counts for the person of an entry that the actor sees."""
    counts = select(func.coalesce(LedgerEntry.merged_into, LedgerEntry.id)).where(LedgerEntry.id == ledger_id)
    found: UUID = tx.session.execute(counts).scalar_one()
    return found


def entries_of(tx: Tx, referral: Referral, statement: Statement) -> list[UUID]:
    """The entries that the statement is about; new ones are opened, each with `ledger:opened`. Belongs to a command
    that holds the operation's ledger.

    Raises:
        NotFound: the entry that it names is not there, or has nothing to do with the lead.
        Invalid: the lead may show several children, and it does not say which.
        Conflict: this authority has stated this of this person on this lead already.
    """
    if statement.ledger_id is not None:
        return [_require_new(tx, referral, statement, _named(tx, referral, statement, statement.ledger_id))]
    if statement.is_depicted and not statement.is_another:
        _require_said(tx, referral, statement)
        return [_require_new(tx, referral, statement, _shown(tx, referral, statement))]
    return [_open(tx, referral, statement) for _ in range(statement.count)]


def _shown(tx: Tx, referral: Referral, statement: Statement) -> UUID:
    """The entry of the person whom the lead shows."""
    known: UUID | None = tx.session.execute(
        select(func.shown_entry(referral.lead_id, statement.kind))
    ).scalar_one_or_none()
    return known or _open(tx, referral, statement, of_lead=referral.lead_id)


def _named(tx: Tx, referral: Referral, statement: Statement, ledger_id: UUID) -> UUID:
    """The entry of this lead that the statement names, itself or by one that counts as the same person."""
    entry = tx.session.get(LedgerEntry, ledger_id)
    if entry is None or entry.operation_id != referral.operation_id or entry.kind != statement.kind:
        raise NotFound("There is no such entry in the ledger.")
    if entry.of_lead == referral.lead_id:
        return entry.id
    person = counted_as(tx, entry.id)
    found = _stated_here(tx, referral.lead_id, entry.id, person)
    if found is not None:
        return found
    shown: UUID | None = tx.session.execute(
        select(func.ledger_of_lead(referral.lead_id, statement.kind))
    ).scalar_one_or_none()
    if shown != person:
        raise NotFound("This entry of the ledger does not belong to this referral.")
    return _shown(tx, referral, statement)


def _stated_here(tx: Tx, lead_id: UUID, entry_id: UUID, person: UUID) -> UUID | None:
    """The entry, or another one of the same person, of which something was stated on the lead: itself first, then the
    lead's own."""
    here = (
        select(LedgerEntry.id)
        .join(Outcome, Outcome.ledger_id == LedgerEntry.id)
        .where(Outcome.lead_id == lead_id)
        .where(func.coalesce(LedgerEntry.merged_into, LedgerEntry.id) == person)
        .order_by((LedgerEntry.id == entry_id).desc(), (LedgerEntry.of_lead == lead_id).desc().nulls_last())
    )
    return tx.session.scalars(here.limit(1)).first()


def _require_said(tx: Tx, referral: Referral, statement: Statement) -> None:
    """Files, cameras and clues may show several children: which one is meant has to be said once the lead has one."""
    if statement.kind != "victim" or statement.is_another is not None:
        return
    kind = tx.session.execute(text("select kind_of_lead(:lead)"), {"lead": referral.lead_id}).scalar_one()
    if kind not in FACE_KINDS and tx.session.execute(select(func.has_stated(referral.lead_id, "victim"))).scalar_one():
        raise Invalid(
            "This lead may show several children. Say whether it is the child already stated or another.",
            faults=[Fault("is_another", "say it: true or false")],
        )


def _require_new(tx: Tx, referral: Referral, statement: Statement, ledger_id: UUID) -> UUID:
    """The entry, unless this authority has stated this of this person on this lead already: then it means somebody
    else."""
    mine, other = aliased(LedgerEntry), aliased(LedgerEntry)
    stated = (
        select(Outcome.id)
        .join(mine, mine.id == Outcome.ledger_id)
        .join(
            other,
            func.coalesce(other.merged_into, other.id) == func.coalesce(mine.merged_into, mine.id),
        )
        .where(
            other.id == ledger_id,
            Outcome.lead_id == referral.lead_id,
            Outcome.stage == statement.stage,
            Outcome.stated_by_agency_id == tx.actor.agency_id,
            Outcome.revoked_at.is_(None),
        )
    )
    if tx.session.execute(stated.limit(1)).first() is not None:
        raise Conflict(
            "Your authority has stated this of this person already. Is it a further person? Then say so. "
            "To correct a statement, take it back first."
        )
    return ledger_id


def _open(tx: Tx, referral: Referral, statement: Statement, *, of_lead: UUID | None = None) -> UUID:
    number = tx.session.execute(
        text("select next_number(:op, :what)"), {"op": referral.operation_id, "what": statement.kind}
    ).scalar_one()
    row = LedgerEntry(
        operation_id=referral.operation_id,
        number=number,
        kind=statement.kind,
        of_lead=of_lead,
        was_depicted=statement.is_depicted,
        is_depicted=statement.is_depicted,
        locks=list(referral.locks),
        agency_id=tx.actor.agency_id,
    )
    tx.add(row)
    place = events.Place(referral.operation_id, tuple(referral.locks))
    tx.record(events.LedgerOpened(place, ledger=row.id, ledger_kind=statement.kind))
    return row.id
