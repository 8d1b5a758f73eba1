"""Vectors narrow and apart in memory, compared by the hundred thousand with many probes in one product.

A block holds a byte a component. What it answers is never too little: the error of the bytes is bounded by
Cauchy and Schwarz, and whatever could reach the threshold with that error is named. Who asks compares what is named
with the rows themselves. Must not know rows, people or compartments, and writes nothing to a disk.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int8]
Ids = npt.NDArray[np.uint64]
"""(N, 2): the two halves of each UUID."""
Places = npt.NDArray[np.int64]

PART = 65_536
"""Vectors of one part: a block grows by parts, so that nothing large is ever copied. A full one is large enough for
large pages of memory, which numpy asks for from 4 MB on: through small ones memory is read more slowly."""
WIDTH = 1024
"""Vectors that lie together, component by component: one probe is multiplied with them without a copy, and what many
give stays in a processor's cache until it is compared."""
FIRST = 64
"""Places of a block's first part; it doubles until it is PART."""
LOOKED_AT = 4
"""Lines of WIDTH vectors that are looked at in one turn, in less than a millisecond."""
STEPS = 127.0
"""A vector's bytes are its components in 127 steps of its largest one."""
PROBE_STEPS = 63
"""A probe has half as many and is counted from there, so that none is below 0: processors without VNNI add two products
of bytes into 16 bits, and 2 x 127 x 126 is less than 2^15."""
TINY = 0.01
"""Smaller than the largest component of any vector of length 1 with less than 10,000: keeps what is computed inside
32 bits."""
ROUNDING = 1e-5
"""What 32-bit sums of unit vectors may be wrong by (measured: less than 1e-6)."""
AT_ONCE = 1 << 19
"""Products that are made at once: they stay in a processor's cache until they are compared."""
MARKS = 1 << 20
"""By so many an id is told from most others before it is compared."""
LINES_AT_ONCE = 8
"""Lines of WIDTH vectors that are multiplied at once: a megabyte of 128 components, which stays in a processor's cache
from being read to being multiplied. Of fewer, the calls cost more than the reading."""
NOWHERE: Places = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Probes:
    """Vectors that are searched with. exact: (M, D) float32; narrow: (M, D) bytes, in which a step is `step` and
    PROBE_STEPS stands for 0; error: the largest that the narrow one is wrong by; norm: the largest length."""

    exact: Floats
    narrow: npt.NDArray[np.uint8]
    step: float
    error: float
    norm: float


def probes_of(vectors: Floats) -> Probes:
    """Prepare vectors, (M, D) with M > 0, to be searched with."""
    step = float(np.abs(vectors).max()) / PROBE_STEPS or 1.0
    steps = np.rint(vectors / step)
    narrow = (steps + PROBE_STEPS).astype(np.uint8)
    error = float(np.linalg.norm(vectors - steps * np.float32(step), axis=1).max())
    norm = float(np.linalg.norm(vectors, axis=1).max())
    return Probes(np.ascontiguousarray(vectors, np.float32), narrow, step, error, norm)


class _Part:
    """A run of vectors. codes: (lines, D, width): a line holds `width` vectors, component by component; per_step:
    (capacity,), how many steps of each vector's bytes make 1; beside: (capacity,), what a probe's count from
    PROBE_STEPS adds to each product."""

    def __init__(self, dimension: int, capacity: int, identity: int) -> None:
        width = min(capacity, WIDTH)
        self.codes: Codes = np.zeros((capacity // width, dimension, width), np.int8)
        self.per_step: Floats = np.ones(capacity, np.float32)
        self.beside: npt.NDArray[np.int32] = np.zeros(capacity, np.int32)
        self.ids: Ids = np.zeros((capacity, 2), np.uint64)
        self.count = 0
        self.error = 0.0
        """The most that a vector's bytes are away from it."""
        self.norm = 0.0
        self._identity = identity
        self._seals: dict[int, int] = {}
        """By line."""

    @property
    def capacity(self) -> int:
        return len(self.ids)

    @property
    def width(self) -> int:
        return int(self.codes.shape[2])

    @property
    def size_bytes(self) -> int:
        return sum(array.nbytes for array in (self.codes, self.per_step, self.beside, self.ids))

    def grow(self) -> None:
        """Make room for as many again, at most PART: first in the one line, then in lines."""
        more = self.capacity
        self.codes = np.concatenate([self.codes, np.zeros_like(self.codes)], axis=2 if self.width < WIDTH else 0)
        self.per_step = np.concatenate([self.per_step, np.ones(more, np.float32)])
        self.beside = np.concatenate([self.beside, np.zeros(more, np.int32)])
        self.ids = np.concatenate([self.ids, np.zeros((more, 2), np.uint64)])
        self._seal(slice(0, self.count))

    def add(self, ids: Ids, vectors: Floats) -> None:
        new = slice(self.count, self.count + len(ids))
        per_step = np.float32(STEPS) / np.maximum(np.abs(vectors).max(axis=1), np.float32(TINY))
        counted = np.rint(vectors * per_step[:, None])
        self._write(new, counted.astype(np.int8))
        self.per_step[new], self.ids[new] = per_step, ids
        self.beside[new] = PROBE_STEPS * counted.sum(axis=1)
        self.error = max(self.error, float(np.linalg.norm(vectors - counted / per_step[:, None], axis=1).max()))
        self.norm = max(self.norm, float(np.linalg.norm(vectors, axis=1).max()))
        self.count = new.stop
        self._seal(new)

    def drop(self, places: Places) -> None:
        """Take vectors out, and put the last ones in their places; nothing of them stays in memory."""
        left = self.count - len(places)
        stays = np.ones(self.count, bool)
        stays[places] = False
        holes, moved = np.flatnonzero(~stays[:left]), left + np.flatnonzero(stays[left:])
        ends = np.arange(left, self.count)
        self._put(holes, self.at(moved))
        self._put(ends, np.zeros((len(ends), self.codes.shape[1]), np.int8))
        for array, empty in ((self.per_step, 1), (self.beside, 0), (self.ids, 0)):
            array[holes] = array[moved]
            array[ends] = empty
        self.count = left
        self._seals.clear()
        self._seal(slice(0, left))

    def at(self, places: Places) -> Codes:
        """The bytes of these vectors, (N, D)."""
        lines, columns = np.divmod(places, self.width)
        found: Codes = self.codes[lines, :, columns]
        return found

    def is_sound(self, turn: int | None = None) -> bool:
        """Whether it holds what was put into it, and belongs to its block. turn: only a few lines are looked at, with
        each turn the next ones."""
        lines = self._lines(slice(0, self.count))
        if turn is not None and lines:
            first = turn * LOOKED_AT % len(lines)
            lines = lines[first : first + LOOKED_AT]
        return all(self._sealed(line) == self._seals.get(line) for line in lines)

    def _put(self, places: Places, codes: Codes) -> None:
        lines, columns = np.divmod(places, self.width)
        self.codes[lines, :, columns] = codes

    def _write(self, run: slice, codes: Codes) -> None:
        for line in self._lines(run):
            begins = line * self.width
            first, stop = max(run.start, begins), min(run.stop, begins + self.width)
            self.codes[line, :, first - begins : stop - begins] = codes[first - run.start : stop - run.start].T

    def _lines(self, run: slice) -> range:
        return range(run.start // self.width, -(-run.stop // self.width)) if run.stop > run.start else range(0)

    def _seal(self, run: slice) -> None:
        self._seals.update((line, self._sealed(line)) for line in self._lines(run))

    def _sealed(self, line: int) -> int:
        """A sum over a whole line, the same whether its vectors came together or one after the other."""
        here, seal = slice(line * self.width, (line + 1) * self.width), self._identity
        for array in (self.codes[line], self.per_step[here], self.beside[here], self.ids[here]):
            seal = zlib.crc32(array.data, seal)
        return seal


class Block:
    """The vectors of one compartment. identity: says which block it is, so that no part of another passes for its
    own."""

    def __init__(self, dimension: int, identity: str) -> None:
        self.dimension = dimension
        self._identity = zlib.crc32(identity.encode())
        self.parts: list[_Part] = []

    def __len__(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def size_bytes(self) -> int:
        """Of memory."""
        return sum(part.size_bytes for part in self.parts)

    def add(self, ids: Ids, vectors: Floats) -> None:
        """Put vectors, (N, D), in. One that is there already must be dropped first."""
        done = 0
        while done < len(ids):
            if not self.parts or self.parts[-1].count == PART:
                self.parts.append(_Part(self.dimension, PART if self.parts else FIRST, self._identity))
            part = self.parts[-1]
            while part.capacity < min(PART, part.count + len(ids) - done):
                part.grow()
            fits = slice(done, done + min(part.capacity - part.count, len(ids) - done))
            part.add(ids[fits], vectors[fits])
            done = fits.stop

    def drop(self, ids: Ids) -> None:
        """Take vectors out; ids that are not here change nothing."""
        # By some bits of the second half first: they are random in every UUID, and few share them with one that goes.
        marked = np.zeros(MARKS, bool)
        marked[_marks(ids)] = True
        wanted = set(zip(*ids.T.tolist(), strict=True))
        for part in self.parts:
            places = np.flatnonzero(marked[_marks(part.ids[: part.count])])
            pairs = zip(places.tolist(), *part.ids[places].T.tolist(), strict=True)
            found = [place for place, one, other in pairs if (one, other) in wanted]
            if found:
                part.drop(np.array(found, np.int64))

    def like(self, probes: Probes, threshold: float) -> Iterator[tuple[Places, Ids]]:
        """Every vector whose inner product with a probe may reach the threshold: numbers of probes, and beside each the
        id of a vector."""
        for part in self.parts:
            if part.count:
                yield from _like(part, probes, threshold)


def _marks(ids: Ids) -> Places:
    return (ids[:, 1] % np.uint64(MARKS)).astype(np.int64)


def _like(part: _Part, probes: Probes, threshold: float) -> Iterator[tuple[Places, Ids]]:
    places = _places_like(part, probes, threshold)
    rows, numbers = _rows_and_probes(part, places, len(probes.exact))
    if len(rows):
        # Once more with the probe itself, so that only the error of the vector's bytes is left.
        scores = np.einsum("nd,nd->n", part.at(rows).astype(np.float32), probes.exact[numbers])
        near = scores / part.per_step[rows] >= threshold - part.error * probes.norm - ROUNDING
        yield numbers[near], part.ids[rows[near]]


def _places_like(part: _Part, probes: Probes, threshold: float) -> Places:
    """Where in the table of all products, line by line and in it probe by probe, one may reach the threshold."""
    slack = part.norm * probes.error + part.error * (probes.norm + probes.error) + ROUNDING
    steps = np.float32((threshold - slack) / probes.step)
    products_a_line = len(probes.exact) * part.width
    at_once = max(1, min(LINES_AT_ONCE, AT_ONCE // products_a_line))
    found = [NOWHERE]
    for start in range(0, -(-part.count // part.width), at_once):
        codes = part.codes[start : start + at_once]
        here = slice(start * part.width, (start + len(codes)) * part.width)
        least = _least(steps * part.per_step[here]) + part.beside[here]
        if len(probes.exact) == 1:
            _read_ahead(codes)
        near = _product(probes.narrow, codes) >= least.reshape(-1, 1, part.width)
        found.append(_true_places(near) + start * products_a_line)
    return np.concatenate(found)


def _rows_and_probes(part: _Part, places: Places, probes: int) -> tuple[Places, Places]:
    """The vectors and the probes of places in the table of products; of vectors that are there."""
    lines, numbers, columns = np.unravel_index(places, (len(part.codes), probes, part.width))
    rows = lines * part.width + columns
    known = rows < part.count
    return rows[known], numbers[known]


def _read_ahead(codes: Codes) -> None:
    """Bring vectors into the cache in their order: the product goes through four components at once, which memory
    gives a quarter more slowly."""
    codes.view(np.int64).max()


def _least(exact: Floats) -> npt.NDArray[np.int32]:
    """Whole numbers that are less by at most 2."""
    return exact.astype(np.int32) - np.int32(1)


def _true_places(table: npt.NDArray[np.bool_]) -> Places:
    """Where a table of a multiple of 8 places is true, counted through it: eight places are looked at as one number,
    because few are true."""
    flat = table.ravel()
    eights = np.flatnonzero(flat.view(np.uint64))
    if not len(eights):
        return NOWHERE
    places: Places = (eights[:, None] * 8 + np.arange(8)).ravel()
    return np.asarray(places[flat[places]], np.int64)


def _product(narrow: npt.NDArray[np.uint8], codes: Codes) -> npt.NDArray[np.int32]:
    """(M, D) bytes times (L, D, W): exact sums, (L, M, W)."""
    product: npt.NDArray[np.int32] = _multiplier().run(None, {"probes": narrow, "vectors": codes})[0]
    return product


@cache
def _multiplier() -> Any:
    """ONNX Runtime's product of bytes: several times as fast as BLAS with 32-bit numbers, and a quarter of the memory
    is read. One thread: there is a worker per core. Without a zero point: so one probe is multiplied without vectors
    being copied first."""
    import onnxruntime
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["probes", "vectors"], ["products"])],
        "products",
        [
            helper.make_tensor_value_info("probes", TensorProto.UINT8, ["m", "d"]),
            helper.make_tensor_value_info("vectors", TensorProto.INT8, ["l", "d", "w"]),
        ],
        [helper.make_tensor_value_info("products", TensorProto.INT32, ["l", "m", "w"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
