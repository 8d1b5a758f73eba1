"""A connection lasts no longer than its bounds: a server of its own process, with short ones."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from tests.support.servers import ROOT
from tests.support.waiting import until

SERVER = """
from gevent import monkey
monkey.patch_all()
import sys
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response
from workspace.web import lines

lines.MOST_OF_AN_ADDRESS = 5
lines.HEAD_S = lines.PIECE_S = lines.IDLE_S = lines.REST_S = 0.3

@Request.application
def app(request):
    if request.path == "/unread":
        return Response("unread")
    try:
        return Response(str(len(request.get_data())))
    except HTTPException as refusal:
        return refusal

serving = lines.server("127.0.0.1", 0, app)
serving.start()
print(serving.server_port, flush=True)
serving.serve_forever()
"""


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
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
        line.sendall(request)
        found = b""
        while piece := line.recv(65536):
            found += piece
    return found


def head(path: str, length: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


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


def test_an_address_holds_a_bounded_number_of_connections_and_gets_them_back(port: int) -> None:
    def asked() -> bytes:
        try:
            return sent(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        except ConnectionResetError:
            return b""

    with ExitStack() as held:
        for _ in range(5):
            line = held.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=30)))
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert asked() == b""
    until(lambda: b"200 OK" in asked())
