"""What the owner of an exhibit changes after it was received: its handling code, and who may see it. Why stands in a
row that an event names."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, literal, or_, select, text, update

from workspace import events
from workspace.commands.access import MOST_HOURS
from workspace.commands.card_steps import withdraw_outgrown
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import hold, take_place
from workspace.commands.steps import is_being_moved, last_sharing
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import AccessGrant, Compartment, Exhibit, ExhibitChange, Lead, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.codes import CLOSING_GROUNDS, HANDLING_CODES, ExhibitChanged, ExhibitFact
from workspace.rules.custody import fact_of
from workspace.rules.days import day_in
from workspace.rules.leads import DONE, claimed_day, gap_years
from workspace.rules.reasons import require_reason

SQL = statements(__file__)

_LEADS_OF = text("select lead_id from lead_copy where exhibit_id = :exhibit")
_CARDS_OF = text(
    "select c.lead_id from clue_card c join medium_copy m on m.media_item_id = c.media_item_id where m.exhibit_id = :exhibit"
)
"""Clues with a card that shows something of the exhibit, which may be a further medium of the clue."""


def change_handling(tx: Tx, exhibit_id: UUID, *, handling_code: str, reason: str) -> None:
    """Change the handling code of an exhibit of the actor's own agency. Asks `raise_handling` for a stricter one, else
    `lower_handling`; records `exhibit:handling_changed`, `lead:handling_changed` for each lead that is not done, and
    `card:outdated` for each card of the room for whose check the new code asks for other people.

    It counts from the commit on, for every lead that was not sent: a package that was built under a code less strict
    is drawn up again, and its owners are asked (ADR 27).

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's.
        Conflict: it has this code already. Invalid: there is no such code, or no reason.
    """
    if handling_code not in HANDLING_CODES:
        fault = Fault(
            "handling_code", "«{value}» is not one of {known}", value=handling_code, known=list(HANDLING_CODES)
        )
        raise Invalid("The handling code was not changed.", faults=[fault])
    exhibit, owner = _locked(tx, exhibit_id)
    before = exhibit.handling_code
    require_operation(tx, "lower_handling" if handling_code < before else "raise_handling", exhibit.operation_id)
    _require_owner(tx, owner)
    reason = require_reason(reason)
    if handling_code == before:
        raise Conflict("This exhibit has this handling code already.")
    exhibit.handling_code = handling_code
    why = _note(tx, exhibit, "handling", before, handling_code, reason)
    tx.record(
        events.ExhibitHandlingChanged(at(exhibit), exhibit=exhibit_id, before=before, after=handling_code, why=why)
    )
    tx.session.flush()
    _tell_leads(tx, exhibit, owner)


def correct_exhibit(tx: Tx, exhibit_id: UUID, *, what: ExhibitFact, value: str, reason: str) -> None:
    """Correct a fact that was stated of an exhibit of the actor's own agency; what stood before is kept with the
    reason. Asks `correct_exhibit`; records `exhibit:corrected`.

    value: as people write it; empty takes an optional fact away (`rules.custody`).

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's.
        Conflict: it says so already. Invalid: this is no such fact, or there is no reason.
    """
    exhibit, owner = _locked(tx, exhibit_id)
    operation = require_operation(tx, "correct_exhibit", exhibit.operation_id)
    _require_owner(tx, owner)
    reason = require_reason(reason)
    fact = _fact(what, value, day_in(tx.now, operation.time_zone))
    before = getattr(exhibit, what)
    if fact == before:
        raise Conflict("This stands there already.")
    setattr(exhibit, what, fact)
    why = _note(tx, exhibit, what, str(before or ""), str(fact or ""), reason)
    tx.record(events.ExhibitCorrected(at(exhibit), exhibit=exhibit_id, what=what, why=why))


def _fact(what: ExhibitFact, value: str, today: date) -> object:
    try:
        return fact_of(what, value, today)
    except ValueError as fault:
        raise Invalid("The exhibit was not corrected.", faults=list(fault.args)) from fault


def open_exhibit(tx: Tx, exhibit_id: UUID, *, reason: str) -> None:
    """Open a closed exhibit of the actor's own agency to all countries. Asks `open_exhibit`; records `exhibit:opened`,
    `lead:unlocked` for each of its leads, and `access:granted` for each request that waits.

    Keys are computed, so that others see the exhibit, its files and its leads from the commit on. Leads exist already:
    matching looks across locks. It can be closed again (`close_exhibit`); what was seen stays seen.

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's.
        Conflict: it is open to all countries already. Invalid: there is no reason.
    """
    exhibit, owner = _locked(tx, exhibit_id)
    require_operation(tx, "open_exhibit", exhibit.operation_id)
    _require_owner(tx, owner)
    reason = require_reason(reason)
    if is_being_moved(tx, exhibit_id):
        raise Conflict("This exhibit is being closed. Open it once that is done.")
    tx.change_one(
        update(Compartment)
        .where(Compartment.id == owner.id, Compartment.sharing == "agency")
        .values(sharing="operation"),
        otherwise=Conflict("This exhibit is open to all countries already."),
    )
    why = _note(tx, exhibit, "sharing", "agency", "operation", reason)
    tx.record(events.ExhibitOpened(at(exhibit), exhibit=exhibit_id, why=why))
    _unlock_leads(tx, exhibit)  # holds the leads: a request that is just being made is there afterwards, or is refused
    _grant_waiting(tx, exhibit)


def close_exhibit(tx: Tx, exhibit_id: UUID, *, ground: str, reason: str) -> None:
    """Have an exhibit of the actor's own agency closed to all others. Asks `close_exhibit`; records `exhibit:closing`.

    A worker does it, before all other work (`commands.closing`).

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's.
        Conflict: it is closed, or is being closed. Invalid: there is no such ground, or no reason.
    """
    exhibit, owner = _locked(tx, exhibit_id)
    require_operation(tx, "close_exhibit", exhibit.operation_id)
    _require_owner(tx, owner)
    _require_ground(ground)
    reason = require_reason(reason)
    if owner.sharing != "operation":
        raise Conflict("This exhibit is closed to the other countries already.")
    if last_sharing(tx, exhibit_id) == "agency":
        raise Conflict("This exhibit is being closed already.")
    why = _note(tx, exhibit, "sharing", "operation", "agency", reason, ground=ground)
    tx.record(events.ExhibitClosing(at(exhibit), exhibit=exhibit_id, ground=ground, why=why))
    jobs.want(tx, "close_exhibit", why, exhibit.operation_id, priority=1)


def _require_ground(ground: str) -> None:
    if ground not in CLOSING_GROUNDS:
        fault = Fault("ground", "«{value}» is not one of {known}", value=ground, known=list(CLOSING_GROUNDS))
        raise Invalid("The exhibit was not closed.", faults=[fault])


def _grant_waiting(tx: Tx, exhibit: Exhibit) -> None:
    """Answer the requests for what is open now, so that nobody waits for an answer any more."""
    waiting = tx.session.scalars(
        select(AccessGrant)
        .where(AccessGrant.compartment_id == exhibit.compartment_id, AccessGrant.answered_at.is_(None))
        .order_by(AccessGrant.id)
        .with_for_update()
    ).all()
    for grant in waiting:
        until = tx.now + timedelta(hours=MOST_HOURS)
        grant.granted, grant.scope, grant.until = True, "exhibit", until
        grant.answered_by, grant.answered_at = tx.actor.id, tx.now
        place = events.Place(exhibit.operation_id, (exhibit.compartment_id,), lead_id=grant.lead_id)
        tx.record(events.AccessGranted(place, grant=grant.id, agency=grant.agency_id, scope="exhibit", until=until))
    tx.session.flush()


def _unlock_leads(tx: Tx, exhibit: Exhibit) -> None:
    """Tell each lead that stands on the exhibit, and the years between its sides, which a closed side withheld."""
    take_place(tx, "lead")
    told = {row.id: row for row in tx.session.execute(SQL["years"], {"lock": exhibit.compartment_id})}
    leads = tx.session.scalars(
        select(Lead)
        .where(Lead.locks.contains([exhibit.compartment_id]))
        .order_by(Lead.id)
        .with_for_update(of=Lead, key_share=True)
    ).all()
    for lead in leads:
        row = told.get(lead.id)
        if row is not None:
            lead.age_gap_years = gap_years(row.missing_since or claimed_day(row.earlier), claimed_day(row.later))
        tx.record(events.LeadUnlocked(at(lead), exhibit=exhibit.id))
    tx.session.flush()


def _tell_leads(tx: Tx, exhibit: Exhibit, owner: Compartment) -> None:
    """Let the boards read again the leads that carry the exhibit's code. A closed exhibit's copy is not told to a lead
    that does not stand on the closed material. One that is being closed is waited for: nobody is told of what is
    done."""
    ids = set(tx.session.scalars(_LEADS_OF, {"exhibit": exhibit.id}))
    shown = ids | set(tx.session.scalars(_CARDS_OF, {"exhibit": exhibit.id}))
    hold(tx, "lead", shown)
    leads = tx.session.scalars(
        select(Lead)
        .where(
            Lead.id.in_(ids),
            Lead.stage.not_in(DONE),
            or_(Lead.locks.contains([exhibit.compartment_id]), literal(owner.sharing == "operation")),
        )
        .order_by(Lead.id)
        .with_for_update(of=Lead, key_share=True)
    ).all()
    for lead in leads:
        tx.record(events.LeadHandlingChanged(at(lead, locks=[exhibit.compartment_id]), exhibit=exhibit.id))
    withdraw_outgrown(tx, shown)


def _locked(tx: Tx, exhibit_id: UUID) -> tuple[Exhibit, Compartment]:
    take_place(tx, "exhibit")
    row = tx.session.execute(
        select(Exhibit, Compartment)
        .join(Compartment, Compartment.id == Exhibit.compartment_id)
        .where(Exhibit.id == exhibit_id)
        .with_for_update(of=Exhibit, key_share=True)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such exhibit.")
    exhibit, compartment = row
    return exhibit, compartment


def _require_owner(tx: Tx, compartment: Compartment) -> None:
    if compartment.agency_id != tx.actor.agency_id:
        raise Forbidden("Only the agency that owns the exhibit decides this.")


def _note(
    tx: Tx, exhibit: Exhibit, what: ExhibitChanged, before: str, after: str, reason: str, *, ground: str | None = None
) -> UUID:
    note_id = uuid4()
    tx.session.execute(
        insert(ExhibitChange).values(
            id=note_id,
            operation_id=exhibit.operation_id,
            compartment_id=exhibit.compartment_id,
            exhibit_id=exhibit.id,
            what=what,
            before=before,
            after=after,
            ground=ground,
            reason=reason,
            decided_by=tx.actor.id,
        )
    )
    return note_id
