"""Videos that are played, those inside photos too: a copy that is asked for and made, what was watched, parts that are
marked, stills taken out.

Must not open a file: workers/films.py makes what is asked for here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_change

from workspace import events
from workspace.commands.archives import receive_members
from workspace.commands.guard import at, require_operation
from workspace.commands.lines import Arrival
from workspace.commands.taking_back import taken_back
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import FilmStrip, MediaItem, MediaView, VideoCopy, VideoRange, VideoStill, jobs
from workspace.model.database import Tx
from workspace.rules.codes import require_one_of
from workspace.rules.films import COPY_SIDES, MOST_PARTS, MOST_WATCHED_MS
from workspace.rules.reasons import require_words, words_of

Row = TypeVar("Row", VideoCopy, VideoStill)


def ask_copy(tx: Tx, media_id: UUID, side: int) -> UUID:
    """Have a copy of a video made that browsers play, and return its id; one that is there or being made is it, and one
    that could not be made is tried again. Asks `view_media`; records `copy:asked` where a worker has to make one.

    side: the longer side in pixels, one of COPY_SIDES.

    Raises:
        NotFound: there is no such video for the actor. Invalid: another side.
    """
    require_one_of(COPY_SIDES, side=side)
    medium = _require_video(tx, "view_media", media_id)
    made = tx.session.execute(
        insert_or_change(VideoCopy)
        .values(id=uuid4(), **_lies(medium), side=side, asked_by=tx.actor.id)
        .on_conflict_do_update(
            index_elements=["media_item_id", "side"],
            set_=jobs.asked_anew(tx) | {"frames_done": 0, "frames_of": 0},
            where=VideoCopy.state == "refused",
        )
        .returning(VideoCopy.id)
    ).scalar_one_or_none()
    if made is None:
        there = select(VideoCopy.id).where(VideoCopy.media_item_id == media_id, VideoCopy.side == side)
        return tx.session.execute(there).scalar_one()
    jobs.want_in_turn(tx, "make_copy", made, medium.operation_id)
    tx.record(events.CopyAsked(at(medium), copy=made))
    return made


@dataclass(frozen=True)
class MadeCopy:
    """What a worker made; as `VideoCopy`."""

    width: int
    height: int
    duration_s: float
    has_sound: bool
    unseen: list[str]
    clear_address: str
    veil_address: str
    at_ms: list[int]
    stamps: list[int | None]
    unit_num: int
    unit_den: int


def note_copy_progress(tx: Tx, copy_id: UUID, *, done: int, of: int) -> None:
    """Say how far the making of a copy has come. Asks `work_on_media`; no event: the next figure replaces it."""
    copy = _service_row(tx, VideoCopy, copy_id)
    if copy is not None:
        tx.change(update(VideoCopy).where(VideoCopy.id == copy_id).values(frames_done=done, frames_of=of))


def record_copy(tx: Tx, copy_id: UUID, made: MadeCopy) -> None:
    """Write where a copy lies. Asks `work_on_media`; records `copy:made`. Nothing where nobody waits for it."""
    copy = _service_row(tx, VideoCopy, copy_id)
    if copy is None:
        return
    count = len(made.at_ms)
    values: dict[str, Any] = {"state": "made", "made_at": tx.now, "frames_done": count, "frames_of": count}
    tx.change(update(VideoCopy).where(VideoCopy.id == copy_id).values(**values, **vars(made)))
    tx.record(events.CopyMade(at(copy), copy=copy_id))


def refuse_copy(tx: Tx, copy_id: UUID, *, reason: str) -> None:
    """Write that no copy can be made, and why. Asks `work_on_media`; records `copy:refused`."""
    copy = _service_row(tx, VideoCopy, copy_id)
    if copy is None:
        return
    tx.change(update(VideoCopy).where(VideoCopy.id == copy_id).values(state="refused", refusal=reason))
    tx.record(events.CopyRefused(at(copy), copy=copy_id, reason=reason))


def record_strip(tx: Tx, media_id: UUID, values: dict[str, Any]) -> None:
    """Write where a video's film strip lies, instead of an earlier one. values: as `FilmStrip`. Asks `work_on_media`;
    what records the reading or the copy of the same write records it too."""
    medium = tx.session.get_one(MediaItem, media_id)
    require_operation(tx, "work_on_media", medium.operation_id)
    own = _lies(medium)
    tx.session.execute(
        insert_or_change(FilmStrip)
        .values(**own, **values)
        .on_conflict_do_update(index_elements=["media_item_id"], set_=values)
    )


def watch_video(tx: Tx, media_id: UUID, parts: Sequence[tuple[int, int]]) -> None:
    """Lift the veil of a video for the actor, or say which parts were seen since the last time. The clear copy is
    served for WATCH_S after it. Asks `view_media`; records one `media:watched`, which wakes no screen.

    parts: first and last millisecond of each; one that ends where it begins is a lifting.

    Raises:
        NotFound: there is no such video for the actor.
        Invalid: none or too many, or one lies outside the video, or is longer than can have been seen since the last
            time.
    """
    medium = _require_video(tx, "view_media", media_id)
    _require_parts(medium, parts)
    seen = _lies(medium) | {"user_id": tx.actor.id}
    tx.session.execute(insert(MediaView), [seen | {"from_ms": from_ms, "to_ms": to_ms} for from_ms, to_ms in parts])
    tx.record(events.MediaWatched(at(medium), media=media_id, parts=tuple(parts)))


def _require_parts(medium: MediaItem, parts: Sequence[tuple[int, int]]) -> None:
    if not 1 <= len(parts) <= MOST_PARTS:
        raise Invalid("These parts cannot be taken.", faults=[Fault("parts", "1 to {most} parts", most=MOST_PARTS)])
    for from_ms, to_ms in parts:
        _require_part(medium, from_ms, to_ms)
        if to_ms - from_ms > MOST_WATCHED_MS:
            longest = Fault("parts", "at most {most} ms at once", most=MOST_WATCHED_MS)
            raise Invalid("This part is too long.", faults=[longest])


def mark_range(tx: Tx, media_id: UUID, *, from_ms: int, to_ms: int, note: str) -> UUID:
    """Mark a part of a video with a note, for everybody who opens it, and return its id. Asks `mark_media`; records
    `range:marked`.

    Raises:
        NotFound: there is no such video for the actor. Invalid: no note, or the part lies outside the video.
    """
    require_words(note=note)
    medium = _require_video(tx, "mark_media", media_id)
    _require_part(medium, from_ms, to_ms)
    part = uuid4()
    tx.session.execute(
        insert(VideoRange).values(
            id=part, **_lies(medium), from_ms=from_ms, to_ms=to_ms, note=words_of(note), said_by=tx.actor.id
        )
    )
    tx.record(events.RangeMarked(at(medium), part=part))
    return part


def unmark_range(tx: Tx, range_id: UUID) -> None:
    """Take one's own mark on a part of a video back. Asks `mark_media`; records `range:unmarked`.

    Raises:
        NotFound: it is not there for the actor, or not the actor's. Conflict: it was taken back already.
    """
    part = tx.session.get(VideoRange, range_id)
    if part is None or part.said_by != tx.actor.id:
        raise NotFound("There is no such mark of yours.")
    require_operation(tx, "mark_media", part.operation_id)
    tx.change_one(
        update(VideoRange)
        .where(VideoRange.id == range_id, VideoRange.undone_at.is_(None))
        .values(undone_at=func.now()),
        otherwise=taken_back,
    )
    tx.record(events.RangeUnmarked(at(part), part=range_id))


def ask_still(tx: Tx, media_id: UUID, *, frame: int) -> UUID:
    """Have a picture taken out of a video, from the original and in full, and return the still's id; where that picture
    was taken already it is the one. Asks `mark_media`; records `still:asked` where it is new.

    frame: its number in the playable copy, from 0.

    Raises:
        NotFound: there is no such video for the actor. Conflict: it has no playable copy yet, by which frames are
            numbered. Invalid: it has no such frame.
    """
    medium = _require_video(tx, "mark_media", media_id)
    found = tx.session.execute(
        select(VideoCopy.at_ms[frame + 1], VideoCopy.stamps[frame + 1], func.cardinality(VideoCopy.at_ms))
        .where(VideoCopy.media_item_id == media_id, VideoCopy.state == "made")
        .order_by(VideoCopy.side)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise Conflict("Ask for a playable copy first: frames are numbered by it.")
    at_ms, stamp, count = found
    if at_ms is None:
        raise Invalid("There is no such frame.", faults=[Fault("frame", "0 to {most}", most=count - 1)])
    there = select(VideoStill.id).where(
        VideoStill.media_item_id == media_id, VideoStill.frame == frame, VideoStill.state != "refused"
    )
    taken = tx.session.scalars(there.order_by(VideoStill.taken_at).limit(1)).first()
    if taken is not None:
        return taken
    still = uuid4()
    values = {"frame": frame, "at_ms": at_ms, "stamp": stamp, "taken_by": tx.actor.id}
    tx.session.execute(insert(VideoStill).values(id=still, **_lies(medium), **values))
    jobs.want(tx, "take_still", still, medium.operation_id)
    tx.record(events.StillAsked(at(medium), still=still))
    return still


def record_still(tx: Tx, still_id: UUID, arrivals: Sequence[tuple[UUID, Arrival]]) -> None:
    """Make a still a medium beside its video, to be read and searched like any other. Asks `work_on_media`; records
    `still:made`. Nothing where nobody waits for it.

    arrivals: by line of the video, the still as a file inside it; all of them the same content.

    Raises:
        Invalid: it was not stored as a picture.
    """
    still = _service_row(tx, VideoStill, still_id)
    if still is None:
        return
    for line_id, arrival in arrivals:
        receive_members(tx, line_id, [arrival])
    sha256 = next((arrival.stored.sha256 for _, arrival in arrivals if arrival.stored), b"")
    medium = tx.session.scalars(
        select(MediaItem.id).where(
            MediaItem.compartment_id == still.compartment_id,
            MediaItem.sha256 == sha256,
            MediaItem.register_entry_id.is_(None),
        )
    ).one_or_none()
    if medium is None:
        raise Invalid("The still was not stored.", faults=["still"])
    tx.change(update(VideoStill).where(VideoStill.id == still_id).values(state="made", still_id=medium))
    tx.record(events.StillMade(at(still), still=still_id, media=medium))


def refuse_still(tx: Tx, still_id: UUID, *, reason: str) -> None:
    """Write that a still cannot be made, and why. Asks `work_on_media`; records `still:refused`."""
    still = _service_row(tx, VideoStill, still_id)
    if still is None:
        return
    tx.change(update(VideoStill).where(VideoStill.id == still_id).values(state="refused", refusal=reason))
    tx.record(events.StillRefused(at(still), still=still_id, reason=reason))


def _require_video(tx: Tx, action: str, media_id: UUID) -> MediaItem:
    """A video, or a photo with a video inside. Raises: NotFound."""
    medium = tx.session.get(MediaItem, media_id)
    if medium is None or medium.register_entry_id is not None or not _films(medium):
        raise NotFound("There is no such video.")
    require_operation(tx, action, medium.operation_id)
    return medium


def _films(medium: MediaItem) -> bool:
    return medium.kind == "video" or medium.inner_video_s is not None


def _require_part(medium: MediaItem, from_ms: int, to_ms: int) -> None:
    """Refuse a part that does not lie in the video; a second is left for how long a last picture is shown."""
    most = round((medium.duration_s or medium.inner_video_s or 0) * 1000) + 1000
    if not 0 <= from_ms <= to_ms <= most:
        raise Invalid("This part does not lie in the video.", faults=[Fault("to_ms", "0 to {most}", most=most)])


def _service_row(tx: Tx, kind: type[Row], row_id: UUID) -> Row | None:
    """What a worker is at, if somebody still waits for it."""
    row = tx.session.get(kind, row_id, with_for_update=True)
    if row is None:
        return None
    require_operation(tx, "work_on_media", row.operation_id)
    return row if row.state == "asked" else None


def _lies(medium: MediaItem) -> dict[str, Any]:
    return {"operation_id": medium.operation_id, "compartment_id": medium.compartment_id, "media_item_id": medium.id}
