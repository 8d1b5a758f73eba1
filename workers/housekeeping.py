"""Housekeeping: once a second, in one of all worker processes, ends what the clock ends and wakes workers for jobs that
wait.

Whoever holds the advisory lock acts; when its process or its connection ends, the database frees the lock and another
goes on. One read asks what is due, so that a second in which nothing ends costs no write. Each duty is a write of its
own, so that one that fails holds up no other; and where one fails, its rows are gone through one by one
(commands/each.py), so that one row holds up no other either.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from itertools import count

from sqlalchemy import ColumnElement, Connection, exists, select, text

from workers.drain import give_up
from workspace.commands.access import GRANT_IS_OVER, end_access
from workspace.commands.assessments import UNDO_TIME_IS_OVER, settle_assessments
from workspace.commands.cards import withdraw_outdated
from workspace.commands.claims import (
    HOLDER_HAS_LEFT,
    LEASE_IS_OVER,
    WINDOW_LEFT_A_CLAIM,
    end_leases,
    free_leads,
    take_into_custody,
)
from workspace.commands.drafts import forget_old_drafts
from workspace.commands.each import each
from workspace.commands.frames import want_frames
from workspace.commands.half_uploads import UPLOAD_IS_OVER, end_uploads
from workspace.commands.heads import want_heads
from workspace.commands.housekeeping import (
    CHALLENGE_IS_OVER,
    PRESENCE_IS_STALE,
    WINDOW_IS_OVER,
    close_windows,
    fold_counts,
    forget_challenges,
    forget_presence,
)
from workspace.commands.known import LIST_IS_OVER, end_lists
from workspace.commands.originals import want_checks
from workspace.commands.parts import want_parts
from workspace.commands.probes import PROBE_IS_OVER, end_probes
from workspace.commands.readings import want_readings
from workspace.commands.record_checks import want_due_verifications
from workspace.commands.register_imports import UPLOAD_IS_OLD, forget_uploads
from workspace.commands.removals import SUSPENSION_IS_OVER, end_suspensions
from workspace.commands.series_work import SERIES_LEASE_IS_OVER, end_series_leases
from workspace.commands.sweeps import want_sweeps
from workspace.commands.terms import PROPOSAL_IS_OVER, lapse_proposals
from workspace.commands.texts import want_texts
from workspace.commands.tiles import TILES_ARE_OLD, end_tiles
from workspace.commands.window import OWNERS_END_IS_OVER, close_shared_material
from workspace.commands.write_keys import KEY_IS_OLD, forget_write_keys
from workspace.model import Operation, failed_jobs, jobs
from workspace.model.database import Database, Tx
from workspace.model.jobs import Taken
from workspace.model.setbacks import Apart, Setbacks

LOG = logging.getLogger(__name__)

EVERY_S = 1.0
KEPT = "Housekeeping"
SELDOM = 60
"""Duties that look at many rows are done once in so many turns."""
_LOCK = 0x686F757365
"""Key of housekeeping's advisory lock: any number that no other lock of this database has."""

Duty = Callable[[Tx], int]

DUTIES: tuple[tuple[Duty, tuple[ColumnElement[bool], ...]], ...] = (
    (close_windows, WINDOW_IS_OVER),
    (close_shared_material, OWNERS_END_IS_OVER),
    (free_leads, HOLDER_HAS_LEFT),
    (take_into_custody, WINDOW_LEFT_A_CLAIM),  # before leases end: a claim that lives at the end becomes custody
    (end_leases, LEASE_IS_OVER),
    (end_series_leases, SERIES_LEASE_IS_OVER),
    (settle_assessments, UNDO_TIME_IS_OVER),
    (end_access, GRANT_IS_OVER),
    (end_suspensions, SUSPENSION_IS_OVER),
    (lapse_proposals, PROPOSAL_IS_OVER),
    (forget_presence, PRESENCE_IS_STALE),
    (forget_challenges, CHALLENGE_IS_OVER),
    (forget_write_keys, KEY_IS_OLD),
    (forget_uploads, UPLOAD_IS_OLD),
    (end_uploads, UPLOAD_IS_OVER),
    (end_lists, LIST_IS_OVER),
    (end_probes, PROBE_IS_OVER),
    (end_tiles, TILES_ARE_OLD),
)
"""Each duty, and the condition of the rows that it looks for."""
# Built once, at import: constructing a SQLAlchemy statement costs more than running it (benchmarks/write_path.py).
_DUE = select(*(exists().where(*condition) for _, condition in DUTIES))


def try_failed_again(tx: Tx) -> int:
    """Have tried again what failed for good and may go now: what it would have found must not be missed in silence."""
    return failed_jobs.try_failed_again(tx)


RARE: tuple[Duty, ...] = (
    try_failed_again,
    want_readings,
    forget_old_drafts,
    fold_counts,
    want_heads,
    want_checks,
    withdraw_outdated,
    want_due_verifications,
    want_frames,
    want_parts,
    want_sweeps,
    want_texts,
)
"""Duties for which nobody waits from one second to the next."""


class Duties:
    """Does what is due, again and again; a fault of one duty, of one row or of one operation holds up nothing else."""

    def __init__(self, db: Database, service_id: int) -> None:
        self._db = db
        self._service_id = service_id
        self.setbacks = Setbacks(LOG)
        self._parts: dict[Duty, Setbacks] = {}
        """By duty that failed as a whole: the operations and rows of it that failed."""
        self._looks = Setbacks(LOG, most_s=0.0)

    def do_due(self) -> None:
        """Do every duty that is due, and wake workers for the jobs that are due."""
        for duty in self._due():
            self._do(duty)

    def do_rare(self) -> None:
        """Do once what is done seldom."""
        for duty in RARE:
            self._do(duty)

    def _due(self) -> list[Duty]:
        due: list[Duty] = []
        with self._looks.trying("Looking what is due"), self._db.read(self._service_id) as view:
            answers = view.session.execute(_DUE).one()
            due = [duty for (duty, _), is_due in zip(DUTIES, answers, strict=True) if is_due]
            if jobs.abandoned(view.session):
                due.append(give_up_abandoned)
            jobs.sweep(view.session)
        return due

    def _do(self, duty: Duty) -> None:
        """Do a duty in one write; where that fails, and until it goes again, each operation's rows apart."""
        done: list[Tx] = []
        if self.setbacks.is_due(duty.__name__):
            with self.setbacks.trying(duty.__name__), self._db.write(self._service_id) as tx:
                done.append(tx)
                duty(tx)
            if self.setbacks.is_due(duty.__name__):
                self._parts.pop(duty, None)
                return
            if done and done[0].has_parts:
                self._parts.setdefault(duty, Setbacks(LOG))
        if duty in self._parts:
            self._do_apart(duty, self._parts[duty])

    def _do_apart(self, duty: Duty, setbacks: Setbacks) -> None:
        operations: list[int] = []
        with self._looks.trying("Looking which operations there are"), self._db.read(self._service_id) as view:
            operations = list(view.session.scalars(select(Operation.id).order_by(Operation.id)))
        for operation_id in operations:
            item = f"{duty.__name__} of operation {operation_id}"
            if setbacks.is_due(item):
                with setbacks.trying(item), self._db.write(self._service_id) as tx:
                    tx.apart = Apart(operation_id, setbacks)
                    duty(tx)


def do_due_duties(db: Database, service_id: int) -> None:
    """Do every duty that is due, once, and wake workers for the jobs that are due."""
    Duties(db, service_id).do_due()


def do_rare_duties(db: Database, service_id: int) -> None:
    """Do the rare duties once."""
    Duties(db, service_id).do_rare()


def give_up_abandoned(tx: Tx) -> int:
    """End the jobs whose every attempt ended with its worker, so that nobody waits for them."""
    return each(tx, "work_on_media", jobs.abandoned(tx.session), _give_up)


def _give_up(tx: Tx, job: Taken) -> None:
    jobs.put_back(tx, job, failure="The worker ended in every attempt.")
    give_up(tx, job)


class Housekeeper(threading.Thread):
    """Does the housekeeping from one process while it holds the lock, and stands by where another does."""

    def __init__(self, db: Database, service_id: int, stopping: threading.Event) -> None:
        super().__init__(name="housekeeping", daemon=True)
        self._db = db
        self._service_id = service_id
        self._stopping = stopping
        self._duties = Duties(db, service_id)
        self._own = Setbacks(LOG, most_s=0.0)

    def run(self) -> None:
        """Try for the lock and act while it is held, until the process is to end."""
        while not self._stopping.is_set():
            with (
                self._own.trying(KEPT),
                self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            ):
                self._serve(connection)
            self._stopping.wait(EVERY_S)

    def _serve(self, connection: Connection) -> None:
        if not connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": _LOCK}):
            return
        try:
            for turn in count(1):
                if self._stopping.is_set():
                    return
                connection.execute(text("select 1"))  # the lock lives as long as this connection
                self._own.settle(KEPT)
                self._duties.do_due()
                if turn % SELDOM == 0:
                    self._duties.do_rare()
                self._stopping.wait(EVERY_S)
        finally:
            # The connection goes back to a pool, not away: without this the lock would stay with it.
            connection.invalidate()
