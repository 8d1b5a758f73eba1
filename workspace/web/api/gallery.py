"""REST: the gallery of the material that the viewer may see, a window at a time, with how many media fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import marks
from workspace.commands.marks import MOST_MEDIA, MarkedMedia
from workspace.errors import Forbidden
from workspace.queries import gallery as queries
from workspace.queries import operations
from workspace.queries.gallery import (
    WINDOW,
    GalleryChoices,
    GalleryCounts,
    GalleryFilter,
    GalleryGrade,
    GalleryOrder,
    GalleryTile,
    Likeness,
)
from workspace.queries.medium import MediumCopies, MediumPage
from workspace.queries.medium import medium_copies as find_copies
from workspace.queries.medium import medium_page as find_medium
from workspace.queries.texts import MediumTexts
from workspace.queries.texts import medium_texts as find_texts
from workspace.rules.clocks import CLOCKS, Clock
from workspace.rules.codes import MediaKind, MediaMark, Quality
from workspace.web.bodies import MOST_INTEGER, Body, OperationPath, Query, ThingPath
from workspace.web.context import may, operation_key, reading, writing
from workspace.web.veils import veils_in_base64

api = APIBlueprint("gallery", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="material")])

_ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOST_COUNTRIES = 300
MOST_PLACE = 8000
MOST_SECONDS = 10**9
MOST_KEY = 700
"""Signs of what a camera, lens or document is compared by: up to three texts of a file, of 200 each."""


class NarrowedQuery(Query):
    """What the gallery is narrowed to: what is not given narrows nothing, and what is given holds together.

    country: several with commas. quality: of the best face, several with commas. length_from, length_to: seconds of a
    video, from and below. clock: several with commas. text: a part of what was read in it.
    """

    kind: MediaKind | None = None
    exhibit: UUID | None = None
    country: str = Field("", pattern=r"^([A-Z]{2}(,[A-Z]{2})*)?$", max_length=MOST_COUNTRIES)
    taken_from: date | None = None
    taken_to: date | None = None
    is_dated: bool | None = None
    camera: str | None = Field(None, max_length=MOST_KEY)
    camera_key: str | None = Field(None, max_length=MOST_KEY)
    lens_key: str | None = Field(None, max_length=MOST_KEY)
    document_key: str | None = Field(None, max_length=MOST_KEY)
    from_document: bool | None = None
    clock: str = Field("", pattern=rf"^(({'|'.join(CLOCKS)})(,({'|'.join(CLOCKS)}))*)?$", max_length=200)
    place: str | None = Field(None, pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?|sea)$")
    faces_from: int | None = Field(None, ge=0)
    faces_to: int | None = Field(None, ge=0)
    quality: str = Field("", pattern=r"^((good|usable|poor)(,(good|usable|poor))*)?$", max_length=60)
    in_series: bool | None = None
    series: int | None = Field(None, ge=1, le=MOST_INTEGER)
    person: int | None = Field(None, ge=1, le=MOST_INTEGER)
    near: UUID | None = None
    mark: MediaMark | None = None
    grade: GalleryGrade | None = None
    known: bool | None = None
    length_from: float | None = Field(None, ge=0, le=MOST_SECONDS, allow_inf_nan=False)
    length_to: float | None = Field(None, ge=0, le=MOST_SECONDS, allow_inf_nan=False)
    text: str = Field("", max_length=200)

    def narrowed(self, *, seen: bool | None = None, judged: bool | None = None) -> GalleryFilter:
        """As the queries take it."""
        given = self.model_dump(include=set(NarrowedQuery.model_fields) - {"country", "quality", "clock", "text"})
        clocks: list[Clock] = [each for each in CLOCKS if each in self.clock.split(",")]
        qualities: list[Quality] = [each for each in ("good", "usable", "poor") if each in self.quality.split(",")]
        return GalleryFilter(**given, countries=self.country.split(",") if self.country else None, text=self.text or None,
                             quality=qualities or None, clock=clocks or None, seen=seen, judged=judged)  # fmt: skip


class GalleryQuery(NarrowedQuery):
    """Which window. seen: only what the viewer has seen, or only what not; judged: only what somebody has marked, or
    only what nobody has. like, like_face: for the order by likeness, a photo or a face of one's own material. after: of
    the window before."""

    seen: bool | None = None
    judged: bool | None = None
    order: GalleryOrder = "time"
    like: UUID | None = None
    like_face: UUID | None = None
    after: str = Field("", max_length=MOST_PLACE)


class ReadQuery(Query):
    """Which media are waited for, by id and with commas between them. exhibit: to which the gallery is narrowed."""

    media: str = Field(pattern=rf"^{_ID}(,{_ID}){{0,{WINDOW - 1}}}$", max_length=37 * WINDOW)
    exhibit: UUID | None = None


class MarkBody(Body):
    """Media, and what is said of them."""

    media: list[UUID] = Field(min_length=1, max_length=MOST_MEDIA)
    mark: MediaMark


@dataclass(frozen=True)
class GalleryWindow:
    """Tiles in their order. veils: their veiled pictures as WebP in Base64, one per tile; null where there is none.
    after: what is given back to go on; null at the end."""

    tiles: list[GalleryTile]
    veils: list[str | None]
    after: str | None


@api.get("/operations/<int:operation_id>/gallery")
def gallery(path: OperationPath, query: GalleryQuery) -> GalleryWindow:
    """Answer the next tiles of the gallery, with their veiled pictures."""
    narrowed = query.narrowed(seen=query.seen, judged=query.judged)
    with reading() as view:
        operation = operations.operation(view.session, path.operation_id)
        if query.like_face is not None and not may(view, "merge_persons", operation):
            raise Forbidden("Your role in this operation does not allow this.")
        like = Likeness(query.like, query.like_face)
        part = queries.gallery_part(
            view.session, path.operation_id, narrowed, order=query.order, like=like, after=query.after
        )
        key = operation_key(view.session, path.operation_id) if any(part.veils) else None
    return GalleryWindow(part.tiles, veils_in_base64(part.veils, key), part.after)


@api.get("/operations/<int:operation_id>/gallery/read")
def gallery_read(path: OperationPath, query: ReadQuery) -> GalleryWindow:
    """Answer the tiles of those of some media that are read now, so that a page shows them without being loaded
    again."""
    media = [UUID(each) for each in query.media.split(",")]
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        part = queries.gallery_read(view.session, path.operation_id, media, exhibit=query.exhibit)
        key = operation_key(view.session, path.operation_id) if any(part.veils) else None
    return GalleryWindow(part.tiles, veils_in_base64(part.veils, key), None)


@api.get("/operations/<int:operation_id>/gallery/counts")
def gallery_counts(path: OperationPath, query: NarrowedQuery) -> GalleryCounts:
    """Answer how many media fit, and how many of them the viewer has seen."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.gallery_counts(view.session, path.operation_id, query.narrowed())


@api.get("/operations/<int:operation_id>/gallery/choices")
def gallery_choices(path: OperationPath) -> GalleryChoices:
    """Answer what the viewer can narrow the gallery to."""
    with reading() as view:
        operations.operation(view.session, path.operation_id)
        return queries.gallery_choices(view.session, path.operation_id)


@api.get("/items/<uuid:thing_id>")
def medium_page(path: ThingPath) -> MediumPage:
    """Answer what a medium is, where it lies, and what stands in connection with it."""
    with reading() as view:
        return find_medium(view.session, path.thing_id)


@api.get("/items/<uuid:thing_id>/copies")
def medium_copies(path: ThingPath) -> MediumCopies:
    """Answer where the content of a medium lies, and which media look like it."""
    with reading() as view:
        return find_copies(view.session, path.thing_id)


@api.get("/items/<uuid:thing_id>/texts")
def medium_texts(path: ThingPath) -> MediumTexts:
    """Answer what a machine read in a medium, not verified."""
    with reading() as view:
        return find_texts(view.session, path.thing_id)


@api.post("/operations/<int:operation_id>/gallery/marks")
def mark_media(path: OperationPath, body: MarkBody) -> MarkedMedia:
    """Say of media what was found on looking; it holds for all copies that one may see."""
    with writing() as tx:
        return marks.mark_media(tx, path.operation_id, body.media, body.mark)


@api.delete("/gallery/marks/<uuid:thing_id>")
def take_back_marks(path: ThingPath) -> None:
    """Take back what one said of media in one press."""
    with writing() as tx:
        marks.take_back_marks(tx, path.thing_id)
