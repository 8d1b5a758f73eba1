"""REST: a picture in its own pixels; what can be played of a video, what was watched, parts that are marked, and stills
that are taken out."""

from __future__ import annotations

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import films, tiles
from workspace.queries.films import FilmPage, FrameIndex
from workspace.queries.films import film_page as find_film
from workspace.queries.films import frame_index as find_frames
from workspace.queries.tiles import TilesOfPicture
from workspace.queries.tiles import tiles_of_picture as find_tiles
from workspace.rules.films import MOST_PARTS, CopySide
from workspace.web.bodies import MOST_INTEGER, Body, ThingPath
from workspace.web.context import reading, writing

api = APIBlueprint("films", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="material")])

MOST_NOTE = 2000


class CopyBody(Body):
    """side: the longer side of the copy, in pixels."""

    side: CopySide = 640


class PartBody(Body):
    """A part of a video, in milliseconds from its first picture."""

    from_ms: int = Field(ge=0, le=MOST_INTEGER)
    to_ms: int = Field(ge=0, le=MOST_INTEGER)


class WatchedBody(Body):
    """Parts that were watched clear since the last time; one that ends where it begins lifts the veil."""

    parts: list[PartBody] = Field(min_length=1, max_length=MOST_PARTS)


class RangeBody(PartBody):
    """A part of a video, and what is to be said of it."""

    note: str = Field(max_length=MOST_NOTE)


class StillBody(Body):
    """frame: the number of a picture in the playable copy, from 0."""

    frame: int = Field(ge=0, le=MOST_INTEGER)


@api.get("/items/<uuid:thing_id>/tiles")
def tiles_of_picture(path: ThingPath) -> TilesOfPicture:
    """Answer how far a picture can be looked at in its own pixels."""
    with reading() as view:
        return find_tiles(view.session, path.thing_id)


@api.post("/items/<uuid:thing_id>/tiles")
def ask_tiles(path: ThingPath) -> None:
    """Have a picture made ready to be looked at in its own pixels."""
    with writing() as tx:
        tiles.ask_tiles(tx, path.thing_id)


@api.get("/items/<uuid:thing_id>/film")
def film_page(path: ThingPath) -> FilmPage:
    """Answer what can be played of a video, and what people marked in it and took out of it."""
    with reading() as view:
        return find_film(view.session, path.thing_id)


@api.get("/items/<uuid:thing_id>/film/frames")
def frame_index(path: ThingPath) -> FrameIndex:
    """Answer when each picture of a video is shown."""
    with reading() as view:
        return find_frames(view.session, path.thing_id)


@api.post("/items/<uuid:thing_id>/film/copies")
def ask_copy(path: ThingPath, body: CopyBody) -> None:
    """Have a copy of a video made that a browser plays."""
    with writing() as tx:
        films.ask_copy(tx, path.thing_id, body.side)


@api.post("/items/<uuid:thing_id>/film/watched")
def watch_video(path: ThingPath, body: WatchedBody) -> None:
    """Lift the veil of a video, or say which parts were watched since the last time; recorded."""
    with writing() as tx:
        films.watch_video(tx, path.thing_id, [(part.from_ms, part.to_ms) for part in body.parts])


@api.post("/items/<uuid:thing_id>/film/ranges")
def mark_range(path: ThingPath, body: RangeBody) -> None:
    """Mark a part of a video with a note."""
    with writing() as tx:
        films.mark_range(tx, path.thing_id, from_ms=body.from_ms, to_ms=body.to_ms, note=body.note)


@api.delete("/film/ranges/<uuid:thing_id>")
def unmark_range(path: ThingPath) -> None:
    """Take one's own mark on a part of a video back."""
    with writing() as tx:
        films.unmark_range(tx, path.thing_id)


@api.post("/items/<uuid:thing_id>/film/stills")
def ask_still(path: ThingPath, body: StillBody) -> None:
    """Have a picture taken out of a video, from the original and in full."""
    with writing() as tx:
        films.ask_still(tx, path.thing_id, frame=body.frame)
