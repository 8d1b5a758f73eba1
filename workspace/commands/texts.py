"""The text that the workers read in pictures becomes rows.

Asks `work_on_media`, which only the service users may do. Records no event: nothing is decided by it, and the row says
when it was read and by which program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select

from workspace.commands.guard import require_operation
from workspace.model import MediaItem, PictureText, TextReading, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements

SQL = statements(__file__)
MOST_WANTED = 200
"""So many media are given to the workers at a time, and only where nothing else waits."""


@dataclass(frozen=True)
class ReadText:
    """A line as it will stand in its row; see `PictureText`."""

    at_s: float | None
    box: list[float]
    body: str
    score: float


def record_texts(tx: Tx, media_id: UUID, lines: Sequence[ReadText], *, reader: str, is_whole: bool) -> None:
    """Write what was read in a medium, once: a second reading of it changes nothing. Asks `work_on_media`.

    is_whole: all of it could be looked at.
    """
    medium = tx.session.execute(
        select(MediaItem.operation_id, MediaItem.compartment_id).where(MediaItem.id == media_id).with_for_update()
    ).one_or_none()
    if medium is None or tx.session.get(TextReading, media_id) is not None:
        return
    require_operation(tx, "work_on_media", medium.operation_id)
    own = {**medium._mapping, "media_item_id": media_id}
    tx.session.execute(insert(TextReading).values(**own, reader=reader, is_whole=is_whole))
    if lines:
        tx.session.execute(insert(PictureText), [own | vars(line) for line in lines])


def want_texts(tx: Tx) -> int:
    """Have text looked for in read media in which nobody has, where no other work waits; returns in how many. Only
    housekeeping calls it."""
    if not jobs.nothing_else_waits(tx.session):
        return 0
    rows = tx.session.execute(SQL["unread"], {"most": MOST_WANTED}).all()
    for operation_id in sorted({row.operation_id for row in rows}):
        require_operation(tx, "work_on_media", operation_id)
        jobs.want_all(tx, "read_text", [row.id for row in rows if row.operation_id == operation_id], operation_id)
    return len(rows)
