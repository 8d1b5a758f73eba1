"""Exhibits that are being moved out of their agency's common lock.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Closing(Base):
    """An exhibit that is being moved out of its agency's common lock; while the row stands, that agency alone opens the
    common lock. files: how many came with it."""

    __tablename__ = "closing"

    before_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"), primary_key=True)
    lock_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibit.id"))
    files: Mapped[int]
    has_moved_words: Mapped[bool] = mapped_column(server_default=FetchedValue())
    seq: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    parted: Mapped[list[UUID]] = mapped_column(server_default=FetchedValue())
    began_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
