"""Cut one untrusted picture into tiles in its own pixels; runs only in a confined child of the fork server.

The picture is held once, as its decoder made it: each tile is cut out, made RGB, turned upright and halved alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workspace.analysis.sandbox.animation import read_still
from workspace.analysis.sandbox.decode_picture import SIDEWAYS
from workspace.rules.tiles import Tile, tiles_in

_FROM_THE_RIGHT = frozenset(
    {
        Image.Transpose.FLIP_LEFT_RIGHT,
        Image.Transpose.ROTATE_180,
        Image.Transpose.ROTATE_90,
        Image.Transpose.TRANSVERSE,
    }
)
"""Turns after which what stood on the stored picture's right comes first."""
_FROM_BELOW = frozenset(
    {
        Image.Transpose.FLIP_TOP_BOTTOM,
        Image.Transpose.ROTATE_180,
        Image.Transpose.ROTATE_270,
        Image.Transpose.TRANSVERSE,
    }
)


@dataclass
class CutPicture:
    """A picture in tiles, in the order of `tiles_in`. width, height: of what is cut, upright; original_width,
    original_height: of the original, more where it is larger than any picture may be decoded."""

    width: int
    height: int
    original_width: int
    original_height: int
    tiles: Iterator[NDArray[np.uint8]]


def cut_picture(file: BinaryIO, media_type: str, clock: Callable[[], float]) -> CutPicture:
    """Decode a picture in full. Raises Refused as `read_picture` does; MemoryError passes."""
    picture = read_still(file, media_type, 1, clock, size="full")
    width, height = picture.image.size
    if picture.turn in SIDEWAYS:
        width, height = height, width
    tiles = (_cut(picture.image, picture.turn, tile) for tile in tiles_in(width, height))
    return CutPicture(width, height, picture.width, picture.height, tiles)


def _cut(image: Image.Image, turn: Image.Transpose | None, tile: Tile) -> NDArray[np.uint8]:
    piece = image.crop(_stored(image, turn, tile))
    if piece.mode != "RGB":
        piece = piece.convert("RGB")
    if turn is not None:
        piece = piece.transpose(turn)
    if tile.level:
        piece = piece.reduce(1 << tile.level)
    return np.asarray(piece)


def _stored(image: Image.Image, turn: Image.Transpose | None, tile: Tile) -> tuple[int, int, int, int]:
    """Where a tile of the upright picture lies in the picture as it is stored."""
    across, down = (tile.left, tile.right), (tile.top, tile.bottom)
    if turn in SIDEWAYS:
        across, down = down, across
    if turn in _FROM_THE_RIGHT:
        across = image.width - across[1], image.width - across[0]
    if turn in _FROM_BELOW:
        down = image.height - down[1], image.height - down[0]
    return across[0], down[0], across[1], down[1]
