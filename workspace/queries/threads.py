"""What people say of a lead or a medium: comments in threads, every wording, and whom they call.

Row-level security decides which of them come. An answer whose first comment the viewer cannot see stands by itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.queries.colleagues import AgencyColleague, Colleague, colleague

SQL = statements(__file__)


@dataclass(frozen=True)
class Wording:
    """What a comment said before it was changed."""

    body: str
    language: str
    written_at: datetime


@dataclass(frozen=True)
class Called:
    """Whom a comment calls: a person by name, or everybody of a role or a country by its code."""

    name: str
    is_group: bool


@dataclass(frozen=True)
class ThreadEnd:
    """Who resolved a thread, and when."""

    by: Colleague
    at: datetime


@dataclass(frozen=True)
class Comment:
    """A comment in any language, in its last wording. thread: the comment that it answers. version: the number of the
    wording. earlier: those before, the first first. calls_me: whether it waits to be read by the viewer. resolved: of a
    comment that begins a thread; null while the thread is open."""

    id: UUID
    thread: UUID | None
    author: Colleague
    body: str
    language: str
    created_at: datetime
    version: int
    edited_at: datetime | None
    earlier: list[Wording]
    called: list[Called]
    calls_me: bool
    mine: bool
    resolved: ThreadEnd | None


@dataclass(frozen=True)
class Reader(AgencyColleague):
    """Somebody whom a comment can call."""

    role: str


@dataclass(frozen=True)
class Readers:
    """Whom a comment can call: those who can read it."""

    people: list[Reader]


def lead_comments(session: Session, lead_id: UUID) -> list[Comment]:
    """The comments on a lead, the oldest first."""
    return _comments(session, lead_id=lead_id)


def medium_comments(session: Session, medium_id: UUID) -> list[Comment]:
    """The comments on a medium, the oldest first."""
    return _comments(session, medium_id=medium_id)


def readers(session: Session, what: Literal["lead", "medium"], thing_id: UUID) -> Readers:
    """Whom a comment of the viewer's on a lead or a medium can call.

    Raises:
        NotFound: there is no such lead or medium for the viewer.
    """
    found = SQL["of_lead"] if what == "lead" else SQL["of_medium"]
    row = session.execute(found, {"id": thing_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such lead." if what == "lead" else "There is no such medium.")
    asked = {"operation": row.operation_id, "locks": row.locks, "about": row.about}
    return Readers(rows_as(Reader, session.execute(SQL["readers"], asked)))


def _comments(session: Session, *, lead_id: UUID | None = None, medium_id: UUID | None = None) -> list[Comment]:
    rows = session.execute(SQL["comments"], {"lead": lead_id, "medium": medium_id}).all()
    earlier: dict[UUID, list[Wording]] = defaultdict(list)
    called: dict[UUID, list[Called]] = defaultdict(list)
    if rows:
        asked = {"comments": [row.id for row in rows]}
        for row in session.execute(SQL["wordings"], asked):
            earlier[row.comment_id].append(Wording(row.body, row.language, row.written_at))
        for row in session.execute(SQL["called"], asked):
            called[row.comment_id].append(Called(row.name, row.is_group))
    return [_comment(row, earlier[row.id], called[row.id]) for row in rows]


def _comment(row: Row[tuple[object, ...]], earlier: list[Wording], called: list[Called]) -> Comment:
    by = colleague(row.said_by, row.ended_by, row.ended_country, row.ended_played_by)
    return Comment(
        id=row.id,
        thread=row.thread_id,
        author=Colleague(row.user_id, row.name, row.country, row.played_by),
        body=row.body,
        language=row.language,
        created_at=row.created_at,
        version=row.version,
        edited_at=row.edited_at,
        earlier=earlier,
        called=called,
        calls_me=row.calls_me,
        mine=row.mine,
        resolved=ThreadEnd(by, row.said_at) if by and row.what == "resolved" else None,
    )
