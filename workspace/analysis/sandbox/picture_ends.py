"""Say whether a picture's file ends before its own structure says it should; runs only in a confined child. Decodes
nothing."""

from __future__ import annotations

from typing import BinaryIO

from workspace.analysis.sandbox.contents import BOXES, size_of

_IN_BOXES = frozenset({"image/jp2", "image/jxl", "image/x-canon-cr3"})
"""Built in the same way, but for a codestream without boxes."""
KNOWN_BOXES = frozenset({
    b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"meta", b"free", b"skip", b"wide", b"pnot", b"uuid", b"udta",
    b"sidx", b"ssix", b"emsg", b"prft", b"pdin", b"idat", b"mpvd", b"jumb", b"Exif", b"xml ", b"brob", b"JXL ", b"jxlc",
    b"jxlp", b"jxll", b"jxli", b"jbrd", b"jP  ", b"jp2h", b"jp2c", b"jpch", b"jplh", b"asoc", b"res ", b"rreq", b"jp2i",
    b"uinf", b"CNDA", b"CNCV", b"PICT", b"junk", b"sefd", b"SDLN", b"beam", b"thma", b"mere", b"cust", b"inst",
})  # fmt: skip
"""Outermost boxes of such files, as their standards and makers name them."""
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
    if media_type == "image/tiff":
        # Many programs write the directory behind the pixels.
        wide = head[2:4] in (b"+\x00", b"\x00+")
        directory = head[8:16] if wide else head[4:8]
        return int.from_bytes(directory, "little" if head[:2] == b"II" else "big") + 2 > size
    if media_type == "image/bmp":
        return int.from_bytes(head[2:6], "little") > size
    end, within = _END_MARKS.get(media_type), 1024 if media_type == "application/pdf" else 64
    file.seek(max(0, size - within))
    return end is not None and end not in file.read(within)


def boxes_cut_short(file: BinaryIO, size: int) -> bool:
    """Walk the outermost boxes of an ISO base media file; true if one reaches past the end. What stands behind the last
    and is no box, as some programs leave it, is none of the file."""
    at = 0
    for _ in range(10_000):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return len(head) > 0 and head[4:] in (b"", *(kind[: len(head) - 4] for kind in KNOWN_BOXES))
        if at and head[4:8] not in KNOWN_BOXES and head[4:8].isalnum():
            return False
        length = int.from_bytes(head[:4], "big")
        if length == 0:
            return False
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        at += max(length, 8)
        if at > size:
            return True
    return False
