"""What can be played of a video, what people marked in it and took out of it, and what the workers need to make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import Forbidden, NotFound
from workspace.model.statements import rows_as, statements
from workspace.queries.colleagues import Colleague
from workspace.rules.codes import MediaKind
from workspace.rules.films import WATCH_S, CopySide, FilmState

SQL = statements(__file__)


@dataclass(frozen=True)
class CopyOfVideo:
    """A playable copy. frames_done, frames_of: how far its making has come; unseen: what of the video is not in it."""

    id: UUID
    side: CopySide
    state: FilmState
    refusal: str | None
    frames_done: int
    frames_of: int
    width: int | None
    height: int | None
    duration_s: float | None
    has_sound: bool
    unseen: list[str]
    asked_at: datetime


@dataclass(frozen=True)
class StripOfVideo:
    """Veiled pictures side by side, each width by height pixels; times_s: when each is shown; cuts_s: where the scene
    changes, as far as the samples show it."""

    width: int
    height: int
    times_s: list[float]
    cuts_s: list[float]


@dataclass(frozen=True)
class RangeOfVideo:
    """A marked part. mine: the viewer may take it back."""

    id: UUID
    from_ms: int
    to_ms: int
    note: str
    author: Colleague
    said_at: datetime
    mine: bool


@dataclass(frozen=True)
class StillOfVideo:
    """A picture taken out. still_id: the medium that it became; faces: how many were found in it; sha256: of it."""

    id: UUID
    frame: int
    at_ms: int
    state: FilmState
    refusal: str | None
    still_id: UUID | None
    sha256: str | None
    faces: int | None
    author: Colleague
    taken_at: datetime


@dataclass(frozen=True)
class FilmPage:
    """A video as it is played. strip: null where it was read before strips were made, until its first copy is."""

    media_id: UUID
    duration_s: float | None
    strip: StripOfVideo | None
    copies: list[CopyOfVideo]
    ranges: list[RangeOfVideo]
    stills: list[StillOfVideo]


@dataclass(frozen=True)
class FrameIndex:
    """When each picture of a video is shown, in milliseconds on the clock of its copies, the first at number 0."""

    at_ms: list[int]


@dataclass(frozen=True)
class SourceOfStill:
    """Of which video a medium is a still: frame from 0, at which moment, its own time stamp there in units of
    unit_num / unit_den seconds, and who took it."""

    media_id: UUID
    frame: int
    at_ms: int
    stamp: int | None
    unit_num: int
    unit_den: int
    author: Colleague
    taken_at: datetime


@dataclass(frozen=True)
class FilmJob:
    """The original of a video, or of the photo that it is inside, and the longer side of the copy that is wanted;
    has_strip: it has a film strip already."""

    media_item_id: UUID
    kind: MediaKind
    address: str
    side: int
    has_strip: bool


@dataclass(frozen=True)
class StillJob:
    """The original of a video, or of the photo that it is inside, and the picture that is wanted."""

    media_item_id: UUID
    kind: MediaKind
    address: str
    frame: int
    at_ms: int
    stamp: int | None


@dataclass(frozen=True)
class StillLine:
    """A line under which a video came. path_bytes: where the path is not text."""

    id: UUID
    path: str
    path_bytes: bytes | None


@dataclass(frozen=True)
class StoredFilm:
    """Where what is made of a video lies in the media store, and of which operation it is."""

    operation_id: int
    address: str


def film_page(session: Session, media_id: UUID) -> FilmPage:
    """What can be played of a video.

    Raises:
        NotFound: there is no such video for the viewer.
    """
    here = {"media": media_id}
    row = session.execute(SQL["video"], here).one_or_none()
    if row is None:
        raise NotFound("There is no such video.")
    strip = rows_as(StripOfVideo, session.execute(SQL["strip"], here))
    return FilmPage(
        media_id=media_id,
        duration_s=row.duration_s,
        strip=strip[0] if strip else None,
        copies=rows_as(CopyOfVideo, session.execute(SQL["copies"], here)),
        ranges=[
            RangeOfVideo(each.id, each.from_ms, each.to_ms, each.note, _author(each), each.said_at, each.mine)
            for each in session.execute(SQL["ranges"], here)
        ],
        stills=[
            StillOfVideo(
                each.id, each.frame, each.at_ms, each.state, each.refusal, each.still_id, each.sha256, each.faces,
                _author(each),
                each.taken_at,
            )
            for each in session.execute(SQL["stills"], here)
        ],
    )  # fmt: skip


def frame_index(session: Session, media_id: UUID) -> FrameIndex:
    """When each picture of a video is shown.

    Raises:
        NotFound: there is no such video for the viewer, or no copy of it yet.
    """
    found = session.execute(SQL["frames"], {"media": media_id}).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no playable copy of this video yet.")
    return FrameIndex(list(found))


def source_of_still(session: Session, media_id: UUID) -> SourceOfStill | None:
    """Of which video a medium is a still, if it is one and the viewer sees it; the earliest where several took it."""
    row = session.execute(SQL["source"], {"media": media_id}).one_or_none()
    if row is None:
        return None
    return SourceOfStill(
        row.media_id, row.frame, row.at_ms, row.stamp, row.unit_num, row.unit_den, _author(row), row.taken_at
    )


def stored_strip(session: Session, media_id: UUID) -> StoredFilm:
    """Where a video's film strip lies. Raises: NotFound: there is none for the viewer."""
    return _stored(session, "strip_place", {"media": media_id})


def stored_film(session: Session, media_id: UUID, side: int, how: Literal["clear", "veiled"]) -> StoredFilm:
    """Where a copy of a video lies.

    Raises:
        NotFound: there is no such copy for the viewer.
        Forbidden: the clear one is asked for, and the viewer has not recorded within WATCH_S that it is being watched.
    """
    found = _stored(session, how, {"media": media_id, "side": side})
    if how == "clear" and not session.execute(SQL["watched"], {"media": media_id, "seconds": WATCH_S}).scalar_one():
        raise Forbidden("Lift the veil first; this records that you have seen the video.")
    return found


def _stored(session: Session, name: str, values: dict[str, object]) -> StoredFilm:
    row = session.execute(SQL[name], values).one_or_none()
    if row is None or row.address is None:
        raise NotFound("There is no such video.")
    return StoredFilm(row.operation_id, row.address)


def _author(row: object) -> Colleague:
    return Colleague(row.user_id, row.name, row.country, row.played_by)  # type: ignore[attr-defined]
