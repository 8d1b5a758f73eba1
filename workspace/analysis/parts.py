"""Finds copies of a picture of which a part is covered: by a sticker, a caption, a logo, a time stamp, a watermark.

What covers a tenth of a picture changes its hash as a whole. So the PDQ of sixteen overlapping parts is kept, each at
its place. Pictures of which two parts are alike at the same places, in one and the same position, are laid upon each
other, and compared block by block: where most of what they show agrees, one is a copy of the other. Parts alone would
join all screenshots with one keyboard. Must not decide what a copy means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from workspace.analysis.borders import borders_of
from workspace.analysis.derivatives import shrunk
from workspace.analysis.near_duplicates import HASH_BYTES, LUMA, MIN_QUALITY, Hashes, pdq_in_all_turns

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Other = TypeVar("Other")

ACROSS: Final = 4
PARTS: Final = ACROSS * ACROSS
SIDE: Final = 0.3
"""Of a part, as a share of the picture's: of smaller ones few show enough, larger ones are all touched by a sticker."""
LEAST_PARTS: Final = 2
"""So many parts that are alike make two pictures worth laying upon each other."""
AGREE_PERCENT: Final = 66
"""So many of all blocks must agree: what covers a fifth of a picture touches a third of them."""

_SEEN_PX: Final = 512
_LAID_PX: Final = 256
_BLOCK_PX: Final = 16
_LEAST_CONTRAST: Final = 4.0
"""Standard deviation in 256 steps; a block of less shows nothing that could agree."""
_LEAST_BLOCKS: Final = 40
_AGREES: Final = 0.85
"""Correlation of two blocks that show the same after compression."""
_SAME_BRIGHTNESS: Final = 6.0
"""By so many of 256 steps two dull blocks may differ."""
_SAME_SHAPE: Final = 0.03
"""By so much the ratio of the sides may differ, as a share: a copy that is cut otherwise has its parts elsewhere."""

POSITIONS: Final = 8


def views_of(pixels: Pixels) -> list[Pixels]:
    """What of a picture is cut into parts, in small: the whole, and what is inside of its borders, if it has any. A
    strip of one colour may be a border or cover something. (H, W, 3) uint8 each."""
    small = shrunk(pixels, _SEEN_PX)
    borders = borders_of(small)
    inside = borders.inside(small) if borders else None
    return [small] if inside is None else [small, np.ascontiguousarray(inside)]


def hashes_of_parts(seen: Pixels) -> Hashes:
    """The hashes of a view's parts in its eight positions, (8, 16, 32), as it stands first; zeros for a part that shows
    too little. The parts of each position stand in the order of their places in it."""
    found = np.zeros((POSITIONS, PARTS, HASH_BYTES), np.uint8)
    for row in range(ACROSS):
        for column in range(ACROSS):
            hashes, quality = pdq_in_all_turns(_part(seen, row, column))
            if quality < MIN_QUALITY:
                continue
            for position, digest in enumerate(hashes):
                found[position, _place(row, column, position)] = np.frombuffer(digest, np.uint8)
    return found


def worth_a_look(hits: Iterable[tuple[int, int, Other, int]]) -> Iterator[tuple[Other, int]]:
    """Of pairs of parts that are alike (position, own place, the other view, its place): the views of which enough are
    so at the same places, each with the position in which most are; those with the most first."""
    votes = Counter((other, position) for position, own, other, place in hits if own == place)
    best: dict[Other, int] = {}
    for (other, position), count in votes.most_common():
        if count >= LEAST_PARTS:
            best.setdefault(other, position)
    yield from best.items()


def agreeing_percent(own: Pixels, other: Pixels, position: int) -> int:
    """Lay a view, in one of its eight positions, upon another: the share of blocks that agree, in whole percents; 0
    where they have not one shape or show too little. Blocks that show something agree by what they show, dull ones by
    their brightness, less what all differ by."""
    turned = _turned(own, position)
    shapes = [each.shape[1] / each.shape[0] for each in (turned, other)]
    if abs(shapes[0] / shapes[1] - 1) > _SAME_SHAPE:
        return 0
    one, two = (_blocks(each, shapes[1]) for each in (turned, other))
    apart = one.mean(axis=1) - two.mean(axis=1)
    one, two = (each - each.mean(axis=1, keepdims=True) for each in (one, two))
    contrast = np.stack([one.std(axis=1), two.std(axis=1)])
    shown = contrast.max(axis=0) >= _LEAST_CONTRAST
    if shown.sum() < _LEAST_BLOCKS:
        return 0
    likeness = (one * two).mean(axis=1) / np.maximum(contrast.prod(axis=0), 1e-6)
    agrees = np.where(shown, likeness >= _AGREES, np.abs(apart - np.median(apart)) <= _SAME_BRIGHTNESS)
    return int(100 * agrees.mean())


def _part(seen: Pixels, row: int, column: int) -> Pixels:
    height, width = seen.shape[:2]
    top, left = ((1 - SIDE) * place / (ACROSS - 1) for place in (row, column))
    rows = slice(round(top * height), round((top + SIDE) * height))
    return np.ascontiguousarray(seen[rows, round(left * width) : round((left + SIDE) * width)])


def _place(row: int, column: int, position: int) -> int:
    """Where a part stands in a position, in the order of `pdq_in_all_turns`: rows and columns turned round, and the
    two exchanged."""
    down = ACROSS - 1 - row if position & 4 else row
    across = ACROSS - 1 - column if position & 2 else column
    return across * ACROSS + down if position & 1 else down * ACROSS + across


def _turned(pixels: Pixels, position: int) -> Pixels:
    """A picture in a position, in the order of `pdq_in_all_turns`."""
    turned = pixels[:: -1 if position & 4 else 1, :: -1 if position & 2 else 1]
    return np.swapaxes(turned, 0, 1) if position & 1 else turned


def _blocks(pixels: Pixels, shape: float) -> Floats:
    """The blocks of a picture's brightness in one size that follows from its shape (width by height), (N, px²)."""
    size = (_LAID_PX, round(_LAID_PX / shape)) if shape >= 1 else (round(_LAID_PX * shape), _LAID_PX)
    across, down = (max(1, side // _BLOCK_PX) for side in size)
    whole = (across * _BLOCK_PX, down * _BLOCK_PX)
    small = cv2.resize(np.ascontiguousarray(pixels), whole, interpolation=cv2.INTER_AREA).astype(np.float32) @ LUMA
    return small.reshape(down, _BLOCK_PX, across, _BLOCK_PX).swapaxes(1, 2).reshape(down * across, -1)
