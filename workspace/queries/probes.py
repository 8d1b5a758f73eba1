"""Pictures that people brought to search with, as their owners see them; nobody else sees one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import rows_as, statements
from workspace.rules.codes import ProbeState, Quality, SearchPurpose

SQL = statements(__file__)


@dataclass(frozen=True)
class ProbeFace:
    """A face of such a picture, from the left. middle: of its box, from the left and from above, in per cent of the
    picture."""

    id: UUID
    quality: Quality
    eye_distance_px: int
    middle_x: int
    middle_y: int


@dataclass(frozen=True)
class ProbePicture:
    """A picture that the viewer brought. state: `waiting` for a worker, `read`, `refused` or `erased`; refusal: a code
    of the vocabulary. until: when it is erased. faces: none before it was read."""

    id: UUID
    operation_id: int
    state: ProbeState
    refusal: str | None
    purpose: SearchPurpose
    legal_basis: str
    case_reference: str
    brought_at: datetime
    until: datetime
    faces: list[ProbeFace]


@dataclass(frozen=True)
class SealedCrop:
    """Where a face's picture is sealed, and under which name."""

    operation_id: int
    address: str
    name: str


def probe_picture(session: Session, probe_id: UUID) -> ProbePicture:
    """A picture that the viewer brought.

    Raises:
        NotFound: the viewer brought no such picture.
    """
    row = session.execute(SQL["picture"], {"id": probe_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such picture of yours.")
    faces = rows_as(ProbeFace, session.execute(SQL["faces"], {"id": probe_id}))
    return ProbePicture(**row._mapping, faces=faces)


def sealed_crop(session: Session, face_id: UUID, how: Literal["veiled", "clear"]) -> SealedCrop:
    """The picture of a face that the viewer brought.

    Raises:
        NotFound: the viewer brought no such face, or its hour is over.
    """
    row = session.execute(SQL["crop"], {"id": face_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such picture.")
    return SealedCrop(row.operation_id, row.crops, f"{face_id}/{how}")
