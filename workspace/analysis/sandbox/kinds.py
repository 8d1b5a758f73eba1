"""Tell what a file is by its first bytes, since names and claimed types are chosen by whoever made the file.

The answer routes the bytes to exactly one decoder, so that a file which is two things at once is read as the one its
first bytes say. Pure; must not open anything.
"""

from __future__ import annotations

import re

from workspace.rules.codes import MediaKind, media_kind

HEAD_BYTES = 4096
"""How much of a file `media_type` wants to see: enough for a score of packets of a transport stream."""

# Brands of ISO base media files: ISO/IEC 23008-12 (HEIF), the AVIF specification 1.1, and the registered brands
# (mp4ra).
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_VIDEO_BRANDS = {b"qt  ": "video/quicktime", b"M4V ": "video/x-m4v", b"M4VH": "video/x-m4v", b"M4VP": "video/x-m4v"}
_SOUNDS = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "})
_NOT_PICTURES = frozenset({b"jxl ", b"jp2 ", b"jpx ", b"jpm ", b"mjp2"})
_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_BMP_HEADER_SIZES = frozenset({12, 40, 52, 56, 64, 108, 124})


CARVED_MARKS = 8
"""So many bytes are the same in noise once in 2^56 heads."""

_SIGNATURE = re.compile(
    rb"\xff\xd8\xff[\xc0\xc2\xc4\xdb\xdd\xe0-\xef\xfe]|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF|ftyp|\x1a\x45\xdf\xa3"
    rb"|II\*\x00\x08\x00\x00\x00|MM\x00\*\x00\x00\x00\x08|\x00\x00\x00\x0c(?:jP  |JXL )\r\n\x87\n|8BPS\x00\x01\x00{6}"
    rb"|FUJIFILMCCD-RAW |\x30\x26\xb2\x75\x8e\x66\xcf\x11|%PDF-[12]\.|FLV\x01[\x01\x04\x05]\x00{3}\x09|\.RMF\x00{3}\x12"
    rb"|\x00\x00\x01\xba[\x21-\x2f\x44-\x7f]"
    rb"|\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02|OggS\x00\x02"
)
"""What is looked for behind the first byte: signatures that hardly stand anywhere by chance."""
_OTHER_FILES = (
    b"%PDF", b"%!PS", b"PK", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\xd0\xcf\x11\xe0",
    b"SQLite format", b"ID3", b"OggS", b"fLaC", b"RIFF", b"FORM", b"MZ", b"\x7fELF", b"8BPS", b"FLV", b"0&\xb2u",
    b"\x00\x00\x01\x00", b"bplist",
    b"\x00MRM", b".RMF", b"\x00\x05\x16", b"\x00\x00\x00\x01Bud1", b"{\\rtf", b"<",
)  # fmt: skip
"""Files of other kinds, which may hold pictures among other things: documents, archives, programs, sound, icons."""


def kind_of(media_type: str) -> MediaKind:
    """Say whether a media type is a photo or a video."""
    return media_kind(media_type)


def media_type(head: bytes) -> str | None:
    """Name the media type of a file by its first `HEAD_BYTES` bytes, or None if it is none that is supported."""
    return found_in(head)[0]


def found_in(head: bytes) -> tuple[str | None, int]:
    """Name the media type of a file by its first `HEAD_BYTES` bytes, and say where in them it begins.

    What was recovered from a medium often has a few strange bytes before it. A file of another known kind that holds a
    picture is not a picture.
    """
    name = _begins(head)
    if name is not None or head.startswith(_OTHER_FILES) or head[4:8] == b"ftyp":
        return name, 0
    for found in _SIGNATURE.finditer(head, 1):
        at = found.start() - 4 if found[0] == b"ftyp" else found.start()
        name = _begins(head[at:]) if at > 0 else None
        if name is not None and not name.startswith("audio/"):
            return name, at
    return None, 0


def _begins(head: bytes) -> str | None:
    """Name what begins with these bytes."""
    for prefix, name in (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"II*\x00", "image/tiff"),
        (b"MM\x00*", "image/tiff"),
        (b"II+\x00", "image/tiff"),
        (b"MM\x00+", "image/tiff"),
        (b"\x00\x00\x01\xba", "video/mpeg"),
        (b"\x00\x00\x01\xb3", "video/mpeg"),
        (b"\xff\x4f\xff\x51\x00", "image/jp2"),
        (b"8BPS\x00\x01", "image/vnd.adobe.photoshop"),
        (b"%PDF-", "application/pdf"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
        (b"\xff\x0a", "image/jxl"),
        (b"ID3", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"FUJIFILMCCD-RAW ", "image/x-fuji-raf"),
        (b"IIRO", "image/x-olympus-orf"),
        (b"IIRS", "image/x-olympus-orf"),
        (b"MMOR", "image/x-olympus-orf"),
        (b"IIU\x00", "image/x-panasonic-rw2"),
        (b"II\x1a\x00\x00\x00HEAPCCDR", "image/x-canon-crw"),
        (b"FOVb", "image/x-sigma-x3f"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "video/x-ms-asf"),
        (b"FLV\x01", "video/x-flv"),
        (b".RMF\x00\x00\x00", "video/vnd.rn-realvideo"),
        (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02", "application/mxf"),
    ):
        if head.startswith(prefix):
            return name
    return (
        _bmp(head)
        or _riff(head)
        or _jpeg_2000(head)
        or _iso(head)
        or _matroska(head)
        or _ogg(head)
        or _dv(head)
        or _transport_stream(head)
    )


def _bmp(head: bytes) -> str | None:
    # Two letters are too little to go by; the size of the second header is the next thing that is always there.
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "image/bmp"
    return None


def _riff(head: bytes) -> str | None:
    if head[:4] != b"RIFF":
        return None
    return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12])


def _jpeg_2000(head: bytes) -> str | None:
    """Boxes behind a signature of their own; the brand says whether it is a picture (ISO/IEC 15444-1, I; -2, M) or a
    film (-3). Scanned papers in layers (-6, «jpm ») are neither."""
    if not head.startswith(b"\x00\x00\x00\x0cjP  \r\n\x87\n") or head[16:20] != b"ftyp":
        return None
    return {b"jp2 ": "image/jp2", b"jpx ": "image/jp2", b"jph ": "image/jp2", b"mjp2": "video/mj2"}.get(head[20:24])


def _ogg(head: bytes) -> str | None:
    """An Ogg, whose first pages begin its tracks (RFC 3533, 4): where they name none that is a video it is sound."""
    if head[:4] != b"OggS":
        return None
    has_video = any(mark in head for mark in (b"\x80theora", b"OVP80", b"\x01video\x00"))
    return "video/ogg" if has_video else "audio/ogg"


def _dv(head: bytes) -> str | None:
    """The header block of a sequence, which follows 80 bytes behind by the blocks of its subcodes (IEC 61834-2, 11)."""
    is_header = head[:3] == b"\x1f\x07\x00" and len(head) >= 240 and head[3] & 0x7F == 0x3F
    return "video/dv" if is_header and head[80] & 0xE0 == 0x20 and head[160] & 0xE0 == 0x20 else None


def _iso(head: bytes) -> str | None:
    if head[4:8] in _QUICKTIME_BOXES:
        return "video/quicktime"
    if head[4:8] != b"ftyp":
        return None
    size = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {major} | {head[at : at + 4] for at in range(16, size - 3, 4)}
    if major in _AVIF_BRANDS or (major in {b"mif1", b"msf1"} and brands & _AVIF_BRANDS):
        return "image/avif"
    if major in _HEIC_BRANDS:
        return "image/heic"
    if major == b"crx ":
        return "image/x-canon-cr3"
    if major in _SOUNDS:
        return "audio/mp4"
    if major in _NOT_PICTURES or len(major) < 4:
        return None
    if major[:2] == b"3g":
        return "video/3gpp"
    return _VIDEO_BRANDS.get(major, "video/mp4")


def _matroska(head: bytes) -> str | None:
    if head[:4] != b"\x1a\x45\xdf\xa3":
        return None
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def _transport_stream(head: bytes) -> str | None:
    # Packets of 188 bytes begin with 0x47; Blu-ray and camcorder files put four bytes of time before each. A recording
    # that was carved, or begins in the middle, has no mark where it begins: it must show more of them.
    for packet, own in ((188, 0), (192, 4)):
        if head[own : own + 3 * packet : packet] == b"\x47" * 3:
            return "video/mp2t"
        for offset in range(packet):
            packets = [head[at : at + 4] for at in range(offset, offset + CARVED_MARKS * packet, packet)]
            # A packet holds something: «00» in these two bits is reserved (ISO/IEC 13818-1, 2.4.3.3).
            if all(len(one) == 4 and one[0] == 0x47 and one[3] & 0x30 for one in packets):
                return "video/mp2t"
    return None
