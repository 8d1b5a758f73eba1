"""The trusted side of cutting a picture into tiles: checked pixels, batch by batch, out of the shared memory."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workspace.analysis.sandbox.answers import Answer, Pixels, TilesAnswer, read_pixels
from workspace.analysis.sandbox.limits import refusal
from workspace.rules.tiles import tiles_in


@dataclass(frozen=True)
class TiledPicture:
    """A picture being cut. tiles: (H, W, 3) uint8, RGB, upright, in the order of `rules.tiles.tiles_in`, once; width
    and height: of the largest level; original_width, original_height: of the original. Iterating raises Refused if the
    rest cannot be read."""

    width: int
    height: int
    original_width: int
    original_height: int
    tiles: Iterator[Pixels]


def cut(first: Answer, shared: mmap.mmap, further: Callable[[], Answer]) -> TiledPicture:
    """A picture out of the first answer of a child. further: asks for the next. Raises Refused `crashed` if the child
    answers what no sane one does."""
    if not isinstance(first, TilesAnswer):
        raise refusal("crashed")
    return TiledPicture(
        first.width, first.height, first.original_width, first.original_height, _tiles(first, shared, further)
    )


def _tiles(first: TilesAnswer, shared: mmap.mmap, further: Callable[[], Answer]) -> Iterator[Pixels]:
    answer, left, offset = first, first.tiles, 0
    for tile in tiles_in(first.width, first.height):
        if not left:
            following = further() if not answer.last else None
            if not isinstance(following, TilesAnswer) or not following.tiles:
                raise refusal("crashed")
            answer, left, offset = following, following.tiles, 0
        pixels = read_pixels(shared, offset=offset, width=tile.width, height=tile.height)
        left, offset = left - 1, offset + pixels.size
        yield pixels
    if left or not answer.last:
        raise refusal("crashed")
