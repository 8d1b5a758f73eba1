"""Reads a medium: decodes it in the sandbox, makes the clean pictures, finds faces, and gives them to persons.

Only clean derivatives leave this step; nothing after it sees the original's bytes. Everything is computed before the
one write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import TypedDict
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from workers.archives import open_archive
from workers.boxes import without_said
from workers.films import inside, strip_values
from workers.frames import FrameHasher
from workers.persons import (
    NOBODY,
    Crops,
    Cutting,
    Nearby,
    Sighting,
    crops_of,
    cut_out,
    face_row,
    give_to_persons,
    look_for_persons,
    sighting,
    sure_of,
)
from workers.tools import Effects, WorkerTools
from workspace.analysis.derivatives import encode_derivative, grey, shrunk
from workspace.analysis.faces import MAX_INPUT_PX, FoundFace
from workspace.analysis.near_duplicates import hashes_inside, pdq_in_all_turns
from workspace.analysis.places import country_of
from workspace.analysis.proxies import StripMaker
from workspace.analysis.sandbox.answers import CameraFacts
from workspace.analysis.sandbox.client import DecodedVideo
from workspace.analysis.sandbox.limits import NARROW_FROM
from workspace.analysis.sandbox.moments import fault_of, is_plausible
from workspace.analysis.tracks import FrameFaces, TrackJoiner
from workspace.commands.films import record_strip
from workspace.commands.frames import FoundFrame, record_frames
from workspace.commands.guard import lets_compare
from workspace.commands.readings import FoundPicture, FoundTrackRow, record_reading, refuse_media
from workspace.errors import Refused
from workspace.model import jobs
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.rules.clocks import USABLE, Clock, clock_of
from workspace.store.keys import OperationKey

SQL = statements(__file__)

Pixels = npt.NDArray[np.uint8]

PREVIEW_PX, PREVIEW_QUALITY = MAX_INPUT_PX, 80
"""A preview is what the detector sees: the picture is shrunk once."""
LONGEST_WEBP_PX = 16_383
"""The format's own limit."""
VEIL_PX, VEIL_QUALITY = 10, 60
"""The whole picture on 10 grey pixels, so that nothing distressing can be made out of it."""
FACES_PER_TRACK = 3
"""How many faces of a track are kept: the best ones, from which the others differ little."""
CUTTINGS_BYTES = 64 << 20
"""How many bytes of a video's faces may wait unencoded: most are replaced by better ones of their track before they are
needed."""


@dataclass(frozen=True)
class _Subject:
    """What is to be read, and whether its country lets faces be looked for."""

    id: UUID
    operation_id: int
    compartment_id: int
    kind: str
    media_type: str
    size_bytes: int
    address: str
    state: str
    received_at: datetime
    register_entry_id: UUID | None
    country: str
    faces_allowed: bool


class _Place(TypedDict):
    latitude: float | None
    longitude: float | None
    place_country: str | None


@dataclass(frozen=True)
class _Read:
    """What came out of a medium."""

    picture: FoundPicture
    tracks: tuple[FoundTrackRow, ...]
    sightings: tuple[Sighting, ...]
    strip: dict[str, object] | None = None
    frames: tuple[FoundFrame, ...] = ()


def read_media(tools: WorkerTools, job: Taken) -> Effects:
    """Read a medium. Job `read_media`, subject media item."""
    with tools.db.read(tools.service_id) as view:
        subject = _subject(view.session, job.subject_id)
        if subject is None or subject.state != "waiting":
            return lambda tx: None
        key = tools.key(view.session, subject.operation_id)
    if subject.kind == "archive":
        return open_archive(tools, subject.id, subject.address, subject.media_type, subject.size_bytes, key)
    read = _read_photo if subject.kind == "photo" else _read_video
    try:
        with tools.store.memfd(subject.address, key) as descriptor:
            content = read(tools, subject, key, descriptor)
    except Refused as refusal:
        reason = str(refusal.facts["reason"])
        return lambda tx: refuse_media(tx, subject.id, reason=reason)
    nearby = _nearby(tools, subject, content)
    return lambda tx: _write(tx, subject, content, nearby)


def _nearby(tools: WorkerTools, subject: _Subject, content: _Read) -> Nearby:
    if not sure_of(content.sightings):
        return NOBODY
    with tools.db.read(tools.service_id) as view:
        return look_for_persons(view.session, subject.compartment_id, content.sightings)


def give_up_reading(tx: Tx, job: Taken) -> None:
    """Refuse a medium on which every attempt ended, so that the intake report adds up and nobody waits for it."""
    refuse_media(tx, job.subject_id, reason="not_readable")


def _subject(session: Session, media_id: UUID) -> _Subject | None:
    row = session.execute(SQL["subject"], {"media": media_id}).one_or_none()
    return _Subject(**row._mapping) if row is not None else None


def _write(tx: Tx, subject: _Subject, content: _Read, nearby: Nearby) -> None:
    """Everything a medium gave, in one write, and what is to be matched next.

    Where the country has changed its mind meanwhile nothing is written: the medium waits, and is read anew.
    """
    if lets_compare(tx, subject.operation_id, subject.country) != subject.faces_allowed:
        return
    if content.sightings:
        content = replace(content, sightings=without_said(tx, subject.id, content.sightings))
    if subject.register_entry_id is not None:
        faces = [face for one in content.sightings for face in one.faces]
    else:
        several = len(sure_of(content.sightings)) > 1
        may_join = several and not tx.session.execute(SQL["said_to_be_two"], {"media": subject.id}).scalar_one()
        faces = give_to_persons(
            tx, subject.operation_id, subject.compartment_id, content.sightings, nearby, may_join=may_join
        )
    record_reading(
        tx, subject.id, picture=content.picture, tracks=content.tracks, faces=faces, faces_sought=subject.faces_allowed
    )
    if content.strip is not None:
        record_strip(tx, subject.id, content.strip)
    if subject.kind == "video":
        record_frames(tx, subject.id, content.frames)
    if subject.register_entry_id is None:
        jobs.want(tx, "match_media", subject.id, subject.operation_id)
    elif faces:
        jobs.want(tx, "match_entry", subject.register_entry_id, subject.operation_id)


def _read_photo(tools: WorkerTools, subject: _Subject, key: OperationKey, descriptor: int) -> _Read:
    """Every picture of a photo's file; an animation as the video that it is; a video inside."""
    decoded = tools.decoder.picture(descriptor)
    unseen, tracks = set(decoded.unseen), tuple[FoundTrackRow, ...]()
    small = shrunk(decoded.pixels, PREVIEW_PX)
    sightings = _photographed(tools, subject, key, decoded.pixels, small, part=1)
    for part in range(2, decoded.pictures + 1):
        try:
            further = tools.decoder.picture(descriptor, part)
        except Refused:
            unseen.add("pictures")
            continue
        unseen.update(further.unseen)
        sightings += _photographed(tools, subject, key, further.pixels, shrunk(further.pixels, PREVIEW_PX), part=part)
    if decoded.moves:
        try:
            video, filmed, _ = _film(tools, subject, tools.decoder.animation(descriptor))
        except Refused:
            unseen.add("moments")
        else:
            unseen.update(video.unseen)
            tracks, seen = _tracks(tools, key, filmed)
            sightings += seen
    inner = _Inner() if decoded.video is None else _inner_video(tools, subject, key, descriptor, decoded.video)
    unseen |= inner.unseen
    size = (decoded.width, decoded.height)
    picture = _picture(tools, subject, key, decoded.pixels, small, size, None, decoded.camera, sorted(unseen))
    return _Read(
        replace(picture, inner_video_s=inner.duration_s),
        (*tracks, *inner.tracks),
        (*sightings, *inner.sightings),
        inner.strip,
    )


@dataclass(frozen=True)
class _Inner:
    """What came out of the video inside a photo; duration_s is None where it cannot be read, or there is none."""

    duration_s: float | None = None
    unseen: frozenset[str] = frozenset()
    tracks: tuple[FoundTrackRow, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    strip: dict[str, object] | None = None


def _inner_video(
    tools: WorkerTools, subject: _Subject, key: OperationKey, descriptor: int, place: tuple[int, int]
) -> _Inner:
    """Look for faces in the video that lies at this place of a photo's file."""
    try:
        with inside(descriptor, *place) as film:
            video, filmed, _ = _film(tools, subject, tools.decoder.video(film))
    except Refused:
        return _Inner(unseen=frozenset({"video"}))
    strip = None if subject.register_entry_id else filmed.strip.strip(video.cuts)
    return _Inner(
        video.duration_s,
        frozenset({"video"} if video.unseen else ()),
        *_tracks(tools, key, filmed),
        strip_values(tools.store, key, strip) if strip else None,
    )


def _photographed(
    tools: WorkerTools, subject: _Subject, key: OperationKey, pixels: Pixels, small: Pixels, *, part: int
) -> list[Sighting]:
    """The faces of one picture of a photo's file. small: it, shrunk; part: which one; two of them may show one
    person."""
    faces = tools.engine.find(pixels, small=small) if subject.faces_allowed else []
    rows = [
        face_row(face, crops_of(face, cut_out(face, pixels)), pack=tools.engine.pack, store=tools.store, key=key)
        for face in faces
    ]
    return [sighting([replace(row, part=part)], [face], view=-part) for row, face in zip(rows, faces, strict=True)]


def _read_video(tools: WorkerTools, subject: _Subject, key: OperationKey, descriptor: int) -> _Read:
    decoded, filmed, still = _film(tools, subject, tools.decoder.video(descriptor))
    size = (decoded.width, decoded.height)
    picture = _picture(tools, subject, key, still, still, size, decoded.duration_s, decoded.camera, decoded.unseen)
    strip = filmed.strip.strip(decoded.cuts)
    kept = strip_values(tools.store, key, strip) if strip else None
    return _Read(picture, *_tracks(tools, key, filmed), kept, tuple(filmed.frames.found()))


def _film(tools: WorkerTools, subject: _Subject, decoded: DecodedVideo) -> tuple[DecodedVideo, _Filmed, Pixels]:
    """Look for faces in a video's samples; also gives the sample in its middle. Raises Refused."""
    filmed = _Filmed()
    middle: tuple[float, Pixels] | None = None
    for time_s, pixels in decoded.frames:
        tools.steps += 1
        faces = tools.engine.find(pixels, is_frame=True) if subject.faces_allowed else []
        if decoded.track == 0:
            filmed.strip.add(time_s, pixels)
            if subject.kind == "video":
                filmed.frames.add(time_s, pixels)
        filmed.add(FrameFaces(time_s, faces), pixels, shots=len(decoded.cuts), view=decoded.track)
        away_s = abs(time_s - decoded.duration_s / 2)
        if middle is None or away_s < middle[0]:
            middle = (away_s, pixels)
    if middle is None:
        raise Refused("The video holds no picture that can be shown.", reason="empty_video")
    return decoded, filmed, middle[1]


def _tracks(
    tools: WorkerTools, key: OperationKey, filmed: _Filmed
) -> tuple[tuple[FoundTrackRow, ...], tuple[Sighting, ...]]:
    tracks, sightings = [], []
    for track in filmed.joiner.tracks():
        best = filmed.best[track.id]
        rows = [
            face_row(one.face, one.crops(), pack=tools.engine.pack, store=tools.store, key=key, at_s=one.time_s)
            for one in best
        ]
        tracks.append(FoundTrackRow(track.id, track.start_s, track.end_s, len(track.faces)))
        sightings.append(
            sighting(
                [replace(row, track_id=track.id) for row in rows],
                [one.face for one in best],
                from_s=track.start_s,
                to_s=track.end_s,
                view=filmed.views[track.id],
            )
        )
    return tuple(tracks), tuple(sightings)


def _picture(
    tools: WorkerTools,
    subject: _Subject,
    key: OperationKey,
    pixels: Pixels,
    small: Pixels,
    size: tuple[int, int],
    duration_s: float | None,
    camera: CameraFacts,
    unseen: Sequence[str],
) -> FoundPicture:
    """Store the clean pictures of a medium and say what it is. small: its picture, shrunk to `PREVIEW_PX`; size: of the
    original."""
    hashes, quality = pdq_in_all_turns(pixels)
    inner = hashes_inside(pixels) if subject.kind == "photo" else []
    captured_at, clock, claim = _taken(camera, subject)
    longest = _preview_side(pixels)
    shown = small if longest == PREVIEW_PX else pixels
    preview = encode_derivative(shown, longest_side=longest, quality=PREVIEW_QUALITY)
    veil = encode_derivative(grey(shrunk(small, VEIL_PX)), longest_side=VEIL_PX, quality=VEIL_QUALITY)
    return FoundPicture(
        width=size[0],
        height=size[1],
        duration_s=duration_s,
        unseen=list(unseen),
        pdq=hashes[0],
        pdq_turned=hashes[1:],
        pdq_quality=quality,
        pdq_inner=inner,
        # A lost derivative can be made again from the original, so that no sync to disk is worth its time.
        preview_address=tools.store.put_bytes(preview, key=key, durable=False).address,
        veil_address=tools.store.put_bytes(veil, key=key, durable=False).address,
        camera_make=camera.make,
        camera_model=camera.model,
        camera_serial=camera.serial,
        captured_at=captured_at,
        captured_subseconds=camera.subseconds if captured_at else None,
        clock=clock,
        clock_claim=claim,
        lens_make=camera.lens_make,
        lens_model=camera.lens,
        lens_serial=camera.lens_serial,
        software=camera.software,
        document=camera.document,
        original_document=camera.original_document,
        instance=camera.instance,
        **_place(camera),
    )


def _preview_side(pixels: Pixels) -> int:
    """The longest side of a preview; a long and narrow picture keeps a width on which people still see something."""
    height, width = pixels.shape[:2]
    narrow = max(1.0, max(height, width) / min(height, width) / NARROW_FROM)
    return min(int(PREVIEW_PX * narrow), LONGEST_WEBP_PX)


def _place(camera: CameraFacts) -> _Place:
    """The claimed place of a medium, with its country; half of a pair is none."""
    if camera.latitude is None or camera.longitude is None:
        return {"latitude": None, "longitude": None, "place_country": None}
    country = country_of(camera.latitude, camera.longitude)
    return {"latitude": camera.latitude, "longitude": camera.longitude, "place_country": country}


def _taken(camera: CameraFacts, subject: _Subject) -> tuple[str | None, Clock, str | None]:
    """The claimed time of a medium, unless it cannot be true of what was received then; what is known of it; and, where
    a stated time cannot be true, that time as the file writes it."""
    stated = f"{camera.captured_at}{camera.offset or ''}" if camera.captured_at else None
    kept, clock, claim = stated, "missing" if stated is None else _clock(stated, camera, subject), stated
    if clock not in USABLE:
        kept = None
    refused = camera.clock_claim and fault_of(camera.clock_claim, until=subject.received_at)
    if refused:  # what stands first in the file
        clock, claim = refused, camera.clock_claim
    return kept, clock, None if clock in USABLE else claim


def _clock(stated: str, camera: CameraFacts, subject: _Subject) -> Clock:
    fault = fault_of(stated, until=subject.received_at)
    if fault is not None or not is_plausible(camera.captured_at, camera.offset, until=subject.received_at):
        return fault or "unreadable"
    return clock_of(int(stated[:4]), make=camera.make, model=camera.model, media_type=subject.media_type)


@dataclass(eq=False)
class _Seen:
    """A face of one frame with its clean pictures, which are made when they are asked for."""

    time_s: float
    face: FoundFace
    _picture: Cutting | Crops

    def crops(self) -> Crops:
        """Its clean pictures; what they were made of is let go."""
        if isinstance(self._picture, Cutting):
            self._picture = crops_of(self.face, self._picture)
        return self._picture


@dataclass
class _Filmed:
    """The tracks of a video as far as it was read, each with its best faces.

    Tracks are joined while frames come. What waits is bounded by CUTTINGS_BYTES; beyond, memory grows by
    FACES_PER_TRACK small pictures per track, and no track loses its last face to better ones of another.
    """

    joiner: TrackJoiner = field(default_factory=TrackJoiner)
    best: dict[UUID, list[_Seen]] = field(default_factory=dict)
    views: dict[UUID, int] = field(default_factory=dict)
    strip: StripMaker = field(default_factory=StripMaker)
    frames: FrameHasher = field(default_factory=FrameHasher)
    _shots: int = 0
    _cut_bytes: int = 0

    def add(self, sample: FrameFaces, pixels: Pixels, *, shots: int, view: int) -> None:
        """Give the faces of the next frame to their tracks. shots: how many cuts there were up to this frame; view: the
        number of the video track that it is of."""
        owners = self.joiner.add(sample, cut=shots > self._shots)
        self._shots = shots
        for track_id, face in zip(owners, sample.faces, strict=True):
            kept = self.best.setdefault(track_id, [])
            self.views[track_id] = view
            if len(kept) < FACES_PER_TRACK or face.quality.score > kept[-1].face.quality.score:
                cutting = cut_out(face, pixels)
                kept.append(_Seen(sample.time_s, face, cutting))
                kept.sort(key=lambda one: -one.face.quality.score)
                del kept[FACES_PER_TRACK:]
                self._cut_bytes += cutting.pixels.nbytes
        if self._cut_bytes > CUTTINGS_BYTES:
            self._cut_bytes = 0
            for one in chain.from_iterable(self.best.values()):
                one.crops()
