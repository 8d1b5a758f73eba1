"""Files of the rarer kinds that seized devices hold, made by hand round pictures of the installed wheels: raw files,
Photoshop files, JPEG 2000 and JPEG XL with their data, documents, and videos of older containers."""

from __future__ import annotations

import io
import struct

import numpy as np
import pylibjxl
import pypdfium2
from PIL import ExifTags, Image

from tests.support.sandbox_material import exif_block, photograph, picture_file, video_file

OLDER_VIDEOS = {
    "wmv": ("wmv2", "asf", "video/x-ms-asf"),
    "flv": ("flv", "flv", "video/x-flv"),
    "ogv": ("libvpx", "ogg", "video/ogg"),
    "dv": ("dvvideo", "dv", "video/dv"),
    "mxf": ("mpeg2video", "mxf", "application/mxf"),
    "rm": ("rv20", "rm", "video/vnd.rn-realvideo"),
}
"""By name: encoder, container and media type."""
OLDER_FRAMES = 50


def older_video(name: str) -> bytes:
    """Two seconds of a video of one of `OLDER_VIDEOS`, in a size and rate that its encoder knows."""
    codec, container, _ = OLDER_VIDEOS[name]
    size = (720, 576) if name == "dv" else (176, 144)
    if name == "ogv":
        return video_file(codec, container, frames=OLDER_FRAMES, rate=25, group=10, size=size, deadline="realtime")
    return video_file(codec, container, frames=OLDER_FRAMES, rate=25, group=10, size=size)


def tiff_block(orientation: int = 1, extra: dict[int, int] | None = None) -> bytes:
    """The data of `exif_block` as a TIFF without a picture, with further tags."""
    exif = exif_block(orientation)
    exif.endian = "<"
    for tag, value in (extra or {}).items():
        exif[tag] = value
    return exif.tobytes().removeprefix(b"Exif\x00\x00")


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def preview(size: tuple[int, int] = (640, 480), **options: object) -> bytes:
    return picture_file("JPEG", size=size, **options)


def cr3(inside: bytes, *, sensor: tuple[int, int] = (1280, 960), orientation: int = 1) -> bytes:
    """Canon: boxes with EXIF in parts, an entry that says how large the sensor is, and the preview among the data."""
    whole, details, place = exif_block(orientation), Image.Exif(), Image.Exif()
    details.update(whole.get_ifd(ExifTags.IFD.Exif))
    place.update(whole.get_ifd(ExifTags.IFD.GPSInfo))
    main = Image.Exif()
    main.update({tag: value for tag, value in whole.items() if tag not in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)})
    blocks = [each.tobytes().removeprefix(b"Exif\x00\x00") for each in (main, details, place)]
    canon = b"".join(box(name, block) for name, block in zip((b"CMT1", b"CMT2", b"CMT4"), blocks, strict=True))
    entry = box(b"CRAW", bytes(24) + struct.pack(">HH", *sensor) + bytes(50))
    head = box(b"ftyp", b"crx \x00\x00\x00\x01crx isom")
    return head + box(b"moov", box(b"uuid", bytes(16) + canon) + entry) + box(b"mdat", bytes(999) + inside + bytes(99))


def raf(inside: bytes, *, sensor: tuple[int, int] = (1280, 960)) -> bytes:
    """Fujifilm: places of the preview and of a directory, which says how large the sensor is."""
    directory = struct.pack(">IHHHH", 1, 0x0100, 4, sensor[1], sensor[0])
    at = 256 + len(inside)
    head = b"FUJIFILMCCD-RAW 0201FF393101X-T1".ljust(84, b"\x00") + struct.pack(
        ">IIII", 256, len(inside), at, len(directory)
    )
    return head.ljust(256, b"\x00") + inside + directory + bytes(999)


def orf(inside: bytes, *, sensor: tuple[int, int] = (1280, 960), orientation: int = 1) -> bytes:
    """Olympus: a TIFF by another mark."""
    return b"IIRO" + tiff_block(orientation, {256: sensor[0], 257: sensor[1]})[4:] + bytes(99) + inside + bytes(999)


def rw2(inside: bytes, *, sensor: tuple[int, int] = (1280, 960), orientation: int = 1) -> bytes:
    """Panasonic: a TIFF by another mark, with tags of its own for the sensor."""
    return b"IIU\x00" + tiff_block(orientation, {2: sensor[0], 3: sensor[1]})[4:] + bytes(99) + inside + bytes(999)


def crw(inside: bytes) -> bytes:
    return b"II\x1a\x00\x00\x00HEAPCCDR\x02\x00\x01\x00" + bytes(999) + inside + bytes(99)


def x3f(inside: bytes) -> bytes:
    return b"FOVb\x02\x00\x02\x00" + bytes(999) + inside + bytes(99)


RAW_FILES = {
    "image/x-canon-cr3": cr3,
    "image/x-fuji-raf": raf,
    "image/x-olympus-orf": orf,
    "image/x-panasonic-rw2": rw2,
    "image/x-canon-crw": crw,
    "image/x-sigma-x3f": x3f,
}


def photoshop(
    picture: Image.Image, *, layers: int = 0, depth: int = 8, version: int = 1, packed: bool = False
) -> bytes:
    """A Photoshop file with EXIF, its planes as they are or packed row by row."""
    header = struct.pack(">4sH6xHIIHH", b"8BPS", version, 3, picture.height, picture.width, depth, 3)
    block = tiff_block()
    resource = b"8BIM" + struct.pack(">HHI", 1058, 0, len(block)) + block + bytes(len(block) % 2)
    names = struct.pack(">Ih", 2 + 4 * layers, layers) + bytes(4 * layers)
    rows = [row.tobytes() for band in picture.split() for row in np.asarray(band)]
    if packed:
        # Literal runs of at most 128 bytes (PackBits).
        rows = [
            b"".join(bytes([len(row[at : at + 128]) - 1]) + row[at : at + 128] for at in range(0, len(row), 128))
            for row in rows
        ]
    lengths = b"".join(struct.pack(">H", len(row)) for row in rows) if packed else b""
    parts = struct.pack(">I", 0) + struct.pack(">I", len(resource)) + resource + struct.pack(">I", len(names)) + names
    return header + parts + struct.pack(">H", int(packed)) + lengths + b"".join(rows)


def jpeg_2000(picture: Image.Image | None = None, **options: object) -> bytes:
    """With EXIF and XMP in boxes behind the picture."""
    file = io.BytesIO()
    (picture or photograph().resize((320, 240))).save(file, "JPEG2000", **options)
    xmp = b"<x:xmpmeta xmpMM:DocumentID='doc-7'/>"
    said = box(b"uuid", b"JpgTiffExif->JP2" + tiff_block())
    said += box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + xmp)
    return file.getvalue() + said


def jpeg_xl(size: tuple[int, int] = (320, 240), orientation: int = 1) -> bytes:
    with pylibjxl.JXL(threads=1) as library:
        return bytes(library.encode(np.array(photograph().resize(size)), effort=1, exif=tiff_block(orientation)))


def document(pages: list[Image.Image], **options: object) -> bytes:
    """A PDF of one picture on each page. resolution: dots per inch, 72 if nothing is said."""
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], **options)
    return file.getvalue()


def document_with_attachment() -> bytes:
    written = pypdfium2.PdfDocument(document([photograph()]))
    written.new_attachment("notes.txt").set_data(b"plain text")
    file = io.BytesIO()
    written.save(file)
    return file.getvalue()


def locked_document() -> bytes:
    """A PDF that asks for a password: its digests agree with none."""
    lock = "<< /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >>".format("ab" * 32)
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", lock]
    text, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    name = "cd" * 16
    text += f"xref\n0 4\n0000000000 65535 f \n{table}trailer\n<< /Size 4 /Root 1 0 R /Encrypt 3 0 R /ID [<{name}> <{name}>] >>\n"
    return (text + f"startxref\n{text.index('xref')}\n%%EOF\n").encode()
