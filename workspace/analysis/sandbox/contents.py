"""Find what a picture file holds: where its pictures lie, the largest first, and a video that was put inside it.

Phones and cameras put several pictures, previews or a few seconds of video into one file, behind what ordinary viewers
show. Pure reading of positions; runs only in a confined child, must not decode a pixel and must not open anything.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

import numpy as np

CHUNK = 1 << 20
SCANNED = 1 << 17
"""Bytes that are searched for a marker at once: they stay in the processor's cache, and in memory that is there
already."""
MOST_PICTURES = 64
"""Pictures of one file that are told apart; what lies beyond is said to be unseen."""
MOST_BEGINNINGS = 500
"""What looks like the beginning of a picture and is none; then the search is given up, which is said too."""
MOST_MARKERS = 10_000
"""Parts of one JPEG that are walked."""
_NESTED = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|ftyp[a-zA-Z0-9 ]{4}|\x1a\x45\xdf\xa3", re.DOTALL)
_OTHER_KINDS = re.compile(
    rb"\x89PNG\r\n\x1a\n\0\0\0\rIHDR|GIF8[79]a|RIFF.{4}WEBPVP8|PK\x03\x04[\x0a-\x3f]\0|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c",
    re.DOTALL,
)
"""What begins a picture, or an archive that may hold some, that is not read where it stands behind another one."""
_JPEG = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]")
BOXES_OF_PICTURES = frozenset({
    b"ftyp", b"JXL ", b"jxlc", b"jxlp", b"jxll", b"jxli", b"jbrd", b"brob", b"Exif", b"xml ", b"jumb", b"jP  ", b"jp2h",
    b"jp2c", b"uuid", b"free", b"skip",
})  # fmt: skip
"""Outermost boxes of JPEG XL and JPEG 2000 (ISO/IEC 18181-2, 15444-1)."""
_GAIN_MAP = (b"hdrgm:", b"HDRGainMap", b"hdrgainmap", b"21496:-1")
"""A second picture that only says how bright the first may shine (ISO 21496-1 and its forerunners)."""
_RENDITIONS = frozenset({0x010001, 0x010002})
"""Types of the Multi-Picture Format (CIPA DC-007) that are the first picture once more, smaller."""
_FRAME_HEADERS = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
"""Frames that show a picture; a lossless one (0xC3) holds the unprocessed values of a sensor."""


BOXES = frozenset({"image/heic", "image/avif"})
"""Built as ISO base media files, and may move."""


class JpegFrame(NamedTuple):
    """What a JPEG's frame header says (ITU-T T.81, B.2.2). marker: the second byte of its marker, which tells how it is
    coded; bits: of a sample."""

    marker: int
    bits: int
    width: int
    height: int


class Place(NamedTuple):
    """Bytes of a file: from `offset`, `length` of them, to its end if None. size: width and height; None if untold."""

    offset: int
    length: int | None = None
    size: tuple[int, int] | None = None

    @property
    def area(self) -> int:
        """How many pixels there are; 0 if untold."""
        return self.size[0] * self.size[1] if self.size else 0


WHOLE = Place(0)
"""All of a file."""


@dataclass(frozen=True)
class Contents:
    """pictures: the largest first; video: one that was put inside; cut: the file ends before its first picture does.

    more: there are further pictures, of kinds that are not read where they stand.
    """

    pictures: tuple[Place, ...]
    video: Place | None = None
    cut: bool = False
    more: bool = False


class Window(io.RawIOBase):
    """A part of a file that can be read like a file of its own."""

    def __init__(self, file: BinaryIO, place: Place) -> None:
        size = file.seek(0, io.SEEK_END)
        self._file, self._start = file, place.offset
        self._end = size if place.length is None else min(size, place.offset + place.length)
        self._at = self._start

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be searched."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for its own Buffer
        """Fill the buffer from where it stands."""
        self._file.seek(self._at)
        content = self._file.read(max(0, min(len(buffer), self._end - self._at)))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of the part."""
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        self._at = max(self._start, base + offset)
        return self._at - self._start

    def tell(self) -> int:
        """Where it stands."""
        return self._at - self._start


def part_of(file: BinaryIO, place: Place) -> BinaryIO:
    """A part of a file; the file itself where it is all of it."""
    if place.offset == 0 and place.length is None:
        return file
    return io.BufferedReader(Window(file, place), CHUNK)


def jpeg_contents(file: BinaryIO) -> Contents:
    """What a JPEG holds: its first picture, others that stand behind it, and a video behind them."""
    end = jpeg_end(file, 0)
    first = Place(0, end, jpeg_size(file, 0))
    if end is None:
        return Contents((first,), cut=True)
    others, video, more = _behind(file, end, _renditions(file))
    pictures = tuple(sorted([first, *others], key=lambda one: -one.area))
    return Contents(pictures, video, more=more or _has_other_kinds(file, end, video))


def contents_behind(file: BinaryIO, end: int | None) -> Contents:
    """The JPEGs and the video that stand behind a whole file of another kind, as programs that hide them put them; none
    where its end is not known."""
    if end is None:
        return Contents(())
    others, video, more = _behind(file, end, set())
    return Contents(tuple(others), video, more=more or _has_other_kinds(file, end, video))


def jpegs_inside(file: BinaryIO) -> tuple[Place, ...]:
    """The JPEGs anywhere in a file whose structure is lost, the largest first."""
    return tuple(sorted(_behind(file, 0, set())[0], key=lambda one: -one.area))


def _has_other_kinds(file: BinaryIO, end: int, video: Place | None) -> bool:
    """Whether a picture that is no JPEG begins behind `end`, but not in a video, whose own pictures are its own."""
    found = _search(file, _OTHER_KINDS, end)
    if found is not None and video is not None and found[0] >= video.offset:
        found = _search(file, _OTHER_KINDS, max(found[0], video.offset + (video.length or 0)))
    return found is not None


def _behind(file: BinaryIO, end: int, skipped: set[int]) -> tuple[list[Place], Place | None, bool]:
    """The JPEGs that begin behind `end`, but for those at places to be skipped; the first video; and whether there is
    more, or the search was given up before the file's end."""
    pictures: list[Place] = []
    video, at = None, end
    for _ in range(MOST_BEGINNINGS):
        found = _search(file, _NESTED, at)
        if found is None or len(pictures) >= MOST_PICTURES:
            return pictures, video, found is not None
        at, matched = found
        if matched.startswith(b"ftyp"):
            other = _video_at(file, at - 4) if at - 4 >= end else None
            if video is not None and other is not None:
                return pictures, video, True
            video = video or other
            at = other.offset + (other.length or 0) if other is not None else at + 4
            continue
        if matched.startswith(b"\x1a"):
            file.seek(at)
            head = file.read(64)
            if b"webm" in head or b"matroska" in head:
                return (
                    (pictures, video, True)
                    if video is not None
                    else (pictures, Place(at, file.seek(0, io.SEEK_END) - at), False)
                )
            at += 4
            continue
        size = jpeg_size(file, at)
        length = (jpeg_end(file, at) or _end_of_cut(file, at, end)) - at if size else 4
        if length > 4 and size is not None and at not in skipped and not _is_gain_map(file, at, length):
            pictures.append(Place(at, length, size))
        at += length
    return pictures, video, True


def _end_of_cut(file: BinaryIO, start: int, end: int) -> int:
    """Where a JPEG behind another ends that breaks off with the file: there, if it follows the other at once, as the
    pictures of a Multi-Picture file do; otherwise it is taken for none."""
    file.seek(end)
    between = file.read(min(start - end, 1 << 16))
    return file.seek(0, io.SEEK_END) if len(between) == start - end and not between.strip(b"\x00\xff") else start + 4


def largest_jpeg(file: BinaryIO, start: int, end: int | None = None) -> Place | None:
    """The largest JPEG anywhere behind `start`, and before `end`; None if there is none."""
    best, at = None, start
    for _ in range(MOST_PICTURES):
        found = _search(file, _JPEG, at)
        if found is None or (end is not None and found[0] >= end):
            break
        at = found[0]
        place = Place(at, None, jpeg_size(file, at))
        best = max(filter(None, (best, place)), key=lambda one: one.area)
        at += 3
    return best if best and best.area else None


def jpeg_end(file: BinaryIO, start: int) -> int | None:
    """Where the JPEG that begins at `start` ends, after its end marker; None if the file ends first."""
    at, size = start + 2, file.seek(0, io.SEEK_END)
    for _ in range(MOST_MARKERS):
        found = _next_marker(file, at) if at < size else None
        if found is None:
            break
        at, marker = found
        if marker == 0xD9:
            return at + 2
        if marker == 0xD8 or marker == 0x01:
            at += 2
            continue
        at += 2 + _big_endian(file, at + 2, 2)
    return _end_behind_damage(file, start, size)


def _end_behind_damage(file: BinaryIO, start: int, size: int) -> int | None:
    """The end of a damaged JPEG whose parts cannot be followed: an end marker as the last thing but zeros."""
    at = max(start, size - CHUNK)
    file.seek(at)
    tail = file.read(CHUNK).rstrip(b"\x00")
    return at + len(tail) if tail.endswith(b"\xff\xd9") else None


def jpeg_size(file: BinaryIO, start: int) -> tuple[int, int] | None:
    """Width and height by the frame header of the JPEG at `start`; None if it has none before its data."""
    frame = jpeg_frame(file, start)
    return (frame.width, frame.height) if frame is not None and frame.width and frame.height else None


def jpeg_frame(file: BinaryIO, start: int) -> JpegFrame | None:
    """The frame header of the JPEG at `start`; None if it has none before its data."""
    at = start + 2
    for _ in range(1000):
        file.seek(at)
        head = file.read(9)
        if len(head) < 9 or head[0] != 0xFF or head[1] in (0xD9, 0xDA):
            return None
        if head[1] in _FRAME_HEADERS:
            bits, height, width = struct.unpack(">BHH", head[4:9])
            return JpegFrame(head[1], bits, width, height)
        at += 1 if head[1] == 0xFF else 2 + int.from_bytes(head[2:4], "big")
    return None


def box_contents(file: BinaryIO) -> Place | None:
    """The video inside a HEIC or AVIF: in a box of its own (mpvd), or appended as a second file."""
    for at, kind, length in boxes(file, 0):
        if kind == b"mpvd":
            return Place(at + 8, length - 8)
    second = second_file(file)
    return _video_at(file, second) if second is not None else None


def second_file(file: BinaryIO) -> int | None:
    """Where a second file of boxes begins behind a first one; None if there is none."""
    return next((at for at, kind, _ in boxes(file, 0) if kind == b"ftyp" and at > 0), None)


def is_sequence(file: BinaryIO) -> bool:
    """Whether a HEIC or AVIF has pictures that follow each other in time, besides what a second file behind it has."""
    for number, (_, kind, _) in enumerate(boxes(file, 0)):
        if kind == b"moov":
            return True
        if kind == b"ftyp" and number > 0:
            break
    return False


def boxes(file: BinaryIO, start: int) -> Iterator[tuple[int, bytes, int]]:
    """The outermost boxes of an ISO base media file that begins at `start`: position, type, length as it claims."""
    at, size = start, file.seek(0, io.SEEK_END)
    for _ in range(10_000):
        file.seek(at)
        head = file.read(16)
        kind, length = head[4:8], int.from_bytes(head[:4], "big")
        if len(head) < 8 or not re.fullmatch(rb"[\x20-\x7e\xa9]{4}", kind):
            return
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        yield at, kind, length or size - at
        if length < 8:
            return
        at += length


def _video_at(file: BinaryIO, start: int) -> Place | None:
    """A video that begins at `start` with a file type box, up to where its boxes end; None if it is none."""
    size, end, kinds = file.seek(0, io.SEEK_END), start, set()
    for at, kind, length in boxes(file, start):
        if kind == b"ftyp" and at > start:
            break
        if at + length > size:
            end = size if kind in (b"mdat", b"moov") else end
            kinds.add(kind)
            break
        end = at + length
        kinds.add(kind)
    return Place(start, end - start) if b"ftyp" in kinds and kinds & {b"moov", b"mdat", b"moof"} else None


def _renditions(file: BinaryIO) -> set[int]:
    """Where smaller copies of the first picture stand, by the index of the Multi-Picture Format."""
    file.seek(0)
    head = file.read(1 << 18)
    at = head.find(b"MPF\x00")
    if at < 0:
        return set()
    base, order = at + 4, "<" if head[at + 4 : at + 6] == b"II" else ">"
    try:
        first = base + struct.unpack_from(f"{order}I", head, base + 4)[0]
        for entry in range(min(struct.unpack_from(f"{order}H", head, first)[0], 100)):
            tag, _, length, where = struct.unpack_from(f"{order}HHII", head, first + 2 + 12 * entry)
            if tag == 0xB002:
                rows = [struct.unpack_from(f"{order}III", head, base + where + 16 * n) for n in range(length // 16)]
                return {base + offset for kind, _, offset in rows if kind & 0xFFFFFF in _RENDITIONS and offset}
    except struct.error:
        pass
    return set()


def _is_gain_map(file: BinaryIO, at: int, length: int) -> bool:
    file.seek(at)
    head = file.read(min(length, 1 << 16))
    return any(mark in head for mark in _GAIN_MAP)


def _next_marker(file: BinaryIO, start: int) -> tuple[int, int] | None:
    """Where the next marker is, and which: 0xFF followed by what is no stuffing, fill byte or restart (ISO/IEC 10918-1,
    B).

    By arrays, five times faster than by a pattern: a megabyte of compressed data has thousands of 0xFF.
    """
    at, size = start, 1 << 14
    while True:
        file.seek(at)
        content = np.frombuffer(file.read(size), np.uint8)
        if len(content) < 2:
            return None
        places = np.flatnonzero(content[:-1] == 0xFF)
        following = content[places + 1]
        marks = places[(following != 0) & (following != 0xFF) & ((following & 0xF8) != 0xD0)]
        if len(marks):
            return at + int(marks[0]), int(content[marks[0] + 1])
        at, size = at + len(content) - 1, SCANNED


def _search(file: BinaryIO, pattern: re.Pattern[bytes], start: int) -> tuple[int, bytes] | None:
    """Where a pattern of at most sixteen bytes is next, and what matched."""
    at, kept = start, b""
    file.seek(start)
    while content := file.read(CHUNK if kept else 1 << 14):
        found = pattern.search(kept + content)
        if found is not None:
            return at - len(kept) + found.start(), found[0]
        at += len(content)
        kept = (kept + content)[-15:]
    return None


def _big_endian(file: BinaryIO, at: int, size: int) -> int:
    file.seek(at)
    return int.from_bytes(file.read(size), "big")


def size_of(file: BinaryIO) -> int:
    """Bytes of a file, which then stands at its beginning."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size
