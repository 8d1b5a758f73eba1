"""Web processes that are forked from one which has loaded everything: loading takes longer than all else of a start.

`python -m tests.support.forked_web` loads, answers each line of its standard input (the environment of a web process,
JSON) with the number of the process that it forked for it, and ends with its input. What a web process keeps in memory
is its own, as if it had been started by itself.
"""

from __future__ import annotations

import gc
import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from workspace.settings import ROOT, settings


class Forked:
    """A forked process, which is not our child: that it has ended is known, its exit code is not."""

    returncode: int | None = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """0 if it has ended, however it did."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it did not in this time.
        """
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired("a forked web process", timeout or 0.0)
        return 0

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.returncode is None and self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def _ended(self, within_s: float | None) -> int | None:
        if self.returncode is None and select.select([self._handle], [], [], within_s)[0]:
            os.close(self._handle)
            self.returncode = 0
        return self.returncode


def fork_web(environment: dict[str, str]) -> Forked:
    """A web process with this environment, which does not answer yet."""
    loaded = _loaded()
    assert loaded.stdin is not None
    assert loaded.stdout is not None
    loaded.stdin.write(json.dumps(environment) + "\n")
    loaded.stdin.flush()
    return Forked(int(loaded.stdout.readline()))


@cache
def _loaded() -> subprocess.Popen[str]:
    """The process that has loaded everything; one for all tests of this process, and ends with it."""
    command = [sys.executable, "-m", "tests.support.forked_web"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def main() -> None:
    """Load, and fork as often as asked. Nothing here may wake gevent, whose loop would be shared: what the system gives
    is used as it was before gevent replaced it."""
    from gevent import monkey

    from workspace.web import serve  # has gevent replace what waits, before anything else is loaded

    fork, waitpid = (monkey.get_original("os", name) for name in ("fork", "waitpid"))
    import workspace.web.api
    import workspace.web.app
    import workspace.web.context
    import workspace.web.lines
    import workspace.web.live
    import workspace.web.pages  # noqa: F401 - for those that are forked

    gc.collect()
    gc.freeze()
    left = b""
    while piece := os.read(0, 1 << 16):
        *lines, left = (left + piece).split(b"\n")
        for line in lines:
            _take_note_of_ended(waitpid)
            pid = fork()
            if pid == 0:
                _become(json.loads(line))
                settings.cache_clear()
                serve.run(settings())
                os._exit(0)
            os.write(1, f"{pid}\n".encode())


def _take_note_of_ended(waitpid: Callable[[int, int], tuple[int, int]]) -> None:
    with suppress(ChildProcessError):
        while waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(environment: dict[str, str]) -> None:
    """Be a process with this environment, with an input and an output of its own."""
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    random.seed()


if __name__ == "__main__":
    main()
