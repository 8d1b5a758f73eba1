"""Writes the register of the exercise: missing persons with the fields of a yellow notice, by number, with portraits.

Every entry is an adult by the date of birth, so that nothing here can be taken for a child. Sixteen are shown somewhere
in the material, the others are not: a register mostly holds people whom an operation does not meet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Final

import numpy as np

from seed.people import IDENTITIES, MALE_HEADS
from seed.pictures import Figure, Look, Photo, Still

ENTRIES: Final = 20
MET: Final = 16  # entries whose person is shown in the material
PLACES: Final = {
    "EC": ("Quito", "Guayaquil", "Cuenca"),
    "PE": ("Lima", "Arequipa", "Trujillo"),
    "CO": ("Bogotá", "Cali", "Medellín"),
    "CL": ("Santiago", "Valparaíso", "Concepción"),
}
MARKS: Final = (
    "",
    "small scar above the left brow",
    "mole on the right cheek",
    "wears glasses to read",
    "pierced ears",
)
EYES: Final = ("brown", "brown", "dark brown", "green", "hazel")
HAIR: Final = {"A": "long", "B": "black, tied", "C": "black, short", "D": "dark, short", "E": "black, short"}


@dataclass(frozen=True)
class Entry:
    """One line of register.csv, in the order of its columns; `photos` are paths beside it, separated by ;."""

    number: str
    sex: str
    date_of_birth: str
    nationality: str
    missing_since: str
    place: str
    country: str
    height_cm: int
    eyes: str
    hair: str
    marks: str
    languages: str
    photos: str


def met_identities() -> tuple[str, ...]:
    """The persons of the register who are shown in the material."""
    return registered()[:MET]


def unmet_identities() -> frozenset[str]:
    """The persons of the register who are shown nowhere in the material."""
    return frozenset(registered()[MET:])


def registered() -> tuple[str, ...]:
    """The identity of every entry, in the register's order; every seventh of the people is not in it."""
    labels = sorted(IDENTITIES)
    return tuple(label for place, label in enumerate(labels) if place % 7 != 6)[:ENTRIES]


def entries(countries: Sequence[str]) -> tuple[Entry, ...]:
    """The register; its entries are missing from these countries in turn."""
    random = np.random.default_rng(2024)
    return tuple(
        _entry(place, label, countries[place % len(countries)], random) for place, label in enumerate(registered())
    )


def _entry(place: int, identity: str, country: str, random: np.random.Generator) -> Entry:
    recipe = IDENTITIES[identity]
    born = date(1974, 1, 1) + timedelta(days=int(random.integers(0, 9500)))
    missing = date(2019, 1, 1) + timedelta(days=int(random.integers(2200)))
    tall = int(random.normal(173 if recipe.host in MALE_HEADS else 161, 5))
    return Entry(
        number=f"Y-{country}-{2019 + place % 6}-{1040 + 13 * place}",
        sex="M" if recipe.host in MALE_HEADS else "F",
        date_of_birth=f"{born:%Y-%m-%d}",
        nationality=country if place % 5 else f"{country};CO" if country != "CO" else "CO;EC",
        missing_since=f"{missing:%Y-%m-%d}",
        place=PLACES[country][place % 3] if country in PLACES else "",
        country=country,
        height_cm=tall,
        eyes=EYES[int(random.integers(len(EYES)))],
        hair=HAIR.get(recipe.host, "shoulder length" if recipe.host == "F" else "short, full"),
        marks=MARKS[int(random.integers(len(MARKS)))],
        languages="es" if place % 4 else "es;qu",
        photos=";".join(photo.path.removeprefix("register/") for photo in _portraits(place, identity)),
    )


def _portraits(place: int, identity: str) -> tuple[Photo, ...]:
    plain = Still(
        scene=place % 16,
        view=(0.02, 0.0, 0.12),
        figures=(Figure(identity, take=1, x=0.5, size=0.96),),
        look=Look(brightness=1.05, grey=place % 6 == 5),
        size=(480, 600),
    )
    older = Still(
        scene=(place + 5) % 16,
        view=(0.1, 0.0, 0.3),
        figures=(Figure(identity, take=2, x=0.48, size=0.8),),
        look=Look(contrast=0.92),
        size=(640, 640),
    )
    first = Photo(f"register/portraits/{place + 1:02d}-a.jpg", plain, quality=88)
    return (first, Photo(f"register/portraits/{place + 1:02d}-b.jpg", older)) if place % 3 == 0 else (first,)


def portraits() -> tuple[Photo, ...]:
    """The portraits to be made."""
    return tuple(photo for place, label in enumerate(registered()) for photo in _portraits(place, label))


def as_csv(countries: Sequence[str]) -> bytes:
    """register.csv of these countries, UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [field.name for field in fields(Entry)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(vars(entry) for entry in entries(countries))
    return out.getvalue().encode()
