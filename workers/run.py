"""One worker process: takes wake-ups from the queue and drains rows; one of all such processes does the housekeeping
too.

`main` is one worker process (`python -m workers.run`); a supervisor keeps one per core. SIGTERM lets it finish its
current step. Must not know what a job does.
"""

from __future__ import annotations

import gc
import logging
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import InvalidJobOperation, StopRequested
from rq.serializers import JSONSerializer

from workers import drain
from workers.housekeeping import Housekeeper
from workers.tools import HOST_FAULTS, WorkerTools, open_tools, require_ready
from workspace.errors import Unavailable
from workspace.model.jobs import QUEUE
from workspace.settings import Settings, settings

if TYPE_CHECKING:
    Handler = FrameType | None

LOG = logging.getLogger("workers")

WAIT_S = 1.0
"""Pause before something that does not answer is asked again."""
WORKER_TTL_S = 60
"""A worker that has not reported for so long, and a minute more, is no longer counted (`jobs.worker_count`)."""


class WakeUpWorker(SimpleWorker):
    """Answers wake-ups in this process, without forking: an orphaned fork would go on draining."""

    max_connection_wait_time = 2.0

    def request_stop(self, signum: int, frame: Handler) -> None:
        """Finish the current step, then end."""
        drain.stopping.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # rq leaves it without types


def main() -> int:
    """Be one worker process until asked to end."""
    configured = settings()
    logging.basicConfig(
        level=configured.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("rq").setLevel(logging.ERROR)
    _end_on_signals()
    try:
        tools = _opened(configured)
    except Unavailable as unfit:
        LOG.error("%s", unfit.message)
        return 1
    if tools is None:
        return 0
    drain.equip(tools)
    gc.freeze()  # what is loaded stays: to look through it again, and at the end, takes a third of a second each time
    Housekeeper(tools.db, tools.housekeeping_id, drain.stopping).start()
    try:
        answer_wake_ups(configured.redis_url)
    finally:
        tools.close()
    return 0


def answer_wake_ups(redis_url: str) -> None:
    """Answer wake-ups until the process is to end; a queue that is away or was emptied is waited for."""
    while not drain.stopping.is_set():
        try:
            connection = Redis.from_url(redis_url)
            worker = WakeUpWorker([QUEUE], connection=connection, serializer=JSONSerializer, worker_ttl=WORKER_TTL_S)
            worker.log_job_description = False
            worker.work(logging_level="ERROR")
        except StopRequested:
            LOG.info("Asked to end while the queue was away.")
        except (RedisError, OSError, InvalidJobOperation) as away:
            LOG.warning("The queue does not answer (%s); work waits.", type(away).__name__)
        finally:
            _end_on_signals()  # rq has put its own handlers in place, which raise
        drain.stopping.wait(WAIT_S)


def _opened(configured: Settings) -> WorkerTools | None:
    """The tools, as soon as the database answers; None if asked to end before.

    Raises:
        Unavailable: this host lacks what it takes to read the media that wait: see `require_ready`.
    """
    while not drain.stopping.is_set():
        try:
            return _ready(open_tools(configured))
        except Unavailable as wait:
            if wait.facts.get("reason") in HOST_FAULTS:
                raise
            LOG.warning("%s", wait.message)
            drain.stopping.wait(WAIT_S)
    return None


def _ready(tools: WorkerTools) -> WorkerTools:
    try:
        require_ready(tools)
    except Unavailable:
        tools.close()
        raise
    return tools


def _end_on_signals() -> None:
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)


def _stop(_number: int, _frame: Handler) -> None:
    drain.stopping.set()


if __name__ == "__main__":
    from workers import run  # the same module that `workers.drain` and tests see, not a second copy called __main__

    sys.exit(run.main())
