"""A small exercise in a database of its own: made, brought in and read by real workers, as `demo` does it.

Its own database, because real workers would take the jobs of other tests. Made once per test process; processes that
serve it or work on it live as long as a module.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from seed.load import ExerciseTarget, Loaded, bring_exhibit, bring_register, create_exercise, fill_series
from seed.make import ExercisePlan, make_exercise
from tests.support.databases import own_database
from tests.support.owner import owner_of
from tests.support.servers import ROOT, environment
from tests.support.waiting import until
from workspace.analysis.pack import build_default_pack
from workspace.commands.assessments import settle_assessments
from workspace.commands.people import ensure_service_users
from workspace.commands.record_checks import want_all_verifications
from workspace.model import jobs
from workspace.model.database import Database
from workspace.store.keys import load_or_create_master
from workspace.store.objects import open_store

STILL_LIMIT_S = 600.0
"""After so long in which the workers got on with nothing, they never will: where fifteen programs share two cores, two
videos take them two minutes."""
VERIFIED = "select count(*) from record_check where operation_id = :id"
"""The first check of its record is over: the next is tomorrow's, and falls into no act of a test."""


@dataclass
class Exercise:
    """The exercise with its handles: `app` and `workers` are the database by both roles, `env` is what its processes
    start with."""

    home: Path
    env: dict[str, str]
    app: Database
    workers: Database
    service_id: int
    housekeeping_id: int
    plan: ExercisePlan
    loaded: Loaded
    seconds: dict[str, float]
    _given: set[UUID] = field(default_factory=set)

    @property
    def operation_id(self) -> int:
        return self.loaded.operation_id

    @property
    def people(self) -> dict[str, int]:
        """User ids by the label of the plan."""
        return self.loaded.people

    def path(self, page: str = "") -> str:
        return f"/operations/{self.operation_id}{page}"

    def identity(self, agency: str) -> str:
        """The secret identity with which an agency opens its packages."""
        return (
            (self.home / "keys" / "exercise" / f"{self.operation_id}-{agency}.age-identity")
            .read_text(encoding="utf-8")
            .strip()
        )

    def change(self, sql: str, **values: Any) -> None:
        """Move stored times for a test, instead of waiting; never used for what the test is about."""
        with Session(owner_of(self.workers)) as session:
            session.execute(text(sql), values)
            session.commit()

    def one(self, sql: str, **values: Any) -> Any:
        """One value of the rows, as the workers see them."""
        with Session(self.workers.engine) as session:
            return session.execute(text(sql), values).scalar_one()

    def fresh_lead(self, kind: str = "same_face") -> UUID:
        """An open lead of Ecuador and Peru whose two sides both may see, that no test was given before; by the paths of
        its files, since numbers follow the order in which the workers read them."""
        with Session(self.workers.engine) as session:
            found = session.scalars(
                text("""select l.id from lead l where l.operation_id = :operation and l.stage = 'open' and l.holder_id
                    is null
                     and l.kind = :kind and l.countries = array['EC', 'PE']
                     and not exists (select 1 from compartment c where c.id = any(l.locks) and c.sharing <> 'operation')
                     order by (select min(x.label || '/' || f.path) from lead_evidence e
                       join received_file f on f.media_item_id = e.media_item_id join exhibit x on x.id = f.exhibit_id
                       where e.lead_id = l.id), l.number"""),
                {"operation": self.operation_id, "kind": kind},
            ).all()
        lead: UUID = next(lead for lead in found if lead not in self._given)
        self._given.add(lead)
        return lead

    def pass_undo_time(self) -> None:
        """Let the ten seconds in which an opinion can be taken back be over."""
        self.change(
            "update assessment set signed_at = signed_at - interval '11 seconds' where operation_id = :id and "
            "settled_at is null",
            id=self.operation_id,
        )
        # At once: while a governed row is another than the record says, a check of the record would find it broken.
        with self.workers.write(self.housekeeping_id) as tx:
            settle_assessments(tx)


@contextmanager
def prepared(servers: Any, *, photos: int, videos: int) -> Iterator[Exercise]:
    """Make the exercise, bring it in and have it read."""
    began = time.monotonic()
    home = servers.home / "exercise-room"
    home.mkdir(mode=0o711)
    urls = own_database(servers, "browser")
    build_default_pack(home / "packs" / "opencv_zoo_yunet_sface")
    plan = make_exercise(home / "material", photos=photos, videos=videos)
    made = time.monotonic()

    env = environment(
        urls, servers.redis_url, servers.media_url, home, CONCORD_PROFILE="exercise", CONCORD_LOG_LEVEL="WARNING"
    )
    app, workers = Database(urls["concord_app"]), Database(urls["concord_worker"])
    try:
        jobs.use_queue(servers.redis_url)
        service = ensure_service_users(workers)
        master = load_or_create_master(home / "keys" / "master.key")
        target = ExerciseTarget(app, workers, open_store(servers.media_url), master, home / "keys" / "exercise")
        loaded = create_exercise(plan, target)
        exercise = Exercise(
            home, env, app, workers, service.worker_id, service.housekeeping_id, plan, loaded, {"make": made - began}
        )
        with worker_processes(2, env):
            bring_register(plan, home / "material", target, loaded)
            for exhibit in plan.exhibits:
                bring_exhibit(exhibit, home / "material", target, loaded, on_file=lambda _arrival: None)
            _wait_for_workers(exercise)
            with workers.write(service.housekeeping_id) as tx:  # as whoever starts workers asks
                want_all_verifications(tx)
            until(lambda: exercise.one(VERIFIED, id=exercise.operation_id))
        fill_series(plan, target, loaded)
        exercise.seconds["bring and read"] = time.monotonic() - made
        yield exercise
    finally:
        app.dispose()
        workers.dispose()


@contextmanager
def worker_processes(count: int, env: dict[str, str]) -> Iterator[Sequence[subprocess.Popen[bytes]]]:
    """Real workers."""
    single = env | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    started = [subprocess.Popen([sys.executable, "-m", "workers.run"], cwd=ROOT, env=single) for _ in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_workers(exercise: Exercise) -> None:
    before, since = None, time.monotonic()
    while time.monotonic() < since + STILL_LIMIT_S:
        with exercise.workers.read(exercise.service_id) as view:
            left = dict(jobs.outstanding(view.session, exercise.operation_id))
        if not any(left.values()):
            return
        if left != before:
            before, since = left, time.monotonic()
        time.sleep(0.2)
    raise TimeoutError(f"the workers got on with nothing any more: {before}")
