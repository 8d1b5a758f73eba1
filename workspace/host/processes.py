"""Starts processes that cannot outlive us, and ends those of ours that an earlier run left behind.

Used by engines.py and supervisor.py. A process is ended only if it provably is the one we started: same number, same
start time, same boot. Nothing here knows what the processes do.
"""

from __future__ import annotations

import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from workspace.errors import Unavailable

# Isolated and without site-packages: nothing of the environment runs before the change of user.
_LAUNCH = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")))
_LOG_LIMIT_BYTES = 10_000_000
_POLL_S = 0.02


@dataclass(frozen=True)
class Account:
    """The user that a process runs as; None stands for ourselves wherever an account is optional."""

    uid: int
    gid: int


def unprivileged() -> Account | None:
    """The account `nobody` if we are root, else None: an ordinary user's processes run as that user."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Program:
    """What to run and how it wants to be asked to end.

    `end_signal` is also what the kernel sends it when we die (PR_SET_PDEATHSIG). `configuration` goes to its standard
    input, so that a secret needs no file of its own. is_vital: the others do not go on without it.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    end_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    configuration: str = ""
    grace_s: float = 10.0
    is_vital: bool = True


class Child:
    """One running process of ours. It must be started from a thread that lives as long as we do (see prctl(2))."""

    def __init__(self, program: Program, run_dir: Path, log_dir: Path) -> None:
        """Start `program`; its output goes to `log_dir`, its identity to `run_dir`."""
        self.program = program
        self.log = log_dir / f"{program.name}.log"
        self._identity = run_dir / f"{program.name}.pid"
        self._process = _spawn(program, self.log)
        _write_identity(self._identity, self._process.pid, program)

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    @property
    def was_killed(self) -> bool:
        """Whether a signal ended it, such as the kernel's for want of memory, and not its own decision."""
        return (self._process.poll() or 0) < 0

    def ask_to_end(self) -> None:
        """Send its end signal and return at once."""
        if self.is_running:
            self._process.send_signal(self.program.end_signal)

    def stop(self, grace_s: float | None = None) -> None:
        """Ask it to end, and end it after its grace, or after another one."""
        self.ask_to_end()
        try:
            self._process.wait(self.program.grace_s if grace_s is None else grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._identity.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The last line of its log, for a message to a person."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def end_leftovers(run_dir: Path) -> list[str]:
    """End what an earlier, killed run of ours left running; returns the names of what had to be ended."""
    ended = []
    for path in sorted(run_dir.glob("*.pid")):
        left = json.loads(path.read_text(encoding="utf-8"))
        if _started(left["pid"]) == (left["boot"], left["started"]):
            _end(left["pid"], signal.Signals(left["signal"]), left["grace_s"], left["started"])
            ended.append(path.stem)
        path.unlink()
    return ended


def run_once(command: Sequence[str], account: Account | None, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command to its end as `account`; returns its exit code and what it said."""
    done = subprocess.run(
        list(command),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env=dict(environment),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    return done.returncode, done.stdout.strip()


def wait_until(done: Callable[[], bool], timeout_s: float, failure: str, *, interval_s: float = _POLL_S) -> None:
    """Ask `done` again and again until it says yes.

    Raises:
        Unavailable: it did not within `timeout_s`; the message is `failure`.
    """
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            raise Unavailable(failure)
        time.sleep(interval_s)


def _spawn(program: Program, log: Path) -> subprocess.Popen[str]:
    account = program.account
    uid, gid = (str(account.uid), str(account.gid)) if account else ("-", "-")
    with _opened_log(log) as output:
        process = subprocess.Popen(
            [*_LAUNCH, str(os.getpid()), str(int(program.end_signal)), uid, gid, *program.command],
            stdin=subprocess.PIPE if program.configuration else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=dict(program.environment),
            # Its own group: Ctrl-C reaches us alone, and we end the others in order.
            process_group=0,
        )
    if process.stdin is not None:
        # One that ended at once breaks the pipe; whoever waits for it sees that and shows its last words.
        with suppress(BrokenPipeError):
            process.stdin.write(program.configuration)
            process.stdin.close()
    return process


def _opened_log(log: Path) -> IO[str]:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return log.open("a", encoding="utf-8")


def _write_identity(path: Path, pid: int, program: Program) -> None:
    started = _started(pid)
    if started is None:
        return  # It has ended already; there is nothing to clean up later.
    path.parent.mkdir(parents=True, exist_ok=True)
    identity = {
        "pid": pid,
        "boot": started[0],
        "started": started[1],
        "signal": int(program.end_signal),
        "grace_s": program.grace_s,
    }
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(identity), encoding="utf-8")
    fresh.rename(path)


def _started(pid: int) -> tuple[str, int] | None:
    """The boot and the clock tick at which process `pid` started; None if there is none, or only its remains."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # proc(5): after the name come state (3rd field of the file) … starttime (22nd).
    state, ticks = fields[0], int(fields[19])
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    return None if state in "ZX" else (boot, ticks)


def _end(pid: int, end_signal: signal.Signals, grace_s: float, ticks: int) -> None:
    def is_gone() -> bool:
        started = _started(pid)
        return started is None or started[1] != ticks

    for each in (end_signal, signal.SIGKILL):
        try:
            os.kill(pid, each)
            wait_until(is_gone, grace_s, "")
        except ProcessLookupError:
            return
        except Unavailable:
            continue
        return


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Make SIGTERM and a closed terminal end the program as Ctrl-C does, so that everything is stopped in order."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
