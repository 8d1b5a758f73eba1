"""Read serial numbers out of the notes that makers put into EXIF; runs only in a confined child.

Many cameras say their serial number there alone. A note is a directory as TIFF has them (TIFF 6.0), in a place and with
offsets that each maker chose; which tags hold what is public knowledge (ExifTool's tag names). Only the few that hold a
number are read, and each must be plain text inside the note. A note that was moved by a program that did not know it
tells nothing: offsets that count from the file's beginning then point elsewhere.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

MOST_ENTRIES = 1024
LONGEST = 64
"""Bytes of a serial number."""
LARGE = 4096
"""Values of more bytes, as previews, may lie behind the note."""
_EXIF_DIRECTORY, _MAKER_NOTE, _MAKE = 0x8769, 0x927C, 0x010F
_SIZES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4)
"""Bytes of one value of each type (TIFF 6.0; 13 is a directory)."""
_PLAIN = re.compile(rb"[ -~]+")
_CALLED = re.compile(r"^(?:no|s/?n)\s*[.:=]\s*", re.IGNORECASE)
_LONG = 4


class Serials(NamedTuple):
    """What a note says: the number on the body; one that the maker keeps inside the camera; that of the lens."""

    body: str | None = None
    internal: str | None = None
    lens: str | None = None


@dataclass(frozen=True)
class _Layout:
    """Where a note's directory begins behind the note's begin, and what its offsets are counted from.

    order: where its byte order stands, None: as in the rest. body, internal, lens: tags that hold the numbers, the
    first of them that says something counts; below: a tag that holds a further directory with such tags.
    """

    start: int = 0
    is_relative: bool = False
    order: int | None = None
    body: tuple[int, ...] = ()
    internal: tuple[int, ...] = ()
    lens: tuple[int, ...] = ()
    below: int | None = None
    below_tags: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]] = ((), (), ())


_CANON = _Layout(body=(0x000C,), internal=(0x0096,))
_NIKON = _Layout(body=(0x001D, 0x00A0))
_SONY = _Layout(start=12, body=(0x2031,))
_PENTAX = _Layout(start=6, order=4, body=(0x0229,))
_EQUIPMENT = ((0x0101,), (0x0102,), (0x0202,))
_OLYMPUS = _Layout(start=8, body=(0x0404, 0x101A), below=0x2010, below_tags=_EQUIPMENT)

_LAYOUTS: tuple[tuple[bytes, _Layout], ...] = (
    (b"Nikon\x00\x01", _Layout(start=8, body=_NIKON.body)),
    (b"OLYMP\x00", _OLYMPUS),
    (b"OLYMPUS\x00", _Layout(12, is_relative=True, order=8, body=_OLYMPUS.body, below=0x2010, below_tags=_EQUIPMENT)),
    (
        b"OM SYSTEM\x00",
        _Layout(16, is_relative=True, order=12, body=_OLYMPUS.body, below=0x2010, below_tags=_EQUIPMENT),
    ),
    (b"Panasonic\x00", _Layout(start=12, internal=(0x0025,), lens=(0x0052,))),
    (b"PENTAX \x00", _Layout(10, is_relative=True, order=8, body=_PENTAX.body)),
    (b"RICOH\x00II", _Layout(8, is_relative=True, order=6, body=_PENTAX.body)),
    (b"RICOH\x00MM", _Layout(8, is_relative=True, order=6, body=_PENTAX.body)),
    (b"AOC\x00", _PENTAX),
    (b"SONY DSC ", _SONY),
    (b"SONY CAM ", _SONY),
    (b"SONY MOBILE", _SONY),
    (b"SIGMA\x00", _Layout(start=10, body=(0x0002,))),
    (b"FOVEON\x00", _Layout(start=10, body=(0x0002,))),
)  # fmt: skip
"""By what a note begins with."""
_WITHOUT_NAME = ((b"CANON", _CANON), (b"NIKON", _NIKON), (b"SONY", _Layout(body=_SONY.body)))
"""By the maker: notes that are a directory and nothing before it."""


def note_serials(block: BinaryIO) -> Serials:
    """The serial numbers in the maker's note of an EXIF block or TIFF that begins at 0; none if there is no note, or
    one that cannot be understood."""
    try:
        block.seek(0)
        head = block.read(8)
        order = {b"II*\x00": "<", b"MM\x00*": ">"}[head[:4]]
        first = _Directory(block, struct.unpack(f"{order}I", head[4:])[0], order, 0)
        details = _Directory(block, first.number(_EXIF_DIRECTORY), order, 0)
        at, length = details.place(_MAKER_NOTE)
        make = first.text(_MAKE) or ""
        block.seek(at)
        return _serials(block, order, make, _Note(at, length, block.read(20)))
    except (struct.error, LookupError, ValueError, OSError):
        return Serials()


class _Note(NamedTuple):
    at: int
    length: int
    head: bytes


def _serials(block: BinaryIO, order: str, make: str, note: _Note) -> Serials:
    if note.head.startswith(b"FUJIFILM"):
        start = struct.unpack("<I", note.head[8:12])[0]
        return _by(block, "<", note, _Layout(start, is_relative=True, internal=(0x0010,)))
    if note.head.startswith(b"Nikon\x00\x02"):
        # A TIFF of its own, ten bytes behind the note's begin.
        order = {b"II*\x00": "<", b"MM\x00*": ">"}[note.head[10:14]]
        start = struct.unpack(f"{order}I", note.head[14:18])[0]
        inside = _Note(note.at + 10, note.length - 10, note.head[10:])
        return _by(block, order, inside, _Layout(start, is_relative=True, body=_NIKON.body))
    for begins, layout in _LAYOUTS:
        if note.head.startswith(begins):
            return _by(block, order, note, layout)
    for begins, layout in _WITHOUT_NAME:
        if make.upper().encode("ascii", "replace").startswith(begins):
            return _by(block, order, note, layout)
    return Serials()


def _by(block: BinaryIO, order: str, note: _Note, layout: _Layout) -> Serials:
    if layout.order is not None:
        order = {b"II": "<", b"MM": ">"}.get(note.head[layout.order : layout.order + 2], order)
    base = note.at if layout.is_relative else 0
    found = _Directory(block, note.at + layout.start, order, base, (note.at, note.at + note.length))
    if not layout.is_relative and found.was_moved():
        return Serials()
    groups = [[found.text(tag) for tag in tags] for tags in (layout.body, layout.internal, layout.lens)]
    if layout.below is not None and layout.below in found:
        lower = _Directory(block, found.directory(layout.below), order, base, found.bounds)
        for group, tags in zip(groups, layout.below_tags, strict=True):
            group += [lower.text(tag) for tag in tags]
    return Serials(*(next(filter(None, group), None) for group in groups))


class _Directory:
    """The entries of one directory: type, count and the four bytes that are the value or say where it lies."""

    def __init__(self, block: BinaryIO, at: int, order: str, base: int, bounds: tuple[int, int] | None = None) -> None:
        self.block, self.order, self.base, self.bounds = block, order, base, bounds
        block.seek(at)
        (count,) = struct.unpack(f"{order}H", block.read(2))
        if count > MOST_ENTRIES:
            raise ValueError("no directory has so many entries")
        table = block.read(12 * count)
        self.end = at + 2 + len(table)
        self.entries: dict[int, tuple[int, int, bytes]] = {}
        for number in range(len(table) // 12):
            tag, kind, many, value = struct.unpack_from(f"{order}HHI4s", table, 12 * number)
            self.entries[tag] = (kind, many, value)

    def __contains__(self, tag: int) -> bool:
        return tag in self.entries

    def number(self, tag: int) -> int:
        """The value of a tag that holds one number, or a place."""
        return int(struct.unpack(f"{self.order}I", self.entries[tag][2])[0])

    def place(self, tag: int) -> tuple[int, int]:
        """Where a tag's value that is longer than four bytes lies, and its bytes. Raises ValueError outside the
        bounds."""
        kind, many, _ = self.entries[tag]
        at, size = self.base + self.number(tag), many * _SIZES[kind]
        if size <= 4 or (self.bounds and not self.bounds[0] <= at <= at + size <= self.bounds[1]):
            raise ValueError("the value lies elsewhere")
        return at, size

    def was_moved(self) -> bool:
        """Whether a value lies outside what is between this directory and the end of its note."""
        for tag, (kind, many, _) in self.entries.items():
            size = many * _SIZES[kind] if kind < len(_SIZES) else 0
            at = self.base + self.number(tag)
            if 4 < size <= LARGE and self.bounds and not self.end <= at <= at + size <= self.bounds[1]:
                return True
        return False

    def directory(self, tag: int) -> int:
        """Where a directory below this one begins: older cameras put it where a value stands."""
        kind, many, _ = self.entries[tag]
        return self.place(tag)[0] if many * _SIZES[kind] > 4 else self.base + self.number(tag)

    def text(self, tag: int) -> str | None:
        """A value as plain text, whole; a number as programs put Canon's into XMP. None if it is none."""
        try:
            kind, many, value = self.entries[tag]
            if kind == _LONG:
                return str(self.number(tag)) if many == 1 and self.number(tag) else None
            size = many * _SIZES[kind]
            if size > 4:
                at, size = self.place(tag)
                self.block.seek(at)
                value = self.block.read(min(size, LONGEST))
        except (LookupError, ValueError, struct.error):
            return None
        written = value[:size].split(b"\x00")[0].strip()
        return _CALLED.sub("", written.decode("ascii")) or None if _PLAIN.fullmatch(written) else None
