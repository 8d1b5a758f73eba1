"""What benchmarks ask of the machine: CPU time by program, where clocks on a busy machine say little, and a settled
database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import psutil
import psycopg

TOOK_HEADER = "X-Took"
"""In which `_timed_web` says what an answer took."""


def own_s(pids: Iterable[int]) -> float:
    """CPU seconds of these processes, without their children."""
    return sum(_spent_s(pid, with_ended=False) for pid in pids)


def tree_s(pids: Iterable[int]) -> float:
    """CPU seconds of these processes, of their living children, and of those that have ended and been waited for."""
    everybody = [one.pid for root in map(psutil.Process, pids) for one in (root, *root.children(recursive=True))]
    return sum(_spent_s(pid, with_ended=True) for pid in everybody)


def database_ms(server: int) -> float:
    """CPU milliseconds of a PostgreSQL server's processes, finely enough for one statement. server: its process id."""
    process = psutil.Process(server)
    times = process.cpu_times()
    ended = float(times.children_user + times.children_system)
    return ended * 1000 + sum(_ran_ms(child.pid) for child in process.children())


def _ran_ms(pid: int) -> float:
    """What the scheduler says that it ran; the clock of /proc/PID/stat ticks each 10 ms."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e6
    except FileNotFoundError:
        return 0.0  # it ended in this moment


def server_pid(url: str) -> int:
    """The process id of the PostgreSQL server on this machine: the parent of the process that answers us."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return int(psutil.Process(connection.info.backend_pid).ppid())


def settle(url: str) -> None:
    """Do what autovacuum has done in an installation that is older than a minute. url: of a superuser."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("vacuum analyze")


def _spent_s(pid: int, *, with_ended: bool) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0  # it ended in this moment; whoever waits for it has its time
    ended = times.children_user + times.children_system if with_ended else 0.0
    return float(times.user + times.system + ended)
