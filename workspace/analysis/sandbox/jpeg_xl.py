"""Read one JPEG XL; runs only in a confined child. libjxl decodes it, upright by itself (ISO/IEC 18181-1)."""

from __future__ import annotations

from typing import BinaryIO, NamedTuple

import numpy as np
import pylibjxl
from PIL import Image

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.limits import refusal


class Read(NamedTuple):
    """image: as it is shown; exif: a block from its TIFF header on, empty if there is none; moves: there are further
    pictures, which are not decoded."""

    image: Image.Image
    exif: bytes
    xmp: bytes
    moves: bool


def read_jpeg_xl(file: BinaryIO) -> Read:
    """Decode the first picture. Raises Refused `too_large`, and what the library raises: RuntimeError, ValueError."""
    file.seek(0)
    content = file.read()
    told = pylibjxl.probe(content)
    if int(told["width"]) * int(told["height"]) > limits.MAX_PIXELS:
        raise refusal("too_large")
    with _alone() as library:
        pixels, said = library.decode(content, metadata=True)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    exif = said.get("exif", b"")
    return Read(Image.fromarray(pixels), exif, said.get("xmp", b""), bool(told.get("have_animation")))


def written(picture: Image.Image) -> bytes:
    """A picture in RGB as JPEG XL, to try the decoder with."""
    with _alone() as library:
        return bytes(library.encode(np.array(picture), effort=1))


def _alone() -> pylibjxl.JXL:
    """The library without threads of its own: a process that forks must have a single one."""
    return pylibjxl.JXL(threads=1, pool_size=1)
