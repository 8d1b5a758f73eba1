"""Finds copies of a picture that were resized, recompressed or slightly changed, by PDQ.

PDQ is the 256-bit perceptual hash of «The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm»
(ThreatExchange, 2019), used by hotlines and providers, so hashes can be compared with theirs. Its filter and its
sampling are linear, so here both are one matrix per side: the same bits in two products, of which the first, over all
rows, multiplies only what is not zero, some thirty rows per sample. The hash of the whole picture is asked for:
shrinking the picture first changes up to 14 bits. Must not decide what a duplicate means.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from workspace.analysis.borders import borders_of
from workspace.errors import Invalid

HASH_BYTES: Final = 32
MATCH_DISTANCE: Final = 31  # the paper's recommended threshold: at most 31 of 256 bits differ
MIN_QUALITY: Final = 50  # the paper's recommendation: below, a picture has too little detail for its hash to mean much
MIN_SIDE_PX: Final = 5  # the reference refuses to hash what is smaller

_GRID: Final = 64  # samples per side before the transform
_FREQUENCIES: Final = 16
LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
_ROWS_AT_ONCE: Final = 64  # so that a strip of the picture stays in the processor's cache

Hashes = npt.NDArray[np.uint8]


def pdq(pixels: npt.NDArray[np.uint8]) -> tuple[bytes, int]:
    """Hash a picture, (H, W, 3) uint8 RGB: returns 32 bytes (the hexadecimal form's order) and a quality of 0 to 100.

    A picture that is too small to hash gets 32 zero bytes and quality 0, as in the reference.
    """
    hashes, quality = pdq_in_all_turns(pixels)
    return hashes[0], quality


def pdq_in_all_turns(pixels: npt.NDArray[np.uint8]) -> tuple[list[bytes], int]:
    """Hash a picture as `pdq` does, and as it would be hashed in its other quarter turns and mirrored: returns eight
    hashes, that of the picture itself first, and its quality.

    To change the signs of a hash's own frequencies would be cheaper, but a sample lies a pixel beside its mirrored one:
    of 100 photographs of 250 px turned by 180 degrees 68 were then out of reach, with their pixels none.
    """
    height, width = pixels.shape[:2]
    if min(height, width) < MIN_SIDE_PX:
        return [bytes(HASH_BYTES)] * 8, 0
    across = _sampler(width)
    all_samples = _rows_sampled(_luma(pixels)) @ np.concatenate([across, across[:, ::-1]]).T
    several = [all_samples[i : i + _GRID, j : j + _GRID] for i in (0, _GRID) for j in (0, _GRID)]
    hashes = [_hash(_cosines() @ samples @ _cosines().T) for one in several for samples in (one, one.T)]
    return hashes, _quality(several[0])


def hashes_inside(pixels: npt.NDArray[np.uint8]) -> list[bytes]:
    """The eight hashes of what a picture shows inside of its borders; none where it has no borders, or shows too little
    there."""
    borders = borders_of(pixels)
    inside = borders.inside(pixels) if borders else None
    if inside is None:
        return []
    hashes, quality = pdq_in_all_turns(np.ascontiguousarray(inside))
    return hashes if quality >= MIN_QUALITY else []


def _luma(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    luma = np.empty(pixels.shape[:2], np.float32)
    for top in range(0, len(pixels), _ROWS_AT_ONCE):
        luma[top : top + _ROWS_AT_ONCE] = pixels[top : top + _ROWS_AT_ONCE] @ LUMA
    return luma


def _rows_sampled(luma: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The 64 smoothed samples of each column, and those of the picture on its head: (128, W)."""
    height = len(luma)
    samples = np.empty((2 * _GRID, luma.shape[1]), np.float32)
    for row, (weights, place) in enumerate(zip(_sampler(height), _places(height), strict=True)):
        samples[row] = weights[place] @ luma[place]
        samples[_GRID + row] = weights[place][::-1] @ luma[height - place.stop : height - place.start]
    return samples


def _hash(spectrum: npt.NDArray[np.float32]) -> bytes:
    # The reference takes the lower of the two middle values as the median; bit 16 i + j is the frequency (i, j).
    bits = (spectrum > np.partition(spectrum.ravel(), 127)[127]).ravel()
    return np.packbits(bits[::-1]).tobytes()


def distance(a: bytes, b: bytes) -> int:
    """Count the bits in which two hashes differ."""
    return int(distances(a, np.frombuffer(b, np.uint8)[None])[0])


def distances(one: bytes, many: Hashes) -> npt.NDArray[np.int64]:
    """Count the bits in which one hash differs from each of many. many: (N, 32) uint8. Returns (N,)."""
    if len(one) != HASH_BYTES or many.ndim != 2 or many.shape[1] != HASH_BYTES:
        raise Invalid("A PDQ hash has 32 bytes.", faults=["a PDQ hash has not 32 bytes"])
    words = np.ascontiguousarray(many).view(np.uint64) ^ np.frombuffer(one, np.uint64)
    return np.asarray(np.bitwise_count(words).sum(axis=1), np.int64)


@lru_cache(maxsize=256)
def _sampler(length: int) -> npt.NDArray[np.float32]:
    """Return the (64, length) matrix that smooths a line twice by PDQ's box filter and takes 64 samples of it."""
    window = (length + 2 * _GRID - 1) // (2 * _GRID)
    ahead = (window + 2) // 2  # The reference's window of place i runs from i - (window - ahead) to i + ahead - 1.
    behind = window - ahead
    matrix = np.zeros((_GRID, length))
    for row, sample in enumerate(((np.arange(_GRID) + 0.5) * length / _GRID).astype(int)):
        outer = range(max(0, sample - behind), min(length, sample + ahead))
        for place in outer:
            left, right = max(0, place - behind), min(length, place + ahead)
            matrix[row, left:right] += 1 / ((right - left) * len(outer))
    return matrix.astype(np.float32)


@lru_cache(maxsize=256)
def _places(length: int) -> list[slice]:
    """Between which places of a line each row of its sampler is not zero."""
    used = [np.flatnonzero(row) for row in _sampler(length)]
    return [slice(int(places[0]), int(places[-1]) + 1) for places in used]


@lru_cache(maxsize=1)
def _cosines() -> npt.NDArray[np.float32]:
    """Return the (16, 64) matrix of the discrete cosine transform's frequencies 1 to 16."""
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    place = 2 * np.arange(_GRID)[None] + 1
    return np.asarray(np.sqrt(2 / _GRID) * np.cos(np.pi / (2 * _GRID) * frequency * place), np.float32)


def _quality(samples: npt.NDArray[np.float32]) -> int:
    """Sum the steps between neighbouring samples, in whole percents of the range, over 90, at most 100."""
    steps = sum(int(np.abs(np.trunc(np.diff(samples, axis=axis) * 100 / 255)).sum()) for axis in (0, 1))
    return min(100, steps // 90)
