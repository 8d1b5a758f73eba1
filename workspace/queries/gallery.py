"""The gallery: the media that the viewer may see, narrowed and in order, a window at a time.

Every statement walks through the compartments to which the viewer has a key, one by one along an index, so that none
grows with what the viewer cannot see. The same content is one tile, with the number of its copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model.statements import rows_as, statements
from workspace.rules.clocks import Clock
from workspace.rules.codes import MediaKind, MediaMark, Quality
from workspace.rules.comparison import pattern_of

WINDOW = 60
"""How many tiles come at a time: more than a high screen shows."""
MOST_CAMERAS = 50
MOST_ALIKE = 500
"""So many of what is most alike are in order; what follows looks no more like it than anything else."""
MOST_BITS = 90
"""Bits of 256 in which a photo that looks alike differs. Copies differ in 31 at most (Davis and Rosen, PDQ, 2019); of
two that have nothing in common half, 128 with a standard deviation of 8."""

GalleryOrder = Literal["time", "path", "likeness"]
GalleryGrade = Literal["graded", "not_graded", "conflict"]
"""Whether a grade stands, of the owner or of the viewer's country; or the people who graded it differ."""

SQL = statements(__file__)
_FIRST_TIME = "~"
"""Sorts after every time, whose characters are digits and signs."""


@dataclass(frozen=True)
class GalleryFilter:
    """What the gallery is narrowed to; what is None narrows nothing.

    taken_from, taken_to: days by the file's own clock, both within. is_dated: whether its file states a usable time.
    camera: maker and model as the file names them; camera_key: one camera, by maker and serial number; lens_key: one
    lens; document_key: one document of which files were made. from_document: whether it is a PDF, or was taken out of an
    office document or a book. clock: what is known of the stated time. place: the
    country in which the file says it was taken, by packaged borders, or a region of it by its ISO 3166-2 code, where
    the operator has imported regions; "sea" where no country is. faces_from,
    faces_to: how many faces are known in it, both within; of a video its tracks. quality: of its best face. in_series:
    whether it is in any series, by a person whom it shows or placed by hand. series, person: by number. near: this
    medium and those that look like it. seen: whether the viewer has lifted the veil of the whole picture, of whichever
    copy. judged: whether somebody has marked a copy; mark: as what, last. grade: how it is graded. known: whether a
    list of hashes holds it. length_from, length_to: seconds of a video, from and below; a photo has none. text: a part
    of a line that was read in it, with or without accents.
    """

    kind: MediaKind | None = None
    exhibit: UUID | None = None
    countries: list[str] | None = None
    taken_from: date | None = None
    taken_to: date | None = None
    is_dated: bool | None = None
    camera: str | None = None
    camera_key: str | None = None
    lens_key: str | None = None
    document_key: str | None = None
    from_document: bool | None = None
    clock: list[Clock] | None = None
    place: str | None = None
    faces_from: int | None = None
    faces_to: int | None = None
    quality: list[Quality] | None = None
    in_series: bool | None = None
    series: int | None = None
    person: int | None = None
    near: UUID | None = None
    seen: bool | None = None
    judged: bool | None = None
    mark: MediaMark | None = None
    grade: GalleryGrade | None = None
    known: bool | None = None
    length_from: float | None = None
    length_to: float | None = None
    text: str | None = None


@dataclass(frozen=True)
class Likeness:
    """To what the gallery is ordered by likeness: a photo, by how it looks, or a face. Exactly one is given."""

    medium: UUID | None = None
    face: UUID | None = None


NOTHING = Likeness()


@dataclass(frozen=True)
class GalleryTile:
    """A content, by the first medium that holds it.

    captured_at: as the file states it, unverified. copies: media with this content that the viewer may see, this one
    too. near_copies: media of the same material that look like it. paths: at how many places it lies; path, exhibit:
    the first of them. face_count: of a video its tracks. series: numbers of those in which it is. is_seen: the
    viewer has lifted the veil of the whole picture. own_persons: numbers of those that it shows, of material of the
    viewer's agency. mark: what was said last of any copy. grade: the category that stands, of the viewer's country or
    else of an owner, whose table is grade_of. in_conflict: people who graded it differ. is_known: a list of hashes
    holds it.
    """

    id: UUID
    kind: MediaKind
    state: Literal["waiting", "read", "refused"]
    refusal: str | None
    captured_at: str | None
    duration_s: float | None
    face_count: int
    best_quality: Quality | None
    country: str
    copies: int
    paths: int
    near_copies: int
    path: str | None
    exhibit_id: UUID | None
    exhibit: str | None
    is_seen: bool
    series: list[int]
    own_persons: list[int]
    is_own: bool
    mark: MediaMark | None
    grade: int | None
    grade_of: str | None
    in_conflict: bool
    is_known: bool
    in_lead: bool


@dataclass(frozen=True)
class GalleryPart:
    """Tiles in their order. veils: where their veiled pictures lie in the store, one per tile; None where there is none
    yet. after: what is given back to go on; None at the end."""

    tiles: list[GalleryTile]
    veils: list[str | None]
    after: str | None


@dataclass(frozen=True)
class GalleryCounts:
    """How many media fit, how many of them the viewer has seen, how many others somebody has marked, and how many are
    still being read and may join."""

    media: int
    seen: int
    judged: int
    unread: int


@dataclass(frozen=True)
class GalleryChoice:
    """What the gallery can be narrowed to: a country, an exhibit by its id, or the country or region of the places that
    files state."""

    what: Literal["country", "exhibit", "place"]
    value: str
    label: str


@dataclass(frozen=True)
class CameraChoice:
    """Maker and model as files name them, and how many media name them."""

    camera: str
    media: int


@dataclass(frozen=True)
class SeriesChoice:
    """A series."""

    id: UUID
    number: int
    label: str


@dataclass(frozen=True)
class GalleryChoices:
    """What the gallery can be narrowed to. more_cameras: there are others than these."""

    choices: list[GalleryChoice]
    series: list[SeriesChoice]
    cameras: list[CameraChoice]
    more_cameras: bool


def gallery_part(
    session: Session,
    operation_id: int,
    narrowed: GalleryFilter,
    *,
    order: GalleryOrder = "time",
    like: Likeness = NOTHING,
    after: str = "",
) -> GalleryPart:
    """The next window of tiles. after: of the window before; empty at the beginning. like: for the order by likeness,
    which stays inside the material of one lock: across owners it is a lead's or a search's.

    Raises:
        Invalid: `after` comes from no window, or nothing is chosen for the order by likeness.
        NotFound, Forbidden, Conflict: see `_require_alike`.
    """
    asked = _asked(operation_id, narrowed)
    if order == "likeness":
        ids, end = _by_likeness(session, asked, after, like)
    else:
        ids, end = (_by_time if order == "time" else _by_path)(session, asked, after)
    return replace(_tiles(session, operation_id, ids, narrowed.exhibit), after=end)


def gallery_read(
    session: Session, operation_id: int, media: Sequence[UUID], *, exhibit: UUID | None = None
) -> GalleryPart:
    """The tiles of those of these media that are read now, or refused, as far as the gallery shows them to the viewer.
    exhibit: to which the gallery is narrowed."""
    ids = session.scalars(SQL["read"], {"operation": operation_id, "media": list(media)}).all()
    return _tiles(session, operation_id, ids, exhibit)


def _tiles(session: Session, operation_id: int, ids: Sequence[UUID], exhibit: UUID | None) -> GalleryPart:
    rows = session.execute(SQL["tiles"], {"operation": operation_id, "ids": list(ids), "exhibit": exhibit})
    found = [dict(row._mapping) for row in rows]
    veils = [each.pop("veil_address") for each in found]
    return GalleryPart([GalleryTile(**each) for each in found], veils, None)


def gallery_counts(session: Session, operation_id: int, narrowed: GalleryFilter) -> GalleryCounts:
    """How many media fit what is asked, whether seen or not."""
    is_all = narrowed == GalleryFilter(countries=narrowed.countries)
    row = session.execute(SQL["counts_all" if is_all else "counts"], _asked(operation_id, narrowed)).one()
    return GalleryCounts(**row._mapping)


def gallery_choices(session: Session, operation_id: int) -> GalleryChoices:
    """What the viewer can narrow the gallery of an operation to."""
    here = {"operation": operation_id}
    cameras = rows_as(CameraChoice, session.execute(SQL["cameras"], here | {"one_more": MOST_CAMERAS + 1}))
    choices = gallery_places(session, operation_id)
    series = gallery_series(session, operation_id)
    return GalleryChoices(choices, series, cameras[:MOST_CAMERAS], len(cameras) > MOST_CAMERAS)


def gallery_places(session: Session, operation_id: int) -> list[GalleryChoice]:
    """The countries, the exhibits and the countries of stated places of the material that the viewer may see."""
    return rows_as(GalleryChoice, session.execute(SQL["choices"], {"operation": operation_id}))


def gallery_series(session: Session, operation_id: int) -> list[SeriesChoice]:
    """The series of an operation that the viewer may see, by number."""
    return rows_as(SeriesChoice, session.execute(SQL["series"], {"operation": operation_id}))


def _asked(operation_id: int, narrowed: GalleryFilter) -> dict[str, Any]:
    """The filter as parameters of the statements."""
    asked = asdict(narrowed) | {"operation": operation_id, "one_more": WINDOW + 1}
    last = asked.pop("taken_to")
    asked["text_like"] = pattern_of(asked.pop("text") or "")
    asked["taken_from"] = narrowed.taken_from and narrowed.taken_from.isoformat()
    # A day is compared with the times of the files by their texts: the whole last day is before the day after it.
    asked["taken_before"] = (last + timedelta(days=1)).isoformat() if last and last < date.max else None
    return asked


def _by_time(session: Session, asked: dict[str, Any], after: str) -> tuple[list[UUID], str | None]:
    at_time, digest = _FIRST_TIME, b""
    if after:
        at_time, _, digits = after.rpartition("|")
        try:
            digest = bytes.fromhex(digits)
            _ = at_time and datetime.fromisoformat(at_time)
        except ValueError as fault:
            raise _no_window() from fault
    rows = session.execute(SQL["by_time"], asked | {"at_time": at_time, "at_sha256": digest}).all()
    shown = rows[:WINDOW]
    return [row.id for row in shown], f"{shown[-1].at_time}|{shown[-1].sha256.hex()}" if len(rows) > WINDOW else None


def _by_path(session: Session, asked: dict[str, Any], after: str) -> tuple[list[UUID], str | None]:
    path, file_id = "", UUID(int=0)
    if after:
        digits, _, path = after.partition("|")
        try:
            file_id = UUID(digits)
        except ValueError as fault:
            raise _no_window() from fault
    rows = session.execute(SQL["by_path"], asked | {"at_path": path, "at_file": file_id}).all()
    shown = rows[:WINDOW]
    return [row.id for row in shown], f"{shown[-1].file_id}|{shown[-1].path}" if len(rows) > WINDOW else None


def _by_likeness(session: Session, asked: dict[str, Any], after: str, like: Likeness) -> tuple[list[UUID], str | None]:
    _require_alike(session, asked["operation"], like)
    place, digest = 0, b""
    if after:
        number, _, digits = after.partition("|")
        try:
            place, digest = int(number[:9]), bytes.fromhex(digits)
        except ValueError as fault:
            raise _no_window() from fault
    asked |= {"at_place": place, "at_sha256": digest, "most_alike": MOST_ALIKE, "most_bits": MOST_BITS}
    statement = SQL["like_picture" if like.medium else "like_face"]
    rows = session.execute(statement, asked | {"like": like.medium or like.face}).all()
    shown = rows[:WINDOW]
    return [row.id for row in shown], f"{shown[-1].place}|{shown[-1].sha256.hex()}" if len(rows) > WINDOW else None


def _require_alike(session: Session, operation_id: int, like: Likeness) -> None:
    """Pass if the gallery can be ordered by likeness to this.

    Raises:
        Invalid: none or two are chosen. NotFound: the viewer sees no such thing. Forbidden: it is a face of another
            agency's material, which a search compares. Conflict: it has nothing to compare.
    """
    if (like.medium is None) == (like.face is None):
        raise Invalid(
            "Choose the photo or the face that the others are to be like.",
            faults=[Fault("like", "a medium, or a face as like_face; exactly one of them")],
        )
    row = session.execute(
        SQL["likened"], {"operation": operation_id, "medium": like.medium, "face": like.face}
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such medium or face.")
    if like.face is not None and not row.is_own:
        raise Forbidden("A face of another agency's material is compared by a search, which asks for a reason.")
    if not row.is_comparable:
        raise Conflict(
            "Nothing can be compared with this: it is no photo that was read, or its country does not let its faces be "
            "compared."
        )


def _no_window() -> Invalid:
    return Invalid(
        "This is no place in the gallery. Begin again without it.", faults=[Fault("after", "of the window before")]
    )
