"""EXIF blocks with notes as makers write them: directories in their own places, with offsets of their own."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

ASCII, LONG, UNDEFINED = 2, 4, 7
Tags = Mapping[int, bytes | int]
Note = Callable[[str, int], bytes]
"""Makes a note from the byte order of the EXIF block and the place in it where the note will stand."""


def directory(tags: Tags, order: str, at: int) -> bytes:
    """A directory with its values behind it. at: where it will stand, counted from what its offsets count from."""
    behind = at + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for tag, value in sorted(tags.items()):
        if isinstance(value, int):
            entries += struct.pack(f"{order}HHII", tag, LONG, 1, value)
        elif len(value) <= 4:
            entries += struct.pack(f"{order}HHI4s", tag, ASCII, len(value), value)
        else:
            entries += struct.pack(f"{order}HHII", tag, ASCII, len(value), behind + len(values))
            values += value + bytes(len(value) % 2)
    return struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + values


def exif_with_note(make: str, note: Note, *, order: str = "<", serial: str = "") -> bytes:
    """A whole EXIF block. serial: what EXIF itself says, if anything."""
    named = make.encode().ljust(8) + b"\x00"
    first = directory({0x010F: named, 0x8769: 0}, order, 8)
    details = 8 + len(first)
    first = directory({0x010F: named, 0x8769: details}, order, 8)
    own: dict[int, bytes | int] = {0xA431: serial.encode().ljust(4) + b"\x00"} if serial else {}
    at = details + len(directory({0x927C: 0, **own}, order, details))
    body = note(order, at)
    inner = bytearray(directory({0x927C: at, **own}, order, details))
    struct.pack_into(f"{order}HHII", inner, 2, 0x927C, UNDEFINED, len(body), at)
    return (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(f"{order}I", 8) + first + inner + body


def at_once(tags: Tags) -> Note:
    """A directory and nothing before it, with the file's offsets: Canon, Sony, early Nikon."""
    return lambda order, at: directory(tags, order, at)


def behind(name: bytes, tags: Tags) -> Note:
    """A directory behind a name, with the file's offsets: Panasonic, Sony, Sigma, early Olympus, Pentax and Nikon."""
    return lambda order, at: name + directory(tags, order, at + len(name))


def of_its_own(name: bytes, tags: Tags, order: str, below: tuple[int, Tags] | None = None) -> Note:
    """A directory behind a name, with offsets that count from the note's begin. below: a tag and the directory
    there."""

    def note(_: str, __: int) -> bytes:
        if below is None:
            return name + directory(tags, order, len(name))
        tag, lower = below
        at = len(name) + len(directory({**tags, tag: 0}, order, 0))
        return name + directory({**tags, tag: at}, order, len(name)) + directory(lower, order, at)

    return note


def nikon(tags: Tags, order: str) -> Note:
    """Nikon's present notes: a TIFF of their own."""
    head = b"Nikon\x00\x02\x10\x00\x00" + (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(f"{order}I", 8)
    return lambda _, __: head + directory(tags, order, 8)
