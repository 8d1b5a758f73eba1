"""The members of an archive become lines of its exhibit, each naming the line of its archive; also after the intake has
ended, since nobody brings them: the worker finds them.

Asks `work_on_media`, which only the service users may do. Must not open a file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.lines import Arrival, add_lines, line_of, media_of, want_new_read
from workspace.commands.steps import have_read_again
from workspace.errors import NotFound
from workspace.model import Exhibit, MediaItem, ReceivedFile
from workspace.model.database import Tx


def receive_members(tx: Tx, line_id: UUID, arrivals: Sequence[Arrival], *, of_document: bool = False) -> int:
    """Write down members of the archive that came as this line, and have the readable ones read; returns how many were
    new. A path that has its line already is passed over. Asks `work_on_media`; the archive's end is recorded by
    `record_archive`. of_document: the archive is an office document or a book.

    Raises:
        NotFound: the archive's line is gone.
    """
    archive = tx.find(ReceivedFile, line_id, otherwise=NotFound("There is no such file."))
    exhibit = tx.session.get_one(Exhibit, archive.exhibit_id)
    operation = require_operation(tx, "work_on_media", archive.operation_id)
    media, fresh = media_of(tx, operation.id, exhibit.compartment_id, arrivals)
    have_read_again(tx, sorted(set(media.values()) - set(fresh)))
    inside = {"inside": archive.id, "of_document": of_document}
    lines = [{**line_of(operation.id, exhibit, each, media), **inside} for each in arrivals]
    added = add_lines(tx, lines)
    want_new_read(tx, operation.id, exhibit.compartment_id, fresh)
    return len(added)


def record_archive(tx: Tx, media_id: UUID, *, opened: Collection[UUID], is_whole: bool) -> bool:
    """Write that an archive was opened for these of its lines. Where another line came meanwhile nothing is written:
    the archive waits, and is opened anew; returns whether it was written. Asks `work_on_media`; records `media:read`.

    is_whole: False where members were not listed, or one broke off.
    """
    item = tx.session.execute(select(MediaItem).where(MediaItem.id == media_id).with_for_update()).scalar_one()
    require_operation(tx, "work_on_media", item.operation_id)
    lines = tx.session.scalars(select(ReceivedFile.id).where(ReceivedFile.media_item_id == media_id)).all()
    if not set(lines) <= set(opened):
        return False
    unseen = [] if is_whole else ["members"]
    tx.session.execute(
        update(MediaItem)
        .where(MediaItem.id == media_id)
        .values(state="read", refusal=None, unseen=unseen, read_at=tx.now)
    )
    tx.record(events.MediaRead(at(item), media=media_id, faces=0, complete=is_whole))
    return True
