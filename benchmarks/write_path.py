"""How fast many people can claim, and whether a race ever has two winners.

Eight people, each in a process of its own as behind eight web processes, claim leads of one operation through
`claim_lead` and `database.write`, on the embedded engine with fsync on. The same people do it once more with the bare
driver: the same questions to the database, no SQLAlchemy, no policy; what that reaches is the machine's ceiling for
this database, and `ratio` our share of it. Then 32 people claim one lead at the same moment, again and again; the
record is asked who won. Prints what was compared, and one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from sqlalchemy import text

from benchmarks._machine import server_pid, settle, tree_s
from tests.support.operation import TestOperation
from tests.support.owner import know_owner
from workspace.commands.claims import claim_lead
from workspace.errors import Held, Unavailable
from workspace.host.engines import ROLES, SUPERUSER, prepare_database, start_engines
from workspace.model.database import Database

GOALS = {"claims_per_s": 500.0, "p99_ms": 50.0}
CLAIMANTS, RACERS = 8, 32
WARM = 20
WAIT_S = 60.0
BARE_CLAIM = "select token, operation_id, locks from take_claim(%s, '{open,assessed}', false)"
BARE_APPEND = "select append_events(%s, %s::jsonb, 'specialist', null, true)"
TOLD = text(
    "select lead_id, count(*) filter (where kind = 'lead:claimed') as won, count(*) filter (where kind = "
    "'lead:claim_lost') as lost "
    "from event where operation_id = :op and lead_id = any (:leads) group by lead_id"
)


@dataclass(frozen=True)
class Task:
    """What one person does: claim these leads, alone or at the same moment as others, for so long at most."""

    url: str
    person: int
    leads: tuple[UUID, ...]
    racing: bool
    limit_s: float
    bare: bool = False


@dataclass(frozen=True)
class Done:
    """How long each claim took, which were won, how often the database asked to try again, and this process's CPU
    time."""

    taken_ms: list[float]
    won: list[UUID]
    unavailable: int
    cpu_ms: float


class Start:
    """Lets everybody begin at the same moment; once the time is over, everybody stops before the same race."""

    def __init__(self, context: Any, count: int) -> None:
        self.until = context.Value("d", 0.0)
        self.over = context.Event()
        self.barrier = context.Barrier(count, self.look)

    def look(self) -> None:
        """Look at the clock once for everybody, while everybody waits."""
        if 0 < self.until.value < time.monotonic():
            self.over.set()

    def wait(self) -> bool:
        """Wait for all others; answers whether to go on."""
        self.barrier.wait(WAIT_S)
        return not self.over.is_set()


def client(pipe: Connection, start: Start) -> None:
    """One person at one web process: receives tasks and answers what came of them, until told to stop."""
    claims: dict[bool, Callable[[UUID], None]] = {}  # kept, so that the second task finds everything warm
    while True:
        task: Task | None = pipe.recv()
        if task is None:
            return
        if task.bare not in claims:
            claims[task.bare] = _bare_claim(task) if task.bare else _our_claim(task)
        claim = claims[task.bare]
        taken, won, unavailable = [], [], 0
        start.wait()
        cpu_s = time.process_time()
        until = time.monotonic() + task.limit_s
        start.until.value = until
        for lead in task.leads:
            if task.racing and not start.wait():
                break
            if not task.racing and time.monotonic() > until:
                break
            since = time.perf_counter()
            try:
                claim(lead)
                won.append(lead)
            except Held:
                pass
            except Unavailable:
                unavailable += 1
            taken.append((time.perf_counter() - since) * 1000)
        pipe.send(Done(taken, won, unavailable, (time.process_time() - cpu_s) * 1000))


def _our_claim(task: Task) -> Callable[[UUID], None]:
    database = Database(task.url, pool_size=1)
    with database.read(task.person):
        pass  # the connection is open, as in a process that has served before

    def claim(lead: UUID) -> None:
        with database.write(task.person) as tx:
            claim_lead(tx, lead)

    return claim


def _bare_claim(task: Task) -> Callable[[UUID], None]:
    """What `claim_lead` asks of the database, asked by the driver alone."""
    line = psycopg.connect(task.url.replace("+psycopg", ""))

    def one(query: LiteralString, *values: object) -> Any:
        return line.execute(query, values).fetchone()

    def claim(lead: UUID) -> None:
        one("select act_as(%s) from pg_advisory_xact_lock_shared(hashtext('writes'))", task.person)
        token, operation, locks = one(BARE_CLAIM, lead)
        event = {"kind": "lead:claimed", "lead_id": str(lead), "locks": locks, "payload": {"token": token}}
        with line.pipeline():
            line.execute(BARE_APPEND, (operation, json.dumps([event])))
            line.execute("commit")

    return claim


class Clients:
    """Processes of people, started once; each phase takes as many as it needs."""

    def __init__(self, count: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            ["tests.support.operation", "workspace.commands.claims", "workspace.host.engines"]
        )
        self.start = Start(context, count)  # kept: its semaphores live as long as this process knows them
        self.pipes: list[Connection] = []
        self.processes = []
        for _ in range(count):
            mine, theirs = context.Pipe()
            process = context.Process(target=client, args=(theirs, self.start), daemon=True)
            process.start()
            self.pipes.append(mine)
            self.processes.append(process)

    def run(self, tasks: list[Task]) -> list[Done]:
        """Give each person a task; answers what came of each."""
        for pipe, task in zip(self.pipes, tasks, strict=True):
            pipe.send(task)
        return [pipe.recv() for pipe in self.pipes]

    def stop(self) -> None:
        """End them."""
        for pipe in self.pipes:
            pipe.send(None)
        for process in self.processes:
            process.join(10)


def make_leads(operation: TestOperation, count: int) -> list[UUID]:
    """Bare leads between two shared compartments; a claim reads nothing else."""
    locks = [operation.compartment("EC"), operation.compartment("PE")]
    with operation.workers.engine.begin() as connection:
        rows = connection.execute(
            text(
                "insert into lead (operation_id, number, kind, pair_key, locks, countries, score, band) "
                "select :op, coalesce((select max(number) from lead where operation_id = :op), 0) + n, 'same_face', "
                "sha256(convert_to(gen_random_uuid()::text, 'UTF8')), :locks, '{EC,PE}', 0.6, 'strong' "
                "from generate_series(1, :count) n returning id"
            ),
            {"op": operation.id, "locks": locks, "count": count},
        )
        return [row.id for row in rows]


def throughput(url: str, admin_url: str, operation: TestOperation, each: int, limit_s: float) -> dict[str, Any]:
    """Everybody claims leads of one operation, one after the other, nobody's twice."""
    leads = make_leads(operation, (each + WARM) * CLAIMANTS)
    bare_leads = make_leads(operation, (each + WARM) * CLAIMANTS)
    people = [operation.person("EC" if n % 2 else "PE", "specialist", n) for n in range(CLAIMANTS)]
    settle(admin_url)
    clients, server = Clients(CLAIMANTS), server_pid(admin_url)
    # The bare driver first and last, ours between: neither side has the quieter half of a noisy minute.
    before = _claim_all(clients, url, people, bare_leads[: len(bare_leads) // 2], limit_s / 2, server, bare=True)
    ours = _claim_all(clients, url, people, leads, limit_s, server, bare=False)
    after = _claim_all(clients, url, people, bare_leads[len(bare_leads) // 2 :], limit_s / 2, server, bare=True)
    clients.stop()
    bare_per_s = (before["claims_per_s"] + after["claims_per_s"]) / 2
    return {
        **ours,
        "bare_per_s": round(bare_per_s, 1),
        "bare_python_ms": after["python_ms"],
        "bare_database_ms": after["database_ms"],
        "ratio": round(ours["claims_per_s"] / bare_per_s, 2),
    }


def _claim_all(
    clients: Clients, url: str, people: list[int], leads: list[UUID], limit_s: float, server: int, *, bare: bool
) -> dict[str, Any]:
    """The figures of everybody's claims; python_ms and database_ms are CPU time per claim, of the clients and of the
    server."""
    warm, rest = leads[: CLAIMANTS * WARM], leads[CLAIMANTS * WARM :]
    clients.run([Task(url, person, tuple(warm[n::CLAIMANTS]), False, limit_s, bare) for n, person in enumerate(people)])
    since, server_s = time.perf_counter(), tree_s([server])
    answers = clients.run(
        [Task(url, person, tuple(rest[n::CLAIMANTS]), False, limit_s, bare) for n, person in enumerate(people)]
    )
    wall, server_s = time.perf_counter() - since, tree_s([server]) - server_s
    taken = sorted(one for answer in answers for one in answer.taken_ms)
    claims = sum(len(answer.won) for answer in answers)
    return {
        "claims": claims,
        "claims_per_s": round(claims / wall, 1),
        "p50_ms": round(statistics.median(taken), 1),
        "p99_ms": round(taken[int(len(taken) * 0.99)], 1),
        "refused": len(taken) - claims,
        "python_ms": round(sum(answer.cpu_ms for answer in answers) / claims, 2),
        "database_ms": round(server_s * 1000 / claims, 2),
    }


def races(url: str, operation: TestOperation, count: int, limit_s: float) -> dict[str, Any]:
    """32 people claim one lead at the same moment: one holds it, 31 are told who, and the record says the same."""
    leads = make_leads(operation, count)
    people = [operation.person(("EC", "PE", "CL")[n % 3], "specialist", 100 + n) for n in range(RACERS)]
    clients = Clients(RACERS)
    answers = clients.run([Task(url, person, tuple(leads), True, limit_s) for person in people])
    clients.stop()
    run = len(answers[0].taken_ms)
    won = Counter(lead for answer in answers for lead in answer.won)
    recorded, lost = Counter[UUID](), 0
    with operation.workers.engine.connect() as connection:
        told = connection.execute(TOLD, {"op": operation.id, "leads": leads[:run]})
        for row in told:
            recorded[row.lead_id] = row.won
            lost += row.lost
    taken = sorted(one for answer in answers for one in answer.taken_ms)
    good = sum(won[lead] == recorded[lead] == 1 for lead in leads[:run])
    unavailable = sum(answer.unavailable for answer in answers)
    return {
        "races": run,
        "racers": RACERS,
        "one_winner": run > 0 and good == run and lost + unavailable == run * (RACERS - 1),
        "races_without_fault": good,
        "race_unavailable": unavailable,
        "race_p99_ms": round(taken[int(len(taken) * 0.99)], 1),
    }


def main() -> int:
    """Run it and print the figures; the exit code says whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer claims and races")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_engines(home, redis=False) as engines:
            urls = prepare_database(
                engines.database_url(SUPERUSER, "postgres"), "bench", dict.fromkeys(ROLES, "only-here")
            )
            with psycopg.connect(urls["concord_app"].replace("+psycopg", "")) as connection:
                fsync = connection.execute("show fsync").fetchone()
            know_owner(urls)
            workers = Database(urls["concord_worker"])
            operation = TestOperation(workers)
            found = throughput(
                urls["concord_app"],
                engines.database_url(SUPERUSER, "bench"),
                operation,
                1000 if quick else 4000,
                6 if quick else 30,
            )
            print(f"{CLAIMANTS} people claim leads of one operation: {found}")
            raced = races(urls["concord_app"], operation, 100 if quick else 1000, 21 if quick else 600)
            print(f"{RACERS} people claim one lead at a time: {raced}")
            workers.dispose()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    machine += f", fsync {fsync[0] if fsync else '?'}"
    met = found["claims_per_s"] >= GOALS["claims_per_s"] and found["p99_ms"] <= GOALS["p99_ms"] and raced["one_winner"]
    print(json.dumps({**found, **raced, "goals": GOALS, "goals_met": met, "machine": machine}))
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
