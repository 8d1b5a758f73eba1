"""What the workers found in a medium becomes rows: one write per medium, with its faces, tracks and persons.

Asks `work_on_media`, which only the service users may do. Must not compute: analysis/ did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, delete, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_or_pass

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.errors import NotFound
from workspace.model import Face, Job, MediaItem, NearCopy, Person, Track, jobs
from workspace.model.database import Tx
from workspace.rules.cameras import camera_key
from workspace.rules.clocks import Clock
from workspace.rules.traces import document_key, lens_key

Vector = Sequence[float]


@dataclass(frozen=True)
class FoundPicture:
    """What was read of a medium as a whole. pdq: 32 bytes; pdq_turned: the
    same of its other quarter turns and mirrored; pdq_inner: all eight inside of its borders, if it has any; camera
    facts are the file's own claims.

    unseen: what of it was not looked at, some of analysis.sandbox.limits.UNSEEN; empty if it was looked at as a whole.
    latitude and longitude: degrees, both or neither. captured_subseconds: the decimals of the second. clock_claim: a
    stated time that cannot be true, as it is written. place_country: in which that place is. inner_video_s: how long
    the video inside a photo is.
    """

    width: int
    height: int
    duration_s: float | None
    unseen: list[str]
    pdq: bytes
    pdq_turned: list[bytes]
    pdq_quality: int
    pdq_inner: list[bytes]
    preview_address: str
    veil_address: str
    camera_make: str | None
    camera_model: str | None
    camera_serial: str | None
    captured_at: str | None
    captured_subseconds: str | None
    clock: Clock
    clock_claim: str | None
    lens_make: str | None
    lens_model: str | None
    lens_serial: str | None
    software: str | None
    document: str | None
    original_document: str | None
    instance: str | None
    latitude: float | None
    longitude: float | None
    place_country: str | None
    inner_video_s: float | None = None


@dataclass(frozen=True)
class FoundTrackRow:
    """One face through a video, in seconds."""

    id: UUID
    start_s: float
    end_s: float
    sample_count: int


@dataclass(frozen=True)
class FoundFaceRow:
    """One face as it will stand in its row; box and landmarks in pixels of the working image.

    part: which picture of a file that holds several, from 1. joined_with: the face of the same picture that shows the
    same person.
    """

    box: list[float]
    landmarks: list[float]
    frame_width: int
    frame_height: int
    detection_score: float
    quality: float
    quality_word: str
    eye_distance_px: float
    yaw_deg: float
    roll_deg: float
    sharpness: float
    embedding: Vector | None
    pack_id: str
    model_digest: str
    dimension: int
    crop_address: str
    veil_address: str
    part: int = 1
    at_s: float | None = None
    track_id: UUID | None = None
    person_id: UUID | None = None
    joined_with: UUID | None = None
    id: UUID = field(default_factory=uuid4)


# Built once, at import: constructing a SQLAlchemy statement costs more than running it (benchmarks/write_path.py).
_MEDIUM = select(MediaItem.operation_id, MediaItem.compartment_id, MediaItem.register_entry_id).where(
    MediaItem.id == bindparam("media")
)
# `__table__` is the Table, which the type of the mapped class does not say.
_CHANGE = update(MediaItem.__table__).where(MediaItem.id == bindparam("media"))  # type: ignore[arg-type]
_COUNT = text("select count_faces(:media)")
_TRACKS, _FACES = insert(Track.__table__), insert(Face.__table__)  # type: ignore[arg-type]
_NUMBERS = text("select next_number(:operation, 'person') from generate_series(1, :count)")
_PERSONS = insert(Person.__table__)  # type: ignore[arg-type]
_PERSON = (
    update(Person.__table__)  # type: ignore[arg-type]
    .where(Person.id == bindparam("person"))
    .values(centroid=bindparam("mean"), face_count=bindparam("faces"))
)
_COPIES = insert_or_pass(NearCopy.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]


def record_reading(
    tx: Tx,
    media_id: UUID,
    *,
    picture: FoundPicture,
    tracks: Sequence[FoundTrackRow],
    faces: Sequence[FoundFaceRow],
    faces_sought: bool = True,
) -> None:
    """Write what was read of a medium. Asks `work_on_media`; records `media:read`.

    faces_sought: whether its country let faces be looked for.
    """
    item = _require_media(tx, media_id)
    connection = tx.session.connection()
    connection.execute(
        _CHANGE,
        {
            "media": media_id,
            "state": "read",
            "refusal": None,
            "read_at": tx.now,
            **_keys(picture),
            "faces_sought": faces_sought,
            **vars(picture),
        },
    )
    own = {"operation_id": item.operation_id, "compartment_id": item.compartment_id, "media_item_id": media_id}
    if tracks:
        connection.execute(_TRACKS, [own | vars(track) for track in tracks])
    if faces:
        entry = {"register_entry_id": item.register_entry_id}
        connection.execute(_FACES, [own | entry | vars(face) for face in faces])
        connection.execute(_COUNT, {"media": media_id})
    tx.record(
        events.MediaRead(
            at(item),
            media=media_id,
            faces=len(faces),
            complete=not picture.unseen,
        )
    )


def _keys(picture: FoundPicture) -> dict[str, str | None]:
    """By what the picture's camera, lens and document are compared."""
    make, model = picture.camera_make, picture.camera_model
    return {
        "camera_key": camera_key(make, model, picture.camera_serial),
        "lens_key": lens_key(make, model, picture.lens_make, picture.lens_model, picture.lens_serial),
        "document_key": document_key(picture.original_document, picture.document),
    }


def refuse_media(tx: Tx, media_id: UUID, *, reason: str) -> None:
    """Write that a medium cannot be read, and why; its original is kept. Asks `work_on_media`; records
    `media:refused`."""
    item = _require_media(tx, media_id)
    tx.session.connection().execute(
        _CHANGE, {"media": media_id, "state": "refused", "refusal": reason, "read_at": tx.now}
    )
    tx.record(events.MediaRefused(at(item), media=media_id, reason=reason))


def want_readings(tx: Tx) -> int:
    """Have media read that wait though their reading has ended, a thousand at a time; returns how many. Only
    housekeeping calls it."""
    rows = tx.session.execute(
        select(MediaItem.id, MediaItem.operation_id)
        .join(Job, (Job.kind == "read_media") & (Job.subject_id == MediaItem.id))
        .where(MediaItem.state == "waiting", Job.state.in_(("done", "failed")))
        .order_by(MediaItem.operation_id, MediaItem.received_at)
        .limit(1000)
    ).all()
    for operation_id in sorted({row.operation_id for row in rows}):
        require_operation(tx, "work_on_media", operation_id)
        jobs.want_all(tx, "read_media", [row.id for row in rows if row.operation_id == operation_id], operation_id)
    return len(rows)


@dataclass(frozen=True)
class PersonRow:
    """A person with the plain mean of its faces' embeddings and how many they are."""

    id: UUID
    centroid: Vector
    face_count: int


def write_persons(
    tx: Tx,
    operation_id: int,
    compartment_id: int,
    model_digest: str,
    *,
    new: Sequence[PersonRow],
    changed: Sequence[PersonRow],
) -> None:
    """Make persons, unnamed, for faces that belong to nobody yet, and change those that got more faces. Asks
    `work_on_media`.

    `record_reading` of the same write records what was read.
    """
    require_operation(tx, "work_on_media", operation_id)
    connection = tx.session.connection()
    if new:
        numbers = connection.execute(_NUMBERS, {"operation": operation_id, "count": len(new)}).scalars()
        own = {"operation_id": operation_id, "compartment_id": compartment_id, "model_digest": model_digest}
        rows = [own | {"number": number} | vars(person) for number, person in zip(numbers, new, strict=True)]
        connection.execute(_PERSONS, rows)
    if changed:
        rows = [{"person": one.id, "mean": one.centroid, "faces": one.face_count} for one in changed]
        connection.execute(_PERSON, rows)


def record_near_copies(
    tx: Tx, operation_id: int, compartment_id: int, media_id: UUID, copies: Sequence[tuple[UUID, int, int | None]]
) -> None:
    """Write that a medium looks like others of its compartment. copies: the others with their distance in bits, and of
    videos the share of frames that match, in percent."""
    require_operation(tx, "work_on_media", operation_id)
    rows: list[dict[str, Any]] = [
        {
            "operation_id": operation_id,
            "compartment_id": compartment_id,
            "media_item_id": min(media_id, other),
            "like_id": max(media_id, other),
            "distance": distance,
            "percent": percent,
        }
        for other, distance, percent in sorted(copies)
    ]
    if rows:
        tx.session.connection().execute(_COPIES, rows)


def forget_near_copies(tx: Tx, operation_id: int, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Two videos of each pair are no copies, whether they stood as such or not: frames that they share turned out to be
    nobody's."""
    require_operation(tx, "work_on_media", operation_id)
    if pairs:
        ordered = [(min(pair), max(pair)) for pair in pairs]
        tx.session.execute(delete(NearCopy).where(tuple_(NearCopy.media_item_id, NearCopy.like_id).in_(ordered)))


def _require_media(tx: Tx, media_id: UUID) -> Row[int, int, UUID | None]:
    item = tx.session.execute(_MEDIUM, {"media": media_id}).one_or_none()
    if item is None:
        raise NotFound("There is no such medium.")
    require_operation(tx, "work_on_media", item.operation_id)
    return item
