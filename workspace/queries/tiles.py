"""The tiles of a picture: how far they are made, and where one of them lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import Forbidden, NotFound
from workspace.model.statements import statements
from workspace.rules.films import WATCH_S
from workspace.rules.tiles import TILE_PX, TilesState, levels_of, tile_number

SQL: Final = statements(__file__)


@dataclass(frozen=True)
class TilesOfPicture:
    """What can be seen of a picture in its own pixels. state: null while nobody asked for it. tiles_done, tiles_of: how
    far the cutting has come. width, height: of what was cut; each of the levels halves the one before; tile_px: side of
    a tile."""

    media_id: UUID
    state: TilesState | None
    refusal: str | None
    tiles_done: int
    tiles_of: int
    width: int | None
    height: int | None
    levels: int
    tile_px: int


@dataclass(frozen=True)
class StoredTile:
    """Where a tile lies: from start to stop in an object of the media store, and of which operation it is."""

    operation_id: int
    address: str
    start: int
    stop: int


def tiles_of_picture(session: Session, media_id: UUID) -> TilesOfPicture:
    """How far the tiles of a picture are made.

    Raises:
        NotFound: there is no such photo for the viewer.
    """
    row = session.execute(SQL["picture"], {"media": media_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such photo.")
    levels = levels_of(row.width, row.height) if row.width else 0
    return TilesOfPicture(media_id=media_id, levels=levels, tile_px=TILE_PX, **row._mapping)


def stored_tile(session: Session, media_id: UUID, level: int, column: int, row: int) -> StoredTile:
    """Where one tile of a picture lies.

    Raises:
        NotFound: there is no such tile for the viewer, or no longer.
        Forbidden: the viewer has not lifted the veil within WATCH_S, which is what records the view.
    """
    found = session.execute(SQL["place"], {"media": media_id}).one_or_none()
    number = None if found is None else tile_number(found.width, found.height, level, column, row)
    if found is None or number is None:
        raise NotFound("There is no such picture.")
    if not session.execute(SQL["looked"], {"media": media_id, "seconds": WATCH_S}).scalar_one():
        raise Forbidden("Lift the veil first; this records that you have seen the picture.")
    part = session.execute(SQL["part"], {"media": media_id, "number": number + 1}).one()
    return StoredTile(found.operation_id, found.address, part.start, part.stop)
