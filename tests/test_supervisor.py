"""The supervisor: services end with it, come back by themselves, and two of them never share a home."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.waiting import LIMIT_S
from workspace.errors import Conflict, Unavailable
from workspace.host.processes import Child, Program, end_leftovers, wait_until
from workspace.host.supervisor import MOST_RESTARTS, Supervisor, free_port

ROOT = Path(__file__).resolve().parent.parent
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


def program(name: str, script: str, grace_s: float = 10.0) -> Program:
    return Program(name, [sys.executable, "-I", "-c", script], environment={}, grace_s=grace_s)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path) as running:
        yield running


def tended(supervisor: Supervisor) -> list[str]:
    started: list[str] = []
    wait_until(lambda: started.extend(supervisor.tend()) or bool(started), LIMIT_S, "nothing had ended")
    return started


def test_all_services_end_with_the_supervisor(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        children = [supervisor.start(program(name, "import time; time.sleep(60)")) for name in ("web", "worker-1")]
        assert all(is_alive(child.pid) for child in children)

    assert not [child for child in children if is_alive(child.pid)]
    assert not list((tmp_path / "run" / "services").glob("*.pid"))


def test_a_service_that_ignores_the_request_is_ended_after_its_grace(supervisor: Supervisor, tmp_path: Path) -> None:
    child = supervisor.start(program("deaf", STUBBORN, grace_s=0.3))
    wait_until(lambda: "deaf" in (tmp_path / "logs" / "deaf.log").read_text(encoding="utf-8"), LIMIT_S, "did not start")

    supervisor.stop()

    assert not child.is_running
    assert not is_alive(child.pid)


def test_a_killed_service_comes_back_and_the_others_are_left_alone(supervisor: Supervisor) -> None:
    killed, other = (supervisor.start(program(name, "import time; time.sleep(60)")) for name in ("killed", "other"))
    os.kill(killed.pid, signal.SIGKILL)

    assert tended(supervisor) == ["killed"]
    assert is_alive(other.pid)
    assert supervisor.tend() == []


def test_a_service_that_cannot_run_is_given_up_with_its_last_words(supervisor: Supervisor) -> None:
    supervisor.start(program("broken", "raise SystemExit('the disk is full')"))

    for _ in range(MOST_RESTARTS):
        assert tended(supervisor) == ["broken"]

    with pytest.raises(Unavailable, match="broken keeps ending: the disk is full"):
        tended(supervisor)


@pytest.mark.parametrize("how", ["it is not vital", "it was killed"])
def test_a_service_that_keeps_ending_waits_and_the_others_go_on_where(supervisor: Supervisor, how: str) -> None:
    script = "import os; os.kill(os.getpid(), 9)" if how == "it was killed" else "raise SystemExit('a fault of ours')"
    supervisor.start(replace(program("broken", script), is_vital=how == "it was killed"))
    other = supervisor.start(program("other", "import time; time.sleep(60)"))

    for _ in range(MOST_RESTARTS):
        assert tended(supervisor) == ["broken"]
    wait_until(lambda: not supervisor.child("broken").is_running, LIMIT_S, "it runs")

    assert supervisor.tend() == []
    assert is_alive(other.pid)


def test_no_service_leaves_its_memory_in_a_core_dump(supervisor: Supervisor) -> None:
    child = supervisor.start(program("service", "import time; print('up', flush=True); time.sleep(60)"))
    wait_until(lambda: "up" in child.log.read_text(encoding="utf-8"), LIMIT_S, "did not start")

    limits = Path(f"/proc/{child.pid}/limits").read_text(encoding="utf-8").splitlines()

    assert next(line.split()[-3:-1] for line in limits if line.startswith("Max core file size")) == ["0", "0"]


def test_a_program_that_is_not_there_says_so(supervisor: Supervisor) -> None:
    child = supervisor.start(Program("absent", ["/nowhere/program"], environment={}))
    wait_until(lambda: not child.is_running, LIMIT_S, "it runs")

    assert child.last_words() == "/nowhere/program cannot be run: No such file or directory"


def test_a_second_supervisor_of_a_home_is_refused_and_told_the_address(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.announce("http://localhost:8000")

    with pytest.raises(Conflict, match="It runs already: http://localhost:8000"):
        Supervisor(tmp_path)


def test_services_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    pid = int(killed_starter(tmp_path, "import time; print('up', flush=True); time.sleep(60)").split()[0])

    wait_until(lambda: not is_alive(pid), LIMIT_S, "the service outlived its supervisor")


def test_what_a_killed_supervisor_left_behind_is_ended_at_the_next_start(tmp_path: Path) -> None:
    pid = int(killed_starter(tmp_path, STUBBORN).split()[0])
    assert is_alive(pid)

    with Supervisor(tmp_path) as supervisor:
        assert supervisor.ended_leftovers == ["service"]
        assert not is_alive(pid)


def test_a_process_that_only_has_an_old_number_is_left_alone(tmp_path: Path) -> None:
    stranger = Child(program("stranger", "import time; time.sleep(60)"), tmp_path / "run", tmp_path / "logs")
    identity = tmp_path / "run" / "stranger.pid"
    text = identity.read_text(encoding="utf-8")
    ticks = text.partition('"started": ')[2].partition(",")[0]
    identity.write_text(text.replace(ticks, str(int(ticks) - 1)), encoding="utf-8")

    assert end_leftovers(tmp_path / "run") == []
    assert is_alive(stranger.pid)
    assert not identity.exists()

    stranger.stop()


def killed_starter(home: Path, script: str) -> str:
    """Start a service from a process of its own, kill that process, and return what it had said: the service's
    number."""
    starter = (
        "import sys, time\nfrom pathlib import Path\n"
        "from workspace.host.processes import Program\nfrom workspace.host.supervisor import Supervisor\n"
        f"supervisor = Supervisor(Path({str(home)!r}))\n"
        f"service = Program('service', [sys.executable, '-I', '-c', {script!r}], environment={{}}, grace_s=0.3)\n"
        "child = supervisor.start(service)\n"
        "while not child.log.read_text(): time.sleep(0.01)\n"  # until it has said something, and so is itself
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()
    return said


def test_a_busy_port_gives_way_to_the_next() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        busy = server.getsockname()[1]
        found = free_port("localhost", busy)

    assert busy < found < busy + 100


def test_a_service_is_waited_for_until_it_listens(supervisor: Supervisor) -> None:
    port = free_port("localhost", 20000 + os.getpid() % 20000)
    script = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    supervisor.start(program("web", script))

    supervisor.wait_for_port("web", "localhost", port)

    assert free_port("localhost", port) != port


def test_a_service_that_ends_instead_of_listening_is_told_at_once(supervisor: Supervisor) -> None:
    supervisor.start(program("web", "raise SystemExit('no such template')"))

    with pytest.raises(Unavailable, match="web did not start: no such template"):
        supervisor.wait_for_port("web", "localhost", 1)
