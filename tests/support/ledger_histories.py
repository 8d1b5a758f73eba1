"""Many histories of a ledger (`make histories`).

Each is held against a history without what it takes back, another order of its acts, and a slow recount.

Prints the first history that fails, and one JSON object as its last line. Exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Literal, get_args

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.support.ledger_acts import History, Player, histories
from tests.support.ledger_world import LedgerWorld, make_world, played, superuser
from tests.support.operation import TestOperation
from tests.support.owner import know_owner
from tests.support.servers import Servers
from workspace.host.engines import ROLES, SUPERUSER, WORKER, prepare_database, start_engines
from workspace.model.database import Database

EVERY = settings(
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)


def check_taken_back(engine: Engine, world: LedgerWorld, history: History) -> None:
    """What was taken back is as if it had not been said; figures are what the recount says, and caches what the
    fold."""
    with played(engine, world) as play:
        whole = Player(play).run(history, range(len(history.acts)), backwards=True)
        ended = _recounted(whole)
    kept = [place for place in sorted(whole.done) if place not in history.taken_back]
    with played(engine, world) as play:
        without = Player(play).run(history, kept).end()
    assert ended == without, _differences(ended, without)


def check_order(engine: Engine, world: LedgerWorld, history: History, order: list[int]) -> None:
    """Acts that do not need each other come to the same in any order, where both orders accept the same acts."""
    ends = []
    for places in (range(len(history.acts)), order):
        with played(engine, world) as play:
            player = Player(play).run(history, places)
            ends.append((set(player.done), player.end() if ends else _recounted(player)))
    (first, one), (second, other) = ends
    assert first != second or one == other, _differences(one, other)


def orders(history: History) -> st.SearchStrategy[list[int]]:
    """Orders in which each act comes after those that it needs."""
    return st.permutations(range(len(history.acts))).map(lambda places: _after_needs(history, places))


def _after_needs(history: History, places: list[int]) -> list[int]:
    found: list[int] = []

    def add(place: int) -> None:
        for need in history.acts[place].needs:
            add(need)
        if place not in found:
            found.append(place)

    for place in places:
        add(place)
    return found


def _recounted(player: Player) -> dict[str, Any]:
    """How it ended, if a recount says the same and every cache is what the fold says."""
    ended, again = player.end(), player.recount()
    counted = {key: ended.get(key, 0) for key in again}
    assert counted == again, _differences(counted, again)
    tables = {key: number for key, number in ended.items() if " " in key and not key.startswith("lead ")}
    assert {key: again.get(key, 0) for key in tables} == tables, _differences(tables, again)
    assert player.stale() == []
    return ended


def _differences(one: dict[str, Any], other: dict[str, Any]) -> str:
    """What is not the same, both values beside each other."""
    return "; ".join(
        f"{key}: {one.get(key)} and {other.get(key)}"
        for key in sorted(one.keys() | other.keys())
        if one.get(key) != other.get(key)
    )


Kind = Literal["taken back", "another order"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def check_many(engine: Engine, world: LedgerWorld, kind: Kind, number: int, begin: int | None) -> None:
    """Make and check so many histories. begin: where chance begins; None: always the same.

    Raises:
        AssertionError: one does not hold; the shortest that was found is told.
    """
    every = settings(EVERY, max_examples=number, derandomize=begin is None)

    @every
    @given(histories())
    def taken_back(history: History) -> None:
        check_taken_back(engine, world, history)

    @every
    @given(st.data())
    def order(data: st.DataObject) -> None:
        history = data.draw(histories(conflicts=False))
        check_order(engine, world, History(history.acts), data.draw(orders(history)))

    check = taken_back if kind == "taken back" else order
    (check if begin is None else seed(begin)(check))()


def main() -> int:
    """Run, and say how many held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2000, help="how many histories (default 2000)")
    parser.add_argument("--seed", type=int, default=None, help="where chance begins (default: the time)")
    asked = parser.parse_args()
    began, chance = time.monotonic(), int(time.time()) if asked.seed is None else asked.seed
    fault = ""
    with tempfile.TemporaryDirectory(prefix="concord-histories-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home, redis=False) as engines:
            admin_url = engines.database_url(SUPERUSER, "postgres")
            passwords = engines.passwords
            urls = prepare_database(admin_url, "histories", {role: passwords[role] for role in ROLES})
            know_owner(urls)
            workers = Database(urls[WORKER])
            engine = superuser(Servers(admin_url, urls, "", home.as_uri(), home))
            try:
                world = make_world(TestOperation(workers))
                for kind in KINDS:
                    check_many(engine, world, kind, asked.number // len(KINDS), chance)
            except AssertionError as found:
                fault = str(found)
                print("\n".join((fault, *getattr(found, "__notes__", ()))))
            finally:
                engine.dispose()
                workers.dispose()
    seconds = round(time.monotonic() - began)
    print(json.dumps({"histories": asked.number, "violations": int(bool(fault)), "seed": chance, "seconds": seconds}))
    return int(bool(fault))


if __name__ == "__main__":
    sys.exit(main())
