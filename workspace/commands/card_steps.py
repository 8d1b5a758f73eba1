"""Steps of commands that let a clue card out or take it back: who its two people are to the owner of the material,
whether they are still enough, and whether every face that is known stands under a mask."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update

from workspace import events
from workspace.commands.locks import hold
from workspace.model import ClueCard, Compartment, Membership, User
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.boxes import Shares, shares_of
from workspace.rules.cards import STRICT_CODES, Hand, faults_of_masks, why_not_two
from workspace.rules.roles import LEAD_OF_COUNTRY

SQL = statements(__file__)


def strict_cards(tx: Tx, leads: Collection[UUID] | None = None) -> Sequence[Row[Any]]:
    """The cards of the room whose material asks for its owner's country lead now, of these leads or of all: id,
    lead_id, operation_id and code."""
    asked = {"leads": None if leads is None else list(leads), "codes": sorted(STRICT_CODES)}
    return tx.session.execute(SQL["strict"], asked).all()


def withdraw_outgrown(tx: Tx, leads: Collection[UUID]) -> int:
    """Take cards of these leads out of the room whose material is handled more strictly since they were checked, so
    that its two people would not be enough now (ADR 70); returns how many. Records `card:outdated`.

    Belongs to a command that holds the leads and has asked policy.
    """
    if not leads:
        return 0
    codes = {row.id: row.code for row in strict_cards(tx, leads)}
    count = 0
    for card in tx.session.scalars(select(ClueCard).where(ClueCard.id.in_(codes)).order_by(ClueCard.id)).all():
        maker, checker = (hand_of(tx, card, person) for person in (card.made_by, card.checked_by or card.made_by))
        if why_not_two(maker, checker, codes[card.id]) is None:
            continue
        count += _take_out(tx, card)
    return count


def bare_cards(tx: Tx, media_id: UUID | None = None) -> list[Row[Any]]:
    """The cards of the room that show a face which was found, or drawn, since they were made (ADR 70), of this content
    or of all: id, lead_id and operation_id."""
    rows = tx.session.execute(SQL["in_room"], {"media": media_id}).all()
    return [row for row in rows if shows_a_face(tx, tx.session.get_one(ClueCard, row.id))]


def withdraw_bare(tx: Tx, found: Collection[Row[Any]]) -> int:
    """Take these cards out of the room; returns how many were there. Records `card:outdated`. Belongs to a command that
    has asked policy."""
    hold(tx, "lead", {row.lead_id for row in found})
    return sum(_take_out(tx, tx.session.get_one(ClueCard, row.id)) for row in found)


def shows_a_face(tx: Tx, card: ClueCard) -> bool:
    """Whether a face that is known by now stands in what a card shows, and under no mask."""
    if card.media_item_id is None or card.crop is None:
        return False
    faces = known_faces(tx, card.media_item_id, card.locks)
    left, top, width, height = (float(share) for share in card.crop)
    masks = [(float(x), float(y), float(wide), float(high)) for x, y, wide, high in card.masks]
    return bool(faults_of_masks((left, top, width, height), masks, faces))


def known_faces(tx: Tx, media_id: UUID, locks: Sequence[int]) -> list[Shares]:
    """The boxes of the faces that are known in the picture that a card is cut from, in per cent of its sides."""
    rows = tx.session.execute(SQL["faces"], {"media": media_id, "locks": list(locks)}).all()
    return [_found(row) if row.region is None else shares_of(row.region) or (0.0, 0.0, 0.0, 0.0) for row in rows]


def _found(row: Row[Any]) -> Shares:
    left, top, right, bottom = row.box
    wide, high = 100 / row.frame_width, 100 / row.frame_height
    return left * wide, top * high, (right - left) * wide, (bottom - top) * high


def _take_out(tx: Tx, card: ClueCard) -> int:
    """Take a card out of the room, where it is there; answers whether it was."""
    taken = update(ClueCard).where(ClueCard.id == card.id, ClueCard.state == "shown")
    if not tx.change(taken.values(state="withdrawn", withdrawn_by=tx.actor.id, withdrawn_at=func.now())):
        return 0
    place = events.Place(card.operation_id, locks=tuple(card.locks), lead_id=card.lead_id)
    tx.record(events.CardOutdated(place, card=card.id))
    return 1


def hand_of(tx: Tx, card: ClueCard, user_id: int) -> Hand:
    """What a person is to the agency that owns the card's material."""
    owner = tx.session.scalar(select(Compartment.agency_id).where(Compartment.id == card.locks[0]))
    agency = tx.session.scalar(select(User.agency_id).where(User.id == user_id))
    role = tx.session.scalar(
        select(Membership.role).where(Membership.operation_id == card.operation_id, Membership.user_id == user_id)
    )
    is_owners = owner is not None and owner == agency
    return Hand(is_owners=is_owners, is_owners_lead=is_owners and role == LEAD_OF_COUNTRY)
