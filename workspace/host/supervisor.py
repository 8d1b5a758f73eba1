"""Runs the web server and the workers of one home as children, restarts what ends, and stops everything in order.

Used by the command line alone. Must not know what a child does: a child gets its settings through its environment, and
the rows make sure that a child killed at any moment loses nothing.
"""

from __future__ import annotations

import errno
import fcntl
import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from workspace.errors import Conflict, Unavailable
from workspace.host.engines import Engines
from workspace.host.processes import Child, Program, end_leftovers, wait_until

# A child that ends so often within so many seconds will not start by another try.
MOST_RESTARTS = 5
RESTART_WINDOW_S = 60.0
PORTS_TRIED = 100
_POLL_S = 0.25


class Supervisor:
    """The services of one home; a second supervisor of the same name is refused.

    Raises:
        Conflict: another one runs; the message names its address.
    """

    def __init__(self, home: Path, name: str = "services") -> None:
        """Become the one supervisor of this name in `home` and end what a killed one left behind."""
        self._run_dir = home / "run" / name
        self._log_dir = home / "logs"
        self._run_dir.mkdir(parents=True, exist_ok=True)
        self._lock = _sole(self._run_dir / "lock")
        self.ended_leftovers = end_leftovers(self._run_dir)
        self._children: dict[str, Child] = {}
        self._restarts: dict[str, list[float]] = {}

    def __enter__(self) -> Self:
        """Use the supervisor in a `with`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop all services at its end."""
        self.stop()

    def announce(self, address: str) -> None:
        """Write down where the service is reached, for whoever starts a second one."""
        self._lock.truncate(0)
        self._lock.write(address)
        self._lock.flush()

    def start(self, program: Program) -> Child:
        """Start a service under its name."""
        child = self._children[program.name] = Child(program, self._run_dir, self._log_dir)
        return child

    def child(self, name: str) -> Child:
        """The running service of this name, which is another one after a restart."""
        return self._children[name]

    def tend(self) -> list[str]:
        """Start again what has ended; returns the names. What keeps being killed, or keeps ending and is not vital, waits
        for its next start, and the others go on.

        Raises:
            Unavailable: a vital service keeps ending by its own decision; the message holds its last words.
        """
        ended = [child for child in self._children.values() if not child.is_running and self._may_start(child)]
        for child in ended:
            self.start(child.program)
        return [child.program.name for child in ended]

    def stop(self) -> None:
        """End all services: all are asked at once, then each has its grace."""
        for child in self._children.values():
            child.ask_to_end()
        for child in self._children.values():
            child.stop()
        self._children.clear()
        self._lock.close()

    def run(self, engines: Engines | None, *, until: Callable[[], bool] = lambda: False) -> None:
        """Tend the services, and the embedded engines if there are any, until interrupted or until it is so."""
        while not until():
            if engines is not None:
                engines.tend()
            self.tend()
            time.sleep(_POLL_S)

    def wait_for_port(self, name: str, host: str, port: int, timeout_s: float = 120.0) -> None:
        """Wait until the service `name` accepts connections.

        Raises:
            Unavailable: it ended, or did not listen in time.
        """

        def is_listening() -> bool:
            child = self._children[name]
            if not child.is_running:
                raise Unavailable(f"{name} did not start: {child.last_words()} (more in {child.log})")
            return any(_accepts(family, address) for family, address in _addresses(host, port))

        wait_until(is_listening, timeout_s, f"{name} does not listen on {host}:{port} after {timeout_s:.0f} s.")

    def _may_start(self, child: Child) -> bool:
        """Whether a service that has ended may be started now, which is then counted."""
        now = time.monotonic()
        name = child.program.name
        recent = [each for each in self._restarts.get(name, []) if now - each < RESTART_WINDOW_S]
        may = len(recent) < MOST_RESTARTS
        if not may and child.program.is_vital and not child.was_killed:
            raise Unavailable(f"{name} keeps ending: {child.last_words()} (more in {child.log})")
        self._restarts[name] = [*recent, now] if may else recent
        return may


def free_port(host: str, first: int) -> int:
    """The first port from `first` on that nobody listens on at any address of `host`.

    Raises:
        Unavailable: a hundred in a row are busy.
    """
    for port in range(first, first + PORTS_TRIED):
        if all(_is_free(family, address) for family, address in _addresses(host, port)):
            return port
    raise Unavailable(f"No port from {first} to {first + PORTS_TRIED - 1} is free on {host}.")


def _sole(path: Path) -> IO[str]:
    handle = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        address = handle.read().strip() or "and is still starting"
        handle.close()
        raise Conflict(f"It runs already: {address}. End that one first (Ctrl-C where it was started).") from None
    handle.truncate(0)
    return handle


_Address = tuple[socket.AddressFamily, tuple[str | int, ...] | tuple[int, bytes]]


def _addresses(host: str, port: int) -> list[_Address]:
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in addresses]


def _accepts(family: socket.AddressFamily, address: tuple[object, ...]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(address) == 0


def _is_free(family: socket.AddressFamily, address: tuple[object, ...]) -> bool:
    """Whether a server could listen there; an address that this machine lacks (no IPv6) is nobody's."""
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as refusal:
            return refusal.errno == errno.EADDRNOTAVAIL
        return True
