"""Outcomes: what competent authorities state of a referral, and the ledger in which each child counts once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, select, text, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import LedgerEntry, Outcome, Referral
from workspace.model.database import Tx
from workspace.rules.codes import OFFENDER_STAGES, OTHER_ENDS, VICTIM_STAGES
from workspace.rules.days import day_in
from workspace.rules.reasons import require_reason, says_something, words_of

STATES_OF_RECEIPT = ("acknowledged", "accepted")


@dataclass(frozen=True)
class Statement:
    """What an authority states. `ledger_id` None: the entry that the lead's person has, or else a new one.

    `is_another`: a further offender of the same lead, although it has one already.
    """

    kind: str
    stage: str
    authority_reference: str
    stated_on: date
    ledger_id: UUID | None = None
    is_another: bool = False
    is_depicted: bool = True
    age_band: str | None = None
    sex: str = "unknown"
    place_country: str | None = None


def state_outcome(tx: Tx, referral_id: UUID, statement: Statement) -> tuple[UUID, UUID]:
    """Record an authority's statement on a referral that it has received; return the outcome's and the ledger entry's
    id.

    Asks `state_outcome` of the receiving agency; records `outcome:stated`, and `ledger:opened` where the entry is new.
    A depicted person has one entry, whichever leads, countries or devices show it; somebody not depicted (a sibling
    made safe) always has one of its own. Age and sex fill what nobody has stated of that person yet.

    Raises:
        Forbidden: the referral went to another agency.
        Conflict: receipt has not been acknowledged.
        Invalid: stage, reference or date are not acceptable.
    """
    referral = tx.session.get(Referral, referral_id)
    if referral is None:
        raise NotFound("There is no such referral.")
    operation = require_operation(tx, "state_outcome", referral.operation_id)
    if referral.to_agency_id != tx.actor.agency_id:
        raise Forbidden("Only the authority that received the referral can state its outcome.")
    if referral.state not in STATES_OF_RECEIPT:
        raise Conflict("Acknowledge the referral first.", state=referral.state)
    _check(statement, today=day_in(tx.now, operation.time_zone))
    ledger_id = _ledger(tx, referral, statement)
    row = Outcome(
        operation_id=referral.operation_id,
        ledger_id=ledger_id,
        lead_id=referral.lead_id,
        referral_id=referral_id,
        locks=list(referral.locks),
        stage=statement.stage,
        stated_by_agency_id=tx.actor.agency_id,
        authority_reference=words_of(statement.authority_reference),
        stated_on=statement.stated_on,
        place_country=statement.place_country,
        recorded_by=tx.actor.id,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.session.execute(text("select reach_outcome(:lead)"), {"lead": referral.lead_id})
    _fill(tx, ledger_id, statement.age_band, statement.sex)
    tx.record(events.OutcomeStated(at(referral), outcome=row.id, stage=statement.stage))
    return row.id, ledger_id


def revoke_outcome(tx: Tx, outcome_id: UUID, *, reason: str) -> None:
    """Take a statement back; it stays on record, stops counting and is printed as a correction. Asks `revoke_outcome`.

    Records `outcome:revoked`. A lead on which no statement holds any more is «referred» again.
    """
    row = tx.session.get(Outcome, outcome_id)
    if row is None:
        raise NotFound("There is no such outcome.")
    require_operation(tx, "revoke_outcome", row.operation_id)
    if row.stated_by_agency_id != tx.actor.agency_id:
        raise Forbidden("Only the authority that stated it can take it back.")
    reason = require_reason(reason)
    tx.change_one(
        update(Outcome)
        .where(Outcome.id == outcome_id, Outcome.revoked_at.is_(None))
        .values(revoked_at=func.now(), revoked_by=tx.actor.id, revoked_reason=reason),
        otherwise=Conflict("It has been taken back already."),
    )
    tx.session.execute(text("select leave_outcome(:lead)"), {"lead": row.lead_id})
    tx.record(events.OutcomeRevoked(at(row), outcome=outcome_id, stage=row.stage))


def merge_ledger(tx: Tx, ledger_id: UUID, *, into: UUID) -> None:
    """Say that two entries are one person; from now on they count once. Asks `merge_ledger`; records `ledger:merged`.

    The entry that counts takes over the age and sex of the other where it has none.
    """
    # Both rows are held, in one order: two merges the other way round would else leave two entries that point at each
    # other.
    held = select(LedgerEntry).where(LedgerEntry.id.in_([ledger_id, into])).order_by(LedgerEntry.id).with_for_update()
    entries = {entry.id: entry for entry in tx.session.scalars(held)}
    first, second = entries.get(ledger_id), entries.get(into)
    if first is None or second is None or first.operation_id != second.operation_id:
        raise NotFound("These two entries are not there.")
    require_operation(tx, "merge_ledger", first.operation_id)
    if (
        first.id == second.id
        or first.kind != second.kind
        or second.merged_into is not None
        or first.merged_into is not None
    ):
        raise Conflict("These two entries cannot be merged.")
    tx.change_one(
        update(LedgerEntry)
        .where(LedgerEntry.id == ledger_id, LedgerEntry.merged_into.is_(None))
        .values(merged_into=into),
        otherwise=Conflict("These two entries cannot be merged."),
    )
    # What was merged into the first goes with it, so that one step always leads to the entry that counts.
    tx.change(update(LedgerEntry).where(LedgerEntry.merged_into == ledger_id).values(merged_into=into))
    tx.change(
        update(LedgerEntry)
        .where(LedgerEntry.id == into)
        .values(
            age_band=func.coalesce(LedgerEntry.age_band, first.age_band),
            sex=case((LedgerEntry.sex == "unknown", first.sex), else_=LedgerEntry.sex),
        )
    )
    locks = tuple(sorted({*first.locks, *second.locks}))
    tx.record(events.LedgerMerged(events.Place(first.operation_id, locks), ledger=ledger_id, into=into))


def _check(statement: Statement, *, today: date) -> None:
    stages = {"victim": VICTIM_STAGES + OTHER_ENDS, "offender": (*OFFENDER_STAGES, "deceased", "trail_eliminated")}
    faults = []
    if statement.kind not in stages:
        faults.append(Fault("kind", "victim or offender"))
    elif statement.stage not in stages[statement.kind]:
        faults.append(Fault("stage", "this stage does not fit this kind of entry"))
    if not says_something(statement.authority_reference):
        faults.append(Fault("authority_reference", "needed"))
    if statement.stated_on > today:
        faults.append(Fault("stated_on", "not in the future"))
    if not statement.is_depicted and statement.kind == "offender":
        faults.append(Fault("is_depicted", "an offender entry is depicted or suspected, never a bystander"))
    if statement.is_another and (statement.kind != "offender" or statement.ledger_id is not None):
        faults.append(
            Fault("is_another", "another person can be added only as an offender, and without naming an entry")
        )
    if faults:
        raise Invalid("The outcome cannot be recorded.", faults=faults)


def _ledger(tx: Tx, referral: Referral, statement: Statement) -> UUID:
    if statement.ledger_id is not None:
        entry = tx.session.get(LedgerEntry, statement.ledger_id)
        if entry is None or entry.operation_id != referral.operation_id or entry.kind != statement.kind:
            raise NotFound("There is no such entry in the ledger.")
        if not tx.session.execute(_OF_THIS_LEAD, {"ledger": entry.id, "lead": referral.lead_id}).scalar_one():
            raise NotFound("This entry of the ledger does not belong to this referral.")
        return entry.merged_into or entry.id
    if statement.is_depicted and not (statement.is_another and statement.kind == "offender"):
        # One write at a time: two authorities that state something of the same child in the same moment must end in one
        # entry.
        tx.session.execute(
            text("select pg_advisory_xact_lock(hashtext(:what))"),
            {"what": f"ledger:{referral.operation_id}:{statement.kind}"},
        )
        known: UUID | None = tx.session.execute(
            text("select ledger_of_lead(:lead, :kind)"), {"lead": referral.lead_id, "kind": statement.kind}
        ).scalar_one_or_none()
        if known is not None:
            _link(tx, referral, statement, known)
            return known
    number = tx.session.execute(
        text("select next_number(:op, :what)"), {"op": referral.operation_id, "what": statement.kind}
    ).scalar_one()
    row = LedgerEntry(
        operation_id=referral.operation_id,
        number=number,
        kind=statement.kind,
        is_depicted=statement.is_depicted,
        age_band=statement.age_band,
        sex=statement.sex,
        locks=list(referral.locks),
        agency_id=tx.actor.agency_id,
    )
    tx.session.add(row)
    tx.session.flush()
    _link(tx, referral, statement, row.id)
    tx.record(
        events.LedgerOpened(
            events.Place(referral.operation_id, tuple(referral.locks)), ledger=row.id, ledger_kind=statement.kind
        )
    )
    return row.id


def _fill(tx: Tx, ledger_id: UUID, age_band: str | None, sex: str) -> None:
    tx.session.execute(
        text("select fill_ledger(:ledger, :age, :sex)"), {"ledger": ledger_id, "age": age_band, "sex": sex}
    )


def _link(tx: Tx, referral: Referral, statement: Statement, ledger_id: UUID) -> None:
    """Tie a depicted child's entry to the persons of the lead; an offender is not who the lead's faces show."""
    if statement.is_depicted and statement.kind == "victim":
        tx.session.execute(text("select link_ledger(:ledger, :lead)"), {"ledger": ledger_id, "lead": referral.lead_id})


# Something was stated on this lead about the entry, or about one that was merged with it; or the lead shows a person of
# the entry.
_OF_THIS_LEAD = text(
    """select exists (select 1 from outcome o join ledger_entry e on e.id = o.ledger_id
         where o.lead_id = :lead and :ledger in (e.id, e.merged_into))
       or exists (select 1 from ledger_person p join lead_evidence s on s.person_id = p.person_id
         where p.ledger_id = :ledger and s.lead_id = :lead)"""
)
