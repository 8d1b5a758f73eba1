"""The vectors of one operation and one recogniser in memory: a block for each compartment, faces of registers apart.

`fill` brings them up to the rows that are committed; `faces_like` names every face that may reach a threshold. It
names too many rather than too few, so that whoever asks compares these with the rows, under row-level security, and
gets what a comparison of all rows would give. What a face says of a person, an entry or a rejected pair is not here.

Each change of a face's vector or place carries the number of its transaction (`face.changed_in`, kept by the
database). A fill asks for what was changed since the oldest transaction that was open at the last one: no change is
missed, whenever it was committed. A block that does not hold what was put into it is made anew from the rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.search.block import Block, Floats, Ids, Probes, probes_of

SQL = statements(__file__)
AT_ONCE = 10_000
"""Rows that are read at once while a gallery is filled: some 3 MB."""
MOST_BYTES = 1 << 30
"""Memory of the vectors of one process: seven million of 128 components. Galleries that were not asked for longest make
room; one that needs more alone is asked of the rows instead, as slowly as they are."""
REST_S = 15 * 60.0
"""A gallery that nobody asked for so long is let go."""
HEADER = 4
"""Bytes before the components in what the database sends of a vector: how many they are, and 2 that are not used."""
HEAD = np.dtype([("compartment_id", ">i4"), ("of_register", "u1"), ("changed_in", ">i8"), ("id", ">u8", 2)])
"""What stands before a vector in a line that the database sends: one value a face instead of five makes a first fill
several times as quick."""
NUMBER, ID, VECTOR = slice(5, 13), slice(13, 29), HEAD.itemsize

_galleries: dict[tuple[str, int, str], Gallery] = {}


@dataclass(frozen=True)
class Probe:
    """A vector that is searched with, (D,). without: the compartment whose persons it is not compared with."""

    vector: Floats
    without: int | None = None


@dataclass
class Gallery:
    """See above. digest: the recogniser's."""

    operation_id: int
    digest: str
    most_bytes: int = MOST_BYTES
    blocks: dict[tuple[int, bool], Block] = field(default_factory=dict)
    """By compartment, and whether its faces are of a register."""
    used_at: float = field(default_factory=time.monotonic)
    is_too_large: bool = False
    _since: int | None = None
    """Number of a transaction: all that are older have ended, and what they wrote is here."""
    _recent: dict[bytes, bytes] = field(default_factory=dict)
    """By face: in which transaction it was changed, of those that will be read again; both as they were sent."""
    _looked_at: int = 0

    @property
    def size_bytes(self) -> int:
        """Of memory."""
        return sum(block.size_bytes for block in self.blocks.values())

    def fill(self, session: Session) -> None:
        """Bring the blocks up to what is committed and visible to this session, which has changed no face itself."""
        self.used_at = time.monotonic()
        if self.is_too_large:
            return
        if not self._is_sound():
            self._forget()
        moment = session.execute(SQL["moment"]).one()
        asked = {"operation": self.operation_id, "digest": self.digest}
        is_first = self._since is None
        if is_first:
            self._forget()  # a fill that broke off
        else:
            asked |= {"since": self._since, "next": moment.next}
        first_open, beyond = (number.to_bytes(8, "big") for number in (moment.first_open, moment.next))
        recent: dict[bytes, bytes] = {}
        rows = session.execute(SQL["all" if is_first else "changed"], asked, execution_options={"yield_per": AT_ONCE})
        for part in rows.partitions():
            lines = [bytes(row.line) for row in part]
            self._take([line for line in lines if self._recent.get(line[ID]) != line[NUMBER]], is_first=is_first)
            recent |= {line[ID]: line[NUMBER] for line in lines if first_open <= line[NUMBER] < beyond}
        self._since, self._recent = moment.first_open, recent

    def faces_like(
        self, session: Session, probes: Sequence[Probe], threshold: float, *, of_registers: bool
    ) -> list[set[UUID]]:
        """For each probe the faces that may reach this cosine: those of registers, or those of persons. `fill`
        first."""
        if self.is_too_large:
            return self._asked_of_rows(session, probes, threshold, of_registers=of_registers)
        found: list[set[UUID]] = [set() for _ in probes]
        prepared: dict[tuple[int, ...], Probes] = {}
        for (compartment_id, is_registers), block in self.blocks.items():
            if is_registers is not of_registers or not len(block):
                continue
            places = tuple(
                place
                for place, probe in enumerate(probes)
                if (of_registers or probe.without != compartment_id) and len(probe.vector) == block.dimension
            )
            if not places:
                continue
            if places not in prepared:
                prepared[places] = probes_of(np.stack([probes[place].vector for place in places]))
            for numbers, ids in block.like(prepared[places], threshold):
                for number, face in zip(numbers.tolist(), _uuids(ids), strict=True):
                    found[places[number]].add(face)
        return found

    def _take(self, lines: list[bytes], *, is_first: bool) -> None:
        """Put what the lines say in place of what is there of the same faces."""
        if not lines or self.is_too_large:
            return
        heads = np.frombuffer(b"".join(line[:VECTOR] for line in lines), HEAD)
        ids = heads["id"].astype(np.uint64)
        if not is_first:
            for block in self.blocks.values():
                block.drop(ids)
        places: dict[tuple[int, bool, int], list[int]] = {}
        for place, (head, line) in enumerate(
            zip(heads[["compartment_id", "of_register"]].tolist(), lines, strict=True)
        ):
            places.setdefault((head[0], bool(head[1]), len(line)), []).append(place)
        for (compartment_id, of_register, length), here in sorted(places.items()):
            if length > VECTOR:
                sent = b"".join(lines[place][VECTOR + HEADER :] for place in here)
                vectors = np.frombuffer(sent, ">f2").reshape(len(here), -1).astype(np.float32)
                self._add((compartment_id, of_register), ids[here], vectors)
        if self.size_bytes > self.most_bytes:
            self._forget()
            self.is_too_large = True
        else:
            _make_room(self)

    def _add(self, key: tuple[int, bool], ids: Ids, vectors: Floats) -> None:
        if key not in self.blocks:
            self.blocks[key] = Block(vectors.shape[1], f"{self.operation_id} {self.digest} {key}")
        if self.blocks[key].dimension == vectors.shape[1]:  # the database compares no others either
            self.blocks[key].add(ids, vectors)

    def _is_sound(self) -> bool:
        """Look at a few lines of one part more, in turn: each is looked at again and again, and none takes longer than
        a millisecond."""
        parts = [part for block in self.blocks.values() for part in block.parts]
        if not parts:
            return True
        self._looked_at += 1
        turn, place = divmod(self._looked_at, len(parts))
        return parts[place].is_sound(turn)

    def _forget(self) -> None:
        self.blocks, self._since, self._recent = {}, None, {}

    def _asked_of_rows(
        self, session: Session, probes: Sequence[Probe], threshold: float, *, of_registers: bool
    ) -> list[set[UUID]]:
        found: list[set[UUID]] = [set() for _ in probes]
        asked = {
            "operation": self.operation_id,
            "digest": self.digest,
            "threshold": threshold,
            "of_registers": of_registers,
            "probes": [str(probe.vector.tolist()) for probe in probes],
            "without": [probe.without for probe in probes],
        }
        for row in session.execute(SQL["rows_like"], asked):
            found[row.place - 1].add(row.id)
        return found


def gallery_of(session: Session, operation_id: int, digest: str, *, most_bytes: int = MOST_BYTES) -> Gallery:
    """The gallery of an operation and recogniser in this process, made where there is none."""
    # Two databases in one process (tests) must not share their vectors.
    key = (str(session.get_bind().engine.url), operation_id, digest)
    return _galleries.setdefault(key, Gallery(operation_id, digest, most_bytes))


def let_go(now: Callable[[], float] = time.monotonic) -> None:
    """Let galleries go that nobody asked for a while, with all that is in them."""
    for key, gallery in list(_galleries.items()):
        if now() - gallery.used_at > REST_S:
            _galleries.pop(key, None)


def _make_room(for_this: Gallery) -> None:
    others = sorted((item for item in _galleries.items() if item[1] is not for_this), key=lambda each: each[1].used_at)
    held = for_this.size_bytes + sum(gallery.size_bytes for _, gallery in others)
    for key, gallery in others:
        if held <= for_this.most_bytes:
            return
        _galleries.pop(key, None)
        held -= gallery.size_bytes


def vector_of(sent: bytes) -> Floats:
    """What the database sends of a vector (`halfvec_send`), as numbers, (D,)."""
    return np.frombuffer(sent[HEADER:], ">f2").astype(np.float32)


def _uuids(ids: Ids) -> list[UUID]:
    sent: npt.NDArray[Any] = ids.astype(">u8")
    return [UUID(bytes=one.tobytes()) for one in sent]
