"""The whole suite again and again beside busy loops: a test that depends on luck fails here (`make steady`).

Ten runs take longer than one sitting: with `--into` each whole run is written down, and the next start goes on behind
it. Runs of another tree, of other tests or beside other loops stay in the file and are counted apart. A run that was
ended before its end is not written. Prints what failed in which run, and one JSON object as its last line. Exit code 1
if any counted run failed. Options after `--` go to pytest. `--waiting` runs only the files whose tests wait for something
or measure time, which is where luck is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.support.written_down import write_down, written_down
from workspace.settings import ROOT

BUSY = "while True: pass"
WAITS = re.compile(
    r"\b(until\w*|wait_until|wait_for|sleep|expect|Popen|subprocess|Thread|ThreadPoolExecutor|Barrier|monotonic|process_time"
    r"|web_processes|start_engines|start_worker|worker_processes|Enter|Seat|ShortWeek|Decoder|Races)\b"
)
"""Words of a test file whose tests depend on other processes, threads or the clock, directly or by a fixture."""


@dataclass(frozen=True)
class Run:
    """One whole run; a line of the file of `--into`. tree: the commit, and what was changed in it. options: pytest's.
    passed, failed: how many tests passed, and the names of those that did not. why: what each of these said first."""

    tree: str
    options: list[str]
    loops: int
    seed: int
    passed: int
    failed: list[str] = field(default_factory=list)
    seconds: int = 0
    why: dict[str, str] = field(default_factory=dict)

    def is_like(self, other: Run) -> bool:
        """Whether both ran the same tests of the same tree beside as many loops."""
        return (self.tree, self.options, self.loops) == (other.tree, other.options, other.loops)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run what is left of the runs, and say how often all passed. root: of the tree."""
    asked = _parser().parse_args(arguments)
    options = [*asked.pytest, *(files_that_wait(root) if asked.waiting else ())]
    here = Run(_tree_now(root, but=asked.into), options, asked.loops, seed=0, passed=0)
    known = [Run(**line) for line in written_down(asked.into)]
    counted = [run for run in known if run.is_like(here)]
    if apart := len(known) - len(counted):
        print(f"{apart} runs in {asked.into} are of another tree, other tests or other loops: they do not count here.")
    left = max(0, asked.runs - len(counted))
    with _busy(asked.loops):
        for _ in range(min(left, asked.sitting or left)):
            run = _run(root, here, asked.processes)
            if _tree_now(root, but=asked.into) != here.tree:
                print("The tree was changed during this run, which does not count. Start again for the new one.")
                break
            counted.append(run)
            print(f"run {len(counted)} (seed {run.seed}): {', '.join(run.failed) or 'all passed'}", flush=True)
            for name, said in run.why.items():
                print(f"  {name}: {said}", flush=True)
            write_down(asked.into, asdict(run))
    return _tell(here.tree, counted, asked.runs, apart)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="how often in all (default 10)")
    parser.add_argument("--sitting", type=int, metavar="N", help="at most so many of them now")
    parser.add_argument("--into", type=Path, metavar="FILE", help="write each run down here, and go on behind those")
    parser.add_argument("--loops", type=int, default=2, help="busy loops beside it (default 2)")
    parser.add_argument("--processes", type=int, default=1, help="in how many processes the tests run (default 1)")
    parser.add_argument("--waiting", action="store_true", help="only the files whose tests wait or measure time")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, behind --")
    return parser


def _tell(tree: str, counted: Sequence[Run], of: int, apart: int) -> int:
    """Say how the runs ended; 1 if one failed."""
    passed = sum(not run.failed for run in counted)
    print(f"{len(counted)} of {of} runs of {tree} are done; in {passed} of them all passed.")
    told = {
        "tree": tree,
        "runs": len(counted),
        "of": of,
        "passed": passed,
        "failed": sorted({name for run in counted for name in run.failed}),
        "seconds": sum(run.seconds for run in counted),
        "apart": apart,
    }
    print(json.dumps(told))
    return int(passed < len(counted))


def _tree_now(root: Path, *, but: Path | None) -> str:
    """The commit that is checked out, with a digest of what was changed in it since. but: a file that is none of it."""
    commit = _git(root, "rev-parse", "--short=12", "HEAD").decode().strip()
    listed = _git(root, "ls-files", "--others", "--exclude-standard", "-z").decode().split("\0")
    new = [root / name for name in listed if name and (but is None or root / name != but.absolute())]
    changed = [_git(root, "diff", "--binary", "HEAD"), *(bytes(file) + file.read_bytes() for file in new)]
    if not any(changed):
        return commit
    return f"{commit} with changes {hashlib.sha256(b''.join(changed)).hexdigest()[:12]}"


def _git(root: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=root, check=True, stdout=subprocess.PIPE).stdout


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


def _run(root: Path, here: Run, processes: int) -> Run:
    """One whole run, in an order of its own; «pytest» stands among what failed where it ended otherwise."""
    seed, began = secrets.randbelow(2**32), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        spread = ["-n", str(processes)] if processes > 1 else []
        options = ["--quiet", f"--junit-xml={report}", f"--randomly-seed={seed}", *spread, *here.options]
        done = subprocess.run([sys.executable, "-m", "pytest", *options], cwd=root, check=False)
        cases = list(ElementTree.parse(report).iter("testcase")) if report.is_file() else []
    why = {f"{case.get('classname')}::{case.get('name')}": said for case in cases if (said := _fault(case)) is not None}
    failed = sorted(why)
    if done.returncode != 0 and not failed:
        failed = [f"pytest (exit {done.returncode})"]
    passed = sum(_fault(case) is None for case in cases)
    return Run(here.tree, here.options, here.loops, seed, passed, failed, round(time.monotonic() - began), why)


def _fault(case: ElementTree.Element) -> str | None:
    """The first line of why a test failed, could not be set up, or was skipped, none of which may be; None if it
    passed."""
    bad = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
    return None if bad is None else (bad.get("message") or bad.tag).strip().splitlines()[0][:300]


def files_that_wait(root: Path) -> list[str]:
    """The test files, as pytest takes them, that name what waits for something else or measures time."""
    files = sorted((root / "tests").rglob("test_*.py"))
    return [str(file.relative_to(root)) for file in files if WAITS.search(file.read_text(encoding="utf-8"))]


if __name__ == "__main__":
    sys.exit(main())
