"""The hashes of a video's frames, by which its copies are found, become rows.

Asks `work_on_media`, which only the service users may do. Records no event: nothing is decided by it, and `media:read`
says that the video was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, text, update

from workspace.commands.guard import require_operation
from workspace.model import MediaItem, VideoFrame, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements

SQL = statements(__file__)
MOST_WANTED = 50
"""So many videos are given to the workers at a time, and only where nothing else waits."""


@dataclass(frozen=True)
class FoundFrame:
    """A frame as it will stand in its row; see `VideoFrame`."""

    at_ms: int
    pdq: bytes
    turned: bytes


def record_frames(tx: Tx, media_id: UUID, frames: Sequence[FoundFrame]) -> bool:
    """Write the frames of a video, once: of a second time nothing is written; says whether it was. Asks
    `work_on_media`. frames: those that show enough to be compared, in their order; none where there are none."""
    video = tx.session.execute(
        update(MediaItem)
        .where(MediaItem.id == media_id, MediaItem.kind == "video", MediaItem.frames_hashed_in.is_(None))
        .values(frames_hashed_in=text("pg_current_xact_id()::text::bigint"))
        .returning(MediaItem.operation_id, MediaItem.compartment_id)
    ).one_or_none()
    if video is None:
        return False
    require_operation(tx, "work_on_media", video.operation_id)
    own = {**video._mapping, "media_item_id": media_id}
    if frames:
        tx.session.execute(insert(VideoFrame), [own | {"ordinal": n} | vars(each) for n, each in enumerate(frames)])
    return True


def want_frames(tx: Tx) -> int:
    """Have the frames looked at of videos that were read before frames were, where no other work waits; returns of how
    many. Only housekeeping calls it."""
    if not jobs.nothing_else_waits(tx.session):
        return 0
    rows = tx.session.execute(SQL["unread"], {"most": MOST_WANTED}).all()
    for operation_id in sorted({row.operation_id for row in rows}):
        require_operation(tx, "work_on_media", operation_id)
        jobs.want_all(tx, "hash_frames", [row.id for row in rows if row.operation_id == operation_id], operation_id)
    return len(rows)
