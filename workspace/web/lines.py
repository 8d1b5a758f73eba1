"""How long a connection may take: for the head of a request, for its body, between two requests, and for a sign of life
of a socket.

Without these a few hundred clients that send half a head, or a byte a minute, hold as many connections for ever. Behind
a proxy, the proxy bounds its own clients; these bound the proxy and whoever comes directly.
"""

from __future__ import annotations

import errno
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import gevent
from gevent import Timeout
from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.socket import socket as cooperative_socket
from werkzeug.exceptions import RequestTimeout

HEAD_S = 15.0
"""For the head of a request, from its first line on."""
IDLE_S = 75.0
"""Between two requests of one connection; browsers give an idle one up after a minute or two themselves."""
PIECE_BYTES = 64 * 1024
PIECE_S = 60.0
"""For each piece of a body, and of an answer: 1 KiB per second, less than any line on which a file could be brought in
at all."""
REST_S = 5.0
"""For the rest of a body that the route did not read."""
SILENT_S = 6.0
"""For a socket without a word. A living one answers a ping within three seconds (live.py)."""
VERSIONS = ("HTTP/1.0", "HTTP/1.1")
MOST_LINE_BYTES = 16 * 1024
"""Of a line of the head."""
MOST_HEAD_BYTES = 64 * 1024
_FIELD = re.compile(rb"(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(?P<value>[\t\x20-\x7e\x80-\xff]*?)[ \t]*\r\n")
_LENGTH = re.compile(rb"[0-9]{1,18}")
TURN_S = 0.005
"""So long a connection is read from before others go on."""
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
            super().handle(_Line.of(client_socket), address)
        finally:
            self._lines[address[0]] -= 1
            if not self._lines[address[0]]:
                del self._lines[address[0]]


class _Line(cooperative_socket):  # type: ignore[misc]  # gevent has no types
    """A connection whose other end leaves others their turns, however fast it sends.

    gevent goes to the others only where a socket has nothing to read. One that always has something (requests without a
    pause, a body or frames without an end) would be served alone for ever, and no Timeout would be noticed.
    """

    _rested = float("-inf")

    @classmethod
    def of(cls, taken: socket.socket) -> _Line:
        """The same connection; the socket that was accepted lets go of it."""
        line: _Line = cls(taken.family, taken.type, taken.proto, fileno=taken.detach())
        return line

    def recv(self, *asked: Any) -> bytes:
        """As any socket's."""
        self._let_others_go_on()
        came: bytes = super().recv(*asked)
        return came

    def recv_into(self, *asked: Any) -> int:
        """As any socket's."""
        self._let_others_go_on()
        length: int = super().recv_into(*asked)
        return length

    def _let_others_go_on(self) -> None:
        if time.perf_counter() - self._rested > TURN_S:
            gevent.sleep(0)
            self._rested = time.perf_counter()


def _listener(host: str, port: int) -> socket.socket:
    """An answer leaves in two pieces, its head and its body. Without TCP_NODELAY the second waits until the browser has
    acknowledged the first, which it delays by 40 ms on a connection that is kept alive. Linux gives an accepted socket
    the options of the one that listens (tcp(7)); gunicorn sets the same one.
    """
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    taken = socket.create_server((host, port), family=family, backlog=WAITING_CONNECTIONS)
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return taken


def _plain_head(lines: BinaryIO) -> bytes:
    """The fields of a head, as no proxy can have read them in another way.

    Where two readers disagree about where a request ends, the rest of one person's is taken for the beginning of
    another's (RFC 9112, section 11.2). So a field is a name, a colon and a value on one line, and a body has one length
    that is said before it; browsers and proxies send no other.

    Raises:
        ValueError: it is not so.
    """
    head = b""
    lengths = 0
    while (line := lines.readline(MOST_LINE_BYTES)) != b"\r\n":
        found = _FIELD.fullmatch(line)
        if found is None or found["name"].lower() == b"transfer-encoding":
            raise ValueError("a line of the head can be read in two ways")
        if found["name"].lower() == b"content-length":
            lengths += 1
            if lengths > 1 or not _LENGTH.fullmatch(found["value"]):
                raise ValueError("the length of the body can be read in two ways")
        head += line
        if len(head) > MOST_HEAD_BYTES:
            raise ValueError("the head is too long")
    return head + b"\r\n"


class BoundedHandler(WSGIHandler):  # type: ignore[misc]  # gevent has no types
    """One connection, whose other end does not decide how long it lasts."""

    def MessageClass(self, lines: BinaryIO, *further: object) -> Any:
        """The fields of the head. Raises: ValueError."""
        return super().MessageClass(BytesIO(_plain_head(lines)), *further)

    def read_requestline(self) -> str:
        """The first line of the next request; empty if none comes in time, which ends the connection. It may have come
        with the one before it, and others wait."""
        gevent.sleep(0)
        with Timeout(IDLE_S, False):
            line: str = super().read_requestline()
            return line
        return ""

    def read_request(self, raw_requestline: str) -> bool:
        """Read the head. Raises: ValueError, which gevent answers with 400 and the end of the connection."""
        with Timeout(HEAD_S, ValueError("the head of the request took too long")):
            is_read = bool(super().read_request(raw_requestline))
        if self.request_version not in VERSIONS:
            raise ValueError("this version is not spoken here")
        return is_read

    def _connection_upgrade_requested(self) -> bool:
        """Whether this request becomes a socket; a body that is said to belong to one is bounded as every body."""
        return self.command == "GET" and not self.content_length and bool(super()._connection_upgrade_requested())

    def _sendall(self, data: bytes) -> None:
        """Send piece by piece. Raises: ConnectionResetError: the other end does not take one in time."""
        pieces = memoryview(data)
        for start in range(0, len(pieces), PIECE_BYTES):
            with Timeout(PIECE_S, ConnectionResetError(errno.ECONNRESET, "the answer is not taken")):
                super()._sendall(pieces[start : start + PIECE_BYTES])

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
