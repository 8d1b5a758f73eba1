"""Finds media that look alike by their PDQ hashes, over everything that is committed in an operation.

A hash compares in nanoseconds but travels slowly: a worker process keeps the hashes it has seen (32 bytes per medium)
and asks only for newer ones. The rows stay the truth; a process that starts again reads them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from workspace.analysis.near_duplicates import HASH_BYTES, MATCH_DISTANCE, MIN_QUALITY, distances
from workspace.model.statements import statements

SQL = statements(__file__)

OVERLAP = "5 minutes"
"""How long before the newest row seen the next question begins: a write that began earlier may be committed later. No
write lasts as long (statement and lock limits of workspace.model.database)."""


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
    """The hashes of one operation and kind. hashes: (capacity, 32) uint8, of which the first len(known) count."""

    known: list[_Known] = field(default_factory=list)
    ids: set[UUID] = field(default_factory=set)
    hashes: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros((1024, HASH_BYTES), np.uint8))
    newest: datetime | None = None

    def add(self, known: _Known, pdq: bytes) -> None:
        if len(self.known) == len(self.hashes):
            self.hashes = np.concatenate([self.hashes, np.zeros_like(self.hashes)])
        self.hashes[len(self.known)] = np.frombuffer(pdq, np.uint8)
        self.known.append(known)
        self.ids.add(known.id)


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
    apart = np.min([distances(each, kept.hashes[: len(kept.known)]) for each in hashes], axis=0)
    near = [(int(apart[place]), kept.known[place]) for place in np.flatnonzero(apart <= MATCH_DISTANCE)]
    return [
        NearMedium(one.id, one.compartment_id, one.agency_id, one.sha256, distance)
        for distance, one in sorted(near, key=lambda pair: (pair[0], pair[1].id))
        if one.id != media_id
    ]


def _refill(session: Session, kept: _Kept, operation_id: int, kind: str) -> None:
    rows = session.execute(
        SQL["media"],
        {"operation": operation_id, "kind": kind, "quality": MIN_QUALITY, "newest": kept.newest, "overlap": OVERLAP},
    ).all()
    for row in rows:
        if row.id not in kept.ids:
            kept.add(_Known(row.id, row.compartment_id, row.agency_id, row.sha256), row.pdq)
        kept.newest = max(kept.newest or row.read_at, row.read_at)
