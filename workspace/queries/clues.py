"""What people read of clues: what somebody noticed, and what two people say came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Result, Row
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import Part, part_as, statements
from workspace.queries.colleagues import Colleague
from workspace.rules.codes import ClueActWhat, ClueResult, ClueWhat, MediaKind
from workspace.rules.leads import ENDED, LeadStage
from workspace.rules.numbers import person_number, series_number

SQL = statements(__file__)
MOST = 200
"""Clues on one page of their list at first."""
MOST_MEDIA = 100
"""Media that a clue's page shows."""


@dataclass(frozen=True)
class ClueSaid:
    """What somebody says came of a clue, and stands. region: its name. is_ours: the viewer's agency said it."""

    id: UUID
    what: ClueActWhat
    result: ClueResult
    country: str | None
    region: str | None
    grounds: str | None
    said_at: datetime
    by: Colleague
    is_ours: bool


@dataclass(frozen=True)
class MediumOfClue:
    """A further medium in which a clue is seen. id: by which it is taken off. is_ours: the viewer's agency added it.
    box, at_s, until_s: where in it. lies_with_clue: a card can be made of it."""

    id: UUID
    media: UUID
    kind: MediaKind
    country: str
    exhibit: str
    added_at: datetime
    by: Colleague
    is_ours: bool
    box: dict[str, str] | None
    at_s: float | None
    until_s: float | None
    width: int | None
    height: int | None
    lies_with_clue: bool


@dataclass(frozen=True)
class ClueToJoin:
    """A clue to which a medium can be added. is_mine: the viewer opened it."""

    id: UUID
    number: int
    what: ClueWhat
    claim: str
    is_mine: bool


@dataclass(frozen=True)
class LeadClue:
    """What a person noticed. at_s, until_s: seconds into a video. series: the number of the one that it is about, where
    it is no picture and no person. result: what is stated now; is_confirmed: a second person has confirmed it;
    is_stated_by_me: the viewer is the first of the two. region: of the country, by its code; who stated and confirmed it
    is told of it too. media: the first MOST_MEDIA of media_of further ones in which it is seen."""

    what: ClueWhat
    claim: str
    box: dict[str, str] | None
    at_s: float | None
    until_s: float | None
    series: int | None
    series_label: str | None
    by: Colleague
    at: datetime
    result: ClueResult | None
    country: str | None
    grounds: str | None
    is_confirmed: bool
    is_stated_by_me: bool
    region: str | None
    region_name: str | None
    is_region_confirmed: bool
    is_region_by_me: bool
    said: list[ClueSaid]
    media: list[MediumOfClue]
    media_of: int


@dataclass(frozen=True)
class LeadOutside:
    """What a search outside of Concord found. score: of the other system, null while it is withheld or where it gave
    none."""

    candidate: str
    system: str
    searched_on: date
    legal_basis: str
    reference: str
    by: Colleague
    at: datetime
    score: float | None


@dataclass(frozen=True)
class ClueLine:
    """A clue in the list of an operation."""

    id: UUID
    number: int
    stage: LeadStage
    priority: int
    countries: list[str]
    what: ClueWhat
    claim: str
    opened_at: datetime
    result: ClueResult | None
    country: str | None
    is_confirmed: bool
    region_name: str | None
    is_region_confirmed: bool


@dataclass(frozen=True)
class ClueSource:
    """What a new clue is to be about: a medium, a person or a series that the viewer opens. kind: of a medium. also:
    further media in which it is seen."""

    media: UUID | None = None
    kind: MediaKind | None = None
    person: UUID | None = None
    series: UUID | None = None
    face: UUID | None = None
    name: str = ""
    also: list[UUID] = field(default_factory=list)


def lead_clue(session: Session, lead_id: UUID) -> LeadClue:
    """What was noticed, of a lead that is a clue."""
    row = session.execute(SQL["clue"], {"lead": lead_id}).one()
    media = session.execute(SQL["media"], {"lead": lead_id, "most": MOST_MEDIA}).all()
    return LeadClue(
        what=row.what,
        claim=row.claim,
        box=row.box,
        at_s=row.at_s,
        until_s=row.until_s,
        series=row.series_number,
        series_label=row.series_label,
        by=_colleague(row),
        at=row.opened_at,
        result=row.result,
        country=row.country,
        grounds=row.grounds,
        is_confirmed=row.is_confirmed,
        is_stated_by_me=bool(row.is_stated_by_me),
        region=row.region,
        region_name=row.region_name,
        is_region_confirmed=row.is_region_confirmed,
        is_region_by_me=bool(row.is_region_by_me),
        said=[_said(each) for each in session.execute(SQL["acts"], {"lead": lead_id})],
        media=[_medium(each) for each in media],
        media_of=media[0].of if media else 0,
    )


def lead_outside(session: Session, lead_id: UUID) -> LeadOutside:
    """What a search elsewhere found, of a lead of that kind."""
    row = session.execute(SQL["outside"], {"lead": lead_id}).one()
    return LeadOutside(
        candidate=row.candidate,
        system=row.system,
        searched_on=row.searched_on,
        legal_basis=row.legal_basis,
        reference=row.reference,
        by=_colleague(row),
        at=row.brought_at,
        score=row.score,
    )


def clues(session: Session, operation_id: int, *, what: str | None = None, most: int = MOST) -> Part[ClueLine]:
    """The clues that the viewer may see, newest first, at most `most`; with how many there are."""
    return part_as(ClueLine, session.execute(SQL["clues"], {"operation": operation_id, "what": what, "most": most}))


def clues_to_join(session: Session, operation_id: int, media: UUID) -> Part[ClueToJoin]:
    """The clues that go on and are not seen in this medium yet, the viewer's own first, then the newest."""
    asked = {"operation": operation_id, "media": media, "ended": list(ENDED), "most": MOST}
    return part_as(ClueToJoin, session.execute(SQL["to_join"], asked))


def clue_source(
    session: Session,
    operation_id: int,
    *,
    media: UUID | None,
    person: UUID | int | None,
    series: UUID | int | None,
    also: Sequence[UUID] = (),
) -> ClueSource:
    """What a new clue is to be about: a person or a series by id or by number. also: further media of a medium's.

    Raises:
        NotFound: it is not there for the viewer.
    """
    about = media or person or series
    number = about if isinstance(about, int) else None
    here = {"id": None if number else about, "number": number, "operation": operation_id}
    if media:
        row = _there(session.execute(SQL["source_media"], {"id": media, "operation": operation_id}))
        others = session.scalars(SQL["seen_media"], {"ids": list(also), "operation": operation_id}).all()
        return ClueSource(media=media, kind=row.kind, name=row.name, also=[each for each in others if each != media])
    if person:
        row = _there(session.execute(SQL["source_person"], here))
        return ClueSource(person=row.id, face=row.face, name=person_number(row.number))
    if series:
        row = _there(session.execute(SQL["source_series"], here))
        return ClueSource(series=row.id, name=f"{series_number(row.number)} {row.name}")
    return ClueSource()


def _there(found: Result[Any]) -> Row[Any]:
    row = found.one_or_none()
    if row is None:
        raise NotFound("There is no such person, picture or series.")
    return row


def _colleague(row: Row[Any]) -> Colleague:
    return Colleague(row.user_id, row.name, row.user_country, row.played_by)


def _medium(row: Row[Any]) -> MediumOfClue:
    facts = dict(row._mapping)
    for name in ("user_id", "name", "user_country", "played_by", "of"):
        del facts[name]
    return MediumOfClue(by=_colleague(row), **facts)


def _said(row: Row[Any]) -> ClueSaid:
    return ClueSaid(
        row.id, row.what, row.result, row.country, row.region, row.grounds, row.said_at, _colleague(row), row.is_ours
    )
