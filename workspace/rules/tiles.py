"""How a picture is cut into tiles in its own pixels, and in halves of them: known to both sides of the sandbox, so that
a child says nothing but how large the picture is; and how long the tiles are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

TILES_KEPT_HOURS = 24
"""How long the tiles of a picture are kept: whoever looks at it again has them made again, in some seconds."""

MOST_WAITING = 4
"""Pictures of one person that wait to be cut at a time: each may take a worker for some seconds."""
MOST_AN_HOUR = 120
"""Pictures that one person may have cut within an hour: two a minute, each seen in its own pixels."""

TilesState = Literal["asked", "made", "refused", "ended"]
TILES_STATES: tuple[TilesState, ...] = get_args(TilesState)

TILE_PX = 512
LEAST_SIDE = 1280
"""A picture is halved until its longer side is this or less: the preview shows as much."""


@dataclass(frozen=True)
class Tile:
    """A part of an upright picture. level: how often it was halved; left to bottom: in the picture's own pixels; width
    and
    height: of the tile, halved."""

    level: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels of its level."""
        return _halved(self.right - self.left, self.level)

    @property
    def height(self) -> int:
        """In pixels of its level."""
        return _halved(self.bottom - self.top, self.level)


def levels_of(width: int, height: int) -> int:
    """In how many sizes a picture is cut into tiles."""
    level = 0
    while max(width, height) >> level > LEAST_SIDE:
        level += 1
    return level + 1


def columns_of(side: int, level: int) -> int:
    """How many tiles stand side by side along a side of the picture."""
    return -(-side // (TILE_PX << level))


def tiles_in(width: int, height: int) -> Iterator[Tile]:
    """All tiles of a picture: the levels from its own pixels on, each row by row."""
    for level in range(levels_of(width, height)):
        step = TILE_PX << level
        for top, left in product(range(0, height, step), range(0, width, step)):
            yield Tile(level, left, top, min(left + step, width), min(top + step, height))


def tile_number(width: int, height: int, level: int, column: int, row: int) -> int | None:
    """The place of a tile among all of its picture, from 0; None if there is none."""
    if not 0 <= level < levels_of(width, height):
        return None
    across, down = columns_of(width, level), columns_of(height, level)
    if not (0 <= column < across and 0 <= row < down):
        return None
    return sum(columns_of(width, each) * columns_of(height, each) for each in range(level)) + row * across + column


def _halved(length: int, level: int) -> int:
    return -(-length >> level)
