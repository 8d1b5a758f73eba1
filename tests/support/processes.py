"""How the tests are spread over processes (`pytest -n 2`).

A file stays in one process, so that what its tests share is made once; so do all files that play in the exercise. Each
process starts engines of its own. The long ones begin first, so that at the end no process works alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import psutil
import pytest
from xdist.scheduler import LoadScopeScheduling

IN_THE_EXERCISE = frozenset(
    f"tests/browser/test_{name}.py" for name in ("accessibility", "room", "sign_in", "specialist", "upload", "walk")
)
"""They share one exercise, which workers read for a minute (tests/browser/conftest.py)."""

LONG = (
    "the exercise",
    "tests/web/test_permissions.py",
    "tests/web/test_hostile.py",
    "tests/referrals/test_histories.py",
    "tests/partners/test_short_week.py",
    "tests/partners/test_referred_week.py",
    "tests/workers/test_outages.py",
    "tests/web/test_kept_words.py",
    "tests/test_tampering.py",
    "tests/test_serving.py",
    "tests/workers/test_sweeps.py",
    "tests/test_races.py",
    "tests/partners/test_ends_of_the_week.py",
    "tests/test_setup.py",
    "tests/partners/test_whole_week.py",
    "tests/sandbox/test_confinement.py",
    "tests/workers/test_jobs.py",
    "tests/partners/test_agreeing.py",
    "tests/test_operations.py",
    "tests/browser/test_keyboard.py",
    "tests/web/test_screens.py",
    "tests/web/test_stalls.py",
    "tests/web/test_gallery_screens.py",
    "tests/leads/test_board.py",
)
"""What takes more than ten seconds, the longest first: whatever begins last then ends soon. Each run of several
processes ends with what took longest in it (`how_spread`)."""
TOLD_SHARES = 30
_AT_START = psutil.cpu_times()


def share_of(name: str) -> str:
    """What runs together in one process, by the name of one of its tests."""
    file = name.partition("::")[0]
    return "the exercise" if file in IN_THE_EXERCISE else file


def long_first(tests: list[pytest.Item]) -> None:
    """Begin with what takes long; the rest stays in its order."""
    ranks = {name: rank for rank, name in enumerate(LONG)}
    tests.sort(key=lambda test: ranks.get(share_of(test.nodeid), len(ranks)))


def how_spread(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """What took longest in this run, and when each process had nothing more to do; nothing where one process tested."""
    seconds: Counter[str] = Counter()
    ends: dict[str, float] = {}
    for report in reports:
        if worker := getattr(report, "worker_id", None):
            seconds[share_of(report.nodeid)] += report.duration
            ends[worker] = max(ends.get(worker, 0.0), report.stop)
    for share, took in seconds.most_common(TOLD_SHARES):
        yield f"{took:6.1f} s {share}"
    for worker, end in sorted(ends.items()):
        yield f"{worker} ended {max(ends.values()) - end:.0f} s before the last process"
    if ends:
        yield f"{_busy_since_the_start():.0%} of the time of all cores was spent, by whatever ran on this machine"


def _busy_since_the_start() -> float:
    """The share of the machine's processor time that was not idle: what is left, more processes could take."""
    spent = [now - before for now, before in zip(psutil.cpu_times(), _AT_START, strict=True)]
    named = dict(zip(_AT_START._fields, spent, strict=True))
    return 1 - (named["idle"] + named.get("iowait", 0.0)) / max(0.01, sum(spent) - named.get("guest", 0.0))


class Shares(LoadScopeScheduling):
    """Gives whole shares, in the order of the tests (`--no-loadscope-reorder`)."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)
