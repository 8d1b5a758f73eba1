"""How long a connection may take: for the head of a request, for its body, between two requests, and for a sign of life
of a socket.

Without these a few hundred clients that send half a head, or a byte a minute, hold as many connections for ever. Behind
a proxy, the proxy bounds its own clients; these bound the proxy and whoever comes directly.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from typing import Any

from gevent import Timeout
from gevent.pywsgi import WSGIHandler, WSGIServer
from werkzeug.exceptions import RequestTimeout

HEAD_S = 15.0
"""For the head of a request, from its first line on."""
IDLE_S = 75.0
"""Between two requests of one connection; browsers give an idle one up after a minute or two themselves."""
PIECE_BYTES = 64 * 1024
PIECE_S = 60.0
"""For each piece of a body: 1 KiB per second, less than any line on which a file could be brought in at all."""
REST_S = 5.0
"""For the rest of a body that the route did not read."""
SILENT_S = 6.0
"""For a socket without a word. A living one answers a ping within three seconds (live.py)."""
WAITING_CONNECTIONS = 512
"""How many connections may wait to be accepted."""


MOST_OF_AN_ADDRESS = 1024
"""Connections of one address at a time: a venue of some hundred people behind one, with six each. Not counted behind a
proxy, whose address is everybody's."""


def server(host: str, port: int, app: object, *, is_behind_proxy: bool = False) -> WSGIServer:
    """The web server of one process, with these bounds, on a socket that sends every answer at once."""
    most = None if is_behind_proxy else MOST_OF_AN_ADDRESS
    return _BoundedServer(_listener(host, port), app, most)


class _BoundedServer(WSGIServer):  # type: ignore[misc]  # gevent has no types
    def __init__(self, listener: socket.socket, app: object, most_of_an_address: int | None) -> None:
        super().__init__(listener, app, log=None, handler_class=BoundedHandler)
        self._most = most_of_an_address
        self._lines: Counter[str] = Counter()

    def handle(self, client_socket: socket.socket, address: tuple[str, int]) -> None:
        """Serve a connection to its end, or end it at once where its address holds too many."""
        if self._most is not None and self._lines[address[0]] >= self._most:
            client_socket.close()
            return
        self._lines[address[0]] += 1
        try:
            super().handle(client_socket, address)
        finally:
            self._lines[address[0]] -= 1
            if not self._lines[address[0]]:
                del self._lines[address[0]]


def _listener(host: str, port: int) -> socket.socket:
    """An answer leaves in two pieces, its head and its body. Without TCP_NODELAY the second waits until the browser has
    acknowledged the first, which it delays by 40 ms on a connection that is kept alive. Linux gives an accepted socket
    the options of the one that listens (tcp(7)); gunicorn sets the same one.
    """
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    taken = socket.create_server((host, port), family=family, backlog=WAITING_CONNECTIONS)
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return taken


class BoundedHandler(WSGIHandler):  # type: ignore[misc]  # gevent has no types
    """One connection, whose other end does not decide how long it lasts."""

    def read_requestline(self) -> str:
        """The first line of the next request; empty if none comes in time, which ends the connection."""
        with Timeout(IDLE_S, False):
            line: str = super().read_requestline()
            return line
        return ""

    def read_request(self, raw_requestline: str) -> bool:
        """Read the head. Raises: ValueError, which gevent answers with 400 and the end of the connection."""
        with Timeout(HEAD_S, ValueError("the head of the request took too long")):
            return bool(super().read_request(raw_requestline))

    def get_environ(self) -> dict[str, Any]:
        """The environment of the request, whose body is read piece by piece."""
        environ: dict[str, Any] = super().get_environ()
        if self._connection_upgrade_requested():
            self.socket.settimeout(SILENT_S)
            self.close_connection = True  # what follows a socket's end is its closing frame, and no request
        else:
            self.wsgi_input: Any = PacedBody(environ["wsgi.input"], self)
            environ["wsgi.input"] = self.wsgi_input
        return environ


class PacedBody:
    """A body of which each piece must come in time."""

    def __init__(self, body: Any, handler: BoundedHandler) -> None:
        """body: gevent's own reader."""
        self._body, self._handler = body, handler

    def read(self, size: int | None = None) -> bytes:
        """As a file reads. Raises: RequestTimeout, which ends the connection too."""
        pieces: list[bytes] = []
        left = size if size is not None and size >= 0 else None
        while left is None or left > 0:
            piece = self._timely(self._body.read, PIECE_BYTES if left is None else min(left, PIECE_BYTES))
            if not piece:
                break
            pieces.append(piece)
            left = None if left is None else left - len(piece)
        return b"".join(pieces)

    def readline(self, size: int | None = None) -> bytes:
        """As a file reads a line."""
        return self._timely(self._body.readline, size)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def _timely(self, read: Any, size: int | None) -> bytes:
        try:
            with Timeout(PIECE_S):
                piece: bytes = read(size)
        except Timeout:
            self._handler.close_connection = True
            self._body = _Nothing()
            raise RequestTimeout("The rest of the request did not come in time.") from None
        return piece

    def _discard(self) -> None:
        """Read what the route left, so that the next request can be told apart; not for ever."""
        with Timeout(REST_S, False):
            self._body._discard()
            return
        self._handler.close_connection = True


class _Nothing:
    """What is left of a body that did not come."""

    def read(self, _size: int | None = None) -> bytes:
        return b""

    readline = read

    def _discard(self) -> None:
        """There is nothing to read."""
