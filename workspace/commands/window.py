"""The operation's window: moved with a reason, and accepted by each country where it became longer.

A shorter window holds at once. A longer one is a proposal to every country: what a country shares opens to others only
up to the end that this country accepted (`my_keys` in SQL).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, insert, select, update

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import require_operation
from workspace.commands.steps import keep_consent
from workspace.errors import Conflict, Fault, Invalid
from workspace.model import Operation, Participation, WindowChange
from workspace.model.database import Tx
from workspace.rules.reasons import require_reason

MOST_WINDOW = timedelta(days=366)
"""Latest end of a window, from now: a joint operation is days or weeks (docs/field.md)."""

OWNERS_END_IS_OVER = (
    Participation.accepted_until <= func.now(),
    Participation.window_ended_at.is_(None),
    Operation.id == Participation.operation_id,
    Operation.state == "open",
    Operation.closes_at > func.now(),
)
"""What `close_shared_material` looks for; housekeeping asks first whether there is any."""


def move_window(tx: Tx, operation_id: int, *, closes_at: datetime, reason: str) -> None:
    """Move the end of the window, with a reason that every member reads. Asks `move_window`; records
    `operation:window_moved`.

    closes_at: with its time zone.

    Raises:
        Invalid: the new end is no later than now or than the opening, more than a year away, or the present one.
        Conflict: somebody moved it in this moment.
    """
    operation = require_operation(tx, "move_window", operation_id, held=True)
    reason = require_reason(reason)
    fault = _why_not(operation, closes_at, tx.now)
    if fault is not None:
        raise Invalid("This time window is not allowed.", faults=[fault])
    before, change_id = operation.closes_at, uuid4()
    tx.change_one(
        update(Operation)
        .where(Operation.id == operation_id, Operation.closes_at == before)
        .values(closes_at=closes_at),
        otherwise=Conflict("Somebody has just moved the window. Load the page again."),
    )
    tx.session.execute(
        insert(WindowChange).values(
            id=change_id,
            operation_id=operation_id,
            before=before,
            after=closes_at,
            reason=reason,
            moved_by=tx.actor.id,
        )
    )
    tx.record(events.OperationWindowMoved(events.Place(operation_id), before=before, after=closes_at, why=change_id))


def accept_window(tx: Tx, operation_id: int, *, until: datetime) -> None:
    """Accept the longer window for the actor's country. Asks `accept_window`; records `window:accepted`.

    until: the end that was read; a further move needs a further answer.

    Raises:
        Conflict: this is not the window's end now, or the country takes no part or has accepted it already.
    """
    operation = require_operation(tx, "accept_window", operation_id, held=True)
    if until != operation.closes_at:
        raise Conflict("The window has been moved again. Load the page and read its end.")
    tx.change_one(
        update(Participation)
        .where(
            Participation.operation_id == operation_id,
            Participation.country == tx.actor.country,
            Participation.accepted_at.is_not(None),
            Participation.accepted_until < until,
        )
        .values(accepted_until=until, window_ended_at=None),
        otherwise=Conflict(
            "Your country has accepted this end already, or not the terms yet.", country=tx.actor.country
        ),
    )
    keep_consent(tx, operation_id, "window", until=until)
    tx.record(events.WindowAccepted(events.Place(operation_id), country=tx.actor.country, until=until))


def close_shared_material(tx: Tx) -> int:
    """Note every country whose accepted end has passed while the window goes on; only housekeeping calls it. Asks
    `end_window`; records `window:ended`.

    Keys end by the clock itself, not by this.
    """
    rows = tx.session.scalars(
        select(Participation).where(*OWNERS_END_IS_OVER).with_for_update(skip_locked=True, of=Participation)
    ).all()
    return each(tx, "end_window", rows, _note_owners_end)


def _note_owners_end(tx: Tx, row: Participation) -> None:
    row.window_ended_at = tx.now
    tx.record(events.WindowEnded(events.Place(row.operation_id), country=row.country))


def _why_not(operation: Operation, closes_at: datetime, now: datetime) -> Fault | None:
    """What speaks against an end of the window; None if nothing does."""
    if closes_at.tzinfo is None:
        return Fault("closes_at", "say the time zone")
    if closes_at <= now:
        return Fault("closes_at", "must be later than now; to end the window now, change the state")
    if closes_at <= operation.opens_at:
        return Fault("closes_at", "must be after opens_at")
    if closes_at > now + MOST_WINDOW:
        return Fault("closes_at", "at most {days} days from now", days=MOST_WINDOW.days)
    return Fault("closes_at", "is the end already") if closes_at == operation.closes_at else None
