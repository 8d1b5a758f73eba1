"""Lifting a veil is recorded like a write: reading sensitive media is a command."""

from __future__ import annotations

from uuid import UUID

from workspace import events
from workspace.commands.guard import require_operation
from workspace.errors import NotFound
from workspace.model import Face, MediaItem, MediaView
from workspace.model.database import Tx


def view_face(tx: Tx, face_id: UUID) -> None:
    """Lift the veil of a face for the actor. Asks `view_media`; records `media:viewed`."""
    face = tx.session.get(Face, face_id)
    if face is None:
        raise NotFound("There is no such picture.")
    _view(tx, face, MediaView(face_id=face_id))


def view_media_item(tx: Tx, media_item_id: UUID) -> None:
    """Lift the veil of a photo's or video's preview for the actor. Asks `view_media`; records `media:viewed`."""
    item = tx.session.get(MediaItem, media_item_id)
    if item is None:
        raise NotFound("There is no such picture.")
    _view(tx, item, MediaView(media_item_id=media_item_id))


def _view(tx: Tx, row: Face | MediaItem, view: MediaView) -> None:
    require_operation(tx, "view_media", row.operation_id)
    view.operation_id, view.compartment_id, view.user_id = row.operation_id, row.compartment_id, tx.actor.id
    tx.session.add(view)
    tx.record(events.MediaViewed(events.Place(row.operation_id, (row.compartment_id,)), subject=row.id))
