"""Steps of commands that let a clue card out or take it back: who its two people are to the owner of the material, and
whether they are still enough."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update

from workspace import events
from workspace.model import ClueCard, Compartment, Membership, User
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.cards import STRICT_CODES, Hand, why_not_two
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
        taken = update(ClueCard).where(ClueCard.id == card.id, ClueCard.state == "shown")
        if tx.change(taken.values(state="withdrawn", withdrawn_by=tx.actor.id, withdrawn_at=func.now())):
            place = events.Place(card.operation_id, locks=tuple(card.locks), lead_id=card.lead_id)
            tx.record(events.CardOutdated(place, card=card.id))
            count += 1
    return count


def hand_of(tx: Tx, card: ClueCard, user_id: int) -> Hand:
    """What a person is to the agency that owns the card's material."""
    owner = tx.session.scalar(select(Compartment.agency_id).where(Compartment.id == card.locks[0]))
    agency = tx.session.scalar(select(User.agency_id).where(User.id == user_id))
    role = tx.session.scalar(
        select(Membership.role).where(Membership.operation_id == card.operation_id, Membership.user_id == user_id)
    )
    is_owners = owner is not None and owner == agency
    return Hand(is_owners=is_owners, is_owners_lead=is_owners and role == LEAD_OF_COUNTRY)
