"""Notes on a lead's pictures and sides, and on media. Row-level security decides which of them come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.queries.colleagues import Colleague

SQL = statements(__file__)


@dataclass(frozen=True)
class Annotation:
    """A box of a picture and what is seen there, or a note on a side.

    box: a W3C fragment selector whose value is in per cent of the crop's sides, `xywh=percent:10,20,30,15`. mine:
    the viewer may change or remove it.
    """

    id: UUID
    side: int
    face_id: UUID | None
    box: dict[str, str] | None
    note: str
    author: Colleague
    version: int
    changed_at: datetime
    mine: bool


@dataclass(frozen=True)
class MediumAnnotation:
    """A place in a medium and what is seen there: a face, a box as in `Annotation` but of the whole picture, seconds
    of a video or a recording; or a note on all of it. mine: the viewer may change or remove it."""

    id: UUID
    face_id: UUID | None
    box: dict[str, str] | None
    at_s: float | None
    until_s: float | None
    note: str
    author: Colleague
    version: int
    changed_at: datetime
    mine: bool


def medium_annotations(session: Session, medium_id: UUID) -> list[MediumAnnotation]:
    """The notes on a medium, in the order of their time in it, then the oldest first."""
    return [
        MediumAnnotation(
            id=row.id,
            face_id=row.face_id,
            box=row.box,
            at_s=row.at_s,
            until_s=row.until_s,
            note=row.note,
            author=Colleague(row.user_id, row.name, row.country, row.played_by),
            version=row.version,
            changed_at=row.changed_at,
            mine=row.mine,
        )
        for row in session.execute(SQL["on_medium"], {"medium": medium_id})
    ]


def lead_annotations(session: Session, lead_id: UUID) -> list[Annotation]:
    """The notes on a lead's pictures and sides that the viewer's keys open, the oldest first."""
    return [
        Annotation(
            id=row.id,
            side=row.side,
            face_id=row.face_id,
            box=row.box,
            note=row.note,
            author=Colleague(row.user_id, row.name, row.country, row.played_by),
            version=row.version,
            changed_at=row.changed_at,
            mine=row.mine,
        )
        for row in session.execute(SQL["annotations"], {"lead": lead_id})
    ]
