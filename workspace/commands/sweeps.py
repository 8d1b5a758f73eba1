"""What the workers find when they look at a medium again in full size becomes rows, in one write.

Asks `work_on_media`, which only the service users may do. Must not compute: analysis/ did.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from workspace import events
from workspace.commands.card_steps import bare_cards, withdraw_bare
from workspace.commands.guard import at, lets_compare, require_operation
from workspace.commands.locks import hold
from workspace.commands.readings import FoundFaceRow, FoundTrackRow
from workspace.model import Agency, Compartment, Face, MediaItem, MediaSweep, Track, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements

SQL = statements(__file__)
JOBS = {"photo": "sweep_photo", "video": "sweep_video"}
"""By kind of medium: the job that looks at it again."""
MOST_WANTED = 500
"""So many media of a kind are given to the workers at a time, and only where nothing else waits."""


@dataclass(frozen=True)
class SweptMedium:
    """A medium that is being swept in this write."""

    id: UUID
    operation_id: int
    compartment_id: int


def begin_sweep(tx: Tx, media_id: UUID) -> SweptMedium | None:
    """Hold a medium and its faces until the commit, so that its sweep is recorded once; None where it was already, or
    where its country does not let faces be compared any more. Asks `work_on_media`."""
    row = tx.session.execute(
        select(MediaItem.operation_id, MediaItem.compartment_id, Agency.country)
        .join(Compartment, Compartment.id == MediaItem.compartment_id)
        .join(Agency, Agency.id == Compartment.agency_id)
        .where(MediaItem.id == media_id)
    ).one_or_none()
    if row is None or not lets_compare(tx, row.operation_id, row.country):
        return None
    require_operation(tx, "work_on_media", row.operation_id)
    hold(tx, "persons", [row.compartment_id])
    tx.session.execute(select(MediaItem.id).where(MediaItem.id == media_id).with_for_update())
    if tx.session.get(MediaSweep, media_id) is not None:
        return None
    return SweptMedium(media_id, row.operation_id, row.compartment_id)


def record_sweep(
    tx: Tx,
    medium: SweptMedium,
    *,
    faces: Sequence[FoundFaceRow],
    bettered: Sequence[FoundFaceRow] = (),
    tracks: Sequence[FoundTrackRow] = (),
    method: str,
    is_whole: bool,
    unseen: Collection[str] = (),
) -> None:
    """Write what a sweep found, after `begin_sweep` in the same write. Asks `work_on_media`; records `media:swept`
    where it found something, and has the medium matched where that was a face. A clue card that shows a face which was
    found now leaves the room (`card:outdated`).

    bettered: poor faces that stand already, under their ids, as they are seen now. unseen: what of it cannot be looked
    at, some of `limits.UNSEEN`; what the first look did not notice is added to what it had.
    """
    require_operation(tx, "work_on_media", medium.operation_id)
    own = {"operation_id": medium.operation_id, "compartment_id": medium.compartment_id, "media_item_id": medium.id}
    if tracks:
        tx.session.execute(insert(Track), [own | vars(track) for track in tracks])
    if faces:
        rows: list[dict[str, Any]] = [own | vars(face) | {"by_sweep": True} for face in faces]
        tx.session.execute(insert(Face.__table__), rows)  # type: ignore[arg-type]
    for face in bettered:
        values = {name: value for name, value in vars(face).items() if name not in ("id", "part", "at_s", "track_id")}
        tx.session.execute(update(Face).where(Face.id == face.id).values(**values))
    if faces or bettered:
        tx.session.execute(text("select count_faces(:media)"), {"media": medium.id})
        jobs.want(tx, "match_media", medium.id, medium.operation_id)
    complete = not tx.session.scalars(SQL["unseen"], {"media": medium.id, "unseen": sorted(unseen)}).all()
    if faces or bettered or not complete:
        found, better = len(faces), len(bettered)
        tx.record(events.MediaSwept(at(medium), media=medium.id, faces=found, bettered=better, complete=complete))
    told = {"faces": len(faces), "bettered": len(bettered), "method": method, "is_whole": is_whole}
    tx.session.execute(insert(MediaSweep).values(**own, **told))
    if faces:
        withdraw_bare(tx, bare_cards(tx, medium.id))


def want_sweeps(tx: Tx) -> int:
    """Have media looked at again that were not, photos first, where no other work waits; returns how many. Only
    housekeeping calls it."""
    if not jobs.nothing_else_waits(tx.session):
        return 0
    wanted = 0
    for kind, job in JOBS.items():
        rows = tx.session.execute(SQL["wanted"], {"kind": kind, "job": job, "most": MOST_WANTED}).all()
        for operation_id in sorted({row.operation_id for row in rows}):
            require_operation(tx, "work_on_media", operation_id)
            jobs.want_all(tx, job, [row.id for row in rows if row.operation_id == operation_id], operation_id)
        wanted += len(rows)
    return wanted
