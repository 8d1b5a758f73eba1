"""In which media a clue is seen, besides the one that it was opened of: the same wallpaper in five pictures.

A row is for who opens the clue and the medium; of one medium it says where in it: a box, or the seconds of a video.
What one press added is taken off as a whole, or one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select, update

from workspace import events
from workspace.commands.clues import NOWHERE, Seen, require_clue
from workspace.commands.guard import require_lead
from workspace.commands.steps import faults_of_place
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import ClueMedium, Compartment, Lead, LeadEvidence, MediaItem, User
from workspace.model.database import Tx

MOST_CLUE_MEDIA = 100
"""To how many media one press adds a clue."""


@dataclass(frozen=True)
class AddedMedia:
    """The press, by which all of it is taken off; how many media it added, and how many the clue had already."""

    act: UUID
    added: int
    there: int


def add_clue_media(tx: Tx, lead_id: UUID, media: Collection[UUID], seen: Seen = NOWHERE) -> AddedMedia:
    """Say that a clue is seen in further media. Asks `add_clue_media`; records `clue:media_added` for each lock.

    seen: its box, at_s and until_s say where in the medium, where it is one.

    Raises:
        Invalid: none or too many media, one that is opened separately from the clue, or a place that is not in the
            medium or in several of them.
        NotFound: there is no such clue or medium for the actor.
        Conflict: the clue's lead has ended, or it is seen in all of them already.
    """
    chosen = list(dict.fromkeys(media))
    if not 1 <= len(chosen) <= MOST_CLUE_MEDIA:
        raise Invalid("Choose the media.", faults=[Fault("media", "1 to {most} media", most=MOST_CLUE_MEDIA)])
    lead = require_clue(tx, "add_clue_media", lead_id)
    found = _media(tx, lead, chosen)
    faults = faults_of_place(found[0] if len(found) == 1 else None, seen.box, seen.at_s, seen.until_s)
    if faults:
        raise Invalid("The clue cannot be added to this medium.", faults=faults)
    there = _there(tx, lead_id)
    new = [each for each in found if each.id not in there]
    if not new:
        raise Conflict("The clue is seen in all of these already.")
    act = uuid4()
    told: Counter[tuple[int, ...]] = Counter()
    for medium in new:
        told[_locks_of(tx, lead, medium.compartment_id)] += 1
        tx.session.add(
            ClueMedium(
                operation_id=lead.operation_id,
                lead_id=lead.id,
                locks=list(lead.locks),
                compartment_id=medium.compartment_id,
                media_item_id=medium.id,
                box=dict(seen.box) if seen.box else None,
                at_s=seen.at_s,
                until_s=seen.until_s,
                act=act,
                added_by=tx.actor.id,
            )
        )
    tx.session.flush()
    for locks, count in sorted(told.items()):
        tx.record(events.ClueMediaAdded(events.Place(lead.operation_id, locks, lead_id=lead.id), act=act, media=count))
    return AddedMedia(act, len(new), len(found) - len(new))


def take_off_clue_media(tx: Tx, act: UUID) -> int:
    """Take off what one press added and still stands; answers how many. Asks `add_clue_media` of the agency that added
    them; records `clue:media_taken_off` for each lock.

    Raises:
        NotFound: there is no such press for the actor. Forbidden: another agency's. Conflict: all are off already.
    """
    return _take_off(tx, ClueMedium.act == act)


def take_off_clue_medium(tx: Tx, row_id: UUID) -> None:
    """Take one medium off a clue. Asks, records and raises as `take_off_clue_media`."""
    _take_off(tx, ClueMedium.id == row_id)


def _take_off(tx: Tx, which: ColumnElement[bool]) -> int:
    asked = select(ClueMedium.lead_id, ClueMedium.removed_at, User.agency_id).join(User, User.id == ClueMedium.added_by)
    rows = tx.session.execute(asked.where(which)).all()
    if not rows:
        raise NotFound("There is no such medium of a clue.")
    lead, _ = require_lead(tx, "add_clue_media", rows[0].lead_id, held=True)
    if any(row.agency_id != tx.actor.agency_id for row in rows):
        raise Forbidden("Only the agency that added a medium takes it off.")
    gone = tx.session.execute(
        update(ClueMedium)
        .where(which, ClueMedium.removed_at.is_(None))
        .values(removed_at=func.now(), removed_by=tx.actor.id)
        .returning(ClueMedium.act, ClueMedium.compartment_id)
    ).all()
    if not gone:
        raise Conflict("This was taken off already.")
    told = Counter((_locks_of(tx, lead, row.compartment_id), row.act) for row in gone)
    for (locks, act), count in sorted(told.items(), key=str):
        place = events.Place(lead.operation_id, locks, lead_id=lead.id)
        tx.record(events.ClueMediaTakenOff(place, act=act, media=count))
    return len(gone)


def _media(tx: Tx, lead: Lead, media: Collection[UUID]) -> list[MediaItem]:
    """The media that the actor sees, in the order of their ids. Raises: NotFound."""
    asked = select(MediaItem).where(
        MediaItem.id.in_(media), MediaItem.operation_id == lead.operation_id, MediaItem.register_entry_id.is_(None)
    )
    found = list(tx.session.scalars(asked.order_by(MediaItem.id)))
    if len(found) < len(media):
        raise NotFound("There is no such medium.")
    return found


def _there(tx: Tx, lead_id: UUID) -> set[UUID]:
    """In which media a clue is seen: that of its side, and those that were added."""
    side = select(LeadEvidence.media_item_id).where(LeadEvidence.lead_id == lead_id)
    added = select(ClueMedium.media_item_id).where(ClueMedium.lead_id == lead_id, ClueMedium.removed_at.is_(None))
    return {each for each in (*tx.session.scalars(side), *tx.session.scalars(added)) if each is not None}


def _locks_of(tx: Tx, lead: Lead, compartment_id: int) -> tuple[int, ...]:
    """What an event about a clue and a medium names, so that it goes to whoever opens both: of two that all may open
    both, otherwise the closed one. Raises: Invalid, where each is closed for itself."""
    both = sorted({*lead.locks, compartment_id})
    shared = select(Compartment.id).where(Compartment.id.in_(both), Compartment.sharing != "operation")
    closed = list(tx.session.scalars(shared))
    if len(closed) > 1:
        raise Invalid(
            "The clue and this medium are opened separately.",
            faults=[Fault("media", "media that are opened together with the clue")],
        )
    return tuple(closed) or tuple(both)
