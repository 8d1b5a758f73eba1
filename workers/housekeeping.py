"""Housekeeping: once a second, in one of all worker processes, ends what the clock ends and wakes workers for jobs that
wait.

Whoever holds the advisory lock acts; when its process or its connection ends, the database frees the lock and another
goes on. One read asks what is due, so that a second in which nothing ends costs no write. Each duty is a write of its
own, so that one that fails holds up no other.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from itertools import count

import psycopg
from sqlalchemy import ColumnElement, Connection, exists, select, text
from sqlalchemy.exc import DBAPIError

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
from workspace.errors import WorkspaceError
from workspace.model import jobs
from workspace.model.database import Database, Tx

LOG = logging.getLogger(__name__)

EVERY_S = 1.0
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


def do_due_duties(db: Database, service_id: int) -> None:
    """Do every duty that is due, and wake workers for the jobs that are due."""
    try:
        with db.read(service_id) as view:
            due = [duty for (duty, _), is_due in zip(DUTIES, view.session.execute(_DUE).one(), strict=True) if is_due]
            if jobs.abandoned(view.session):
                due.append(give_up_abandoned)
            jobs.sweep(view.session)
    except WorkspaceError as fault:
        LOG.warning("It could not be seen what is due: %s", fault.message)
        return
    for duty in due:
        _do(db, service_id, duty)


def do_rare_duties(db: Database, service_id: int) -> None:
    """Do the duties once for which nobody waits from one second to the next."""
    _do(db, service_id, want_readings)
    _do(db, service_id, forget_old_drafts)
    _do(db, service_id, fold_counts)
    _do(db, service_id, want_heads)
    _do(db, service_id, want_checks)
    _do(db, service_id, withdraw_outdated)
    _do(db, service_id, want_due_verifications)
    _do(db, service_id, want_frames)
    _do(db, service_id, want_parts)
    _do(db, service_id, want_sweeps)
    _do(db, service_id, want_texts)


def give_up_abandoned(tx: Tx) -> int:
    """End the jobs whose every attempt ended with its worker, so that nobody waits for them."""
    left = jobs.abandoned(tx.session)
    for job in left:
        jobs.put_back(tx, job, failure="The worker ended in every attempt.")
        give_up(tx, job)
    return len(left)


class Housekeeper(threading.Thread):
    """Does the housekeeping from one process while it holds the lock, and stands by where another does."""

    def __init__(self, db: Database, service_id: int, stopping: threading.Event) -> None:
        super().__init__(name="housekeeping", daemon=True)
        self._db = db
        self._service_id = service_id
        self._stopping = stopping

    def run(self) -> None:
        """Try for the lock and act while it is held, until the process is to end."""
        while not self._stopping.is_set():
            try:
                with self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    self._serve(connection)
            except (DBAPIError, psycopg.Error) as away:
                LOG.warning("Housekeeping waits for the database (%s).", type(getattr(away, "orig", away)).__name__)
            self._stopping.wait(EVERY_S)

    def _serve(self, connection: Connection) -> None:
        if not connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": _LOCK}):
            return
        try:
            for turn in count(1):
                if self._stopping.is_set():
                    return
                connection.execute(text("select 1"))  # the lock lives as long as this connection
                do_due_duties(self._db, self._service_id)
                if turn % SELDOM == 0:
                    do_rare_duties(self._db, self._service_id)
                self._stopping.wait(EVERY_S)
        finally:
            # The connection goes back to a pool, not away: without this the lock would stay with it.
            connection.invalidate()


def _do(db: Database, service_id: int, duty: Duty) -> None:
    try:
        with db.write(service_id) as tx:
            duty(tx)
    except WorkspaceError as fault:
        LOG.warning("%s failed and is tried again: %s", duty.__name__, fault.message)
