"""Say whether a picture's file ends before its own structure says it should; runs only in a confined child. Decodes
nothing."""

from __future__ import annotations

from typing import BinaryIO

from workspace.analysis.sandbox.contents import BOXES, size_of

_IN_BOXES = frozenset({"image/jp2", "image/jxl", "image/x-canon-cr3"})
"""Built in the same way, but for a codestream without boxes."""
_END_MARKS = {
    "image/png": b"IEND",
    "image/gif": b";",
    "image/jpeg": b"\xff\xd9",
    "image/jp2": b"\xff\xd9",
    "application/pdf": b"%%EOF",
}


def cut_short(file: BinaryIO, media_type: str) -> bool:
    """Say whether a file that could not be read ends before its own structure says it should."""
    size = size_of(file)
    file.seek(0)
    head = file.read(16)
    if media_type == "image/webp":
        return int.from_bytes(head[4:8], "little") + 8 > size
    if media_type in BOXES or (media_type in _IN_BOXES and head[4:8] in (b"ftyp", b"jP  ", b"JXL ")):
        return boxes_cut_short(file, size)
    if media_type == "image/bmp":
        return int.from_bytes(head[2:6], "little") > size
    end, within = _END_MARKS.get(media_type), 1024 if media_type == "application/pdf" else 64
    file.seek(max(0, size - within))
    return end is not None and end not in file.read(within)


def boxes_cut_short(file: BinaryIO, size: int) -> bool:
    """Walk the outermost boxes of an ISO base media file; true if one reaches past the end."""
    at = 0
    for _ in range(10_000):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return len(head) > 0
        length = int.from_bytes(head[:4], "big")
        if length == 0:
            return False
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        at += max(length, 8)
        if at > size:
            return True
    return False
