"""States the exercise operation: its frame, agencies, people, exhibits and the clues its people bring.

Plain facts with neutral labels, given back as they stand in plan.json; loading them through the commands is the work
of whoever runs the exercise. Must not name a person, a real force or a real case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from workspace.rules.jurisdiction import COMPETENCES

TIME_ZONE: Final = "America/Guayaquil"
COUNTRIES: Final = ("EC", "PE", "CO", "CL")
DAYS: Final = 5
EXERCISE_SEED: Final = 2611
"""Decides the errors of the partners who play the exercise, and where those live whom no register names."""
SCENARIO: Final = "lantern"


@dataclass(frozen=True)
class OperationFacts:
    """The operation as it is created; times are ISO 8601 with their zone."""

    code_name: str
    purpose: str
    legal_basis: str
    terms: str
    time_zone: str
    countries: tuple[str, ...]
    opens_at: str
    closes_at: str
    is_exercise: bool = True


@dataclass(frozen=True)
class Agency:
    """A participating agency; `key` is how the rest of the plan names it."""

    key: str
    name: str
    country: str
    kind: str
    jurisdictions: tuple[str, ...]
    competences: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """A person of the operation by a label; `language` is that of the screens."""

    label: str
    role: str
    agency: str
    language: str


@dataclass(frozen=True)
class Exhibit:
    """A seized device; `folder` is where its files lie inside the exercise."""

    label: str
    country: str
    agency: str
    kind: str
    case_reference: str
    custodian: str
    handling_code: str
    sharing: str

    @property
    def folder(self) -> str:
        """The exhibit's folder, its label."""
        return self.label


@dataclass(frozen=True)
class Series:
    """Material that belongs together. `exhibits`: the devices whose persons it takes in; `likely`: a country, with the grounds."""

    label: str
    country: str
    external_reference: str | None
    is_prepared: bool
    exhibits: tuple[str, ...]
    likely: str | None = None
    grounds: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True)
class Clue:
    """What a person noticed; `exhibits` are the devices that it speaks of."""

    by: str
    exhibits: tuple[str, ...]
    text: str


AGENCIES: Final = (
    *(
        Agency(f"{country}-VID", f"{country} · victim identification unit", country, "police", (country,), COMPETENCES)
        for country in COUNTRIES
    ),
    *(
        Agency(f"{country}-CPA", f"{country} · child protection agency", country, "child_protection", (country,), ("protection",))
        for country in COUNTRIES
    ),
    *(
        Agency(f"{country}-PRO", f"{country} · prosecution service", country, "prosecution", (country,), ("offender", "evidence"))
        for country in COUNTRIES
    ),
)  # fmt: skip

MEMBERS: Final = (
    Member("EC · operation lead", "operation_lead", "EC-VID", "es"),
    *(Member(f"{c} · country lead", "country_lead", f"{c}-VID", "es") for c in COUNTRIES),
    *(Member(f"{c} · specialist {n}", "specialist", f"{c}-VID", "es") for c in COUNTRIES for n in (1, 2)),
    *(Member(f"{c} · analyst", "analyst", f"{c}-VID", "en") for c in COUNTRIES),
    *(Member(f"{c} · liaison", "liaison", f"{c}-VID", "es") for c in COUNTRIES),
    *(Member(f"{c} · child protection officer", "recipient", f"{c}-CPA", "es") for c in COUNTRIES),
    *(Member(f"{c} · prosecution officer", "recipient", f"{c}-PRO", "es") for c in COUNTRIES),
    Member("CL · observer", "observer", "CL-VID", "en"),
    Member("EC · administrator", "administrator", "EC-VID", "en"),
    Member("EC · exercise director", "director", "EC-VID", "en"),
)

# label, kind, handling code, sharing
_DEVICES: Final = (
    ("EC-D-014", "phone", "H0", "operation"),
    ("EC-D-021", "laptop", "H0", "operation"),
    ("EC-D-027", "storage", "H1", "operation"),
    ("EC-D-033", "tablet", "H0", "agency"),
    ("PE-D-003", "phone", "H0", "operation"),
    ("PE-D-008", "storage", "H0", "operation"),
    ("PE-D-011", "laptop", "H2", "operation"),
    ("CO-D-102", "phone", "H0", "operation"),
    ("CO-D-105", "tablet", "H1", "operation"),
    ("CO-D-119", "storage", "H0", "operation"),
    ("CL-D-041", "laptop", "H0", "operation"),
    ("CL-D-046", "phone", "H0", "agency"),
)

EXHIBITS: Final = tuple(
    Exhibit(
        label=label,
        country=label[:2],
        agency=f"{label[:2]}-VID",
        kind=kind,
        case_reference=f"{label[:2]}-{2021 + number % 4}-{4100 + 37 * number}",
        custodian=f"{label[:2]} · evidence custodian {number % 2 + 1}",
        handling_code=handling_code,
        sharing=sharing,
    )
    for number, (label, kind, handling_code, sharing) in enumerate(_DEVICES)
)

SERIES: Final = (
    Series("Blue door", "EC", "EXERCISE-0041", True, ("EC-D-014",), "EC", "The socket beside the door and a bus ticket.", True),
    Series("Green shelf", "PE", "EXERCISE-0057", True, ("PE-D-003",), "PE", "The spines of the books on the shelf."),
    Series("Wooden table", "CO", None, True, ("CO-D-102",)),
    Series("Painted number", "CL", None, False, ("CL-D-041",), "CL", "The number on the door is written as there.", True),
)
PERSONS_A_SERIES: Final = 4

CLUES: Final = (
    Clue("EC · specialist 1", ("EC-D-014", "PE-D-003"), "The same blue door and three frames beside it stand behind people on both telephones."),
    Clue("PE · specialist 2", ("PE-D-008", "CO-D-119"), "One camera filled both cards: its serial number is in pictures of both countries."),
    Clue("CO · specialist 1", ("CO-D-102", "EC-D-021"), "The same cat lies on both devices; its collar is new on one of them."),
    Clue("CO · analyst", ("CO-D-105",), "File names count on without a gap from those of the telephone that was seized with the tablet."),
    Clue("CL · specialist 1", ("CL-D-041", "EC-D-027"), "A white cup on a wooden table: the same stain on the saucer in both pictures."),
    Clue("CL · specialist 2", ("CL-D-046",), "The voice in the second video says a number of four digits that is painted on the door."),
    Clue("PE · specialist 1", ("PE-D-011", "CL-D-041"), "The shelf with the green books was photographed from two sides, in different years."),
    Clue("EC · specialist 2", ("EC-D-033",), "The place in the pictures' data is a park near the northern bus station, not the seized home."),
)  # fmt: skip


def operation_facts(today: date) -> OperationFacts:
    """The operation Lantern in a window of five days around `today`."""
    zone = ZoneInfo(TIME_ZONE)
    first = today - timedelta(days=DAYS // 2)
    return OperationFacts(
        code_name="Lantern",
        purpose="Find who is shown in unsolved material of four countries, and where; an exercise with lawful pictures of adults.",
        legal_basis="Exercise: nobody real is concerned. In an operation, the instrument of each country stands here.",
        terms="What a country gives stays its own. Nothing leaves without two examiners. A lead is never an identification.",
        time_zone=TIME_ZONE,
        countries=COUNTRIES,
        opens_at=datetime.combine(first, time(0), zone).isoformat(),
        closes_at=datetime.combine(first + timedelta(days=DAYS), time(0), zone).isoformat(),
    )


def exhibit(label: str) -> Exhibit:
    """The exhibit with this label."""
    return next(found for found in EXHIBITS if found.label == label)
