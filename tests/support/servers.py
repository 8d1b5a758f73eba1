"""Starts real web processes for tests and benchmarks, on loopback, and ends them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.forked_web import Forked, fork_web
from workspace.model.database import Database

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 110.0


@dataclass(frozen=True)
class Servers:
    """Where the engines of this test process are."""

    admin_url: str
    urls: dict[str, str]
    redis_url: str
    media_url: str
    home: Path


@dataclass(frozen=True)
class Web:
    """One web process."""

    url: str
    process: subprocess.Popen[bytes] | Forked


@dataclass(frozen=True)
class Room:
    """One web process over the database of the other tests."""

    app: Database
    workers: Database
    url: str


def environment(urls: dict[str, str], redis_url: str, media_url: str, home: Path, **more: str) -> dict[str, str]:
    """The environment of a process of ours against these engines."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    return mine | {
        "CONCORD_PROFILE": "test",
        "CONCORD_HOME": str(home),
        "CONCORD_DATABASE_URL_OWNER": urls["concord_owner"],
        "CONCORD_DATABASE_URL_APP": urls["concord_app"],
        "CONCORD_DATABASE_URL_WORKER": urls["concord_worker"],
        "CONCORD_REDIS_URL": redis_url,
        "CONCORD_MEDIA_URL": media_url,
        **more,
    }


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start_web(port: int, base: dict[str, str], *, module: str = "workspace.web.serve", is_forked: bool = False) -> Web:
    """A web process at this port, which does not answer yet."""
    mine = base | {"CONCORD_PORT": str(port), "CONCORD_HOST": "localhost"}
    if is_forked:
        return Web(f"http://localhost:{port}", fork_web(mine))
    return Web(f"http://localhost:{port}", subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=mine))


@contextmanager
def web_processes(
    count: int, base: dict[str, str], *, module: str = "workspace.web.serve", is_forked: bool = False
) -> Iterator[list[Web]]:
    """`count` web processes over one set of engines, answering. is_forked: from one that was loaded for all tests."""
    webs: list[Web] = []

    def start() -> Web:
        webs.append(start_web(free_port(), base, module=module, is_forked=is_forked))
        return webs[-1]

    try:
        for web in [start() for _ in range(count)]:
            try:
                wait_for(web)
            except RuntimeError:
                if web.process.poll() is None:
                    raise
                webs.remove(web)  # another process took its port before it did; once, since nothing else ends it there
                wait_for(start())
        yield webs
    finally:
        for web in webs:
            web.process.terminate()
        for web in webs:
            try:
                web.process.wait(10)
            except subprocess.TimeoutExpired:
                web.process.kill()
                web.process.wait()


def wait_for(web: Web) -> None:
    """Wait until it answers."""
    until = time.monotonic() + START_LIMIT_S
    while time.monotonic() < until:
        if web.process.poll() is not None:
            raise RuntimeError(f"The web process ended with status {web.process.returncode}.")
        try:
            with urllib.request.urlopen(f"{web.url}/health", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("The web process did not answer in time.")
