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


def region_sources(session: Session) -> list[RegionSource]:
    """The files of which regions are in force, the newest first."""
    return rows_as(RegionSource, session.execute(SQL["sources"]))
