"""What people read of series: the persons they show, and the country in which they were probably made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import Part, part_as, rows_as, statements
from workspace.rules.codes import SeriesActWhat

SQL = statements(__file__)


@dataclass(frozen=True)
class SeriesLine:
    """A series.

    persons: numbers of those that the viewer may see; own_persons: the ones among them of his own agency's material.
    is_confirmed: a second person has confirmed the country; determined_by: the name of the first. region: of the
    country, by its code; a second person confirms it by itself.
    """

    id: UUID
    number: int
    label: str
    external_reference: str | None
    was_prepared: bool
    country_determined: str | None
    country_grounds: str | None
    determined_by_id: int | None
    determined_by: str | None
    is_confirmed: bool
    region: str | None
    region_name: str | None
    region_by_id: int | None
    is_region_confirmed: bool
    persons: list[int]
    own_persons: list[int]


@dataclass(frozen=True)
class SeriesAct:
    """What somebody said of the likely country of a series, and stands. region: its name. is_ours: the viewer's agency
    said it."""

    id: UUID
    series_id: UUID
    what: SeriesActWhat
    country: str
    region: str | None
    grounds: str | None
    said_at: datetime
    said_by: str
    is_ours: bool


def series(session: Session, operation_id: int) -> list[SeriesLine]:
    """The series that the viewer may see, by number."""
    return last_series(session, operation_id, None).rows


def last_series(session: Session, operation_id: int, most: int | None) -> Part[SeriesLine]:
    """The series that came last, the newest first, with how many there are."""
    return part_as(SeriesLine, session.execute(SQL["series"], {"operation": operation_id, "most": most}))


def series_acts(session: Session, operation_id: int) -> list[SeriesAct]:
    """What was said of the likely country of the series that the viewer may see, and was not taken back."""
    return rows_as(SeriesAct, session.execute(SQL["acts"], {"operation": operation_id}))


def persons_on(session: Session, operation_id: int, labels: Sequence[str], most: int) -> list[int]:
    """Numbers of the persons shown on the exhibits with these labels that stand in no series yet, the most often shown
    first."""
    return list(session.scalars(SQL["persons_on"], {"operation": operation_id, "labels": list(labels), "most": most}))
