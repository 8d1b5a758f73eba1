"""The partners' line: one socket, held by the session of one of them, that tells when something has happened.

The server answers each open socket with what changed for whoever holds it, and that is work. So the partners of one
process hear over one line, as colleagues before one screen: what it brings is the board of the holder's agency, whose
members hold the same keys, and to all others it says that there is something to ask. Without the line everything is
asked over HTTP. Must not decide anything: what a partner does comes out of what its own session answers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import socketio
from socketio.exceptions import SocketIOError
from websocket import WebSocket

from partners.client import Json

LOG = logging.getLogger("partners")

ANSWER_S = 5.0
"""How long a handshake may stay without an answer."""
AGAIN_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""How long after each failure the line is tried again, the last for ever: the director may have cut it for a minute."""


class Sockets:
    """The sockets under a client of Socket.IO, which forgets one without closing it where the server ends before it has
    said anything. Given to it as `class_`, the kind of socket that it makes."""

    def __init__(self) -> None:
        """No socket yet."""
        self.made: list[WebSocket] = []

    def __call__(self, **options: Any) -> WebSocket:
        """Make one."""
        self.made.append(WebSocket(**options))
        return self.made[-1]

    def shut(self) -> None:
        """Close those that are open."""
        while self.made:
            self.made.pop().shutdown()  # type: ignore[no-untyped-call]


class Line:
    """The socket, or none for now."""

    def __init__(self, origin: str, operation_id: int, *, host: str = "") -> None:
        """origin: where browsers reach the server. host: where it listens, if elsewhere."""
        parts = urlsplit(origin)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._address = f"{parts.scheme}://{host or parts.hostname}:{parts.port or 80}?operation={operation_id}"
        self._heard: Callable[[Json], None] = lambda _message: None
        self._socket: socketio.Client | None = None
        self._sockets = Sockets()
        self._failures, self._due = 0, 0.0
        self.seq = 0
        """The operation's last event of which the line has told since it stands; 0 before."""
        self.opened = 0
        """How often the line was opened: what happened before the last time, it does not tell."""

    @property
    def is_open(self) -> bool:
        """Whether the line stands now; a line that broke is noticed within three seconds."""
        return self._socket is not None and bool(self._socket.connected)

    @property
    def is_due(self) -> bool:
        """Whether the line is down and may be tried now."""
        return not self.is_open and time.monotonic() >= self._due

    def open(self, cookie: str, heard: Callable[[Json], None]) -> bool:
        """Try to open the line with this session; answers whether it stands.

        heard: is given each message about the board, by a thread of the socket's own.
        """
        self.close()
        self._heard = heard
        netloc = urlsplit(self._origin).netloc
        client = socketio.Client(
            handle_sigint=False,
            reconnection=False,
            websocket_extra_options={
                "suppress_origin": True,
                "host": netloc,
                "timeout": ANSWER_S,
                "class_": self._sockets,
            },
        )
        client.on("changes", self._take)
        self.opened += 1
        try:
            client.connect(
                self._address,
                headers={"Cookie": cookie, "Origin": self._origin},
                transports=["websocket"],
                wait_timeout=ANSWER_S,
            )
        except (SocketIOError, OSError, ValueError) as refusal:  # a packet that says nothing is a wrong value
            client.shutdown()
            self._sockets.shut()
            self._due = time.monotonic() + AGAIN_S[min(self._failures, len(AGAIN_S) - 1)]
            self._failures += 1
            LOG.info("There is no line: %s", refusal)
            return False
        self._socket, self._failures = client, 0
        return True

    def close(self) -> None:
        """End the line, if it stands."""
        socket, self._socket, self.seq = self._socket, None, 0
        if socket is not None:
            socket.shutdown()
        self._sockets.shut()

    def _take(self, message: Json) -> None:
        self.seq = max(self.seq, message["seq"])
        self._heard(message)
