"""Reads regions of countries out of a GeoJSON file (RFC 7946), piece by piece. Knows no rows; must not guess a code.

Each feature is a region with its ISO 3166-2 code, as such files name it: Natural Earth's admin 1 (public domain),
geoBoundaries (CC BY) and extracts of OpenStreetMap (ODbL). Whoever imports one says its source and its licence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import IO, Any, Final

import ijson

from workspace.errors import Fault, Invalid, Text
from workspace.exchange.guarded_json import GuardedJson
from workspace.rules.region_shapes import REGION_CODE, RegionShape, Ring

MOST_BYTES: Final = 64 * 2**20
MOST_REGIONS: Final = 10_000
MOST_POINTS: Final = 5_000_000
"""Of a whole file: Natural Earth's finest has some 1,200,000."""
MOST_NAME: Final = 200
MOST_FAULTS: Final = 20
UNREAD = Text("The file of regions cannot be read. Nothing was imported.")
CODES: Final = ("iso_3166_2", "ISO3166-2", "shapeISO", "iso3166_2", "code")
NAMES: Final = ("name", "NAME", "shapeName", "name_en")
"""What the known sources call a region's code and its name."""


def read_regions(
    file: IO[bytes], *, countries: Set[str] = frozenset(), codes: Sequence[str] = CODES, names: Sequence[str] = NAMES
) -> list[RegionShape]:
    """The regions of a file; with `countries` those of these alone. codes, names: properties of a feature, of which the
    first that it has counts.

    Raises:
        Invalid: it is no GeoJSON, it is too large, or features cannot be understood: each is named by its number.
    """
    if file.seek(0, 2) > MOST_BYTES:
        raise Invalid(UNREAD, faults=[Fault("file", "at most {most} MiB", most=MOST_BYTES // 2**20)])
    found: dict[str, RegionShape] = {}
    faults: list[str] = []
    points = 0
    try:
        for number, feature in enumerate(_features(file), 1):
            region = _region(feature, number, countries, codes, names, faults)
            if region is None:
                continue
            points += sum(len(ring) for ring in region.rings)
            if region.code in found:
                at = Text("feature {number}", number=number)
                faults.append(Fault(at, "{code} stands twice", code=region.code))
            found[region.code] = region
            if len(found) > MOST_REGIONS or points > MOST_POINTS:
                most = {"regions": MOST_REGIONS, "points": MOST_POINTS}
                raise Invalid(UNREAD, faults=[Fault("file", "at most {regions} regions with {points} points", **most)])
            if len(faults) >= MOST_FAULTS:
                break
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise Invalid(UNREAD, faults=[Fault("file", "a FeatureCollection of GeoJSON")]) from error
    if faults:
        raise Invalid(UNREAD, faults=faults)
    if not found:
        raise Invalid(UNREAD, faults=[Fault("file", "a FeatureCollection with a region of these countries")])
    return list(found.values())


def _features(file: IO[bytes]) -> Iterator[Any]:
    """Each feature of the collection. Raises: ijson.JSONError."""
    file.seek(0)
    yield from ijson.items(GuardedJson(file), "features.item", use_float=True)


def _region(
    feature: Any, number: int, countries: Set[str], codes: Sequence[str], names: Sequence[str], faults: list[str]
) -> RegionShape | None:
    """A feature as a region; None where it is of another country, or has a fault, which is added."""
    told = feature.get("properties") if isinstance(feature, Mapping) else None
    code, name = (_first(told, each) if isinstance(told, Mapping) else "" for each in (codes, names))
    if countries and code[:2] not in countries:
        return None
    rings = _rings(feature.get("geometry")) if isinstance(feature, Mapping) else None
    at = Text("feature {number}", number=number)
    if not REGION_CODE.fullmatch(code):
        faults.append(Fault(at, "an ISO 3166-2 code as one of {known}", known=list(codes)))
    elif not name or len(name) > MOST_NAME or not name.isprintable():
        faults.append(Fault(at, "a name of 1 to {most} letters as one of {known}", most=MOST_NAME, known=list(names)))
    elif not rings:
        faults.append(Fault(at, "a Polygon or MultiPolygon of closed rings in degrees of longitude and latitude"))
    else:
        return RegionShape(code, name, rings)
    return None


def _first(told: Mapping[str, Any], properties: Sequence[str]) -> str:
    return next((str(told[each]).strip() for each in properties if told.get(each)), "")


def _rings(geometry: Any) -> list[Ring] | None:
    """All rings of a geometry; None where one is none."""
    if not isinstance(geometry, Mapping):
        return None
    coordinates = geometry.get("coordinates")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(geometry.get("type")))
    if not isinstance(polygons, list) or not all(isinstance(each, list) for each in polygons):
        return None
    rings = [_ring(ring) for polygon in polygons for ring in polygon]
    return None if None in rings else [each for each in rings if each]


def _ring(points: Any) -> Ring | None:
    """A closed ring of at least four points on the globe; None for any other."""
    if not isinstance(points, list) or len(points) < 4 or points[0] != points[-1]:
        return None
    ring = [point for each in points if (point := _point(each))]
    return ring if len(ring) == len(points) else None


def _point(given: Any) -> tuple[float, float] | None:
    if not isinstance(given, list) or not 2 <= len(given) <= 3:
        return None
    longitude, latitude = given[:2]
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in (longitude, latitude)):
        return None
    return (float(longitude), float(latitude)) if abs(longitude) <= 180 and abs(latitude) <= 90 else None
