"""What people say of the boxes on a medium: faces that they drew, and boxes that they took away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.queries.colleagues import Colleague
from workspace.rules.codes import DrawnState

SQL = statements(__file__)


@dataclass(frozen=True)
class DrawnBox:
    """A face that somebody drew. box: in per cent of the picture's sides. face_id: its face, once a worker has
    described it."""

    id: UUID
    box: dict[str, str]
    state: DrawnState
    face_id: UUID | None
    by: Colleague
    at: datetime


@dataclass(frozen=True)
class TakenBox:
    """A box that somebody took away, by the act with which it is given back; box as in `FaceInMedium`."""

    id: UUID
    box: list[float]
    frame_width: int
    frame_height: int
    at_s: float | None
    part: int
    by: Colleague
    at: datetime


def drawn_boxes(session: Session, medium_id: UUID) -> list[DrawnBox]:
    """The faces that people drew on a medium and nobody took away, the oldest first."""
    return [
        DrawnBox(
            id=row.id,
            box=row.box,
            state=row.state,
            face_id=row.face_id,
            by=Colleague(row.user_id, row.name, row.country, row.played_by),
            at=row.said_at,
        )
        for row in session.execute(SQL["drawn"], {"medium": medium_id})
    ]


def taken_boxes(session: Session, medium_id: UUID) -> list[TakenBox]:
    """The boxes that people took away from a medium, the oldest first."""
    return [
        TakenBox(
            id=row.id,
            box=row.box,
            frame_width=row.frame_width,
            frame_height=row.frame_height,
            at_s=row.at_s,
            part=row.part,
            by=Colleague(row.user_id, row.name, row.country, row.played_by),
            at=row.said_at,
        )
        for row in session.execute(SQL["taken"], {"medium": medium_id})
    ]
