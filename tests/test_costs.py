"""What tests cost is counted with all that they started, also with what has ended meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.costs import seconds_by_program
from tests.support.waiting import until

BUSY = "import time\nwhile time.process_time() < 0.3: pass\nprint('spent', flush=True)\ninput()"


def test_what_a_program_took_counts_while_it_runs_and_after_it_has_ended() -> None:
    before = seconds_by_program(os.getpid())
    command = [sys.executable, "-I", "-S", "-c", BUSY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "spent\n"
        until(lambda: sum(seconds_by_program(os.getpid()).values()) >= sum(before.values()) + 0.25)
        program.communicate("\n")

    assert seconds_by_program(os.getpid())["ended"] >= before["ended"] + 0.25
