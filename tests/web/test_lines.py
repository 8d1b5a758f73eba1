"""A connection lasts no longer than its bounds: a server of its own process, with short ones."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress

import pytest

from tests.support.servers import ROOT
from tests.support.waiting import LIMIT_S, until

SERVER = """
from gevent import monkey
monkey.patch_all()
import engineio
import greenlet
from tests.support.watched_web import Watch
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response
from workspace.web import lines

lines.MOST_OF_AN_ADDRESS = 5
lines.HEAD_S = lines.PIECE_S = lines.REST_S = 0.8
lines.IDLE_S = 4.0  # so long this process may be kept from reading what has come, on a busy machine

LONG = bytes(64 << 20)
watch = Watch()
greenlet.settrace(watch.changed)


@Request.application
def app(request):
    if request.path == "/unread":
        return Response("unread")
    if request.path == "/long":
        return Response([LONG])
    if request.path == "/turn":
        return Response(str(watch.longest_s))
    try:
        return Response(str(len(request.get_data())))
    except HTTPException as refusal:
        return refusal

sockets = engineio.Server(async_mode="gevent", transports=["websocket"])
serving = lines.server("127.0.0.1", 0, engineio.WSGIApp(sockets, app))
serving.start()
print(serving.server_port, flush=True)
serving.serve_forever()
"""

ROUTE, PLAIN = "POST / HTTP/1.1\r\nHost: x\r\n", "Content-Length: 0\r\n"
TWO_WAYS = {
    "a length and chunks": f"{ROUTE}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunks under a name that is almost theirs": f"{ROUTE}{PLAIN}Transfer-Encoding: xchunked\r\n\r\n",
    "a blank before the colon": f"{ROUTE}Content-Length : 0\r\n\r\n",
    "two lengths": f"{ROUTE}{PLAIN}Content-Length: 4\r\n\r\n",
    "a length with a sign": f"{ROUTE}Content-Length: +0\r\n\r\n",
    "a length with digits of other letters": f"{ROUTE}Content-Length: \xb2\r\n\r\n",
    "a field on two lines": f"{ROUTE}{PLAIN}X: a\r\n Content-Length: 4\r\n\r\n",
    "a line that ends in half": f"{ROUTE}{PLAIN}X: a\rContent-Length: 4\r\n\r\n",
    "a line that ends in the other half": f"{ROUTE}{PLAIN}X: a\nContent-Length: 4\r\n\r\n",
    "a zero byte": f"{ROUTE}{PLAIN}X: a\0\r\n\r\n",
    "a line without a colon": f"{ROUTE}{PLAIN}X\r\n\r\n",
    "the oldest version": "GET /\r\n\r\n",
}
ENDLESS = {
    "requests": (b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 500),
    "a body that nobody reads": (b"POST /unread HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", bytes(1 << 20)),
    "frames of a socket": (
        b"GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        b"\x81\x82\0\0\0\x004a" * 10_000,
    ),
    "a head": (b"GET / HTTP/1.1\r\n", b"A: b\r\n" * 5000),
}
LONGEST_TURN_S = 0.1
"""Of the processor, for one connection."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


def sent(port: int, request: bytes) -> bytes:
    """All that comes back until the server ends the connection, which it must do by itself."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S)) as line:
        line.sendall(request)
        found = b""
        while piece := line.recv(65536):
            found += piece
    return found


def head(path: str, length: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


def asked(port: int, path: str = "/") -> bytes:
    """The answer to a request of its own connection; empty where it is not let in."""
    try:
        return sent(port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    except ConnectionResetError:
        return b""


def test_half_a_head_is_cut(port: int) -> None:
    assert sent(port, b"GET / HTTP/1.1\r\nHost: x\r\n").startswith(b"HTTP/1.1 400 ")


def test_a_body_that_does_not_come_is_refused_and_cut(port: int) -> None:
    assert sent(port, head("/", 1000) + b"some of it").startswith(b"HTTP/1.1 408 ")


def test_what_a_route_leaves_unread_is_not_waited_for(port: int) -> None:
    answer = sent(port, head("/unread", 1000) + b"some of it")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"unread")


def test_an_idle_connection_is_ended_after_its_answers(port: int) -> None:
    twice = sent(port, head("/", 200_000) + b"x" * 200_000 + head("/", 3) + b"abc")
    assert twice.count(b"HTTP/1.1 200 ") == 2
    assert b"200000" in twice


@pytest.mark.parametrize("two_ways", TWO_WAYS.values(), ids=TWO_WAYS)
def test_a_head_that_a_proxy_may_read_in_another_way_is_refused_and_the_connection_ended(
    port: int, two_ways: str
) -> None:
    answers = sent(port, two_ways.encode("latin-1") + b"GET /unread HTTP/1.1\r\nHost: x\r\n\r\n")

    assert answers.count(b"HTTP/1.1 ") == 1
    assert answers.startswith(b"HTTP/1.1 400 ")


def test_a_body_beside_a_wish_for_a_socket_must_come_in_time_too(port: int) -> None:
    answer = sent(port, head("/", 1000).replace(b"Host: x\r\n", b"Host: x\r\nUpgrade: websocket\r\n") + b"some of it")

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_an_answer_that_is_not_taken_is_not_sent_for_ever(port: int) -> None:
    with ExitStack() as held:
        for _ in range(5):
            line = held.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S)))
            line.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")

        until(lambda: b"200 OK" in asked(port))


@pytest.mark.parametrize("what", ENDLESS)
def test_whoever_sends_without_an_end_leaves_others_their_turns(port: int, what: str) -> None:
    begins, goes_on = ENDLESS[what]
    with (
        closing(socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S)) as line,
        ThreadPoolExecutor(2) as beside,
    ):
        line.sendall(begins)
        beside.submit(_send_for_ever, line, goes_on)
        beside.submit(_take_all, line)
        try:
            for _ in range(3):
                assert float(asked(port, "/turn").rpartition(b"\r\n\r\n")[2]) < LONGEST_TURN_S
        finally:
            with suppress(OSError):  # it may have been cut
                line.shutdown(socket.SHUT_RDWR)


def _send_for_ever(line: socket.socket, what: bytes) -> None:
    with suppress(OSError):
        while True:
            line.sendall(what)


def _take_all(line: socket.socket) -> None:
    with suppress(OSError):
        while line.recv(65536):
            pass


def test_an_address_holds_a_bounded_number_of_connections_and_gets_them_back(port: int) -> None:
    with ExitStack() as held:
        for _ in range(5):
            line = held.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S)))
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert asked(port) == b""
    until(lambda: b"200 OK" in asked(port))
