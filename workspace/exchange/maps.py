"""Draws a map of rounded places, and writes it as GeoJSON (RFC 7946). Pure but for the outlines, read once.

The outlines are Natural Earth's at 1 : 110 million (public domain), which set-up takes out of world-atlas (ISC;
frontend/geography.ts). Plate carrée, true at the middle of the map. It knows no words and no rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from workspace.errors import Unavailable

OUTLINES = Path(__file__).parents[1] / "web" / "static" / "geography" / "outlines.json"
"""By ISO 3166-1 code, polygons of rings of longitude and latitude."""
WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 720, 320, 640
MARGIN_DEG, LEAST_SPAN_DEG = 4.0, 16.0
LEAST_RADIUS, MOST_RADIUS = 7.0, 20.0

Ring = list[list[float]]


class Box(NamedTuple):
    """Degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Dot:
    """A place on the drawing. radius: by the square root of its number, so that the area tells it."""

    x: float
    y: float
    radius: float
    media: int


@dataclass(frozen=True)
class Land:
    """A country's outline as the path of an SVG. is_part: it takes part."""

    country: str
    path: str
    is_part: bool


@dataclass(frozen=True)
class Line:
    """A line of latitude or longitude. at: degrees, of `is_latitude`; place: of it, in pixels."""

    at: int
    is_latitude: bool
    place: float


@dataclass(frozen=True)
class Drawing:
    """A map, in pixels; scale_px: the length of scale_km at its middle."""

    width: int
    height: int
    lands: list[Land]
    lines: list[Line]
    dots: list[Dot]
    scale_km: int
    scale_px: float


def draw(places: Sequence[tuple[float, float, int]], countries: Iterable[str]) -> Drawing:
    """The map that shows all places and the countries that take part. places: latitude, longitude, media.

    Raises:
        Unavailable: set-up has not made the outlines.
    """
    taking_part = set(countries)
    box = _view(places, taking_part)
    across = _across(box.south, box.north)
    px = WIDTH / (box.east - box.west)
    height = math.ceil((box.north - box.south) * px / across)
    down = px / across

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        return round((longitude - box.west) * px, 1), round((box.north - latitude) * down, 1)

    dots = _dots([(*at(longitude, latitude), media) for latitude, longitude, media in places])
    lands = [
        Land(
            country,
            "".join(f"M{'L'.join('{} {}'.format(*at(*point)) for point in ring)}Z" for ring in rings),
            country in taking_part,
        )
        for country, rings in _seen(box)
    ]
    step = 10 if box.east - box.west < 120 else 30
    lines = [
        *(Line(each, True, at(0, each)[1]) for each in range(-90, 91, step) if box.south < each < box.north),
        *(Line(each, False, at(each, 0)[0]) for each in range(-180, 181, step) if box.west < each < box.east),
    ]
    km_px = px / (111.2 * across)
    scale = next((km for km in (2000, 1000, 500, 200, 100) if km * km_px <= WIDTH / 4), 50)
    return Drawing(WIDTH, height, lands, lines, dots, scale, round(scale * km_px, 1))


def _dots(points: Sequence[tuple[float, float, int]]) -> list[Dot]:
    """Circles of which none lies upon another: a place that would be hidden counts with the larger one beside it."""
    dots = _grown(sorted(points, key=lambda each: -each[2]))
    while hidden := next(_overlapping(dots), None):
        kept, gone = hidden
        rest = [(dot.x, dot.y, dot.media) for dot in dots if dot is not kept and dot is not gone]
        dots = _grown(sorted([*rest, (kept.x, kept.y, kept.media + gone.media)], key=lambda each: -each[2]))
    return dots


def _grown(points: Sequence[tuple[float, float, int]]) -> list[Dot]:
    most = max((media for _, _, media in points), default=1)
    grown = MOST_RADIUS - LEAST_RADIUS
    return [Dot(x, y, round(LEAST_RADIUS + grown * math.sqrt(media / most), 1), media) for x, y, media in points]


def _overlapping(dots: Sequence[Dot]) -> Iterator[tuple[Dot, Dot]]:
    """Pairs of circles of which one lies upon the other, the larger first."""
    for number, dot in enumerate(dots):
        for other in dots[number + 1 :]:
            if math.hypot(dot.x - other.x, dot.y - other.y) < dot.radius + other.radius:
                yield dot, other


def _view(places: Sequence[tuple[float, float, int]], countries: set[str]) -> Box:
    """What the map shows: all places, and the largest part of each country that takes part; of a form that fits."""
    boxes = [Box(longitude, latitude, longitude, latitude) for latitude, longitude, _ in places]
    boxes += [
        max((_box(rings[0]) for rings in _outlines().get(each, [])), key=_size) for each in countries & set(_outlines())
    ]
    boxes = boxes or [Box(-180, -60, 180, 75)]
    west, south = min(each.west for each in boxes) - MARGIN_DEG, min(each.south for each in boxes) - MARGIN_DEG
    east, north = max(each.east for each in boxes) + MARGIN_DEG, max(each.north for each in boxes) + MARGIN_DEG
    north, south = min(north, 90.0), max(south, -90.0)
    across = _across(south, north)
    tall = max(north - south, LEAST_SPAN_DEG)
    # As wide as the height may be at most, and as high as it must be at least.
    wide = max(east - west, LEAST_SPAN_DEG, tall * WIDTH / MOST_HEIGHT / across)
    wide = min(wide, 360.0)
    tall = max(tall, wide * across * LEAST_HEIGHT / WIDTH)
    return _placed((west + east) / 2, (south + north) / 2, wide, tall)


def _across(south: float, north: float) -> float:
    """How long a degree of longitude is at the middle, measured by one of latitude; not below a fifth, near a pole."""
    return max(math.cos(math.radians((north + south) / 2)), 0.2)


def _placed(longitude: float, latitude: float, wide: float, tall: float) -> Box:
    """A box of this size about a middle, moved back onto the globe."""
    west = min(max(longitude - wide / 2, -180.0), 180.0 - wide)
    south = min(max(latitude - tall / 2, -90.0), 90.0 - min(tall, 180.0))
    return Box(west, south, west + wide, min(south + tall, 90.0))


def _box(ring: Ring) -> Box:
    longitudes, latitudes = [point[0] for point in ring], [point[1] for point in ring]
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def _size(box: Box) -> float:
    return (box.east - box.west) * (box.north - box.south)


def _seen(box: Box) -> Iterable[tuple[str, list[Ring]]]:
    """The rings of each country that reach into a box."""
    for country, polygons in sorted(_outlines().items()):
        rings = [ring for polygon in polygons for ring in polygon if _meet(_box(ring), box)]
        if rings:
            yield country, rings


def _meet(one: Box, other: Box) -> bool:
    return one.west <= other.east and other.west <= one.east and one.south <= other.north and other.south <= one.north


@cache
def _outlines() -> dict[str, list[list[Ring]]]:
    try:
        outlines: dict[str, list[list[Ring]]] = json.loads(OUTLINES.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Unavailable("The outlines of maps are missing. Run «python3 app.py setup».") from error
    return {country: [_unbroken(rings) for rings in polygons] for country, polygons in outlines.items()}


def _unbroken(rings: list[Ring]) -> list[Ring]:
    """Rings that cross the line of 180 degrees go on beyond it, once on each side of the map."""
    found: list[Ring] = []
    for ring in rings:
        along = [list(ring[0])]
        for longitude, latitude in ring[1:]:
            turns = round((along[-1][0] - longitude) / 360)
            along.append([longitude + 360 * turns, latitude])
        west, _, east, _ = _box(along)
        if along[-1] != along[0]:  # around a pole
            found.append(ring)
        else:
            found += [[[x + by, y] for x, y in along] for by in (0, 360, -360) if west + by < 180 and east + by > -180]
    return found


def geojson(places: Iterable[dict[str, Any]], about: dict[str, Any]) -> bytes:
    """A FeatureCollection with a point per place. places: with latitude, longitude and what else is told of each;
    about: what is told of the whole, as members of its own (RFC 7946, 6.1)."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [each["longitude"], each["latitude"]]},
            "properties": {name: value for name, value in each.items() if name not in ("latitude", "longitude")},
        }
        for each in places
    ]
    return json.dumps({"type": "FeatureCollection", **about, "features": features}, ensure_ascii=False).encode()
