"""The partners' process: `python -m partners.run` plays the newest exercise of this installation until asked to end.

The supervisor starts it beside the web. Must not be started where no exercise is: without the links of one nobody can sign in.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from threading import Event
from types import FrameType

from partners.play import Players, by_link
from partners.roles.table import ROLES
from partners.week import newest_exercise, open_week
from workspace.commands.people import service_users
from workspace.errors import Unavailable
from workspace.model.database import Database
from workspace.settings import Settings, settings

LOG = logging.getLogger("partners")

WAIT_S = 2.0
"""Before an exercise is looked for again, or a database that is away."""


def main(arguments: list[str] | None = None) -> int:
    """Play until asked to end."""
    parser = argparse.ArgumentParser(prog="python -m partners.run", description=__doc__)
    parser.add_argument("--time-lapse", action="store_true", help="nobody rests between two leads")
    given = parser.parse_args(arguments)
    found = settings()
    logging.basicConfig(level=found.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    stop = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if not found.demo_links_allowed:
        LOG.error("Partners play in an exercise on this machine alone.")
        return 1
    workers = Database(found.database_url_worker)
    try:
        while not stop.is_set():
            try:
                _play_the_newest(workers, found, stop, in_time_lapse=given.time_lapse)
            except Unavailable as away:
                LOG.warning("%s", away.message)
            stop.wait(WAIT_S)
    finally:
        workers.dispose()
    return 0


def _play_the_newest(workers: Database, found: Settings, stop: Event, *, in_time_lapse: bool) -> None:
    """Play the newest exercise until it is over, or do nothing if there is none.

    Raises:
        Unavailable: the database does not answer.
    """
    with workers.read(None) as view:
        service = service_users(view.session)
    operation_id = newest_exercise(workers, service.worker_id) if service is not None else None
    if service is None or operation_id is None:
        return
    week = open_week(workers, service.worker_id, operation_id, in_time_lapse=in_time_lapse)
    players = Players(week, ROLES, by_link(found.public_url or f"http://localhost:{found.port}", found.home, host=found.host))
    try:
        players.play(stop)
    finally:
        players.close()


if __name__ == "__main__":
    sys.exit(main())
