"""REST: clue cards, their check, and what the room answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import cards as commands
from workspace.queries import cards as queries
from workspace.queries import operations
from workspace.queries.cards import CardOfClue, CardPage
from workspace.rules.cards import MOST_MASKS
from workspace.web.bodies import MOST_TEXT, Body, LeadPath, OperationPath, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("cards", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="cards")])

MOST_QUESTION = 200
Share = Annotated[float, Field(ge=0, le=100)]


class CardBody(Body):
    """A card of a clue: a question, and the part of the clue's picture with its masks."""

    question: str = Field(min_length=1, max_length=MOST_QUESTION)
    asked: str = Field(default="", max_length=MOST_QUESTION)
    crop: dict[str, Any] | None = Field(default=None, description="A W3C FragmentSelector, xywh=percent:…")
    media_id: UUID | None = Field(default=None, description="A further medium of the clue; else that of its side")
    masks: list[tuple[Share, Share, Share, Share]] = Field(
        default_factory=list, max_length=MOST_MASKS, description="Left, top, width and height in per cent."
    )


class CheckBody(Body):
    """What the second person says of a card."""

    is_right: bool
    reason: str = Field(default="", max_length=MOST_TEXT)


class AnswerBody(Body):
    """An answer to a card: a tip with how it is known, or «not from here»."""

    what: str = Field(max_length=10)
    body: str = Field(default="", max_length=MOST_TEXT)
    source: str = Field(default="", max_length=MOST_TEXT)


@dataclass(frozen=True)
class MadeCard:
    """The new card's id."""

    card: UUID


@dataclass(frozen=True)
class AnsweredCard:
    """The answer, by which it can be taken back."""

    answer: UUID


@api.get("/operations/<int:operation_id>/cards")
def cards(path: OperationPath) -> list[CardOfClue]:
    """List the clue cards, newest first."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.cards(view.session, path.operation_id)


@api.get("/cards/<uuid:thing_id>")
def card_page(path: ThingPath) -> CardPage:
    """Read a card with what was answered."""
    with reading() as view:
        return queries.card_page(view.session, path.thing_id)


@api.post("/leads/<uuid:lead_id>/cards")
def make_card(path: LeadPath, body: CardBody) -> MadeCard:
    """Make a card of a clue."""
    part = commands.Part(body.crop, body.masks, body.media_id) if body.crop is not None else None
    with writing() as tx:
        card = commands.make_card(tx, path.lead_id, question=body.question, asked=body.asked, part=part)
    return MadeCard(card)


@api.post("/cards/<uuid:thing_id>/check")
def check_card(path: ThingPath, body: CheckBody) -> None:
    """Say, as the second person, that a card may go to the room, or why not."""
    with writing() as tx:
        commands.check_card(tx, path.thing_id, is_right=body.is_right, reason=body.reason)


@api.post("/cards/<uuid:thing_id>/withdraw")
def withdraw_card(path: ThingPath) -> None:
    """Take a card out of the room, or a draft away."""
    with writing() as tx:
        commands.withdraw_card(tx, path.thing_id)


@api.post("/cards/<uuid:thing_id>/answers")
def answer_card(path: ThingPath, body: AnswerBody) -> AnsweredCard:
    """Answer a card of the room."""
    with writing() as tx:
        answer = commands.answer_card(tx, path.thing_id, **body.model_dump())
    return AnsweredCard(answer)


@api.delete("/card-answers/<uuid:thing_id>")
def withdraw_answer(path: ThingPath) -> None:
    """Take one's own answer back."""
    with writing() as tx:
        commands.withdraw_answer(tx, path.thing_id)
