"""What an act found changed outside of Concord stays marked for ever; two people of two countries settle it (ADR 59).

Nothing is made good: the row goes on to be told of as one that differs. Must not decide what differs; a check does.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.guard import require_operation, require_second_country
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import Difference, RecordCheck
from workspace.model.database import Tx
from workspace.rules.reasons import require_reason


def explain_difference(tx: Tx, operation_id: int, *, table: str, key: str, reason: str) -> UUID:
    """Say why a row does not match the record that the next act found changed; returns the explanation's id.

    Asks `explain_difference`; records `difference:explained`. It settles nothing yet.

    Raises:
        NotFound: the last check names no such row, or a row that does not match even now: that one is put right first.
        Invalid: no reason is given. Conflict: somebody has explained it already.
    """
    require_operation(tx, "explain_difference", operation_id)
    why = require_reason(reason)
    found_seq = _found_seq(tx, operation_id, table, key)
    difference_id = uuid4()
    made = tx.session.execute(
        insert(Difference)
        .values(
            id=difference_id, operation_id=operation_id, name=table, key=key, found_seq=found_seq, reason=why,
            seen_by=tx.actor.id,
        )
        .on_conflict_do_nothing()
        .returning(Difference.id)
    ).one_or_none()  # fmt: skip
    if made is None:
        raise Conflict("Somebody has explained this already. Somebody of another country may confirm.")
    tx.record(events.DifferenceExplained(events.Place(operation_id), difference=difference_id))
    return difference_id


def settle_difference(tx: Tx, operation_id: int, difference_id: UUID) -> None:
    """Confirm as the second person, of another country, that a difference was seen and is explained.

    Asks `settle_difference`; records `difference:settled`. From the next check on, which begins at once, nothing is
    held back by it; editions print that there is one.

    Raises:
        NotFound: there is no such explanation. Conflict: it is confirmed already.
        Forbidden: the actor is of the country of whoever explained it, or not independent of that person.
    """
    require_operation(tx, "settle_difference", operation_id)
    row = tx.session.get(Difference, difference_id)
    if row is None or row.operation_id != operation_id:
        raise NotFound("There is no such explanation.")
    otherwise = Forbidden("Another country than the one that explained it must confirm.", country=tx.actor.country)
    require_second_country(tx, operation_id, row.seen_by, otherwise=otherwise)
    tx.change_one(
        update(Difference)
        .where(Difference.id == difference_id, Difference.confirmed_at.is_(None))
        .values(confirmed_by=tx.actor.id, confirmed_played_by=tx.played_by, confirmed_at=func.now()),
        otherwise=Conflict("This is settled already."),
    )
    tx.record(events.DifferenceSettled(events.Place(operation_id), difference=difference_id))
    _ask(tx, operation_id)


def ask_verification(tx: Tx, operation_id: int) -> None:
    """Have the record verified now. Asks `ask_verification`; records `record:check_asked`.

    Raises:
        Conflict: a check is waiting already, or none has ever been done: then the first one is on its way.
    """
    require_operation(tx, "ask_verification", operation_id)
    if not _ask(tx, operation_id):
        raise Conflict("A check is waiting already. The result stands here when it is done.")
    tx.record(events.RecordCheckAsked(events.Place(operation_id)))


def _ask(tx: Tx, operation_id: int) -> bool:
    return bool(
        tx.session.execute(text("select ask_verification(:operation)"), {"operation": operation_id}).scalar_one()
    )


def _found_seq(tx: Tx, operation_id: int, table: str, key: str) -> int:
    """The event that found this row changed."""
    check = tx.session.get(RecordCheck, operation_id)
    for each in check.broken if check is not None else []:
        if (each["table"], each["key"]) == (table, key) and each.get("differed"):
            return int(each["differed"])
    raise NotFound(
        "The last check names no such row that an act found changed. A row that does not match even now cannot be "
        "settled: it is put right first."
    )
