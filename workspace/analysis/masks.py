"""Cuts a part out of a picture and burns masks into it. Pure; what stood under a mask is nowhere in the result.

Masks are filled before the picture is shrunk or encoded, so that no pixel under one reaches a mean, a block or a
thumbnail of the result. Every edge is rounded outwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Shares = tuple[float, float, float, float]
"""Left, top, width and height, in per cent of the picture's sides."""
MASK = (104, 113, 122)
"""The grey of a mask, in red, green and blue."""


def masked_crop(pixels: Pixels, crop: Shares, masks: Sequence[Shares]) -> Pixels:
    """A new picture of the part alone, with the masks filled.

    pixels: (H, W, 3) uint8, RGB. crop, masks: in per cent of its sides. Raises ValueError if the part has no pixel.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = _inside(crop, width, height, outwards=False)
    if right <= left or bottom <= top:
        raise ValueError("the part has no pixel")
    part = pixels[top:bottom, left:right].copy()
    for mask in masks:
        x0, y0, x1, y1 = _inside(mask, width, height, outwards=True)
        part[max(0, y0 - top) : max(0, y1 - top), max(0, x0 - left) : max(0, x1 - left)] = MASK
    return part


def _inside(shares: Shares, width: int, height: int, *, outwards: bool) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in whole pixels. outwards: every pixel that is touched; else those that are whole."""
    left, top, wide, high = shares
    low, up = (math.floor, math.ceil) if outwards else (math.ceil, math.floor)
    return (
        max(0, low(left * width / 100)),
        max(0, low(top * height / 100)),
        min(width, up((left + wide) * width / 100)),
        min(height, up((top + high) * height / 100)),
    )
