"""Say whether a video ends before its own structure says it should; runs only in a confined child. Decodes nothing."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable
from typing import BinaryIO

from workspace.analysis.sandbox.contents import boxes
from workspace.analysis.sandbox.picture_ends import KNOWN_BOXES, boxes_cut_short

MOST_PARTS = 2_000_000
"""Tags of an FLV that are walked: an hour of pictures and sound has some 300,000."""
MOST_BOXES, MOST_OUTERMOST = 1_000, 9_999
UNKNOWN_LENGTHS = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_REAL_SLACK = 18
"""By so much FFmpeg overstates the length of its packets: the head of a chunk."""
_MXF_KEY = b"\x06\x0e\x2b\x34"
_OGG_TAIL = 1 << 17
"""A page of an Ogg has at most 65,307 bytes."""


def ends_short(file: BinaryIO, demuxer: str) -> bool:
    """Say whether a file that the named demuxer of FFmpeg opens breaks off; false where streams have no length."""
    size, walk = file.seek(0, io.SEEK_END), _WALKS.get(demuxer)
    try:
        return walk is not None and walk(file, size)
    except (struct.error, IndexError):
        return True  # not even what says its length is whole


def structural_end(file: BinaryIO, demuxer: str) -> int | None:
    """Where a video ends by its own structure; None where that cannot be known, as of streams without a length, or the
    file ends first."""
    size, find = file.seek(0, io.SEEK_END), _ENDS.get(demuxer)
    try:
        end = find(file, size) if find is not None else None
    except (struct.error, IndexError):
        return None
    return end if end is not None and 0 < end <= size else None


def promised_s(file: BinaryIO, demuxer: str) -> float:
    """How long an MP4 or QuickTime says that it plays, in a unit that stands apart from that of its tracks (ISO/IEC
    14496-12, 8.2.2); 0 where it does not say, and of other files."""
    if demuxer != "mov":
        return 0.0
    try:
        head = _movie_header(file)
        scale, length = struct.unpack_from(">20xIQ" if head[:1] == b"\x01" else ">12xII", head)
    except struct.error:
        return 0.0
    return length / scale if scale and length not in UNKNOWN_LENGTHS else 0.0


def _movie_header(file: BinaryIO) -> bytes:
    """What stands in the box «mvhd»; nothing where there is none."""
    at = 0
    for _ in range(MOST_BOXES):
        file.seek(at)
        length, name, wide = struct.unpack(">I4sQ", file.read(16))
        if name == b"moov":
            at += 8
        elif name == b"mvhd":
            file.seek(at + 8)
            return file.read(40)
        else:
            length = wide if length == 1 else length
            at += max(length, 8)
    return b""


def _matroska(file: BinaryIO, size: int) -> bool:
    """Whether the segment that holds all of a Matroska file reaches past the file's end; recorders that could not go
    back leave its length unsaid (RFC 9559, 4.5; RFC 8794, 4)."""
    return (_matroska_end(file, size) or 0) > size


def _matroska_end(file: BinaryIO, _size: int) -> int | None:
    file.seek(0)
    head = file.read(256)
    at = head.find(b"\x18\x53\x80\x67") + 4
    if at < 4 or at >= len(head) or not head[at]:
        return None
    bytes_of_length = 9 - head[at].bit_length()
    length = int.from_bytes(head[at : at + bytes_of_length], "big") & (1 << 7 * bytes_of_length) - 1
    return at + bytes_of_length + length if length != (1 << 7 * bytes_of_length) - 1 else None


def _avi(file: BinaryIO, size: int) -> bool:
    file.seek(4)
    return int.from_bytes(file.read(4), "little") + 8 > size


def _avi_end(file: BinaryIO, size: int) -> int | None:
    """Behind its last RIFF: a long one has several (OpenDML). None where pictures go on behind what it says is all."""
    at = 0
    for _ in range(MOST_BOXES):
        file.seek(at)
        head = file.read(12)
        if head[:4] != b"RIFF" or (at and head[8:] != b"AVIX"):
            return None if not at or re.match(rb"\d\d(?:d[bc]|wb|ix)|idx1|LIST|JUNK", head) else at
        at += 8 + int.from_bytes(head[4:8], "little")
        at += at & 1
    return None


def _asf(file: BinaryIO, size: int) -> bool:
    return (_asf_end(file, size) or 0) > size


def _asf_end(file: BinaryIO, _size: int) -> int | None:
    """By the length in the file properties object, which a broadcast does not know (ASF specification, 3.2)."""
    file.seek(0)
    head = file.read(1 << 16)
    at = head.find(_ASF_FILE)
    if at < 0:
        return None
    length, flags = struct.unpack_from("<Q", head, at + 40)[0], struct.unpack_from("<I", head, at + 88)[0]
    return None if flags & 1 else int(length)


def _flv(file: BinaryIO, size: int) -> bool:
    return (_flv_end(file, size) or 0) > size


def _flv_end(file: BinaryIO, size: int) -> int | None:
    """Behind the last of its tags, which may reach past the file's end (FLV 10.1, E.3 and E.4)."""
    file.seek(0)
    at: int = struct.unpack(">5xI", file.read(9))[0] + 4
    for _ in range(MOST_PARTS):
        if at >= size:
            return at
        file.seek(at)
        head = file.read(11)
        if head and head[0] & 0x1F not in (8, 9, 18):
            return at
        if len(head) < 11:
            return size + 1
        at += 15 + int.from_bytes(head[1:4], "big")
    return None


def _ogg(file: BinaryIO, size: int) -> bool:
    """Whether its last page is not whole, or is not said to be the last (RFC 3533, 6)."""
    start = max(0, size - _OGG_TAIL)
    file.seek(start)
    tail = file.read(_OGG_TAIL)
    at = tail.rfind(b"OggS")
    if at < 0:
        return True
    lacing = tail[at + 27 : at + 27 + tail[at + 26]]
    ends = at + 27 + tail[at + 26] + sum(lacing)
    return not tail[at + 5] & 4 or ends > len(tail)


def _mxf(file: BinaryIO, size: int) -> bool:
    return _mxf_footer(file) >= size


def _mxf_footer(file: BinaryIO) -> int:
    """The place of the footer, which a closed header names (SMPTE ST 377-1, 7.1)."""
    file.seek(16)
    first = file.read(1)[0]
    file.read(first & 0x7F if first & 0x80 else 0)
    return int(struct.unpack(">24xQ", file.read(32))[0])


def _dv(file: BinaryIO, size: int) -> bool:
    """Whether its last picture is not whole: 10 or 12 sequences of 150 blocks of 80 bytes (IEC 61834-2, 11)."""
    file.seek(3)
    return size % (144_000 if file.read(1)[0] & 0x80 else 120_000) != 0


def _real(file: BinaryIO, size: int) -> bool:
    """Whether one of its chunks reaches past its end."""
    return (_real_end(file, size) or 0) > size + _REAL_SLACK


def _real_end(file: BinaryIO, size: int) -> int | None:
    """Behind the last of its chunks (RealMedia file format, 3)."""
    at = 0
    for _ in range(1000):
        file.seek(at)
        name, length = struct.unpack(">4sI", file.read(8))
        if length < 10 or name not in (b".RMF", b"PROP", b"MDPR", b"CONT", b"DATA", b"INDX"):
            return at
        at += length
        if at >= size:
            break
    return at


def _mov_end(file: BinaryIO, size: int) -> int | None:
    """Behind the last of its outermost boxes; what is no box was left behind it."""
    end = 0
    for number, (at, kind, length) in enumerate(boxes(file, 0), start=1):
        if at and kind not in KNOWN_BOXES:
            break
        if number >= MOST_OUTERMOST:
            return None
        end = at + length
    return end


def _mxf_end(file: BinaryIO, size: int) -> int | None:
    """Behind what follows its footer: keys of sixteen bytes, each with its length (SMPTE ST 377-1, 7.1; ST 336, 6)."""
    at = _mxf_footer(file)
    if not at:
        return None
    for _ in range(MOST_BOXES):
        file.seek(at)
        head = file.read(25)
        if head[:4] != _MXF_KEY or len(head) < 17:
            return at
        told = head[16] & 0x7F if head[16] & 0x80 else 0
        at += 17 + told + (int.from_bytes(head[17 : 17 + told], "big") if told else head[16])
        if at >= size:
            return at
    return None


_WALKS: dict[str, Callable[[BinaryIO, int], bool]] = {
    "mov": boxes_cut_short,
    "matroska": _matroska,
    "avi": _avi,
    "asf": _asf,
    "flv": _flv,
    "ogg": _ogg,
    "mxf": _mxf,
    "dv": _dv,
    "rm": _real,
}
_ENDS: dict[str, Callable[[BinaryIO, int], int | None]] = {
    "mov": _mov_end,
    "matroska": _matroska_end,
    "avi": _avi_end,
    "asf": _asf_end,
    "flv": _flv_end,
    "mxf": _mxf_end,
    "rm": _real_end,
}
"""Of the others: an Ogg whose last page is not the last thing in the file breaks off (`ends_short`), and so does a DV
whose last picture is not whole; streams of MPEG have no end."""
