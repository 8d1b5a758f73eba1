"""The depicted persons that a viewer may see, a page at a time, by what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.rules.codes import AgeBand

SQL = statements(__file__)

MOST_LISTED = 60
FIRST = (2**31 - 1, 0)
"""Before every person: faces and number."""


@dataclass(frozen=True)
class PersonFilter:
    """Which persons are listed; None of a field: all. faces: at least so many. age_band: `not_stated` for those without
    one. decided: examiners verified or rejected a lead of theirs."""

    country: str | None = None
    exhibit: UUID | None = None
    faces: int = 1
    age_band: str | None = None
    in_lead: bool | None = None
    decided: bool | None = None


@dataclass(frozen=True)
class PersonLine:
    """A person in the list. leads: how many of its leads the viewer sees."""

    number: int
    country: str
    face_count: int
    age_band: AgeBand | None
    series: int | None
    face_id: UUID | None
    leads: int
    decided: bool


@dataclass(frozen=True)
class PersonList:
    """One page of persons, those with the most faces first. next: faces and number after which the next page begins."""

    persons: list[PersonLine]
    next: tuple[int, int] | None


@dataclass(frozen=True)
class ExhibitChoice:
    """An exhibit by which the list can be narrowed."""

    id: UUID
    label: str
    country: str


def person_list(
    session: Session, operation_id: int, wanted: PersonFilter, *, after: tuple[int, int] = FIRST
) -> PersonList:
    """Persons that the viewer may see. after: faces and number of the last one of the page before."""
    faces, number = after
    asked = {"operation": operation_id, "one_more": MOST_LISTED + 1, "after_faces": faces, "after_number": number}
    found = rows_as(PersonLine, session.execute(SQL["persons"], asked | vars(wanted)))
    shown = found[:MOST_LISTED]
    more = len(found) > MOST_LISTED
    return PersonList(shown, (shown[-1].face_count, shown[-1].number) if more else None)


def exhibit_choices(session: Session, operation_id: int) -> list[ExhibitChoice]:
    """The exhibits that the viewer may see."""
    return rows_as(ExhibitChoice, session.execute(SQL["exhibits"], {"operation": operation_id}))
