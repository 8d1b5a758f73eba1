"""Reads pictures that people bring to search with, in the sandbox, and erases them afterwards.

What is found stays apart from all material: no person, no match, no medium. Where a picture was read its sealed file is
erased at once; its faces go when its hour is over.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass

from sqlalchemy import select

from workers.persons import crops_of, cut_out
from workers.tools import Effects, WorkerTools
from workspace.analysis.faces import FoundFace
from workspace.analysis.sandbox.client import DecodedPicture
from workspace.commands.probes import FoundProbeFace, forget_sealed, record_probe
from workspace.errors import Refused
from workspace.intake.uploads import Part, opened_file, seal_parts
from workspace.model import BroughtPicture
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.store.keys import OperationKey


@dataclass(frozen=True)
class _Read:
    """What was found in a picture; crops: sealed."""

    faces: list[FoundProbeFace]
    crops: str | None = None


def read_probe(tools: WorkerTools, job: Taken) -> Effects:
    """Look for faces in a picture that somebody searches with. Job `read_probe`, subject: the picture."""
    with tools.db.read(tools.service_id) as view:
        row = view.session.execute(
            select(BroughtPicture.operation_id, BroughtPicture.address)
            .where(BroughtPicture.id == job.subject_id, BroughtPicture.state == "waiting")
        ).one_or_none()  # fmt: skip
        if row is None or row.address is None:
            return lambda tx: None
        key = tools.key(view.session, row.operation_id)
    try:
        found = _look(tools, key, row.address)
    except Refused as refusal:
        reason = str(refusal.facts["reason"])
        return lambda tx: _refuse(tx, job, reason)

    def write(tx: Tx) -> None:
        if not record_probe(tx, job.subject_id, found.faces, crops=found.crops) and found.crops:
            tools.store.erase_noted(found.crops)  # nobody waits for it any more

    return write


def give_up_probe(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for the picture."""
    _refuse(tx, job, "not_readable")


def erase_probe(tools: WorkerTools, job: Taken) -> Effects:
    """Erase what is no longer needed of a picture that somebody searched with: the file once it was read, its faces
    once its hour is over. Job `erase_probe`, subject: the picture."""
    with tools.db.read(tools.service_id) as view:
        row = view.session.execute(
            select(BroughtPicture.state, BroughtPicture.address, BroughtPicture.crops)
            .where(BroughtPicture.id == job.subject_id)
        ).one_or_none()  # fmt: skip
    if row is None or row.state == "waiting":
        return lambda tx: None
    gone = [each for each in (row.address, row.crops if row.state == "erased" else None) if each]
    for address in gone:
        tools.store.erase_noted(address)
    return lambda tx: forget_sealed(tx, job.subject_id, gone)


def _refuse(tx: Tx, job: Taken, reason: str) -> None:
    record_probe(tx, job.subject_id, [], refusal=reason)


def _look(tools: WorkerTools, key: OperationKey, address: str) -> _Read:
    """Raises: Refused."""
    descriptor = os.memfd_create("probe", os.MFD_CLOEXEC)
    try:
        with opened_file(address, store=tools.store, key=key) as sealed, open(descriptor, "wb", closefd=False) as file:
            while chunk := sealed.read(1 << 20):
                file.write(chunk)
        os.lseek(descriptor, 0, os.SEEK_SET)
        picture = tools.decoder.picture(descriptor)
    finally:
        os.close(descriptor)
    faces = tools.engine.find(picture.pixels)
    rows = [_row(tools, face, picture) for face in faces]
    parts = [part for row, face in zip(rows, faces, strict=True) for part in _crops(row, face, picture)]
    return _Read(rows, seal_parts(parts, store=tools.store, key=key) if parts else None)


def _row(tools: WorkerTools, face: FoundFace, picture: DecodedPicture) -> FoundProbeFace:
    height, width = picture.pixels.shape[:2]
    return FoundProbeFace(
        box=[float(value) for value in face.box],
        frame_width=width,
        frame_height=height,
        quality=face.quality.score,
        quality_word=face.quality.words,
        eye_distance_px=face.quality.eye_distance_px,
        embedding=face.embedding.tolist(),
        pack_id=tools.engine.pack.pack_id,
        model_digest=tools.engine.pack.recogniser_sha256,
    )


def _crops(row: FoundProbeFace, face: FoundFace, picture: DecodedPicture) -> list[Part]:
    crops = crops_of(face, cut_out(face, picture.pixels))
    return [Part(f"{row.id}/clear", io.BytesIO(crops.crop)), Part(f"{row.id}/veiled", io.BytesIO(crops.veil))]
