"""Two people act at the same moment: every pair of commands that can meet on a thing (`make races`).

Each pair is laid out anew, once for each of the two serial orders and then for every run; in a run the two writes have
begun, wait at a barrier and go on together, on two connections of a real PostgreSQL. What has changed afterwards (in
every row of the operation, and its events in order) and what each was answered must be what one of the two orders
leaves. Prints the pairs that fail and those that were run, and one JSON object as its last line. Exit code 1 if there
is any fault. A whole run can be made in parts, at once or one after the other, and goes on where it was ended (`--part`,
`--into`); the last line then tells of all that stands in the file.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import combinations_with_replacement
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

from sqlalchemy import Table, TextClause, text

from tests.support.operation import TestOperation
from tests.support.owner import know_owner
from tests.support.race_acts import MEETINGS, Act, Meeting, Scene
from workspace.errors import Unavailable, WorkspaceError
from workspace.host.engines import ROLES, SUPERUSER, prepare_database, start_engines
from workspace.model import Base
from workspace.model.database import Database

TIMES = 20
LIMIT_S = 60.0
_PASSED_OVER = {
    "code_name",
    "changed_seq",
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
"""Columns that say the same otherwise: numbers of things, digests of random ids, and the name of a layout."""
_IDS = {"app_user", "agency", "compartment"}
"""Tables whose rows are laid out anew for each run: their ids are told by what they are."""


@dataclass(frozen=True)
class Pair:
    """Two acts that can meet."""

    meeting: Meeting
    first: Act
    second: Act

    def __str__(self) -> str:
        return f"{self.meeting.name}: {self.first} ∥ {self.second}"


@dataclass(frozen=True)
class End:
    """How it ended: what each was answered, and which rows came and went."""

    answers: tuple[str, str]
    rows: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """A run that ended as neither order does, or in which somebody was told to try again."""

    pair: Pair
    what: str


def all_pairs() -> list[Pair]:
    """Every pair of acts of one meeting, an act with itself too."""
    return [
        Pair(meeting, first, second)
        for meeting in MEETINGS
        for first, second in combinations_with_replacement(meeting.acts, 2)
    ]


class Races:
    """Lays pairs out and runs them."""

    def __init__(self, app: Database, workers: Database, admin_url: str = "") -> None:
        self.app, self.workers, self.admin_url = app, workers, admin_url
        self.threads = ThreadPoolExecutor(2)
        self.looking = workers.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def faults(self, pair: Pair, times: int) -> Iterator[Fault]:
        """The faults of so many runs of a pair."""
        lay = self._layouts(pair.meeting, pair.first, pair.second)
        orders = [self._ended(next(lay), partial(self._in_order, pair, turned)) for turned in (False, True)]
        if pair.first.comes_again or pair.second.comes_again:
            orders.append(self._ended(next(lay), partial(self._alone, pair)))
        for _ in range(times):
            end = self._ended(next(lay), partial(self._at_once, pair))
            if end not in orders:
                yield Fault(pair, _difference(end, orders))

    def alone(self, meeting: Meeting, act: Act) -> str:
        """What an act is answered when nobody else acts."""
        return self.do(act, next(self._layouts(meeting, act)))

    def after(self, meeting: Meeting, other: Act, act: Act) -> str:
        """What an act is answered after another one."""
        scene = next(self._layouts(meeting, other, act))
        self.do(other, scene)
        return self.do(act, scene)

    def deadlocks(self) -> int:
        """How many deadlocks the database has counted."""
        found = self.looking.execute(text("select deadlocks from pg_stat_database where datname = current_database()"))
        return int(found.scalar_one())

    def close(self) -> None:
        """End the two threads and the connection that looks."""
        self.threads.shutdown()
        self.looking.close()

    def _layouts(self, meeting: Meeting, *acts: Act) -> Iterator[Scene]:
        """One layout after the other; in one operation where the meeting changes nothing of it.

        A service does its duty wherever it is due: what it passed over in one run it would do in a later one.
        """
        is_whole = meeting.is_whole or any(act.is_service for act in acts)
        scene = Scene(TestOperation(self.workers), self.app)
        while True:
            meeting.lay(scene)
            for act in acts:
                scene.actor(act)  # made before anybody acts
            yield scene
            again = Scene(scene.operation, self.app, people=scene.people)
            scene = Scene(TestOperation(self.workers), self.app) if is_whole else again

    def _ended(self, scene: Scene, act: Callable[[Scene], tuple[str, str]]) -> End:
        before, told = self._rows(scene)
        answers = act(scene)
        after, events = self._rows(scene)
        came, went = Counter(after) - Counter(before), Counter(before) - Counter(after)
        return End(answers, (*sorted(came.elements()), *events[len(told) :]), tuple(sorted(went.elements())))

    def _in_order(self, pair: Pair, turned: bool, scene: Scene) -> tuple[str, str]:
        if turned:
            second = self.do(pair.second, scene)
            return self.do(pair.first, scene), second
        return self.do(pair.first, scene), self.do(pair.second, scene)

    def _alone(self, pair: Pair, scene: Scene) -> tuple[str, str]:
        """The act of a pair that does not come again by itself; the other one found nothing to do."""
        first, second = ("done" if act.comes_again else self.do(act, scene) for act in (pair.first, pair.second))
        return first, second

    def _at_once(self, pair: Pair, scene: Scene) -> tuple[str, str]:
        barrier = Barrier(2, timeout=LIMIT_S)
        asked = [self.threads.submit(self.do, act, scene, barrier) for act in (pair.first, pair.second)]
        first, second = (each.result(timeout=LIMIT_S) for each in asked)
        return first, second

    def do(self, act: Act, scene: Scene, barrier: Barrier | None = None) -> str:
        """Carry an act out, from the barrier on; what it is answered: done, refused, or again."""
        rows = self.workers if act.is_service else self.app
        try:
            with rows.write(scene.actor(act)) as tx:
                if barrier is not None:
                    barrier.wait()
                act.run(tx, scene)
        except Unavailable as fault:
            return f"again: {fault.message}"
        except WorkspaceError:
            return "refused"
        return "done"

    def _rows(self, scene: Scene) -> tuple[list[str], list[str]]:
        """Every row of the operation, told without ids and times; and its events in their order."""
        values = {"operation": scene.operation.id, "users": list(scene.people.values())}
        names = _Names(scene)
        rows: list[str] = []
        events: list[str] = []
        for row in self.looking.execute(_ALL_ROWS, values):
            line = f"{row.what} {names.told(Base.metadata.tables[row.what], row.facts)}"
            (events if row.what == "event" else rows).append(line)
        return rows, events


def _belongs(table: Table) -> str | None:
    """Which rows of a table are looked at; none of what only waits or expires."""
    if table.name in ("app_user", "invitation"):
        return f"{'id' if table.name == 'app_user' else 'user_id'} = any (:users)"
    if table.name in ("chain", "counter", "job", "presence", "lead_told", "event"):
        return None
    if table.name in ("row_seal", "open_act", "event_rows"):  # salted digests of the other rows
        return None
    if table.name == "operation":
        return "id = :operation"
    return "operation_id = :operation" if "operation_id" in table.c else None


def _all_rows() -> TextClause:
    parts = [
        f"select '{table.name}' as what, 0 as place, to_jsonb(t) as facts from {table.name} t where {where}"
        for table in Base.metadata.tables.values()
        if (where := _belongs(table)) is not None
    ]
    parts.append("select 'event', seq, to_jsonb(t) from event t where operation_id = :operation")
    return text(" union all ".join(parts) + " order by 2")


_ALL_ROWS = _all_rows()
"""Every row that is looked at, as one answer; the events last, in their order."""


class _Names:
    """What ids are called, so that two layouts of one scene can be compared."""

    def __init__(self, scene: Scene) -> None:
        self.people = {person: name for name, person in scene.people.items()}
        self.agencies = {agency: country for country, agency in scene.operation.agencies.items()}
        self.locks = {lock: "-".join(key) for key, lock in scene.operation._compartments.items()}
        self.things = {str(thing): name for name, thing in scene.things.items() if isinstance(thing, UUID)}

    def told(self, table: Table, row: Any) -> str:
        """One row as text: codes, numbers and words as they are, ids by what they are, times as there or not."""
        return json.dumps({name: self._value(table, name, row[name]) for name in row if name not in _PASSED_OVER})

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


def _difference(end: End, orders: Sequence[End]) -> str:
    """What a run left that the nearer order does not, and the other way round."""
    nearer = min(orders, key=lambda order: (end.answers != order.answers, len(Counter(end.rows) - Counter(order.rows))))
    lines = [f"answers {end.answers}, in order {' or '.join(str(order.answers) for order in orders)}"]
    for sign, one, other in (("+", end, nearer), ("-", nearer, end)):
        lines += [f"  {sign} {line[:600]}" for line in Counter(one.rows) - Counter(other.rows)]
    if len(lines) == 1:
        lines.append(f"  the rows stand in another order, or others went: {[row[:80] for row in end.rows]}")
    return "\n".join(lines)


@contextmanager
def racing() -> Iterator[Races]:
    """Engines of their own, and who races on them."""
    with tempfile.TemporaryDirectory(prefix="concord-races-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home) as engines:
            admin = engines.database_url(SUPERUSER, "postgres")
            urls = prepare_database(admin, "races", {name: engines.passwords[name] for name in ROLES})
            app = Database(urls["concord_app"], waits_for_disk=False)  # what is laid out need not last
            know_owner(urls)
            workers = Database(urls["concord_worker"], waits_for_disk=False)
            races = Races(app, workers, admin)
            try:
                yield races
            finally:
                races.close()
                app.dispose()
                workers.dispose()


@dataclass(frozen=True)
class Result:
    """How all runs of one pair ended; a line of the file of `--into`."""

    pair: str
    runs: int
    violations: int
    deadlocks: int


def _results(into: Path | None) -> list[Result]:
    """What earlier runs wrote down; a line that was cut when one of them was ended is left out."""
    lines = into.read_text(encoding="utf-8").splitlines(keepends=True) if into and into.exists() else []
    return [Result(**json.loads(line)) for line in lines if line.endswith("}\n")]


def _run(races: Races, pair: Pair, times: int) -> Result:
    """Run one pair, and print how it ended and the first fault."""
    before = races.deadlocks()
    faults = list(races.faults(pair, times))
    shown = sum("again:" in fault.what for fault in faults)
    print(f"{'ok ' if not faults else f'{len(faults):2} of {times}'} {pair}", flush=True)
    if faults:
        print(faults[0].what, flush=True)
    return Result(str(pair), times, len(faults), races.deadlocks() - before + shown)


def _part(told: str) -> tuple[int, int]:
    """«2/4»: the second of four parts."""
    which, _, of = told.partition("/")
    if not 1 <= int(which) <= int(of):
        raise ValueError(told)
    return int(which), int(of)


def main() -> int:
    """Run every pair, or those whose names hold a word, and say how they ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=TIMES, help=f"how often each pair (default {TIMES})")
    parser.add_argument(
        "--part", type=_part, default=(1, 1), metavar="2/4", help="every fourth pair, from the second on"
    )
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help="write each pair down here; those that stand here are not run"
    )
    parser.add_argument("words", nargs="*", help="only pairs whose names hold one of these")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)  # no worker listens here
    which, of = asked.part
    results = _results(asked.into)
    done = {result.pair for result in results if result.runs >= asked.times}
    pairs = [pair for pair in all_pairs() if not asked.words or any(word in str(pair) for word in asked.words)]
    with racing() as races:
        for pair in pairs[which - 1 :: of]:
            if str(pair) in done:
                continue
            results.append(_run(races, pair, asked.times))
            if asked.into:
                with asked.into.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(results[-1])) + "\n")
    told = {"pairs": len({result.pair for result in results})}
    told |= {name: sum(getattr(result, name) for result in results) for name in ("runs", "violations", "deadlocks")}
    print(json.dumps(told))
    return int(bool(told["violations"] or told["deadlocks"]))


if __name__ == "__main__":
    sys.exit(main())
