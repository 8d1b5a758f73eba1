"""Drains rows: takes the most urgent due job, computes with no transaction open, writes effects and «done» together.

A wake-up calls `drain`; which one it was does not matter. Every row has a lease that is renewed while its worker lives,
so that a killed worker's row is taken by another within half a minute. Must not know what a kind of job does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self

from workers.tools import HOST_FAULTS, Effects, Work, WorkerTools
from workspace.commands.each import part
from workspace.errors import Conflict, Unavailable
from workspace.model import jobs
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.setbacks import Setbacks
from workspace.search import gallery, parts

LOG = logging.getLogger(__name__)

WORKS: dict[str, str] = {
    "close_exhibit": "workers.closing:close_exhibit",
    "follow_consent": "workers.vectors:follow_consent",
    "build_package": "workers.packages:build_package",
    "rebuild_package": "workers.packages:rebuild_package",
    "draw_up_edition": "workers.editions:draw_up_edition",
    "draw_up_debrief": "workers.debriefs:draw_up_debrief",
    "mask_card": "workers.cards:mask_card",
    "sign_head": "workers.heads:sign_record",
    "import_register": "workers.registers:import_register",
    "import_known": "workers.known:import_known",
    "follow_known": "workers.known:follow_known",
    "import_case": "workers.exhibit_cases:import_case",
    "verify_record": "workers.records:verify_record",
    "match_again": "workers.matching:match_again",
    "read_probe": "workers.probes:read_probe",
    "match_person": "workers.matching:match_person",
    "match_entry": "workers.matching:match_entry",
    "match_media": "workers.matching:match_media",
    "finish_upload": "workers.half_uploads:finish_upload",
    "take_still": "workers.films:take_still",
    "cut_picture": "workers.tiles:cut_picture",
    "make_copy": "workers.films:make_copy",
    "describe_face": "workers.boxes:describe_face",
    "embed_faces": "workers.vectors:embed_faces",
    "read_media": "workers.reading:read_media",
    "drop_upload": "workers.imports:drop_upload",
    "drop_half_upload": "workers.half_uploads:drop_half_upload",
    "erase_probe": "workers.probes:erase_probe",
    "drop_tiles": "workers.tiles:drop_tiles",
    "check_originals": "workers.originals:check_originals",
    "hash_frames": "workers.frames:hash_frames",
    "compare_parts": "workers.parts:compare_parts",
    "sweep_photo": "workers.sweeps:sweep_photo",
    "read_text": "workers.texts:read_text",
    "sweep_video": "workers.sweeps:sweep_video",
}
"""By kind of job: the function that does it, `function(tools, job) -> Effects`."""

GIVEN_UP: dict[str, str] = {
    "close_exhibit": "workers.closing:give_up_closing",
    "mask_card": "workers.cards:give_up_card",
    "read_probe": "workers.probes:give_up_probe",
    "describe_face": "workers.boxes:give_up_face",
    "read_media": "workers.reading:give_up_reading",
    "take_still": "workers.films:give_up_still",
    "cut_picture": "workers.tiles:give_up_tiles",
    "make_copy": "workers.films:give_up_copy",
    "build_package": "workers.packages:give_up_building",
    "rebuild_package": "workers.packages:give_up_rebuilding",
    "import_register": "workers.imports:give_up_importing",
    "import_known": "workers.imports:give_up_importing",
    "import_case": "workers.imports:give_up_importing",
    "finish_upload": "workers.half_uploads:give_up_upload",
    "draw_up_edition": "workers.editions:give_up_edition",
    "check_originals": "workers.originals:give_up_check",
    "sweep_photo": "workers.sweeps:give_up_sweep",
    "read_text": "workers.texts:give_up_texts",
    "sweep_video": "workers.sweeps:give_up_sweep",
}
"""By kind of job: the function that writes what follows when the job has failed for good, `function(tx, job)`."""

TOGETHER: dict[str, str] = dict.fromkeys(jobs.TOGETHER_KINDS, "workers.likely:look_ahead")
"""By kind of job: what is done for several jobs of one kind and operation ahead of their turns,
`function(tools, jobs)`."""
MOST_TOGETHER = 64
"""Jobs of a batch: what they look through is read once for all of them. More gains little and keeps others waiting."""
TOGETHER_S = jobs.LEASE_S / 3
"""After so long the rest of a batch is given back, well before its leases end."""

LASTING = frozenset({"damaged"})
"""Reasons of `Unavailable` that waiting does not cure."""
LASTING_STATES = ("57014", "54", "P0001")
"""Beginnings of SQLSTATEs with which a database that does answer will refuse the same again: a statement that takes too
long, a limit of the program, and a rule of our own."""

HOST_RETRY_S = 60.0
"""Wait before a job is tried again that this host could not do, for a reason that lies in the host."""
REST_AT_MOST_S = 30.0
"""A host that lacks something rests a second longer after each job that it could not do, so that it leaves the queue to
others."""

DRAIN_S = 20.0
"""After so long a drain ends and sends a wake-up for what is left, so that the queue sees the worker's heartbeat."""
PATIENCE_S = 60.0
"""How long a finished step waits for a database that does not answer, before its work is done anew."""
RENEWALS_AT_MOST = 60
"""After 60 renewals (10 minutes) without progress the lease is no longer renewed, so that another worker takes the row
from one that hangs. `WorkerTools.steps` counts progress: a video of 600 frames with 30 faces each takes longer than 10
minutes, rightly."""

stopping = threading.Event()
"""Set when the process was asked to end: the current step is finished, no further row is taken."""

_equipped: list[WorkerTools] = []


def equip(tools: WorkerTools) -> None:
    """Give this process the tools that `drain` works in."""
    _equipped[:] = [tools]


def drain(sender: str) -> None:
    """Take due jobs until none is left, the process is to end, or it is time for a heartbeat. A wake-up calls it.

    sender: who sent the wake-up; it changes nothing.
    """
    (tools,) = _equipped
    until = time.monotonic() + DRAIN_S

    def goes_on() -> bool:
        return not stopping.is_set() and time.monotonic() < until

    job = _take(tools) if goes_on() else None
    while job is not None:
        job = work_off(tools, job, goes_on)
    if not stopping.is_set() and time.monotonic() >= until:
        jobs.wake_worker(sender)


def work_off(tools: WorkerTools, job: Taken, goes_on: Callable[[], bool] = lambda: False) -> Taken | None:
    """Do one job, with others of its kind where they are done together, and write the effects of each; whatever goes
    wrong is written to its row. Returns the next job while it goes on."""
    rest = _alike(tools, job) if job.has_alike and job.attempt == 1 and goes_on() else []
    if not rest:
        return _work_off(tools, job, goes_on)
    until = time.monotonic() + TOGETHER_S
    try:
        together = _done_ahead(tools, [job, *rest])
        _work_off(tools, job)
        while together and rest and goes_on() and time.monotonic() < until:
            _work_off(tools, rest.pop(0))
    finally:
        tools.ahead.clear()
        _give_back(tools, rest)
    return _take(tools) if goes_on() else None


def _alike(tools: WorkerTools, job: Taken) -> list[Taken]:
    try:
        with tools.db.write(tools.service_id) as tx:
            return jobs.take_alike(tx, job, MOST_TOGETHER - 1)
    except Unavailable as away:
        LOG.warning("No further jobs can be taken: %s", away.message)
        return []


def _done_ahead(tools: WorkerTools, batch: list[Taken]) -> bool:
    """Do what is done for a batch together. Where that fails, one job of it may be the cause: none is blamed, the first
    is done alone, and so is each in its turn."""
    try:
        _named(TOGETHER[batch[0].kind])(tools, batch)
    except Exception as fault:  # noqa: BLE001 - whatever it was, the job that caused it says so in its own attempt
        LOG.warning("%s jobs %s are done one by one: %s", len(batch), batch[0].kind, type(fault).__name__)
        return False
    return True


def _give_back(tools: WorkerTools, rest: list[Taken]) -> None:
    if not rest:
        return
    try:
        with tools.db.write(tools.service_id) as tx:
            jobs.give_back(tx, rest)
    except Unavailable as away:
        LOG.warning("%s jobs keep their leases: %s", len(rest), away.message)


def _work_off(tools: WorkerTools, job: Taken, goes_on: Callable[[], bool] = lambda: False) -> Taken | None:
    with Attempt(tools, job) as attempt:
        effects: Effects = _named(WORKS[job.kind])(tools, job)
        return attempt.commit(effects, goes_on)
    if tools.host_faults and goes_on():
        stopping.wait(min(float(tools.host_faults), REST_AT_MOST_S))
    return _take(tools) if goes_on() else None


def _take(tools: WorkerTools) -> Taken | None:
    try:
        with tools.db.write(tools.service_id) as tx:
            return jobs.take(tx, served())
    except Unavailable as away:
        LOG.warning("No job can be taken: %s", away.message)
        return None


@cache
def served() -> tuple[str, ...]:
    """The kinds that this installation can do, most urgent first."""
    return tuple(kind for kind in jobs.KINDS if find_spec(WORKS[kind].split(":")[0]) is not None)


class Attempt:
    """One attempt at a job: renews its lease, and gives the job back if anything fails.

    A lost row is passed over in silence: another worker has it. A part that does not answer, or that this host lacks,
    costs no attempt. Any other error is logged and raised on after the row says it.
    """

    def __init__(self, tools: WorkerTools, job: Taken) -> None:
        self._tools = tools
        self._job = job
        self._held = threading.Lock()
        self._renewed_at = time.monotonic()
        self._renewals = 0
        self._steps = tools.steps
        self._lost = False

    def __enter__(self) -> Self:
        _keeper().attempt = self
        return self

    def commit(self, effects: Effects, goes_on: Callable[[], bool] = lambda: False) -> Taken | None:
        """Write the effects and «done», and take the next job in the same write; while the database is away, try again
        for a while.

        «Done» comes last: until then the lease is renewed and nobody waits for the row, however long the effects ask
        the database. If the row is another's by then, nothing of the write stays.
        """
        patience = time.monotonic() + PATIENCE_S
        while True:
            try:
                with ExitStack() as until_committed, self._tools.db.write(self._tools.service_id) as tx:
                    effects(tx)
                    until_committed.enter_context(self._held)
                    jobs.finish(tx, self._job)
                    return jobs.take(tx, served()) if goes_on() else None
            except Unavailable as away:
                if lasts(away) or time.monotonic() > patience:
                    raise
                time.sleep(0.5)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        _keeper().attempt = None
        if error is None:
            self._tools.host_faults = 0
        if error is None or not isinstance(error, Exception):
            return False
        if isinstance(error, Conflict) and error.facts.get("job") == str(self._job.id):
            LOG.info("Job %s was taken by another worker.", self._job.id)
            return True
        waits = isinstance(error, Unavailable) and not lasts(error)
        of_host = isinstance(error, Unavailable) and error.facts.get("reason") in HOST_FAULTS
        if of_host:
            LOG.error("This host cannot do job %s, which waits: %s", self._job.id, error)
        self._tools.host_faults = self._tools.host_faults + 1 if of_host else 0
        self._give_back(f"{type(error).__name__}: {error}", counts=not waits, wait_s=HOST_RETRY_S if of_host else None)
        return waits

    def _give_back(self, failure: str, *, counts: bool, wait_s: float | None) -> None:
        """Say on the row why the attempt failed. If even that fails, the lease ends by itself."""
        try:
            with self._held, self._tools.db.write(self._tools.service_id) as tx:
                if jobs.put_back(tx, self._job, failure=failure, counts=counts, wait_s=wait_s):
                    give_up(tx, self._job)
        except (Unavailable, Conflict) as fault:
            LOG.warning("Job %s keeps its lease: %s", self._job.id, fault.message)

    def renew(self) -> None:
        """Extend the lease if a third of it is over and the step still lives; called by the keeper while the step
        runs."""
        if self._tools.steps != self._steps:
            self._steps, self._renewals = self._tools.steps, 0
        hangs = self._renewals >= RENEWALS_AT_MOST
        if self._lost or hangs or time.monotonic() - self._renewed_at < jobs.LEASE_S / 3:
            return
        try:
            with self._held, self._tools.db.write(self._tools.service_id) as tx:
                self._job = jobs.extend(tx, self._job)
        except Unavailable as away:
            LOG.warning("The lease of job %s was not renewed: %s", self._job.id, away.message)
        except Conflict:
            self._lost = True  # done in this moment, or another's: there is nothing to keep
        self._renewed_at = time.monotonic()
        self._renewals += 1


class Keeper(threading.Thread):
    """Renews the lease of the attempt that this process is at, one thread for all of them; and lets vectors go that
    nobody compares any more, also while nothing is to be done."""

    def __init__(self) -> None:
        super().__init__(name="leases", daemon=True)
        self.attempt: Attempt | None = None

    def run(self) -> None:
        """Look often enough that a third of a lease is never missed by much."""
        setbacks = Setbacks(LOG, most_s=0.0)
        while True:
            time.sleep(min(1.0, jobs.LEASE_S / 6))
            attempt = self.attempt
            if attempt is not None:
                with setbacks.trying("Renewing the lease"):
                    attempt.renew()
            for let_go in (gallery.let_go, parts.let_go):
                with setbacks.trying("Letting go of vectors"):
                    let_go()


@cache
def _keeper() -> Keeper:
    keeper = Keeper()
    keeper.start()
    return keeper


def lasts(error: Unavailable) -> bool:
    """Whether the same attempt would be refused again and again, so that it must count."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return error.facts.get("reason") in LASTING or str(state).startswith(LASTING_STATES)


def give_up(tx: Tx, job: Taken) -> None:
    """Write what the end of all attempts means for the job's subject. Where that cannot be written either, the job has
    failed all the same: nobody takes it again."""
    LOG.error("Job %s (%s %s) has failed for good.", job.id, job.kind, job.subject_id)
    if job.kind in GIVEN_UP:
        try:
            with part(tx):
                _named(GIVEN_UP[job.kind])(tx, job)
        except Exception as fault:  # noqa: BLE001 - see above; a database that is away ends the write in any case
            LOG.error("What the end of job %s means was not written: %s", job.id, type(fault).__name__)


@cache
def _named(dotted: str) -> Callable[..., Any]:
    module, name = dotted.split(":")
    function: Work = getattr(import_module(module), name)
    return function
