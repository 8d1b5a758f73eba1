"""Regions of countries, out of files that the operator imported.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, FetchedValue, ForeignKey
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from workspace.model.base import Base


class Polygon(UserDefinedType[str]):
    """PostgreSQL's own polygon, as its text: ((longitude,latitude),…)."""

    cache_ok = True

    def get_col_spec(self, **_kw: object) -> str:
        """Its name in SQL."""
        return "POLYGON"


ischema_names["polygon"] = Polygon


class RegionFile(Base):
    """A file of regions, and what it says of itself."""

    __tablename__ = "region_file"

    id: Mapped[int] = mapped_column(server_default=FetchedValue(), primary_key=True)
    source: Mapped[str]
    licence: Mapped[str]
    sha256: Mapped[bytes]
    imported_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Region(Base):
    """A region of a country, by its ISO 3166-2 code."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str]
    name: Mapped[str]
    region_file_id: Mapped[int] = mapped_column(ForeignKey("region_file.id"))


class RegionRing(Base):
    """An outline of a region, or a hole in one."""

    __tablename__ = "region_ring"

    id: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue(), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    outline: Mapped[str] = mapped_column(Polygon)
