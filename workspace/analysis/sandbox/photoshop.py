"""What a Photoshop file says beside its flattened picture: its EXIF and XMP, and whether it has layers; runs only in a
confined child.

The flattened picture, which the program writes for others to show, is looked at; layers, of which some may be hidden,
are not (Adobe Photoshop File Formats Specification, image resources 1058 and 1060, layer and mask information).
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

from PIL import Image

_EXIF_RESOURCE, _XMP_RESOURCE = 1058, 1060
_READ = frozenset({(0, 1), (0, 8), (1, 8), (2, 8), (3, 8), (4, 8), (7, 8), (8, 8), (9, 8)})
"""Colour modes and bits of a channel that Pillow reads."""


class Said(NamedTuple):
    """exif: a TIFF block, empty if there is none."""

    exif: bytes
    xmp: bytes


def is_readable(file: BinaryIO) -> bool:
    """Whether the colours of a Photoshop file are of a kind that is read; true where its header breaks off."""
    file.seek(0)
    head = file.read(26)
    return len(head) < 26 or struct.unpack(">HH", head[22:26])[::-1] in _READ


def has_layers(file: BinaryIO) -> bool:
    """Whether there is more than one layer, so that the flattened picture may hide another."""
    try:
        at = 26
        for _ in range(2):
            file.seek(at)
            at += 4 + int(struct.unpack(">I", file.read(4))[0])
        file.seek(at)
        whole, of_layers, count = struct.unpack(">IIh", file.read(10))
    except struct.error:
        return False
    return bool(whole and of_layers and abs(count) > 1)


def said_by(image: Image.Image) -> Said:
    """What an opened Photoshop file carries of other programs' data."""
    found = {number: content for number, _, content in getattr(image, "resources", ())}
    return Said(found.get(_EXIF_RESOURCE, b""), found.get(_XMP_RESOURCE, b""))


def written(picture: Image.Image) -> bytes:
    """A picture in RGB as a flattened Photoshop file without anything else, to try the decoder with."""
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, picture.height, picture.width, 8, 3)
    planes = b"".join(band.tobytes() for band in picture.split())
    return header + bytes(12) + struct.pack(">H", 0) + planes
