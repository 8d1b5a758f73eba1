"""The partners' process: `python -m partners.run` plays the newest exercise of this installation until asked to end.

The supervisor starts it beside the web. Must not be started where no exercise is: without the links of one nobody can
sign in.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from dataclasses import dataclass, field
from threading import Event
from types import FrameType

from partners.line import Line
from partners.play import Players, by_link
from partners.roles.table import ROLES
from partners.week import Week, newest_exercise, open_week
from workspace.commands.people import service_users
from workspace.model.database import Database
from workspace.model.setbacks import Setbacks
from workspace.settings import Settings, settings

LOG = logging.getLogger("partners")

PLAYED = "The week"
WAIT_S = 1.0
"""Before an exercise is looked for again, or a database that is away."""


def main(arguments: list[str] | None = None) -> int:
    """Play until asked to end."""
    parser = argparse.ArgumentParser(prog="python -m partners.run", description=__doc__)
    parser.add_argument(
        "--time-lapse", action="store_true", help="at the fastest pace, and nobody rests between two leads"
    )
    parser.add_argument(
        "--keep-open", type=float, default=0.0, metavar="SHARE", help="leave this share of the leads open"
    )
    parser.add_argument(
        "--leave", type=int, default=0, metavar="N", help="leave N things of each kind to those who come"
    )
    given = parser.parse_args(arguments)
    configured = settings()
    logging.basicConfig(
        level=configured.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    if not configured.demo_links_allowed:
        LOG.error("Partners play in an exercise on this machine alone.")
        return 1
    workers = Database(configured.database_url_worker)
    process = _Process(workers, configured, given.time_lapse, given.keep_open, given.leave)
    signal.signal(signal.SIGTERM, process.end)
    signal.signal(signal.SIGINT, process.end)
    signal.signal(signal.SIGUSR1, process.let_close)
    try:
        process.run()
    finally:
        process.workers.dispose()
    return 0


@dataclass
class _Process:
    """The process, as its signals reach it: SIGTERM ends it, SIGUSR1 has the operation lead close the operation."""

    workers: Database
    found: Settings
    in_time_lapse: bool
    keep_open: float
    leaves: int
    stop: Event = field(default_factory=Event)
    week: Week | None = None
    setbacks: Setbacks = field(default_factory=lambda: Setbacks(LOG, most_s=30.0))

    def end(self, _number: int, _frame: FrameType | None) -> None:
        self.stop.set()

    def let_close(self, _number: int, _frame: FrameType | None) -> None:
        if self.week is not None:
            self.week.is_ending = True

    def run(self) -> None:
        while not self.stop.is_set():
            with self.setbacks.trying(PLAYED):
                self._play_the_newest()
            self.stop.wait(max(WAIT_S, self.setbacks.wait_s(PLAYED)))

    def _play_the_newest(self) -> None:
        """Play the newest exercise until it is over, or do nothing if there is none.

        Raises:
            Unavailable: the database does not answer.
        """
        with self.workers.read(None) as view:
            service = service_users(view.session)
        operation_id = newest_exercise(self.workers, service.worker_id) if service is not None else None
        if service is None or operation_id is None:
            return
        self.week = open_week(
            self.workers,
            service.worker_id,
            operation_id,
            in_time_lapse=self.in_time_lapse,
            keep_open=self.keep_open,
            leaves=self.leaves,
        )
        origin = self.found.public_url or f"http://localhost:{self.found.port}"
        line = Line(origin, operation_id, host=self.found.host)
        connect = by_link(origin, self.found.home, host=self.found.host)
        players = Players(self.week, ROLES, connect, line, setbacks=self.setbacks)
        try:
            players.play(self.stop)
        finally:
            players.close()


if __name__ == "__main__":
    sys.exit(main())
