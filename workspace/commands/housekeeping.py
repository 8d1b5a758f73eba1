"""What ends by the clock alone is written down here, by the housekeeping service: nothing visible changes without an
event.

Checks elsewhere compare the database's time themselves; a late run opens nothing. Leases, opinions and grants have
their own commands (claims, assessments, access).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Row, delete, func, select, text, update

from workspace import events
from workspace.commands.each import each
from workspace.commands.steps import announce_presence
from workspace.model import Challenge, Operation, Presence
from workspace.model.database import Tx
from workspace.rules.limits import PRESENCE_S
from workspace.rules.policy import require_installation

# What the three commands below look for; the housekeeper asks first whether there is any.
WINDOW_IS_OVER = (Operation.state == "open", Operation.closes_at <= func.now())
PRESENCE_IS_STALE = (Presence.seen_at < func.now() - timedelta(seconds=PRESENCE_S),)
CHALLENGE_IS_OVER = (Challenge.expires_at < func.now(),)


def close_windows(tx: Tx) -> int:
    """Begin to close every open operation whose window is over. Records `operation:state_changed`."""
    over = select(Operation.id.label("operation_id")).where(*WINDOW_IS_OVER)
    rows = tx.session.execute(over.with_for_update(skip_locked=True)).all()
    return each(tx, "end_window", rows, _begin_to_close)


def _begin_to_close(tx: Tx, row: Row[tuple[int]]) -> None:
    tx.change(update(Operation).where(Operation.id == row.operation_id).values(state="closing"))
    tx.record(events.OperationStateChanged(events.Place(row.operation_id), before="open", after="closing"))


def fold_counts(tx: Tx) -> int:
    """Make one part of the many in which figures of material are written; the sums stay. Returns how many there were.
    Asks `forget_expired`."""
    require_installation(tx.actor, "forget_expired")
    parts: int = tx.session.scalars(text("select fold_material_counts()")).one()
    return parts


def forget_presence(tx: Tx) -> int:
    """Forget whose page no longer reports, and announce it per operation; presence is never an event. Asks
    `forget_expired`."""
    require_installation(tx.actor, "forget_expired")
    gone = tx.session.scalars(
        delete(Presence)
        .where(*PRESENCE_IS_STALE)
        .returning(Presence.operation_id)
        .execution_options(synchronize_session=False)
    ).all()
    for operation_id in sorted(set(gone)):
        announce_presence(tx, operation_id)
    return len(gone)


def forget_challenges(tx: Tx) -> int:
    """Forget sign-in challenges that nobody answered in time. Asks `forget_expired`."""
    require_installation(tx.actor, "forget_expired")
    return tx.change(delete(Challenge).where(*CHALLENGE_IS_OVER))
