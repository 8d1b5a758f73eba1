"""The tiles in which a picture is looked at in its own pixels: asked for, made, and gone after a day.

Must not open a file: workers/tiles.py makes what is asked for here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Update, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_change

from workspace import events
from workspace.commands.each import each
from workspace.commands.guard import at, require_operation
from workspace.errors import Conflict, NotFound, TooMuch
from workspace.model import MediaItem, PictureTiles, jobs
from workspace.model.database import Tx
from workspace.rules.tiles import MOST_AN_HOUR, MOST_WAITING, TILES_KEPT_HOURS

TILES_ARE_OLD = (
    PictureTiles.state.in_(("made", "refused")),
    PictureTiles.asked_at < func.now() - timedelta(hours=TILES_KEPT_HOURS),
)
"""What `end_tiles` looks for; housekeeping asks first whether there are any."""


@dataclass(frozen=True)
class MadeTiles:
    """What a worker made; as `PictureTiles`."""

    width: int
    height: int
    address: str
    starts: list[int]


def ask_tiles(tx: Tx, media_id: UUID) -> None:
    """Have a picture cut into tiles in its own pixels; what is there or being made is left as it is, and what could
    not be cut is tried again. Asks `view_media`; records `tiles:asked` where a worker has to cut it.

    Raises:
        NotFound: there is no such photo for the actor. Conflict: it cannot be read, or was not read yet.
        TooMuch: as many pictures of the actor wait to be cut, or were asked for within the hour.
    """
    medium = tx.session.get(MediaItem, media_id)
    if medium is None or medium.kind != "photo" or medium.register_entry_id is not None:
        raise NotFound("There is no such photo.")
    require_operation(tx, "view_media", medium.operation_id)
    if medium.preview_address is None:
        raise Conflict("There is no picture to look at: the file was not read yet, or cannot be.")
    own = {"operation_id": medium.operation_id, "compartment_id": medium.compartment_id, "media_item_id": medium.id}
    made = tx.session.execute(
        insert_or_change(PictureTiles)
        .values(id=uuid4(), **own, asked_by=tx.actor.id)
        .on_conflict_do_update(
            index_elements=["media_item_id"],
            set_=jobs.asked_anew(tx) | {"tiles_done": 0, "tiles_of": 0},
            where=PictureTiles.state == "refused",
        )
        .returning(PictureTiles.id)
    ).scalar_one_or_none()
    if made is None:
        return
    _require_few(tx)
    jobs.want_in_turn(tx, "cut_picture", made, medium.operation_id)
    tx.record(events.TilesAsked(at(medium), media=medium.id))


def note_tiles_progress(tx: Tx, tiles_id: UUID, *, done: int, of: int) -> None:
    """Say how far the cutting has come. Asks `work_on_media`; no event: the next figure replaces it."""
    if _service_row(tx, tiles_id) is not None:
        tx.change(_own(tiles_id).values(tiles_done=done, tiles_of=of))


def record_tiles(tx: Tx, tiles_id: UUID, made: MadeTiles) -> None:
    """Write where the tiles lie. Asks `work_on_media`; records `tiles:made`. Nothing where nobody waits for them."""
    row = _service_row(tx, tiles_id)
    if row is None:
        return
    count = len(made.starts) - 1
    values = {"state": "made", "made_at": tx.now, "tiles_done": count, "tiles_of": count}
    tx.change(_own(tiles_id).values(**values, **vars(made)))
    tx.record(events.TilesMade(at(row), media=row.media_item_id))


def refuse_tiles(tx: Tx, tiles_id: UUID, *, code: str) -> None:
    """Write that the picture cannot be cut, and why. Asks `work_on_media`; records `tiles:refused`."""
    row = _service_row(tx, tiles_id)
    if row is None:
        return
    tx.change(_own(tiles_id).values(state="refused", refusal=code))
    tx.record(events.TilesRefused(at(row), media=row.media_item_id, reason=code))


def end_tiles(tx: Tx) -> int:
    """Have the tiles erased that are older than TILES_KEPT_HOURS; from now on they are not served. Asks
    `work_on_media`; no event: they can be made again."""
    rows = tx.session.scalars(select(PictureTiles).where(*TILES_ARE_OLD).with_for_update(skip_locked=True)).all()
    return each(tx, "work_on_media", rows, _end)


def _end(tx: Tx, row: PictureTiles) -> None:
    row.state = "ended"
    jobs.want(tx, "drop_tiles", row.id, row.operation_id)


def forget_tiles(tx: Tx, tiles_id: UUID) -> None:
    """Forget tiles whose object is erased, so that they can be asked for again. Asks `work_on_media`."""
    row = tx.session.get(PictureTiles, tiles_id, with_for_update=True)
    if row is None or row.state != "ended":
        return
    require_operation(tx, "work_on_media", row.operation_id)
    tx.session.execute(delete(PictureTiles).where(PictureTiles.id == tiles_id))


def _require_few(tx: Tx) -> None:
    """Pass if the actor has not asked for too much, what was just asked for among it. Raises: TooMuch."""
    waiting, asked = tx.session.execute(
        select(func.count().filter(PictureTiles.state == "asked"), func.count()).where(
            PictureTiles.asked_by == tx.actor.id, PictureTiles.asked_at > func.now() - timedelta(hours=1)
        )
    ).one()
    if waiting > MOST_WAITING:
        raise TooMuch(
            "{count} of your pictures are being made ready in their own pixels. Wait until one is done.",
            count=waiting - 1,
        )
    if asked > MOST_AN_HOUR:
        raise TooMuch(
            "You had {count} pictures made ready in their own pixels within an hour. Wait some minutes.",
            count=asked - 1,
        )


def _own(tiles_id: UUID) -> Update:
    return update(PictureTiles).where(PictureTiles.id == tiles_id)


def _service_row(tx: Tx, tiles_id: UUID) -> PictureTiles | None:
    """What a worker is at, if somebody still waits for it."""
    row = tx.session.get(PictureTiles, tiles_id, with_for_update=True)
    if row is None:
        return None
    require_operation(tx, "work_on_media", row.operation_id)
    return row if row.state == "asked" else None
