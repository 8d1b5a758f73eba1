"""Read one untrusted picture; runs only in a confined child of the fork server.

The media type comes from the file's first bytes and names the single Pillow format that may open it. Whatever raises
here ends in a refusal; nothing here may open a file, and no module may be imported once `preload` has returned.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import AvifImagePlugin, ExifTags, Image, ImageFile

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.metadata import camera_facts
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
}

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

STRIP_ROWS = 32
"""Rows per strip: a strip is a quarter of a megabyte at most and stays in the processor's cache."""

THREADED = frozenset({"image/heic"})
"""libde265 works in a thread of its own and cannot be told not to."""

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
_SIDEWAYS = frozenset(turn for orientation, turn in _UPRIGHT.items() if orientation >= 5)
_UNSCALABLE = frozenset({"1", "P", "PA"})
_DEEP = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})


class Picture(NamedTuple):
    """image: RGB, upright, of the working size; width and height: of the original, upright."""

    image: Image.Image
    width: int
    height: int
    camera: dict[str, str | float]


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
    files = {}
    for media_type, name in FORMATS.items():
        file = io.BytesIO()
        options = {} if name in {"GIF", "BMP"} else {"exif": exif}
        # AVIF alone would start one thread per core, which a process that forks must not.
        picture.save(file, name, **options, **({"max_threads": 1} if name == "AVIF" else {}))
        files[media_type] = file.getvalue()
    return files


def read_picture(file: BinaryIO, media_type: str) -> Picture:
    """Decode one picture to an upright working image of at most `MAX_PICTURE_SIDE`.

    Raises Refused: `kind_not_supported`, `too_large`, `truncated`, `damaged`; MemoryError passes.
    """
    if media_type not in FORMATS:
        raise refusal("kind_not_supported")
    if _size_of(file) > limits.MAX_PICTURE_BYTES:
        raise refusal("too_large")
    try:
        return _read(file, FORMATS[media_type])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal("too_large") from error
    except DECODE_ERRORS as error:
        told = "truncated" in str(error).lower() or "end of file" in str(error).lower()
        raise refusal("truncated" if told or cut_short(file, media_type) else "damaged") from error


def _read(file: BinaryIO, name: str) -> Picture:
    with Image.open(file, formats=[name]) as image:
        width, height = image.size
        icc = image.info.get("icc_profile") or b""
        if width * height > limits.MAX_PIXELS or len(icc) > limits.MAX_ICC_BYTES:
            raise refusal("too_large")
        if width < 1 or height < 1:
            raise refusal("damaged")
        if name == "JPEG":
            divisor = draft_divisor(max(width, height))
            image.draft("RGB", (max(1, width // divisor), max(1, height // divisor)))
        image.load()
        if name == "TIFF":
            # Pillow turns a TIFF upright by itself.
            width, height = image.size
        # Only now: some formats keep their metadata behind the pixels.
        exif, xmp = exif_of(image), image.info.get("xmp")
        turn = _UPRIGHT.get(exif.get(ExifTags.Base.Orientation, 1))
        small = to_rgb(image)
    if turn is not None:
        small = small.transpose(turn)
    if turn in _SIDEWAYS:
        width, height = height, width
    return Picture(small, width, height, camera_facts(exif, xmp_facts(xmp)))


def strips(image: Image.Image) -> Iterator[NDArray[np.uint8]]:
    """The pixels of an RGB picture from its top down, (up to STRIP_ROWS, W, 3): taken as a whole they are copied twice
    more."""
    for top in range(0, image.height, STRIP_ROWS):
        yield np.asarray(image.crop((0, top, image.width, min(top + STRIP_ROWS, image.height))))


def draft_divisor(longest_side: int) -> int:
    """Choose how far the JPEG decoder itself shrinks: 1, 2, 4 or 8.

    The smallest that fits the working image, unless that falls under `MIN_DRAFT_SIDE`: then one step finer, and the
    rest is resampled. Measured on 12 megapixels: half 46 ms, full 136 ms.
    """
    if longest_side <= limits.MAX_PICTURE_SIDE:
        return 1
    divisor = next((d for d in (2, 4, 8) if longest_side / d <= limits.MAX_PICTURE_SIDE), 8)
    return divisor if longest_side / divisor >= limits.MIN_DRAFT_SIDE else divisor // 2


def to_rgb(image: Image.Image) -> Image.Image:
    """Shrink to the working size and make it eight-bit RGB; transparency is dropped, what it hid is shown."""
    if image.mode in _DEEP:
        image = _eight_bit(image)
    if image.mode in _UNSCALABLE:
        image = image.convert("RGB")
    longest = max(image.size)
    if longest > limits.MAX_PICTURE_SIDE:
        scale = limits.MAX_PICTURE_SIDE / longest
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        # Shrinking before converting: the other way round a second full-size copy would be held.
        image = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Bring deep greys to eight bits: 16-bit by their upper byte, others by their own range."""
    values = np.asarray(image)
    if image.mode.startswith("I;16"):
        return Image.fromarray((values >> 8).astype(np.uint8))
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if image.mode == "I" and low >= 0 and high <= 65535:
        # Pillow opens some 16-bit greys as 32-bit ones.
        low, high = 0.0, 65535.0 if high > 255 else 255.0
    scaled = (values.astype(np.float32) - low) * (255.0 / max(high - low, 1e-9))
    return Image.fromarray(np.nan_to_num(scaled).clip(0, 255).astype(np.uint8))


def cut_short(file: BinaryIO, media_type: str) -> bool:
    """Say whether a file that could not be read ends before its own structure says it should."""
    size = _size_of(file)
    file.seek(0)
    head = file.read(16)
    if media_type == "image/webp":
        return int.from_bytes(head[4:8], "little") + 8 > size
    if media_type in {"image/heic", "image/avif"}:
        return boxes_cut_short(file, size)
    end = {"image/png": b"IEND", "image/gif": b";", "image/jpeg": b"\xff\xd9"}.get(media_type)
    file.seek(max(0, size - 64))
    return end is not None and end not in file.read(64)


def boxes_cut_short(file: BinaryIO, size: int) -> bool:
    """Walk the outermost boxes of an ISO base media file; true if one reaches past the end."""
    at = 0
    for _ in range(10_000):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return len(head) > 0
        length = int.from_bytes(head[:4], "big")
        if length == 0:
            return False
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        at += max(length, 8)
        if at > size:
            return True
    return False


def _size_of(file: BinaryIO) -> int:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


def exif_of(image: Image.Image) -> Image.Exif:
    """Read the EXIF block; broken metadata never costs the picture."""
    try:
        return image.getexif()
    except DECODE_ERRORS:
        return Image.Exif()
