"""The rows that a duty of housekeeping goes through: one that fails holds up no other, of its operation or of another.

No command: only the modules of this folder and the workers import it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from workspace.commands.guard import require_operation
from workspace.model.database import Tx


def each(tx: Tx, action: str, rows: Iterable[Any], act: Callable[[Tx, Any], object]) -> int:
    """Act on each row; answers on how many. Asks the action for each row's operation.

    All of it is one write, as long as nothing fails. Where something did (`tx.apart`), the rows of one operation alone,
    each under a savepoint; one that fails is passed over until it may be tried again.
    """
    tx.has_parts = True
    if tx.apart is None:
        found = list(rows)
        for row in found:
            require_operation(tx, action, row.operation_id)
            act(tx, row)
        return len(found)
    operation_id, setbacks = tx.apart.operation_id, tx.apart.setbacks
    done = 0
    for row in [row for row in rows if row.operation_id == operation_id]:
        item = f"{act.__name__.strip('_')} of {_key(row)}"
        if setbacks.is_due(item):
            with setbacks.trying(item), part(tx):
                require_operation(tx, action, row.operation_id)
                act(tx, row)
                done += 1
    return done


@contextmanager
def part(tx: Tx) -> Iterator[None]:
    """Do a part of a write that may fail alone: then nothing of it stays, and the rest goes on."""
    recorded, woken = len(tx.events), len(tx.afterwards)
    try:
        with tx.session.begin_nested():
            yield
    except BaseException:
        del tx.events[recorded:], tx.afterwards[woken:]
        raise


def _key(row: object) -> object:
    """What names a row in a technical log."""
    return getattr(row, "id", None) or f"{getattr(row, 'country', '')} in {getattr(row, 'operation_id', '')}"
