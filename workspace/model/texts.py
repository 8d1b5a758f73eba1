"""What a machine read in pictures."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Double, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base
from workspace.model.keys import found


class TextReading(Base):
    """A medium whose text was looked for. whole: all of it could be looked at; reader: which program."""

    __tablename__ = "text_reading"

    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    reader: Mapped[str]
    is_whole: Mapped[bool]
    read_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class PictureText(Base):
    """A line of text. box: left, top, width, height as shares of the picture's sides. at_s: of a video's frame."""

    __tablename__ = "picture_text"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    at_s: Mapped[float | None] = mapped_column(Double)
    box: Mapped[list[float]] = mapped_column(ARRAY(Double))
    body: Mapped[str]
    find_key: Mapped[str] = mapped_column(default=found("body"))
    score: Mapped[float] = mapped_column(Double)
