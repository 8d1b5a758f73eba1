"""One medium: what it is, where it lies, and what stands in connection with it, as far as the viewer may see it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import NotFound
from workspace.model.statements import part_as, rows_as, statements
from workspace.queries.exhibit_cases import StatedCategory, stated_categories
from workspace.queries.films import SourceOfStill, source_of_still
from workspace.queries.sweeps import SweepOfMedium, sweep_of_medium
from workspace.rules.clocks import Clock, model_year
from workspace.rules.codes import Handling, MediaKind, Quality
from workspace.rules.exercise import PlayedBy
from workspace.rules.leads import LeadKind, LeadStage

SQL = statements(__file__)
MOST_PATHS = 50
MOST_NEAR = 60
MOST_FACES = 200


@dataclass(frozen=True)
class PathOfMedium:
    """A place at which a medium lies. inside: the path of the archive that holds it."""

    exhibit_id: UUID
    exhibit: str
    exhibit_kind: str
    path: str
    inside: str | None


@dataclass(frozen=True)
class CopyOfMedium:
    """A medium with the same content, in material that is opened apart. paths: the first MOST_PATHS of path_count."""

    id: UUID
    country: str
    path_count: int
    paths: list[PathOfMedium]


@dataclass(frozen=True)
class NearCopyOfMedium:
    """A medium of the same material that looks like it. distance: of their PDQ hashes, in bits of 256; percent: of
    videos, the share of frames that match, of the one of which more do; exhibit: the first in which it lies."""

    id: UUID
    kind: MediaKind
    distance: int
    percent: int | None
    exhibit: str | None


@dataclass(frozen=True)
class MediumCopies:
    """The same content, this medium first, and the first MOST_NEAR of near_of media that look like it."""

    copies: list[CopyOfMedium]
    near: list[NearCopyOfMedium]
    near_of: int


@dataclass(frozen=True)
class FaceInMedium:
    """A face in a medium, poor ones too; of a video the best of each track, which is seen from start_s to end_s.

    box: left, top, right, bottom, in pixels of a frame of frame_width by frame_height. part: which picture of a file
    that holds several, from 1. person, series: by number. is_joined: the machine put it together with another face of
    the picture. by_sweep: the first look missed it.
    """

    id: UUID
    box: list[float]
    frame_width: int
    frame_height: int
    quality_word: Quality
    eye_distance_px: float
    yaw_deg: float
    at_s: float | None
    part: int
    start_s: float | None
    end_s: float | None
    person: int | None
    is_joined: bool
    series: int | None
    by_sweep: bool


@dataclass(frozen=True)
class LeadOfMedium:
    """A lead on which the medium stands."""

    id: UUID
    number: int
    kind: LeadKind
    stage: LeadStage


@dataclass(frozen=True)
class LooksAtMedium:
    """How often one person lifted the veil of the medium or of a face in it."""

    name: str
    country: str
    played_by: PlayedBy
    first_at: datetime
    last_at: datetime
    times: int


@dataclass(frozen=True)
class MediumPage:
    """A medium with all that the viewer may see of it.

    captured_at and what follows up to longitude: as the file states it, unverified. unseen: what of it was not looked
    at. inner_video_s: how long the video inside a photo is. pdq: 64 hex digits. same_camera: other media of the same
    camera, by maker and serial number (camera_key); same_lens, same_document: likewise. clock: what is known of the
    stated time; clock_claim: one that cannot be true, as the file writes it. camera_year: in which the camera's model
    was announced, where that is known. place_country: in whose packaged borders that place is; place_region,
    region_name: in which region of it, where the operator has imported them.
    handling: the strictest code of all copies that the viewer may see. faces_sought: whether its country let faces be
    looked for. looked_at: when the viewer first lifted the veil of the whole picture. faces: the first MOST_FACES of
    faces_of. stated: what case files of the viewer's agency state. looks: the owner's agency reads of all, others of
    themselves. still_of: the video that it was taken out of.
    """

    id: UUID
    operation_id: int
    country: str
    is_own: bool
    kind: MediaKind
    state: Literal["waiting", "read", "refused"]
    refusal: str | None
    unseen: list[str]
    media_type: str
    size_bytes: int
    width: int | None
    height: int | None
    duration_s: float | None
    inner_video_s: float | None
    sha256: str
    md5: str
    sha1: str
    pdq: str | None
    pdq_quality: int | None
    captured_at: str | None
    captured_subseconds: str | None
    clock: Clock | None
    clock_claim: str | None
    camera_make: str | None
    camera_model: str | None
    camera_serial: str | None
    camera_key: str | None
    camera_year: int | None
    lens_make: str | None
    lens_model: str | None
    lens_serial: str | None
    lens_key: str | None
    software: str | None
    document: str | None
    original_document: str | None
    instance: str | None
    document_key: str | None
    latitude: float | None
    longitude: float | None
    place_country: str | None
    place_region: str | None
    region_name: str | None
    received_at: datetime
    read_at: datetime | None
    faces_sought: bool
    has_picture: bool
    handling: Handling
    same_camera: int
    same_lens: int
    same_document: int
    looked_at: datetime | None
    faces: list[FaceInMedium]
    faces_of: int
    sweep: SweepOfMedium
    copies: MediumCopies
    stated: list[StatedCategory]
    leads: list[LeadOfMedium]
    looks: list[LooksAtMedium]
    still_of: SourceOfStill | None


def medium_page(session: Session, medium_id: UUID) -> MediumPage:
    """A medium that came with an exhibit.

    Raises:
        NotFound: there is no such medium for the viewer.
    """
    here = {"medium": medium_id}
    row = session.execute(SQL["facts"], here).one_or_none()
    if row is None:
        raise NotFound("There is no such medium.")
    faces = part_as(FaceInMedium, session.execute(SQL["faces"], here | {"most": MOST_FACES}))
    return MediumPage(
        **row._mapping,
        camera_year=model_year(row.camera_make, row.camera_model),
        faces=faces.rows,
        faces_of=faces.of,
        sweep=sweep_of_medium(session, medium_id),
        copies=medium_copies(session, medium_id),
        stated=stated_categories(session, medium_id),
        leads=rows_as(LeadOfMedium, session.execute(SQL["leads"], here)),
        looks=rows_as(LooksAtMedium, session.execute(SQL["looks"], here)),
        still_of=source_of_still(session, medium_id),
    )


def medium_operation(session: Session, medium_id: UUID) -> int:
    """The operation of a medium that came with an exhibit.

    Raises:
        NotFound: there is no such medium for the viewer.
    """
    found: int | None = session.execute(SQL["operation"], {"medium": medium_id}).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such medium.")
    return found


def medium_is_own(session: Session, medium_id: UUID) -> bool:
    """Whether a medium is of the viewer's own agency."""
    return bool(session.execute(SQL["is_own"], {"medium": medium_id}).scalar_one_or_none())


def medium_of_face(session: Session, face_id: UUID) -> UUID:
    """The medium in which a face was found.

    Raises:
        NotFound: there is no such face for the viewer, or it is a portrait of a register.
    """
    found: UUID | None = session.execute(SQL["of_face"], {"face": face_id}).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such medium.")
    return found


def medium_copies(session: Session, medium_id: UUID) -> MediumCopies:
    """The copies and near copies of a medium that the viewer may see.

    Raises:
        NotFound: there is no such medium for the viewer.
    """
    copies = session.execute(SQL["copies"], {"medium": medium_id}).all()
    if not copies:
        raise NotFound("There is no such medium.")
    lying: dict[UUID, list[PathOfMedium]] = defaultdict(list)
    ids = [row.id for row in copies]
    for row in session.execute(SQL["paths"], {"media": ids, "most": MOST_PATHS}):
        lying[row.media_item_id].append(
            PathOfMedium(row.exhibit_id, row.exhibit, row.exhibit_kind, row.path, row.inside)
        )
    near = part_as(NearCopyOfMedium, session.execute(SQL["near"], {"medium": medium_id, "most": MOST_NEAR}))
    return MediumCopies(
        [CopyOfMedium(row.id, row.country, row.path_count, lying[row.id]) for row in copies], near.rows, near.of
    )
