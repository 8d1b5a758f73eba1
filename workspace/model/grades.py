"""Tables of grades: categories of a country, grades given by them, and which one stands. Columns only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class GradeTable(Base):
    """The categories of a country, as it brought them in; its last table counts. categories: number, label, meaning."""

    __tablename__ = "grade_table"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    country: Mapped[str]
    name: Mapped[str]
    shipped: Mapped[str | None]
    categories: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    brought_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    brought_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())


class GradeRule(Base):
    """How many people must give the same grade before it stands; the greatest number counts."""

    __tablename__ = "grade_rule"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    votes: Mapped[int]
    set_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    set_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class MediaGrade(Base):
    """A category that somebody gave a medium; the last row of each person that was not taken back counts."""

    __tablename__ = "media_grade"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    act: Mapped[UUID]
    table_id: Mapped[UUID] = mapped_column(ForeignKey("grade_table.id"))
    table_country: Mapped[str]
    number: Mapped[int]
    graded_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    grader_country: Mapped[str]
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    graded_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    undone_at: Mapped[datetime | None]


class GradeStanding(Base):
    """Which grade of a country's table stands on a medium; kept by the database."""

    __tablename__ = "grade_standing"

    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    table_country: Mapped[str] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    is_owners: Mapped[bool]
    number: Mapped[int | None]
    votes: Mapped[int] = mapped_column(server_default=FetchedValue())
    is_conflict: Mapped[bool] = mapped_column(server_default=FetchedValue())
