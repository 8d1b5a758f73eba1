"""Whom the faces of an exercise show, as far as its truth says: over labels of people, without rows.

The truth says who is shown in which file, and the machine groups faces. Of several people in one file the one is meant
whom the other files of the group show most; a file of few people says more than one of many. Where nobody stands out,
or nobody is known, the truth cannot tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

UNKNOWN: frozenset[str] = frozenset()
_WHOLE = 12
"""What a file that shows one person says; divided by its people, in whole numbers up to four."""


def most_shown(files: Iterable[frozenset[str]], among: frozenset[str] | None = None) -> frozenset[str]:
    """The labels that these files show most: one where the truth tells, several where they are shown alike, none of
    nobody.

    among: if given, these alone are asked for; all of them where no file shows one.
    """
    weights: Counter[str] = Counter()
    for people in files:
        for label in people if among is None else people & among:
            weights[label] += _WHOLE // len(people) or 1
    most = max(weights.values(), default=0)
    return frozenset(label for label in (weights if among is None else among) if weights[label] == most)


def shown_by_face(here: frozenset[str], others: Iterable[frozenset[str]]) -> frozenset[str]:
    """The labels that a face may show. here: everybody in its file. others: everybody in each other file of its
    group."""
    return here if len(here) < 2 else most_shown(others, here)


def is_same(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Whether two faces show the same person; None where the truth cannot tell."""
    if not one or not other:
        return None
    if not one & other:
        return False
    return True if len(one) == len(other) == 1 else None
