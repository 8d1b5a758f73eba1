"""Turns found faces into rows and gives them to persons.

Persons are grouped inside one compartment only: the same face in two compartments is a lead, so that what is hidden
never shapes what is seen. Faces of one picture are different people. A poor face is kept and shown, but belongs to
nobody and makes no lead (analysis.quality says which). Must not decide who somebody is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt

from workspace.analysis.clustering import MAX_DISTANCE, assign, centroid_with
from workspace.analysis.derivatives import aligned_crop, crop_face
from workspace.analysis.faces import FoundFace
from workspace.analysis.pack import Pack
from workspace.analysis.quality import matched_automatically
from workspace.commands.locks import hold
from workspace.commands.readings import FoundFaceRow, PersonRow, write_persons
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore

SQL = statements(__file__)

Vectors = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

CROP_PX = 512
VEIL_PX = 8
"""A whole head on 8 pixels: enough to tell light from dark, not one face from another."""
ROOM = 0.75
"""Share of a face's size that is kept on each side of it, so that an aligned crop, also a turned one, lies inside."""
NEAREST = 8
"""How many persons are compared with a face, besides those that are excluded."""


@dataclass(frozen=True)
class Sighting:
    """The rows of one face: one of a photo, the best few of a track. from_s and to_s bound its time; a photo has none.

    view: the number of the file's video track that shows it; two of them may show one person at one time.
    vectors: (N, D) of those that count for persons and matches; none where all are poor.
    """

    faces: tuple[FoundFaceRow, ...]
    vectors: Vectors
    from_s: float = 0.0
    to_s: float = 0.0
    view: int = 0

    def together_with(self, other: Sighting) -> bool:
        """Whether the two are seen in one picture at one time, and so are two people."""
        return self.view == other.view and self.from_s <= other.to_s and other.from_s <= self.to_s


@dataclass(frozen=True)
class Cutting:
    """A part of a picture with room around a face, and where it was cut. pixels: (H, W, 3) uint8, RGB."""

    pixels: Pixels
    left: int
    top: int
    frame_width: int
    frame_height: int


def cut_out(face: FoundFace, pixels: Pixels) -> Cutting:
    """A copy of the part of a picture that a face's crops are made of, so that the picture itself can be let go."""
    left, top, right, bottom = (float(value) for value in face.box)
    room = ROOM * max(right - left, bottom - top)
    x0, y0 = max(0, int(left - room)), max(0, int(top - room))
    part = pixels[y0 : max(y0, int(bottom + room)) + 1, x0 : max(x0, int(right + room)) + 1].copy()
    return Cutting(part, x0, y0, pixels.shape[1], pixels.shape[0])


@dataclass(frozen=True)
class Crops:
    """The two clean pictures of a face, encoded, and the size of the picture it was found in."""

    crop: bytes
    veil: bytes
    frame_width: int
    frame_height: int


def crops_of(face: FoundFace, cutting: Cutting) -> Crops:
    """Encode a face's crop and its veil: some ten kilobytes, however large the face is in its picture."""
    return Crops(crop(face, cutting, CROP_PX), crop(face, cutting, VEIL_PX), cutting.frame_width, cutting.frame_height)


def face_row(
    face: FoundFace, crops: Crops, *, pack: Pack, store: MediaStore, key: OperationKey, at_s: float | None = None
) -> FoundFaceRow:
    """Store a face's crop and its veil and describe it."""
    return FoundFaceRow(
        box=[float(value) for value in face.box],
        landmarks=[float(value) for value in face.landmarks.ravel()],
        frame_width=crops.frame_width,
        frame_height=crops.frame_height,
        detection_score=face.detection_score,
        quality=face.quality.score,
        quality_word=face.quality.words,
        eye_distance_px=face.quality.eye_distance_px,
        yaw_deg=face.quality.yaw_deg,
        roll_deg=face.quality.roll_deg,
        sharpness=face.quality.sharpness,
        embedding=face.embedding.tolist(),
        pack_id=pack.pack_id,
        model_digest=pack.recogniser_sha256,
        dimension=pack.dimension,
        crop_address=store.put_bytes(crops.crop, key=key, durable=False).address,
        veil_address=store.put_bytes(crops.veil, key=key, durable=False).address,
        at_s=at_s,
    )


def sighting(
    rows: Sequence[FoundFaceRow], faces: Sequence[FoundFace], *, from_s: float = 0.0, to_s: float = 0.0, view: int = 0
) -> Sighting:
    """Put the rows of one face together; poor ones stay without a person."""
    good = [face.embedding for face in faces if matched_automatically(face.quality)]
    dimension = len(faces[0].embedding) if faces else 0
    vectors = np.array(good, np.float32) if good else np.zeros((0, dimension), np.float32)
    return Sighting(tuple(rows), vectors, from_s, to_s, view)


def give_to_persons(
    tx: Tx,
    operation_id: int,
    compartment_id: int,
    sightings: Sequence[Sighting],
    *,
    elsewhere: frozenset[UUID] = frozenset(),
) -> list[FoundFaceRow]:
    """Give each sighting to the person it belongs to, or to a new one; returns the faces' rows. elsewhere: persons who
    are somebody else, whatever the vectors say.

    One write per compartment at a time: a person must not be made twice by two workers.
    """
    sure = [one for one in sightings if len(one.vectors)]
    rows = [face for one in sightings if not len(one.vectors) for face in one.faces]
    if not sure:
        return rows
    digest = sure[0].faces[0].model_digest
    hold(tx, "persons", [compartment_id])
    known = _nearest(tx, compartment_id, digest, sure)
    made: set[UUID] = set()
    given: list[tuple[Sighting, UUID]] = []
    for one in sorted(sure, key=lambda each: -max(face.quality for face in each.faces)):
        others = {person for other, person in given if one.together_with(other)}
        person = _with(one, known, elsewhere | others)
        if person.id not in known:
            made.add(person.id)
        known[person.id] = person
        given.append((one, person.id))
        rows += [replace(face, person_id=person.id) if face.quality_word != "poor" else face for face in one.faces]
    touched = [known[person_id] for person_id in {person_id for _, person_id in given}]
    write_persons(
        tx,
        operation_id,
        compartment_id,
        digest,
        new=[person for person in touched if person.id in made],
        changed=[person for person in touched if person.id not in made],
    )
    return rows


def _nearest(tx: Tx, compartment_id: int, digest: str, sightings: Sequence[Sighting]) -> dict[UUID, PersonRow]:
    """The persons of a compartment that could be any of these, in one question."""
    found = tx.session.execute(
        SQL["nearest"],
        {
            "means": [str(one.vectors.mean(axis=0).tolist()) for one in sightings],
            "compartment": compartment_id,
            "digest": digest,
            "most": NEAREST + len(sightings),
        },
    )
    return {row.id: PersonRow(row.id, row.centroid, row.face_count) for row in found}


def _with(one: Sighting, known: dict[UUID, PersonRow], elsewhere: frozenset[UUID] | set[UUID]) -> PersonRow:
    """The person of a sighting as it is afterwards: one that is known, or a new one."""
    mean = np.asarray(one.vectors.mean(axis=0), np.float32)
    persons = [known[person_id] for person_id in sorted(known)]  # in one order, so that ties fall alike
    centroids = np.array([person.centroid for person in persons], np.float32).reshape(len(persons), len(mean))
    counts = np.array([person.face_count for person in persons], np.int64)
    forbidden = [place for place, person in enumerate(persons) if person.id in elsewhere]
    place = assign(mean, centroids, counts, forbidden, 1 - MAX_DISTANCE)
    if place is None:
        return PersonRow(uuid4(), mean.tolist(), len(one.vectors))
    centroid, count = centroids[place], int(counts[place])
    for vector in one.vectors:
        centroid, count = centroid_with(centroid, count, vector), count + 1
    return PersonRow(persons[place].id, centroid.tolist(), count)


def crop(face: FoundFace, cutting: Cutting, size: int) -> bytes:
    """An aligned crop; a face whose eyes fall together is only cut out."""
    offset = np.array([cutting.left, cutting.top], np.float32)
    try:
        return aligned_crop(cutting.pixels, face.landmarks - offset, size=size)
    except ValueError:
        left, top, right, bottom = (float(value) for value in face.box - np.tile(offset, 2))
        return crop_face(cutting.pixels, (left, top, right, bottom), margin=0.3, longest_side=size)
