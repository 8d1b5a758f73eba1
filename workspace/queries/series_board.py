"""The board of series: columns of triage, and in each the series that the viewer may see, the most urgent first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.queries.colleagues import Colleague, colleague
from workspace.rules.codes import SeriesRecency

SQL = statements(__file__)
PART = 60
"""How many series of a column come at a time."""
ALWAYS = ("in_work", "to_do", "done", "left_over")
"""The columns that every operation has, in their order; its own stand behind «to do»."""


@dataclass(frozen=True)
class SeriesFilter:
    """What the board is narrowed to; what is None narrows nothing. country: the likely one. owner: whose series it is.
    recency: recent, cold or not_stated. wants_second: its country, or its region, waits for a second person, who may be the viewer.
    mine: held by the viewer."""

    country: str | None = None
    owner: str | None = None
    recency: str | None = None
    wants_second: bool = False
    mine: bool = False


@dataclass(frozen=True)
class SeriesCard:
    """A series on the board. column: where it stands. owner: the country whose series it is. media, persons, leads: as
    many as the viewer may see."""

    id: UUID
    number: int
    label: str
    priority: int
    recency: SeriesRecency | None
    external_reference: str | None
    was_prepared: bool
    created_at: datetime
    country_determined: str | None
    is_confirmed: bool
    region_name: str | None
    is_region_confirmed: bool
    column: str
    lease_until: datetime | None
    owner: str
    holder: Colleague | None
    persons: int
    media: int
    leads: int


@dataclass(frozen=True)
class SeriesColumn:
    """A column of triage. key: its code, or the id of one of the operation's own, whose name it has. of: how many
    series stand in it."""

    key: str
    name: str | None
    series: list[SeriesCard]
    of: int


@dataclass(frozen=True)
class OwnColumn:
    """A column that the operation has of its own."""

    id: UUID
    name: str


def own_columns(session: Session, operation_id: int) -> list[OwnColumn]:
    """The columns that an operation has of its own."""
    return rows_as(OwnColumn, session.execute(SQL["columns"], {"operation": operation_id}))


def series_board(
    session: Session, operation_id: int, narrowed: SeriesFilter, *, column: str | None = None, after: int = 0
) -> list[SeriesColumn]:
    """The columns with the first PART series of each; or one column alone, beginning behind `after` series."""
    asked = asdict(narrowed) | {"operation": operation_id, "column": column, "after": after, "most": PART}
    own = own_columns(session, operation_id)
    rows = session.execute(SQL["lines"], asked).all()
    names: dict[str, str | None] = dict.fromkeys(ALWAYS[:2])
    names |= {str(each.id): each.name for each in own} | dict.fromkeys(ALWAYS[2:])
    return [
        SeriesColumn(key, name, [_card(row) for row in rows if row.column == key], _of(rows, key))
        for key, name in names.items()
        if column in (None, key)
    ]


def _of(rows: Any, key: str) -> int:
    return next((row.of for row in rows if row.column == key), 0)


def _card(row: Row[Any]) -> SeriesCard:
    facts = dict(row._mapping)
    del facts["of"]
    who = [facts.pop(name) for name in ("holder_id", "holder", "holder_country", "holder_played_by")]
    return SeriesCard(holder=colleague(*who), **facts)
