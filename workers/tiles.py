"""Cuts pictures into tiles in their own pixels, and erases them when they are old: the original is decoded in the
sandbox, and what comes out is encoded anew from plain pixels, all tiles into one sealed object.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from sqlalchemy import select

from workers.tools import Effects, WorkerTools
from workspace.analysis.derivatives import encode_tile
from workspace.analysis.sandbox.cut import TiledPicture
from workspace.commands.tiles import MadeTiles, forget_tiles, note_tiles_progress, record_tiles, refuse_tiles
from workspace.errors import Refused
from workspace.model import MediaItem, PictureTiles
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.rules.tiles import tiles_in

MOST_BYTES = 1 << 30
PROGRESS_EVERY_S = 1.0


def cut_picture(tools: WorkerTools, job: Taken) -> Effects:
    """Cut a picture into tiles. Job `cut_picture`, subject tiles of a picture."""
    with tools.db.read(tools.service_id) as view:
        address = view.session.execute(
            select(MediaItem.address)
            .join(PictureTiles, PictureTiles.media_item_id == MediaItem.id)
            .where(PictureTiles.id == job.subject_id, PictureTiles.state == "asked")
        ).scalar_one_or_none()
        if address is None:
            return lambda tx: None
        key = tools.key(view.session, job.operation_id)
    starts: list[int] = []
    try:
        with tools.store.memfd(address, key) as descriptor:
            picture = tools.decoder.tiles(descriptor)
            # Lost tiles can be made again from the original, so that no sync to disk is worth its time.
            tiles = _encoded(tools, job, picture, starts)
            stored = tools.store.put_stream(tiles, key=key, max_bytes=MOST_BYTES, durable=False)
    except Refused as refusal:
        reason = str(refusal.facts["reason"])
        return lambda tx: refuse_tiles(tx, job.subject_id, code=reason)
    made = MadeTiles(width=picture.width, height=picture.height, address=stored.address, starts=starts)
    return lambda tx: record_tiles(tx, job.subject_id, made)


def _encoded(tools: WorkerTools, job: Taken, picture: TiledPicture, starts: list[int]) -> Iterator[bytes]:
    """The object: its number, so that it is nobody else's too, then every tile. starts: filled on the way."""
    of, told_at = sum(1 for _ in tiles_in(picture.width, picture.height)), time.monotonic()
    head = job.subject_id.bytes
    starts.append(len(head))
    yield head
    for pixels in picture.tiles:
        tile = encode_tile(pixels)
        starts.append(starts[-1] + len(tile))
        tools.steps += 1
        if time.monotonic() - told_at > PROGRESS_EVERY_S:
            told_at = time.monotonic()
            with tools.db.write(tools.service_id) as tx:
                note_tiles_progress(tx, job.subject_id, done=len(starts) - 1, of=of)
        yield tile


def give_up_tiles(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for the tiles."""
    refuse_tiles(tx, job.subject_id, code="not_readable")


def drop_tiles(tools: WorkerTools, job: Taken) -> Effects:
    """Erase tiles that are old. Job `drop_tiles`, subject tiles of a picture."""
    with tools.db.read(tools.service_id) as view:
        row = view.session.execute(
            select(PictureTiles.state, PictureTiles.address).where(PictureTiles.id == job.subject_id)
        ).one_or_none()
        key = tools.key(view.session, job.operation_id)
    if row is None or row.state != "ended":
        return lambda tx: None
    if row.address is not None:
        tools.store.remove(row.address, key=key)
    return lambda tx: forget_tiles(tx, job.subject_id)
