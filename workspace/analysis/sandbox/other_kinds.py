"""Say of a file that is not read here what it is and what makes it readable, by its first bytes.

The reasons are codes; what a person reads stands in `vocabulary.REFUSAL`, and names the program that converts it. Pure;
must not open anything.
"""

from __future__ import annotations

import re

_DRAWING = "drawing_to_convert"
_DOCUMENT = "document_to_convert"
_ARCHIVE = "archive_to_unpack"
_PICTURE = "picture_to_convert"
_RAW = "raw_to_develop"
_VIDEO = "video_to_convert"
_SOUND = "sound_alone"

_PART = "part_of_split"

KINDS = (_PICTURE, _RAW, _VIDEO, _DRAWING, _DOCUMENT, _ARCHIVE, _SOUND)
"""Reasons for which a known kind of file is not read; where even the kind is not known it is `kind_not_supported`."""

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%!PS", _DRAWING), (b"\xc5\xd0\xd3\xc6", _DRAWING), (b"\xd7\xcd\xc6\x9a", _DRAWING), (b"<svg", _DRAWING),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _DOCUMENT), (b"{\\rtf", _DOCUMENT), (b"AT&TFORM", _DOCUMENT),
    (b"ITSF", _DOCUMENT),
    (b"Rar!\x1a\x07", _ARCHIVE), (b"MSCF\x00", _ARCHIVE), (b"xar!", _ARCHIVE),
    (b"EVF\t\r\n\xff\x00", _ARCHIVE), (b"KDMV", _ARCHIVE), (b"QFI\xfb", _ARCHIVE), (b"conectix", _ARCHIVE),
    (b"\x1f\x9d\x90", _ARCHIVE), (b"LZIP\x01", _ARCHIVE),
    (b"8BPS\x00\x02", _PICTURE), (b"gimp xcf", _PICTURE), (b"II\xbc\x01", _PICTURE), (b"\x76\x2f\x31\x01", _PICTURE),
    (b"#?RADIANCE", _PICTURE), (b"DDS \x7c", _PICTURE), (b"BPG\xfb", _PICTURE), (b"FLIF", _PICTURE),
    (b"qoif", _PICTURE),
    (b"\x8aMNG", _PICTURE), (b"\x8bJNG", _PICTURE), (b"icns\x00", _PICTURE), (b"\x97JB2", _PICTURE),
    (b"/* XPM */", _PICTURE), (b"\x59\xa6\x6a\x95", _PICTURE), (b"\xb1\x68\xde\x3a", _PICTURE),
    (b"Paint Shop Pro Image File", _PICTURE), (b"SIMPLE  =", _PICTURE),
    (b"\x00MRM", _RAW),
    (b"DHAV", _VIDEO), (b"BIKi", _VIDEO), (b"BIKf", _VIDEO), (b"SMK2", _VIDEO), (b"NSVf", _VIDEO), (b"NSVs", _VIDEO),
    (b"\xb7\xd8\x00\x20\x37\x49\xda\x11", _VIDEO), (b"IMKH", _VIDEO),
    (b"ID3", _SOUND), (b"fLaC", _SOUND), (b"#!AMR", _SOUND), (b"OggS", _SOUND), (b"#!SILK", _SOUND),
    (b"caff\x00\x01", _SOUND),
    (b".ra\xfd", _SOUND), (b"MThd\x00", _SOUND),
)  # fmt: skip
_LATER: tuple[tuple[int, bytes, str], ...] = (
    (8, b"WAVE", _SOUND), (8, b"AIFF", _SOUND), (8, b"AIFC", _SOUND), (8, b"ILBM", _PICTURE),
    (40, b" EMF", _DRAWING), (128, b"DICM", _PICTURE), (2, b"-lh", _ARCHIVE),
)  # fmt: skip
_PARTS = re.compile(r"\.(?:z\d\d|r\d\d|\d{3}|part\d+\.rar)\Z", re.IGNORECASE)
"""How programs that split a file call its parts: nothing inside of them says so."""
_OPENINGS = (
    # Icons, Paintbrush, Silicon Graphics, a bitmap without its file's header, and Targa without a table of colours:
    # their marks are short, so that what follows must fit too.
    (re.compile(rb"\x00\x00[\x01\x02]\x00[\x01-\xff]\x00.{3}\x00", re.DOTALL), _PICTURE),
    (re.compile(rb"\x0a[\x00\x02-\x05]\x01[\x01\x02\x04\x08]"), _PICTURE),
    (re.compile(rb"\x01\xda[\x00\x01][\x01\x02]\x00[\x01-\x03]"), _PICTURE),
    (
        re.compile(rb"\x28\x00\x00\x00.{8}\x01\x00[\x01\x04\x08\x10\x18\x20]\x00[\x00-\x03]\x00\x00\x00", re.DOTALL),
        _PICTURE,
    ),
    (
        re.compile(
            rb".\x00[\x02\x03\x0a\x0b]\x00{5}.{4}(?!\x00\x00)..(?!\x00\x00)..[\x08\x10\x18\x20][\x00-\x2f]", re.DOTALL
        ),
        _PICTURE,
    ),
    (re.compile(rb"P[1-7][ \t\r\n]+[0-9#W]"), _PICTURE),
    (re.compile(rb"[FCZ]WS[\x01-\x32].{3}\x00", re.DOTALL), _VIDEO),
    # A frame of MPEG sound: none of its fields has a value that is reserved (ISO/IEC 11172-3, 2.4.2.3; 13818-7, 6.2).
    (re.compile(rb"\xff[\xfa\xfb\xf2\xf3\xe2\xe3][\x10-\xef][^\x03\x07]", re.DOTALL), _SOUND),
    (re.compile(rb"\xff[\xf1\xf9][\x40-\x73]", re.DOTALL), _SOUND),
)


def why_not(head: bytes, path: str = "") -> str:
    """The reason for which a file is not read whose first bytes `kinds.media_type` does not know: one of `KINDS`,
    `part_of_split` where only its path tells what it is, or `kind_not_supported`."""
    reason = _why_not(head)
    return _PART if reason == "kind_not_supported" and _PARTS.search(path) else reason


def _why_not(head: bytes) -> str:
    for beginning, reason in _BEGINNINGS:
        if head.startswith(beginning):
            return reason
    for at, mark, reason in _LATER:
        if head[at : at + len(mark)] == mark:
            return reason
    if head[4:8] == b"ftyp":
        return "kind_not_supported"
    if head[4:8] == b"jP  ":
        return _PICTURE
    for opening, reason in _OPENINGS:
        if opening.match(head):
            return reason
    is_markup = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<!DOCTYPE svg"))
    return _DRAWING if is_markup and b"<svg" in head else "kind_not_supported"
