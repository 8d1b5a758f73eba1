"""Show the pages of a PDF, and pictures in it that its pages do not show in full; runs only in a confined child.

PDFium draws a page at least as fine as paper is scanned, and as fine as its finest picture, up to the working size of
every picture. A picture that is finer still, or lies outside its page, is looked at by itself too. No script is run:
the library is built without an engine for them.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.pixels import scale_for

POINTS = 72
"""A PDF's unit is a point: so many are an inch (ISO 32000-1, 8.3.2.3)."""
LEAST_DPI = 150
FINER = 1.5
"""A picture of so many times the pixels that its page shows, each way, is looked at by itself."""
SMALLEST_PX = 96
"""A picture with a shorter side is an ornament."""
LISTING_S = 5.0
"""After so long no further page is searched for pictures."""
MOST_OBJECTS = 2000


class Listed(NamedTuple):
    """pages: how many there are; pictures: page and place among its pictures of each that is looked at by itself;
    unseen: what is not looked at."""

    pages: int
    pictures: tuple[tuple[int, int], ...]
    unseen: tuple[str, ...]


class Shown(NamedTuple):
    """image: what is seen; None where `content` is a picture file of its own. exif_of: the JPEG that alone makes up a
    page, of which its data are; software: what wrote the file."""

    image: Image.Image | None
    content: bytes = b""
    exif_of: bytes = b""
    software: str = ""


def listed(file: BinaryIO) -> Listed:
    """What a PDF holds. Raises Refused and `pypdfium2.PdfiumError`, which is a RuntimeError."""
    document, since = _opened(file), time.monotonic()
    count, unseen = len(document), set[str]()
    found: list[tuple[int, int]] = []
    for number in range(min(count, limits.MAX_PARTS)):
        try:
            page = document[number]
            finest = _scale_of(page) * FINER
            for place, picture in enumerate(_pictures(page)):
                if time.monotonic() - since > LISTING_S:
                    return Listed(count, tuple(found), ("pictures",))
                unseen |= _lost_of(picture)
                if min(picture.get_px_size()) >= SMALLEST_PX and (
                    _density(picture) > finest or _is_outside(page, picture)
                ):
                    found.append((number, place))
        except pypdfium2.PdfiumError:
            unseen.add("damaged")
    if pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
        unseen.add("members")
    return Listed(count, tuple(found), tuple(sorted(unseen)))


def shown(file: BinaryIO, number: int, place: int | None) -> Shown:
    """One page, or the picture at a place among those of the page. Raises as `listed` does."""
    document = _opened(file)
    page = document[number]
    pictures = list(_pictures(page))
    if place is not None:
        return _alone(pictures[place])
    scale = _scale_of(page)
    width, height = page.get_size()
    if not 1 <= width * scale <= limits.MAX_NARROW_PIXELS or not 1 <= height * scale <= limits.MAX_NARROW_PIXELS:
        raise refusal("damaged")
    image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    said = document.get_metadata_dict(skip_empty=True)
    only = pictures[0] if len(pictures) == 1 else None
    exif_of = bytes(only.get_data()) if only is not None and _filters(only) == ["DCTDecode"] else b""
    return Shown(image, exif_of=exif_of, software=said.get("Creator") or said.get("Producer") or "")


def _opened(file: BinaryIO) -> Any:
    file.seek(0)
    try:
        # As bytes: reading through a callback would need executable memory on some systems, which the filter refuses.
        document = pypdfium2.PdfDocument(file.read())
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise refusal("encrypted") from error
        raise
    if len(document) < 1:
        raise refusal("damaged")
    return document


def _pictures(page: Any) -> Iterator[Any]:
    for number, each in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4)):
        if number >= MOST_OBJECTS:
            return
        yield each


def _scale_of(page: Any) -> float:
    """Pixels for each point, with which a page is drawn."""
    width, height = page.get_size()
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise refusal("damaged")
    most = scale_for(width * 1000, height * 1000) * 1000
    finest = max((_density(picture) for picture in _pictures(page)), default=0.0)
    return min(most, max(finest, LEAST_DPI / POINTS))


def _density(picture: Any) -> float:
    """Pixels for each point along the longer side that a picture has on its page."""
    left, bottom, right, top = picture.get_bounds()
    longest = max(right - left, top - bottom)
    return max(picture.get_px_size()) / longest if longest > 0 else 0.0


def _is_outside(page: Any, picture: Any) -> bool:
    """Whether nothing of a picture lies on its page."""
    left, bottom, right, top = picture.get_bounds()
    x0, y0, x1, y1 = page.get_bbox()
    return bool(right <= x0 or left >= x1 or top <= y0 or bottom >= y1)


def _lost_of(picture: Any) -> set[str]:
    """What of a picture its page does not show: PDFium leaves out what is too large, and draws a photo that breaks off
    as far as it goes, without a word."""
    width, height = picture.get_px_size()
    if width * height > limits.MAX_PIXELS:
        return {"pictures"}
    is_photo = _filters(picture) == ["DCTDecode"]
    return {"damaged"} if is_photo and b"\xff\xd9" not in bytes(picture.get_data())[-1024:] else set()


def _filters(picture: Any) -> list[str]:
    return [str(each) for each in picture.get_filters()]


def _alone(picture: Any) -> Shown:
    """A picture as the file that stands in the PDF, or as it was decoded."""
    if _filters(picture) in (["DCTDecode"], ["JPXDecode"]):
        return Shown(None, content=bytes(picture.get_data()))
    width, height = picture.get_px_size()
    if width * height > limits.MAX_PIXELS:
        raise refusal("too_large")
    return Shown(picture.get_bitmap().to_pil())


def written(picture: Image.Image) -> bytes:
    """A picture in RGB as the one page of a PDF, to try the decoder with."""
    file = io.BytesIO()
    picture.save(file, "PDF")
    return file.getvalue()
