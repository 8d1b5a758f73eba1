"""How long each page and each reading route of the API takes in an operation of the size of a large week.

An operation of 370,000 files, 10,000 leads, 100,000 events, some 40,000 persons, 1,700 referrals and 185,000 entries of
registers, made as rows; one web process; a specialist, a country lead, an observer and an operation lead ask for every
address on a connection that is kept alive, one after the other. Prints the slowest, by person, and one JSON object as
its last line; ends with 1 where the goal of docs/benchmarks.md is missed. Whole exports, which are as long as what they
hold, are measured and have no goal, and so is the board whole, which programs ask for; screens ask for its parts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median_high, quantiles
from typing import Any, cast
from urllib.parse import urlsplit

from benchmarks._machine import TOOK_HEADER, database_ms, server_pid
from benchmarks._week import FILES, copied_week, side_of, subjects
from tests.support.servers import environment, web_processes
from workspace.commands.identity import start_session
from workspace.host.engines import SUPERUSER, start_engines
from workspace.host.setup import build_frontend, compile_catalogues
from workspace.model.database import Database
from workspace.settings import read_settings
from workspace.web.app import create_app
from workspace.web.context import COOKIE

GOAL_MS = 300
VIEWERS = ("specialist", "country_lead", "observer", "operation_lead")
WHOLE = re.compile(r"\.(csv|json|jsonl|zip|pdf|geojson|jsonld)$|/package$|^/api/v1/operations/\d+/board$")
"""What holds everything: an export of the record, a list of all refused files, all cards at once."""
QUICK_SHARE, QUICK_VIEWERS = 40, ("specialist", "country_lead")
ELSEWHERE = re.compile(
    r"^/(static|messages|media|exercise|invitation|faces)/|^/$|^/health$|^/sign-in$|/persons/<uuid|^/series/<uuid"
)
"""What shows nothing of an operation, pictures, and addresses that only lead to another page."""
QUERIES = {
    "/find": ("words=cup", "words=IMG_77", "words=EC-77"),
    "/board": ("", "first=60"),
    "/board/part": ("above=0",),
    "/board/changes": ("after=0&keys=x&first=60",),
    "/gallery": ("", "kind=video", "country=PE&faces_from=1", "order=path"),
    "/record": ("", "before=50"),
}
"""By the end of an address, what is asked there; elsewhere nothing is."""


@dataclass(frozen=True)
class Taken:
    """What one address took: milliseconds until the last byte (of twenty, the second slowest), of the server and of the
    database (medians), of the processor in both (the least, which other programs disturb the least), how many
    statements, and the size of the answer."""

    viewer: str
    path: str
    status: int
    p95_ms: float
    server_ms: float
    database_ms: float
    web_cpu_ms: float
    database_cpu_ms: float
    statements: int
    kb: float

    @property
    def is_whole(self) -> bool:
        """Whether it is a file that holds everything."""
        return is_whole(self.path)

    @property
    def cpu_ms(self) -> float:
        """Of the web process and of the database."""
        return self.web_cpu_ms + self.database_cpu_ms


def is_whole(path: str) -> bool:
    """Whether an address answers everything that there is; one that asks for the first of it does not."""
    return "first=" not in path and "after=" not in path and bool(WHOLE.search(path.split("?")[0]))


def main() -> int:
    """Run it and print the figures; the exit code says whether each page meets the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--quick", action="store_true", help="a fortieth of the size, two people, each asked once, no whole files"
    )
    parser.add_argument("--share", type=int, default=1, help="an N-th of each size (1: all of it)")
    parser.add_argument("--slowest", type=int, default=20, help="how many lines are printed (20)")
    parser.add_argument(
        "--keep", type=Path, help="a folder in which the engines and the week stay, so that the next run has them"
    )
    parser.add_argument("--only", default="", help="of the addresses, those in which this stands")
    options = parser.parse_args()
    build_frontend()
    compile_catalogues()
    share, times = (QUICK_SHARE, 1) if options.quick else (max(options.share, 1), 5)
    viewers = QUICK_VIEWERS if options.quick else VIEWERS
    with ExitStack() as until_done:
        home = options.keep or Path(until_done.enter_context(tempfile.TemporaryDirectory(prefix="concord-pages-")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        engines = until_done.enter_context(start_engines(home))
        urls = copied_week(engines, "pages", share)
        base = environment(urls, engines.redis_url, (home / "media").as_uri(), home)
        (web,) = until_done.enter_context(web_processes(1, base, module="benchmarks._timed_web"))
        since = time.perf_counter()
        found = measure(urls, engines.database_url(SUPERUSER, "pages"), web.url, times, viewers, options.only)
    return _told(found, options.slowest, share, times, time.perf_counter() - since)


def measure(
    urls: dict[str, str], admin: str, web: str, times: int, viewers: tuple[str, ...], only: str = ""
) -> list[Taken]:
    """Ask for every address of the week. times: how often each; only: what must stand in it."""
    app = Database(urls["concord_app"])
    server, side = server_pid(admin), side_of("EC", admin)
    named = {**subjects(side, admin), "operation_id": side.operation_id}
    asked = [path for path in addresses(named) if only in path and (times > 1 or not is_whole(path))]
    found = []
    for role in viewers:
        with app.write(side.people[role]) as tx:
            cookie = start_session(tx, how="passkey")
        line = HTTPConnection(urlsplit(web).netloc, timeout=60)
        found += [ask(line, cookie, role, path, times, server) for path in asked]
    app.dispose()
    return found


def addresses(named: dict[str, Any]) -> Iterator[str]:
    """Every address that is read, with what it names. Those whose subject the week does not have are left out."""
    app = create_app(read_settings(), database=Database("postgresql+psycopg://nobody@localhost/none"))
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" in cast("set[str]", rule.methods) and not ELSEWHERE.search(rule.rule):
            path = _filled(rule.rule, named)
            if path is not None:
                wanted = next((QUERIES[end] for end in QUERIES if rule.rule.endswith(end)), ("",))
                yield from (f"{path}?{query}" if query else path for query in wanted)


def _filled(rule: str, named: dict[str, Any]) -> str | None:
    """An address out of its rule: what stands in the brackets is named by the part before it."""
    parts: list[str] = []
    for part in rule.split("/"):
        kind = re.fullmatch(r"<(\w+):(\w+)>(.*)", part)
        if kind is None:
            parts.append(part)
            continue
        before = parts[-1]
        numbered = {"leads": "lead_number", "persons": "person_number", "series": "series_number"}
        name = kind[2] if kind[2] == "operation_id" else numbered.get(before, before) if kind[1] == "int" else before
        if name not in named:
            return None
        parts.append(f"{named[name]}{kind[3]}")
    return "/".join(parts)


def ask(line: HTTPConnection, cookie: str, viewer: str, path: str, times: int, server: int) -> Taken:
    """Ask for an address so often; a first time not counted, in which what is shown for the first time is recorded.

    server: process id of the database.
    """
    took: list[float] = []
    told: list[list[float]] = []
    spent: list[float] = []
    status = size = 0
    for n in range(times + 1):
        before, began = database_ms(server), time.perf_counter()
        line.request("GET", path, headers={"Cookie": f"{COOKIE}={cookie}", "Accept-Encoding": "gzip"})
        answer = line.getresponse()
        size, status = len(answer.read()), answer.status
        if n or is_whole(path):
            took.append((time.perf_counter() - began) * 1000)
            spent.append(database_ms(server) - before)
            told.append([float(each) for each in (answer.headers[TOOK_HEADER] or "0 0 0 0").split()])
        if is_whole(path):
            break
    server_ms, in_database, statements, own = zip(*told, strict=True)
    return Taken(
        viewer,
        path,
        status,
        round(quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else took[0], 1),
        median_high(server_ms),
        median_high(in_database),
        min(own),
        round(min(spent), 1),
        int(statements[-1]),
        round(size / 1000, 1),
    )


def _told(found: list[Taken], slowest: int, share: int, times: int, took_s: float) -> int:
    """Print the slowest and the object; 1 where a page is slower than the goal or answers with a fault."""
    shown = sorted((each for each in found if each.status < 300 and not each.is_whole), key=lambda each: -each.p95_ms)
    faults = [each for each in found if each.status >= 500]
    print(f"{'p95 ms':>8} {'server':>8} {'database':>8} {'web CPU':>8} {'db CPU':>8} {'statements':>10} {'kB':>8}")
    for each in [*shown[:slowest], *faults]:
        print(f"{each.p95_ms:8.1f} {each.server_ms:8.1f} {each.database_ms:8.1f} {each.web_cpu_ms:8.1f} "
              f"{each.database_cpu_ms:8.1f} {each.statements:10} {each.kb:8.1f}  {each.status} {each.viewer} "
              f"{each.path}")  # fmt: skip
    whole = sorted((each for each in found if each.is_whole and each.status < 300), key=lambda each: -each.p95_ms)
    for each in whole[:5]:
        print(f"whole file: {each.p95_ms:.0f} ms, {each.kb:.0f} kB, {each.viewer} {each.path}")
    over = [f"{each.viewer} {each.path}" for each in shown if each.p95_ms > GOAL_MS]
    print(json.dumps({
        "share": f"1/{share}",
        "addresses": len({each.path for each in shown}),
        "answers": len(shown),
        "goal_ms": GOAL_MS,
        "files": FILES // share,
        "asked_times": times,
        "slowest_ms": shown[0].p95_ms,
        "most_cpu_ms": round(max(each.cpu_ms for each in shown), 1),
        "over_goal_by_cpu": sorted(f"{each.viewer} {each.path}" for each in shown if each.cpu_ms > GOAL_MS),
        "most_statements": max(each.statements for each in shown),
        "over_goal": over,
        "faults": [each.path for each in faults],
        "took_s": round(took_s, 1),
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
    }))  # fmt: skip
    return int(bool(over or faults))


if __name__ == "__main__":
    sys.exit(main())
