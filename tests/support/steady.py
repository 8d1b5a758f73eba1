"""The whole suite again and again beside busy loops: a test that depends on luck fails here (`make steady`).

Prints what failed in which run, and one JSON object as its last line. Exit code 1 if any run failed. Options after `--`
go to pytest.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from workspace.settings import ROOT

BUSY = "while True: pass"


def main() -> int:
    """Run, and say how often all passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="how often (default 10)")
    parser.add_argument("--loops", type=int, default=2, help="busy loops beside it (default 2)")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, behind --")
    asked = parser.parse_args()
    began = time.monotonic()
    with _busy(asked.loops):
        failed = [names for number in range(1, asked.runs + 1) if (names := _failures(number, asked.pytest))]
    told = {
        "runs": asked.runs,
        "passed": asked.runs - len(failed),
        "failed": sorted({name for names in failed for name in names}),
        "seconds": round(time.monotonic() - began),
    }
    print(json.dumps(told))
    return int(bool(failed))


@contextmanager
def _busy(loops: int) -> Iterator[None]:
    """Programs that want a whole core each."""
    programs = [subprocess.Popen([sys.executable, "-I", "-S", "-c", BUSY]) for _ in range(loops)]
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


def _failures(number: int, options: Sequence[str]) -> list[str]:
    """The tests that did not pass in one run, in an order of its own; «pytest» where it ended otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--quiet", f"--junit-xml={report}", *options], cwd=ROOT, check=False
        )
        cases = ElementTree.parse(report).iter("testcase") if report.is_file() else ()
        names = [f"{case.get('classname')}::{case.get('name')}" for case in cases if _is_bad(case)]
    if done.returncode != 0 and not names:
        names = [f"pytest (exit {done.returncode})"]
    print(f"run {number}: {', '.join(names) or 'all passed'}", flush=True)
    return names


def _is_bad(case: ElementTree.Element) -> bool:
    """Whether a test failed, could not be set up, or was skipped: none may be."""
    return any(child.tag in ("failure", "error", "skipped") for child in case)


if __name__ == "__main__":
    sys.exit(main())
