"""Places in a picture, as W3C Media Fragments say them: shares of its sides. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_REGION = re.compile(r"xywh=percent:(\d{1,3}(?:\.\d+)?),(\d{1,3}(?:\.\d+)?),(\d{1,3}(?:\.\d+)?),(\d{1,3}(?:\.\d+)?)")
"""W3C Media Fragments, spatial dimension in per cent."""
NO_REGION = "a FragmentSelector with xywh=percent inside the picture"
"""What is wrong with a region that is none."""

Shares = tuple[float, float, float, float]
"""Left, top, width and height, in per cent of the picture's sides."""


def shares_of(region: Mapping[str, Any]) -> Shares | None:
    """The place that a FragmentSelector names; None for what is none, is empty or leaves the picture."""
    match = _REGION.fullmatch(str(region.get("value", "")))
    if region.get("type") != "FragmentSelector" or match is None:
        return None
    left, top, width, height = (float(number) for number in match.groups())
    is_inside = left + width <= 100 and top + height <= 100
    return (left, top, width, height) if is_inside else None
