"""Whether a hostile file can stop a worker: files of every kind that is read, changed by a seeded generator, and bombs
and polyglots made by hand, each read in the sandbox as a worker reads it.

Counts what was read, what was refused with its reason, and crashes (of a decoder, or of this side of the sandbox).
`max_s` is the longest that one look at one file took, `max_worker_mb` the most that a worker and its decoder held
together. Prints the reasons, and one JSON object as its last line; ends with 1 if a decoder crashed, an answer took
more than 20 seconds, or more memory was held than a worker may use. A crash is kept as a file if `--keep FOLDER` is
given.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import psutil

from tests.support.hostile_bombs import bombs
from tests.support.hostile_media import SLOW_TO_MAKE, look_at, mutations, sound_makers
from workspace.analysis.sandbox.client import Decoder
from workspace.errors import Refused, Unavailable

MUTATIONS, QUICK_MUTATIONS = 5000, 200
MOST_S = 20.0
MOST_MB = 2048.0
"""A child may add a gibibyte to what its libraries take; the rest is the worker with one picture."""
SLOW = frozenset(
    {
        "gif of big pictures", "gif of fifty thousand pictures", "jpeg of fill bytes", "jpeg of scans",
        "pdf content that unpacks",
        "pdf whose form draws itself", "png of two hundred megapixels", "tiff that unpacks",
    }
)  # fmt: skip
"""Bombs that take some seconds each, left out of a quick run."""
FAULTS = (
    Unavailable,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
)
"""What a worker would have met that is neither an answer nor a refusal; whatever else there is ends the run."""
SAMPLE_S = 0.02


@dataclass
class Tally:
    """What came of the files of one process."""

    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    max_s: float = 0.0
    slowest: str = ""
    max_mb: float = 0.0


class Memory:
    """The most that this process and its children held at one moment, sampled while it works."""

    def __init__(self) -> None:
        self.most_mb, self._goes_on = 0.0, True
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def end(self) -> float:
        """Stop, and say how much it was."""
        self._goes_on = False
        self._thread.join()
        return self.most_mb

    def _sample(self) -> None:
        here = psutil.Process()
        while self._goes_on:
            with contextlib.suppress(psutil.Error):
                held = [each.memory_info().rss for each in (here, *here.children(recursive=True))]
                self.most_mb = max(self.most_mb, sum(held) / 1e6)
            time.sleep(SAMPLE_S)


def files_of(number: int, of: int, count: int, *, quick: bool, seed: int) -> Iterator[tuple[str, bytes]]:
    """The share of one process: every so many-th file, made when it is asked for: thousands at once would count as what
    a worker holds."""
    names = [name for name in sound_makers() if not (quick and name in SLOW_TO_MAKE)]
    yield from mutations(seed + number, count // of, names)
    for name in [name for name in bombs() if not (quick and name in SLOW)][number::of]:
        yield name, bombs()[name]()


def run(number: int, of: int, count: int, quick: bool, seed: int, keep: str) -> Tally:
    tally, memory = Tally(), Memory()
    with Decoder() as decoder:
        for name, content in files_of(number, of, count, quick=quick, seed=seed):
            since = time.monotonic()
            try:
                outcome = look_at(decoder, content)
                how, seconds = outcome.how, outcome.seconds
            except Refused as refusal:  # a further look at the same file
                how, seconds = str(refusal.facts["reason"]), time.monotonic() - since
            except FAULTS as error:
                how, seconds = f"crashed ({error!r})", time.monotonic() - since
            if how.startswith("crashed"):
                tally.crashes.append(f"{name}: {how}")
                if keep:
                    Path(keep).mkdir(parents=True, exist_ok=True)
                    Path(keep, name.replace("/", "_").replace(" ", "_")).write_bytes(content)
            tally.outcomes[how.split(" ", 1)[0]] += 1
            if seconds > tally.max_s:
                tally.max_s, tally.slowest = seconds, name
    tally.max_mb = memory.end()
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--count", type=int, default=0, help="changed files")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", default="", help="a folder for files on which a decoder crashed")
    asked = parser.parse_args()
    count = asked.count or (QUICK_MUTATIONS if asked.quick else MUTATIONS)
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        shares = [
            pool.submit(run, n, asked.processes, count, asked.quick, asked.seed, asked.keep)
            for n in range(asked.processes)
        ]
        tallies = [share.result() for share in shares]
    outcomes = sum((tally.outcomes for tally in tallies), Counter[str]())
    for how, times in outcomes.most_common():
        print(f"{times:6} {how}")
    slowest = max(tallies, key=lambda tally: tally.max_s)
    crashes = [crash for tally in tallies for crash in tally.crashes]
    print(f"slowest: {slowest.slowest}", *(f"crash: {crash}" for crash in crashes), sep="\n")
    figures = {
        "files": outcomes.total(),
        "readable": outcomes["read"],
        "refused": outcomes.total() - outcomes["read"] - len(crashes),
        "crashes": len(crashes),
        "max_s": round(slowest.max_s, 2),
        "max_worker_mb": round(max(tally.max_mb for tally in tallies)),
    }
    print(json.dumps(figures))
    return int(bool(crashes) or slowest.max_s > MOST_S or figures["max_worker_mb"] > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
