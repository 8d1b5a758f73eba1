"""Bring a decoded picture to the form and the size in which the workspace works; runs only in a confined child."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile, ImageOps

from workspace.analysis.sandbox import limits

Size = Literal["working", "whole", "full"]
"""In which size a picture is wanted: in that of the workspace, in its own as far as `limits.MAX_NARROW_PIXELS` goes, or
in its own to be cut into tiles."""

STRIP_ROWS = 32
"""Rows per strip: a strip is a quarter of a megabyte at most and stays in the processor's cache."""

TILED_AS_IT_IS = frozenset({"RGB", "RGBA", "RGBX", "L", "LA", "CMYK", "YCbCr"})
"""Modes of which each tile can be made RGB alone, so that no second copy of a large picture is held."""
_UNSCALABLE = frozenset({"1", "P", "PA"})
_DEEP = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_FROM_LAB = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")


def scale_for(width: int, height: int, *, size: Size = "working") -> float:
    """How far a picture is shrunk: to the longest side, or, where it is long and narrow or wanted whole, to so many
    pixels that what is small in it can still be made out."""
    if size == "full":
        return 1.0
    longest, shortest = max(width, height), min(width, height)
    scale = limits.MAX_PICTURE_SIDE / longest
    if size != "working" or longest > limits.NARROW_FROM * shortest:
        scale = max(scale, math.sqrt(limits.MAX_NARROW_PIXELS / (width * height)))
    return min(1.0, scale)


def draft_divisor(width: int, height: int, *, size: Size = "working") -> int:
    """Choose how far the JPEG decoder itself shrinks: 1, 2, 4 or 8.

    The smallest that fits the working image, unless that falls under `MIN_DRAFT_SIDE`: then one step finer, and the
    rest is resampled. Measured on 12 megapixels: half 46 ms, full 136 ms. A narrow picture, and one that is
    wanted whole, is never made smaller than its working image; one for tiles only where it has more pixels than any
    other picture may have.
    """
    if size == "full":
        return next(d for d in (1, 2, 4, 8) if d == 8 or width * height <= limits.MAX_PIXELS * d * d)
    longest, scale = max(width, height), scale_for(width, height, size=size)
    if size != "working" or longest > limits.NARROW_FROM * min(width, height):
        return next(d for d in (8, 4, 2, 1) if d == 1 or 1 / d >= scale)
    if scale >= 1:
        return 1
    divisor = next((d for d in (2, 4, 8) if longest / d <= limits.MAX_PICTURE_SIDE), 8)
    return divisor if longest / divisor >= limits.MIN_DRAFT_SIDE else divisor // 2


def strips(image: Image.Image) -> Iterator[NDArray[np.uint8]]:
    """The pixels of an RGB picture from its top down, (up to STRIP_ROWS, W, 3): taken as a whole they are copied twice
    more."""
    for top in range(0, image.height, STRIP_ROWS):
        yield np.asarray(image.crop((0, top, image.width, min(top + STRIP_ROWS, image.height))))


def to_rgb(image: Image.Image, *, size: Size = "working") -> Image.Image:
    """Shrink to the wanted size (`scale_for`) and make it eight-bit RGB; transparency is dropped, what it hid is
    shown. For tiles, what can be made RGB tile by tile stays as it is."""
    if image.mode in _DEEP:
        image = ImageOps.invert(_eight_bit(image)) if is_negative(image) else _eight_bit(image)
    if image.mode in _UNSCALABLE:
        image = image.convert("RGB")
    if size == "full" and image.mode in TILED_AS_IT_IS:
        return image
    scale = scale_for(*image.size, size=size)
    if scale < 1:
        small = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        # Shrinking before converting: the other way round a second full-size copy would be held.
        image = image.resize(small, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if image.mode == "LAB":
        return ImageCms.applyTransform(image, _FROM_LAB) or image
    return image if image.mode == "RGB" else image.convert("RGB")


def is_negative(image: Image.Image) -> bool:
    """Whether zero is white in a deep TIFF, which Pillow turns round in others alone (TIFF 6.0, tag 262)."""
    return image.mode in _DEEP and getattr(image, "tag_v2", {}).get(262) == 0


def raw_mode_of(image: ImageFile.ImageFile) -> str:
    """How the pixels of a picture that was not loaded yet stand in its file, as Pillow names it; empty if it does not
    say."""
    arguments = image.tile[0].args if image.tile else ""
    mode = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return mode if isinstance(mode, str) else ""


def is_dark_and_deep(image: Image.Image, raw_mode: str) -> bool:
    """Whether colours of 16 bits, of which Pillow keeps the upper byte, may stand in their lower bits alone."""
    if image.mode not in ("RGB", "RGBA") or not raw_mode.endswith((";16B", ";16L", ";16N")):
        return False
    return max(high for _, high in image.getextrema()[:3]) < 128  # type: ignore[misc]  # each band has a pair


def with_low_bytes(image: Image.Image, again: ImageFile.ImageFile, raw_mode: str) -> Image.Image:
    """Colours of 16 bits by the bits that are in use. again: the same picture, not loaded: read as if its bytes stood
    the other way round, it gives the lower ones."""
    # Two bytes of grey and two of transparency are read as four colours: the other way round they are not known.
    turned = "RGBA" if raw_mode == "LA;16B" else raw_mode[:-1] + ("L" if raw_mode.endswith("B") else "B")
    again.tile = [
        tile._replace(args=(turned, *tile.args[1:]) if isinstance(tile.args, tuple) else turned) for tile in again.tile
    ]
    again.load()
    low = np.asarray(again)[..., 1:2] if turned == "RGBA" else np.asarray(again)[..., :3]
    values = np.asarray(image).astype(np.uint16)[..., :3] << 8 | low
    return Image.fromarray((values >> max(int(values.max()).bit_length() - 8, 0)).astype(np.uint8))


def _eight_bit(image: Image.Image) -> Image.Image:
    """Bring deep greys to eight bits: whole numbers by the bits that are in use, others by their own range.

    Scanners and sensors of 10, 12 or 14 bits write them into 16 without moving them up.
    """
    values = np.asarray(image)
    if image.mode.startswith("I;16"):
        return Image.fromarray((values >> max(int(values.max()).bit_length() - 8, 0)).astype(np.uint8))
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if image.mode == "I" and low >= 0 and high <= 65535:
        # Pillow opens some 16-bit greys as 32-bit ones.
        low, high = 0.0, float((1 << max(int(high).bit_length(), 8)) - 1)
    scaled = (values.astype(np.float32) - low) * (255.0 / max(high - low, 1e-9))
    return Image.fromarray(np.nan_to_num(scaled).clip(0, 255).astype(np.uint8))
