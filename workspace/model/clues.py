"""Clues: what people notice, what came of it, and the cards that ask the whole room.

Columns and constraints only; the SQL of record is in migrations/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, FetchedValue, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Clue(Base):
    """What a person noticed. The lead carries the work on it, and the lead's side, if there is one, what it is seen
    in."""

    __tablename__ = "clue"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    locks: Mapped[list[int]]
    what: Mapped[str]
    claim: Mapped[str]
    box: Mapped[dict[str, Any] | None] = mapped_column("region")
    at_s: Mapped[float | None] = mapped_column(Double)
    until_s: Mapped[float | None] = mapped_column(Double)
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("series.id"))
    opened_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    opened_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    result: Mapped[str | None]
    country: Mapped[str | None]
    grounds: Mapped[str | None]
    stated_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_at: Mapped[datetime | None]
    region_code: Mapped[str | None]
    region_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    region_confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class ClueAct(Base):
    """What somebody says came of a clue, or confirms; taken back, never changed."""

    __tablename__ = "clue_act"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    locks: Mapped[list[int]]
    what: Mapped[str]
    result: Mapped[str]
    country: Mapped[str | None]
    region_code: Mapped[str | None]
    grounds: Mapped[str | None]
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    undone_at: Mapped[datetime | None]


class ClueMedium(Base):
    """A medium in which a clue is seen, besides the one that it was opened of."""

    __tablename__ = "clue_medium"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    locks: Mapped[list[int]]
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartment.id"))
    media_item_id: Mapped[UUID] = mapped_column(ForeignKey("media_item.id"))
    box: Mapped[dict[str, Any] | None]
    at_s: Mapped[float | None] = mapped_column(Double)
    until_s: Mapped[float | None] = mapped_column(Double)
    act: Mapped[UUID]
    added_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    added_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    removed_at: Mapped[datetime | None]


class OutsideResult(Base):
    """What a search outside of Concord found: who says so, on what basis. Its score stands with the lead, withheld."""

    __tablename__ = "outside_result"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    locks: Mapped[list[int]]
    candidate: Mapped[str]
    system: Mapped[str]
    searched_on: Mapped[date]
    legal_basis: Mapped[str]
    reference: Mapped[str]
    brought_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    brought_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ClueCard(Base):
    """A question to the whole operation about a clue, with a masked part of its picture."""

    __tablename__ = "clue_card"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"))
    locks: Mapped[list[int]]
    number: Mapped[int]
    what: Mapped[str]
    question: Mapped[str]
    asked: Mapped[str]
    owner_country: Mapped[str]
    maker_country: Mapped[str]
    media_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_item.id"))
    crop: Mapped[list[float] | None]
    masks: Mapped[list[list[float]]] = mapped_column(JSONB, server_default=FetchedValue())
    handling_code: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    made_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    made_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    address: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    checked_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    withdrawn_at: Mapped[datetime | None]
    result: Mapped[str | None]
    country: Mapped[str | None]
    region_code: Mapped[str | None]


class CardAnswer(Base):
    """A tip, or «not from here»: the room reads which, and from which country."""

    __tablename__ = "card_answer"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    card_id: Mapped[UUID] = mapped_column(ForeignKey("clue_card.id"))
    what: Mapped[str]
    country: Mapped[str]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    said_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    played_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    said_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    withdrawn_at: Mapped[datetime | None]


class CardTip(Base):
    """The words of a tip: for who opens the clue, and for the agency that gave it."""

    __tablename__ = "card_tip"

    answer_id: Mapped[UUID] = mapped_column(ForeignKey("card_answer.id"), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    body: Mapped[str]
    source: Mapped[str]
