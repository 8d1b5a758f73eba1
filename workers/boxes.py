"""Describes a face that a person drew because the detector missed it: in the sandbox's picture, close up, in every
turn.

A box in which no face can be aligned is kept, without a vector: it belongs to nobody and matches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row

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
from workspace.analysis.faces import OVERLAP, FoundFace, overlap
from workspace.analysis.quality import Quality
from workspace.commands.boxes import record_described
from workspace.commands.guard import lets_compare
from workspace.commands.readings import FoundFaceRow
from workspace.errors import Refused
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.rules.boxes import shares_of
from workspace.store.keys import OperationKey

SQL = statements(__file__)

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Drawn:
    """A box that waits. box: in per cent of the picture's sides."""

    id: UUID
    media_item_id: UUID
    operation_id: int
    compartment_id: int
    country: str
    address: str
    box: dict[str, str]


def describe_face(tools: WorkerTools, job: Taken) -> Effects:
    """Describe a drawn face. Job `describe_face`, subject: the act."""
    with tools.db.read(tools.service_id) as view:
        row = view.session.execute(SQL["drawn"], {"act": job.subject_id}).one_or_none()
        if row is None:
            return lambda tx: None
        drawn = _Drawn(**row._mapping)
        key = tools.key(view.session, drawn.operation_id)
    try:
        with tools.store.memfd(drawn.address, key) as descriptor:
            pixels = tools.decoder.picture(descriptor).pixels
    except Refused:
        return lambda tx: record_described(tx, drawn.id, "not_readable")
    box = _box_in(pixels, drawn.box)
    found = tools.engine.find_at(pixels, box)
    if found is None:
        blank = replace(_row(tools, key, pixels, _no_face(box, tools.engine.pack.dimension)), embedding=None)
        return lambda tx: record_described(tx, drawn.id, "no_face", blank)
    seen = sighting([_row(tools, key, pixels, found)], [found])
    with tools.db.read(tools.service_id) as view:
        nearby = look_for_persons(view.session, drawn.compartment_id, [seen])
    return lambda tx: _write(tx, drawn, seen, nearby)


def give_up_face(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for the face."""
    record_described(tx, job.subject_id, "not_readable")


def without_said(tx: Tx, media_id: UUID, sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
    """Without faces where people drew one or took one away: a medium that is read again undoes neither."""
    said = tx.session.execute(SQL["said"], {"media": media_id}).all()
    return tuple(
        one
        for one in sightings
        if not any(_is_there(face, each) for face in one.faces for each in said if face.part == each.part)
    )


def _is_there(face: FoundFaceRow, said: Row[Any]) -> bool:
    """Whether a face of a photo is in a box about which people said something."""
    scale = np.array([face.frame_width / said.frame_width, face.frame_height / said.frame_height] * 2, np.float32)
    box, other = np.array(face.box, np.float32), np.array(said.box, np.float32)
    return face.at_s is None and overlap(box, other * scale) > OVERLAP


def _write(tx: Tx, drawn: _Drawn, seen: Sighting, nearby: Nearby) -> None:
    """The face, and whose it is; nobody who is in the picture already. Where the country lets no faces be compared any
    more the box waits for nothing."""
    if not lets_compare(tx, drawn.operation_id, drawn.country):
        record_described(tx, drawn.id, "no_face", replace(seen.faces[0], embedding=None))
        return
    there = tx.session.scalars(SQL["persons_there"], {"media": drawn.media_item_id}).all()
    [face] = give_to_persons(tx, drawn.operation_id, drawn.compartment_id, [seen], nearby, elsewhere=frozenset(there))
    record_described(tx, drawn.id, "described", face)


def _row(tools: WorkerTools, key: OperationKey, pixels: Pixels, face: FoundFace) -> FoundFaceRow:
    return face_row(face, crops_of(face, cut_out(face, pixels)), pack=tools.engine.pack, store=tools.store, key=key)


def _box_in(pixels: Pixels, box: dict[str, str]) -> Floats:
    """(4,) float32 px: left, top, right, bottom."""
    left, top, width, height = (share / 100 for share in shares_of(box) or (0.0, 0.0, 0.0, 0.0))
    down, across = pixels.shape[:2]
    return np.array([left * across, top * down, (left + width) * across, (top + height) * down], np.float32)


def _no_face(box: Floats, dimension: int) -> FoundFace:
    """A box without a face that could be aligned: its landmarks lie in one point, so that it is never embedded."""
    middle = box.reshape(2, 2).mean(axis=0)
    quality = Quality(eye_distance_px=0, sharpness=0, yaw_deg=0, roll_deg=0, score=0, words="poor")
    return FoundFace(box, np.tile(middle, (5, 1)).astype(np.float32), 0.0, quality, np.zeros(dimension, np.float32))
