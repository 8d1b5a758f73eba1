"""Screens for the benchmark `room`: so many websocket clients in one process, each doing what the real client does.

Reads its orders as one JSON object from standard input; writes what it saw as one JSON object when a line «end» comes.
Speaks just enough of Engine.IO 4 and Socket.IO 5 for that. A process of its own, so that the load does not starve the
servers.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - after the patch
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import urllib.error  # noqa: E402
import urllib.request  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import websocket  # noqa: E402

AWAY_S = (0.3, 1.5)
START_S = 60.0


class Screen:
    """One client: holds cards by the record's number, refuses gaps, asks for what it missed."""

    def __init__(self, base: str, operation: int, cookie: str, drops_at: list[float]) -> None:
        """drops_at: seconds after the start at which the line is cut."""
        self.base, self.operation, self.cookie, self.drops_at = base, operation, cookie, drops_at
        self.seq, self.keys = 0, ""
        self.cards: dict[str, int] = {}
        self.seen: list[tuple[str, int, float]] = []
        self.away: list[tuple[float, float]] = []
        self.doubled = self.reconnects = self.given_up = self.gaps = self.busy = 0
        self.line: Any = None

    def run(self, start: float) -> None:
        """Be a screen until killed."""
        self._arrive()
        drops = iter(sorted(self.drops_at))
        next_drop = next(drops, None)
        while True:
            if next_drop is not None and time.monotonic() - start >= next_drop:
                self._drop(AWAY_S)
                next_drop = next(drops, None)
            try:
                self._hear(self.line.recv(), self._take)
            except websocket.WebSocketTimeoutException:
                continue
            except (websocket.WebSocketException, OSError):
                self.given_up += 1
                self._come_back()

    def _open(self) -> None:
        """Connect, again and again until it succeeds, as the real client does."""
        while True:
            try:
                return self._connect()
            except (websocket.WebSocketException, OSError):
                gevent.sleep(0.3)

    def _connect(self) -> None:
        url = f"{self.base.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&operation={self.operation}"
        self.line = websocket.create_connection(url, cookie=self.cookie, origin=self.base, timeout=10)
        while not (heard := self.line.recv()).startswith("40"):
            if heard.startswith("0"):
                self.line.send("40")
        self.line.settimeout(0.25)

    def _drop(self, away_s: tuple[float, float]) -> None:
        """Cut the line ourselves: what is missed meanwhile counts as lost if it stays missing, but not as late."""
        gone = time.monotonic()
        self.reconnects += 1
        self._come_back(random.uniform(*away_s))
        self.away.append((gone, time.monotonic()))

    def _come_back(self, after_s: float = 0.0) -> None:
        """Also after the server gave the line up: what that costs is late."""
        self.line.close()
        gevent.sleep(after_s)
        self._arrive()

    def _arrive(self) -> None:
        while True:
            self._open()
            try:
                return self._catch_up()
            except (websocket.WebSocketException, OSError):
                self.given_up += 1

    def _hear(self, heard: str, take: Callable[[dict[str, Any]], None]) -> None:
        if not heard:
            # A close frame: the server gave this line up, because its ping was not answered in time.
            raise websocket.WebSocketConnectionClosedException("closed by the server")
        if heard == "2":
            self.line.send("3")
        elif heard.startswith("42"):
            name, message = json.loads(heard[2:])
            if name == "changes":
                take(message)

    def _take(self, message: dict[str, Any]) -> None:
        if message["seq"] <= self.seq:
            return
        if message["after"] > self.seq or message["keys"] != self.keys:
            self.gaps += 1
            self._catch_up()
            return
        self._apply(message)

    def _catch_up(self) -> None:
        """Ask for what is missing, and go on answering pings meanwhile, as a browser does; what comes then is kept."""
        asking = gevent.spawn(self._ask)
        kept: list[dict[str, Any]] = []
        while not asking.ready():
            try:
                self._hear(self.line.recv(), kept.append)
            except websocket.WebSocketTimeoutException:
                continue
            except (websocket.WebSocketException, OSError):
                self._apply(asking.get())
                raise
        self._apply(asking.get())
        for message in kept:
            self._take(message)

    def _ask(self) -> dict[str, Any]:
        address = f"{self.base}/api/v1/operations/{self.operation}/board/changes?after={self.seq}&keys={self.keys}"
        request = urllib.request.Request(address, headers={"Cookie": self.cookie})
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    found: dict[str, Any] = json.load(answer)
                    return found
            except urllib.error.HTTPError as refusal:
                if refusal.code != 503:
                    raise
                self.busy += 1  # «try again in a moment», as the real client does
                gevent.sleep(0.5)

    def _apply(self, message: dict[str, Any]) -> None:
        now = time.monotonic()
        for card in message["cards"]:
            # A lead that never changed carries 0 and stands in every snapshot.
            if 0 < card["changed_seq"] <= message["after"]:
                self.doubled += 1
            self.cards[card["id"]] = card["changed_seq"]
            self.seen.append((card["id"], card["changed_seq"], now))
        self.seq, self.keys = message["seq"], message["keys"]


def main() -> None:
    """Start the screens, say «ready», and report at the end."""
    orders = json.loads(sys.stdin.readline())
    screens = [
        Screen(each["base"], orders["operation"], each["cookie"], each["drops_at"]) for each in orders["clients"]
    ]
    start = time.monotonic()
    tasks = [
        gevent.spawn_later(place / 40, screen.run, start + orders["settle_s"]) for place, screen in enumerate(screens)
    ]
    with gevent.Timeout(START_S):
        while any(screen.seq == 0 for screen in screens):
            gevent.sleep(0.1)
    print("ready", flush=True)
    gevent.get_hub().threadpool.apply(sys.stdin.readline)
    report = [
        {
            "cards": screen.cards,
            "seen": screen.seen,
            "away": screen.away,
            "doubled": screen.doubled,
            "reconnects": screen.reconnects,
            "given_up": screen.given_up,
            "gaps": screen.gaps,
            "busy": screen.busy,
        }
        for screen in screens
    ]
    gevent.killall(tasks, block=False)
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
