"""How a run of two acts ended, told so that it can be held against another run of the same layout."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from tests.support.race_acts import Scene
from tests.support.undo import Change
from workspace.model import Base

_PASSED_OVER = {
    "code_name",
    "changed_seq",
    "changed_in",
    "compared_to",
    "seq",
    "hash",
    "body",
    "payload",
    "pair_key",
    "number",
    "embedding",
    "ordinal",
    "moved",
}
"""Columns that say the same otherwise: numbers of things, events and transactions, digests of random ids, and the name of a
layout."""
_IDS = {"app_user", "agency", "compartment"}
"""Tables of whose rows the ids are told by what they are."""
_OF_PEOPLE = {"app_user": "id", "invitation": "user_id"}
"""Tables of no operation, of which the rows of its people are looked at: by which column."""
_LOOKED_AT = {
    *_OF_PEOPLE,
    "operation",
    *(name for name, each in Base.metadata.tables.items() if "operation_id" in each.c),
} - {
    *("chain", "counter", "job", "presence", "lead_told"),  # what only waits or expires
    *("row_seal", "open_act", "event_rows"),  # salted digests of the other rows
    "event",  # told in its order
}


@dataclass(frozen=True)
class End:
    """How it ended: what each was answered, and which rows came and went."""

    answers: tuple[str, str]
    rows: tuple[str, ...]
    gone: tuple[str, ...]


def end_of(answers: tuple[str, str], scene: Scene, changes: Iterable[Change]) -> End:
    """How a run ended, by what was written in it; the events as the last rows, in their order."""
    names = _Names(scene)
    came, went = Counter[str](), Counter[str]()
    events: list[tuple[int, str]] = []
    for change in changes:
        told = partial(names.told, change.table)
        if change.table == "event" and change.after and names.is_of_scene("event", change.after):
            events.append((change.after["seq"], told(change.after)))
        elif change.table in _LOOKED_AT:
            came.update(told(row) for row in (change.after,) if row and names.is_of_scene(change.table, row))
            went.update(told(row) for row in (change.before,) if row and names.is_of_scene(change.table, row))
    rows = sorted((came - went).elements())
    return End(answers, (*rows, *(line for _, line in sorted(events))), tuple(sorted((went - came).elements())))


class _Names:
    """What ids are called, so that two layouts of one scene can be compared."""

    def __init__(self, scene: Scene) -> None:
        self.operation_id = scene.operation.id
        self.people = {person: name for name, person in scene.people.items()}
        self.agencies = {agency: country for country, agency in scene.operation.agencies.items()}
        self.locks = {lock: "-".join(key) for key, lock in scene.operation._compartments.items()}
        self.things = {str(thing): name for name, thing in scene.things.items() if isinstance(thing, UUID)}

    def is_of_scene(self, table: str, row: dict[str, Any]) -> bool:
        """Whether a row is the operation's, or speaks of somebody in it."""
        if table in _OF_PEOPLE:
            return row[_OF_PEOPLE[table]] in self.people
        return bool(row["id" if table == "operation" else "operation_id"] == self.operation_id)

    def told(self, name: str, row: dict[str, Any]) -> str:
        """One row as text: codes, numbers and words as they are, ids by what they are, times as there or not."""
        table = Base.metadata.tables[name]
        return f"{name} " + json.dumps(
            {name: self._value(table, name, row[name]) for name in row if name not in _PASSED_OVER}
        )

    def _value(self, table: Table, name: str, value: Any) -> Any:
        if isinstance(value, bool | dict) or value is None:
            return value
        if isinstance(value, list):
            return [self.locks.get(each, "a lock") for each in value] if "locks" in name else len(value)
        target = _refers_to(table, name)
        if target is not None:
            known = {"app_user": self.people, "agency": self.agencies, "compartment": self.locks}[target]
            return known.get(value, "new")
        if (table.name == "exhibit" and name in ("label", "label_key", "find_key")) or name in ("id", "operation_id"):
            return self.things.get(value, "an id")
        return value if _is_said(table, name, value) else self.things.get(value, "there")


def _is_said(table: Table, name: str, value: Any) -> bool:
    """Whether a value is a number, a word or a code: no time, no id and no digest."""
    column = table.c.get(name)
    kind = None if column is None else column.type.python_type
    return isinstance(value, int | float) or (isinstance(value, str) and kind is str)


def _refers_to(table: Table, name: str) -> str | None:
    """The table of `_IDS` to which a column's ids belong."""
    if name == "id" and table.name in _IDS:
        return table.name
    column = table.c.get(name)
    targets = {key.column.table.name for key in column.foreign_keys} if column is not None else set()
    return next(iter(targets & _IDS), None)


def difference(end: End, orders: Sequence[End]) -> str:
    """What a run left that the nearer order does not, and the other way round."""
    nearer = min(orders, key=lambda order: (end.answers != order.answers, len(Counter(end.rows) - Counter(order.rows))))
    lines = [f"answers {end.answers}, in order {' or '.join(str(order.answers) for order in orders)}"]
    for sign, one, other in (("+", end, nearer), ("-", nearer, end)):
        lines += [f"  {sign} {line[:600]}" for line in Counter(one.rows) - Counter(other.rows)]
    if len(lines) == 1:
        lines.append(f"  the rows stand in another order, or others went: {[row[:80] for row in end.rows]}")
    return "\n".join(lines)
