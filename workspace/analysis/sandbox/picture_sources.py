"""List the pictures of one file and where each lies, before any is decoded; runs only in a confined child."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import BinaryIO

from PIL import Image

from workspace.analysis.sandbox import jpeg_2000, limits, pdf_pages, photoshop
from workspace.analysis.sandbox.contents import (
    WHOLE,
    Place,
    box_contents,
    contents_behind,
    jpeg_contents,
    jpegs_inside,
    largest_jpeg,
    part_of,
    second_file,
)
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.picture_ends import cut_short
from workspace.analysis.sandbox.picture_structure import structural_end
from workspace.analysis.sandbox.raw_contents import RAW, sensor_of
from workspace.analysis.sandbox.tiff_contents import tiff_contents

SMALL_PREVIEW = 16
"""A raw file whose largest preview has fewer than a sixteenth of its pixels was seen in part."""

_RAW_BUILD = {
    "image/x-canon-cr3": "CR3",
    "image/x-fuji-raf": "RAF",
    "image/x-olympus-orf": "TIFF",
}
"""Raw files whose end can be known, and how each is built. Panasonic's says where the values of its sensor begin and
not how long they are; the directories of CRW and X3F are the last thing in the file, whatever it is."""


@dataclass(frozen=True)
class Source:
    """Where one picture of a file lies, and what opens it. frame: its number; None: whichever comes first; inside: its
    place among the pictures of that page, where it is not the page itself."""

    name: str
    place: Place = WHOLE
    frame: int | None = None
    inside: int | None = None


@dataclass(frozen=True)
class Sources:
    """All pictures of a file, the largest first, with what stands beside them. exif: where the file's own data lie."""

    pictures: tuple[Source, ...]
    video: Place | None = None
    unseen: tuple[str, ...] = ()
    is_raw: bool = False


def sources_of(file: BinaryIO, media_type: str, name: str) -> Sources:
    """What a file holds. name: the format of Pillow that may open it. Raises Refused and what broken files raise."""
    if media_type in RAW:
        return _raw_sources(file, media_type)
    if name == "JPEG":
        found = jpeg_contents(file)
        pictures = tuple(Source(name, place) for place in found.pictures)
        return Sources(pictures, found.video, ("end",) if found.cut else ("pictures",) if found.more else ())
    if name == "TIFF":
        return _tiff_sources(file)
    if name in {"HEIF", "AVIF"}:
        return _boxed_sources(file, name)
    if name == "PDF":
        return _pdf_sources(file)
    if name == "PSD" and not photoshop.is_readable(file):
        raise refusal("picture_to_convert")
    end = structural_end(file, name)
    found = contents_behind(file, end)
    own = Place(0, end) if name == "JXL" and end else WHOLE  # libjxl takes nothing behind it
    pictures = (Source(name, own), *(Source("JPEG", place) for place in found.pictures))
    more = found.more or (name == "PSD" and photoshop.has_layers(file))
    more |= name == "JPEG2000" and jpeg_2000.said_by(file).pictures > 1
    return Sources(pictures, found.video, ("pictures",) if more else ())


def _tiff_sources(file: BinaryIO) -> Sources:
    """The pages of a TIFF; of a raw file the largest picture that the camera put inside."""
    found, end = tiff_contents(file), structural_end(file, "TIFF")
    pages = tuple(Source("TIFF", frame=page) for page in found.pages)
    if found.raw is None:
        return _with_behind(file, end, Sources(pages or (Source("TIFF"),)))
    preview, end = _preview(file, 8, end)
    if preview is None and not pages:
        raise refusal("raw_to_develop")
    unseen = _unseen_beside(preview, found.raw)
    own = Sources(pages[:1], unseen=unseen) if preview is None else _previewed(preview, unseen)
    return _with_behind(file, end, own)


def _preview(file: BinaryIO, start: int, end: int | None) -> tuple[Place | None, int | None]:
    """The largest JPEG inside a raw file, and where the file ends: not known, where the only ones stand behind what its
    directories name, as a maker's own places are not read."""
    inside = largest_jpeg(file, start, end)
    return (inside, end) if inside is not None else (largest_jpeg(file, start), None)


def _previewed(preview: Place, unseen: tuple[str, ...]) -> Sources:
    return Sources((Source("JPEG", preview),), unseen=unseen, is_raw=True)


def _with_behind(file: BinaryIO, end: int | None, own: Sources) -> Sources:
    """The pictures of a file, and behind them those that stand behind its end."""
    behind = contents_behind(file, end)
    pictures = (*own.pictures, *(Source("JPEG", place) for place in behind.pictures))
    unseen = tuple(dict.fromkeys((*own.unseen, *(("pictures",) if behind.more else ()))))
    return replace(own, pictures=pictures, video=own.video or behind.video, unseen=unseen)


def _raw_sources(file: BinaryIO, media_type: str) -> Sources:
    """The largest picture that the camera put into a raw file that is no TIFF."""
    end = structural_end(file, _RAW_BUILD.get(media_type, ""))
    preview, end = _preview(file, 4, end)
    if preview is None:
        raise refusal(
            "truncated" if media_type == "image/x-canon-cr3" and cut_short(file, media_type) else "raw_to_develop"
        )
    return _with_behind(file, end, _previewed(preview, _unseen_beside(preview, sensor_of(file, media_type))))


def _boxed_sources(file: BinaryIO, name: str) -> Sources:
    """The pictures of a HEIC or AVIF, which may end where a second file begins, and what stands behind them."""
    own, behind = Place(0, second_file(file)), contents_behind(file, structural_end(file, name))
    frames = _heif_frames(part_of(file, own)) if name == "HEIF" else (Source(name),)
    pictures = (*(replace(frame, place=own) for frame in frames), *(Source("JPEG", each) for each in behind.pictures))
    return Sources(pictures, box_contents(file) or behind.video, ("pictures",) if behind.more else ())


def _pdf_sources(file: BinaryIO) -> Sources:
    """The pages of a PDF in their order, then pictures that they do not show in full; of a broken one its photos."""
    is_cut = cut_short(file, "application/pdf")
    try:
        found = pdf_pages.listed(file)
    except RuntimeError:
        # PDFium cannot open it; the photos in it stand there as they came.
        lost = tuple(Source("JPEG", place) for place in jpegs_inside(file))
        if not lost:
            raise
        return Sources(lost, unseen=("end" if is_cut else "damaged",))
    pages = tuple(Source("PDF", frame=page) for page in range(min(found.pages, limits.MAX_PARTS + 1)))
    pictures = tuple(Source("PDF", frame=page, inside=place) for page, place in found.pictures)
    own = Sources(pages + pictures, unseen=tuple(found.unseen))
    whole = _with_behind(file, structural_end(file, "PDF"), own)
    is_followed = whole != own  # so that it does not end with its own mark
    return replace(whole, unseen=(*whole.unseen, "end")) if is_cut and not is_followed else whole


def _unseen_beside(preview: Place | None, sensor: tuple[int, int]) -> tuple[str, ...]:
    """What a preview leaves unseen of a sensor's picture: it, if it is small beside it."""
    return ("pictures",) if (preview.area if preview else 0) * SMALL_PREVIEW < sensor[0] * sensor[1] else ()


def _heif_frames(file: BinaryIO) -> tuple[Source, ...]:
    """The pictures of a HEIC, the largest first; the one that its maker calls primary before others of its size."""
    file.seek(0)
    with Image.open(file, formats=["HEIF"]) as image:
        count, primary = int(getattr(image, "n_frames", 1)), image.tell()
        if count == 1:
            return (Source("HEIF"),)
        areas = {}
        for frame in range(min(count, limits.MAX_PARTS + 1)):
            image.seek(frame)
            areas[frame] = image.width * image.height
    order = sorted(areas, key=lambda frame: (-areas[frame], frame != primary, frame))
    return tuple(Source("HEIF", frame=frame) for frame in order)
