"""Grades: the tables of the countries, which grade stands on a medium, and who gave which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.queries.colleagues import Colleague
from workspace.queries.proposals import ProposedChange, proposals_of
from workspace.rules.exercise import PlayedBy
from workspace.rules.grades import Category, Shipped

SQL = statements(__file__)


@dataclass(frozen=True)
class StandingTable:
    """The categories by which a country grades. shipped: it is a public table that comes with the program."""

    id: UUID
    country: str
    name: str
    shipped: Shipped | None
    categories: list[Category]
    brought_by: str
    played_by: PlayedBy
    at: datetime


@dataclass(frozen=True)
class Grading:
    """How an operation grades. votes_needed: so many people of any country must give the same grade before the owner's
    stands; 1: its last one does."""

    votes_needed: int
    tables: list[StandingTable]


@dataclass(frozen=True)
class StandingGrade:
    """What a country's table says of a medium. number: None while too few agree; votes: people who gave one."""

    country: str
    is_owners: bool
    number: int | None
    votes: int
    is_conflict: bool
    label: str | None


@dataclass(frozen=True)
class GivenGrade:
    """What one person gave last. act: by which its author takes it back. number: None while the viewer could vote and
    has not: each judges alone first."""

    act: UUID
    country: str
    number: int | None
    label: str | None
    by: Colleague
    at: datetime
    is_mine: bool


@dataclass(frozen=True)
class FileCategory:
    """A number that a list of hashes gives a medium: what it means, that list's table says."""

    number: int
    list: str
    source: str


@dataclass(frozen=True)
class MediumGrades:
    """The grades of a medium. owner: its country; mine: the viewer's. proposals: those that the viewer's agency made or
    answers."""

    id: UUID
    operation_id: int
    owner: str
    mine: str
    votes_needed: int
    standing: list[StandingGrade]
    given: list[GivenGrade]
    in_files: list[FileCategory]
    proposals: list[ProposedChange]


def grading(session: Session, operation_id: int) -> Grading:
    """How an operation grades, and by which tables."""
    rows = session.execute(SQL["tables"], {"operation": operation_id})
    tables = [
        StandingTable(**dict(row._mapping) | {"categories": [Category(**each) for each in row.categories]})
        for row in rows
    ]
    return Grading(votes_needed(session, operation_id), tables)


def votes_needed(session: Session, operation_id: int) -> int:
    """How many people must give the same grade before it stands."""
    return int(session.execute(text("select grade_votes_needed(:id)"), {"id": operation_id}).scalar_one())


def medium_grades(session: Session, medium_id: UUID) -> MediumGrades:
    """The grades of a medium that came with an exhibit.

    Raises:
        NotFound: there is no such medium for the viewer.
    """
    here = {"medium": medium_id}
    medium = session.execute(SQL["medium"], here).one_or_none()
    if medium is None:
        raise NotFound("There is no such medium.")
    needed = votes_needed(session, medium.operation_id)
    standing = rows_as(StandingGrade, session.execute(SQL["standing"], here))
    rows = session.execute(SQL["given"], here).all()
    owners = [each for each in standing if each.is_owners]
    hides = (
        needed > 1
        and not any(each.number is not None for each in owners)
        and not any(row.is_mine and row.country == medium.country for row in rows)
    )
    given = [
        GivenGrade(
            row.act,
            row.country,
            None if hides and row.country == medium.country else row.number,
            None if hides and row.country == medium.country else row.label,
            Colleague(row.user_id, row.name, row.user_country, row.played_by),
            row.at,
            row.is_mine,
        )
        for row in rows
    ]
    in_files = rows_as(FileCategory, session.execute(SQL["in_files"], here))
    proposals = proposals_of(session, medium.operation_id, medium_id).rows
    return MediumGrades(
        medium.id,
        medium.operation_id,
        medium.country,
        medium.mine,
        needed,
        standing,
        given,
        in_files,
        proposals,
    )
