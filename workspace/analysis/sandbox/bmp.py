"""Read bitmaps whose colours stand in bit fields that Pillow does not know; runs only in a confined child."""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.limits import refusal

_BIT_FIELDS = (3, 6)
"""Compression of BITMAPINFOHEADER: BI_BITFIELDS and BI_ALPHABITFIELDS."""
_MASKS_AT = 54
"""Behind the header of 40 bytes, and inside the longer ones."""


def read_bit_fields(file: BinaryIO) -> tuple[Image.Image, bool]:
    """Decode a bitmap of 16 or 32 bits by its masks; also says whether its pixels break off. Raises Refused."""
    file.seek(0)
    head = file.read(_MASKS_AT + 12)
    if len(head) < _MASKS_AT + 12:
        raise refusal("truncated")
    start, _, width, height, _, bits, compression = struct.unpack_from("<IIiiHHI", head, 10)
    rows = abs(height)
    if compression not in _BIT_FIELDS or bits not in (16, 32):
        raise refusal("kind_not_supported")
    if width < 1 or rows < 1:
        raise refusal("damaged")
    if width * rows > limits.MAX_PIXELS:
        raise refusal("too_large")
    stride = (width * bits // 8 + 3) // 4 * 4
    file.seek(start)
    content = file.read(stride * rows)
    if not content:
        raise refusal("truncated")
    flat = np.frombuffer(content.ljust(stride * rows, b"\x00"), np.uint8).reshape(rows, stride)
    values = flat.view("<u2" if bits == 16 else "<u4")[:, :width]
    channels = [_channel(values, mask) for mask in struct.unpack_from("<III", head, _MASKS_AT)]
    pixels = np.stack(channels, axis=-1)
    return Image.fromarray(pixels if height < 0 else np.ascontiguousarray(pixels[::-1])), len(content) < stride * rows


def _channel(values: NDArray[np.unsignedinteger[Any]], mask: int) -> NDArray[np.uint8]:
    """One colour by its mask, on 256 steps."""
    if mask == 0:
        return np.zeros(values.shape, np.uint8)
    shift = (mask & -mask).bit_length() - 1
    most = mask >> shift
    part = (values & values.dtype.type(mask)) >> shift
    return np.asarray((part.astype(np.float32) * (255.0 / most) + 0.5).clip(0, 255), np.uint8)
