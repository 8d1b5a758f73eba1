"""Two people act at the same moment: every pair of commands that can meet on a thing (`make races`).

What a meeting is about is laid out once and put back after each run (`tests/support/undo.py`): after the two serial
orders, then after every run, in which the two writes have begun, wait at a barrier and go on together, on two
connections of a real PostgreSQL. What has changed (in every row of the operation, and its events in order) and what
each was answered must be what one of the two orders leaves. As many pairs run at once as there are cores, each in a
database of its own. Prints the pairs that fail and those that were run, and one JSON object as its last line. Exit code
1 if there is any fault. A whole run can be made in parts and goes on where it was ended (`--part`, `--into`); the last
line then tells of all that stands in the file.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import cache, cached_property, partial
from itertools import combinations_with_replacement, repeat
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from threading import Barrier
from time import monotonic

from sqlalchemy import make_url, text

from tests.support.databases import ready_database
from tests.support.operation import TestOperation
from tests.support.owner import know_owner
from tests.support.race_acts import MEETINGS, Act, Meeting, Scene
from tests.support.race_ends import End, difference, end_of
from tests.support.undo import Undo
from tests.support.written_down import write_down, written_down
from workspace.errors import Unavailable, WorkspaceError
from workspace.host.engines import APP, SUPERUSER, WORKER, start_engines
from workspace.model.database import Database

TIMES = 20
LIMIT_S = 60.0
LAYOUT_S = 60.0
"""A layout is made anew after so long: what is held in it ends after minutes."""


@dataclass(frozen=True)
class Pair:
    """Two acts that can meet."""

    meeting: Meeting
    first: Act
    second: Act

    def __str__(self) -> str:
        return f"{self.meeting.name}: {self.first} ∥ {self.second}"


@dataclass(frozen=True)
class Fault:
    """A run that ended as neither order does, or in which somebody was told to try again."""

    pair: Pair
    what: str


@cache
def all_pairs() -> list[Pair]:
    """Every pair of acts of one meeting, an act with itself too."""
    return [
        Pair(meeting, first, second)
        for meeting in MEETINGS
        for first, second in combinations_with_replacement(meeting.acts, 2)
    ]


class Races:
    """Lays pairs out and runs them. What a meeting lays out is made once; each run is taken back."""

    def __init__(self, app: Database, workers: Database, admin_url: str = "") -> None:
        """admin_url: a superuser's; without it acts can be done (`do`), and nothing can be taken back."""
        self.app, self.workers, self.admin_url = app, workers, admin_url
        self.threads = ThreadPoolExecutor(2)
        self.looking = workers.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._laid: _Laid | None = None

    @cached_property
    def undo(self) -> Undo:
        """Takes back what was written into the database."""
        return Undo(self.admin_url, str(make_url(self.app.url).database))

    def faults(self, pair: Pair, times: int) -> Iterator[Fault]:
        """The faults of so many runs of a pair."""
        with self.scenes(pair.meeting, pair.first, pair.second) as scenes:
            orders = [self._ended(next(scenes), partial(self._in_order, pair, turned)) for turned in (False, True)]
            if pair.first.comes_again or pair.second.comes_again:
                orders.append(self._ended(next(scenes), partial(self._alone, pair)))
            for _ in range(times):
                end = self._ended(next(scenes), partial(self._at_once, pair))
                if end not in orders:
                    yield Fault(pair, difference(end, orders))

    def alone(self, meeting: Meeting, act: Act) -> str:
        """What an act is answered when nobody else acts."""
        with self.scenes(meeting, act) as scenes:
            return self.do(act, next(scenes))

    def after(self, meeting: Meeting, other: Act, act: Act) -> str:
        """What an act is answered after another one."""
        with self.scenes(meeting, other, act) as scenes:
            scene = next(scenes)
            self.do(other, scene)
            return self.do(act, scene)

    def forget(self) -> None:
        """Take back what was written, what is laid out too."""
        self._laid = None
        self.undo.back()

    def deadlocks(self) -> int:
        """How many deadlocks the database has counted."""
        found = self.looking.execute(text("select deadlocks from pg_stat_database where datname = current_database()"))
        return int(found.scalar_one())

    def close(self) -> None:
        """Leave the database as it was found, and end the two threads and the connection that looks."""
        if "undo" in self.__dict__:
            self.undo.back()
            self.undo.close()
        self.threads.shutdown()
        self.looking.close()

    @contextmanager
    def scenes(self, meeting: Meeting, *acts: Act) -> Iterator[Iterator[Scene]]:
        """The same layout again and again, each time without what was done in it before; at the end without who acts.

        Nothing else is in the database: a service does its duty wherever it is due.
        """
        laid = self._layout(meeting)
        scene = laid.again(self.app)
        for act in acts:
            scene.actor(act)  # made before anybody acts
        ready = _Laid(meeting, scene, self.undo.mark(), laid.since)

        def again() -> Iterator[Scene]:
            while True:
                yield ready.again(self.app)
                self.undo.back(ready.mark)

        try:
            yield again()
        finally:
            self.undo.back(laid.mark)

    def _layout(self, meeting: Meeting) -> _Laid:
        """What the meeting lays out, made now if another one stands there, or if its leases would be over soon."""
        found = self._laid
        if found is None or found.meeting is not meeting or monotonic() - found.since > LAYOUT_S:
            self.forget()
            scene = Scene(TestOperation(self.workers), self.app)
            meeting.lay(scene)
            found = self._laid = _Laid(meeting, scene, self.undo.mark(), monotonic())
        return found

    def _ended(self, scene: Scene, act: Callable[[Scene], tuple[str, str]]) -> End:
        since = self.undo.mark()
        answers = act(scene)
        return end_of(answers, scene, self.undo.changes(since))

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


@dataclass(frozen=True)
class _Laid:
    """A layout that stands in the database, and where the notes stood when it was ready."""

    meeting: Meeting
    scene: Scene
    mark: int
    since: float

    def again(self, app: Database) -> Scene:
        """The scene as it was then: whoever a run adds to the operation is not known to the next one."""
        return Scene(self.scene.operation.again(), app, dict(self.scene.things), dict(self.scene.people))


@contextmanager
def racing() -> Iterator[Races]:
    """Engines of their own, and who races on them."""
    with _databases(1) as (admin_url, (urls,)), racing_in(admin_url, urls) as races:
        yield races


@contextmanager
def _databases(number: int) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Engines of their own with so many databases: a superuser's URL, and by database the URL of each role."""
    with tempfile.TemporaryDirectory(prefix="concord-races-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home) as engines:
            admin_url = engines.database_url(SUPERUSER, "postgres")
            yield (
                admin_url,
                [ready_database(admin_url, f"races_{which}", engines.passwords) for which in range(number)],
            )


@contextmanager
def racing_in(admin_url: str, urls: dict[str, str]) -> Iterator[Races]:
    """Who races in one database. What is laid out need not last: no commit waits for the disk."""
    know_owner(urls)
    app, workers = (Database(urls[role], waits_for_disk=False) for role in (APP, WORKER))
    races = Races(app, workers, admin_url)
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


def _run(races: Races, pair: Pair, times: int) -> tuple[Result, str]:
    """Run one pair; how it ended, and the first fault."""
    before = races.deadlocks()
    faults = list(races.faults(pair, times))
    shown = sum("again:" in fault.what for fault in faults)
    told = faults[0].what if faults else ""
    return Result(str(pair), times, len(faults), races.deadlocks() - before + shown), told


class _Process:
    """What a process of the pool has: its own database, where it runs the pairs that it is given."""

    races: Races
    to_the_end = ExitStack()

    @classmethod
    def begin(cls, admin_url: str, free: Queue[dict[str, str]]) -> None:
        """Take one of the databases, to the end of the process."""
        logging.disable(logging.WARNING)  # no worker listens here
        cls.races = cls.to_the_end.enter_context(racing_in(admin_url, free.get()))

    @classmethod
    def run(cls, which: int, times: int) -> tuple[Result, str]:
        """Run a pair by its place in `all_pairs`."""
        return _run(cls.races, all_pairs()[which], times)


def _run_all(pairs: Sequence[int], times: int, processes: int) -> Iterator[tuple[Result, str]]:
    """Run pairs (by their place in `all_pairs`) in so many processes; the results in their order."""
    spawn = get_context("spawn")
    with _databases(processes) as (admin_url, databases):
        free: Queue[dict[str, str]] = spawn.Queue()
        for urls in databases:
            free.put(urls)
        with ProcessPoolExecutor(processes, spawn, _Process.begin, (admin_url, free)) as pool:
            yield from pool.map(_Process.run, pairs, repeat(times))


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
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="so many at once, each with a database of its own"
    )
    asked = parser.parse_args()
    which, of = asked.part
    results = [Result(**line) for line in written_down(asked.into)]
    done = {result.pair for result in results if result.runs >= asked.times}
    named = [
        place
        for place, pair in enumerate(all_pairs())
        if not asked.words or any(word in str(pair) for word in asked.words)
    ]
    left = [place for place in named[which - 1 :: of] if str(all_pairs()[place]) not in done]
    for result, fault in _run_all(left, asked.times, asked.processes):
        results.append(result)
        print(f"{f'{result.violations:2} of {result.runs}' if fault else 'ok '} {result.pair}", flush=True)
        if fault:
            print(fault, flush=True)
        write_down(asked.into, asdict(result))
    told = {"pairs": len({result.pair for result in results})}
    told |= {name: sum(getattr(result, name) for result in results) for name in ("runs", "violations", "deadlocks")}
    print(json.dumps(told))
    return int(bool(told["violations"] or told["deadlocks"]))


if __name__ == "__main__":
    sys.exit(main())
