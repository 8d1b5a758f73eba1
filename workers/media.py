"""Reads a medium: decodes it in the sandbox, makes the clean pictures, finds faces, and gives them to persons.

Only clean derivatives leave this step; nothing after it sees the original's bytes. Everything is computed before the one write.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from workers.faces import Cutting, Sighting, cut_out, face_row, give_to_persons, sighting, whole
from workers.workshop import Effects, Workshop
from workspace import jobs
from workspace.analysis.derivatives import encode_derivative
from workspace.analysis.faces import FoundFace
from workspace.analysis.near_duplicates import pdq
from workspace.analysis.sandbox.answers import CameraFacts
from workspace.analysis.tracks import FoundTrack, FrameFaces, join_tracks
from workspace.commands.media import FoundPicture, FoundTrackRow, record_reading, refuse_media
from workspace.database import Tx
from workspace.errors import Refused
from workspace.jobs import Taken
from workspace.keys import OperationKey
from workspace.model import Agency, Compartment, MediaItem, Participation

Pixels = npt.NDArray[np.uint8]

PREVIEW_PX, PREVIEW_QUALITY = 1280, 80
VEIL_PX, VEIL_QUALITY = 10, 60
"""The whole picture on 10 pixels, so that nothing distressing can be made out of it."""
FACES_A_TRACK = 3
"""So many faces of a track are kept: its best, which carry what the others would."""
CUTTINGS_BYTES = 256 << 20
"""Memory for the faces of a video until its tracks are known."""


@dataclass(frozen=True)
class _Subject:
    """What is to be read, and whether its country lets faces be looked for."""

    id: UUID
    operation_id: int
    compartment_id: int
    kind: str
    address: str
    state: str
    register_entry_id: UUID | None
    faces_allowed: bool


@dataclass(frozen=True)
class _Read:
    """What came out of a medium."""

    picture: FoundPicture
    tracks: tuple[FoundTrackRow, ...]
    sightings: tuple[Sighting, ...]


def read_media(workshop: Workshop, job: Taken) -> Effects:
    """Read a medium. Job `read_media`, subject media item."""
    with workshop.db.read(workshop.service_id) as view:
        subject = _subject(view.session, job.subject_id)
        if subject is None or subject.state != "waiting":
            return lambda tx: None
        key = workshop.key(view.session, subject.operation_id)
    descriptor = workshop.store.open_memfd(subject.address, key)
    try:
        read = _read_photo if subject.kind == "photo" else _read_video
        found = read(workshop, subject, key, descriptor)
    except Refused as refusal:
        reason = str(refusal.facts["reason"])
        return lambda tx: refuse_media(tx, subject.id, reason=reason)
    finally:
        os.close(descriptor)
    return lambda tx: _write(tx, subject, found)


def give_up_reading(tx: Tx, job: Taken) -> None:
    """Refuse a medium on which every attempt ended, so that the intake report adds up and nobody waits for it."""
    refuse_media(tx, job.subject_id, reason="not_readable")


def _subject(session: Session, media_id: UUID) -> _Subject | None:
    row = session.execute(
        select(MediaItem, Participation.face_recognition)
        .join(Compartment, Compartment.id == MediaItem.compartment_id)
        .join(Agency, Agency.id == Compartment.agency_id)
        .outerjoin(
            Participation, (Participation.operation_id == MediaItem.operation_id) & (Participation.country == Agency.country)
        )
        .where(MediaItem.id == media_id)
    ).one_or_none()
    if row is None:
        return None
    item, faces_allowed = row
    return _Subject(
        id=item.id,
        operation_id=item.operation_id,
        compartment_id=item.compartment_id,
        kind=item.kind,
        address=item.address,
        state=item.state,
        register_entry_id=item.register_entry_id,
        faces_allowed=bool(faces_allowed),
    )


def _write(tx: Tx, subject: _Subject, found: _Read) -> None:
    """Everything a medium gave, in one write, and what is to be matched next."""
    if subject.register_entry_id is not None:
        faces = [face for one in found.sightings for face in one.faces]
    else:
        faces = give_to_persons(tx, subject.operation_id, subject.compartment_id, found.sightings)
    record_reading(tx, subject.id, picture=found.picture, tracks=found.tracks, faces=faces)
    if subject.register_entry_id is None:
        jobs.want(tx, "match_media", subject.id, subject.operation_id)
    elif faces:
        jobs.want(tx, "match_entry", subject.register_entry_id, subject.operation_id)


def _read_photo(workshop: Workshop, subject: _Subject, key: OperationKey, descriptor: int) -> _Read:
    decoded = workshop.decoder.picture(descriptor)
    found = workshop.engine.find(decoded.pixels) if subject.faces_allowed else []
    rows = [face_row(face, whole(decoded.pixels), pack=workshop.engine.pack, store=workshop.store, key=key) for face in found]
    picture = _picture(workshop, key, decoded.pixels, (decoded.width, decoded.height), None, decoded.camera)
    return _Read(picture, (), tuple(sighting([row], [face]) for row, face in zip(rows, found, strict=True)))


def _read_video(workshop: Workshop, subject: _Subject, key: OperationKey, descriptor: int) -> _Read:
    decoded = workshop.decoder.video(descriptor)
    samples: list[FrameFaces] = []
    cuttings = _Cuttings()
    middle: tuple[float, Pixels] | None = None
    for time_s, pixels in decoded.frames:
        faces = workshop.engine.find(pixels) if subject.faces_allowed else []
        samples.append(FrameFaces(time_s, faces))
        for face in faces:
            cuttings.add(face, pixels)
        away_s = abs(time_s - decoded.duration_s / 2)
        if middle is None or away_s < middle[0]:
            middle = (away_s, pixels)
    if middle is None:
        raise Refused("The video holds no picture that can be shown.", reason="empty_video")
    size = (decoded.width, decoded.height)
    picture = _picture(workshop, key, middle[1], size, decoded.duration_s, decoded.camera)
    return _Read(picture, *_tracks(workshop, key, join_tracks(samples, decoded.cuts), cuttings))


def _tracks(
    workshop: Workshop, key: OperationKey, joined: Sequence[FoundTrack], cuttings: _Cuttings
) -> tuple[tuple[FoundTrackRow, ...], tuple[Sighting, ...]]:
    tracks, sightings = [], []
    for track in joined:
        row = FoundTrackRow(uuid4(), track.start_s, track.end_s, len(track.faces))
        held = [(time_s, face) for time_s, face in track.faces if cuttings.of(face) is not None]
        best = sorted(held, key=lambda each: -each[1].quality.score)[:FACES_A_TRACK]
        if not best:
            continue
        faces = [
            face_row(face, cutting, pack=workshop.engine.pack, store=workshop.store, key=key, at_s=time_s)
            for time_s, face in best
            if (cutting := cuttings.of(face)) is not None
        ]
        tracks.append(row)
        sightings.append(
            sighting(
                [replace(face, track_id=row.id) for face in faces],
                [face for _, face in best],
                from_s=track.start_s,
                to_s=track.end_s,
            )
        )
    return tuple(tracks), tuple(sightings)


def _picture(
    workshop: Workshop,
    key: OperationKey,
    pixels: Pixels,
    size: tuple[int, int],
    duration_s: float | None,
    camera: CameraFacts,
) -> FoundPicture:
    """Store the clean pictures of a medium and say what it is. size: of the original."""
    digest, quality = pdq(pixels)
    preview = encode_derivative(pixels, longest_side=PREVIEW_PX, quality=PREVIEW_QUALITY)
    veil = encode_derivative(pixels, longest_side=VEIL_PX, quality=VEIL_QUALITY)
    return FoundPicture(
        width=size[0],
        height=size[1],
        duration_s=duration_s,
        pdq=digest,
        pdq_quality=quality,
        # A lost derivative can be made again from the original, so that no sync to disk is worth its time.
        preview_address=workshop.store.put_bytes(preview, key=key, durable=False).address,
        veil_address=workshop.store.put_bytes(veil, key=key, durable=False).address,
        camera_make=camera.make,
        camera_model=camera.model,
        camera_serial=camera.serial,
        captured_at=f"{camera.captured_at}{camera.offset or ''}" if camera.captured_at else None,
    )


class _Cuttings:
    """The faces of a video cut out of their frames, within a limit of memory: where it is reached, the worst half goes."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[FoundFace, Cutting]] = {}
        self._bytes = 0

    def add(self, face: FoundFace, pixels: Pixels) -> None:
        cutting = cut_out(face, pixels)
        self._held[id(face)] = (face, cutting)
        self._bytes += cutting.pixels.nbytes
        if self._bytes > CUTTINGS_BYTES:
            best = sorted(self._held.values(), key=lambda each: -each[0].quality.score)
            self._held = {id(kept): (kept, cut) for kept, cut in best[: len(best) // 2]}
            self._bytes = sum(cut.pixels.nbytes for _, cut in self._held.values())

    def of(self, face: FoundFace) -> Cutting | None:
        found = self._held.get(id(face))
        return found[1] if found else None
