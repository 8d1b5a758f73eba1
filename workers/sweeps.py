"""Looks at a medium again when no other work waits: photos in tiles of full size, and in all four orientations where
nobody stands upright in them; of videos a frame a shot, and one each five seconds, in the same way.

What was found, drawn or taken away before stays as it is; a poor face that nobody said anything of is described anew
where it is seen better. Everything is computed before the one write.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from workers.persons import (
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
from workspace.analysis.faces import FoundFace
from workspace.analysis.sweep import SWEEP, UPRIGHT_DEG, KnownFace, sweep_picture
from workspace.analysis.tracks import SURE_COSINE
from workspace.commands.readings import FoundFaceRow, FoundTrackRow
from workspace.commands.sweeps import SweptMedium, begin_sweep, record_sweep
from workspace.errors import Refused
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import rows_as, statements
from workspace.rules.regions import shares_of
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
"""Frames of a video: of a longer one they stand further apart."""


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
    """A box that stands in a medium. box: in shares of the picture's sides; region: of a drawn one that waits."""

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
    region: dict[str, str] | None

    @property
    def is_weak(self) -> bool:
        """Whether a better sight of it counts: it is a photo's, poor and nobody's, and nobody said anything of it."""
        return self.at_s is None and self.is_poor and self.person_id is None and not self.is_drawn and not self.is_taken

    def in_picture(self, width: int, height: int) -> KnownFace:
        """The box in the pixels of a picture."""
        left, top, wide, high = (share / 100 for share in shares_of(self.region or {}) or (0.0, 0.0, 0.0, 0.0))
        shares = self.box or [left, top, left + wide, top + high]
        return KnownFace(
            np.array(shares, np.float32) * np.array([width, height] * 2, np.float32),
            is_upright=not self.is_poor and not self.is_taken and abs(self.roll_deg) <= UPRIGHT_DEG,
            is_weak=self.is_weak,
            is_none=self.is_taken,
        )


@dataclass
class _Found:
    """What a sweep found so far. is_whole: all of the medium was looked at, in its own size."""

    sightings: list[Sighting] = field(default_factory=list)
    tracks: list[FoundTrackRow] = field(default_factory=list)
    is_whole: bool = True


def sweep_photo(tools: WorkerTools, job: Taken) -> Effects:
    """Look at a photo again. Job `sweep_photo`, subject media item."""
    return _sweep(tools, job)


def sweep_video(tools: WorkerTools, job: Taken) -> Effects:
    """Look at frames of a video again. Job `sweep_video`, subject media item."""
    return _sweep(tools, job)


def give_up_sweep(tx: Tx, job: Taken) -> None:
    """Say of a medium on which every attempt ended that it was not looked at as a whole."""
    _write(tx, job.subject_id, _Found(is_whole=False), Nearby((), 0))


def _sweep(tools: WorkerTools, job: Taken) -> Effects:
    with tools.db.read(tools.service_id) as view:
        row = view.session.execute(SQL["subject"], {"media": job.subject_id}).one_or_none()
        if row is None:
            return lambda tx: None
        subject = _Subject(**row._mapping)
        standing = _standing(view.session, subject.id)
        key = tools.key(view.session, subject.operation_id)
    found = _Found()
    descriptor = tools.store.open_memfd(subject.address, key)
    try:
        look = _look_at_photo if subject.kind == "photo" else _look_at_video
        look(tools, subject, key, descriptor, standing, found)
    except Refused:
        found.is_whole = False
    finally:
        os.close(descriptor)
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
    """Every picture of a photo's file. Raises Refused where one cannot be decoded."""
    until_s, part, pictures = time.thread_time() + PHOTO_S, 1, 1
    while part <= pictures and found.is_whole:
        decoded = tools.decoder.picture(descriptor, part, whole=True)
        tools.steps += 1
        height, width = decoded.pixels.shape[:2]
        known = [one.in_picture(width, height) for one in standing if one.part == part and one.at_s is None]
        swept = sweep_picture(tools.engine, decoded.pixels, known, until_s)
        found.sightings += [_sighted(tools, key, decoded.pixels, face, part=part) for face in swept.faces]
        pictures = decoded.pictures
        is_full = decoded.width <= width and not decoded.moves and decoded.video is None
        found.is_whole = swept.is_whole and is_full and not decoded.unseen
        part += 1


def _look_at_video(
    tools: WorkerTools,
    subject: _Subject,
    key: OperationKey,
    descriptor: int,
    standing: Sequence[_Standing],
    found: _Found,
) -> None:
    """Some frames of a video in full. What the first look finds in such a frame it finds in its samples too."""
    until_s, ends_s = time.thread_time() + VIDEO_S, time.monotonic() + VIDEO_ENDS_S
    moments = moments_of(subject.duration_s or 0.0, subject.cuts_s)
    found.is_whole = len(moments) <= MOST_MOMENTS
    for _, shot in groupby(_some(moments), key=lambda moment: moment[0]):
        seen: list[tuple[FoundFace, float, FoundFaceRow]] = []
        for _, at_s in shot:
            if time.thread_time() > until_s or time.monotonic() > ends_s:
                found.is_whole = False
                break
            tools.steps += 1
            try:
                pixels = tools.decoder.still(descriptor, round(at_s * 1000)).pixels
            except Refused:
                found.is_whole = False
                continue
            height, width = pixels.shape[:2]
            known = [_as_known(face) for face in tools.engine.find(pixels, is_frame=True)]
            known += [one.in_picture(width, height) for one in standing if _is_near(one, at_s)]
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


def _is_near(one: _Standing, at_s: float) -> bool:
    """Whether a face of a video was seen so shortly before or after that it is in the same place."""
    return one.at_s is not None and abs(one.at_s - at_s) <= EVERY_S / 2


def _as_known(face: FoundFace) -> KnownFace:
    is_poor = face.quality.words == "poor"
    return KnownFace(face.box, is_upright=not is_poor and abs(face.quality.roll_deg) <= UPRIGHT_DEG)


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
        stands = _stands_as(one.faces[0], standing)
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
    )


def _stands_as(face: FoundFaceRow, standing: Sequence[_Standing]) -> _Standing | None:
    """The box that stands where a face was found; a weak one last."""
    box = np.array(face.box, np.float32)
    there = [
        one
        for one in standing
        if (one.part == face.part and one.at_s is None if face.at_s is None else _is_near(one, face.at_s))
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
    return (each.start_s or 0.0) <= one.to_s and one.from_s <= (each.end_s or 0.0)
