"""Pictures: veiled ones at once, clear ones only after the view was recorded. Derivatives only; originals leave by
export alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.queries.cards import card_picture
from workspace.queries.pictures import StoredPicture, sent_picture, stored_picture
from workspace.web.context import media_store, operation_key, reading

pages = Blueprint("media", __name__, url_prefix="/media")


@pages.get("/faces/<uuid:face_id>/<any(veiled, clear):how>")
def face(face_id: UUID, how: str) -> Response:
    """A face's crop."""
    return _picture("face", face_id, how)


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


def _picture(what: Literal["face", "media_item"], row_id: UUID, how: str) -> Response:
    return _served(lambda session: stored_picture(session, what, row_id, clear=how == "clear"))


def _served(found: Callable[[Session], StoredPicture]) -> Response:
    # Only as a picture in one of our own pages (ASVS 3.5.8): a browser that says otherwise gets nothing. Programs say
    # nothing.
    if request.headers.get("Sec-Fetch-Dest", "image") not in ("image", "empty"):
        raise NotFound("There is no such picture.")
    with reading() as view:
        picture = found(view.session)
        key = operation_key(view.session, picture.operation_id)
    answer = Response(media_store().read_bytes(picture.address, key=key), mimetype="image/webp")
    answer.headers["Content-Disposition"] = "inline"
    return answer
