"""Cut a long and narrow picture into bands that overlap, so that each can be looked at in its own size.

A screenshot of 800 x 20,000 pixels, shrunk as a whole to the size at which faces are looked for, loses every face in
it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

NARROW_FROM: Final = 2.5
"""From this many times as long as wide a picture is looked at in bands: a long screenshot, a panorama."""
EDGE_PX: Final = 4
"""A box that ends so near a band's edge is cut by it."""


@dataclass(frozen=True)
class Band:
    """A part of a long picture, in its pixels. overlap: how much of it the next band shows again; before and behind:
    whether there is one on that side of the long axis; across: whether that runs from left to right."""

    left: int
    top: int
    right: int
    bottom: int
    overlap: int
    before: bool
    behind: bool
    across: bool

    @property
    def corner(self) -> Floats:
        """Where the band begins in the picture: x and y."""
        return np.array([self.left, self.top], np.float32)

    def cuts(self, box: Floats) -> bool:
        """Whether a face of this band, whose box is in the band's pixels, is cut at an edge where the next shows it
        whole."""
        axis, length = (0, self.right - self.left) if self.across else (1, self.bottom - self.top)
        if box[axis + 2] - box[axis] > self.overlap - EDGE_PX:
            return False
        return bool((self.before and box[axis] < EDGE_PX) or (self.behind and box[axis + 2] > length - EDGE_PX))


def bands_of(height: int, width: int, least_px: int) -> list[Band]:
    """The bands of a long and narrow picture, each as long as it is wide but not shorter than `least_px`; of any
    other picture, one."""
    longest, shortest = max(height, width), min(height, width)
    length = max(shortest, least_px)
    if longest <= NARROW_FROM * shortest or longest <= length:
        return [Band(0, 0, width, height, 0, before=False, behind=False, across=True)]
    overlap = length // 4
    steps = -(-(longest - overlap) // (length - overlap))
    starts = [round(step * (longest - length) / max(steps - 1, 1)) for step in range(steps)]
    ends = [(start, start + length, start > 0, start + length < longest) for start in starts]
    if width >= height:
        return [Band(a, 0, b, height, overlap, before, behind, across=True) for a, b, before, behind in ends]
    return [Band(0, a, width, b, overlap, before, behind, across=False) for a, b, before, behind in ends]
