"""One depicted person: where it is seen over time and devices, its leads and entries, and what people said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.queries.colleagues import Colleague
from workspace.queries.persons import (
    AlikePair,
    PersonAct,
    PersonElsewhere,
    alike_elsewhere,
    alike_to,
    gathered_with,
)
from workspace.rules.codes import STANDING_STAGES, AgeBand, PersonWordWhat, Quality
from workspace.rules.leads import BasisEnd, LeadKind, LeadStage

SQL = statements(__file__)

MOST_SIGHTS = 60


@dataclass(frozen=True)
class Sight:
    """A face in a photo, or the best face of a track through a video, which counts `faces`. number: of the person whose
    it is, maybe one of other material. captured_at and exhibits: as the file says, not verified. at_s: seconds into
    the video. given_from: the person whose the machine made it, where people gave it to this one."""

    face_id: UUID
    number: int
    media_id: UUID
    kind: str
    captured_at: str | None
    at_s: float | None
    quality: Quality
    is_track: bool
    faces: int
    exhibits: list[str]
    given_from: int | None


@dataclass(frozen=True)
class GivenAway:
    """A person to whom people gave faces that the machine had made this one's."""

    number: int
    faces: int


@dataclass(frozen=True)
class SeenOn:
    """How often the person is seen on a device in a year; '' without a date."""

    exhibit: str
    year: str
    number: int


@dataclass(frozen=True)
class PersonLead:
    """A lead of the person, as far as the viewer sees it. standing: what was stated of the child."""

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage
    countries: list[str]
    basis_ended: list[BasisEnd]
    entry_id: UUID | None
    entry_number: str | None
    standing: str | None


@dataclass(frozen=True)
class WordOfPerson:
    """What somebody said of the person. code: an age band or a country; number: of whom it was said, where the person
    took others over. is_ours: the viewer's agency said it, and may take it back."""

    id: UUID
    what: PersonWordWhat
    code: str | None
    face_id: UUID | None
    on_day: date | None
    words: str | None
    by: Colleague
    at: datetime
    is_ours: bool
    number: int


@dataclass(frozen=True)
class PersonPage:
    """A person. is_own: of the viewer's own agency's material. more: further sights follow the last. alike: persons of
    the same material that may be the same, the most alike first; only for its owner. gathered: persons of the owner's
    other materials of whom people said that they are this one: sights, grid and leads are of them too; alike_elsewhere:
    those that may be. supported_countries: those that people of two countries at least have said, most said first."""

    id: UUID
    operation_id: int
    number: int
    country: str
    is_own: bool
    face_count: int
    age_band: AgeBand | None
    series_id: UUID | None
    series: int | None
    series_label: str | None
    feature_face: UUID | None
    sights: list[Sight]
    more: bool
    given_away: list[GivenAway]
    seen_on: list[SeenOn]
    leads: list[PersonLead]
    acts: list[PersonAct]
    alike: list[AlikePair]
    gathered: list[PersonElsewhere]
    alike_elsewhere: list[PersonElsewhere]
    words: list[WordOfPerson]
    supported_countries: list[str]


def person_page(
    session: Session,
    operation_id: int,
    number: int,
    *,
    exhibit: str | None = None,
    year: str | None = None,
    after: UUID | None = None,
) -> PersonPage:
    """A person by its number, or whom it became. exhibit, year: sights on one device, of one year; after: the last
    sight of the page before.

    Raises:
        NotFound: there is no such person for the viewer.
    """
    row = session.execute(SQL["person"], {"operation": operation_id, "number": number}).one_or_none()
    if row is None:
        raise NotFound("There is no such person.")
    here = {"person": row.id}
    words = [_word(each) for each in session.execute(SQL["words"], here)]
    gathered = gathered_with(session, row.id)
    others = [each.id for each in gathered]
    here |= {"persons": [row.id, *others]}
    asked = here | {"exhibit": exhibit, "year": year, "after": after, "one_more": MOST_SIGHTS + 1}
    sights = rows_as(Sight, session.execute(SQL["sights"], asked))
    standing = {"operation": operation_id, "stages": list(STANDING_STAGES)}
    return PersonPage(
        **row._mapping,
        sights=sights[:MOST_SIGHTS],
        more=len(sights) > MOST_SIGHTS,
        given_away=rows_as(GivenAway, session.execute(SQL["given_away"], here)),
        seen_on=rows_as(SeenOn, session.execute(SQL["grid"], here)),
        leads=rows_as(PersonLead, session.execute(SQL["leads"], here | standing)),
        acts=rows_as(PersonAct, session.execute(SQL["acts"], here)),
        alike=alike_to(session, row.id) if row.is_own else [],
        gathered=gathered,
        alike_elsewhere=alike_elsewhere(session, row.id, others) if row.is_own else [],
        words=words,
        supported_countries=_supported(words),
    )


def _word(row: Row[Any]) -> WordOfPerson:
    facts = dict(row._mapping)
    by = Colleague(facts.pop("user_id"), facts.pop("name"), facts.pop("country"), facts.pop("played_by"))
    return WordOfPerson(by=by, **facts)


def _supported(words: Sequence[WordOfPerson]) -> list[str]:
    """The countries that people of two countries have said, in the order in which they were said first."""
    said: dict[str, set[str]] = {}
    for word in reversed(words):
        if word.what == "country" and word.code is not None:
            said.setdefault(word.code, set()).add(word.by.country)
    return [code for code, of in said.items() if len(of) > 1]


def number_of_person(session: Session, person_id: UUID) -> tuple[int, int]:
    """The operation and the number of a person.

    Raises:
        NotFound: there is no such person for the viewer.
    """
    row = session.execute(SQL["number"], {"person": person_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such person.")
    return row.operation_id, row.number
