"""Looks at a medium again when no other work waits: photos in tiles of full size, and in all four orientations where
nobody stands upright in them; of videos, of animations and of videos inside photos a frame a shot, and one each five
seconds, in the same way.

What was found, drawn or taken away before stays as it is; a poor face that nobody said anything of is described anew
where it is seen better. Everything is computed before the one write.
"""

from __future__ import annotations

import time
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from workers.films import inside
from workers.persons import (
    NOBODY,
    Nearby,
    Sighting,
    crops_of,
    cut_out,
    face_row,
    give_to_persons,
    look_for_persons,
    sighting,
)
from workers.tools import Effects, WorkerTools
from workspace.analysis.derivatives import shrunk
from workspace.analysis.faces import FoundFace
from workspace.analysis.sandbox.client import DecodedPicture, DecodedVideo
from workspace.analysis.sandbox.limits import MAX_FRAME_SIDE
from workspace.analysis.sweep import SWEEP, UPRIGHT_DEG, KnownFace, sweep_picture
from workspace.analysis.tracks import SURE_COSINE
from workspace.commands.readings import FoundFaceRow, FoundTrackRow
from workspace.commands.sweeps import SweptMedium, begin_sweep, record_sweep
from workspace.errors import Refused
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import rows_as, statements
from workspace.rules.boxes import shares_of
from workspace.store.keys import OperationKey

SQL = statements(__file__)

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

PHOTO_S = 20.0
"""Processor time for the pictures of one photo's file, without their decoding: four orientations of 16 megapixels take
a third of it (benchmarks/sweep.py)."""
VIDEO_S = 120.0
"""The same for a video."""
VIDEO_ENDS_S = 600.0
"""By the clock, for frames that are hard to reach."""
EVERY_S = 5.0
"""Between two frames of one shot of a video."""
MOST_MOMENTS = 120
"""Frames of a video: of a longer one they stand further apart. Where some are left, moments at which its coder saw the
scene change are looked at too: what was shown between two samples."""
SAME_S = 0.05
"""Two pictures of a video that stand so near are one."""


@dataclass(frozen=True)
class _Subject:
    """What is to be looked at again. cuts_s: where the shots of a video begin."""

    id: UUID
    operation_id: int
    compartment_id: int
    country: str
    kind: str
    address: str
    duration_s: float | None
    cuts_s: list[float]


@dataclass(frozen=True)
class _Standing:
    """A box that stands in a medium. box: in shares of the picture's sides; drawn_box: of a drawn one that waits."""

    id: UUID
    part: int
    at_s: float | None
    start_s: float | None
    end_s: float | None
    person_id: UUID | None
    roll_deg: float
    quality: float
    is_poor: bool
    is_drawn: bool
    is_taken: bool
    box: list[float] | None
    drawn_box: dict[str, str] | None

    @property
    def is_weak(self) -> bool:
        """Whether a better sight of it counts: it is a photo's, poor and nobody's, and nobody said anything of it."""
        return self.at_s is None and self.is_poor and self.person_id is None and not self.is_drawn and not self.is_taken

    def in_picture(self, width: int, height: int) -> KnownFace:
        """The box in the pixels of a picture."""
        left, top, wide, high = (share / 100 for share in shares_of(self.drawn_box or {}) or (0.0, 0.0, 0.0, 0.0))
        shares = self.box or [left, top, left + wide, top + high]
        return KnownFace(
            np.array(shares, np.float32) * np.array([width, height] * 2, np.float32),
            is_upright=not self.is_poor and not self.is_taken and abs(self.roll_deg) <= UPRIGHT_DEG,
            is_weak=self.is_weak,
            is_none=self.is_taken,
        )


@dataclass
class _Found:
    """What a sweep found so far. cuts_s: where the shots of what moves begin; is_whole: all of the medium was looked
    at, in its own size; unseen: what of a photo cannot be (`limits.UNSEEN`)."""

    sightings: list[Sighting] = field(default_factory=list)
    tracks: list[FoundTrackRow] = field(default_factory=list)
    cuts_s: list[float] = field(default_factory=list)
    is_whole: bool = True
    unseen: set[str] = field(default_factory=set)


def sweep_photo(tools: WorkerTools, job: Taken) -> Effects:
    """Look at a photo again. Job `sweep_photo`, subject media item."""
    return _sweep(tools, job)


def sweep_video(tools: WorkerTools, job: Taken) -> Effects:
    """Look at frames of a video again. Job `sweep_video`, subject media item."""
    return _sweep(tools, job)


def give_up_sweep(tx: Tx, job: Taken) -> None:
    """Say of a medium on which every attempt ended that it was not looked at as a whole."""
    _write(tx, job.subject_id, _Found(is_whole=False), NOBODY)


def _sweep(tools: WorkerTools, job: Taken) -> Effects:
    with tools.db.read(tools.service_id) as view:
        row = view.session.execute(SQL["subject"], {"media": job.subject_id}).one_or_none()
        if row is None:
            return lambda tx: None
        subject = _Subject(**row._mapping)
        standing = _standing(view.session, subject.id)
        key = tools.key(view.session, subject.operation_id)
    found = _Found()
    look = _look_at_photo if subject.kind == "photo" else _look_at_video
    try:
        with tools.store.memfd(subject.address, key) as descriptor:
            look(tools, subject, key, descriptor, standing, found)
    except Refused:
        found.is_whole = False
    with tools.db.read(tools.service_id) as view:
        nearby = look_for_persons(view.session, subject.compartment_id, found.sightings)
    return lambda tx: _write(tx, subject.id, found, nearby)


def _standing(session: Session, media_id: UUID) -> list[_Standing]:
    return rows_as(_Standing, session.execute(SQL["standing"], {"media": media_id}))


def _look_at_photo(
    tools: WorkerTools,
    subject: _Subject,
    key: OperationKey,
    descriptor: int,
    standing: Sequence[_Standing],
    found: _Found,
) -> None:
    """Every picture of a photo's file, and what moves in it. Raises Refused where a picture cannot be decoded."""
    until_s, part, pictures = time.thread_time() + PHOTO_S, 1, 1
    while part <= pictures and found.is_whole:
        decoded = tools.decoder.picture(descriptor, part, whole=True)
        tools.steps += 1
        height, width = decoded.pixels.shape[:2]
        known = [one.in_picture(width, height) for one in standing if one.part == part and one.at_s is None]
        swept = sweep_picture(tools.engine, decoded.pixels, known, until_s)
        found.sightings += [_sighted(tools, key, decoded.pixels, face, part=part) for face in swept.faces]
        pictures = decoded.pictures
        found.unseen.update(decoded.unseen)
        found.is_whole = swept.is_whole and decoded.width <= width and not decoded.unseen
        if part == 1:
            first = decoded
        part += 1
    _look_at_moving(tools, key, descriptor, first, standing, found)


def _look_at_video(
    tools: WorkerTools,
    subject: _Subject,
    key: OperationKey,
    descriptor: int,
    standing: Sequence[_Standing],
    found: _Found,
) -> None:
    """Some frames of a video in full. What the first look finds in such a frame it finds in its samples too."""
    film = _film_of(tools, descriptor, subject.duration_s or 0.0, subject.cuts_s)
    _look_at_film(tools, key, film, standing, found)


def _look_at_moving(
    tools: WorkerTools,
    key: OperationKey,
    descriptor: int,
    decoded: DecodedPicture,
    standing: Sequence[_Standing],
    found: _Found,
) -> None:
    """A photo that moves, and a video inside a photo, as the videos that they are. One that cannot be read any more
    costs the rest of the photo nothing."""
    if decoded.moves:
        with _in_part(found):
            seen = _seen(tools, tools.decoder.animation(descriptor), found)
            film = _film_of(tools, descriptor, seen.duration_s, seen.cuts, moving=True)
            _look_at_film(tools, key, film, standing, found)
    if decoded.video is not None:
        with _in_part(found), inside(descriptor, *decoded.video) as video:
            seen = _seen(tools, tools.decoder.video(video), found)
            _look_at_film(tools, key, _film_of(tools, video, seen.duration_s, seen.cuts), standing, found)


def _seen(tools: WorkerTools, video: DecodedVideo, found: _Found) -> DecodedVideo:
    """A video with all its cuts, which are known once its samples are read."""
    for _ in video.frames:
        tools.steps += 1
    found.is_whole = found.is_whole and video.complete
    return video


@contextmanager
def _in_part(found: _Found) -> Iterator[None]:
    try:
        yield
    except Refused:
        found.is_whole = False


@dataclass(frozen=True)
class _Film:
    """What moves. frames: for each moment that is looked at the shot, the second, and the picture or None; a shot of
    its own, below 0, is a moment at which the coder saw the scene change, which may stand between two samples of the
    first look; cuts_s: where its shots begin; is_whole: they are as many as they should be."""

    frames: Iterator[tuple[int, float, Pixels | None]]
    cuts_s: list[float]
    is_whole: bool


def _film_of(
    tools: WorkerTools, descriptor: int, duration_s: float, cuts_s: Sequence[float], *, moving: bool = False
) -> _Film:
    """A video's frames, each decoded in full when it is asked for."""
    moments = moments_of(duration_s, cuts_s)

    def frames() -> Iterator[tuple[int, float, Pixels | None]]:
        asked, scenes_ms = _some(moments), tuple[int, ...]()
        for shot, at_s in asked:
            try:
                one = tools.decoder.still(descriptor, round(at_s * 1000), moving=moving)
            except Refused:
                yield shot, at_s, None
            else:
                scenes_ms = one.scenes_ms
                yield shot, at_s, one.pixels
        for number, at_ms in enumerate(scenes_ms[: MOST_MOMENTS - len(asked)], start=1):
            with suppress(Refused):
                yield -number, at_ms / 1000, tools.decoder.still(descriptor, at_ms, moving=moving).pixels

    return _Film(frames(), list(cuts_s), len(moments) <= MOST_MOMENTS)


def _look_at_film(
    tools: WorkerTools, key: OperationKey, film: _Film, standing: Sequence[_Standing], found: _Found
) -> None:
    until_s, ends_s = time.thread_time() + VIDEO_S, time.monotonic() + VIDEO_ENDS_S
    found.is_whole = found.is_whole and film.is_whole
    found.cuts_s = film.cuts_s
    for number, shot in groupby(film.frames, key=lambda frame: frame[0]):
        seen: list[tuple[FoundFace, float, FoundFaceRow]] = []
        for _, at_s, pixels in shot:
            if time.thread_time() > until_s or time.monotonic() > ends_s:
                if number < 0:
                    return
                found.is_whole = False
                break
            tools.steps += 1
            if pixels is None:
                found.is_whole = False
                continue
            height, width = pixels.shape[:2]
            near = [one for one in standing if _is_near(one, at_s, film.cuts_s)]
            if number < 0:
                near = [one for one in near if one.at_s is not None and abs(one.at_s - at_s) <= SAME_S]
            known = [] if number < 0 else _seen_in_sample(tools, pixels)
            known += [one.in_picture(width, height) for one in near]
            swept = sweep_picture(tools.engine, pixels, known, until_s)
            seen += [(face, at_s, _row(tools, key, pixels, face, at_s=at_s)) for face in swept.faces]
        _into_tracks(seen, found)


def moments_of(duration_s: float, cuts_s: Sequence[float]) -> list[tuple[int, float]]:
    """When a video is looked at, each with the number of its shot: in the middle of a shot, or of each five seconds of
    one."""
    edges = [0.0, *sorted(cut for cut in cuts_s if 0 < cut < duration_s), max(duration_s, 0.0)]
    found = []
    for shot, (begin, end) in enumerate(pairwise(edges)):
        pieces = max(1, int(np.ceil((end - begin) / EVERY_S)))
        found += [(shot, begin + (end - begin) * (piece + 0.5) / pieces) for piece in range(pieces)]
    return found


def _some(moments: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most MOST_MOMENTS of them, spread evenly."""
    if len(moments) <= MOST_MOMENTS:
        return list(moments)
    return [moments[int(place)] for place in np.linspace(0, len(moments) - 1, MOST_MOMENTS)]


def _is_near(one: _Standing, at_s: float, cuts_s: Sequence[float]) -> bool:
    """Whether a face of a video was seen so shortly before or after, in the same shot, that it is in the same place."""
    if one.at_s is None or abs(one.at_s - at_s) > EVERY_S / 2:
        return False
    return bisect(cuts_s, one.at_s) == bisect(cuts_s, at_s)


def _seen_in_sample(tools: WorkerTools, pixels: Pixels) -> list[KnownFace]:
    """What the first look finds in a frame, which it saw in the size of a sample: what it would find in a larger one
    stands nowhere."""
    small = shrunk(pixels, MAX_FRAME_SIDE)
    scale = pixels.shape[1] / small.shape[1]
    return [_as_known(face, scale) for face in tools.engine.find(small, is_frame=True)]


def _as_known(face: FoundFace, scale: float) -> KnownFace:
    is_poor = face.quality.words == "poor"
    return KnownFace(face.box * np.float32(scale), is_upright=not is_poor and abs(face.quality.roll_deg) <= UPRIGHT_DEG)


def _into_tracks(seen: Sequence[tuple[FoundFace, float, FoundFaceRow]], found: _Found) -> None:
    """The faces of one shot: those of one person become one track. seen: in the order of time."""
    groups: list[list[tuple[FoundFace, float, FoundFaceRow]]] = []
    for one in seen:
        for group in groups:
            if group[-1][1] < one[1] and float(group[-1][0].embedding @ one[0].embedding) >= SURE_COSINE:
                group.append(one)
                break
        else:
            groups.append([one])
    for group in groups:
        track = FoundTrackRow(uuid4(), group[0][1], group[-1][1], len(group))
        best = sorted(group, key=lambda one: -one[0].quality.score)[:3]
        found.tracks.append(track)
        rows = [replace(row, track_id=track.id) for _, _, row in best]
        found.sightings.append(sighting(rows, [face for face, _, _ in best], from_s=track.start_s, to_s=track.end_s))


def _sighted(tools: WorkerTools, key: OperationKey, pixels: Pixels, face: FoundFace, *, part: int) -> Sighting:
    return sighting([replace(_row(tools, key, pixels, face), part=part)], [face], view=-part)


def _row(
    tools: WorkerTools, key: OperationKey, pixels: Pixels, face: FoundFace, *, at_s: float | None = None
) -> FoundFaceRow:
    crops = crops_of(face, cut_out(face, pixels))
    return face_row(face, crops, pack=tools.engine.pack, store=tools.store, key=key, at_s=at_s)


def _write(tx: Tx, media_id: UUID, found: _Found, nearby: Nearby) -> None:
    """Everything that a sweep found and that does not stand by now, in one write."""
    medium = begin_sweep(tx, media_id)
    if medium is None:
        return
    standing = _standing(tx.session, media_id)
    new, seen_better = list[Sighting](), set[UUID]()
    for one in found.sightings:
        stands = _stands_as(one.faces[0], standing, found.cuts_s)
        if stands is None:
            new.append(one)
        elif stands.is_weak and len(one.vectors) and stands.id not in seen_better:
            seen_better.add(stands.id)
            new.append(replace(one, faces=(replace(one.faces[0], id=stands.id),)))
    rows = _given(tx, medium, new, standing, nearby)
    known, kept = {each.id for each in standing}, {row.track_id for row in rows}
    record_sweep(
        tx,
        medium,
        faces=[row for row in rows if row.id not in known],
        bettered=[row for row in rows if row.id in known],
        tracks=[track for track in found.tracks if track.id in kept],
        method=SWEEP,
        is_whole=found.is_whole,
        unseen=found.unseen,
    )


def _stands_as(face: FoundFaceRow, standing: Sequence[_Standing], cuts_s: Sequence[float]) -> _Standing | None:
    """The box that stands where a face was found; a weak one last."""
    box = np.array(face.box, np.float32)
    there = [
        one
        for one in standing
        if (one.part == face.part and one.at_s is None if face.at_s is None else _is_near(one, face.at_s, cuts_s))
        and one.in_picture(face.frame_width, face.frame_height).holds(box)
    ]
    return min(there, key=lambda one: one.is_weak, default=None)


def _given(
    tx: Tx, medium: SweptMedium, new: Sequence[Sighting], standing: Sequence[_Standing], nearby: Nearby
) -> list[FoundFaceRow]:
    """The rows of sightings with whose they are: nobody who is seen beside them. Those of one picture are given
    together, those of a video one by one."""
    pictures: dict[object, list[Sighting]] = defaultdict(list)
    for number, one in enumerate(new):
        pictures[(one.view,) if one.faces[0].at_s is None else number].append(one)
    given: list[tuple[Sighting, list[FoundFaceRow]]] = []
    for together in pictures.values():
        first = together[0]
        beside = {each.person_id for each in standing if each.person_id and _is_beside(each, first)}
        for other, rows in given:
            beside |= {row.person_id for row in rows if row.person_id and other.together_with(first)}
        rows = give_to_persons(
            tx, medium.operation_id, medium.compartment_id, together, nearby, elsewhere=frozenset(beside)
        )
        given.append((first, rows))
    return [row for _, rows in given for row in rows]


def _is_beside(each: _Standing, one: Sighting) -> bool:
    """Whether a standing face is seen in the picture of a sighting, or while it is."""
    if one.faces[0].at_s is None:
        return each.at_s is None and each.part == one.faces[0].part
    return each.at_s is not None and (each.start_s or 0.0) <= one.to_s and one.from_s <= (each.end_s or 0.0)
