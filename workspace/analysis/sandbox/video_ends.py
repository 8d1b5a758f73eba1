"""Say whether a video ends before its own structure says it should; runs only in a confined child. Decodes nothing."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import BinaryIO

from workspace.analysis.sandbox.picture_ends import boxes_cut_short

MOST_PARTS = 2_000_000
"""Tags of an FLV that are walked: an hour of pictures and sound has some 300,000."""
MOST_BOXES = 1_000
UNKNOWN_LENGTHS = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_REAL_SLACK = 18
"""By so much FFmpeg overstates the length of its packets: the head of a chunk."""
_OGG_TAIL = 1 << 17
"""A page of an Ogg has at most 65,307 bytes."""


def ends_short(file: BinaryIO, demuxer: str) -> bool:
    """Say whether a file that the named demuxer of FFmpeg opens breaks off; false where streams have no length."""
    size, walk = file.seek(0, io.SEEK_END), _WALKS.get(demuxer)
    try:
        return walk is not None and walk(file, size)
    except (struct.error, IndexError):
        return True  # not even what says its length is whole


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
    file.seek(0)
    head = file.read(256)
    at = head.find(b"\x18\x53\x80\x67") + 4
    if at < 4 or at >= len(head) or not head[at]:
        return False
    bytes_of_length = 9 - head[at].bit_length()
    length = int.from_bytes(head[at : at + bytes_of_length], "big") & (1 << 7 * bytes_of_length) - 1
    return length != (1 << 7 * bytes_of_length) - 1 and at + bytes_of_length + length > size


def _avi(file: BinaryIO, size: int) -> bool:
    file.seek(4)
    return int.from_bytes(file.read(4), "little") + 8 > size


def _asf(file: BinaryIO, size: int) -> bool:
    """By the length in the file properties object, which a broadcast does not know (ASF specification, 3.2)."""
    file.seek(0)
    head = file.read(1 << 16)
    at = head.find(_ASF_FILE)
    if at < 0:
        return False
    length, flags = struct.unpack_from("<Q", head, at + 40)[0], struct.unpack_from("<I", head, at + 88)[0]
    return bool(not flags & 1 and length > size)


def _flv(file: BinaryIO, size: int) -> bool:
    """Whether the last of its tags reaches past its end (FLV 10.1, E.3 and E.4)."""
    file.seek(0)
    at: int = struct.unpack(">5xI", file.read(9))[0] + 4
    for _ in range(MOST_PARTS):
        if at >= size:
            break
        file.seek(at)
        head = file.read(11)
        if head and head[0] & 0x1F not in (8, 9, 18):
            return False
        if len(head) < 11:
            return True
        at += 15 + int.from_bytes(head[1:4], "big")
    return at > size


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
    """By the place of the footer, which a closed header names (SMPTE ST 377-1, 7.1)."""
    file.seek(16)
    first = file.read(1)[0]
    file.read(first & 0x7F if first & 0x80 else 0)
    footer: int = struct.unpack(">24xQ", file.read(32))[0]
    return footer >= size


def _dv(file: BinaryIO, size: int) -> bool:
    """Whether its last picture is not whole: 10 or 12 sequences of 150 blocks of 80 bytes (IEC 61834-2, 11)."""
    file.seek(3)
    return size % (144_000 if file.read(1)[0] & 0x80 else 120_000) != 0


def _real(file: BinaryIO, size: int) -> bool:
    """Whether one of its chunks reaches past its end (RealMedia file format, 3)."""
    at = 0
    for _ in range(1000):
        file.seek(at)
        name, length = struct.unpack(">4sI", file.read(8))
        if length < 10 or name not in (b".RMF", b"PROP", b"MDPR", b"CONT", b"DATA", b"INDX"):
            return False
        at += length
        if at >= size:
            break
    return at > size + _REAL_SLACK


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
