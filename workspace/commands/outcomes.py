"""Outcomes: what competent authorities state of a referral, and the ledger in which each child counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import case, func, literal, or_, select, text, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import hold
from workspace.commands.standing import tell_leads
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Agency, LedgerEntry, Outcome, Referral
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.competence import COMPETENT, STAGES_OF_KIND, WHO_MAY, stages_of
from workspace.rules.days import day_in
from workspace.rules.leads import FACE_KINDS
from workspace.rules.reasons import require_reason, says_something, words_of

SQL = statements(__file__)

STATES_OF_RECEIPT = ("acknowledged", "accepted")
MOST_CHILDREN = 100
"""How many children who are not depicted one statement may be about."""


@dataclass(frozen=True)
class Statement:
    """What an authority states. `ledger_id` None: the entry that the lead's person has, or else a new one.

    `is_another`: a further person of the same lead, although it has one already; None: not said. `count`: how many
    children who are not depicted it is about, each with an entry of its own. `early_reason`: why the day lies before
    the first fact of the material.
    """

    kind: str
    stage: str
    authority_reference: str
    stated_on: date
    ledger_id: UUID | None = None
    is_another: bool | None = None
    is_depicted: bool = True
    count: int = 1
    age_band: str | None = None
    sex: str = "unknown"
    place_country: str | None = None
    early_reason: str = ""


def state_outcome(tx: Tx, referral_id: UUID, statement: Statement) -> tuple[UUID, UUID]:
    """Record an authority's statement on a referral that it has received; return the outcome's and the ledger entry's
    id, of several the first.

    Asks `state_outcome` of the receiving agency; records one `outcome:stated`, and `ledger:opened` for each new entry.
    A depicted person has one entry, whichever leads, countries or devices show it; somebody not depicted (a sibling
    made safe) always has one of its own. Age and sex fill what nobody has stated of that person yet.

    Raises:
        Forbidden: the referral went to another agency, or this stage is for another authority to state.
        Conflict: receipt has not been acknowledged, or this authority has stated this of this person already.
        Invalid: stage, reference, date or person are not acceptable.
    """
    referral = tx.session.get(Referral, referral_id)
    if referral is None:
        raise NotFound("There is no such referral.")
    operation = require_operation(tx, "state_outcome", referral.operation_id)
    hold(tx, "ledger", [referral.operation_id])
    if referral.to_agency_id != tx.actor.agency_id:
        raise Forbidden("Only the authority that received the referral can state its outcome.")
    _require_received(referral)
    earliest = tx.session.execute(text("select earliest_fact(:lead)"), {"lead": referral.lead_id}).scalar_one()
    _check(statement, earliest=earliest, today=day_in(tx.now, operation.time_zone))
    _require_competent(tx, referral, statement)
    entries = _entries(tx, referral, statement)
    outcomes = _write(tx, referral, statement, entries)
    for entry in entries:
        _fill(tx, entry, statement.age_band, statement.sex)
    tell_leads(tx, referral.operation_id, ledger=entries[0])
    tx.session.refresh(referral)  # its lead is held now, and whoever answers the referral holds that before
    _require_received(referral)
    tx.session.execute(text("select reach_outcome(:lead)"), {"lead": referral.lead_id})
    several = len(entries) if len(entries) > 1 else None
    tx.record(events.OutcomeStated(at(referral), outcome=outcomes[0], stage=statement.stage, entries=several))
    return outcomes[0], entries[0]


def revoke_outcome(tx: Tx, outcome_id: UUID, *, reason: str) -> None:
    """Take a statement back, of all entries that it is about; it stays on record, stops counting and is printed as a
    correction. Asks `revoke_outcome`.

    Records `outcome:revoked`. A lead on which no statement holds any more is «referred» again.
    """
    row = tx.session.get(Outcome, outcome_id)
    if row is None:
        raise NotFound("There is no such outcome.")
    require_operation(tx, "revoke_outcome", row.operation_id)
    hold(tx, "ledger", [row.operation_id])
    if row.stated_by_agency_id != tx.actor.agency_id:
        raise Forbidden("Only the authority that stated it can take it back.")
    reason = require_reason(reason)
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


def mark_depicted(tx: Tx, ledger_id: UUID) -> None:
    """Say that a child who was stated as not depicted is shown in the material after all: from now on it counts among
    the depicted. Asks `mark_depicted` of whoever sees the entry; records `ledger:depicted`.

    Raises:
        Conflict: it counts as depicted already, or as another entry.
    """
    entry = tx.session.get(LedgerEntry, ledger_id)
    if entry is None:
        raise NotFound("There is no such entry in the ledger.")
    require_operation(tx, "mark_depicted", entry.operation_id)
    hold(tx, "ledger", [entry.operation_id])
    tx.change_one(
        update(LedgerEntry)
        .where(LedgerEntry.id == ledger_id, LedgerEntry.is_depicted.is_(False), LedgerEntry.merged_into.is_(None))
        .values(is_depicted=True),
        otherwise=Conflict("This entry counts as depicted already, or as another entry."),
    )
    tell_leads(tx, entry.operation_id, ledger=ledger_id)
    tx.record(events.LedgerDepicted(events.Place(entry.operation_id, tuple(entry.locks)), ledger=ledger_id))


def merge_ledger(tx: Tx, ledger_id: UUID, *, into: UUID) -> None:
    """Say that two entries are one person; from now on they count once. Asks `merge_ledger`; records `ledger:merged`.

    The entry that counts takes over the age and sex of the other where it has none, and is depicted if either is.
    """
    first, second = (tx.session.get(LedgerEntry, each) for each in (ledger_id, into))
    if first is None or second is None or first.operation_id != second.operation_id:
        raise NotFound("These two entries are not there.")
    require_operation(tx, "merge_ledger", first.operation_id)
    # Two merges the other way round would else leave two entries that point at each other.
    hold(tx, "ledger", [first.operation_id])
    for entry in (first, second):
        tx.session.refresh(entry)
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
            is_depicted=or_(LedgerEntry.is_depicted, literal(first.is_depicted)),
            age_band=func.coalesce(LedgerEntry.age_band, first.age_band),
            sex=case((LedgerEntry.sex == "unknown", first.sex), else_=LedgerEntry.sex),
        )
    )
    locks = tuple(sorted({*first.locks, *second.locks}))
    tell_leads(tx, first.operation_id, ledger=into)
    tx.record(events.LedgerMerged(events.Place(first.operation_id, locks), ledger=ledger_id, into=into))


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
            Fault("early_reason", "the material tells of nothing before {day}: say why it was earlier", day=earliest)
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


def _entries(tx: Tx, referral: Referral, statement: Statement) -> list[UUID]:
    """The entries that the statement is about; new ones are opened."""
    if statement.ledger_id is not None:
        return [_require_new(tx, referral, statement, _named(tx, referral, statement, statement.ledger_id))]
    if statement.is_depicted and not statement.is_another:
        known: UUID | None = tx.session.execute(
            text("select ledger_of_lead(:lead, :kind)"), {"lead": referral.lead_id, "kind": statement.kind}
        ).scalar_one_or_none()
        if known is not None:
            _require_said(tx, referral, statement)
            _link(tx, referral, statement, known)
            return [_require_new(tx, referral, statement, known)]
    return [_open(tx, referral, statement) for _ in range(statement.count)]


def _named(tx: Tx, referral: Referral, statement: Statement, ledger_id: UUID) -> UUID:
    entry = tx.session.get(LedgerEntry, ledger_id)
    if entry is None or entry.operation_id != referral.operation_id or entry.kind != statement.kind:
        raise NotFound("There is no such entry in the ledger.")
    if not tx.session.execute(SQL["of_this_lead"], {"ledger": entry.id, "lead": referral.lead_id}).scalar_one():
        raise NotFound("This entry of the ledger does not belong to this referral.")
    return entry.merged_into or entry.id


def _require_said(tx: Tx, referral: Referral, statement: Statement) -> None:
    """Files, cameras and clues may show several children: which one is meant has to be said once the lead has one."""
    kind = tx.session.execute(text("select kind_of_lead(:lead)"), {"lead": referral.lead_id}).scalar_one()
    if statement.kind == "victim" and statement.is_another is None and kind not in FACE_KINDS:
        raise Invalid(
            "This lead may show several children. Say whether it is the child already stated or another.",
            faults=[Fault("is_another", "say it: true or false")],
        )


def _require_new(tx: Tx, referral: Referral, statement: Statement, ledger_id: UUID) -> UUID:
    """The entry, unless this authority has stated this of it on this lead already: then it means somebody else."""
    if tx.session.execute(
        SQL["stated_already"],
        {
            "ledger": ledger_id,
            "lead": referral.lead_id,
            "stage": statement.stage,
            "agency": tx.actor.agency_id,
        },
    ).scalar_one():
        raise Conflict(
            "Your authority has stated this of this person already. Is it a further person? Then say so. "
            "To correct a statement, take it back first."
        )
    return ledger_id


def _open(tx: Tx, referral: Referral, statement: Statement) -> UUID:
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
    if not statement.is_another:
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
    """Tie a depicted child's entry to the persons of the lead; an offender, or a further child, is not who the lead's
    faces show."""
    if statement.is_depicted and statement.kind == "victim":
        tx.session.execute(text("select link_ledger(:ledger, :lead)"), {"ledger": ledger_id, "lead": referral.lead_id})
