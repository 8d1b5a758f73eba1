"""Jobs: rows that wait, and the wake-ups that say so. The only place that wakes a worker.

The truth of a job is its row: state, attempt, lease. A wake-up is a message on Redis without content that makes a
worker look for due rows. A lost one costs a second, until `sweep` sends it again. A worker takes a row under a lease
and may write its effects only together with «done», and only while the row still carries the same attempt and lease, so
that a worker that was thought dead cannot write twice. Must not know what a job does (workers/).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from rq.worker_registration import clean_worker_registry
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workspace.errors import Conflict, Fault, Invalid
from workspace.model import Job
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.settings import code_version, settings

SQL = statements(__file__)

LOG = logging.getLogger(__name__)

QUEUE = "concord"
DRAIN = "workers.drain.drain"
MOST_ATTEMPTS = 5
MOST_WAKE_UPS = 64
"""Longest queue of wake-ups. More wake-ups than workers are useless: each only makes one sleeping worker look."""
RETRY_S = 2.0
"""Wait before an attempt that failed is tried again, times the attempts so far."""
LEASE_S = 30
"""A worker renews the lease of its row every third of this while it lives; a dead worker's row is taken again after
it."""

_queue_url: list[str] = []
"""Address of the queue if it is not the settings': see `use_queue`. At most one."""
_counted: list[tuple[float, int]] = []
"""When the workers were last counted (time.monotonic), and how many they were. At most one pair."""

# Most urgent first: papers that somebody waits for, then the leads of what has been read, then reading, then
# what Concord does for itself.
KINDS = (
    "close_exhibit",
    "follow_consent",
    "build_package",
    "rebuild_package",
    "draw_up_edition",
    "draw_up_debrief",
    "mask_card",
    "sign_head",
    "import_register",
    "import_known",
    "follow_known",
    "import_case",
    "verify_record",
    "match_again",
    "read_probe",
    "match_person",
    "match_entry",
    "match_media",
    "finish_upload",
    "take_still",
    "cut_picture",
    "make_copy",
    "describe_face",
    "embed_faces",
    "read_media",
    "drop_upload",
    "drop_half_upload",
    "erase_probe",
    "drop_tiles",
    "check_originals",
    "hash_frames",
    "compare_parts",
    "sweep_photo",
    "read_text",
    "sweep_video",
)

LONG_KINDS = (
    "draw_up_edition",
    "draw_up_debrief",
    "import_register",
    "import_known",
    "follow_known",
    "cut_picture",
    "make_copy",
    "import_case",
    "check_originals",
    "hash_frames",
    "read_text",
    "sweep_video",
)
"""Each may keep a worker for a minute. An agency has one of them done at a time, and the workers together leave one of
them free for what is short."""
IDLE_KINDS = ("hash_frames", "compare_parts", "sweep_photo", "read_text", "sweep_video")
"""What is wanted only while no other work waits (`nothing_else_waits`), is done behind everything else, and is waited
for by nobody."""
AGAIN_KINDS = ("match_again", "embed_faces", "make_copy", "cut_picture")
"""What a person's wish, too, has done anew: what somebody takes back or states may let be found what was looked for in
vain before, and what could not be made may be asked for again."""
AFTER_CLOSING_KINDS = (
    "follow_consent",
    "draw_up_debrief",
    "drop_upload",
    "drop_half_upload",
    "erase_probe",
    "drop_tiles",
)
"""What is tried again also when its operation has closed: what must be erased, and what is drawn up at its end."""
PRIORITY = 5
"""Of an ordinary job; the lower number is done first."""
TOGETHER_KINDS = ("match_person", "match_entry", "match_media")
"""What is looked for by several jobs of one kind and operation at once."""
TURN = 50
"""Photos of one agency that are read before another's turn comes (`take_places` of the database)."""


@dataclass(frozen=True)
class Taken:
    """A job in a worker's hands; attempt and lease together prove that it still is. has_alike: others waited, when it
    was taken, that are done together with it."""

    id: UUID
    kind: str
    subject_id: UUID
    operation_id: int
    attempt: int
    lease_until: datetime
    has_alike: bool = False


def want(tx: Tx, kind: str, subject_id: UUID, operation_id: int, *, priority: int = PRIORITY) -> None:
    """Have a job done after this write; see `want_all`."""
    want_all(tx, kind, [subject_id], operation_id, priority=priority)


def want_in_turn(tx: Tx, kind: str, subject_id: UUID, operation_id: int) -> None:
    """Have a long job done when it is its agency's turn: behind the first of every other agency, if one of its own
    waits already, behind the second of every other, if two wait, and so on."""
    ahead = tx.session.execute(SQL["ahead"], {"kind": kind}).scalar_one()
    want(tx, kind, subject_id, operation_id, priority=PRIORITY + int(ahead))


def places_of(tx: Tx, lock: int, units: int) -> int:
    """Take places in the queue of reading for media under this lock, in units of a photo; returns the first. Where an
    agency brings many, what another brings meanwhile comes in between."""
    return int(tx.session.execute(SQL["places"], {"lock": lock, "units": units}).scalar_one())


def want_all(
    tx: Tx,
    kind: str,
    subject_ids: Collection[UUID],
    operation_id: int,
    *,
    priority: int = PRIORITY,
    place: int = 0,
    units: int = 0,
) -> None:
    """Have a job done for each subject after this write, and wake as many workers as there are jobs.

    place, units: where they begin among their agency's turns, and how many units each takes (`places_of`).

    A worker's wish for a job that was done, failed, or is being done just now makes it wait again: what is running may
    have looked before this write. A person's wish for a job that exists changes nothing, unless it is of `AGAIN_KINDS`.
    """
    if kind not in KINDS:
        raise Invalid("There is no such kind of job.", faults=[Fault("kind", "«{value}» is unknown", value=kind)])
    if not subject_ids:
        return
    facts = {"kind": kind, "operation": operation_id, "by": tx.actor.id, "priority": priority}
    facts |= {"place": place, "units": units, "turn": TURN}
    # In one order, so that two writes cannot wait for each other.
    tx.session.execute(
        SQL["want_again" if tx.actor.is_service else "want"], facts | {"subjects": sorted(set(subject_ids))}
    )
    if kind in AGAIN_KINDS and not tx.actor.is_service:
        tx.session.execute(SQL["wish_again"], {"kind": kind, "subjects": sorted(set(subject_ids))})
    _wake_after(tx, len(subject_ids))


def do_anew(tx: Tx, operation_id: int, *, but: str) -> None:
    """Have all that is being done for an operation begin again: what it has read does not hold any more. Nothing of it
    is written. but: a kind that goes on."""
    tx.session.execute(SQL["anew"], {"operation": operation_id, "but": but})


def take(tx: Tx, kinds: Sequence[str]) -> Taken | None:
    """Take the most urgent due job of these kinds under a lease; None if none is due. Skips rows in others' hands."""
    values = {"kinds": list(kinds), "most": MOST_ATTEMPTS, "lease": LEASE_S, "long": list(LONG_KINDS)}
    values["together"] = list(TOGETHER_KINDS)
    row = tx.session.execute(SQL["take"], values | {"most_long": max(1, worker_count() - 1)}).one_or_none()
    return Taken(**row._mapping) if row is not None else None


def take_alike(tx: Tx, job: Taken, most: int) -> list[Taken]:
    """Take jobs of the same kind and operation that wait for their first attempt, the most urgent first. One that has
    failed, or ended its worker, is done alone: it takes none with it."""
    values = {"kind": job.kind, "operation": job.operation_id, "lease": LEASE_S, "count": most}
    return [Taken(**row._mapping) for row in tx.session.execute(SQL["take_alike"], values)]


def give_back(tx: Tx, taken: Sequence[Taken]) -> None:
    """Give jobs back that were taken and not begun, as they were; those that are another's by now stay his."""
    values = {"jobs": [job.id for job in taken], "leases": [job.lease_until for job in taken]}
    tx.session.execute(SQL["give_back"], values)


def finish(tx: Tx, job: Taken) -> None:
    """Mark the job done in the write that holds its effects, which cannot have wanted the job itself.

    Raises:
        Conflict: the row no longer carries this attempt; nothing of this write may be committed.
    """
    facts = {"job": job.id, "attempt": job.attempt, "lease": job.lease_until}
    if tx.session.execute(SQL["finish"], facts).one_or_none() is None:
        raise _lost(job)


def extend(tx: Tx, job: Taken) -> Taken:
    """Renew the lease between two steps of a long job; raises like `finish`."""
    until = _carry(tx, job, lease_until=_in(LEASE_S))
    return Taken(job.id, job.kind, job.subject_id, job.operation_id, job.attempt, until or job.lease_until)


def put_back(tx: Tx, job: Taken, *, failure: str, counts: bool = True, wait_s: float | None = None) -> bool:
    """Give the job back after an attempt that failed, to be tried again in a while; raises like `finish`.

    Where the attempt counts and was the last, the job has failed for good: returns True, and others go on. wait_s: if
    given, the while; otherwise RETRY_S an attempt.
    """
    if counts and job.attempt >= MOST_ATTEMPTS:
        ended = {"done_at": func.clock_timestamp(), "failed_in": code_version()}
        _carry(tx, job, state="failed", lease_until=None, failure=failure[:2000], **ended)
        return True
    attempt = job.attempt if counts else job.attempt - 1
    _carry(
        tx,
        job,
        state="waiting",
        attempt=attempt,
        lease_until=_in(wait_s or RETRY_S * job.attempt),
        failure=failure[:2000],
    )
    return False


def abandoned(session: Session) -> list[Taken]:
    """Jobs whose every attempt ended with its worker (killed, out of memory): nobody takes them any more."""
    rows = session.execute(
        select(Job.id, Job.kind, Job.subject_id, Job.operation_id, Job.attempt, Job.lease_until)
        .where(Job.kind.in_(KINDS), Job.state.in_(("waiting", "running")), Job.attempt >= MOST_ATTEMPTS)
        .where(Job.lease_until <= func.clock_timestamp())
        .limit(100)
    ).all()
    return [
        Taken(row.id, row.kind, row.subject_id, row.operation_id, row.attempt, row.lease_until)
        for row in rows
        if row.lease_until is not None
    ]


def asked_anew(tx: Tx) -> dict[str, object]:
    """What a row says whose making was refused, when somebody asks again: as if it had not been asked for before."""
    return {"state": "asked", "refusal": None, "asked_by": tx.actor.id, "asked_at": func.now()}


def due(session: Session) -> int:
    """How many jobs could be taken now, counted up to MOST_WAKE_UPS."""
    some = (
        select(Job.id)
        .where(Job.kind.in_(KINDS), Job.state.in_(("waiting", "running")), Job.attempt < MOST_ATTEMPTS)
        .where((Job.lease_until.is_(None)) | (Job.lease_until <= func.clock_timestamp()))
        .limit(MOST_WAKE_UPS)
        .subquery()
    )
    return session.execute(select(func.count()).select_from(some)).scalar_one()


def nothing_else_waits(session: Session) -> bool:
    """Whether no job waits or is done but those of `IDLE_KINDS`: what may be done when there is time may be wanted."""
    return bool(session.execute(SQL["idle"], {"idle": list(IDLE_KINDS)}).scalar_one())


def outstanding(session: Session, operation_id: int) -> dict[str, int]:
    """How many jobs of an operation are not finished, by kind, without those of `IDLE_KINDS`. Workers' role only: a
    person sees the jobs he asked for."""
    rows = session.execute(
        select(Job.kind, func.count())
        .where(Job.operation_id == operation_id, Job.state.in_(("waiting", "running")), Job.kind.not_in(IDLE_KINDS))
        .group_by(Job.kind)
    ).all()
    return {row[0]: row[1] for row in rows}


def wake_worker(sender: str) -> None:
    """Wake one worker, if not all are awake. sender: for whoever looks into the queue; a worker takes whatever is most
    urgent."""
    _send(sender, MOST_WAKE_UPS, at_most=1)


@dataclass
class _WakeUps:
    """Wakes a worker for each job that a write has wanted, as far as there are workers that sleep."""

    jobs: int = 0

    def __call__(self) -> None:
        _send("want", MOST_WAKE_UPS, at_most=self.jobs)


def _wake_after(tx: Tx, count: int) -> None:
    """Have so many workers more woken once the write is committed, in one message to the queue."""
    wanted = next((each for each in tx.afterwards if isinstance(each, _WakeUps)), None)
    if wanted is None:
        wanted = _WakeUps()
        tx.after_commit(wanted)
    wanted.jobs += count


def sweep(session: Session) -> int:
    """Wake as many workers as are useful: min(due jobs, workers), less the wake-ups that wait already. Returns how many
    were sent."""
    waiting = due(session)
    return _send("sweep", waiting) if waiting else 0


def _send(sender: str, work: int, at_most: int = MOST_WAKE_UPS) -> int:
    """Put wake-ups on the queue, never more than there are workers; returns how many were put."""
    try:
        queue = wake_ups()
        workers = max(1, min(MOST_WAKE_UPS, worker_count()))
        wanted = min(min(work, workers) - queue.count, at_most)
        for _ in range(wanted):
            # Never a job timeout: it would interrupt a step by a signal. Leases bound a job instead.
            queue.enqueue(DRAIN, sender, job_timeout=-1, result_ttl=0, failure_ttl=0, ttl=60)
    except (RedisError, OSError, ValueError) as fault:  # ValueError: no address was set
        LOG.warning("No worker could be woken (%s); the next sweep tries again.", type(fault).__name__)
        return 0
    return max(wanted, 0)


def worker_count() -> int:
    """How many workers listen on the queue; asked at most once a second. 0 also where the queue does not answer.

    One that was killed took no leave: it is counted until its key runs out, two minutes after it reported last.
    """
    now = time.monotonic()
    if not _counted or now - _counted[0][0] > 1.0:
        try:
            clean_worker_registry(wake_ups())
            count = int(Worker.count(queue=wake_ups()))
        except (RedisError, OSError, ValueError):  # ValueError: no address was set
            count = 0
        _counted[:] = [(now, count)]
    return _counted[0][1]


def use_queue(redis_url: str) -> None:
    """Send wake-ups to this queue from now on, instead of the settings': the embedded engine's address is known only
    when it runs."""
    wake_ups.cache_clear()
    _counted.clear()
    _queue_url[:] = [redis_url]


@cache
def wake_ups() -> Queue:
    """The queue of wake-ups. Its time limits are short: a write must not hang on a queue that is away."""
    url = _queue_url[0] if _queue_url else settings().redis_url
    return Queue(
        QUEUE, connection=Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1), serializer=JSONSerializer
    )


def _in(seconds: float) -> object:
    return func.clock_timestamp() + timedelta(seconds=seconds)


def _carry(tx: Tx, job: Taken, **values: object) -> datetime | None:
    """Change the job's row if it still carries this attempt and lease."""
    return tx.change_one(
        update(Job)
        .where(Job.id == job.id, Job.attempt == job.attempt, Job.lease_until == job.lease_until)
        .values(**values)
        .returning(Job.lease_until),
        otherwise=_lost(job),
    )


def _lost(job: Taken) -> Conflict:
    return Conflict("Another worker has taken this job.", job=str(job.id))
