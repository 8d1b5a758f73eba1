"""Which regions there are, and out of whose files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements

SQL = statements(__file__)


@dataclass(frozen=True)
class RegionSource:
    """A file of regions that was imported, and of which countries they are in force."""

    source: str
    licence: str
    imported_at: datetime
    countries: list[str]
    regions: int


@dataclass(frozen=True)
class RegionChoice:
    """A region that can be stated, by its ISO 3166-2 code."""

    code: str
    name: str


def regions_of_country(session: Session, country: str) -> list[RegionChoice]:
    """The regions of a country that the operator has imported, by name; none where no file names it."""
    return rows_as(RegionChoice, session.execute(SQL["of_country"], {"country": country}))


def region_sources(session: Session) -> list[RegionSource]:
    """The files of which regions are in force, the newest first."""
    return rows_as(RegionSource, session.execute(SQL["sources"]))
