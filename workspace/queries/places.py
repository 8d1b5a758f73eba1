"""Where files say that they were taken: places rounded and gathered, as far as the viewer may see the media.

The same content counts once, whoever holds it. Only what the viewer's keys show is read, compartment by compartment, so
that neither a count nor the time of an answer tells of more. Places are claims of the files, and nobody verified them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workspace.model.statements import part_as, rows_as, statements

SQL = statements(__file__)
MOST_PLACES = 100
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Degrees to which places are rounded: the finest with which there are at most MOST_PLACES. A tenth of a degree of
latitude is some 11 km."""
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
class PlacesOf:
    """Where the media of an operation, a series or a person were taken, as their files say.

    series, person: the number to which it is narrowed. media: different contents that the viewer may see, where it is
    not narrowed those of each compartment; placed: different ones that state a place. regions: of countries of which
    the operator has imported them. places: the first MOST_PLACES of
    places_of, those with the most media first; step: degrees to which they are rounded. withheld: contents of others
    that are left out because their code forbids to pass them on; 0 where nothing leaves.
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


def places_of(
    session: Session, operation_id: int, *, series: int | None = None, person: int | None = None, leaving: bool = False
) -> PlacesOf:
    """Where media were taken. series, person: by number; one that the viewer does not see has no media. leaving:
    without media of others whose handling code forbids to pass them on."""
    asked: dict[str, Any] = {"operation": operation_id, "series": series, "person": person, "leaving": leaving}
    counts = session.execute(SQL["counts"], asked).one()
    found, step = part_as(Place, ()), STEPS[0]
    for step in STEPS:
        found = part_as(Place, session.execute(SQL["places"], asked | {"step": step, "most": MOST_PLACES}))
        if found.of <= MOST_PLACES:
            break
    return PlacesOf(
        as_of=session.execute(select(func.now())).scalar_one(),
        series=series,
        person=person,
        media=counts.media,
        placed=counts.placed,
        countries=countries_of(session, operation_id, series=series, person=person, leaving=leaving),
        regions=regions_of(session, operation_id, series=series, person=person, leaving=leaving),
        places=found.rows,
        places_of=found.of,
        step=step,
        withheld=counts.withheld,
    )


def countries_of(
    session: Session, operation_id: int, *, series: int | None = None, person: int | None = None, leaving: bool = False
) -> list[CountryOfPlaces]:
    """The countries in which media were taken, as their files say, the most frequent first."""
    asked = {"operation": operation_id, "series": series, "person": person, "leaving": leaving}
    return rows_as(CountryOfPlaces, session.execute(SQL["countries"], asked))


def regions_of(
    session: Session, operation_id: int, *, series: int | None = None, person: int | None = None, leaving: bool = False
) -> list[RegionOfPlaces]:
    """The regions in which media were taken, as their files say, of countries that have regions; the most frequent
    first."""
    asked = {"operation": operation_id, "series": series, "person": person, "leaving": leaving}
    return rows_as(RegionOfPlaces, session.execute(SQL["regions"], asked))
