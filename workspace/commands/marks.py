"""Marks on media: important, to be looked at again, nothing here. Nobody looks twice at what somebody has judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import and_, insert, select

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.taking_back import take_back_press
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import MediaItem, MediaMark
from workspace.model.database import Tx
from workspace.rules.codes import MEDIA_MARKS

MOST_MEDIA = 500
"""How many media one press marks at most."""


@dataclass(frozen=True)
class MarkedMedia:
    """The act, by which it is taken back, and how many media it marked, copies too."""

    act: UUID
    media: int


def mark_media(tx: Tx, operation_id: int, media: Sequence[UUID], mark: str) -> MarkedMedia:
    """Say of media, and of all copies of their contents that the actor may see, what was found on looking.

    Asks `mark_media`; records `media:marked` for each compartment. All of them are marked, or none.

    Raises:
        NotFound: one of them does not exist in this operation for the actor.
        Invalid: the mark is unknown, or there are none or too many media.
        Conflict: «nothing here» of what is still being read: nobody can have looked at it.
    """
    faults = []
    if mark not in MEDIA_MARKS:
        faults.append(Fault("mark", "one of {known}", known=list(MEDIA_MARKS)))
    if not 1 <= len(set(media)) <= MOST_MEDIA:
        faults.append(Fault("media", "1 to {most} media", most=MOST_MEDIA))
    if faults:
        raise Invalid("These media cannot be marked.", faults=faults)
    chosen = tx.session.execute(
        select(MediaItem.id, MediaItem.sha256, MediaItem.state).where(
            MediaItem.id.in_(media), MediaItem.operation_id == operation_id, MediaItem.register_entry_id.is_(None)
        )
    ).all()
    if len(chosen) < len(set(media)):
        raise NotFound("There is no such medium.")
    require_operation(tx, "mark_media", operation_id)
    if mark == "nothing" and any(row.state == "waiting" for row in chosen):
        raise Conflict("What is still being read was seen by nobody. It comes by itself: look at it first.")
    copies = tx.session.execute(
        select(MediaItem.id, MediaItem.compartment_id)
        .where(
            MediaItem.sha256.in_([row.sha256 for row in chosen]),
            MediaItem.operation_id == operation_id,
            MediaItem.register_entry_id.is_(None),
        )
        .order_by(MediaItem.compartment_id, MediaItem.id)
    ).all()
    act = uuid4()
    said = {"operation_id": operation_id, "act": act, "mark": mark, "marked_by": tx.actor.id}
    rows = [said | {"media_item_id": row.id, "compartment_id": row.compartment_id} for row in copies]
    tx.session.execute(insert(MediaMark), rows)
    for compartment_id, count in Counter(row.compartment_id for row in copies).items():
        place = events.Place(operation_id, (compartment_id,))
        tx.record(events.MediaMarked(place, act=act, mark=mark, media=count))
    return MarkedMedia(act, len(copies))


def take_back_marks(tx: Tx, act: UUID) -> None:
    """Take back what the actor said of media in one press: what stood before stands again. Asks `mark_media`; records
    `media:unmarked` for each compartment.

    Raises:
        NotFound: the actor said nothing of the kind, of media that he may still see.
        Conflict: it was taken back already.
    """
    own = and_(MediaMark.act == act, MediaMark.marked_by == tx.actor.id)
    for place, count in take_back_press(tx, "mark_media", MediaMark, own):
        tx.record(events.MediaUnmarked(place, act=act, media=count))
