"""Finds media that look alike by their PDQ hashes, over everything that is committed in an operation.

A hash compares in nanoseconds but travels slowly: a worker process keeps the hashes it has seen (32 bytes per medium)
and asks only for those of media that were read since, by the number of the record: it is given in the order of commits,
so that none is missed and none read twice. The rows stay the truth; a process that starts again reads them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from workspace.analysis.near_duplicates import HASH_BYTES, MATCH_DISTANCE, MIN_QUALITY
from workspace.model.statements import statements

SQL = statements(__file__)
WORDS = HASH_BYTES // 8


@dataclass(frozen=True)
class NearMedium:
    """A medium that looks like another; distance in bits of 256."""

    id: UUID
    compartment_id: int
    agency_id: int
    sha256: bytes
    distance: int


@dataclass(frozen=True)
class _Known:
    id: UUID
    compartment_id: int
    agency_id: int
    sha256: bytes


@dataclass
class _Kept:
    """The hashes of one operation and kind. words: (4, capacity), each hash as four numbers, of which the first len(known)
    count; a word of all hashes lies together, so that they are compared at the speed of memory."""

    known: list[_Known] = field(default_factory=list)
    ids: set[UUID] = field(default_factory=set)
    words: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros((WORDS, 1024), np.uint64))
    read_to: int | None = None
    """Number of the record up to which what was read is here."""

    def add(self, known: _Known, pdq: bytes) -> None:
        if len(self.known) == self.words.shape[1]:
            self.words = np.concatenate([self.words, np.zeros_like(self.words)], axis=1)
        self.words[:, len(self.known)] = np.frombuffer(pdq, np.uint64)
        self.known.append(known)
        self.ids.add(known.id)

    def apart(self, pdq: bytes) -> npt.NDArray[np.uint16]:
        """In how many bits this hash differs from each."""
        count = np.zeros(len(self.known), np.uint16)
        for word, own in zip(self.words, np.frombuffer(pdq, np.uint64), strict=True):
            count += np.bitwise_count(word[: len(count)] ^ own)
        return count


_kept: dict[tuple[str, int, str], _Kept] = {}


def near_media(
    session: Session, operation_id: int, kind: str, media_id: UUID, hashes: Sequence[bytes]
) -> list[NearMedium]:
    """The media of one kind in an operation that look like this one, nearest first; registers' portraits are left
    out. hashes: its own in all quarter turns and mirrored; the nearest counts."""
    # Two databases in one process (tests) must not share their hashes.
    kept = _kept.setdefault((str(session.get_bind().engine.url), operation_id, kind), _Kept())
    _refill(session, kept, operation_id, kind)
    if not kept.known:
        return []
    apart = np.min([kept.apart(each) for each in hashes], axis=0)
    near = [(int(apart[place]), kept.known[place]) for place in np.flatnonzero(apart <= MATCH_DISTANCE)]
    return [
        NearMedium(one.id, one.compartment_id, one.agency_id, one.sha256, distance)
        for distance, one in sorted(near, key=lambda pair: (pair[0], pair[1].id))
        if one.id != media_id
    ]


def _refill(session: Session, kept: _Kept, operation_id: int, kind: str) -> None:
    head = session.execute(SQL["head"], {"operation": operation_id}).scalar_one()
    asked = {"operation": operation_id, "kind": kind, "quality": MIN_QUALITY}
    if kept.read_to is None:
        rows = session.execute(SQL["media"], asked).all()
    elif kept.read_to < head:
        rows = session.execute(SQL["read_since"], asked | {"after": kept.read_to}).all()
    else:
        return
    for row in rows:
        if row.id not in kept.ids:
            kept.add(_Known(row.id, row.compartment_id, row.agency_id, row.sha256), row.pdq)
    kept.read_to = head
