"""People and agencies as others see them, in every answer the same."""

from __future__ import annotations

from dataclasses import dataclass

from workspace.rules.exercise import PlayedBy


@dataclass(frozen=True)
class Colleague:
    """A person as colleagues see one: in an exercise a country and a role. played_by: "partner" where an exercise's
    partner acted, or where nothing was done yet, has the seat now; in a real operation always "person".
    """

    id: int
    name: str
    country: str
    played_by: PlayedBy


@dataclass(frozen=True)
class AgencyColleague(Colleague):
    """A colleague in a list to choose from, where two may have one name."""

    agency: str


@dataclass(frozen=True)
class AgencyName:
    """An agency as others see it."""

    id: int
    name: str
    country: str


def colleague(user_id: int | None, name: str | None, country: str | None, played_by: PlayedBy) -> Colleague | None:
    """A person of a row that may name none."""
    if user_id is None or name is None or country is None:
        return None
    return Colleague(user_id, name, country, played_by)
