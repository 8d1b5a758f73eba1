"""How long an answer takes on a connection that is kept alive, as browsers keep it, and on a new one.

One web process, one person, an operation of 40 leads, nothing else running. Prints one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from tests.support.owner import know_owner
from tests.support.servers import environment, web_processes
from workspace.commands.identity import start_session
from workspace.commands.people import ensure_service_users
from workspace.host.engines import SUPERUSER, prepare_database, start_engines
from workspace.model.database import Database
from workspace.web.context import COOKIE

LEADS = 40


def main() -> int:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--quick", action="store_true", help="20 requests of each kind instead of 100")
    times = 20 if options.parse_args().quick else 100
    with tempfile.TemporaryDirectory(prefix="concord-answers-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home) as engines:
            urls = prepare_database(engines.database_url(SUPERUSER, "postgres"), "answers", engines.passwords)
            base = environment(urls, engines.redis_url, (home / "media").as_uri(), home)
            with web_processes(1, base) as webs:
                found = _measure(urls, urlsplit(webs[0].url).netloc, times)
    print(json.dumps(found))
    return 0


def _measure(urls: dict[str, str], place: str, times: int) -> dict[str, float]:
    from tests.support.operation import TestOperation

    know_owner(urls)
    app, workers = Database(urls["concord_app"]), Database(urls["concord_worker"])
    ensure_service_users(workers)
    operation = TestOperation(workers)
    leads = [operation.lead() for _ in range(LEADS)]
    with app.write(operation.person()) as tx:
        headers = {"Cookie": f"{COOKIE}={start_session(tx, how='passkey')}"}
    paths = {
        "health": "/health",
        "board": f"/api/v1/operations/{operation.id}/board/changes?after=0&keys=",
        "lead": f"/api/v1/leads/{leads[0]}",
        "page": f"/operations/{operation.id}/board",
    }
    found: dict[str, float] = {}
    for name, path in paths.items():
        kept = HTTPConnection(place)
        found[f"{name}_kept_ms"] = _median_ms(times, partial(_ask, kept, path, headers))
        kept.close()
        found[f"{name}_new_ms"] = _median_ms(times, partial(_ask_anew, place, path, headers))
    app.dispose()
    workers.dispose()
    return found


def _ask(line: HTTPConnection, path: str, headers: dict[str, str]) -> None:
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")


def _ask_anew(place: str, path: str, headers: dict[str, str]) -> None:
    line = HTTPConnection(place)
    _ask(line, path, headers)
    line.close()


def _median_ms(times: int, ask: Callable[[], None]) -> float:
    took = []
    for _ in range(times + 1):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return round(median(took[1:]) * 1000, 1)


if __name__ == "__main__":
    sys.exit(main())
