"""Find the picture that a camera put into its raw file, for those that are not built as a TIFF; runs only in a confined
child.

The values of the sensor are not developed: what the camera showed to its owner is what is looked at. Reads positions,
decodes nothing.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from PIL import ExifTags, Image

from workspace.analysis.sandbox.contents import Place, Window, part_of
from workspace.analysis.sandbox.metadata import BAD_METADATA

RAW = frozenset(
    {
        "image/x-canon-cr3",
        "image/x-canon-crw",
        "image/x-fuji-raf",
        "image/x-olympus-orf",
        "image/x-panasonic-rw2",
        "image/x-sigma-x3f",
    }
)
_AS_TIFF = {b"II": b"II*\x00", b"MM": b"MM\x00*"}
"""Olympus and Panasonic write directories of a TIFF behind a mark of their own."""
_CR3_HEAD = 1 << 18
_RAF_PLACES = 84
"""Where the place and length of Fujifilm's JPEG stand, then those of its directory, all of four bytes."""
_RAF_SIZE = 0x0100
_DIRECTORIES = {
    "image/x-olympus-orf": (ExifTags.Base.ImageWidth, ExifTags.Base.ImageLength),
    "image/x-panasonic-rw2": (2, 3),
}
"""Raw files whose data are directories as TIFF has them, and the tags of width and height in the first."""


class _AsTiff(Window):
    """A raw file whose first bytes read as those of a TIFF."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, Place(0))
        file.seek(0)
        self._mark = _AS_TIFF[file.read(2)]

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as in Window
        """Fill the buffer from where it stands."""
        at = self.tell()
        count = super().readinto(buffer)
        known = self._mark[at : min(at + count, len(self._mark))]
        buffer[: len(known)] = known
        return count


def as_tiff(file: BinaryIO, media_type: str) -> BinaryIO:
    """The file as one whose directories can be read, where it has any: itself if it is a TIFF."""
    if media_type in _DIRECTORIES:
        return io.BufferedReader(_AsTiff(file))
    return file


def raw_exif(file: BinaryIO, media_type: str) -> Image.Exif:
    """The data of a raw file; none where it has them in its preview alone, or in a form of its own."""
    if media_type == "image/x-canon-cr3":
        return _cr3_exif(file)
    exif = Image.Exif()
    tiff = as_tiff(file, media_type)
    if tiff is not file or media_type == "image/tiff":
        tiff.seek(0)
        exif.load_from_fp(tiff)
    return exif


def _cr3_exif(file: BinaryIO) -> Image.Exif:
    """Canon's boxes CMT1, CMT2 and CMT4: a TIFF each, with one directory of the data of EXIF."""
    file.seek(0)
    head = file.read(_CR3_HEAD)
    whole, details, place = (_block(head, name) for name in (b"CMT1", b"CMT2", b"CMT4"))
    whole.get_ifd(ExifTags.IFD.Exif).update(details)
    whole.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    return whole


def _block(head: bytes, name: bytes) -> Image.Exif:
    exif, at = Image.Exif(), head.find(name)
    if at >= 4:
        (length,) = struct.unpack_from(">I", head, at - 4)
        exif.load(head[at + 4 : at - 4 + length])
    return exif


def sensor_of(file: BinaryIO, media_type: str) -> tuple[int, int]:
    """How large the picture is that was taken; zero where the file does not say it, or is broken there."""
    try:
        if media_type == "image/x-fuji-raf":
            return _raf_sensor(file)
        if media_type == "image/x-canon-cr3":
            return _cr3_sensor(file)
        if media_type in _DIRECTORIES:
            said = raw_exif(file, media_type)
            width, height = (said.get(tag) for tag in _DIRECTORIES[media_type])
            return (width, height) if isinstance(width, int) and isinstance(height, int) else (0, 0)
    except BAD_METADATA:
        pass
    return 0, 0


def _cr3_sensor(file: BinaryIO) -> tuple[int, int]:
    """The largest of the sample entries «CRAW» (ISO/IEC 14496-12, 12.1.3: 24 bytes, then width and height)."""
    file.seek(0)
    head, at, sizes = file.read(_CR3_HEAD), 0, []
    while (at := head.find(b"CRAW", at) + 4) >= 4:
        if len(head) >= at + 28:
            sizes.append(struct.unpack_from(">HH", head, at + 24))
    return max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))


def _raf_sensor(file: BinaryIO) -> tuple[int, int]:
    file.seek(_RAF_PLACES)
    at, length = struct.unpack(">8xII", file.read(16))
    directory = part_of(file, Place(at, length))
    (count,) = struct.unpack(">I", directory.read(4))
    for _ in range(min(count, 256)):
        tag, size = struct.unpack(">HH", directory.read(4))
        value = directory.read(size)
        if tag == _RAF_SIZE:
            height, width = struct.unpack(">HH", value)
            return width, height
    return 0, 0
