"""Records what somebody was shown, like a write: a lifted veil, a band or a score before an opinion, an export.

Must not decide what is shown (queries/), nor when it is shown: web/shown.py records it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.guard import at, require_lead, require_operation
from workspace.errors import NotFound
from workspace.model import Face, MediaItem, MediaView, Sight
from workspace.model.database import Tx
from workspace.rules.policy import require_installation, require_standing

_PAIR_PICTURE = text("select operation_id, compartment_id from pair_picture(cast(:face as uuid), cast(:item as uuid))")


def view_face(tx: Tx, face_id: UUID) -> None:
    """Lift the veil of a face for the actor. Asks `view_media`; records `media:viewed`."""
    _view(tx, face_id, tx.session.get(Face, face_id), MediaView(face_id=face_id))


def view_media_item(tx: Tx, media_item_id: UUID) -> None:
    """Lift the veil of a photo's or video's preview for the actor. Asks `view_media`; records `media:viewed`."""
    _view(tx, media_item_id, tx.session.get(MediaItem, media_item_id), MediaView(media_item_id=media_item_id))


def note_map_export(tx: Tx, operation_id: int, *, what: Literal["operation", "series", "person"]) -> None:
    """Record that the actor exported a map. Asks `export_map`; records `map:exported`. what: the number of a series or
    person would tell of one that others may not see."""
    require_operation(tx, "export_map", operation_id)
    tx.record(events.MapExported(events.Place(operation_id), what=what))


def note_bands(tx: Tx, operation_id: int, *, users: Sequence[int], leads: Sequence[UUID]) -> None:
    """Note that these people were shown the bands of these leads. Asks `note_sights`; records `bands:shown` if any is
    new."""
    require_operation(tx, "note_sights", operation_id)
    new = tx.session.execute(
        text("select note_sights(:operation, :users, :leads)"),
        {"operation": operation_id, "users": list(users), "leads": list(leads)},
    ).scalar_one()
    if new:
        tx.record(
            events.BandsShown(events.Place(operation_id, events.OBSERVERS_ONLY), leads=tuple(leads), users=tuple(users))
        )


def note_score(tx: Tx, lead_id: UUID) -> None:
    """Note that the actor is shown a lead's score. Asks `note_sights`; records `score:shown`."""
    lead, _ = require_lead(tx, "note_sights", lead_id)
    tx.session.execute(
        insert(Sight)
        .values(lead_id=lead_id, user_id=tx.actor.id, what="score", operation_id=lead.operation_id)
        .on_conflict_do_nothing()
    )
    tx.record(events.ScoreShown(at(lead, locks=events.OBSERVERS_ONLY), user=tx.actor.id))


def note_sights(tx: Tx, operation_id: int, *, bands: Sequence[UUID], scores: Sequence[UUID]) -> None:
    """Note that the actor is shown the bands of these leads, and the scores of those. Asks `note_sights` where there
    are any."""
    if bands:
        note_bands(tx, operation_id, users=[tx.actor.id], leads=bands)
    for lead_id in scores:
        note_score(tx, lead_id)


def note_record_export(tx: Tx, operation_id: int) -> None:
    """Record that the actor exported the operation's record, or that of the installation (0). Asks `export_record` or
    `export_installation_record`; records `export:made`."""
    if operation_id == events.INSTALLATION.operation_id:
        require_installation(tx.actor, "export_installation_record")
        require_standing("export_record", tx.standing, is_exercise=False)
    else:
        require_operation(tx, "export_record", operation_id)
    tx.record(events.ExportMade(events.Place(operation_id), what="record"))


def note_edition_export(
    tx: Tx,
    operation_id: int,
    *,
    edition: int,
    audience: Literal["internal", "public"],
    form: Literal["json", "csv", "pdf"],
) -> None:
    """Record that the actor exported an edition, by its number. Asks `export_statistics`; records `export:made`."""
    require_operation(tx, "export_statistics", operation_id)
    place = events.Place(operation_id)
    tx.record(events.ExportMade(place, what="edition", edition=edition, audience=audience, form=form))


def note_debrief_export(tx: Tx, operation_id: int, *, form: Literal["json", "pdf"]) -> None:
    """Record that the actor exported the debrief of an exercise. Asks `export_statistics`; records `export:made`."""
    require_operation(tx, "export_statistics", operation_id)
    tx.record(events.ExportMade(events.Place(operation_id), what="debrief", form=form))


def _view(tx: Tx, subject: UUID, row: Face | MediaItem | None, view: MediaView) -> None:
    """Write down who looks at what. subject: the face or medium; row: it, where a key shows it; else it may be a lead's
    picture that was opened by itself.

    Raises:
        NotFound: neither a key nor a pair shows the picture.
    """
    values = {"face": view.face_id, "item": view.media_item_id}
    opened = row or tx.session.execute(_PAIR_PICTURE, values).one_or_none()
    if opened is None:
        raise NotFound("There is no such picture.")
    require_operation(tx, "view_media", opened.operation_id)
    view.operation_id, view.compartment_id, view.user_id = opened.operation_id, opened.compartment_id, tx.actor.id
    tx.session.add(view)
    tx.record(events.MediaViewed(events.Place(opened.operation_id, (opened.compartment_id,)), subject=subject))
