"""The hashes of a photo's parts, by which copies that are covered in part are found, become rows.

Asks `work_on_media`, which only the service users may do. Records no event: nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, insert, text, update

from workspace.commands.guard import require_operation
from workspace.model import MediaItem, PicturePart, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements

SQL = statements(__file__)
MOST_WANTED = 500
"""So many photos are given to the workers at a time, and only where nothing else waits."""


def record_parts(tx: Tx, media_id: UUID, hashes: bytes, *, inner: Sequence[bytes] = ()) -> bool:
    """Write the hashes of a photo's parts, once; says whether they were written. Asks `work_on_media`.

    hashes: of all views, one behind the other; empty where it shows too little. inner: of what it shows inside of its
    borders, in eight positions, for a photo that was read before these were looked for; it is matched anew then.
    """
    photo = tx.session.execute(
        update(MediaItem)
        .where(MediaItem.id == media_id, MediaItem.kind == "photo", MediaItem.parts_hashed_in.is_(None))
        .values(parts_hashed_in=text("pg_current_xact_id()::text::bigint"))
        .returning(MediaItem.operation_id, MediaItem.compartment_id)
    ).one_or_none()
    if photo is None:
        return False
    require_operation(tx, "work_on_media", photo.operation_id)
    if hashes:
        tx.session.execute(insert(PicturePart).values(**photo._mapping, media_item_id=media_id, hashes=hashes))
    if inner:
        unread = (MediaItem.id == media_id, func.cardinality(MediaItem.pdq_inner) == 0)
        tx.session.execute(update(MediaItem).where(*unread).values(pdq_inner=list(inner)))
        jobs.want(tx, "match_media", media_id, photo.operation_id)
    return True


def want_parts(tx: Tx) -> int:
    """Have photos looked at whose parts were not, where no other work waits; returns how many. Only housekeeping calls
    it."""
    if not jobs.nothing_else_waits(tx.session):
        return 0
    rows = tx.session.execute(SQL["unread"], {"most": MOST_WANTED}).all()
    for operation_id in sorted({row.operation_id for row in rows}):
        require_operation(tx, "work_on_media", operation_id)
        jobs.want_all(tx, "compare_parts", [row.id for row in rows if row.operation_id == operation_id], operation_id)
    return len(rows)
