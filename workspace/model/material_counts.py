"""Figures of material in parts, and the contents that several countries hold; triggers write both (ADR 91)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class MaterialCount(Base):
    """How much there is of what, in parts that are added up. subject: an exhibit or a register; null: the media of
    exhibits. Triggers write it."""

    __tablename__ = "material_count"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    subject: Mapped[UUID | None]
    what: Mapped[str]
    number: Mapped[int]


class MetContent(Base):
    """A content that exhibits of several countries hold, one row an exhibit. is_taken: whether the exhibit has a medium
    of it. Triggers write it."""

    __tablename__ = "met_content"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibit.id"), primary_key=True)
    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    is_taken: Mapped[bool]
