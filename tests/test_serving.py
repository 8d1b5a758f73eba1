"""Concord as a person starts it: one command serves, another works, and both leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.waiting import LIMIT_S
from workspace.host.processes import wait_until
from workspace.host.supervisor import free_port

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for all: whoever comes first makes the engines' data, the others start again on what was left."""
    with tempfile.TemporaryDirectory(prefix="concord-serving-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@contextmanager
def start(home: Path, command: str, *options: str, port: int = 8000) -> Iterator[subprocess.Popen[str]]:
    """The command, as a person starts it; ended for certain, also by a test that failed before it ended it."""
    environment = {
        "CONCORD_HOME": str(home),
        "CONCORD_PROFILE": "exercise",
        "CONCORD_PORT": str(port),
        # A pack of one's own is not built; no picture is read here.
        "CONCORD_PACK_DIR": str(home / "pack"),
    }
    started = subprocess.Popen(
        [sys.executable, "app.py", command, *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
        started.wait(LIMIT_S)
    finally:
        started.kill()
        started.wait()
        assert started.stderr is not None
        started.stderr.close()


def said(process: subprocess.Popen[str], words: str) -> str:
    """Wait for a line with these words; returns it."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"it ended with {process.wait()} and never said {words!r}")


def processes_of(home: Path) -> list[str]:
    """Every process whose settings or arguments name this home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if str(home).encode() in told:
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def test_one_serves_another_works_and_both_end_and_leave_no_process(home: Path) -> None:
    port = free_port("localhost", 20000 + os.getpid() % 20000)
    with start(home, "serve", port=port) as serving:
        said(serving, f"Serving at http://localhost:{port}")
        a_second_server_is_told_where_the_first_is(home, port)
        passwords_are_handed_on_in_private_files_only(home)
        with start(home, "work", "--workers", "1") as working:
            said(working, "1 workers are running")
            with urlopen(f"http://localhost:{port}/", timeout=LIMIT_S) as page:
                assert page.status == 200
            assert len(processes_of(home)) > 4

            working.send_signal(signal.SIGTERM)
            assert working.wait(LIMIT_S) == 0
        serving.send_signal(signal.SIGINT)
        assert serving.wait(LIMIT_S) == 0

    nothing_is_left(home)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_serving_that_is_ended_otherwise_leaves_no_process(home: Path, ending: signal.Signals) -> None:
    port = free_port("localhost", 20000 + os.getpid() % 20000)
    with start(home, "serve", port=port) as serving:
        said(serving, "Serving at")
        assert len(processes_of(home)) > 2
        serving.send_signal(ending)
        assert serving.wait(LIMIT_S) == (0 if ending != signal.SIGKILL else -ending)

    nothing_is_left(home)


def nothing_is_left(home: Path) -> None:
    wait_until(lambda: not processes_of(home), LIMIT_S, f"left behind: {processes_of(home)}")


def a_second_server_is_told_where_the_first_is(home: Path, port: int) -> None:
    with start(home, "serve", port=port) as second:
        said(second, f"It runs already: http://localhost:{port}.")
        assert second.wait(LIMIT_S) == 1


def passwords_are_handed_on_in_private_files_only(home: Path) -> None:
    secrets = [path.read_bytes() for path in (home / "keys").glob("*.password")]
    told = b""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told += (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    modes = {path.stat().st_mode & 0o777 for path in (home / "run" / "urls").rglob("*") if path.is_file()}

    assert secrets
    assert not [secret for secret in secrets if secret in told]
    assert modes == {0o600}
