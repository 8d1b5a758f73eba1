"""Turns found faces into rows and gives them to persons.

Persons are grouped inside one compartment only: the same face in two compartments is a lead, so that what is hidden
never shapes what is seen. Faces of one picture are different people, unless they agree beyond doubt (a contact sheet, a
collage, a mirror): then they are one, marked, until people say that they are two. A poor face is kept and shown, but
belongs to nobody and makes no lead (analysis.quality says which). Must not decide who somebody is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

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
SAME_IN_PICTURE = 0.75
"""Mean cosine from which two faces of one picture are one person; docs/models.md says how it was measured."""
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


def sure_of(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Those that count for persons and matches."""
    return [one for one in sightings if len(one.vectors)]


@dataclass(frozen=True)
class Nearby:
    """The persons of a compartment that could be any of some sightings, as they were before the compartment was held.
    since: a transaction; persons that it or a later one changed are looked at again."""

    ids: tuple[UUID, ...]
    since: int


NOBODY = Nearby((), 0)
"""Where no sighting counts, nobody is compared."""


def look_for_persons(session: Session, compartment_id: int, sightings: Sequence[Sighting]) -> Nearby:
    """Compare sightings that count with all persons of a compartment, in one question and holding nothing."""
    sure = sure_of(sightings)
    if not sure:
        return NOBODY
    asked = {
        "means": [str(one.vectors.mean(axis=0).tolist()) for one in sure],
        "compartment": compartment_id,
        "digest": sure[0].faces[0].model_digest,
        "most": NEAREST + len(sure),
    }
    found = session.execute(SQL["nearest"], asked).one()
    return Nearby(tuple(found.ids), found.since)


def give_to_persons(
    tx: Tx,
    operation_id: int,
    compartment_id: int,
    sightings: Sequence[Sighting],
    nearby: Nearby,
    *,
    elsewhere: frozenset[UUID] = frozenset(),
    may_join: bool = True,
) -> list[FoundFaceRow]:
    """Give each sighting to the person it belongs to, or to a new one; returns the faces' rows. nearby: what
    `look_for_persons` found for them; elsewhere: persons who are somebody else, whatever the vectors say; may_join: two
    faces of one picture may be one person.

    One write per compartment at a time: a person must not be made twice by two workers. What it compares is a few
    persons: those nearby, and those that changed since.
    """
    sure = sure_of(sightings)
    rows = [face for one in sightings if not len(one.vectors) for face in one.faces]
    if not sure:
        return rows
    digest = sure[0].faces[0].model_digest
    hold(tx, "persons", [compartment_id])
    known = _as_they_are(tx, compartment_id, digest, nearby)
    parted = frozenset(tx.session.scalars(SQL["parted"], {"compartment": compartment_id})) if may_join else frozenset()
    given = gather(sure, known, elsewhere=elsewhere, parted=parted, may_join=may_join)
    made = {one.person.id for one in given} - known.keys()
    touched = {one.person.id: one.person for one in given}  # the last one is the person as it is afterwards
    rows += [one.row(face) for one in given for face in one.sighting.faces]
    write_persons(
        tx,
        operation_id,
        compartment_id,
        digest,
        new=[person for person in touched.values() if person.id in made],
        changed=[person for person in touched.values() if person.id not in made],
    )
    return rows


@dataclass(frozen=True)
class Given:
    """A sighting with its person as it is with it, and the sighting of the same picture with which it was joined."""

    sighting: Sighting
    person: PersonRow
    twin: Sighting | None = None

    def row(self, face: FoundFaceRow) -> FoundFaceRow:
        """The row of one of its faces; a poor one belongs to nobody."""
        if face.quality_word == "poor":
            return face
        return replace(face, person_id=self.person.id, joined_with=self.twin.faces[0].id if self.twin else None)


def gather(
    sightings: Sequence[Sighting],
    known: Mapping[UUID, PersonRow],
    *,
    elsewhere: frozenset[UUID] = frozenset(),
    parted: frozenset[UUID] = frozenset(),
    may_join: bool = True,
) -> list[Given]:
    """Whose each sighting of a medium is, the best face first. Pure but for the ids of new persons. known: the persons
    that could be meant; elsewhere: of them, those who are somebody else; parted: those of whom people said that two
    faces of one medium are two."""
    persons, given = dict(known), list[Given]()
    for one in sorted(sightings, key=lambda each: -max(face.quality for face in each.faces)):
        mates = [other for other in given if one.together_with(other.sighting)]
        twin = _twin(one, mates, parted | elsewhere) if may_join else None
        others = elsewhere | {mate.person.id for mate in mates}
        person = _and(persons[twin.person.id], one) if twin else _with(one, persons, others)
        persons[person.id] = person
        given.append(Given(one, person, twin.sighting if twin else None))
    return given


def _twin(one: Sighting, mates: Sequence[Given], parted: frozenset[UUID]) -> Given | None:
    """Of the same picture the sighting of the same person: the one that agrees most, if it does beyond doubt, and no
    other one of that person contradicts."""
    agreed = [float((one.vectors @ mate.sighting.vectors.T).mean()) for mate in mates]
    best = int(np.argmax(agreed)) if agreed else 0
    if not agreed or agreed[best] < SAME_IN_PICTURE or mates[best].person.id in parted:
        return None
    person = mates[best].person.id
    of_person = [cosine for cosine, mate in zip(agreed, mates, strict=True) if mate.person.id == person]
    return mates[best] if min(of_person) >= 1 - MAX_DISTANCE else None


def _as_they_are(tx: Tx, compartment_id: int, digest: str, nearby: Nearby) -> dict[UUID, PersonRow]:
    """The persons nearby, and those that came or changed since, as they are now that the compartment is held."""
    asked = {"compartment": compartment_id, "digest": digest, "ids": list(nearby.ids), "since": nearby.since}
    found = tx.session.execute(SQL["as_they_are"], asked)
    return {row.id: PersonRow(row.id, row.centroid, row.face_count) for row in found}


def _with(one: Sighting, known: Mapping[UUID, PersonRow], elsewhere: frozenset[UUID]) -> PersonRow:
    """The person of a sighting as it is afterwards: one that is known, or a new one."""
    mean = np.asarray(one.vectors.mean(axis=0), np.float32)
    persons = [known[person_id] for person_id in sorted(known)]  # in one order, so that ties fall alike
    centroids = np.array([person.centroid for person in persons], np.float32).reshape(len(persons), len(mean))
    counts = np.array([person.face_count for person in persons], np.int64)
    forbidden = [place for place, person in enumerate(persons) if person.id in elsewhere]
    place = assign(mean, centroids, counts, forbidden, 1 - MAX_DISTANCE)
    return _and(persons[place], one) if place is not None else PersonRow(uuid4(), mean.tolist(), len(one.vectors))


def _and(person: PersonRow, one: Sighting) -> PersonRow:
    """A person with one more sighting."""
    centroid, count = np.asarray(person.centroid, np.float32), person.face_count
    for vector in one.vectors:
        centroid, count = centroid_with(centroid, count, vector), count + 1
    return PersonRow(person.id, centroid.tolist(), count)


def crop(face: FoundFace, cutting: Cutting, size: int) -> bytes:
    """An aligned crop; a face whose eyes fall together is only cut out."""
    offset = np.array([cutting.left, cutting.top], np.float32)
    try:
        return aligned_crop(cutting.pixels, face.landmarks - offset, size=size)
    except ValueError:
        left, top, right, bottom = (float(value) for value in face.box - np.tile(offset, 2))
        return crop_face(cutting.pixels, (left, top, right, bottom), margin=0.3, longest_side=size)
