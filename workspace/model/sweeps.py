"""Media that were looked at again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class MediaSweep(Base):
    """A medium that was looked at again in full size. faces: that the first look had missed; bettered: poor ones that
    are seen better; is_whole: all of it was looked at, in its own size; method: how."""

    __tablename__ = "media_sweep"

    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    method: Mapped[str]
    faces: Mapped[int]
    bettered: Mapped[int]
    is_whole: Mapped[bool]
    swept_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
