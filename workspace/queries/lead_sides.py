"""The sides of a lead with the facts under each: face, person, register entry, medium with its device.

Row-level security decides which side comes; a side that is closed to the viewer is its country and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.queries.known import KnownMark, known_marks
from workspace.rules.clocks import Clock
from workspace.rules.codes import AgeBand, EntryEnd, Handling, MediaKind, Quality, Sex
from workspace.rules.leads import side_numbers

SQL = statements(__file__)
MOST_FACES = 200
MOST_PATHS = 20


@dataclass(frozen=True)
class Face:
    """A face in a picture.

    box: left, top, right, bottom; landmarks: x, y of right eye, left eye, nose tip, right and left corner of the mouth;
    both in pixels of the working image, which is frame_width by frame_height. at_s: seconds into the video, null in a
    photo. part: which picture of a file that holds several, from 1. Of a side that is open by its picture alone nothing
    is told of the file: box and landmarks are empty, the frame is 0 by 0.
    """

    id: UUID
    box: list[float]
    landmarks: list[float]
    quality_word: Quality
    eye_distance_px: float
    yaw_deg: float
    roll_deg: float
    at_s: float | None
    part: int
    frame_width: int
    frame_height: int


@dataclass(frozen=True)
class DepictedPerson:
    """A person in the material. other_faces: further faces of the same person, best quality first, at most
    MOST_FACES."""

    id: UUID
    number: int
    face_count: int
    age_band: AgeBand | None
    series_number: int | None
    other_faces: list[UUID]


@dataclass(frozen=True)
class RegisterEntry:
    """An entry of a register. label: a name where the register gives one; empty in exercises."""

    id: UUID
    number: str
    label: str
    sex: Sex
    date_of_birth: date | None
    missing_since: date | None
    place: str | None
    nationality: str | None
    details: dict[str, str]
    register: str
    closed_as: EntryEnd | None


@dataclass(frozen=True)
class ExhibitOfMedium:
    """The exhibit in which a medium was."""

    id: UUID
    label: str
    kind: str
    custodian_country: str


@dataclass(frozen=True)
class Medium:
    """A photo or a video.

    unseen: what of it was not looked at, by code (`vocabulary.UNSEEN`); a face there is missed. captured_at: as
    the file states it, unverified; captured_subseconds: the decimals of its second; clock: what is known of it;
    clock_claim: a stated time that cannot be true. document: the first of which the file was made. latitude, longitude:
    degrees, as the
    file states them. device_paths: as they
    stood on the device, at most MOST_PATHS; path_count: how many there are. known: what lists of known material say of
    it, «already identified» first. still_at_s: of a video beside a photo, the second that looks most like that photo.
    """

    id: UUID
    kind: MediaKind
    unseen: list[str]
    sha256: str
    width: int | None
    height: int | None
    camera_make: str | None
    camera_model: str | None
    camera_serial: str | None
    lens_model: str | None
    lens_serial: str | None
    software: str | None
    document: str | None
    captured_at: str | None
    captured_subseconds: str | None
    clock: Clock | None
    clock_claim: str | None
    latitude: float | None
    longitude: float | None
    exhibit: ExhibitOfMedium | None
    device_paths: list[str]
    path_count: int
    near_copies: int
    known: list[KnownMark]
    still_at_s: float | None = None


@dataclass(frozen=True)
class LeadSide:
    """One side of a lead. One that is `hidden`, to which the viewer has no key, carries nothing but its country.

    One that `is_pair_only` was opened by its picture alone: its face, without person, entry and medium; or, where it is
    no face, `preview`, the medium whose preview is open. handling: the strictest code of all copies of it that the
    viewer may see, and at least the operation's.
    looked_at: when the viewer first lifted the veil of its face, or of its medium where it has no face.
    """

    side: int
    country: str
    hidden: bool
    is_pair_only: bool = False
    handling: Handling | None = None
    face: Face | None = None
    person: DepictedPerson | None = None
    register_entry: RegisterEntry | None = None
    media: Medium | None = None
    preview: UUID | None = None
    looked_at: datetime | None = None


def lead_sides(session: Session, lead_id: UUID, countries: Sequence[str], *, of: int) -> list[LeadSide]:
    """All sides in their order: what stands on each, or only its country where it is closed to the viewer.

    countries: the lead's. of: how many sides it has.
    """
    rows = session.execute(SQL["sides"], {"lead": lead_id}).all()
    sides = {row.side: _side(session, row) for row in rows}
    sides |= _with_moments(session, sides)
    seen = {side.country for side in sides.values()}
    others = [country for country in countries if country not in seen] or list(countries)
    return [sides.get(number) or LeadSide(number, others[0], hidden=True) for number in side_numbers(of)]


def _with_moments(session: Session, sides: Mapping[int, LeadSide]) -> dict[int, LeadSide]:
    """The sides that are videos beside a photo, with the second that looks like it. Of two photos the first side's
    counts."""
    media = {number: side.media for number, side in sides.items() if side.media and not side.face}
    photo = next((each.id for _, each in sorted(media.items()) if each.kind == "photo"), None)
    videos = {number: each for number, each in media.items() if each.kind == "video"} if photo else {}
    moments = {
        number: session.execute(SQL["moment"], {"photo": photo, "video": each.id}).scalar_one_or_none()
        for number, each in videos.items()
    }
    return {
        number: replace(sides[number], media=replace(videos[number], still_at_s=at_s))
        for number, at_s in moments.items()
    }


def _side(session: Session, row: Row[Any]) -> LeadSide:
    if row.is_pair_only:
        return _pair_side(row)
    return LeadSide(
        side=row.side,
        country=row.country,
        hidden=False,
        handling=row.handling_code,
        face=_face(row) if row.face_id else None,
        person=_person(session, row) if row.person_id else None,
        register_entry=_entry(row) if row.register_entry_id else None,
        media=_medium(session, row) if row.media_item_id else None,
        looked_at=row.looked_at,
    )


def _pair_side(row: Row[Any]) -> LeadSide:
    face = Face(
        id=row.face_id,
        box=[],
        landmarks=[],
        quality_word=row.quality_word,
        eye_distance_px=row.eye_distance_px,
        yaw_deg=row.yaw_deg,
        roll_deg=row.roll_deg,
        at_s=None,
        part=1,
        frame_width=0,
        frame_height=0,
    )
    return LeadSide(
        side=row.side,
        country=row.country,
        hidden=False,
        is_pair_only=True,
        handling=row.handling_code,
        face=face if row.face_id else None,
        preview=row.media_item_id,
        looked_at=row.looked_at,
    )


def _face(row: Row[Any]) -> Face:
    return Face(
        id=row.face_id,
        box=row.box,
        landmarks=row.landmarks,
        quality_word=row.quality_word,
        eye_distance_px=row.eye_distance_px,
        yaw_deg=row.yaw_deg,
        roll_deg=row.roll_deg,
        at_s=row.at_s,
        part=row.part,
        frame_width=row.frame_width,
        frame_height=row.frame_height,
    )


def _person(session: Session, row: Row[Any]) -> DepictedPerson:
    others = session.execute(
        text(
            "select id, count(*) over () as of from face where person_id = :person and id <> :face order by quality "
            "desc, id limit :most"
        ),
        {"person": row.person_id, "face": row.face_id, "most": MOST_FACES},
    ).scalars()
    return DepictedPerson(
        id=row.person_id,
        number=row.person_number,
        face_count=row.face_count,
        age_band=row.age_band,
        series_number=row.series_number,
        other_faces=list(others),
    )


def _entry(row: Row[Any]) -> RegisterEntry:
    return RegisterEntry(
        id=row.entry_id,
        number=row.entry_number,
        label=row.label,
        sex=row.sex,
        date_of_birth=row.date_of_birth,
        missing_since=row.missing_since,
        place=row.place,
        nationality=row.nationality,
        details=details_in_words(row.details),
        register=row.register_name,
        closed_as=row.closed_as,
    )


def details_in_words(details: dict[str, Any] | None) -> dict[str, str]:
    """The details of a register's entry as texts; a list as its parts."""
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in (details or {}).items()
    }


def _medium(session: Session, row: Row[Any]) -> Medium:
    paths = session.execute(
        text("""select path, count(*) over () as of from received_file where media_item_id = :item
             order by received_at, path limit :most"""),
        {"item": row.media_item_id, "most": MOST_PATHS},
    ).all()
    near = session.execute(
        text("select count(*) from near_copy where media_item_id = :item or like_id = :item"),
        {"item": row.media_item_id},
    ).scalar_one()
    return Medium(
        id=row.media_item_id,
        kind=row.media_kind,
        unseen=row.unseen,
        sha256=bytes(row.sha256).hex(),
        width=row.media_width,
        height=row.media_height,
        camera_make=row.camera_make,
        camera_model=row.camera_model,
        camera_serial=row.camera_serial,
        lens_model=row.lens_model,
        lens_serial=row.lens_serial,
        software=row.software,
        document=row.document,
        captured_at=row.captured_at,
        captured_subseconds=row.captured_subseconds,
        clock=row.clock,
        clock_claim=row.clock_claim,
        latitude=row.latitude,
        longitude=row.longitude,
        exhibit=_exhibit(row) if row.exhibit_id else None,
        device_paths=[path.path for path in paths],
        path_count=paths[0].of if paths else 0,
        near_copies=near,
        known=known_marks(session, row.media_item_id),
    )


def _exhibit(row: Row[Any]) -> ExhibitOfMedium:
    return ExhibitOfMedium(row.exhibit_id, row.exhibit_label, row.exhibit_kind, row.exhibit_country)
