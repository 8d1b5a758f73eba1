"""States the exercise operation: its frame, countries, agencies, people, exhibits and the clues its people bring.

Plain facts with neutral labels, given back as they stand in plan.json; loading them through the commands is the work
of whoever runs the exercise. Must not name a person, a real force or a real case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pycountry

from workspace.errors import Fault, Invalid
from workspace.rules.days import day_in
from workspace.rules.jurisdiction import COMPETENCES

TIME_ZONES: Final = {"EC": "America/Guayaquil", "PE": "America/Lima", "CO": "America/Bogota", "CL": "America/Santiago"}
"""By the first country, which hosts; others keep UTC."""
COUNTRIES: Final = ("EC", "PE", "CO", "CL")
DAYS: Final = 5
EXERCISE_SEED: Final = 2611
"""Decides the errors of the partners who play the exercise, and where those live whom no register names."""
SCENARIOS: Final = {
    "lantern": "countries share most of what they bring",
    "closed_material": "every second device stays with its own country: access has to be asked for",
}
SCENARIO: Final = "lantern"
FEWEST_COUNTRIES, MOST_COUNTRIES = 2, 8


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
    """Material that belongs together. `exhibits`: the devices whose persons it takes in; `likely`: a country, with the
    grounds. `triage`: the column in which it stands, with the reason where it is left over; `comment`: of a
    colleague."""

    label: str
    country: str
    external_reference: str | None
    is_prepared: bool
    exhibits: tuple[str, ...]
    likely: str | None = None
    grounds: str = ""
    is_confirmed: bool = False
    triage: str = "to_do"
    why: str = ""
    priority: int = 2
    recency: str | None = None
    comment: str = ""


@dataclass(frozen=True)
class Clue:
    """What a person noticed; `exhibits` are the devices that it speaks of."""

    by: str
    exhibits: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Scenario:
    """An exercise without its files: who takes part, which devices there are, what is known about them, and its seed.

    shared_by: the two devices of two countries whose cards one camera filled.
    """

    name: str
    seed: int
    countries: tuple[str, ...]
    agencies: tuple[Agency, ...]
    members: tuple[Member, ...]
    exhibits: tuple[Exhibit, ...]
    series: tuple[Series, ...]
    clues: tuple[Clue, ...]
    shared_by: tuple[str, str]


# label, kind, handling code, sharing; other countries than these bring the same kinds, in this order
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

_SERIES: Final = (
    Series(
        "Blue door",
        "EC",
        "EXERCISE-0041",
        True,
        ("EC-D-014",),
        "EC",
        "The socket beside the door and a bus ticket.",
        True,
        triage="done",
        recency="recent",
        comment="The ticket is of a line that ran until 2019.",
    ),
    Series(
        "Green shelf",
        "PE",
        "EXERCISE-0057",
        True,
        ("PE-D-003",),
        "PE",
        "The spines of the books on the shelf.",
        priority=1,
        recency="recent",
    ),
    Series("Wooden table", "CO", None, True, ("CO-D-102",), recency="cold"),
    Series(
        "Painted number",
        "CL",
        None,
        False,
        ("CL-D-041",),
        "CL",
        "The number on the door is written as there.",
        True,
        triage="left_over",
        why="Nobody here hears the words in the second video well enough.",
        priority=3,
        recency="cold",
    ),
)
PERSONS_A_SERIES: Final = 4

_CLUES: Final = (
    Clue(
        "EC · specialist 1",
        ("EC-D-014", "PE-D-003"),
        "The same blue door and three frames beside it stand behind people on both telephones.",
    ),
    Clue(
        "PE · specialist 2",
        ("PE-D-008", "CO-D-119"),
        "One camera filled both cards: its serial number is in pictures of both countries.",
    ),
    Clue(
        "CO · specialist 1",
        ("CO-D-102", "EC-D-021"),
        "The same cat lies on both devices; its collar is new on one of them.",
    ),
    Clue(
        "CO · analyst",
        ("CO-D-105",),
        "File names count on without a gap from those of the telephone that was seized with the tablet.",
    ),
    Clue(
        "CL · specialist 1",
        ("CL-D-041", "EC-D-027"),
        "A white cup on a wooden table: the same stain on the saucer in both pictures.",
    ),
    Clue(
        "CL · specialist 2",
        ("CL-D-046",),
        "The voice in the second video says a number of four digits that is painted on the door.",
    ),
    Clue(
        "PE · specialist 1",
        ("PE-D-011", "CL-D-041"),
        "The shelf with the green books was photographed from two sides, in different years.",
    ),
    Clue(
        "EC · specialist 2",
        ("EC-D-033",),
        "The place in the pictures' data is a park near the northern bus station, not the seized home.",
    ),
)


def scenario(
    name: str = SCENARIO, *, countries: Sequence[str] = COUNTRIES, seed: int = EXERCISE_SEED, has_clues: bool = True
) -> Scenario:
    """The scenario of this name, played by these countries; the first one hosts.

    Countries take the place of those of Lantern in their order: they bring the same kinds of devices, see the same
    clues. has_clues: without, as for pictures that are not ours, nobody notices anything about the material beforehand.

    Raises:
        Invalid: names every argument that cannot be.
    """
    _check(name, countries, seed)
    own = dict(zip(COUNTRIES, countries, strict=False))
    exhibits = _exhibits(name, countries)
    return Scenario(
        name=name,
        seed=seed,
        countries=tuple(countries),
        agencies=_agencies(countries),
        members=_members(countries),
        exhibits=exhibits,
        series=_renamed_series(own) if has_clues else (),
        clues=_renamed_clues(own) if has_clues else (),
        shared_by=_shared_by(exhibits),
    )


def _check(name: str, countries: Sequence[str], seed: int) -> None:
    faults = [] if name in SCENARIOS else [Fault("scenario", "one of {known}", known=list(SCENARIOS))]
    if not FEWEST_COUNTRIES <= len(set(countries)) <= MOST_COUNTRIES or len(set(countries)) != len(countries):
        between = {"least": FEWEST_COUNTRIES, "most": MOST_COUNTRIES}
        faults.append(Fault("countries", "between {least} and {most}, each once", **between))
    unknown = [each for each in countries if len(each) != 2 or pycountry.countries.get(alpha_2=each) is None]
    if unknown:
        faults.append(Fault("countries", "unknown: {unknown}", unknown=unknown))
    if not 0 <= seed < 2**31:
        faults.append(Fault("seed", "between {least} and {most}", least=0, most=2**31 - 1))
    if faults:
        raise Invalid("This exercise cannot be made.", faults=faults)


def _agencies(countries: Sequence[str]) -> tuple[Agency, ...]:
    """In each country a victim identification unit, a child protection agency, a prosecution service and a court."""
    return (
        *(Agency(f"{c}-VID", f"{c} · victim identification unit", c, "police", (c,), COMPETENCES) for c in countries),
        *(
            Agency(f"{c}-CPA", f"{c} · child protection agency", c, "child_protection", (c,), ("protection",))
            for c in countries
        ),
        *(
            Agency(f"{c}-PRO", f"{c} · prosecution service", c, "prosecution", (c,), ("offender", "evidence"))
            for c in countries
        ),
        *(Agency(f"{c}-COU", f"{c} · court", c, "court", (c,), ("offender", "evidence")) for c in countries),
    )


def _members(countries: Sequence[str]) -> tuple[Member, ...]:
    """In each country somebody for every step of a lead; the first country hosts and directs, the last one observes."""
    host, last = countries[0], countries[-1]
    return (
        Member(f"{host} · operation lead", "operation_lead", f"{host}-VID", "es"),
        *(Member(f"{c} · country lead", "country_lead", f"{c}-VID", "es") for c in countries),
        *(Member(f"{c} · specialist {n}", "specialist", f"{c}-VID", "es") for c in countries for n in (1, 2)),
        *(Member(f"{c} · analyst", "analyst", f"{c}-VID", "en") for c in countries),
        *(Member(f"{c} · liaison", "liaison", f"{c}-VID", "es") for c in countries),
        *(Member(f"{c} · child protection officer", "recipient", f"{c}-CPA", "es") for c in countries),
        *(Member(f"{c} · prosecution officer", "recipient", f"{c}-PRO", "es") for c in countries),
        *(Member(f"{c} · court officer", "recipient", f"{c}-COU", "es") for c in countries),
        Member(f"{last} · observer", "observer", f"{last}-VID", "en"),
        Member(f"{host} · administrator", "administrator", f"{host}-VID", "en"),
        Member(f"{host} · exercise director", "director", f"{host}-VID", "en"),
    )


def _exhibits(name: str, countries: Sequence[str]) -> tuple[Exhibit, ...]:
    devices = [
        (country, f"{country}{label[2:]}", kind, handling_code, sharing)
        for place, country in enumerate(countries)
        for label, kind, handling_code, sharing in _DEVICES
        if label[:2] == COUNTRIES[place % len(COUNTRIES)]
    ]
    return tuple(
        Exhibit(
            label=label,
            country=country,
            agency=f"{country}-VID",
            kind=kind,
            case_reference=f"{country}-{2021 + number % 4}-{4100 + 37 * number}",
            custodian=f"{country} · evidence custodian {number % 2 + 1}",
            handling_code=handling_code,
            sharing="agency" if name == "closed_material" and number % 2 else sharing,
        )
        for number, (country, label, kind, handling_code, sharing) in enumerate(devices)
    )


def _shared_by(exhibits: Sequence[Exhibit]) -> tuple[str, str]:
    """The last two cards or disks of different countries."""
    by_country = {exhibit.country: exhibit.label for exhibit in exhibits if exhibit.kind == "storage"}
    first, second = list(by_country.values())[-2:]
    return first, second


def _renamed_series(own: dict[str, str]) -> tuple[Series, ...]:
    return tuple(
        replace(
            each,
            country=own[each.country],
            exhibits=tuple(own[label[:2]] + label[2:] for label in each.exhibits),
            likely=own.get(each.likely) if each.likely else None,
        )
        for each in _SERIES
        if each.country in own
    )


def _renamed_clues(own: dict[str, str]) -> tuple[Clue, ...]:
    return tuple(
        replace(
            each,
            by=own[each.by[:2]] + each.by[2:],
            exhibits=tuple(own[label[:2]] + label[2:] for label in each.exhibits),
        )
        for each in _CLUES
        if {each.by[:2], *(label[:2] for label in each.exhibits)} <= own.keys()
    )


def today_in(countries: Sequence[str]) -> date:
    """The day that it is in the time zone of an exercise of these countries."""
    return day_in(datetime.now(UTC), TIME_ZONES.get(countries[0], "UTC"))


def operation_facts(today: date, countries: Sequence[str] = COUNTRIES) -> OperationFacts:
    """The operation Lantern in a window of five days around `today`, in the time of its first country."""
    time_zone = TIME_ZONES.get(countries[0], "UTC")
    zone = ZoneInfo(time_zone)
    first = today - timedelta(days=DAYS // 2)
    return OperationFacts(
        code_name="Lantern",
        purpose=(
            "Find who is shown in unsolved material of several countries, and where; an exercise with lawful pictures "
            "of adults."
        ),
        legal_basis="Exercise: nobody real is concerned. In an operation, the instrument of each country stands here.",
        terms=(
            "What a country gives stays its own. Nothing leaves without two examiners. A lead is never an "
            "identification."
        ),
        time_zone=time_zone,
        countries=tuple(countries),
        opens_at=datetime.combine(first, time(0), zone).isoformat(),
        closes_at=datetime.combine(first + timedelta(days=DAYS), time(0), zone).isoformat(),
    )
