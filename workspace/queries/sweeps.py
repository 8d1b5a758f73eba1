"""Which media were looked at again in full size, which wait for it, and what that found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import statements

SQL = statements(__file__)


@dataclass(frozen=True)
class SweepOfMedium:
    """Whether a medium was looked at again: `none`, where that is not to be done. faces: that the first look had
    missed;
    bettered: poor ones that are seen better; is_whole: all of it was looked at, in its own size."""

    state: Literal["swept", "waits", "none"]
    swept_at: datetime | None
    faces: int
    bettered: int
    is_whole: bool


@dataclass(frozen=True)
class Sweeps:
    """The sweeps of an operation's media, or of an exhibit's. partly: those of which not all was looked at, or not in
    its own size; waits: media that are still to be swept."""

    swept: int
    waits: int
    partly: int
    faces: int
    bettered: int


def sweep_of_medium(session: Session, medium_id: UUID) -> SweepOfMedium:
    """Whether a medium that the viewer may see was looked at again."""
    return SweepOfMedium(**session.execute(SQL["medium"], {"medium": medium_id}).one()._mapping)


def sweeps_of_operation(session: Session, operation_id: int) -> Sweeps:
    """Of all media that the viewer may see."""
    return Sweeps(**session.execute(SQL["operation"], {"operation": operation_id}).one()._mapping)


def sweeps_of_exhibit(session: Session, exhibit_id: UUID) -> Sweeps:
    """Of the different contents of an exhibit that the viewer may see."""
    return Sweeps(**session.execute(SQL["exhibit"], {"exhibit": exhibit_id}).one()._mapping)
