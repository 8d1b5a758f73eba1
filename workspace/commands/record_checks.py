"""The installation verifies its own record: when it starts, each night, and where the tail of a chain was in doubt.

What is found is kept, one row per chain; that it begins or ceases to match is an event. Must not verify anything
itself (queries/verification.py does, in a job).
"""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.model import RecordCheck
from workspace.model.database import Tx
from workspace.model.jobs import want_all
from workspace.model.statements import statements
from workspace.rules.policy import require_installation
from workspace.rules.verification import MOST_TOLD, Verification

SQL = statements(__file__)
NIGHT_H = 3
"""The hour of the day, UTC, from which the chains are verified once more."""


def want_all_verifications(tx: Tx) -> int:
    """Have every chain verified; whoever starts workers calls it. Asks `check_record`."""
    return _want(tx, everything=True)


def want_due_verifications(tx: Tx) -> int:
    """Have those chains verified whose last check is of before the night, or whose tail is in doubt. Asks
    `check_record`."""
    return _want(tx, everything=False)


def keep_verification(tx: Tx, found: Verification) -> None:
    """Keep what was found in a chain. Asks `check_record`; records `record:found_broken`, `record:found_settled` or
    `record:found_intact` where the last check said otherwise."""
    require_installation(tx.actor, "check_record")
    before = tx.session.get(RecordCheck, found.operation_id)
    place = events.Place(found.operation_id)
    was = "intact" if before is None else before.state
    if found.broken and was != "broken":
        tx.record(events.RecordFoundBroken(place, faults=len(found.broken)))
    elif found.state == "settled" and was != "settled":
        tx.record(events.RecordFoundSettled(place, settled=len(found.settled)))
    elif found.state == "intact" and was != "intact":
        tx.record(events.RecordFoundIntact(place))
    told = [
        {**asdict(each), "leads": tx.session.execute(SQL["leads"], {"table": each.table, "key": each.key}).scalar_one()}
        for each in found.broken[:MOST_TOLD]
    ]
    values = {
        "checked_at": tx.now,
        "through": found.through,
        "events": found.events,
        "rows": found.rows,
        "erased": found.erased,
        "state": found.state,
        "faults": len(found.broken),
        "broken": told,
        "settled": [asdict(each) for each in found.settled[:MOST_TOLD]],
        "asked_at": None,
    }
    if found.state == "intact":
        values["intact_at"] = tx.now
    row = insert(RecordCheck).values(operation_id=found.operation_id, **values)
    tx.session.execute(row.on_conflict_do_update(index_elements=["operation_id"], set_=values))


def _want(tx: Tx, *, everything: bool) -> int:
    require_installation(tx.actor, "check_record")
    due = tx.session.execute(SQL["due"], {"everything": everything, "hour": NIGHT_H}).all()
    for chain, operation_id in due:
        want_all(tx, "verify_record", [UUID(int=chain)], operation_id, priority=2)
    return len(due)
