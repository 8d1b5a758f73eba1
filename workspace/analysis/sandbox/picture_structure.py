"""Where a picture ends by its own structure, so that what stands behind it can be looked for; runs only in a confined
child. Decodes nothing."""

from __future__ import annotations

import io
import math
import struct
from typing import BinaryIO

import numpy as np

from workspace.analysis.sandbox.contents import BOXES_OF_PICTURES, CHUNK, boxes
from workspace.analysis.sandbox.gif import gif_blocks

_TIFF_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""How long a value of each type is (TIFF 6.0, section 2; BigTIFF)."""
_TIFF_NUMBERS = {3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
_DIRECTORIES = frozenset({330, 34665, 34853, 40965})
"""Tags that name further directories: smaller pictures, EXIF, its place and its compatibility."""
_DATA = {273: 279, 324: 325, 513: 514, 288: 289}
"""Tags that say where data lie, and those that say how long they are: strips, tiles, a JPEG, what is free."""
_MOST_DIRECTORIES, _MOST_TAGS, _MOST_NUMBERS = 256, 4096, 1 << 20
_MOST_TILE_PARTS = 100_000
_RAF_PLACES = 84


def structural_end(file: BinaryIO, name: str) -> int | None:
    """Where a picture ends by its own structure; None where that cannot be known, or the file ends first. name: the
    format of Pillow, or the kind of a raw file."""
    try:
        end = _end(file, name)
    except (struct.error, IndexError, ValueError, OverflowError):
        return None
    return end if end is not None and end <= file.seek(0, io.SEEK_END) else None


def _end(file: BinaryIO, name: str) -> int | None:
    file.seek(0)
    head = file.read(12)
    if name == "WEBP":
        return 8 + int.from_bytes(head[4:8], "little")
    if name in ("JPEG2000", "JXL", "HEIF", "AVIF", "CR3") and head[4:8] in (b"jP  ", b"JXL ", b"ftyp"):
        return _end_of_boxes(file)
    if name == "BMP":
        return int.from_bytes(head[2:6], "little") or None
    if name == "GIF":
        return gif_blocks(file).end
    own = {"PNG": _png, "TIFF": _tiff, "PSD": _psd, "PDF": _pdf, "RAF": _raf, "JPEG2000": _codestream}.get(name)
    return own(file) if own is not None else None


def _png(file: BinaryIO) -> int | None:
    at = 8
    for _ in range(100_000):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        at += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return at
    return None


def _end_of_boxes(file: BinaryIO) -> int | None:
    """Where the last of the outermost boxes ends; None where one reaches past the file's end."""
    size, end = file.seek(0, io.SEEK_END), 0
    for at, kind, length in boxes(file, 0):
        if at and at + length > size and kind not in BOXES_OF_PICTURES:
            break  # no box, but what a program left behind the last one
        end = at + length
        if kind == b"jp2c" and end == size:
            return _codestream(file, at + 8) or end  # a last box may say that it goes to the file's end
    return end


def _codestream(file: BinaryIO, start: int = 0) -> int | None:
    """Behind the mark that ends a codestream of JPEG 2000 (ISO/IEC 15444-1, A.4): its tile-parts say how long they
    are."""
    at = start + 2
    for _ in range(_MOST_TILE_PARTS):
        file.seek(at)
        marker, length, _, part = struct.unpack(">HHHI", file.read(10).ljust(10, b"\0"))
        if marker == 0xFFD9:
            return at + 2
        if marker < 0xFF4F:
            return None
        if marker == 0xFF90 and not part:
            return None
        at += part if marker == 0xFF90 else 2 + length
    return None


def _psd(file: BinaryIO) -> int | None:
    """Behind the flattened picture, which is the last of a file's five sections."""
    file.seek(0)
    channels, height, width, bits = struct.unpack(">12xHIIH", file.read(24))
    at = 26
    for _ in range(3):
        file.seek(at)
        at += 4 + int(struct.unpack(">I", file.read(4))[0])
    file.seek(at)
    (packed,) = struct.unpack(">H", file.read(2))
    if packed == 0:
        return at + 2 + int(channels) * int(height) * math.ceil(int(width) * int(bits) / 8)
    if packed != 1 or channels * height > _MOST_NUMBERS:
        return None  # by ZIP, which nothing writes there
    table = file.read(2 * channels * height)
    return at + 2 + len(table) + int(np.frombuffer(table, ">u2").sum(dtype=np.int64))


def _pdf(file: BinaryIO) -> int | None:
    """Behind the last mark that ends a PDF."""
    at = file.seek(0, io.SEEK_END)
    kept = b""
    while at > 0:
        step = min(CHUNK, at)
        at -= step
        file.seek(at)
        content = file.read(step) + kept
        if (found := content.rfind(b"%%EOF")) >= 0:
            return at + found + 5
        kept = content[:4]
    return None


def _raf(file: BinaryIO) -> int | None:
    """Behind the last of the three parts of Fujifilm's raw file: the JPEG, its directory, the values of the sensor."""
    file.seek(_RAF_PLACES)
    places = struct.unpack(">6I", file.read(24))
    return max(int(at) + int(length) for at, length in zip(places[::2], places[1::2], strict=True))


def _tiff(file: BinaryIO) -> int | None:
    """Behind the last byte that any directory of a TIFF names; None where one does not say how long its data are."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\x00", b"\x00+")
    waiting = [struct.unpack(f"{order}{'Q' if big else 'I'}", head[8:16] if big else head[4:8])[0]]
    seen: set[int] = set()
    end = len(head) if big else 8
    while waiting:
        at = waiting.pop()
        if not at or at in seen:
            continue
        seen.add(at)
        if len(seen) > _MOST_DIRECTORIES:
            return None
        reach = _directory(file, at, order, waiting, big=big)
        if reach is None:
            return None
        end = max(end, reach)
    return end


def _directory(file: BinaryIO, at: int, order: str, waiting: list[int], *, big: bool) -> int | None:
    """How far a directory and what it names reach; further directories are added to those that wait."""
    count_code, entry_code, inline = ("Q", "HHQ8s", 8) if big else ("H", "HHI4s", 4)
    entry_bytes, counted = struct.calcsize("=" + entry_code), struct.calcsize(count_code)
    file.seek(at)
    (count,) = struct.unpack(order + count_code, file.read(counted))
    if count > _MOST_TAGS:
        return None
    table = file.read(count * entry_bytes + inline)
    end = at + counted + len(table)
    numbers: dict[int, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for number in range(count):
        tag, kind, many, value = struct.unpack_from(order + entry_code, table, number * entry_bytes)
        size, place = _TIFF_BYTES.get(kind, 0) * many, int.from_bytes(value, "little" if order == "<" else "big")
        end = max(end, place + size) if size > inline else end
        if kind in _TIFF_NUMBERS and (tag in _DIRECTORIES or tag in _DATA or tag in _DATA.values()):
            if many > _MOST_NUMBERS:
                return None
            if size > inline:
                file.seek(place)
                value = file.read(size)
            numbers[tag] = np.frombuffer(value[:size], order + _TIFF_NUMBERS[kind]).astype(np.int64)
    for where, length in _DATA.items():
        if where in numbers and len(numbers[where]) != len(numbers.get(length, ())):
            return None
        if where in numbers and len(numbers[where]):
            end = max(end, int((numbers[where] + numbers[length]).max()))
    waiting += [int(each) for tag in _DIRECTORIES for each in numbers.get(tag, ())]
    waiting += struct.unpack_from(f"{order}{'Q' if big else 'I'}", table, count * entry_bytes)
    return end
