"""Which country a place is in, offline, by packaged borders.

The borders are those of country-coder (ISC), which set-up takes out of a pinned package (frontend/geography.ts). They
are drawn coarsely, reach into coastal waters, and say nothing about whose a country is. Pure but for the one file that
is read once.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workspace.errors import Unavailable

BORDERS = Path(__file__).parents[1] / "web" / "static" / "geography" / "borders.json"
"""By ISO 3166-1 code, polygons of rings of longitude and latitude; a ring inside another is a hole."""


class _Polygon(NamedTuple):
    """box: west, south, east, north. from_, to: the ends of all edges of all rings, (n, 2)."""

    country: str
    box: tuple[float, float, float, float]
    from_: NDArray[np.float64]
    to: NDArray[np.float64]


def country_of(latitude: float, longitude: float) -> str | None:
    """The country, by its ISO 3166-1 code, in whose borders a place lies; None at sea and where none is named.

    Raises:
        Unavailable: set-up has not made the borders.
    """
    found = [
        polygon
        for polygon in _polygons()
        if polygon.box[0] <= longitude <= polygon.box[2]
        and polygon.box[1] <= latitude <= polygon.box[3]
        and _is_inside(polygon, latitude, longitude)
    ]
    # Borders that overlap by a rounding: the smaller country, of which it would be the greater loss.
    return min(found, key=_size).country if found else None


def _size(polygon: _Polygon) -> float:
    west, south, east, north = polygon.box
    return (east - west) * (north - south)


def _is_inside(polygon: _Polygon, latitude: float, longitude: float) -> bool:
    """By the number of edges that a ray to the east crosses: odd is inside, whatever rings are holes."""
    (x1, y1), (x2, y2) = polygon.from_.T, polygon.to.T
    crosses = (y1 > latitude) != (y2 > latitude)
    x1, y1, x2, y2 = x1[crosses], y1[crosses], x2[crosses], y2[crosses]
    return bool(np.count_nonzero(longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)) % 2)


@cache
def _polygons() -> tuple[_Polygon, ...]:
    try:
        countries = json.loads(BORDERS.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Unavailable("The borders of countries are missing. Run «python3 app.py setup».") from error
    return tuple(_polygon(country, rings) for country, polygons in countries.items() for rings in polygons)


def _polygon(country: str, rings: list[list[list[float]]]) -> _Polygon:
    closed = [np.asarray(ring, float) for ring in rings]
    from_ = np.concatenate([ring[:-1] for ring in closed])
    to = np.concatenate([ring[1:] for ring in closed])
    (west, south), (east, north) = from_.min(axis=0).tolist(), from_.max(axis=0).tolist()
    return _Polygon(country, (west, south, east, north), from_, to)
