"""Boxes in a picture, as W3C Media Fragments say them: shares of its sides. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BOX = re.compile("xywh=percent:" + ",".join(["([0-9]{1,3}(?:[.][0-9]+)?)"] * 4))
"""W3C Media Fragments, spatial dimension in per cent; digits of ASCII, as every reader of the standard knows them."""
NO_BOX = "a FragmentSelector with xywh=percent inside the picture"
"""What is wrong with a box that is none."""

Shares = tuple[float, float, float, float]
"""Left, top, width and height, in per cent of the picture's sides."""


def shares_of(box: Mapping[str, Any]) -> Shares | None:
    """The place that a FragmentSelector names; None for what is none, is empty or leaves the picture."""
    match = _BOX.fullmatch(str(box.get("value", "")))
    if box.get("type") != "FragmentSelector" or match is None:
        return None
    left, top, width, height = (float(number) for number in match.groups())
    is_there = width > 0 and height > 0 and left + width <= 100 and top + height <= 100
    return (left, top, width, height) if is_there else None
