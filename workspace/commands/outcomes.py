"""Outcomes: what competent authorities state of a referral, and the ledger in which each child counts once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.ledger import counted_as, entries_of
from workspace.commands.locks import hold
from workspace.commands.standing import tell_leads
from workspace.commands.taking_back import take_back
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Agency, LedgerAct, LedgerEntry, Outcome, Referral
from workspace.model.database import Tx
from workspace.rules.competence import COMPETENT, STAGES_OF_KIND, WHO_MAY, stages_of
from workspace.rules.days import day_in
from workspace.rules.reasons import require_reason, says_something, words_of
from workspace.rules.statement import Statement

STATES_OF_RECEIPT = ("acknowledged", "accepted")
MOST_CHILDREN = 100
"""How many children who are not depicted one statement may be about."""


def state_outcome(tx: Tx, referral_id: UUID, statement: Statement) -> tuple[UUID, UUID]:
    """Record an authority's statement on a referral that it has received; return the outcome's and the ledger entry's
    id, of several the first: the entry that counts.

    Asks `state_outcome` of the receiving agency; records one `outcome:stated`, and `ledger:opened` for each new entry.
    A depicted person counts once, whichever leads, countries or devices show it; somebody not depicted (a sibling
    made safe) always has an entry of its own. Age and sex stand with the statement: the first that holds counts.

    Raises:
        Forbidden: the referral went to another agency, or this stage is for another authority to state.
        Conflict: receipt has not been acknowledged, or this authority has stated this of this person already.
        Invalid: stage, reference, date or person are not acceptable.
    """
    referral = tx.find(Referral, referral_id, otherwise=NotFound("There is no such referral."))
    operation = require_operation(tx, "state_outcome", referral.operation_id)
    hold(tx, "ledger", [referral.operation_id])
    if referral.to_agency_id != tx.actor.agency_id:
        raise Forbidden("Only the authority that received the referral can state its outcome.")
    _require_received(referral)
    earliest = tx.session.execute(text("select earliest_fact(:lead)"), {"lead": referral.lead_id}).scalar_one()
    _check(statement, earliest=earliest, today=day_in(tx.now, operation.time_zone))
    _require_competent(tx, referral, statement)
    entries = entries_of(tx, referral, statement)
    outcomes = _write(tx, referral, statement, entries)
    tell_leads(tx, referral.operation_id, ledger=entries[0])
    tx.session.refresh(referral)  # its lead is held now, and whoever answers the referral holds that before
    _require_received(referral)
    tx.session.execute(text("select reach_outcome(:lead)"), {"lead": referral.lead_id})
    several = len(entries) if len(entries) > 1 else None
    tx.record(events.OutcomeStated(at(referral), outcome=outcomes[0], stage=statement.stage, entries=several))
    return outcomes[0], counted_as(tx, entries[0])


def revoke_outcome(tx: Tx, outcome_id: UUID, *, reason: str) -> None:
    """Take a statement back, of all entries that it is about; it stays on record, stops counting and is printed as a
    correction. Asks `revoke_outcome`.

    Records `outcome:revoked`. A lead on which no statement holds any more is «referred» again.
    """
    row = tx.find(Outcome, outcome_id, otherwise=NotFound("There is no such outcome."))
    require_operation(tx, "revoke_outcome", row.operation_id)
    hold(tx, "ledger", [row.operation_id])
    if row.stated_by_agency_id != tx.actor.agency_id:
        raise Forbidden("Only the authority that stated it can take it back.")
    reason = require_reason(reason)
    tell_leads(tx, row.operation_id, ledger=row.ledger_id)
    taken_back = tx.change(
        update(Outcome)
        .where(Outcome.statement_id == row.statement_id, Outcome.revoked_at.is_(None))
        .values(revoked_at=func.now(), revoked_by=tx.actor.id, revoked_reason=reason)
    )
    if not taken_back:
        raise Conflict("It has been taken back already.")
    tell_leads(tx, row.operation_id, ledger=row.ledger_id)
    tx.session.execute(text("select leave_outcome(:lead)"), {"lead": row.lead_id})
    several = taken_back if taken_back > 1 else None
    tx.record(events.OutcomeRevoked(at(row), outcome=outcome_id, stage=row.stage, entries=several))


def mark_depicted(tx: Tx, ledger_id: UUID) -> UUID:
    """Say that a child who was stated as not depicted is shown in the material after all: from now on it counts among
    the depicted; answers the act's id. Asks `mark_depicted` of whoever sees the entry; records `ledger:depicted`.

    Raises:
        Conflict: it counts as depicted already.
    """
    entry = tx.find(LedgerEntry, ledger_id, otherwise=NotFound("There is no such entry in the ledger."))
    require_operation(tx, "mark_depicted", entry.operation_id)
    hold(tx, "ledger", [entry.operation_id])
    tx.session.refresh(entry)
    if entry.is_depicted:
        raise Conflict("This entry counts as depicted already.")
    act = _write_act(tx, entry, "depicted")
    tell_leads(tx, entry.operation_id, ledger=ledger_id)
    tx.record(events.LedgerDepicted(events.Place(entry.operation_id, tuple(entry.locks)), ledger=ledger_id))
    return act


def merge_ledger(tx: Tx, ledger_id: UUID, *, into: UUID) -> UUID:
    """Say that two entries are one person; from now on they count once. Answers the act's id. Asks `merge_ledger`;
    records `ledger:merged`.

    The entry that counts has the age and sex that were stated of it, else those of the other, and is depicted if either
    is.
    """
    first, second = (tx.session.get(LedgerEntry, each) for each in (ledger_id, into))
    if first is None or second is None or first.operation_id != second.operation_id:
        raise NotFound("These two entries are not there.")
    require_operation(tx, "merge_ledger", first.operation_id)
    # One at a time: two merges the other way round would else both be said of one pair.
    hold(tx, "ledger", [first.operation_id])
    if first.kind != second.kind or counted_as(tx, ledger_id) == counted_as(tx, into):
        raise Conflict("These two entries cannot be merged.")
    act = _write_act(tx, first, "same", second)
    tell_leads(tx, first.operation_id, ledger=into)
    tx.record(events.LedgerMerged(_place(first, second), ledger=ledger_id, into=into))
    return act


def take_back_ledger_act(tx: Tx, act_id: UUID) -> None:
    """Take back that two entries are one person, or that one is depicted after all: every figure is as if it had not
    been said. Asks what saying it asked, of whoever sees the entries; records `ledger:parted` or `ledger:undepicted`.

    Raises:
        Conflict: it was taken back already.
    """
    act = tx.find(LedgerAct, act_id, otherwise=NotFound("There is no such act."))
    require_operation(tx, "merge_ledger" if act.what == "same" else "mark_depicted", act.operation_id)
    hold(tx, "ledger", [act.operation_id])
    tell_leads(tx, act.operation_id, ledger=act.ledger_id)
    take_back(tx, LedgerAct, act_id)
    entry = tx.session.get_one(LedgerEntry, act.ledger_id)
    if act.other_id is None:
        tx.record(events.LedgerUndepicted(_place(entry), ledger=entry.id))
        return
    other = tx.session.get_one(LedgerEntry, act.other_id)
    tx.record(events.LedgerParted(_place(entry, other), ledger=entry.id, into=other.id))


def _place(*entries: LedgerEntry) -> events.Place:
    """Where whoever sees one of the entries sees what happens to them."""
    return events.Place(entries[0].operation_id, tuple(sorted({lock for entry in entries for lock in entry.locks})))


def _write_act(tx: Tx, entry: LedgerEntry, what: str, other: LedgerEntry | None = None) -> UUID:
    act = LedgerAct(
        operation_id=entry.operation_id,
        what=what,
        ledger_id=entry.id,
        other_id=other.id if other else None,
        decided_by=tx.actor.id,
    )
    tx.add(act)
    return act.id


def _require_received(referral: Referral) -> None:
    if referral.state not in STATES_OF_RECEIPT:
        raise Conflict("Acknowledge the referral first.", state=referral.state)


def _check(statement: Statement, *, earliest: date | None, today: date) -> None:
    faults = []
    if statement.kind not in STAGES_OF_KIND:
        faults.append(Fault("kind", "victim or offender"))
    elif statement.stage not in STAGES_OF_KIND[statement.kind]:
        faults.append(Fault("stage", "this stage does not fit this kind of entry"))
    if not says_something(statement.authority_reference):
        faults.append(Fault("authority_reference", "needed"))
    if statement.stated_on > today:
        faults.append(Fault("stated_on", "not in the future"))
    if earliest and statement.stated_on < earliest and not says_something(statement.early_reason):
        faults.append(
            Fault("early_reason", "the material shows nothing before {day}: say why it was earlier", day=earliest)
        )
    faults += _faults_of_person(statement)
    if faults:
        raise Invalid("The outcome cannot be recorded.", faults=faults)


def _faults_of_person(statement: Statement) -> list[Fault]:
    faults = []
    if not statement.is_depicted and statement.kind == "offender":
        faults.append(Fault("is_depicted", "an offender entry is depicted or suspected, never a bystander"))
    if statement.is_another and (statement.ledger_id is not None or not statement.is_depicted):
        faults.append(Fault("is_another", "a further person is depicted, and no entry is named"))
    if not 1 <= statement.count <= MOST_CHILDREN:
        faults.append(Fault("count", "between {least} and {most}", least=1, most=MOST_CHILDREN))
    elif statement.count > 1 and (statement.is_depicted or statement.ledger_id is not None):
        faults.append(Fault("count", "several at once only of children who are not depicted and have no entry yet"))
    return faults


def _require_competent(tx: Tx, referral: Referral, statement: Statement) -> None:
    """Pass if this stage is for the actor's agency to state, by its kind and by what the terms make it competent
    for."""
    own = select(Agency.kind, func.my_competences(referral.operation_id)).where(Agency.id == tx.actor.agency_id)
    kind, competences = tx.session.execute(own).one()
    if statement.stage not in stages_of(kind, competences).get(statement.kind, ()):
        raise Forbidden(WHO_MAY[COMPETENT[statement.kind, statement.stage]], stage=statement.stage)


def _write(tx: Tx, referral: Referral, statement: Statement, entries: Sequence[UUID]) -> list[UUID]:
    """One row an entry; together they are one statement."""
    together = uuid4()
    rows = [
        Outcome(
            operation_id=referral.operation_id,
            ledger_id=entry,
            lead_id=referral.lead_id,
            referral_id=referral.id,
            locks=list(referral.locks),
            stage=statement.stage,
            stated_by_agency_id=tx.actor.agency_id,
            authority_reference=words_of(statement.authority_reference),
            stated_on=statement.stated_on,
            age_band=statement.age_band,
            sex=statement.sex,
            place_country=statement.place_country,
            recorded_by=tx.actor.id,
            statement_id=together,
            early_reason=words_of(statement.early_reason) or None,
        )
        for entry in entries
    ]
    tx.session.add_all(rows)
    tx.session.flush()
    return [row.id for row in rows]
