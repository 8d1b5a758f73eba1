"""Pictures and films: veiled ones at once, clear ones only after the view was recorded. Derivatives only; originals
leave by export alone."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Literal
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from workspace.errors import Invalid, NotFound
from workspace.intake.uploads import part_of
from workspace.queries.cards import card_picture
from workspace.queries.films import StoredFilm, stored_film, stored_strip
from workspace.queries.pictures import StoredPicture, sent_picture, stored_picture
from workspace.queries.probes import sealed_crop
from workspace.queries.tiles import stored_tile
from workspace.web.context import media_store, operation_key, reading

pages = Blueprint("media", __name__, url_prefix="/media")

BLOCK_BYTES = 1 << 18
PART_BYTES = 4 << 20
"""Most of a film that one answer holds: the next part asks again whether the veil is lifted."""


@pages.get("/faces/<uuid:face_id>/<any(veiled, clear):how>")
def face(face_id: UUID, how: str) -> Response:
    """A face's crop."""
    return _picture("face", face_id, how)


@pages.get("/probes/<uuid:face_id>/<any(veiled, clear):how>")
def probe(face_id: UUID, how: Literal["veiled", "clear"]) -> Response:
    """A face of a picture that the viewer brought to search with: of nobody's material, so that no view is recorded."""
    _require_embedded("image")
    with reading() as view:
        found = sealed_crop(view.session, face_id, how)
        key = operation_key(view.session, found.operation_id)
    answer = Response(part_of(found.address, found.name, store=media_store(), key=key), mimetype="image/webp")
    answer.headers["Content-Disposition"] = "inline"
    return answer


@pages.get("/items/<uuid:item_id>/<any(veiled, clear):how>")
def item(item_id: UUID, how: str) -> Response:
    """A photo's or a video's preview."""
    return _picture("media_item", item_id, how)


@pages.get("/referrals/<uuid:referral_id>/<name>")
def sent(referral_id: UUID, name: str) -> Response:
    """A veiled picture of a referral's package."""
    return _served(lambda session: sent_picture(session, referral_id, name))


@pages.get("/cards/<uuid:card_id>")
def card(card_id: UUID) -> Response:
    """The masked picture of a clue card: the only one that it has, in the only size."""
    return _served(lambda session: card_picture(session, card_id))


@pages.get("/items/<uuid:item_id>/strip")
def strip(item_id: UUID) -> Response:
    """The veiled pictures along a video."""
    return _served(lambda session: stored_strip(session, item_id))


@pages.get("/items/<uuid:item_id>/tiles/<int:level>/<int:column>/<int:row>")
def tile(item_id: UUID, level: int, column: int, row: int) -> Response:
    """A part of a picture in its own pixels, within half a minute of a lifting that was recorded."""
    _require_embedded("image")
    with reading() as view:
        found = stored_tile(view.session, item_id, level, column, row)
        key = operation_key(view.session, found.operation_id)
    with media_store().open(found.address, key) as file:
        file.seek(found.start)
        content = file.read(found.stop - found.start)
    answer = Response(content, mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = "inline"
    return answer


@pages.get("/items/<uuid:item_id>/film/<int:side>/<any(veiled, clear):how>")
def film(item_id: UUID, side: int, how: Literal["veiled", "clear"]) -> Response:
    """A playable copy of a video, or the part of it that is asked for (RFC 9110, 14). The clear one by parts alone, so
    that nobody has it whole after one lifting."""
    _require_embedded("video")
    if how == "clear" and request.range is None:
        raise Invalid("The clear film is given by parts: ask for one with a Range header.")
    with reading() as view:
        found = stored_film(view.session, item_id, side, how)
        key = operation_key(view.session, found.operation_id)
    file = media_store().open(found.address, key)
    length = file.seek(0, io.SEEK_END)
    asked = request.range
    part = asked.range_for_length(length) if asked is not None else (0, length)
    answer = Response(mimetype="video/webm", status=200 if asked is None else 206)
    if part is None:
        answer.status_code = 416
        answer.headers["Content-Range"] = f"bytes */{length}"
        return answer
    start, stop = part
    if asked is not None:
        stop = min(stop, start + PART_BYTES)
        answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{length}"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Disposition"] = "inline"
    answer.content_length = stop - start
    answer.response = _blocks(file, start, stop)
    return answer


def _blocks(file: io.BufferedReader, start: int, stop: int) -> Iterator[bytes]:
    """A part of a stored film, decrypted as it is sent."""
    with file:
        file.seek(start)
        while start < stop and (block := file.read(min(BLOCK_BYTES, stop - start))):
            yield block
            start += len(block)


def _picture(what: Literal["face", "media_item"], row_id: UUID, how: str) -> Response:
    return _served(lambda session: stored_picture(session, what, row_id, clear=how == "clear"))


def _require_embedded(dest: str) -> None:
    """Only inside one of our own pages (ASVS 3.5.8): a browser that says otherwise gets nothing. Programs say
    nothing."""
    if request.headers.get("Sec-Fetch-Dest", dest) not in (dest, "empty"):
        raise NotFound("There is no such picture.")


def _served(found: Callable[[Session], StoredPicture | StoredFilm]) -> Response:
    _require_embedded("image")
    with reading() as view:
        picture = found(view.session)
        key = operation_key(view.session, picture.operation_id)
    answer = Response(media_store().read_bytes(picture.address, key=key), mimetype="image/webp")
    answer.headers["Content-Disposition"] = "inline"
    return answer
