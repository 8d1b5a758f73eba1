"""Read one untrusted picture; runs only in a confined child of the fork server.

The media type comes from the file's first bytes and names the single Pillow format that may open it. Whatever raises
here ends in a refusal; nothing here may open a file, and no module may be imported once `preload` has returned.
"""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass, replace
from typing import BinaryIO

import pillow_heif
from PIL import AvifImagePlugin, ExifTags, Image, ImageFile, PngImagePlugin, UnidentifiedImageError

from workspace.analysis.sandbox import jpeg_2000, jpeg_xl, limits, pdf_pages, photoshop, webp
from workspace.analysis.sandbox.bmp import read_bit_fields
from workspace.analysis.sandbox.contents import (
    BOXES,
    Place,
    is_sequence,
    part_of,
    size_of,
)
from workspace.analysis.sandbox.jpeg_damage import is_damaged_within
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.maker_notes import Serials, note_serials
from workspace.analysis.sandbox.metadata import Facts, camera_facts, text
from workspace.analysis.sandbox.picture_ends import cut_short
from workspace.analysis.sandbox.picture_sources import Source, sources_of
from workspace.analysis.sandbox.pixels import (
    Size,
    draft_divisor,
    is_dark_and_deep,
    raw_mode_of,
    strips,
    to_rgb,
    with_low_bytes,
)
from workspace.analysis.sandbox.raw_contents import RAW, as_tiff, raw_exif
from workspace.analysis.sandbox.tiff_contents import tiff_contents
from workspace.analysis.sandbox.xmp import xmp_facts
from workspace.errors import Refused

FORMATS = {
    # Never «MPO»: Pillow 13 raises KeyError for it; its files open as JPEG.
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/avif": "AVIF",
    "image/jp2": "JPEG2000",
    "image/vnd.adobe.photoshop": "PSD",
    "image/jxl": "JXL",
    "application/pdf": "PDF",
}
"""The formats of Pillow, but for the last two, which have libraries of their own."""

DECODE_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    struct.error,
)
"""What Pillow and its plug-ins raise on broken files; what they raise beyond it ends the child, which says damaged
too."""

THREADED = frozenset({"image/heic"})
"""libde265 works in a thread of its own and cannot be told not to."""
TOLERANT = frozenset({"JPEG", "PNG", "GIF", "BMP", "TIFF", "PSD"})
"""Formats of which Pillow shows what came before a cut; the others need their whole file, or what `webp` makes of
it."""
BEGINNINGS = 5
"""So many are tried, each half as far from the damage as the one before, so that what is not shown is a thirty-second
of the file and what stands behind."""
SCALED = frozenset({"JPEG", "JPEG2000"})
"""Formats whose own decoder shrinks while it reads."""
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.32, tag 0x0112: what brings each orientation upright."""
SIDEWAYS = frozenset(turn for orientation, turn in _UPRIGHT.items() if orientation >= 5)
_MOVING = frozenset({"GIF", "PNG", "WEBP"})
_XMP_TAG = 700


@dataclass(frozen=True)
class Picture:
    """One picture of a file.

    image: RGB, upright, of the working size; width and height: of the original, upright. pictures: how many the file
    holds;
    video: one that was put inside; unseen: what of this picture and beside the others was not looked at; moves: the
    file is an animation (`animation`), of which this is the first picture; turn: what still brings the image upright.
    """

    image: Image.Image
    width: int
    height: int
    camera: dict[str, str | float]
    pictures: int = 1
    video: Place | None = None
    unseen: tuple[str, ...] = ()
    moves: bool = False
    turn: Image.Transpose | None = None


def preload() -> dict[str, bytes]:
    """Load every decoder and set its limits; afterwards reading needs no further file. Returns a sound file of each
    type."""
    pillow_heif.register_heif_opener(decode_threads=0, thumbnails=False, depth_images=False, aux_images=False)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.init()
    Image.MAX_IMAGE_PIXELS = limits.MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    sound = _tiny_pictures()
    for media_type, tiny in sound.items():
        # One sound and one broken file of each kind: both paths import lazily, and the filter would refuse that later.
        for content in (tiny, tiny[: len(tiny) * 2 // 3]):
            try:
                list(strips(read_picture(io.BytesIO(content), media_type).image))
            except Refused:
                if content is tiny:
                    raise
    return sound


def _tiny_pictures() -> dict[str, bytes]:
    """Draw one small picture with EXIF in every format."""
    picture = Image.effect_noise((16, 16), 60).convert("RGB")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "x"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2000:01:01 00:00:00"
    own = {"PSD": photoshop.written, "JXL": jpeg_xl.written, "PDF": pdf_pages.written}
    files = {media_type: own[name](picture) for media_type, name in FORMATS.items() if name in own}
    for media_type, name in FORMATS.items():
        if media_type in files:
            continue
        file = io.BytesIO()
        options = {} if name in {"GIF", "BMP", "JPEG2000"} else {"exif": exif}
        # AVIF alone would start one thread per core, which a process that forks must not.
        picture.save(file, name, **options, **({"max_threads": 1} if name == "AVIF" else {}))
        files[media_type] = file.getvalue()
    return files


def read_picture(file: BinaryIO, media_type: str, part: int = 1, *, size: Size = "working") -> Picture:
    """Decode one picture to an upright working image.

    part: which of the file's pictures, from 1; the largest is the first. size: in which it is wanted; for tiles
    (`full`) what turns it upright is left to whoever cuts it (`turn`). What breaks off is read as far as it goes, and
    says so. Raises Refused: `kind_not_supported`, `too_large`, `truncated`, `damaged`; MemoryError passes.
    """
    if media_type not in FORMATS and media_type not in RAW:
        raise refusal("kind_not_supported")
    if size_of(file) > limits.MAX_PICTURE_BYTES:
        raise refusal("too_large")
    try:
        sources = sources_of(file, media_type, FORMATS.get(media_type, ""))
        if part > min(len(sources.pictures), limits.MAX_PARTS):
            raise refusal("damaged")
        source = sources.pictures[part - 1]
        picture = _decoded(file, source, media_type, size=size)
        if sources.is_raw:
            picture = _as_the_raw_file_says(file, media_type, picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal("too_large") from error
    except DECODE_ERRORS as error:
        raise refusal(_reason(error, file, media_type)) from error
    unseen = {*picture.unseen, *sources.unseen}
    if len(sources.pictures) > limits.MAX_PARTS:
        unseen.add("pictures")
    pictures = min(len(sources.pictures), limits.MAX_PARTS)
    moves = picture.moves or (media_type in BOXES and is_sequence(file))
    return replace(picture, pictures=pictures, video=sources.video, unseen=tuple(sorted(unseen)), moves=moves)


def _reason(error: Exception, file: BinaryIO, media_type: str) -> str:
    told = str(error).lower()
    if "truncated" in told or "end of file" in told or cut_short(file, media_type):
        return "truncated"
    # A TIFF whose directories can be read holds something; Pillow does not know it.
    strange = (
        isinstance(error, UnidentifiedImageError) and media_type == "image/tiff" and bool(tiff_contents(file).pages)
    )
    file.seek(12)
    # Apple's own form of a PNG, as it stands in programs of its telephones.
    strange |= media_type == "image/png" and file.read(4) == b"CgBI"
    return "picture_to_convert" if strange or "not available" in told or "unsupported" in told else "damaged"


def _decoded(file: BinaryIO, source: Source, media_type: str, *, size: Size) -> Picture:
    """Decode one picture; one that breaks off, as far as it goes."""
    if source.name == "WEBP":
        return _read_webp(part_of(file, source.place), source, size=size)
    try:
        picture = _read(part_of(file, source.place), source, size=size)
        # With the first look this would cost a photo of 12 megapixels a tenth more.
        asks = size == "whole" and source.name == "JPEG"
        is_damaged = asks and is_damaged_within(part_of(file, source.place))
        return replace(picture, unseen=("damaged",)) if is_damaged else picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except DECODE_ERRORS as error:
        if source.name == "BMP" and "bitfields" in str(error):
            image, is_cut = read_bit_fields(file)
            return Picture(to_rgb(image, size=size), image.width, image.height, {}, unseen=("end",) if is_cut else ())
        if source.name not in TOLERANT:
            raise
        is_cut = _reason(error, file, media_type) == "truncated"
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        # Else one wrong sum of the header costs a PNG the picture.
        sums, PngImagePlugin.ChunkStream.crc = PngImagePlugin.ChunkStream.crc, PngImagePlugin.ChunkStream.crc_skip  # type: ignore[method-assign]
        try:
            place = _without_fill(file, source.place)
            found = _read(part_of(file, place), source, size=size)
            shown = found if not _is_one_colour(found.image) else _before_damage(file, place, source, size=size)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            PngImagePlugin.ChunkStream.crc = sums  # type: ignore[method-assign]
        if shown is None:
            raise
        return replace(shown, unseen=(*shown.unseen, "end" if is_cut else "damaged"))


def _before_damage(file: BinaryIO, place: Place, source: Source, *, size: Size) -> Picture | None:
    """The longest beginning of a JPEG of several scans that shows something; None where none does.

    libjpeg shows nothing of one in which it comes upon a marker that belongs to none, and of one that ends before it
    what has come.
    """
    if source.name != "JPEG":
        return None
    best, shows, shows_not = None, 0, size_of(file) - place.offset if place.length is None else place.length
    for _ in range(BEGINNINGS):
        length = (shows + shows_not) // 2
        try:
            picture = _read(part_of(file, place._replace(length=length)), source, size=size)
        except DECODE_ERRORS:
            shows_not = length
            continue
        if _is_one_colour(picture.image):
            shows_not = length
        else:
            best, shows = picture, length
    return best


def _read_webp(file: BinaryIO, source: Source, *, size: Size) -> Picture:
    found = webp.readable(file)
    if found.begun:
        image = webp.beginning_of(found.begun)
        if image is None or _is_one_colour(image):
            raise refusal("truncated")
        return Picture(to_rgb(image, size=size), image.width, image.height, {}, unseen=("end",))
    picture = _read(found.file, source, size=size)
    return replace(picture, unseen=(*picture.unseen, "end")) if found.is_cut else picture


def _is_one_colour(image: Image.Image) -> bool:
    extrema = image.getextrema()
    pairs = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return all(low == high for low, high in pairs)


def _without_fill(file: BinaryIO, place: Place) -> Place:
    """A place without the fill bytes and zeros at its end, over which a JPEG decoder would search for long."""
    end = size_of(file) if place.length is None else place.offset + place.length
    at = end
    while at > place.offset:
        start = max(place.offset, at - (1 << 20))
        file.seek(start)
        left = file.read(at - start).rstrip(b"\x00\xff")
        at = start + len(left)
        if left:
            break
    return place if at == end else place._replace(length=max(1, at - place.offset))


def _read(file: BinaryIO, source: Source, *, size: Size) -> Picture:
    if source.name == "PDF":
        return _read_page(file, source, size=size)
    if source.name == "JXL":
        return _read_jpeg_xl(file, size=size)
    most = limits.MAX_SCALED_PIXELS if source.name in SCALED else limits.MAX_PIXELS
    Image.MAX_IMAGE_PIXELS = most
    file.seek(0)
    with Image.open(file, formats=[source.name]) as image:
        if source.frame is not None and source.frame != image.tell():
            image.seek(source.frame)
        width, height = image.size
        icc = image.info.get("icc_profile") or b""
        if width * height > most or len(icc) > limits.MAX_ICC_BYTES:
            raise refusal("too_large")
        if width < 1 or height < 1:
            raise refusal("damaged")
        if source.name == "JPEG":
            divisor = draft_divisor(width, height, size=size)
            image.draft("RGB", (max(1, width // divisor), max(1, height // divisor)))
        elif source.name == "JPEG2000":
            # Halved while it is read: in full, OpenJPEG takes twelve bytes for each pixel.
            levels = min(draft_divisor(width, height, size=size).bit_length() - 1, jpeg_2000.said_by(file).levels)
            image.reduce = levels  # type: ignore[method-assign,assignment]  # the plug-in's own property
        raw_mode = raw_mode_of(image)
        image.load()
        pixels: Image.Image = image
        if is_dark_and_deep(image, raw_mode):
            file.seek(0)
            with Image.open(file, formats=[source.name]) as again:
                if source.frame is not None:
                    again.seek(source.frame)
                pixels = with_low_bytes(image, again, raw_mode)
        if source.name == "TIFF":
            # Pillow turns a TIFF upright by itself.
            width, height = image.size
        # Only now: some formats keep their metadata behind the pixels.
        exif, xmp, noted = _said_by(file, image, source.name)
        moves = source.name in _MOVING and bool(getattr(image, "is_animated", False))
        facts = camera_facts(exif, xmp_facts(xmp), noted)
        picture = Picture(to_rgb(pixels, size=size), width, height, facts, moves=moves)
    return upright(picture, exif.get(ExifTags.Base.Orientation, 1), late=size == "full")


def _read_jpeg_xl(file: BinaryIO, *, size: Size) -> Picture:
    """Upright already, so that the orientation in its EXIF counts no more."""
    read = jpeg_xl.read_jpeg_xl(file)
    facts = camera_facts(exif_in(read.exif), xmp_facts(read.xmp), note_serials(io.BytesIO(read.exif)))
    width, height = read.image.size
    return Picture(to_rgb(read.image, size=size), width, height, facts, unseen=("pictures",) if read.moves else ())


def _read_page(file: BinaryIO, source: Source, *, size: Size) -> Picture:
    """A page of a PDF, or a picture in it: as its own file says, where it is one."""
    found = pdf_pages.shown(file, source.frame or 0, source.inside)
    if found.image is None:
        name = "JPEG" if found.content.startswith(b"\xff\xd8\xff") else "JPEG2000"
        return _read(io.BytesIO(found.content), Source(name), size=size)
    width, height = found.image.size
    facts: Facts = {}
    if found.exif_of:
        try:
            with Image.open(io.BytesIO(found.exif_of), formats=["JPEG"]) as only:
                noted = note_serials(exif_block(only))
                facts = camera_facts(exif_of(only), xmp_facts(only.info.get("xmp")), noted)
        except DECODE_ERRORS:
            facts = {}
    if software := text(found.software):
        facts.setdefault("software", software)
    return Picture(to_rgb(found.image, size=size), width, height, facts)


def _said_by(file: BinaryIO, image: Image.Image, name: str) -> tuple[Image.Exif, object, Serials]:
    """The EXIF and XMP of a picture, and the serial numbers of its maker's note."""
    if name == "JPEG2000":
        return *jpeg_2000.said_by(file)[2:], Serials()
    if name == "PSD":
        block, xmp = photoshop.said_by(image)
        return exif_in(block), xmp, note_serials(io.BytesIO(block))
    noted = note_serials(file if name == "TIFF" else exif_block(image))
    return exif_of(image), image.info.get("xmp"), noted


def upright(picture: Picture, orientation: object, *, late: bool = False) -> Picture:
    """Turn and mirror a picture as EXIF's orientation says. late: note it alone (`turn`); a second copy would not
    fit."""
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    if turn is None:
        return picture
    width, height = picture.width, picture.height
    if turn in SIDEWAYS:
        width, height = height, width
    if late:
        return replace(picture, turn=turn, width=width, height=height)
    return replace(picture, image=picture.image.transpose(turn), width=width, height=height)


def _as_the_raw_file_says(file: BinaryIO, media_type: str, picture: Picture) -> Picture:
    """A preview with its raw file's orientation and data: its own have none, or the same ones again."""
    try:
        exif = raw_exif(file, media_type)
    except DECODE_ERRORS:
        return picture
    if not picture.camera:
        picture = upright(picture, exif.get(ExifTags.Base.Orientation, 1))
    noted = note_serials(as_tiff(file, media_type))
    return replace(picture, camera=camera_facts(exif, xmp_facts(exif.get(_XMP_TAG)), noted) | picture.camera)


def exif_of(image: Image.Image) -> Image.Exif:
    """Read the EXIF block; broken metadata never costs the picture."""
    try:
        return image.getexif()
    except DECODE_ERRORS:
        return Image.Exif()


def exif_in(block: bytes) -> Image.Exif:
    """A block of EXIF; broken metadata never costs the picture."""
    exif = Image.Exif()
    try:
        exif.load(block)
    except DECODE_ERRORS:
        return Image.Exif()
    return exif


def exif_block(image: Image.Image) -> BinaryIO:
    """The EXIF block as it stands in the file, from its TIFF header on; empty if there is none."""
    block = image.info.get("exif")
    return io.BytesIO(block.removeprefix(b"Exif\x00\x00") if isinstance(block, bytes) else b"")
