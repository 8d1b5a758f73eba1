"""Finds the borders of a picture: bars above and below, at its sides, or a frame around it, each of one colour. Inside
of them a copy with other borders has the same hash. Must not decide what is a copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

ONE_COLOUR: Final = 20
"""A pixel of a border differs from its first line by less than this in every channel: compression, not content."""
STRAY_SHARE: Final = 0.01
"""So many pixels of a line of a border may differ: dust and noise."""
LEAST_SHARE: Final = 0.02
"""Of a side; what is narrower changes a hash by little."""
LEAST_INSIDE: Final = 1 / 3
"""Of each side must be left; less is a picture on a sheet of paper, of which nobody says that it is the same sheet."""
SEAM_SHARE: Final = 0.02
"""Of a side: so far behind a border its edge is looked for, since scaling and compression mixed both. A line of black
that is left changes a hash by more than 31 bits."""
LINES_AT_ONCE: Final = 32


@dataclass(frozen=True)
class Borders:
    """How much of a picture's height and width its borders take, as shares: each of 0 to 1."""

    top: float
    bottom: float
    left: float
    right: float

    def common(self, other: Borders) -> Borders:
        """What is a border in both pictures, of one size."""
        return Borders(*(min(one, two) for one, two in zip(self._sides, other._sides, strict=True)))

    @property
    def _sides(self) -> tuple[float, float, float, float]:
        return self.top, self.bottom, self.left, self.right

    @property
    def are_none(self) -> bool:
        """Whether there is nothing to take off."""
        return self.top + self.bottom < LEAST_SHARE and self.left + self.right < LEAST_SHARE

    def inside(self, pixels: Pixels) -> Pixels | None:
        """What a picture, (H, W, …), shows inside of them; None where there are none, or little else."""
        if self.are_none:
            return None
        height, width = pixels.shape[:2]
        top, bottom, left, right = self._sides
        if 1 - top - bottom < LEAST_INSIDE or 1 - left - right < LEAST_INSIDE:
            return None
        rows = slice(round(top * height), height - round(bottom * height))
        columns = slice(round(left * width), width - round(right * width))
        return pixels[rows, columns]


def borders_of(pixels: Pixels) -> Borders | None:
    """The borders of a picture, (H, W, 3) uint8; None if it shows one colour alone."""
    height, width = pixels.shape[:2]
    top = _lines(pixels)
    if top == height:
        return None
    bottom = _lines(pixels[::-1])
    between = np.swapaxes(pixels[top : height - bottom], 0, 1)
    left, right = _lines(between), _lines(between[::-1])
    if left == width:
        return None
    return Borders(top / height, bottom / height, left / width, right / width)


def _lines(pixels: Pixels) -> int:
    """How many lines from the first on are of its colour. Most pictures have no border: few lines are looked at first,
    then more and more."""
    twice = np.rint(2 * np.median(pixels[0], axis=0)).astype(np.int16)  # a median may lie between two values
    first, count = 0, 1
    while first < len(pixels):
        part = pixels[first : first + count].astype(np.int16)
        strays = (np.abs(2 * part - twice) >= 2 * ONE_COLOUR).any(axis=2).mean(axis=1)
        other = np.flatnonzero(strays > STRAY_SHARE)
        if len(other):
            return _edge(pixels, first + int(other[0]))
        first, count = first + count, min(2 * count, LINES_AT_ONCE)
    return len(pixels)


def _edge(pixels: Pixels, lines: int) -> int:
    """Where a border of about so many lines ends: behind its last line there is the largest step."""
    if not lines:
        return 0
    begin = lines - 1
    near = pixels[begin : lines + max(3, round(SEAM_SHARE * len(pixels)))].astype(np.int16)
    steps = np.abs(np.diff(near, axis=0)).mean(axis=(1, 2))
    return begin + 1 + int(steps.argmax()) if len(steps) else lines
