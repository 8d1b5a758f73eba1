"""Progress: a log that a bar is written to stays readable."""

from __future__ import annotations

import io
import time

from workspace.host.progress import progress


def test_a_log_gets_whole_lines_and_few_of_them() -> None:
    log = io.StringIO()

    began = time.monotonic()
    with progress("intake", unit="files", total=5000, output=log) as bar:
        for _ in range(5000):
            bar.update()
        bar.write("one was refused", file=log)
    seconds = time.monotonic() - began

    text = log.getvalue()
    lines = text.splitlines()
    assert "\r" not in text
    assert lines[0].startswith("intake: 0 of 5000 files, 00:00 passed")
    assert lines[-1].startswith("intake: 5000 of 5000 files")
    assert "one was refused" in lines
    # The first, the last, the remark, and one per second.
    assert len(lines) <= 3 + seconds


def test_a_terminal_gets_one_line_that_is_overwritten() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()

    with progress("intake", unit="files", total=2, output=terminal) as bar:
        bar.update(2)

    assert terminal.getvalue().count("\n") == 1
    assert "\r" in terminal.getvalue()
