"""Where files say that they were taken: places rounded and gathered, as far as the viewer may see the media.

The same content counts once, whoever holds it. Only what the viewer's keys show is read, compartment by compartment, so
that neither a count nor the time of an answer tells of more. Places are claims of the files, and nobody verified them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements

SQL = statements(__file__)
MOST_PLACES = 100
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Degrees to which places are rounded: the finest with which there are at most MOST_PLACES. A tenth of a degree of
latitude is some 11 km. What is rounded further is what was rounded to a tenth."""
KM_PER_DEGREE = 111


@dataclass(frozen=True)
class Place:
    """Media that were taken about here. latitude, longitude: degrees, rounded; country: the one in whose packaged
    borders the files' own coordinates lie, None at sea; media: different contents; owners: countries that hold them."""

    latitude: float
    longitude: float
    country: str | None
    media: int
    owners: list[str]


@dataclass(frozen=True)
class CountryOfPlaces:
    """A country in which media were taken, as their files say; None at sea."""

    country: str | None
    media: int


@dataclass(frozen=True)
class RegionOfPlaces:
    """A region of a country in which media were taken, as their files say. region: its ISO 3166-2 code; None, with the
    country's code, where a file of its regions was imported and a place is in none of them."""

    country: str
    region: str | None
    name: str | None
    media: int


@dataclass(frozen=True)
class Spot:
    """Different contents that state about this place and have the same owners. latitude, longitude: in tenths of a
    degree; null for media of a series or person that state none. is_leaving: their code allows to pass them on; code:
    the strictest."""

    latitude: int | None
    longitude: int | None
    country: str | None
    region: str | None
    region_name: str | None
    has_regions: bool | None
    owners: list[str]
    is_leaving: bool
    media: int
    code: str


@dataclass(frozen=True)
class PlacesOf:
    """Where the media of an operation, a series or a person were taken, as their files say.

    series, person: the number to which it is narrowed. media: different contents that the viewer may see, where it is
    not narrowed those of each compartment; placed: different ones that state a place. regions: of countries of which
    the operator has imported them. places: the first MOST_PLACES of
    places_of, those with the most media first; step: degrees to which they are rounded. withheld: contents of others
    that are left out because their code, the strictest of all copies that the viewer may see, forbids to pass them on;
    0 where nothing leaves. handling_code: the strictest of what is told; null where nothing leaves.
    """

    as_of: datetime
    series: int | None
    person: int | None
    media: int
    placed: int
    countries: list[CountryOfPlaces]
    regions: list[RegionOfPlaces]
    places: list[Place]
    places_of: int
    step: float
    withheld: int
    handling_code: str | None


def places_of(
    session: Session, operation_id: int, *, series: int | None = None, person: int | None = None, leaving: bool = False
) -> PlacesOf:
    """Where media were taken. series, person: by number; one that the viewer does not see has no media. leaving:
    without media of others whose handling code forbids to pass them on."""
    asked: dict[str, Any] = {"operation": operation_id, "series": series, "person": person, "leaving": leaving}
    lines = rows_as(Spot, session.execute(SQL["spots"], asked))
    spots = [line for line in lines if line.latitude is not None]
    told = [spot for spot in spots if spot.is_leaving]
    places, step = gathered(told)
    is_whole = series is None and person is None
    return PlacesOf(
        as_of=session.execute(select(func.now())).scalar_one(),
        series=series,
        person=person,
        media=session.scalars(SQL["media"], asked).one() if is_whole else _media(lines),
        placed=_media(told),
        countries=_countries(told),
        regions=_regions(told),
        places=places[:MOST_PLACES],
        places_of=len(places),
        step=step,
        withheld=_media(spots) - _media(told),
        handling_code=max((spot.code for spot in told), default=None) if leaving else None,
    )


def gathered(spots: Iterable[Spot]) -> tuple[list[Place], float]:
    """Spots as places, those with the most media first, and to how many degrees they are rounded: the finest with which
    there are at most MOST_PLACES."""
    places: list[Place] = []
    for step in STEPS:
        found: dict[tuple[int, int, str | None], tuple[int, set[str]]] = {}
        tenths = round(step * 10)
        for spot in spots:
            at = round((spot.latitude or 0) / tenths), round((spot.longitude or 0) / tenths), spot.country
            media, owners = found.get(at, (0, set()))
            found[at] = media + spot.media, owners.union(spot.owners)
        places = [
            Place(north * tenths / 10, east * tenths / 10, country, media, sorted(owners))
            for (north, east, country), (media, owners) in found.items()
        ]
        if len(places) <= MOST_PLACES:
            break
    return sorted(places, key=lambda each: (-each.media, -each.latitude, each.longitude, each.country or "~")), step


def _media(spots: Iterable[Spot]) -> int:
    return sum(spot.media for spot in spots)


def _countries(spots: Iterable[Spot]) -> list[CountryOfPlaces]:
    """The most frequent first."""
    found: Counter[str | None] = Counter()
    for spot in spots:
        found[spot.country] += spot.media
    return sorted(
        (CountryOfPlaces(*each) for each in found.items()), key=lambda each: (-each.media, each.country or "~")
    )


def _regions(spots: Iterable[Spot]) -> list[RegionOfPlaces]:
    """Of countries that have regions; the most frequent first."""
    found: Counter[tuple[str, str | None, str | None]] = Counter()
    for spot in spots:
        if spot.country is not None and spot.has_regions:
            found[spot.country, spot.region, spot.region_name] += spot.media
    return sorted(
        (RegionOfPlaces(*region, media) for region, media in found.items()),
        key=lambda each: (-each.media, each.region or "~"),
    )
