"""Makes rows of media for tests: content, the place where it lies, faces. Rows only, without pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.support.operation import TestOperation
from workspace.analysis.derivatives import encode_derivative
from workspace.model import Exhibit, Face, MediaItem, Person, ReceivedFile
from workspace.store.keys import OperationKey, load_or_create_master, new_wrapped_key, unwrap
from workspace.store.objects import MediaStore


def lay_exhibit(operation: TestOperation, country: str, label: str, *, sharing: str = "operation") -> UUID:
    """The id of a new exhibit."""
    row = Exhibit(
        id=uuid4(),
        operation_id=operation.id,
        compartment_id=operation.compartment(country, sharing),
        country=country,
        label=label,
        kind="phone",
        case_reference="case",
        custodian="custodian",
        was_prepared=True,
    )
    with Session(operation.owner, expire_on_commit=False) as session:
        session.add(row)
        session.commit()
    return row.id


def lay_medium(
    operation: TestOperation,
    exhibit: UUID,
    *paths: str,
    content: str = "",
    faces: tuple[str, ...] = (),
    series: UUID | None = None,
    **values: Any,
) -> UUID:
    """The id of a new medium that lies at these paths of an exhibit. content: equal ones are copies; faces: the quality
    of each, good ones of a person each; series: in which those persons are."""
    digest = hashlib.sha256((content or str(uuid4())).encode()).digest()
    with Session(operation.owner) as session:
        at = session.get_one(Exhibit, exhibit)
        base = {"operation_id": operation.id, "compartment_id": at.compartment_id}
        facts: dict[str, Any] = {"media_type": "image/jpeg", "kind": "photo", "state": "read", **values}
        hashes = {"sha256": digest, "md5": digest[:16], "sha1": digest[:20]}
        medium = MediaItem(**base, **hashes, id=uuid4(), size_bytes=1, address="none", **facts)
        session.add(medium)
        session.flush()
        for path in paths or (f"DCIM/{medium.id}.jpg",):
            line = {"exhibit_id": exhibit, "media_item_id": medium.id, "path": path, "size_bytes": 1, "sha256": digest}
            session.add(ReceivedFile(**base, **line))
        for word in faces:
            session.add(_face(session, base, medium.id, word, series))
        session.flush()
        session.execute(text("select count_faces(:id)"), {"id": medium.id})
        session.commit()
        return medium.id


def _face(session: Session, base: dict[str, int], medium: UUID, word: str, series: UUID | None) -> Face:
    person = None
    if word != "poor":
        number = session.execute(text("select next_number(:op, 'person')"), {"op": base["operation_id"]}).scalar_one()
        person = Person(**base, id=uuid4(), number=number, face_count=1, series_id=series)
        session.add(person)
        session.flush()
    quality = {"good": 0.9, "usable": 0.6, "poor": 0.2}[word]
    return Face(
        **base,
        media_item_id=medium,
        person_id=person and person.id,
        box=[10.0, 10.0, 30.0, 40.0],
        landmarks=[15.0, 20.0, 25.0, 20.0, 20.0, 28.0, 16.0, 34.0, 24.0, 34.0],
        frame_width=100,
        frame_height=80,
        detection_score=0.9,
        quality=quality,
        quality_word=word,
        eye_distance_px=10,
        yaw_deg=0,
        roll_deg=0,
        sharpness=1,
        embedding=[1.0] + [0.0] * 127,
        pack_id="test",
        model_digest="0" * 64,
        dimension=128,
        crop_address="none",
        veil_address="none",
    )


def faces_of(operation: TestOperation, medium: UUID) -> list[Face]:
    """The faces of a medium, the best first."""
    with Session(operation.workers.engine, expire_on_commit=False) as session:
        found = select(Face).where(Face.media_item_id == medium).order_by(Face.quality.desc(), Face.id)
        return list(session.scalars(found))


def picture(operation: TestOperation, store: MediaStore, key: OperationKey, medium: UUID, *, shade: int = 120) -> None:
    """Give a medium its two clean pictures. shade: 0 to 255."""
    pixels = np.full((60, 80, 3), shade, np.uint8)
    pixels[20:40, 30:50] = 255 - shade
    for column, side in (("preview_address", 80), ("veil_address", 10)):
        content = encode_derivative(pixels, longest_side=side, quality=60)
        address = store.put_bytes(content, key=key, durable=False).address
        operation.change(f"update media_item set {column} = :address where id = :id", address=address, id=medium)


def real_key(operation: TestOperation, key_file: Path) -> OperationKey:
    """Give the operation a key of its own under the installation's master key."""
    master = load_or_create_master(key_file)
    wrapped = new_wrapped_key(master, str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :op", key=wrapped, op=operation.id)
    return unwrap(master, wrapped, str(operation.id))
