"""Proposals of changes to another agency's items. Columns only."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Proposal(Base):
    """What somebody proposes to an item's owner, and what became of it. act: the press in which several were made."""

    __tablename__ = "proposal"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    kind: Mapped[str]
    media_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_item.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    exhibit_id: Mapped[UUID | None] = mapped_column(ForeignKey("exhibit.id"))
    register_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("series.id"))
    what: Mapped[str] = mapped_column(server_default=FetchedValue())
    value: Mapped[str] = mapped_column(server_default=FetchedValue())
    on_day: Mapped[date | None]
    reference: Mapped[str] = mapped_column(server_default=FetchedValue())
    words: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    proposed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    act: Mapped[UUID | None]
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    answer: Mapped[str | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None]
