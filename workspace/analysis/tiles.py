"""Cut a picture into tiles that overlap, so that each can be looked at in full size: a small face is lost where the
picture is shrunk. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

EDGE_PX: Final = 4
"""A box that ends so near a tile's edge is cut by it."""


@dataclass(frozen=True)
class Tile:
    """A part of a picture of width by height pixels, in its pixels. overlap: how much of it its neighbours show too, at
    least."""

    left: int
    top: int
    right: int
    bottom: int
    width: int
    height: int
    overlap: int

    @property
    def corner(self) -> Floats:
        """Where the tile begins in the picture: x and y."""
        return np.array([self.left, self.top], np.float32)

    def cuts(self, box: Floats) -> bool:
        """Whether a face, whose box is in the tile's pixels, is cut at an edge beyond which a neighbour shows it."""
        across, down = self.right - self.left, self.bottom - self.top
        return bool(
            (self.left > 0 and box[0] < EDGE_PX)
            or (self.top > 0 and box[1] < EDGE_PX)
            or (self.right < self.width and box[2] > across - EDGE_PX)
            or (self.bottom < self.height and box[3] > down - EDGE_PX)
        )


def tiles_of(height: int, width: int, side: int, overlap: int) -> list[Tile]:
    """The tiles of a picture, each at most `side` wide and high, row by row. Whatever is smaller than `overlap` lies in
    one of them as a whole."""
    columns, rows = _starts(width, side, overlap), _starts(height, side, overlap)
    return [
        Tile(left, top, min(left + side, width), min(top + side, height), width, height, overlap)
        for top, left in product(rows, columns)
    ]


def _starts(length: int, side: int, overlap: int) -> list[int]:
    """Where tiles begin along one side, as far apart as one another."""
    if length <= side:
        return [0]
    steps = -(-(length - overlap) // (side - overlap))
    return [round(step * (length - side) / (steps - 1)) for step in range(steps)]
