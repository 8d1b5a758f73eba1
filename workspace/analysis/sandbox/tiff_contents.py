"""Find the pages of a TIFF and whether it is a camera's raw file; runs only in a confined child.

A raw file (DNG, NEF and others built on TIFF) holds the values of a sensor, which Pillow cannot show, and the same
picture as the camera developed it, as a JPEG. What stands first is often a thumbnail. Reads directories, decodes
nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_RAW = frozenset({32803, 34892})
"""Photometric interpretations of a sensor: colour filter array and linear raw (DNG 1.7)."""
_REDUCED = 1
"""Bit of NewSubfileType (tag 254): a smaller version of another picture of the file (TIFF 6.0)."""
_SIZES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""Types of whole numbers and how each is packed; 13, 16 and 18 are offsets (BigTIFF, Adobe's technical notes)."""
_SUBFILE_TYPE, _WIDTH, _HEIGHT, _PHOTOMETRIC, _SUB_DIRECTORIES, _DNG_VERSION = 254, 256, 257, 262, 330, 50706
_MOST = 256
_CR2 = b"CR"
"""Canon's raw files say so behind the header; their directory of the sensor has no photometric interpretation."""


@dataclass(frozen=True)
class TiffContents:
    """pages: positions in the file's chain of directories, the largest first; raw: width and height of a sensor's
    picture."""

    pages: tuple[int, ...]
    raw: tuple[int, int] | None


def tiff_contents(file: BinaryIO) -> TiffContents:
    """Walk the directories of a TIFF; broken ones end the walk."""
    chain: list[tuple[int, int, bool]] = []
    raw: list[tuple[int, int]] = []
    file.seek(8)
    is_raw = file.read(2) == _CR2
    for position, tags in _directories(file):
        width, height = (tags.get(tag, (0,))[0] for tag in (_WIDTH, _HEIGHT))
        is_raw |= _DNG_VERSION in tags
        if tags.get(_PHOTOMETRIC, (0,))[0] in _RAW:
            raw.append((width, height))
        elif position is not None:
            chain.append((width * height, position, bool(tags.get(_SUBFILE_TYPE, (0,))[0] & _REDUCED)))
    whole = [page for page in chain if not page[2]] or chain
    pages = tuple(position for _, position, _ in sorted(whole, key=lambda page: (-page[0], page[1])))
    return TiffContents(pages, max(raw, key=lambda size: size[0] * size[1], default=(0, 0) if is_raw else None))


def _directories(file: BinaryIO) -> Iterator[tuple[int | None, dict[int, tuple[int, ...]]]]:
    """Each directory with its place in the chain (None below another), and the whole numbers that it holds."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\x00", b"\x00+")
    seen: set[int] = set()
    try:
        at, position = struct.unpack(f"{order}{'Q' if big else 'I'}", head[8:16] if big else head[4:8])[0], 0
        while at and at not in seen and len(seen) < _MOST:
            seen.add(at)
            tags, following = _directory(file, at, order, big=big)
            yield position, tags
            waiting = list(tags.get(_SUB_DIRECTORIES, ()))
            while waiting and len(seen) < _MOST:
                below = waiting.pop()
                if below not in seen:
                    seen.add(below)
                    lower, _ = _directory(file, below, order, big=big)
                    waiting += lower.get(_SUB_DIRECTORIES, ())
                    yield None, lower
            at, position = following, position + 1
    except struct.error:
        return


def _directory(file: BinaryIO, at: int, order: str, *, big: bool) -> tuple[dict[int, tuple[int, ...]], int]:
    count_code, entry_code, entry_bytes, inline = ("Q", "HHQ8s", 20, 8) if big else ("H", "HHI4s", 12, 4)
    file.seek(at)
    (count,) = struct.unpack(f"{order}{count_code}", file.read(struct.calcsize(f"{order}{count_code}")))
    count = min(count, 4096)
    table = file.read(count * entry_bytes + inline)
    tags: dict[int, tuple[int, ...]] = {}
    for number in range(count):
        tag, kind, many, value = struct.unpack_from(f"{order}{entry_code}", table, number * entry_bytes)
        if kind in _SIZES and tag in (_SUBFILE_TYPE, _WIDTH, _HEIGHT, _PHOTOMETRIC, _SUB_DIRECTORIES, _DNG_VERSION):
            tags[tag] = _numbers(file, order, _SIZES[kind], min(many, _MOST), value)
    (following,) = struct.unpack_from(f"{order}{'Q' if big else 'I'}", table, count * entry_bytes)
    return tags, following


def _numbers(file: BinaryIO, order: str, code: str, many: int, value: bytes) -> tuple[int, ...]:
    size = struct.calcsize(f"{order}{code}") * many
    if size > len(value):
        file.seek(struct.unpack(f"{order}{'Q' if len(value) == 8 else 'I'}", value)[0])
        value = file.read(size)
    return struct.unpack_from(f"{order}{many}{code}", value) or (0,)
