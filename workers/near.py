"""Finds media that look alike by their PDQ hashes, over everything that is committed in an operation: photos by
their picture, videos by their frames, and a photo and a video of which it shows a frame.

Hashes compare in nanoseconds but travel slowly: a worker process keeps those that it has seen, sorted so that few are
compared with each (`workspace/search/hashes.py`), and asks only for what was read since. Photos are followed by the
number of the record, which is given in the order of commits; videos by the number of the transaction that wrote their
frames, of which those are asked for again that were open the last time. Where a medium lies and whose it is is asked of
its row each time, since it may have moved. The rows stay the truth; a process that starts again reads them anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from workspace.analysis.near_duplicates import HASH_BYTES, MATCH_DISTANCE, MIN_QUALITY, distances
from workspace.analysis.video_copies import Likeness, Matched, frames_of_many, likeness, matched, scenes
from workspace.model.statements import statements
from workspace.search.hashes import HashIndex

SQL = statements(__file__)

Hashes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class NearMedium:
    """A medium that looks like another; distance in bits of 256. percent: of videos, the share of frames that match, of
    the one of which more do."""

    id: UUID
    compartment_id: int
    agency_id: int
    sha256: bytes
    distance: int
    percent: int | None = None


@dataclass
class _Photos:
    """The hashes of an operation's photos, place by place: of the whole, and of what is inside of borders.

    read_to: number of the record up to which they are here. framed: those of which what is inside of borders is here;
    of a photo that was read before borders were looked for it comes later. since: a transaction; what older ones wrote
    is here.
    """

    ids: list[UUID] = field(default_factory=list)
    known: set[UUID] = field(default_factory=set)
    index: HashIndex = field(default_factory=HashIndex)
    read_to: int | None = None
    framed: set[UUID] = field(default_factory=set)
    since: int = 0

    def fill(self, session: Session, operation_id: int) -> None:
        """Read what is new."""
        first_open = self._fill_read(session, operation_id)
        later = session.execute(SQL["framed"], {"operation": operation_id, "since": self.since}).all()
        self._add([(row.id, row.inner) for row in later if row.id in self.known - self.framed])
        self.framed |= {row.id for row in later}
        self.since = first_open

    def _fill_read(self, session: Session, operation_id: int) -> int:
        """Read what was read since; answers the oldest transaction that had not ended before."""
        asked = {"operation": operation_id, "quality": MIN_QUALITY}
        if self.read_to is None:
            rows = session.execute(SQL["photos"], asked).all()
        else:
            rows = session.execute(SQL["read_since"], asked | {"after": self.read_to}).all()
        new = [row for row in rows if row.id is not None and row.id not in self.known]
        self._add([(row.id, pdq) for row in new for pdq in (row.pdq, row.inner) if pdq is not None])
        self.known |= {row.id for row in new}
        self.framed |= {row.id for row in new if row.inner is not None}
        self.read_to = rows[0].head
        return int(rows[0].first_open)

    def _add(self, hashes: Sequence[tuple[UUID, bytes]]) -> None:
        self.ids += [media_id for media_id, _ in hashes]
        self.index.add(_rows(b"".join(pdq for _, pdq in hashes)))


@dataclass
class _Videos:
    """The frames of an operation's videos. owners: of each place the number of its video; begins: of each video its
    first place. since: a transaction; what older ones wrote is here."""

    ids: list[UUID] = field(default_factory=list)
    known: set[UUID] = field(default_factory=set)
    begins: list[int] = field(default_factory=lambda: [0])
    scenes: list[Numbers] = field(default_factory=list)
    index: HashIndex = field(default_factory=HashIndex)
    owners: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    since: int = 0

    def fill(self, session: Session, operation_id: int) -> None:
        rows = session.execute(SQL["frames_since"], {"operation": operation_id, "since": self.since}).all()
        # While some transaction is open for long, what came since is named again with each medium.
        unknown = [row.id for row in rows if row.id is not None and row.id not in self.known]
        read = session.execute(SQL["frames"], {"media": unknown}).all() if unknown else []
        new = {row.id: _rows(row.frames) for row in read}
        self.known |= set(unknown)
        for media_id, frames in new.items():
            self.ids.append(media_id)
            self.begins.append(self.begins[-1] + len(frames))
            self.scenes.append(scenes(frames))
        if new:
            self.index.add(np.concatenate(list(new.values())))
            self.owners = np.repeat(np.arange(len(self.ids)), np.diff(self.begins))
        self.since = int(rows[0].first_open)

    def frames(self, video: int) -> Hashes:
        return self.index.at(np.arange(self.begins[video], self.begins[video + 1]))

    def are_copies(self, one: int, other: int) -> bool:
        """Of two videos, both as they are."""
        pair = matched(self.frames(one), self.frames(other), self.scenes[one], self.scenes[other])
        return likeness(pair) is not None


_photos: dict[tuple[str, int], _Photos] = {}
_videos: dict[tuple[str, int], _Videos] = {}


def near_photos(session: Session, operation_id: int, media_id: UUID, hashes: Sequence[bytes]) -> list[NearMedium]:
    """The photos of an operation that look like this one, nearest first; registers' portraits are left out. hashes: its
    own in all quarter turns and mirrored, also inside of its borders; the nearest counts."""
    kept = _kept_photos(session, operation_id)
    return _alike(session, media_id, kept.index, _rows(b"".join(hashes)), kept.ids.__getitem__)


def videos_that_show(session: Session, operation_id: int, media_id: UUID, hashes: Sequence[bytes]) -> list[NearMedium]:
    """The videos of an operation of which a frame looks like this photo, nearest first. hashes: as of `near_photos`."""
    kept = _kept_videos(session, operation_id)
    return _alike(
        session, media_id, kept.index, _rows(b"".join(hashes)), lambda place: kept.ids[int(kept.owners[place])]
    )


def stills_of(session: Session, operation_id: int, media_id: UUID) -> list[NearMedium]:
    """The photos of an operation that look like a frame of this video, nearest first."""
    kept = _kept_photos(session, operation_id)
    turns = _turns(session, media_id)
    return _alike(session, media_id, kept.index, turns.reshape(-1, HASH_BYTES), kept.ids.__getitem__)


def _alike(
    session: Session, media_id: UUID, index: HashIndex, asked: Hashes, owner: Callable[[int], UUID]
) -> list[NearMedium]:
    """Whose hashes look like one of the asked, by the nearest of them."""
    hits = index.near(asked, MATCH_DISTANCE)
    nearest: dict[UUID, Likeness] = {}
    for place, bits in sorted(zip(hits.place.tolist(), hits.bits.tolist(), strict=True), key=lambda hit: hit[1]):
        nearest.setdefault(owner(place), Likeness(100, bits))
    return [_photo(each) for each in _as_they_lie(session, media_id, nearest)]


def _kept_photos(session: Session, operation_id: int) -> _Photos:
    # Two databases in one process (tests) must not share their hashes.
    kept = _photos.setdefault(_place(session, operation_id), _Photos())
    kept.fill(session, operation_id)
    return kept


def _kept_videos(session: Session, operation_id: int) -> _Videos:
    kept = _videos.setdefault(_place(session, operation_id), _Videos())
    kept.fill(session, operation_id)
    return kept


def near_videos(session: Session, operation_id: int, media_id: UUID) -> tuple[list[NearMedium], list[Pair]]:
    """The videos of an operation that are copies of this one or of a part of it, or of which it is a part, in whichever
    of eight positions; and pairs that share frames and are no copies, some of which may have been before."""
    kept = _kept_videos(session, operation_id)
    turns = _turns(session, media_id)
    if not turns.size:
        return [], []
    pairs = _pairs(kept, turns, media_id)
    common = _common(kept, turns.shape[1], pairs)
    found: dict[UUID, Likeness] = {}
    for (video, turn), pair in pairs.items():
        others = pair.other & _of(kept, turns[turn][common], video) if common.any() else None
        like = likeness(pair, common=common, common_other=others)
        best = found.get(kept.ids[video])
        if like is not None and (best is None or like.percent > best.percent):
            found[kept.ids[video]] = like
    unlike = [(media_id, kept.ids[video]) for video, _ in pairs if kept.ids[video] not in found]
    return _as_they_lie(session, media_id, found), unlike + _doubted(session, kept, turns, common, pairs)


def show_the_same(session: Session, media: Collection[UUID], others: Collection[UUID]) -> set[Pair]:
    """Of media and others, the pairs that show the same, wherever they lie: the same bytes, photos that look alike, and
    what stands as a near copy. Few are asked of."""
    asked = {"media": list(media), "others": list(others)}
    pairs = {(row.one, row.other) for row in session.execute(SQL["alike"], asked)}
    both = {"media": [*media, *others], "quality": MIN_QUALITY}
    photos = {row.id: row for row in session.execute(SQL["hashes"], both)}
    many = [(each, pdq) for each in media if (row := photos.get(each)) for pdq in (row.pdq, *row.pdq_inner[:1])]
    if not many:
        return pairs
    rows = _rows(b"".join(pdq for _, pdq in many))
    for other in others:
        for own in (row.pdq, *row.pdq_turned, *row.pdq_inner) if (row := photos.get(other)) else ():
            pairs |= {(many[place][0], other) for place in np.flatnonzero(distances(own, rows) <= MATCH_DISTANCE)}
    return pairs


def _pairs(kept: _Videos, turns: Hashes, media_id: UUID) -> dict[tuple[int, int], Matched]:
    """By video with which this one shares a frame, and by position: what they have in common."""
    count = turns.shape[1]
    hits = kept.index.near(turns.reshape(-1, HASH_BYTES), MATCH_DISTANCE)
    own_scenes = scenes(turns[0])
    places: dict[tuple[int, int], list[int]] = defaultdict(list)
    for hit, (asked, place) in enumerate(zip(hits.asked.tolist(), hits.place.tolist(), strict=True)):
        places[int(kept.owners[place]), asked // count].append(hit)
    pairs = {}
    for (video, turn), mine in places.items():
        if kept.ids[video] == media_id:
            continue
        own, other = hits.asked[mine] % count, hits.place[mine] - kept.begins[video]
        bits = np.full(count, 8 * HASH_BYTES, np.int64)
        np.minimum.at(bits, own, hits.bits[mine])
        of_other = np.zeros(kept.begins[video + 1] - kept.begins[video], np.bool_)
        of_other[other] = True
        is_own = bits <= MATCH_DISTANCE
        pairs[video, turn] = Matched(is_own, of_other, own_scenes, kept.scenes[video], bits[is_own])
    return pairs


def _common(kept: _Videos, count: int, pairs: dict[tuple[int, int], Matched]) -> Bools:
    """Which frames of a video many others hold that are no copies of each other."""
    turn_of: dict[int, set[int]] = defaultdict(set)
    holders: list[list[int]] = [[] for _ in range(count)]
    for (video, turn), pair in pairs.items():
        turn_of[video].add(turn)
        for frame in np.flatnonzero(pair.own).tolist():
            if video not in holders[frame][-1:]:
                holders[frame].append(video)

    def are_copies(one: int, other: int) -> bool:
        # Frames are kept as they are: two videos that are turned against each other are taken for copies.
        return not turn_of[one] & turn_of[other] or kept.are_copies(one, other)

    return frames_of_many(holders, are_copies)


def _doubted(
    session: Session, kept: _Videos, turns: Hashes, common: Bools, pairs: dict[tuple[int, int], Matched]
) -> list[Pair]:
    """Of the videos that hold frames which many hold: the pairs that stand as near copies, and would not without these
    frames."""
    holders = {kept.ids[video]: (video, turn) for (video, turn), pair in pairs.items() if (pair.own & common).any()}
    if not holders:
        return []
    doubted = []
    for row in session.execute(SQL["joined"], {"media": list(holders)}):
        (one, turn), (other, other_turn) = holders[row.one], holders[row.other]
        positions = kept.frames(one)[None] if turn == other_turn else _turns(session, row.one)
        common_of = [_of(kept, turns[of][common], each) for each, of in ((one, turn), (other, other_turn))]
        likes = [
            likeness(
                matched(frames, kept.frames(other), kept.scenes[one], kept.scenes[other]),
                common=common_of[0],
                common_other=common_of[1],
            )
            for frames in positions
        ]
        if not any(likes):
            doubted.append((row.one, row.other))
    return doubted


def _turns(session: Session, media_id: UUID) -> Hashes:
    """The frames of a video in all positions, (8, N, 32)."""
    rows = session.execute(SQL["own_frames"], {"media": media_id}).all()
    return (
        np.stack([_rows(row.pdq + row.turned) for row in rows], axis=1)
        if rows
        else np.zeros((8, 0, HASH_BYTES), np.uint8)
    )


def _of(kept: _Videos, frames: Hashes, video: int) -> Bools:
    """Which frames of a kept video match one of these."""
    theirs = kept.frames(video)
    nothing = np.zeros(len(frames), np.int64)
    return matched(frames, theirs, nothing, kept.scenes[video]).other


def _as_they_lie(session: Session, media_id: UUID, found: dict[UUID, Likeness]) -> list[NearMedium]:
    """What was found, with where it lies now, the nearest first."""
    others = [each for each in found if each != media_id]
    rows = session.execute(SQL["lying"], {"media": others}).all() if others else []
    near = [
        NearMedium(row.id, row.compartment_id, row.agency_id, row.sha256, found[row.id].bits, found[row.id].percent)
        for row in rows
    ]
    return sorted(near, key=lambda each: (each.distance, each.id))


def _photo(near: NearMedium) -> NearMedium:
    return NearMedium(near.id, near.compartment_id, near.agency_id, near.sha256, near.distance)


def _place(session: Session, operation_id: int) -> tuple[str, int]:
    return str(session.get_bind().engine.url), operation_id


def _rows(hashes: bytes) -> Hashes:
    return np.frombuffer(hashes, np.uint8).reshape(-1, HASH_BYTES)
