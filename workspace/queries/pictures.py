"""Where the pictures of a face or a media item lie in the store, as far as the viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.errors import Forbidden, NotFound
from workspace.model.statements import statements

SQL = statements(__file__)
VIEW_MINUTES = 15
"""How long a clear picture is served after the viewer lifted its veil."""

_PICTURES = {
    "face": text("""select operation_id, crop_address as clear, veil_address as veiled from face where id = :id
                 union all select operation_id, clear, veiled from pair_picture(:id, null)"""),
    "media_item": text("""select operation_id, preview_address as clear, veil_address as veiled
                       from media_item where id = :id
                       union all select operation_id, clear, veiled from pair_picture(null, :id)"""),
}
_VIEWED = {
    "face": text("""select exists (select 1 from media_view where user_id = my_id() and face_id = :id
                 and viewed_at > now() - make_interval(mins => :minutes))"""),
    "media_item": SQL["viewed_medium"],
}


@dataclass(frozen=True)
class StoredPicture:
    """Where a picture lies in the media store, and of which operation it is."""

    operation_id: int
    address: str


def sent_picture(session: Session, referral_id: UUID, name: str) -> StoredPicture:
    """The veiled copy of a picture of a referral's package.

    Raises:
        NotFound: there is no such picture for the viewer.
    """
    row = session.execute(
        text("select operation_id, address from referral_picture where referral_id = :id and name = :name"),
        {"id": referral_id, "name": name},
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such picture.")
    return StoredPicture(row.operation_id, row.address)


def stored_picture(
    session: Session, what: Literal["face", "media_item"], row_id: UUID, *, clear: bool
) -> StoredPicture:
    """The picture of a face or a media item.

    Raises:
        NotFound: there is no such picture for the viewer, or it has none yet.
        Forbidden: the clear picture is asked for before the veil was lifted, which is what records the view.
    """
    row = session.execute(_PICTURES[what], {"id": row_id}).one_or_none()
    address = None if row is None else row.clear if clear else row.veiled
    if row is None or address is None:
        raise NotFound("There is no such picture.")
    if clear and not session.execute(_VIEWED[what], {"id": row_id, "minutes": VIEW_MINUTES}).scalar_one():
        raise Forbidden("Lift the veil first; this records that you have seen the picture.")
    return StoredPicture(row.operation_id, address)
