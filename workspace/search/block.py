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
Bytes = npt.NDArray[np.uint8]
Ids = npt.NDArray[np.uint64]
"""(N, 2): the two halves of each UUID."""
Places = npt.NDArray[np.int64]

PART = 16_384
"""Vectors of one part: a block grows by parts, so that nothing large is ever copied."""
FIRST = 64
"""Places of a block's first part; it doubles until it is PART."""
STEPS = 127.0
ZERO = 128
"""A vector's bytes are its components in 127 steps of its largest one, and this stands for 0."""
PROBE_STEPS = 63.0
"""A probe has half as many, because processors without VNNI add two products of bytes into 16 bits:
2 x 255 x 63 is less than 2^15."""
TINY = 0.01
"""Smaller than the largest component of any vector of length 1 with less than 10,000: keeps what is computed inside
32 bits."""
ROUNDING = 1e-5
"""What 32-bit sums of unit vectors may be wrong by (measured: less than 1e-6)."""
NARROW = 32
"""Products in a line up to which NumPy takes longer for the line than for what stands in it."""
AT_ONCE = 1 << 19
"""Products that are made at once: they stay in a processor's cache until they are compared."""


@dataclass(frozen=True)
class Probes:
    """Vectors that are searched with. exact: (M, D) float32; narrow: (D, W) int8 with W the next multiple of 8, in
    which a step is `step`; error: the largest that the narrow one is wrong by; norm: the largest length."""

    exact: Floats
    narrow: npt.NDArray[np.int8]
    step: float
    error: float
    norm: float


def probes_of(vectors: Floats) -> Probes:
    """Prepare vectors, (M, D) with M > 0, to be searched with."""
    step = float(np.abs(vectors).max()) / PROBE_STEPS or 1.0
    steps = np.rint(vectors / step).astype(np.int8)
    width = -(-len(vectors) // 8) * 8
    narrow = np.zeros((vectors.shape[1], width), np.int8)
    narrow[:, : len(vectors)] = steps.T
    error = float(np.linalg.norm(vectors - steps * np.float32(step), axis=1).max())
    norm = float(np.linalg.norm(vectors, axis=1).max())
    return Probes(np.ascontiguousarray(vectors, np.float32), narrow, step, error, norm)


class _Part:
    """A run of vectors. codes: (capacity, D); per_step: (capacity,), how many steps of each vector's bytes make 1."""

    def __init__(self, dimension: int, capacity: int, identity: int) -> None:
        self.codes: Bytes = np.zeros((capacity, dimension), np.uint8)
        self.per_step: Floats = np.ones(capacity, np.float32)
        self.ids: Ids = np.zeros((capacity, 2), np.uint64)
        self.count = 0
        self.error = 0.0
        """The most that a vector's bytes are away from it."""
        self.norm = 0.0
        self.fewest = np.float32(STEPS / TINY)
        """The least of per_step."""
        self._identity = identity
        self._seal = identity

    def grow(self) -> None:
        """Make room for as many again, at most PART."""
        more = min(len(self.codes), PART - len(self.codes))
        self.codes = np.concatenate([self.codes, np.zeros((more, self.codes.shape[1]), np.uint8)])
        self.per_step = np.concatenate([self.per_step, np.ones(more, np.float32)])
        self.ids = np.concatenate([self.ids, np.zeros((more, 2), np.uint64)])

    def add(self, ids: Ids, vectors: Floats) -> None:
        new = slice(self.count, self.count + len(ids))
        per_step = np.float32(STEPS) / np.maximum(np.abs(vectors).max(axis=1), np.float32(TINY))
        counted = np.rint(vectors * per_step[:, None])
        self.codes[new] = counted + ZERO
        self.per_step[new], self.ids[new] = per_step, ids
        self.fewest = min(self.fewest, per_step.min())
        self.error = max(self.error, float(np.linalg.norm(vectors - counted / per_step[:, None], axis=1).max()))
        self.norm = max(self.norm, float(np.linalg.norm(vectors, axis=1).max()))
        self._seal = self._sealed(new, self._seal)
        self.count = new.stop

    def drop(self, places: Places) -> None:
        """Take vectors out; nothing of them stays in memory."""
        kept = np.ones(self.count, bool)
        kept[places] = False
        left = int(kept.sum())
        for array in (self.codes, self.per_step, self.ids):
            array[:left] = array[: self.count][kept]
            array[left : self.count] = 0
        self.count, self._seal = left, self._sealed(slice(0, left), self._identity)

    def is_sound(self) -> bool:
        """Whether it holds what was put into it, and belongs to its block."""
        return self._seal == self._sealed(slice(0, self.count), self._identity)

    def _sealed(self, what: slice, seal: int) -> int:
        """A sum over vectors one by one, so that it is the same whether they came together or one after the other."""
        lines = np.concatenate(
            [self.codes[what], self.per_step[what, None].view(np.uint8), self.ids[what].view(np.uint8)], axis=1
        )
        return zlib.crc32(np.ascontiguousarray(lines).data, seal)


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
        return sum(part.codes.nbytes + part.per_step.nbytes + part.ids.nbytes for part in self.parts)

    def add(self, ids: Ids, vectors: Floats) -> None:
        """Put vectors, (N, D), in. One that is there already must be dropped first."""
        done = 0
        while done < len(ids):
            if not self.parts or self.parts[-1].count == PART:
                self.parts.append(_Part(self.dimension, PART if self.parts else FIRST, self._identity))
            part = self.parts[-1]
            while len(part.codes) < min(PART, part.count + len(ids) - done):
                part.grow()
            fits = slice(done, done + min(len(part.codes) - part.count, len(ids) - done))
            part.add(ids[fits], vectors[fits])
            done = fits.stop

    def drop(self, ids: Ids) -> None:
        """Take vectors out; ids that are not here change nothing."""
        gone = np.sort(ids[:, 1])
        wanted = {(int(one), int(other)) for one, other in ids}
        for part in self.parts:
            # By the second half first: it is random in every UUID, and few of a part share it with one that goes.
            halves = part.ids[: part.count, 1]
            places = np.flatnonzero(gone[np.searchsorted(gone, halves).clip(max=len(gone) - 1)] == halves)
            found = [place for place in places.tolist() if (int(part.ids[place, 0]), int(part.ids[place, 1])) in wanted]
            if found:
                part.drop(np.array(found, np.int64))

    def like(self, probes: Probes, threshold: float) -> Iterator[tuple[Places, Ids]]:
        """Every vector whose inner product with a probe may reach the threshold: numbers of probes, and beside each the
        id of a vector."""
        for part in self.parts:
            if part.count:
                yield from _like(part, probes, threshold)


def _like(part: _Part, probes: Probes, threshold: float) -> Iterator[tuple[Places, Ids]]:
    slack = part.norm * probes.error + part.error * (probes.norm + probes.error) + ROUNDING
    scale = np.float32((threshold - slack) / probes.step)
    width = probes.narrow.shape[1]
    at_once = max(64, min(PART, AT_ONCE // width))
    for start in range(0, part.count, at_once):
        stop = min(start + at_once, part.count)
        products = _product(part.codes[start:stop], probes.narrow)
        rows, columns = _reaching(products, scale, part.per_step[start:stop], part.fewest)
        known = columns < len(probes.exact)
        rows, columns = rows[known] + start, columns[known]
        if len(rows):
            # Once more with the probe itself, so that only the error of the vector's bytes is left.
            vectors = (part.codes[rows].astype(np.float32) - ZERO) / part.per_step[rows, None]
            scores = np.einsum("nd,nd->n", vectors, probes.exact[columns])
            near = scores >= threshold - part.error * probes.norm - ROUNDING
            yield columns[near], part.ids[rows[near]]


def _reaching(
    products: npt.NDArray[np.int32], scale: np.float32, per_step: Floats, fewest: np.float32
) -> tuple[Places, Places]:
    """Lines and columns of a table, (N, W), where it reaches what is the least for its line: scale times its steps,
    (N,)."""
    width = products.shape[1]
    if width > NARROW or scale <= 0:
        return np.divmod(_true_places(products >= _least(scale * per_step)[:, None]), width)
    # Lines are too short to be compared one by one: first all with the least of any, then what is left with its own.
    rows, columns = np.divmod(_true_places(products >= _least(scale * fewest)), width)
    reach = products[rows, columns] >= _least(scale * per_step[rows])
    return rows[reach], columns[reach]


def _least(exact: Floats | np.float32) -> npt.NDArray[np.int32]:
    """Whole numbers that are less by at most 2."""
    return np.asarray(exact, np.float32).astype(np.int32) - np.int32(1)


def _true_places(table: npt.NDArray[np.bool_]) -> Places:
    """Where a table of a multiple of 8 columns is true, counted through its lines: eight places are looked at as one
    number, because few are true."""
    flat = table.ravel()
    eights = np.flatnonzero(flat.view(np.uint64))
    places: Places = (eights[:, None] * 8 + np.arange(8)).ravel()
    return np.asarray(places[flat[places]], np.int64)


def _product(codes: Bytes, narrow: npt.NDArray[np.int8]) -> npt.NDArray[np.int32]:
    """(N, D) bytes times (D, W): exact sums, (N, W)."""
    product: npt.NDArray[np.int32] = _multiplier().run(None, {"vectors": codes, "probes": narrow})[0]
    return product


@cache
def _multiplier() -> Any:
    """ONNX Runtime's product of bytes: three to four times as fast as BLAS with 32-bit numbers, and a quarter of the
    memory is read. One thread: there is a worker per core."""
    import onnxruntime
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["vectors", "probes", "zero"], ["products"])],
        "products",
        [
            helper.make_tensor_value_info("vectors", TensorProto.UINT8, ["n", "d"]),
            helper.make_tensor_value_info("probes", TensorProto.INT8, ["d", "m"]),
        ],
        [helper.make_tensor_value_info("products", TensorProto.INT32, ["n", "m"])],
        initializer=[helper.make_tensor("zero", TensorProto.UINT8, [], [ZERO])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
