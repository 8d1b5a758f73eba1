"""Whom the sides of an exercise's leads show, as far as its truth says: over labels of people, without rows.

The truth says who is shown in which file; the machine groups faces. A group shows whoever most of its files show. Where two people
are in equally many of them, or nobody is known in any, the truth cannot tell, and nothing is said of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

UNKNOWN: frozenset[str] = frozenset()


def shown_by_groups(faces: Iterable[tuple[UUID, UUID]], shown: Mapping[UUID, frozenset[str]]) -> dict[UUID, frozenset[str]]:
    """The labels that each group of faces may show: one where the truth tells, several or none where it does not.

    faces: (group, medium), each medium once or more. shown: the labels of everybody in a medium.
    """
    media: dict[UUID, set[UUID]] = {}
    for group, medium in faces:
        media.setdefault(group, set()).add(medium)
    return {group: _most_shown(shown.get(medium, UNKNOWN) for medium in mine) for group, mine in media.items()}


def _most_shown(people: Iterable[frozenset[str]]) -> frozenset[str]:
    times = Counter(label for labels in people for label in labels)
    most = max(times.values(), default=0)
    return frozenset(label for label, number in times.items() if number == most)


def is_same(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Whether two sides show the same person; None where the truth cannot tell."""
    if not one or not other:
        return None
    if not one & other:
        return False
    return True if len(one) == len(other) == 1 else None
