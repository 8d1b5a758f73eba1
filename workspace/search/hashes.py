"""PDQ hashes in memory, asked for all that differ from one in at most so many bits, without comparing with each.

A hash is cut into words of 16 bits. Of two hashes that differ in at most 31 of 256 bits, at least one of the sixteen
words differs in one bit or none (31 < 2 x 16): so the hashes that have this word, or one of its 16 neighbours, at the
same place are all that can match, one in 240 of random ones, and they alone are compared. Nothing is missed («Fast
Search in Hamming Space with Multi-Index Hashing», Norouzi, Punjani and Fleet, 2012). Must not know whose the hashes
are: they have places, in the order in which they came.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

HASH_BYTES: Final = 32
MOST_BITS: Final = 31
"""Two hashes that differ in more bits may have no word in which they differ in one."""
WORDS: Final = 16
WORD_VALUES: Final = 1 << 16
NEIGHBOURS: Final = np.array([0, *(1 << bit for bit in range(16))], np.uint16)
LEAST_SORTED: Final = 4096
"""So many are compared with each, which is as quick as asking what is sorted; more are sorted in."""
PAIRS_AT_ONCE: Final = 1 << 21
"""Pairs that are compared at once: some 100 MB."""

Hashes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Hits:
    """Pairs that are near, place by place: which of the asked, the place of the other, and in how many bits they
    differ."""

    asked: Places
    place: Places
    bits: Places


@dataclass
class HashIndex:
    """See above. Grows alone; places are never given up."""

    _count: int = 0
    _hashes: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros((1024, 4), np.uint64))
    _sorted: int = 0
    """How many, from the first, are in the two tables."""
    _order: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros((WORDS, 0), np.int32))
    """By word: the places, in the order of the word's value."""
    _begins: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros((WORDS, WORD_VALUES + 1), np.int32))
    """By word and value: where its places begin in that order."""

    def __len__(self) -> int:
        return self._count

    def add(self, hashes: Hashes) -> None:
        """Add hashes, (N, 32); they get the next places."""
        count = self._count + len(hashes)
        if count > len(self._hashes):
            grown = np.zeros((max(count, 2 * len(self._hashes)), 4), np.uint64)
            grown[: self._count] = self._hashes[: self._count]
            self._hashes = grown
        self._hashes[self._count : count] = np.ascontiguousarray(hashes).view(np.uint64)
        self._count = count
        if count - self._sorted > max(LEAST_SORTED, self._sorted // 16):
            self._sort()

    def at(self, places: Places) -> Hashes:
        """The hashes at these places, (N, 32)."""
        return self._hashes[places].view(np.uint8).reshape(-1, HASH_BYTES)

    def near(self, asked: Hashes, most_bits: int = MOST_BITS) -> Hits:
        """Every pair of an asked hash, (N, 32), and a kept one that differ in at most so many bits (at most
        MOST_BITS)."""
        if most_bits > MOST_BITS:
            raise ValueError(f"At most {MOST_BITS} bits can be asked for.")
        queries = np.ascontiguousarray(asked).view(np.uint64)
        found = [self._near_unsorted(queries, most_bits)]
        step = max(1, PAIRS_AT_ONCE * WORD_VALUES // (WORDS * len(NEIGHBOURS) * max(1, self._sorted)))
        for first in range(0, len(queries) if self._sorted else 0, step):
            found += self._near_sorted(queries, slice(first, first + step), most_bits)
        asked_place, place, bits = np.concatenate(found, axis=1)
        # A pair that has several words in common was found with each.
        _, once = np.unique(asked_place * self._count + place, return_index=True)
        return Hits(asked_place[once], place[once], bits[once])

    def _near_unsorted(self, queries: npt.NDArray[np.uint64], most_bits: int) -> Places:
        rest = self._hashes[self._sorted : self._count]
        apart = np.zeros((len(queries), len(rest)), np.uint16)
        for word in range(4):
            apart += np.bitwise_count(queries[:, word, None] ^ rest[None, :, word])
        asked, place = np.nonzero(apart <= most_bits)
        return np.stack([asked, place + self._sorted, apart[asked, place]]).astype(np.int64)

    def _near_sorted(self, queries: npt.NDArray[np.uint64], part: slice, most_bits: int) -> list[Places]:
        words = queries[part].view(np.uint16).reshape(-1, WORDS)
        values, tables = (words[:, :, None] ^ NEIGHBOURS).astype(np.int64), np.arange(WORDS)[None, :, None]
        begins = self._begins[tables, values]
        lengths = self._begins[tables, values + 1] - begins
        # All words in one go, unless the hashes are alike and have many in common.
        step = WORDS if lengths.sum() <= PAIRS_AT_ONCE else 1
        found = []
        for word in range(0, WORDS, step):
            asked, place = self._with_words(begins[:, word : word + step], lengths[:, word : word + step], word)
            for first in range(0, len(asked), PAIRS_AT_ONCE):
                one, other = asked[first : first + PAIRS_AT_ONCE], place[first : first + PAIRS_AT_ONCE]
                bits = np.bitwise_count(queries[part][one] ^ self._hashes[other]).sum(axis=1, dtype=np.int64)
                near = bits <= most_bits
                found.append(np.stack([one[near] + part.start, other[near], bits[near]]).astype(np.int64))
        return found

    def _with_words(
        self, begins: npt.NDArray[np.int32], lengths: npt.NDArray[np.int32], first: int
    ) -> tuple[Places, Places]:
        """Pairs of an asked hash and the place of one with a word of its neighbourhood. begins, lengths: (Q, W, 17), the
        runs in the orders of words, beginning with the `first`."""
        each, runs = lengths.ravel(), lengths.shape[1] * lengths.shape[2]
        run = np.repeat(np.arange(each.size), each)
        # Of each pair: how far into its run.
        into = np.arange(run.size) - np.repeat(np.cumsum(each) - each, each)
        tables = first + run % runs // lengths.shape[2]
        return run // runs, self._order[tables, begins.ravel()[run] + into]

    def _sort(self) -> None:
        words = self._hashes[: self._count].view(np.uint16).reshape(-1, WORDS)
        self._order = np.stack([np.argsort(words[:, word], kind="stable") for word in range(WORDS)]).astype(np.int32)
        for word in range(WORDS):
            counts = np.bincount(words[:, word], minlength=WORD_VALUES)
            self._begins[word, 1:] = np.cumsum(counts)
        self._sorted = self._count
