"""Follows a country's consent to the comparison of faces, and makes the vectors of the same faces anew.

A photo is decoded again, so that its faces get the vectors that they had; of a video the kept crops are taken, since
its frames were not kept.
"""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from PIL import Image
from sqlalchemy import Row

from workers.tools import Effects, WorkerTools
from workspace.analysis.derivatives import landmarks_in_crop
from workspace.commands import consents
from workspace.errors import Invalid, Refused
from workspace.model import jobs
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.store.keys import OperationKey

SQL = statements(__file__)

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)  # arrays have no single truth value to compare by
class _Known:
    """A face whose vector is made anew. landmarks: (5, 2), pixels of a picture of frame_width. at_s: None in a photo,
    of whose pictures it is in that numbered `part`."""

    id: UUID
    landmarks: Floats
    frame_width: int
    crop_address: str
    at_s: float | None
    part: int


def follow_consent(tools: WorkerTools, job: Taken) -> Effects:
    """Make the rows follow a country's consent. Job `follow_consent`, subject: the consent's row."""
    return lambda tx: consents.follow_consent(tx, job.subject_id)


def embed_faces(tools: WorkerTools, job: Taken) -> Effects:
    """Make the vectors of a medium's faces that have none. Job `embed_faces`, subject: the medium."""
    with tools.db.read(tools.service_id) as view:
        medium = view.session.execute(SQL["medium"], {"media": job.subject_id}).one_or_none()
        rows = view.session.execute(SQL["faces"], {"media": job.subject_id}).all()
        if medium is None or not rows:
            return lambda tx: None
        key = tools.key(view.session, medium.operation_id)
    vectors = _vectors(tools, key, medium.address, [_known(row) for row in rows])
    pack = tools.engine.pack

    def effects(tx: Tx) -> None:
        written = consents.record_vectors(
            tx, medium.id, medium.country, vectors, pack_id=pack.pack_id, digest=pack.recogniser_sha256
        )
        if not written:
            return
        if medium.register_entry_id is None:
            jobs.want(tx, "match_media", medium.id, medium.operation_id)
        else:
            jobs.want(tx, "match_entry", medium.register_entry_id, medium.operation_id)

    return effects


def vector_again(tools: WorkerTools, face_id: UUID) -> tuple[list[float] | None, bool]:
    """The vector that a face gets today from the picture in which it was found, whatever is stored of it, None where
    its landmarks give none; and whether it came out of the kept crop, as in a video.

    Raises:
        Invalid, Unavailable: the media store has its medium no more, or this host cannot open it.
    """
    with tools.db.read(tools.service_id) as view:
        row = view.session.execute(SQL["face"], {"face": face_id}).one()
        key = tools.key(view.session, row.operation_id)
    return _vectors(tools, key, row.address, [_known(row)]).get(face_id), row.at_s is not None


def _known(row: Row[Any]) -> _Known:
    landmarks = np.array(row.landmarks, np.float32).reshape(5, 2)
    return _Known(row.id, landmarks, row.frame_width, row.crop_address, row.at_s, row.part)


def _vectors(tools: WorkerTools, key: OperationKey, address: str, faces: list[_Known]) -> dict[UUID, list[float]]:
    """A vector for each face; none for one whose landmarks lie in one point, which had none that says anything."""
    parts = sorted({face.part for face in faces if face.at_s is None})
    found = _from_crops(tools, key, [face for face in faces if face.at_s is not None])
    for part in parts:
        here = [face for face in faces if face.at_s is None and face.part == part]
        for whole in (False, True):
            pixels = _decoded(tools, key, address, part, whole=whole) if here else None
            fitting = [face for face in here if pixels is not None and face.frame_width == pixels.shape[1]]
            if pixels is not None:
                found |= _embedded(tools, pixels, fitting)
            here = [face for face in here if face not in fitting]
        found |= _from_crops(tools, key, here)
    return found


def _embedded(tools: WorkerTools, pixels: Pixels, faces: list[_Known]) -> dict[UUID, list[float]]:
    found: dict[UUID, list[float]] = {}
    for face in faces:
        tools.steps += 1
        with suppress(Invalid, ValueError):
            found[face.id] = tools.engine.embed(pixels, face.landmarks).tolist()
    return found


def _from_crops(tools: WorkerTools, key: OperationKey, faces: list[_Known]) -> dict[UUID, list[float]]:
    found: dict[UUID, list[float]] = {}
    for face in faces:
        tools.steps += 1
        with Image.open(io.BytesIO(tools.store.read_bytes(face.crop_address, key=key))) as crop:
            picture = np.asarray(crop.convert("RGB"))
        with suppress(Invalid, ValueError):
            there = landmarks_in_crop(face.landmarks, size=picture.shape[0])
            found[face.id] = tools.engine.embed(picture, there).tolist()
    return found


def _decoded(tools: WorkerTools, key: OperationKey, address: str, part: int, *, whole: bool) -> Pixels | None:
    """One picture of a photo, as it is read or as it is swept; None if it can no longer be decoded, so that the crops
    have to do."""
    try:
        with tools.store.memfd(address, key) as descriptor:
            return tools.decoder.picture(descriptor, part, whole=whole).pixels
    except Refused:
        return None
