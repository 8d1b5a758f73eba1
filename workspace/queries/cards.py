"""What people read of clue cards, and what the worker needs to make a card's picture.

A card of the room is read by every member; of a card that is not there yet, and of the words of tips, row-level
security decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.queries.pictures import StoredPicture
from workspace.rules.boxes import Shares
from workspace.rules.cards import CardAnswerWhat, CardState
from workspace.rules.codes import ClueResult, ClueWhat, Handling, MediaKind

SQL = statements(__file__)


@dataclass(frozen=True)
class CardOfClue:
    """A clue card. lead, lead_number: its clue, where the viewer opens it. tips: the country of each tip that stands;
    not_here: the countries that say «not from here». is_answered: by the viewer's agency. result, country, region_name:
    what two people say came of the clue. opens_clue: the viewer holds a key to the clue, and may check the card. is_outdated: it
    was withdrawn because its material is handled more strictly than when it was checked, or shows a face found since."""

    id: UUID
    number: int
    what: ClueWhat
    question: str
    asked: str
    owner_country: str
    maker_country: str
    handling_code: Handling
    state: CardState
    made_at: datetime
    checked_at: datetime | None
    has_picture: bool
    width: int | None
    height: int | None
    result: ClueResult | None
    country: str | None
    region_name: str | None
    refusal: str | None
    lead: UUID | None
    lead_number: int | None
    is_mine: bool
    opens_clue: bool
    tips: list[str]
    not_here: list[str]
    is_answered: bool
    is_outdated: bool


@dataclass(frozen=True)
class CardAnswer:
    """An answer to a card. body, source: of a tip, for who opens the clue and for the agency that gave it."""

    id: UUID
    what: CardAnswerWhat
    country: str
    said_at: datetime
    is_mine: bool
    body: str | None
    source: str | None


@dataclass(frozen=True)
class TipOnLead:
    """A tip that came back to a card of a clue. card: its number. body, source: as of a `CardAnswer`."""

    card: int
    country: str
    said_at: datetime
    body: str | None
    source: str | None


@dataclass(frozen=True)
class CardPage:
    """A card with what was answered. is_owners: the viewer is of the agency that owns the material."""

    operation_id: int
    card: CardOfClue
    answers: list[CardAnswer]
    is_owners: bool


@dataclass(frozen=True)
class CardSource:
    """A clue of which a card is made. faces: found in its picture. further: the medium, where it is none of its side."""

    id: UUID
    number: int
    operation_id: int
    what: ClueWhat
    claim: str
    box: dict[str, str] | None
    media: UUID | None
    kind: MediaKind | None
    further: UUID | None
    faces: int


@dataclass(frozen=True)
class CardToMask:
    """A picture in the store, and the part and masks in per cent of its sides. is_of_video: it is a video's preview, of
    which nobody knows where its faces are."""

    address: str
    crop: Shares
    masks: list[Shares]
    is_of_video: bool


def cards(session: Session, operation_id: int) -> list[CardOfClue]:
    """The cards that the viewer may see, newest first; withdrawn ones left out."""
    return _cards(session, operation=operation_id)


def lead_cards(session: Session, lead_id: UUID) -> list[CardOfClue]:
    """The cards of a clue, newest first."""
    return _cards(session, lead=lead_id)


def lead_tips(session: Session, lead_id: UUID) -> list[TipOnLead]:
    """The tips that came back to the cards of a clue, the oldest first."""
    return rows_as(TipOnLead, session.execute(SQL["tips_of_lead"], {"lead": lead_id}))


def card_page(session: Session, card_id: UUID) -> CardPage:
    """A card with its answers.

    Raises:
        NotFound: there is no such card for the viewer.
    """
    found = _cards(session, card=card_id)
    if not found:
        raise NotFound("There is no such card.")
    row = session.execute(
        text(
            "select operation_id, exists (select 1 from compartment p where p.id = locks[1] "
            "and p.agency_id = (select my_agency())) as is_owners from clue_card where id = :card"
        ),
        {"card": card_id},
    ).one()
    answers = rows_as(CardAnswer, session.execute(SQL["answers"], {"card": card_id}))
    return CardPage(row.operation_id, found[0], answers, row.is_owners)


def card_source(session: Session, lead_id: UUID, media: UUID | None = None) -> CardSource:
    """The clue of which a card is to be made. media: a further medium of it that lies with the clue.

    Raises:
        NotFound: there is no such clue, or no such medium of it, for the viewer.
    """
    row = session.execute(SQL["source"], {"lead": lead_id, "media": media}).one_or_none()
    if row is None:
        raise NotFound("There is no such clue.")
    return CardSource(**row._mapping)


def card_picture(session: Session, card_id: UUID) -> StoredPicture:
    """The masked picture of a card: the only one that it has.

    Raises:
        NotFound: there is no such card for the viewer, or it has no picture.
    """
    row = session.execute(
        text("select operation_id, address from clue_card where id = :card"), {"card": card_id}
    ).one_or_none()
    if row is None or row.address is None:
        raise NotFound("There is no such picture.")
    return StoredPicture(row.operation_id, row.address)


def card_to_mask(session: Session, card_id: UUID) -> CardToMask | None:
    """What a card's picture is made of; None where it does not wait for one."""
    row = session.execute(SQL["to_mask"], {"card": card_id}).one_or_none()
    if row is None:
        return None
    return CardToMask(row.address, _four(row.crop), [_four(mask) for mask in row.masks], row.is_of_video)


def _four(numbers: list[float]) -> Shares:
    left, top, width, height = (float(number) for number in numbers)
    return left, top, width, height


def _cards(
    session: Session, *, operation: int | None = None, card: UUID | None = None, lead: UUID | None = None
) -> list[CardOfClue]:
    here = {"operation": operation, "card": card, "lead": lead}
    return [_card(row) for row in session.execute(SQL["cards"], here)]


def _card(row: Row[Any]) -> CardOfClue:
    values = dict(row._mapping)
    return CardOfClue(lead=values.pop("lead_id"), **values)
