"""Bombs and polyglots, made by hand: files that claim or unpack to far more than they weigh, point at themselves, or
are two things at once."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache, partial

import numpy as np

from tests.support import further_kinds as made
from tests.support.hostile_media import SMALL, sound
from tests.support.sandbox_material import photograph, picture_file, png_of_zeros

ZEROS = 40_000_000
"""So many zeros pack to some 40 kB."""


@cache
def _zeros() -> bytes:
    return zlib.compress(bytes(ZEROS), 9)


def _png(width: int, height: int, *, colour: int = 2, data: bytes = b"") -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    text = chunk(b"iCCP", b"x\x00\x00" + _zeros()) if not data else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + text
        + chunk(b"IDAT", data or zlib.compress(bytes(99)))
        + chunk(b"IEND", b"")
    )


def _bmp(width: int, height: int, bits: int, compression: int) -> bytes:
    """The head of a bitmap."""
    return b"BM" + struct.pack("<IIIIiiHHI20x", 99, 0, 54, 40, width, height, 1, bits, compression)


def _gif(width: int, height: int, pictures: int) -> bytes:
    """So many pictures of one pixel on a screen of that size."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    one = b"!\xf9\x04\x00\x00\x00\x00\x00" + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02D\x01\x00"
    return head + one * pictures + b";"


def _tiff(entries: list[tuple[int, int, int, int]], *, following: int = 0, tail: bytes = b"") -> bytes:
    rows = b"".join(struct.pack("<HHII", *each) for each in entries)
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(entries)) + rows + struct.pack("<I", following) + tail


def _strip_tiff(width: int, height: int, compression: int, data: bytes) -> bytes:
    at = 8 + 2 + 12 * 9 + 4
    fields = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 1),
        (273, 4, 1, at),
        (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(data)),
    ]  # fmt: skip
    return _tiff(fields, tail=data)


def _jpeg_of(width: int, height: int, *, scans: int = 1) -> bytes:
    """A JPEG that claims another size, or a progressive one with its scans over and over."""
    whole = bytearray(picture_file("JPEG", size=SMALL, progressive=scans > 1))
    at = whole.index(b"\xff\xc2" if scans > 1 else b"\xff\xc0")
    whole[at + 5 : at + 9] = struct.pack(">HH", height, width)
    scan = whole.rindex(b"\xff\xda")
    return bytes(whole[:scan] + whole[scan:-2] * scans + whole[-2:])


def _pdf(objects: list[bytes]) -> bytes:
    """Objects numbered from 1, without a table of places: readers find them."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n0\n%%%%EOF\n" % (len(objects) + 1)
    return b"%PDF-1.7\n" + body + end


def _pages(kids: bytes, *rest: bytes, count: int = 1) -> bytes:
    """A document whose pages are these."""
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return _pdf([b"<< /Type /Catalog /Pages 2 0 R >>", pages, *rest])


def _page(
    content: bytes, *, box: str = "0 0 300 300", resources: bytes = b"<< >>", more: tuple[bytes, ...] = ()
) -> bytes:
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources %s >>" % (box.encode(), resources)
    return _pages(b"3 0 R", page, stream, *more)


def _packed(content: bytes, entries: bytes) -> bytes:
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def _pdf_bombs() -> dict[str, Callable[[], bytes]]:
    picture = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
    with_picture = partial(_page, b"q 300 0 0 300 0 0 cm /P Do Q", resources=b"<< /XObject << /P 5 0 R >> >>")
    inside = b"<< /XObject << /P 5 0 R >> >>"
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources %s /Length 12 >>\nstream\n/P Do /P Do \nendstream"
        % inside
    )
    small = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    one, two = b"/FlateDecode", b"[/FlateDecode /FlateDecode]"
    return {
        "pdf of a huge page": lambda: _page(b"0 0 1e9 1e9 re f", box="0 0 14400000 14400000"),
        "pdf of a page without size": lambda: _page(b"", box="0 0 0 0"),
        "pdf of a page as thin as a hair": lambda: _page(b"", box="0 0 0.001 99999"),
        "pdf whose form draws itself": lambda: with_picture(more=(form,)),
        "pdf picture of nine gigapixels": lambda: with_picture(more=(_packed(_zeros(), picture % (95000, 95000)),)),
        "pdf picture that unpacks": lambda: with_picture(more=(_packed(_zeros(), picture % (6000, 6000)),)),
        "pdf content that unpacks": lambda: _pages(
            b"3 0 R", small, _packed(zlib.compress(b"0 0 m 9 9 l S " * 1_500_000, 9), b"")
        ),
        "pdf packed twice": lambda: with_picture(more=(_packed(zlib.compress(_zeros(), 9), picture % (6000, 6000)).replace(one, two),)),
        "pdf of a million pages that are one": lambda: _pages(b"3 0 R " * 200_000, small, count=1_000_000),
        "pdf whose pages are their own parents": lambda: _pages(b"2 0 R", count=9),
        "pdf of brackets": lambda: b"%PDF-1.4\n" + b"[" * 500_000 + b"\n%%EOF",
        "pdf of dictionaries": lambda: _pdf([b"<< /A " * 100_000]),
        "pdf of ten thousand drawings": lambda: _page(b"/S sh " * 400_000),
        "pdf that is locked": made.locked_document,
        "pdf with a fine photo": lambda: made.document([photograph().resize((9000, 600))], resolution=9000),
    }  # fmt: skip


def _boxes(kind: bytes, count: int) -> bytes:
    return made.box(b"ftyp", kind + bytes(4) + kind) + made.box(b"free", b"") * count


def _video_bombs() -> dict[str, Callable[[], bytes]]:
    def claimed(name: str, mark: bytes, away: int, value: bytes) -> bytes:
        whole = bytearray(sound(name))
        at = whole.find(mark)
        assert at >= 0
        whole[at + away : at + away + len(value)] = value
        return bytes(whole)

    mp4, avi, mkv = "libx264 mp4", "mpeg4 avi", "libx264 matroska"
    most, isom = b"\xff" * 4, made.box(b"ftyp", b"isom\x00\x00\x00\x00")
    return {
        "mp4 of four thousand million samples": lambda: claimed(mp4, b"stsz", 12, most),
        "mp4 of four thousand million chunks": lambda: claimed(mp4, b"stco", 8, most),
        "mp4 of endless times": lambda: claimed(mp4, b"stts", 8, most),
        "mp4 that lasts for ever": lambda: claimed(mp4, b"mdhd", 20, most),
        "mp4 whose moov holds itself": lambda: isom + (struct.pack(">I", 0) + b"moov") * 5000,
        "mp4 of boxes in boxes": lambda: isom + b"".join(struct.pack(">I",
        80_000 - 8 * n) + b"moov" for n in range(9999)),
        "mp4 of empty boxes": lambda: _boxes(b"isom", 200_000),
        "mp4 of a huge frame": lambda: claimed(mp4, b"avc1", 28, struct.pack(">HH", 65535, 65535)),
        "avi of a huge frame": lambda: claimed(avi, b"strf", 12, struct.pack("<ii", 65535, 65535)),
        "avi of endless streams": lambda: claimed(avi, b"avih", 32, most),
        "matroska that does not end": lambda: sound(mkv)[:300] + bytes.fromhex("1f43b675ff") * 50_000,
        "matroska of void": lambda: sound(mkv)[:200] + bytes.fromhex("ec81") * 300_000,
        "asf of endless packets": lambda: claimed("wmv", bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"), 56,
        b"\xff" * 8),
        "flv of empty tags": lambda: b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00" + (b"\x09" + bytes(14)) * 200_000,
        "ogg of empty pages": lambda: sound("ogv")[:4096] + (b"OggS" + bytes(22) + b"\x00") * 100_000,
        "mxf that points at itself": lambda: claimed("mxf", b"\x06\x0e\x2b\x34", 44, bytes(8)),
        "real video of a huge frame": lambda: claimed("rm", b"VIDORV20", 8, b"\xff\xff\xff\xff"),
        "transport stream of nothing": lambda: (b"\x47\x1f\xff\x10" + b"\xff" * 184) * 30_000,
        "program stream of nothing": lambda: b"\x00\x00\x01\xba" + (b"\x00\x00\x01\xbe\x00\x04" + bytes(4)) * 200_000,
        "dv of zeros": lambda: sound("dv")[:480] + bytes(2_000_000),
    }  # fmt: skip


def _picture_bombs() -> dict[str, Callable[[], bytes]]:
    gray = np.zeros(16, np.uint8).tobytes()

    def jp2_of(width: int, height: int) -> bytes:
        whole = bytearray(sound("JP2"))
        at, code = whole.index(b"ihdr"), whole.index(b"\xff\x51")
        whole[at + 4 : at + 12] = struct.pack(">II", height, width)
        whole[code + 6 : code + 14] = struct.pack(">II", width, height)
        whole[code + 22 : code + 30] = struct.pack(">II", width, height)
        return bytes(whole)

    def psd_of(width: int, height: int) -> bytes:
        whole = bytearray(sound("PSD"))
        whole[14:22] = struct.pack(">II", height, width)
        return bytes(whole)

    return {
        "png of two hundred megapixels": lambda: png_of_zeros(14_000, 14_000),
        "png of four gigapixels": lambda: png_of_zeros(65_000, 65_000, rows=20),
        "png whose profile unpacks": lambda: _png(9, 9),
        "png as long as can be": lambda: _png(1, 0x7FFFFFFF),
        "png of few rows": lambda: png_of_zeros(9000, 9000, rows=3),
        "gif of a huge screen": lambda: _gif(65535, 65535, 2),
        "gif of fifty thousand pictures": lambda: _gif(9, 9, 50_000),
        "gif of big pictures": lambda: _gif(6000, 6000, 3000),
        "bmp of a huge size": lambda: _bmp(60_000, 60_000, 24, 0),
        "bmp that stands on its head": lambda: _bmp(9, -0x80000000, 24, 0),
        "bmp of runs": lambda: _bmp(14_000, 14_000, 8, 1) + b"\xff\x00" * 500_000,
        "tiff whose directory follows itself": lambda: _tiff([(256, 4, 1, 9)], following=8),
        "tiff of endless values": lambda: _tiff([(256, 4, 0xFFFFFFFF, 8), (257, 4, 1, 9), (273, 4, 0xFFFFFFF, 8)]),
        "tiff that unpacks": lambda: _strip_tiff(13_000, 13_000, 8, zlib.compress(bytes(13_000 * 13_000), 9)),
        "tiff of packed runs": lambda: _strip_tiff(13_000, 13_000, 32773, b"\x81\x00" * (13_000 * 103)),
        "tiff of a huge size": lambda: _strip_tiff(60_000, 60_000, 1, gray),
        "big tiff that points beyond": lambda: b"II+\x00\x08\x00\x00\x00" + struct.pack("<Q", 1 << 62),
        "jpeg of a huge size": lambda: _jpeg_of(65_500, 65_500),
        "jpeg of a thousand megapixels": lambda: _jpeg_of(31_000, 32_000),
        "jpeg of scans": lambda: _jpeg_of(3000, 3000, scans=2000),
        "jpeg of fill bytes": lambda: picture_file("JPEG", size=SMALL)[:-500] + b"\xff" * 20_000_000,
        "jpeg of marks": lambda: b"\xff\xd8\xff\xe0\x00\x02" + b"\xff\xfe\x00\x02" * 500_000,
        "jpeg of beginnings": lambda: picture_file("JPEG", size=SMALL) + b"\xff\xd8\xff\xe0" * 500_000,
        "jpeg 2000 of a huge size": lambda: jp2_of(100_000, 9_000),
        "jpeg 2000 beyond the limit": lambda: jp2_of(0x7FFFFFFF, 0x7FFFFFFF),
        "jpeg xl of a huge size": lambda: b"\xff\x0a" + b"\xff" * 64,
        "psd of a huge size": lambda: psd_of(30_000, 30_000),
        "psd of many pixels": lambda: psd_of(14_000, 14_000),
        "webp of a huge size": lambda: b"RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
        "heic whose boxes hold themselves": lambda: made.box(b"ftyp",
        b"heic\x00\x00\x00\x00mif1") + (struct.pack(">I", 0) + b"meta") * 5000,
        "heic of endless items": lambda: sound("HEIF").replace(b"iinf", b"iinf" + b"\xff" * 6, 1),
        "avif of empty boxes": lambda: _boxes(b"avif", 100_000),
        "raw file of previews": lambda: made.raf(made.preview(SMALL)[:600] * 20_000),
        "raw file that points at itself": lambda: made.raf(made.preview(SMALL)).replace(struct.pack(">I", 256),
        struct.pack(">I", 84)),
        "raw file of sensors": lambda: made.cr3(made.preview(SMALL)).replace(b"moov",
        b"moovCRAW" * 1) + b"CRAW" * 300_000,
    }  # fmt: skip


def _polyglots() -> dict[str, Callable[[], bytes]]:
    names = (
        ("JPEG", "PDF"),
        ("PDF", "JPEG"),
        ("GIF", "PDF"),
        ("PNG", "libx264 mp4"),
        ("libx264 mp4", "JPEG"),
        ("PSD", "JP2"),
        ("JXL", "JPEG"),
    )
    joined = {f"{one} and {other}": (lambda one=one, other=other: sound(one) + sound(other)) for one, other in names}
    return joined | {
        "JPEG with a PDF in its comment": lambda: _with_comment(sound("PDF")[:60_000]),
        "PDF behind a script": lambda: b"#!/bin/sh\nexit\n" + sound("PDF"),
        "GIF that is a script": lambda: b"GIF89a=1;/*" + sound("GIF")[11:] + b"*/alert(1)",
        "BMP that is a program": lambda: b"MZ" + sound("BMP")[2:],
        "TIFF that is a raw file": lambda: b"IIRO" + sound("TIFF")[4:],
        "JPEG that calls itself JPEG XL": lambda: b"\xff\x0a" + sound("JPEG")[2:],
    }  # fmt: skip


def _with_comment(comment: bytes) -> bytes:
    whole = sound("JPEG")
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + whole[2:]


@cache
def bombs() -> dict[str, Callable[[], bytes]]:
    """How each bomb and polyglot is made, by name."""
    return _picture_bombs() | _pdf_bombs() | _video_bombs() | _polyglots()
