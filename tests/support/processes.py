"""How the tests are spread over processes (`pytest -n 2`).

A file stays in one process, so that what its tests share is made once; so do all files that play in the exercise. Each
process starts engines of its own. The long ones begin first, so that at the end no process works alone.
"""

from __future__ import annotations

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
"""What takes more than ten seconds, the longest first: whatever begins last then ends soon."""


def share_of(name: str) -> str:
    """What runs together in one process, by the name of one of its tests."""
    file = name.partition("::")[0]
    return "the exercise" if file in IN_THE_EXERCISE else file


def long_first(tests: list[pytest.Item]) -> None:
    """Begin with what takes long; the rest stays in its order."""
    ranks = {name: rank for rank, name in enumerate(LONG)}
    tests.sort(key=lambda test: ranks.get(share_of(test.nodeid), len(ranks)))


class Shares(LoadScopeScheduling):
    """Gives whole shares, in the order of the tests (`--no-loadscope-reorder`)."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)
