"""How long a register may be kept: its owner states the last day, and until then it is searched, after the window
too."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import hold, take_place
from workspace.errors import Fault, Forbidden, Invalid, NotFound
from workspace.model import Compartment, Lead, LeadEvidence, Register, RegisterEntry, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.days import day_in
from workspace.rules.leads import claimed_day, gap_years, is_kept, register_priority

SQL = statements(__file__)


def state_retention(tx: Tx, register_id: UUID, *, until: date) -> None:
    """State the last day on which a register of the actor's agency may be kept. Asks `state_retention`; records
    `register:retention_stated`.

    Later leads that were found out of it after the window are worked on until that day. A register that was out of use
    is matched with what was read meanwhile.

    Raises:
        NotFound: there is no such register for this actor. Forbidden: it is another agency's.
        Invalid: the day lies in the past.
    """
    hold(tx, "register", [register_id])
    register = tx.find(Register, register_id, otherwise=NotFound("There is no such register."))
    operation = require_operation(tx, "state_retention", register.operation_id)
    owner = tx.session.scalars(select(Compartment.agency_id).where(Compartment.id == register.compartment_id)).one()
    if owner != tx.actor.agency_id:
        raise Forbidden("Only the agency that owns the register decides this.")
    today = day_in(tx.now, operation.time_zone)
    was_over = register.retain_until is not None and not is_kept(register.retain_until, today)
    if until < today:
        raise Invalid("The retention was not stated.", faults=[Fault("until", "today or later")])
    tx.session.execute(update(Register).where(Register.id == register_id).values(retain_until=until))
    entries = select(RegisterEntry.id).where(RegisterEntry.register_id == register_id)
    of_entries = select(LeadEvidence.lead_id).where(LeadEvidence.register_entry_id.in_(entries))
    leads = tx.session.scalars(select(Lead.id).where(Lead.id.in_(of_entries), Lead.late_until.is_not(None))).all()
    hold(tx, "lead", leads)
    tx.session.execute(
        update(Lead).where(Lead.id.in_(leads), Lead.late_until.is_not(None)).values(late_until=until),
        execution_options={"synchronize_session": False},
    )
    tx.record(events.RegisterRetentionStated(at(register), register=register_id, until=until))
    if was_over:
        jobs.want(tx, "match_again", register_id, register.operation_id)


def follow_register(tx: Tx, operation_id: int, register_id: UUID, *, today: date) -> int:
    """Bring the undecided leads of a register up to date with what it says now: priority, unless people have set it,
    and age gap. Belongs to an `import_register` of the same write; asks `import_register`, records
    `lead:followed_register` for each that changes, and returns how many did."""
    require_operation(tx, "import_register", operation_id)
    take_place(tx, "lead")
    changed = 0
    for row in tx.session.execute(SQL["leads"], {"register": register_id}).all():
        priority, gap = row.priority, row.age_gap_years
        if not row.by_hand:
            priority = register_priority(today, date_of_birth=row.date_of_birth, missing_since=row.missing_since)
        if row.is_seen and not row.is_closed:  # years that only a closed side can tell are not told
            gap = gap_years(row.missing_since, claimed_day(row.captured_at))
        if (priority, gap) == (row.priority, row.age_gap_years):
            continue
        tx.session.execute(update(Lead).where(Lead.id == row.id).values(priority=priority, age_gap_years=gap))
        place = events.Place(operation_id, tuple(row.locks), lead_id=row.id)
        tx.record(events.LeadFollowedRegister(place, before=row.priority, after=priority))
        changed += 1
    return changed
