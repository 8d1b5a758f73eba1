"""Pictures that people bring to search with, apart from all material."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class BroughtPicture(Base):
    """A picture that somebody searches with, and why. address: the sealed picture until it was read; crops: its faces,
    sealed as one object; both are gone after keeps_until."""

    __tablename__ = "probe"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    case_reference: Mapped[str]
    brought_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    refusal: Mapped[str | None]
    keeps_until: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    address: Mapped[str | None]
    crops: Mapped[str | None]


class BroughtFace(Base):
    """A face in such a picture."""

    __tablename__ = "probe_face"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    probe_id: Mapped[UUID] = mapped_column(ForeignKey("probe.id"))
    box: Mapped[list[float]]
    frame_width: Mapped[int]
    frame_height: Mapped[int]
    quality: Mapped[float]
    quality_word: Mapped[str]
    eye_distance_px: Mapped[float]
    embedding: Mapped[Any | None] = mapped_column(HALFVEC())
    pack_id: Mapped[str]
    model_digest: Mapped[str]
