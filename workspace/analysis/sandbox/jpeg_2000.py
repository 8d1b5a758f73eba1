"""What a JPEG 2000 file says beside its pixels: how far it can be shrunk while it is read, its EXIF and XMP, and
whether it holds more than one picture; runs only in a confined child. Decodes nothing.

ISO/IEC 15444-1, annexes A (codestream) and I (boxes). EXIF and XMP stand in boxes of the kind uuid, as Adobe's XMP
specification (part 3) and the convention of JpgTiffExif put them there.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

from PIL import Image

from workspace.analysis.sandbox.contents import boxes

_EXIF_BOX = b"JpgTiffExif->JP2"
_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MOST_SAID = 16 << 20
_START, _STYLE, _COMPONENT_STYLE, _TILE = 0xFF4F, 0xFF52, 0xFF53, 0xFF90


class Said(NamedTuple):
    """levels: how often the picture can be halved while it is decoded; pictures: codestreams in the file."""

    levels: int
    pictures: int
    exif: Image.Exif
    xmp: bytes


def said_by(file: BinaryIO) -> Said:
    """Read what stands beside the pixels of a JPEG 2000 file that begins at 0; what is broken is left out."""
    file.seek(0)
    if file.read(2) == b"\xff\x4f":
        return Said(_levels(file, 0), 1, Image.Exif(), b"")
    exif, xmp, streams = Image.Exif(), b"", []
    for at, kind, length in boxes(file, 0):
        if kind == b"jp2c":
            streams.append(at + (16 if length > 0xFFFFFFFF else 8))
        elif kind == b"uuid" and length <= _MOST_SAID:
            file.seek(at + 8)
            content = file.read(length - 8)
            if content.startswith(_EXIF_BOX):
                exif = _exif(content[16:])
            elif content.startswith(_XMP_BOX):
                xmp = content[16:]
    return Said(_levels(file, streams[0]) if streams else 0, len(streams), exif, xmp)


def _exif(block: bytes) -> Image.Exif:
    exif = Image.Exif()
    try:
        exif.load(block)
    except (OSError, ValueError, SyntaxError, TypeError, LookupError, struct.error):
        return Image.Exif()
    return exif


def _levels(file: BinaryIO, start: int) -> int:
    """The fewest decompositions that the main header names; tiles that have fewer still are found while decoding."""
    levels, at = [], start + 2
    for _ in range(1000):
        file.seek(at)
        head = file.read(20)
        if len(head) < 20:
            break
        marker, length = struct.unpack(">HH", head[:4])
        if marker == _TILE or marker < _START:
            break
        if marker == _STYLE:
            levels.append(head[9])
        elif marker == _COMPONENT_STYLE:
            levels.append(min(head[6:8]) if length > 9 else head[6])
        at += 2 + length
    return min(levels, default=0)
