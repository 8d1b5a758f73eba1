"""How long everybody else waits while each request of the largest allowed size runs: `/health`, a comment, the first
cards of a board of 10,000 leads, and a change over a socket.

One web process, one worker, one operation. First nobody asks for anything large; then one after the other: registers of
200,000 rows, 500,000 equal numbers, 300,000 faulty rows and JSON of 150,000 entries, uploads, exports, papers and
lists. Prints a table, and one JSON object as its last line. «turn» is how much of the processor one request of the web
process used before it let others go on: on a machine with other work, waits say less than turns.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks._machine import settle
from tests.support.owner import know_owner
from tests.support.servers import ROOT, environment, web_processes
from tests.support.stalls import make_scene, measured, others_at_work, requests
from workspace.commands.people import ensure_service_users
from workspace.host.engines import SUPERUSER, prepare_database, start_engines
from workspace.host.setup import build_frontend, compile_catalogues
from workspace.model.database import Database
from workspace.store.keys import load_or_create_master, new_wrapped_key

GOAL_MS = 250
IDLE_S = 4.0


def main() -> int:
    """Run it and print the figures; the exit code says whether everybody waited within the goal."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--quick", action="store_true", help="a twentieth of every size")
    options.add_argument("--only", default="", metavar="WORDS", help="only what has these words in its name")
    given = options.parse_args()
    share = 20 if given.quick else 1
    build_frontend()
    compile_catalogues()
    with tempfile.TemporaryDirectory(prefix="concord-stalls-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home) as engines:
            admin = engines.database_url(SUPERUSER, "postgres")
            urls = prepare_database(admin, "stalls", engines.passwords)
            base = environment(urls, engines.redis_url, (home / "media").as_uri(), home)
            with web_processes(1, base, module="tests.support.watched_web") as (web,), _worker(base):
                waits = _measure(urls, admin, web.url, home, share, given.only)
    for request, longest in waits.items():
        print(f"{request:28} {max(longest.values()):8.1f} ms  {longest}")
    turns = {request: longest.pop("turn") for request, longest in waits.items()}
    worst = {request: max(longest.values()) for request, longest in waits.items()}
    idle = worst.pop("nothing large")
    over = sorted(request for request, longest in worst.items() if longest > GOAL_MS)
    print(
        json.dumps(
            {"goal_ms": GOAL_MS, "idle_ms": idle, "longest_wait_ms": worst, "longest_turn_ms": turns, "over_goal": over}
        )
    )
    return int(bool(over))


def _measure(
    urls: dict[str, str], admin: str, web: str, home: Path, share: int, only: str
) -> dict[str, dict[str, float]]:
    app, workers = Database(urls["concord_app"]), Database(urls["concord_worker"])
    know_owner(urls)
    ensure_service_users(workers)
    master = load_or_create_master(home / "keys" / "master.key")
    scene = make_scene(
        web,
        app,
        workers,
        leads=10_000 // share,
        events=100_000 // share,
        refused=100_000 // share,
        wrapped_key=lambda operation_id: new_wrapped_key(master, str(operation_id)),
    )
    settle(admin.replace("/postgres?", "/stalls?"))
    found: dict[str, dict[str, float]] = {}
    with others_at_work(scene) as waits:
        found["nothing large"] = measured(scene, waits, lambda: time.sleep(IDLE_S))
        for name, ask in requests(scene, file_bytes=(200 << 20) // share, rows=200_000 // share).items():
            if only in name:
                found[name] = measured(scene, waits, ask)
    app.dispose()
    workers.dispose()
    return found


@contextmanager
def _worker(base: dict[str, Any]) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "workers.run"], cwd=ROOT, env=base)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
