"""Clue cards: a masked part of a picture and a question, checked by a second person, go to the whole room; answers
come back.

Must not open a picture: workers/cards.py burns the masks in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text, update

from workspace import events
from workspace.commands.card_steps import (
    bare_cards,
    hand_of,
    known_faces,
    shows_a_face,
    strict_cards,
    withdraw_bare,
    withdraw_outgrown,
)
from workspace.commands.guard import require_independent, require_lead, require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Text
from workspace.model import (
    CardAnswer,
    CardTip,
    Clue,
    ClueCard,
    ClueMedium,
    Lead,
    LeadEvidence,
    MediaItem,
)
from workspace.model.database import Tx
from workspace.model.jobs import want
from workspace.rules.boxes import NO_BOX, Shares, shares_of
from workspace.rules.cards import CARD_ANSWERS, faults_of_masks, why_not_two
from workspace.rules.codes import require_one_of
from workspace.rules.leads import ENDED
from workspace.rules.reasons import require_reason, require_words, words_of

_WHY_NOT_TWO: dict[str, Text] = {
    "owner": Text(
        "One of the two who make and check a card belongs to the agency that owns the material. Let somebody of that "
        "agency check it."
    ),
    "lead": Text(
        "The handling code of this material asks for its owner's country lead: one of the two who make and check the "
        "card must be that."
    ),
}


@dataclass(frozen=True)
class Part:
    """The part of the clue's picture that a card shows, and what in it is masked: in per cent of the picture's
    sides. crop: a FragmentSelector. media_id: a further medium of the clue; without it the one of its side."""

    crop: Mapping[str, Any]
    masks: Sequence[Shares] = ()
    media_id: UUID | None = None


def make_card(tx: Tx, lead_id: UUID, *, question: str, asked: str = "", part: Part | None = None) -> UUID:
    """Make a card of a clue and return its id; the worker burns its masks in. Asks `make_card`; records `card:made`.

    question: one that can be answered; asked: what is asked for. part: of the clue's picture; a clue of no medium, or
    a question alone, has none. Every face that was found in the part must stand under a mask.

    Raises:
        NotFound: there is no such clue for the actor. Conflict: its lead has ended, or its picture was not read.
        Invalid: names each thing that is missing or wrong.
    """
    lead, _ = require_lead(tx, "make_card", lead_id, held=True)
    clue = tx.find(Clue, lead_id, otherwise=NotFound("There is no such clue."))
    if lead.stage in ENDED:
        raise Conflict("This lead has ended: nothing more is asked about it.")
    require_words(question=question)
    medium = _medium_of(tx, lead, part)
    card_id = uuid4()
    number = tx.session.execute(text("select next_number(:id, 'card')"), {"id": lead.operation_id}).scalar_one()
    tx.session.execute(
        insert(ClueCard).values(
            id=card_id,
            operation_id=lead.operation_id,
            lead_id=lead_id,
            locks=list(lead.locks),
            number=number,
            what=clue.what,
            question=words_of(question),
            asked=words_of(asked),
            owner_country=lead.countries[0],
            maker_country=tx.actor.country,
            media_item_id=medium.id if medium else None,
            crop=list(shares_of(part.crop) or ()) if part and medium else None,
            masks=[list(mask) for mask in part.masks] if part and medium else [],
            handling_code=_code(tx, lead_id, medium.id if medium else None),
            state="making" if medium else "made",
            made_by=tx.actor.id,
        )
    )
    if medium:
        want(tx, "mask_card", card_id, lead.operation_id)
    tx.record(events.CardMade(_place(lead), card=card_id))
    return card_id


def _medium_of(tx: Tx, lead: Lead, part: Part | None) -> MediaItem | None:
    """The clue's picture, where the card shows a part of it, and the part is right."""
    if part is None:
        return None
    medium = _further(tx, lead, part.media_id) if part.media_id else _of_side(tx, lead)
    if medium.preview_address is None:
        raise Conflict("This picture was not read, so that no part of it can be shown.")
    crop = shares_of(part.crop)
    faults = (
        faults_of_masks(crop, list(part.masks), known_faces(tx, medium.id, lead.locks))
        if crop
        else [Fault("crop", NO_BOX)]
    )
    if faults:
        raise Invalid("The card cannot be made.", faults=faults)
    return medium


def _of_side(tx: Tx, lead: Lead) -> MediaItem:
    side = tx.session.scalars(select(LeadEvidence).where(LeadEvidence.lead_id == lead.id)).one_or_none()
    medium = tx.session.get(MediaItem, side.media_item_id) if side is not None and side.media_item_id else None
    if medium is None:
        raise Invalid("The card cannot be made.", faults=[Fault("crop", "this clue has no picture")])
    return medium


def _further(tx: Tx, lead: Lead, media_id: UUID) -> MediaItem:
    """A further medium of the clue. It lies with the clue: whoever opens the clue opens it, and both have one owner."""
    rows = select(ClueMedium).where(ClueMedium.lead_id == lead.id, ClueMedium.media_item_id == media_id)
    row = tx.session.scalars(rows.where(ClueMedium.removed_at.is_(None))).first()
    if row is None:
        raise NotFound("There is no such medium of a clue.")
    if [row.compartment_id] != list(lead.locks):
        raise Invalid(
            "This medium does not lie with the clue: it is another owner's, or closed by itself. Open a clue of the medium, "
            "and make the card of that clue.",
            faults=[Fault("media_id", "a medium that is opened together with the clue")],
        )
    return tx.session.get_one(MediaItem, media_id)


def _code(tx: Tx, lead_id: UUID, media_id: UUID | None) -> str:
    """The strictest handling code of all copies of what the clue and its card show that the actor may see, and at least
    the operation's."""
    code: str = tx.session.execute(
        text(
            "select greatest(o.handling_code, (select max(s.handling_code) from side_code s where s.lead_id = l.id), "
            "(select max(m.handling_code) from medium_copy m where m.media_item_id = :media)) "
            "from lead l join operation o on o.id = l.operation_id where l.id = :lead"
        ),
        {"lead": lead_id, "media": media_id},
    ).scalar_one()
    return code


def record_masked(tx: Tx, card_id: UUID, *, address: str, width: int, height: int) -> None:
    """Write where a card's masked picture lies. Asks `mask_card`; records `card:masked`. Nothing where the card does
    not wait for it any more."""
    card = _service_card(tx, card_id)
    if card is None:
        return
    values = {"address": address, "width": width, "height": height, "state": "made"}
    tx.change(update(ClueCard).where(ClueCard.id == card_id).values(**values))
    tx.record(events.CardMasked(_place(card), card=card_id))


def fail_card(tx: Tx, card_id: UUID) -> None:
    """Say that a card's picture could not be made, so that nobody waits for it. Asks `mask_card`; records
    `card:failed`."""
    card = _service_card(tx, card_id)
    if card is None:
        return
    tx.change(update(ClueCard).where(ClueCard.id == card_id).values(state="failed"))
    tx.record(events.CardFailed(_place(card), card=card_id))


def _service_card(tx: Tx, card_id: UUID) -> ClueCard | None:
    card = tx.session.get_one(ClueCard, card_id)
    require_operation(tx, "mask_card", card.operation_id)
    hold(tx, "lead", [card.lead_id])
    tx.session.refresh(card)
    return card if card.state == "making" else None


def check_card(tx: Tx, card_id: UUID, *, is_right: bool, reason: str = "") -> None:
    """Say, as the second person, that a card may go to the room, or why not. Asks `check_card`; records `card:shown` or
    `card:refused`.

    Raises:
        NotFound: there is no such card for the actor.
        Forbidden: the actor made it, is not independent of its maker, or the two are not the two that its owner's rules
            ask for.
        Conflict: it does not wait for a check, or it shows a face that was found since it was made. Invalid: no reason
            against it.
    """
    card = _require_card(tx, "check_card", card_id)
    if card.made_by == tx.actor.id:
        raise Forbidden("Who made a card cannot check it; another person must.")
    require_independent(tx, card.operation_id, card.made_by)
    code = max(card.handling_code, _code(tx, card.lead_id, card.media_item_id))
    why_not = why_not_two(hand_of(tx, card, card.made_by), hand_of(tx, card, tx.actor.id), code) if is_right else None
    if why_not:
        raise Forbidden(_WHY_NOT_TWO[why_not])
    if is_right and shows_a_face(tx, card):
        raise Conflict(
            "Since this card was made a face was found in what it shows, and no mask covers it. Say no to this card and "
            "make another one."
        )
    tx.change_one(
        update(ClueCard)
        .where(ClueCard.id == card_id, ClueCard.state == "made")
        .values(
            state="shown" if is_right else "refused",
            checked_by=tx.actor.id,
            checked_at=func.now(),
            refusal=None if is_right else require_reason(reason),
        ),
        otherwise=Conflict("This card is not waiting for a check."),
    )
    kind = events.CardShown if is_right else events.CardRefused
    tx.record(kind(_place(card), card=card_id))


def withdraw_card(tx: Tx, card_id: UUID) -> None:
    """Take a card out of the room, or a draft away. Asks `withdraw_card` of its maker and of the agency that owns the
    material; records `card:withdrawn`.

    Raises:
        NotFound: there is no such card for the actor. Forbidden: it is neither his nor of his agency's material.
        Conflict: it is withdrawn already.
    """
    card = _require_card(tx, "withdraw_card", card_id)
    if card.made_by != tx.actor.id and not hand_of(tx, card, tx.actor.id).is_owners:
        raise Forbidden("Its maker, or the agency that owns the material, can withdraw a card.")
    tx.change_one(
        update(ClueCard)
        .where(ClueCard.id == card_id, ClueCard.state != "withdrawn")
        .values(state="withdrawn", withdrawn_by=tx.actor.id, withdrawn_at=func.now()),
        otherwise=Conflict("This card is withdrawn already."),
    )
    tx.record(events.CardWithdrawn(_place(card), card=card_id))


def withdraw_outdated(tx: Tx) -> int:
    """Take out of the room what `withdraw_outgrown` and `withdraw_bare` take, in every operation; returns how many.
    Asks `withdraw_outdated`; only housekeeping calls it."""
    found, bare = strict_cards(tx), bare_cards(tx)
    for operation_id in {row.operation_id for row in (*found, *bare)}:
        require_operation(tx, "withdraw_outdated", operation_id)
    leads = {row.lead_id for row in found}
    hold(tx, "lead", leads)
    return withdraw_outgrown(tx, leads) + withdraw_bare(tx, bare)


def answer_card(tx: Tx, card_id: UUID, *, what: str, body: str = "", source: str = "") -> UUID:
    """Answer a card of the room and return the answer's id. Asks `answer_card`; records `card:answered`.

    what: «tip», with a sentence and how it is known, or «not_here». The room reads that and from which country;
    the words are for who opens the clue, and for the own agency.

    Raises:
        NotFound: there is no such card in the room. Invalid: names what is missing.
    """
    card = _seen(tx, card_id)
    require_operation(tx, "answer_card", card.operation_id)
    hold(tx, "lead", [card.lead_id])
    tx.session.refresh(card)
    if card.state != "shown":
        raise Conflict("This card is not in the room.")
    require_one_of(CARD_ANSWERS, what=what)
    if what == "tip":
        require_words(body=body, source=source)
    answer_id = uuid4()
    tx.session.execute(
        insert(CardAnswer).values(
            id=answer_id,
            operation_id=card.operation_id,
            card_id=card_id,
            what=what,
            country=tx.actor.country,
            agency_id=tx.actor.agency_id,
            said_by=tx.actor.id,
        )
    )
    if what == "tip":
        tip = {"body": words_of(body), "source": words_of(source)}
        tx.session.execute(insert(CardTip).values(answer_id=answer_id, operation_id=card.operation_id, **tip))
    tx.record(events.CardAnswered(_place(card), card=card_id, answer=answer_id, what=what))
    return answer_id


def withdraw_answer(tx: Tx, answer_id: UUID) -> None:
    """Take one's own answer to a card back; its record stays. Asks `answer_card`; records `card:answer_withdrawn`."""
    answer = tx.session.get(CardAnswer, answer_id)
    if answer is None or answer.said_by != tx.actor.id:
        raise NotFound("There is no such answer of yours.")
    card = _seen(tx, answer.card_id)
    require_operation(tx, "answer_card", card.operation_id)
    tx.change_one(
        update(CardAnswer)
        .where(CardAnswer.id == answer_id, CardAnswer.withdrawn_at.is_(None))
        .values(withdrawn_at=func.now()),
        otherwise=NotFound("There is no such answer of yours."),
    )
    tx.record(events.CardAnswerWithdrawn(_place(card), card=card.id, answer=answer_id))


def _seen(tx: Tx, card_id: UUID) -> ClueCard:
    return tx.find(ClueCard, card_id, otherwise=NotFound("There is no such card."))


def _require_card(tx: Tx, action: str, card_id: UUID) -> ClueCard:
    """A card whose clue the actor opens; its lead is held until the commit."""
    card = _seen(tx, card_id)
    require_lead(tx, action, card.lead_id, held=True)
    tx.session.refresh(card)
    return card


def _place(row: Lead | ClueCard) -> events.Place:
    lead_id = row.id if isinstance(row, Lead) else row.lead_id
    return events.Place(row.operation_id, locks=tuple(row.locks), lead_id=lead_id)
