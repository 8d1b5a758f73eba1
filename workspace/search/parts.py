"""The hashes of parts of pictures in memory: which parts of which pictures are like those that are asked for.

A part is named by its picture, the view that it is cut out of and its place there. Nobody waits for what is kept here:
where it was not asked for a while it is let go. Must not know what a picture shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from workspace.search.hashes import HASH_BYTES, HashIndex

PARTS: Final = 16
MOST_VIEWS: Final = 2
REST_S: Final = 600.0
"""Some 1.5 kB are kept per picture."""

Hashes = npt.NDArray[np.uint8]


@dataclass
class PartIndex:
    """See above. since: a transaction; what older ones wrote is here."""

    ids: list[UUID] = field(default_factory=list)
    known: set[UUID] = field(default_factory=set)
    since: int = 0
    used_at: float = 0.0
    _index: HashIndex = field(default_factory=HashIndex)
    _names: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Of each hash: picture, view and place, as one number."""

    def add(self, pictures: dict[UUID, bytes]) -> None:
        """Add pictures that are not here yet, each with the hashes of all its parts, view behind view; zeros for a part
        that shows too little."""
        hashes, names = [np.zeros((0, HASH_BYTES), np.uint8)], [self._names]
        for media_id, content in pictures.items():
            if media_id in self.known:
                continue
            parts = np.frombuffer(content, np.uint8).reshape(-1, HASH_BYTES)
            shown = np.flatnonzero(parts.any(axis=1))
            hashes.append(parts[shown])
            names.append(len(self.ids) * PARTS * MOST_VIEWS + shown)
            self.ids.append(media_id)
            self.known.add(media_id)
        self._index.add(np.concatenate(hashes))
        self._names = np.concatenate(names)

    def alike(self, asked: Hashes, most_bits: int) -> Iterator[tuple[int, UUID, int, int]]:
        """Pairs of parts that differ in at most so many bits: the place in `asked`, (N, 32), and picture, view and
        place of the other. What is asked with zeros is like nothing."""
        shown = np.flatnonzero(asked.any(axis=1))
        hits = self._index.near(asked[shown], most_bits)
        for place, name in zip(shown[hits.asked].tolist(), self._names[hits.place].tolist(), strict=True):
            picture, rest = divmod(name, PARTS * MOST_VIEWS)
            yield place, self.ids[picture], *divmod(rest, PARTS)


_kept: dict[tuple[str, int], PartIndex] = {}


def kept_parts(database: str, operation_id: int, now: Callable[[], float] = time.monotonic) -> PartIndex:
    """The parts of an operation's pictures as far as this process knows them."""
    index = _kept.setdefault((database, operation_id), PartIndex())
    index.used_at = now()
    return index


def let_go(now: Callable[[], float] = time.monotonic) -> None:
    """Let go what nobody asked for a while."""
    for key, index in list(_kept.items()):
        if now() - index.used_at > REST_S:
            _kept.pop(key, None)
