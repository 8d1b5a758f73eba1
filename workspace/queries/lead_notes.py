"""What people say about a lead: comments, and notes on its pictures. Row-level security decides which of them come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.queries.colleagues import Colleague

SQL = statements(__file__)


@dataclass(frozen=True)
class Comment:
    """A comment in any language."""

    id: UUID
    author: Colleague
    body: str
    language: str
    created_at: datetime


@dataclass(frozen=True)
class Annotation:
    """A region of a picture and what is seen there, or a note on a side.

    region: a W3C fragment selector whose value is in per cent of the crop's sides, `xywh=percent:10,20,30,15`. mine:
    the viewer may change or remove it.
    """

    id: UUID
    side: int
    face_id: UUID | None
    region: dict[str, str] | None
    note: str
    author: Colleague
    version: int
    changed_at: datetime
    mine: bool


def lead_comments(session: Session, lead_id: UUID) -> list[Comment]:
    """The comments on a lead, the oldest first."""
    return [
        Comment(
            row.id, Colleague(row.user_id, row.name, row.country, row.played_by), row.body, row.language, row.created_at
        )
        for row in session.execute(SQL["comments"], {"lead": lead_id})
    ]


def lead_annotations(session: Session, lead_id: UUID) -> list[Annotation]:
    """The notes on a lead's pictures and sides that the viewer's keys open, the oldest first."""
    return [
        Annotation(
            id=row.id,
            side=row.side,
            face_id=row.face_id,
            region=row.region,
            note=row.note,
            author=Colleague(row.user_id, row.name, row.country, row.played_by),
            version=row.version,
            changed_at=row.changed_at,
            mine=row.mine,
        )
        for row in session.execute(SQL["annotations"], {"lead": lead_id})
    ]
