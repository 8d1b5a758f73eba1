"""What a picture file holds is looked at as a whole, or it says what was not looked at; no byte decides about the
rest."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from tests.sandbox.test_pictures import difference
from tests.support.sandbox_material import (
    PICTURE_FORMATS,
    decode_picture,
    decode_video,
    descriptor_of,
    exif_block,
    photograph,
    picture_file,
    refused,
    video_file,
)
from workspace.analysis.sandbox.client import DecodedPicture, Decoder
from workspace.analysis.sandbox.kinds import found_in
from workspace.errors import Refused

WITHOUT_A_PART = {"WEBP", "HEIF", "AVIF"}
"""Formats that no decoder here shows in part."""


def decode_part(decoder: Decoder, content: bytes, part: int) -> DecodedPicture:
    with descriptor_of(content) as descriptor:
        return decoder.picture(descriptor, part)


# --- Cut and damaged --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(PICTURE_FORMATS) - WITHOUT_A_PART))
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_picture_that_breaks_off_is_read_as_far_as_it_goes(decoder: Decoder, name: str, share: float) -> None:
    whole = picture_file(name, **({"interlace": False} if name == "GIF" else {}))

    picture = decode_picture(decoder, whole[: int(len(whole) * share)])

    # A bitmap begins with the last row.
    rows = slice(-20, None) if name == "BMP" else slice(0, 20)
    expected = decode_picture(decoder, whole).pixels[rows]
    assert (picture.width, picture.height, picture.unseen) == (320, 240, ("end",))
    assert np.abs(picture.pixels[rows].astype(int) - expected).mean() < 3


@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
@pytest.mark.parametrize("end", [b"", bytes(5000), b"\xff" * 5000])
def test_a_jpeg_without_its_end_is_seen_in_part_whatever_fills_it(
    decoder: Decoder, options: dict[str, object], end: bytes
) -> None:
    whole = picture_file("JPEG", size=(640, 480), **options)

    for missing in (1, 2, 300, len(whole) // 3):
        picture = decode_picture(decoder, whole[:-missing] + end)

        assert picture.unseen == ("end",)
        assert difference(picture.pixels[:100], photograph().resize((640, 480)).crop((0, 0, 640, 100))) < 40


@given(share=st.floats(0.02, 0.999), name=st.sampled_from(sorted(PICTURE_FORMATS)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cut_picture_is_called_whole(decoder: Decoder, share: float, name: str) -> None:
    whole = picture_file(name, size=(160, 120))
    cut = whole[: int(len(whole) * share)]

    try:
        picture = decode_picture(decoder, cut)
    except Refused:
        return
    # What is cut off behind the pixels is no part of the picture: the end marks of PNG and GIF.
    assert picture.unseen or difference(picture.pixels, photograph()) < 16


@pytest.mark.parametrize("behind", [bytes(40_000), b"mark", b"\xff" * 100])
def test_what_stands_behind_a_whole_jpeg_takes_nothing_from_it(decoder: Decoder, behind: bytes) -> None:
    assert decode_picture(decoder, picture_file("JPEG") + behind).unseen == ()


def test_a_jpeg_of_which_nothing_can_be_seen_is_refused(decoder: Decoder) -> None:
    whole = picture_file("JPEG")
    header = whole.index(b"\xff\xda")

    assert refused(decoder, whole[: header + 14]) == "truncated"


# --- Where it begins --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(PICTURE_FORMATS) - {"BMP", "TIFF"}))
@pytest.mark.parametrize("before", [b"\x00", b"\r\n", b"recovered block 7\n", bytes(4000)])
def test_bytes_before_a_picture_do_not_hide_it(decoder: Decoder, name: str, before: bytes) -> None:
    picture = decode_picture(decoder, before + picture_file(name))

    assert (picture.media_type, picture.width, picture.unseen) == (PICTURE_FORMATS[name], 320, ())


def test_bytes_before_a_video_do_not_hide_it(decoder: Decoder) -> None:
    video, frames = decode_video(decoder, b"\x00" * 3 + video_file(frames=4))

    assert (video.media_type, len(frames) > 0) == ("video/mp4", True)


@pytest.mark.parametrize("begins", [b"PK\x03\x04", b"MZ", b"8BPS", b"RIFF\x10\x00\x00\x00WAVE"])
def test_a_file_of_another_kind_that_holds_a_picture_is_none(begins: bytes) -> None:
    assert found_in(begins + bytes(20) + picture_file("JPEG")) == (None, 0)
    assert found_in(b"ID3\x04" + bytes(20) + picture_file("JPEG")) == ("audio/mpeg", 0)  # by its cover, which it frames


# --- Several pictures -------------------------------------------------------------------------------------------------


def jpeg_of(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def pages(name: str, *images: Image.Image) -> bytes:
    file = io.BytesIO()
    first, *others = (image.copy() for image in images)  # a saved one keeps its format's settings
    first.save(file, name, save_all=True, append_images=others)
    return file.getvalue()


SMALL, LARGE = photograph().resize((160, 120)), photograph("skimage/data/coffee.png").resize((480, 320))


@pytest.mark.parametrize(
    "content",
    [
        jpeg_of(SMALL) + jpeg_of(LARGE),
        jpeg_of(SMALL) + bytes(77) + jpeg_of(LARGE) + b"trailer",
        pages("MPO", SMALL, LARGE),
        pages("TIFF", SMALL, LARGE),
        pages("HEIF", SMALL, LARGE),
    ],
    ids=["appended", "appended with a gap", "MPO", "TIFF", "HEIC"],
)
def test_the_largest_picture_of_a_file_stands_for_it_and_the_others_can_be_asked_for(
    decoder: Decoder, content: bytes
) -> None:
    first, second = decode_picture(decoder, content), decode_part(decoder, content, 2)

    assert (first.width, first.height, first.pictures, first.unseen) == (480, 320, 2, ())
    assert (second.width, second.height) == (160, 120)
    assert difference(first.pixels, LARGE) < 12
    assert difference(second.pixels, SMALL) < 12
    with pytest.raises(Refused):
        decode_part(decoder, content, 3)


def test_more_pictures_than_are_looked_at_are_said_to_be_unseen(decoder: Decoder) -> None:
    picture = decode_picture(decoder, pages("TIFF", *[SMALL] * 30))

    assert (picture.pictures, picture.unseen) == (24, ("pictures",))


def test_a_gain_map_is_no_further_picture(decoder: Decoder) -> None:
    told = jpeg_of(SMALL.convert("L"), xmp=b'<x:xmpmeta><rdf hdrgm:Version="1.0"/></x:xmpmeta>')

    assert decode_picture(decoder, jpeg_of(LARGE) + told).pictures == 1


@pytest.mark.parametrize("trailer", [b"", bytes(7) + b"SEFT"])
@pytest.mark.parametrize("marker", [b"", b"MotionPhoto_Data"])
def test_a_video_behind_a_photo_is_found(decoder: Decoder, marker: bytes, trailer: bytes) -> None:
    still, video = jpeg_of(LARGE), video_file(frames=8)
    content = still + marker + video + trailer

    picture = decode_picture(decoder, content)

    assert picture.video is not None
    start, length = picture.video
    assert start == len(still) + len(marker)
    assert decode_video(decoder, content[start : start + length])[0].complete


@pytest.mark.parametrize("still", ["HEIF", "AVIF"])
@pytest.mark.parametrize("is_boxed", [True, False], ids=["in a box", "as a second file"])
def test_a_video_in_a_heic_is_found(decoder: Decoder, still: str, is_boxed: bool) -> None:
    """libheif reads the tracks of a second file too, and refuses the photo with a codec that it does not know."""
    video = video_file("mpeg4", frames=8)
    content = picture_file(still) + (struct.pack(">I4s", len(video) + 8, b"mpvd") if is_boxed else b"") + video

    picture = decode_picture(decoder, content)

    assert picture.video is not None
    start, length = picture.video
    assert content[start : start + length] == video
    assert (picture.width, picture.unseen) == (320, ())


def test_what_stands_behind_the_video_in_a_photo_is_found_or_said_to_be_unseen(decoder: Decoder) -> None:
    video = video_file(frames=8)
    content = jpeg_of(SMALL) + video + jpeg_of(LARGE)

    picture, two = decode_picture(decoder, content), decode_picture(decoder, jpeg_of(SMALL) + video + video)

    assert picture.video is not None
    assert content[picture.video[0] : sum(picture.video)] == video
    assert (picture.pictures, picture.width, picture.unseen) == (2, LARGE.width, ())
    assert (two.video, two.unseen) == ((len(jpeg_of(SMALL)), len(video)), ("pictures",))
    assert "tracks" in decode_video(decoder, video + video)[0].unseen


@pytest.mark.parametrize("archive", [b"PK\x03\x04\x14\x00", b"Rar!\x1a\x07\x01", b"7z\xbc\xaf\x27\x1c"])
def test_an_archive_that_hides_behind_a_photo_makes_it_read_in_part(decoder: Decoder, archive: bytes) -> None:
    assert decode_picture(decoder, jpeg_of(SMALL) + archive + bytes(100)).unseen == ("pictures",)


# --- The reader's limits ----------------------------------------------------------------------------------------------


def raw_file(preview: bytes, *, orientation: int = 1) -> bytes:
    """A TIFF as cameras write their raw files: a thumbnail first, a sensor's values and a large JPEG below it."""
    thumbnail = bytes(range(48))  # 4 x 4, RGB
    ifd0_at, thumb_at, subs_at = 8, 400, 460
    raw_at, jpeg_ifd_at, jpeg_at = 500, 700, 1000
    fields = [
        (254, 4, 1), (256, 4, 4), (257, 4, 4), (258, 3, 8), (259, 3, 1), (262, 3, 2), (273, 4, thumb_at),
        (274, 3, orientation),
        (277, 3, 3), (278, 4, 4), (279, 4, len(thumbnail)),
    ]  # fmt: skip

    def ifd(entries: list[tuple[int, int, int]], subs: bool = False) -> bytes:
        rows = [struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries]
        rows += [struct.pack("<HHII", 330, 4, 2, subs_at)] if subs else []
        return struct.pack("<H", len(rows)) + b"".join(sorted(rows, key=lambda row: row[1] * 256 + row[0])) + bytes(4)

    sensor = ifd([(254, 4, 0), (256, 4, 640), (257, 4, 480), (259, 3, 1), (262, 3, 32803)])
    large = ifd([(254, 4, 1), (513, 4, jpeg_at), (514, 4, len(preview))])
    parts = {
        0: b"II*\x00" + struct.pack("<I", ifd0_at),
        ifd0_at: ifd(fields, subs=True),
        thumb_at: thumbnail,
        subs_at: struct.pack("<II", raw_at, jpeg_ifd_at),
        raw_at: sensor,
        jpeg_ifd_at: large,
        jpeg_at: preview,
    }
    content = bytearray(jpeg_at + len(preview))
    for at, part in parts.items():
        content[at : at + len(part)] = part
    return bytes(content)


def test_a_raw_file_is_seen_by_its_largest_preview(decoder: Decoder) -> None:
    picture = decode_picture(decoder, raw_file(jpeg_of(LARGE)))

    assert (picture.width, picture.height, picture.unseen) == (480, 320, ())
    assert difference(picture.pixels, LARGE) < 12


def test_a_preview_stands_as_its_raw_file_says(decoder: Decoder) -> None:
    turned = LARGE.transpose(Image.Transpose.ROTATE_90)

    picture = decode_picture(decoder, raw_file(jpeg_of(turned), orientation=6))

    assert (picture.width, picture.height) == (480, 320)
    assert difference(picture.pixels, LARGE) < 12


def test_a_raw_file_that_says_so_behind_its_header_is_seen_by_its_largest_preview(decoder: Decoder) -> None:
    content = bytearray(pages("TIFF", SMALL) + jpeg_of(LARGE))
    assert content[4:8] == struct.pack("<I", 8)
    moved = content[:4] + struct.pack("<I", len(content)) + b"CR\x02\x00" + content[12:] + content[8:12]

    assert decode_picture(decoder, bytes(moved)).width == 480


def test_a_raw_file_with_a_mere_thumbnail_is_seen_in_part(decoder: Decoder) -> None:
    assert decode_picture(decoder, raw_file(jpeg_of(SMALL.resize((80, 60))))).unseen == ("pictures",)


def test_a_jpeg_of_200_megapixels_is_read_small(decoder: Decoder) -> None:
    file = io.BytesIO()
    tile = photograph().resize((1000, 1000))
    large = Image.new("RGB", (16_320, 12_240))
    large.paste(tile.resize((16_320, 12_240), Image.Resampling.NEAREST))
    large.save(file, "JPEG", quality=30)

    picture = decode_picture(decoder, file.getvalue())

    assert (picture.width, picture.height, picture.unseen) == (16_320, 12_240, ())
    assert picture.pixels.shape == (1530, 2040, 3)


@pytest.mark.parametrize("name", ["PNG", "GIF", "WEBP", "BMP", "HEIF", "AVIF"])
def test_a_picture_and_a_video_behind_one_of_another_kind_are_found(decoder: Decoder, name: str) -> None:
    whole, video = picture_file(name), video_file(frames=8)
    content = whole + bytes(100) + jpeg_of(LARGE) + video

    first, second = decode_picture(decoder, content), decode_part(decoder, content, 2)

    assert (first.pictures, first.width, second.width) == (2, 320, LARGE.width)
    assert first.video is not None
    assert content[first.video[0] : sum(first.video)] == video
    assert decode_picture(decoder, whole + bytes(5000)).pictures == 1


@pytest.mark.parametrize("behind", ["PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_a_picture_that_is_not_read_where_it_stands_makes_a_file_read_in_part(
    decoder: Decoder, name: str, behind: str
) -> None:
    content = picture_file(name) + bytes(100) + picture_file(behind)

    assert decode_picture(decoder, content).unseen == ("pictures",)


@pytest.mark.parametrize("size", [(790, 12_000), (12_000, 790)])
def test_a_long_picture_keeps_what_is_small_in_it(decoder: Decoder, size: tuple[int, int]) -> None:
    picture = decode_picture(decoder, picture_file("PNG", size=size))

    assert (picture.pixels.shape[1], picture.pixels.shape[0]) == size


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_deep_greys_are_seen_whatever_bits_they_use(decoder: Decoder, name: str, bits: int) -> None:
    grey = photograph().resize((320, 240)).convert("L")
    values = (np.asarray(grey).astype(np.uint16) << 8 | np.asarray(grey)) >> (16 - bits)
    file = io.BytesIO()
    Image.fromarray(values).save(file, name)

    assert difference(decode_picture(decoder, file.getvalue()).pixels, grey) < 6


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_deep_colours_are_seen_whatever_bits_they_use(decoder: Decoder, name: str, bits: int) -> None:
    upright = photograph().resize((320, 240))
    values = np.asarray(upright).astype(np.uint16)
    values = (values << 8 | values) >> (16 - bits)

    content = deep_png(values) if name == "PNG" else deep_tiff(values)

    assert difference(decode_picture(decoder, content).pixels, upright) < 6


def deep_png(values: np.ndarray) -> bytes:
    """Colours of 16 bits, which Pillow reads but does not write; each row without a filter."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    height, width = values.shape[:2]
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def deep_tiff(values: np.ndarray) -> bytes:
    height, width = values.shape[:2]
    pixels = values.astype("<u2").tobytes()
    entries = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 200), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 300),
        (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, len(pixels)), (284, 3, 1, 1),
    ]  # fmt: skip
    ifd = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    content = (b"II*\x00" + struct.pack("<I", 8) + ifd).ljust(200, b"\x00") + struct.pack("<HHH", 16, 16, 16)
    return content.ljust(300, b"\x00") + pixels


def test_a_deep_grey_whose_zero_is_white_is_turned_round(decoder: Decoder) -> None:
    grey = np.asarray(photograph().convert("L").resize((320, 240)))
    file, tags = io.BytesIO(), {262: 0}
    Image.fromarray(1023 - (grey.astype(np.uint16) << 2)).save(file, "TIFF", tiffinfo=tags)

    pixels = decode_picture(decoder, file.getvalue()).pixels[..., 0]

    assert np.abs(pixels.astype(int) - grey).mean() < 3


def test_deep_grey_with_transparency_is_seen_whatever_bits_it_uses(decoder: Decoder) -> None:
    grey = np.asarray(photograph().convert("L").resize((320, 240))).astype(np.uint16)
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in np.dstack([grey << 2, np.full_like(grey, 1023)]))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 320, 240, 16, 4, 0, 0, 0))
    content = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

    pixels = decode_picture(decoder, content).pixels

    assert np.abs(pixels[..., 0].astype(int) - grey).mean() < 3


def test_lab_colours_are_turned_into_those_of_screens(decoder: Decoder) -> None:
    upright = photograph().resize((320, 240))
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    file = io.BytesIO()
    ImageCms.applyTransform(upright, to_lab).save(file, "TIFF")  # type: ignore[union-attr]

    assert difference(decode_picture(decoder, file.getvalue()).pixels, upright) < 6


@pytest.mark.parametrize(
    ("bits", "masks"),
    [
        (32, (0x3FF00000, 0xFFC00, 0x3FF)),
        (32, (0xFF, 0xFF00, 0xFF0000)),
        (16, (0xF00, 0xF0, 0xF)),
        (16, (0x1F, 0x7E0, 0xF800)),
    ],
)
@pytest.mark.parametrize("is_cut", [False, True])
def test_bitmaps_are_read_by_their_own_bit_fields(
    decoder: Decoder, bits: int, masks: tuple[int, ...], is_cut: bool
) -> None:
    upright = photograph().resize((322, 240))
    values = np.zeros((240, 322), np.uint64)
    for channel, mask in zip(np.moveaxis(np.asarray(upright), -1, 0), masks, strict=True):
        shift = (mask & -mask).bit_length() - 1
        values |= (channel.astype(np.uint64) * (mask >> shift) // 255) << np.uint64(shift)
    rows = values[::-1].astype("<u4" if bits == 32 else "<u2").tobytes()
    header = struct.pack("<IIiiHHIIiiII", 66, 40, 322, 240, 1, bits, 3, len(rows), 0, 0, 0, 0) + struct.pack(
        "<III", *masks
    )
    content = b"BM" + struct.pack("<IHH", 66 + len(rows), 0, 0) + header + rows

    picture = decode_picture(decoder, content[: len(content) * 2 // 3] if is_cut else content)

    assert picture.unseen == (("end",) if is_cut else ())
    seen = slice(-100, None) if is_cut else slice(None)
    assert np.abs(picture.pixels[seen].astype(int) - np.asarray(upright)[seen]).mean() < 12


# --- What it says of itself -------------------------------------------------------------------------------------------


def told(decoder: Decoder, **details: str) -> object:
    exif = exif_block()
    for name, value in details.items():
        exif.get_ifd(ExifTags.IFD.Exif)[getattr(ExifTags.Base, name)] = value
    return decode_picture(decoder, jpeg_of(SMALL, exif=exif)).camera


def test_a_blank_original_time_gives_way_to_the_next(decoder: Decoder) -> None:
    camera = told(
        decoder,
        DateTimeOriginal="    :  :     :  :  ",
        DateTimeDigitized="2021:05:06 07:08:09",
        SubsecTimeDigitized="25 ",
        OffsetTimeDigitized="-05:00",
    )

    assert (camera.captured_at, camera.subseconds, camera.offset) == ("2021-05-06T07:08:09", "25", "-05:00")  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", ["小米", "Café", "Ñandú", "Canon"])
def test_makers_are_read_in_their_own_script(decoder: Decoder, make: str) -> None:
    exif = exif_block()
    exif[ExifTags.Base.Make] = make.encode()

    assert decode_picture(decoder, jpeg_of(SMALL, exif=exif)).camera.make == make


def test_a_place_without_its_side_is_none(decoder: Decoder) -> None:
    exif = exif_block()
    del exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef]

    camera = decode_picture(decoder, jpeg_of(SMALL, exif=exif)).camera

    assert (camera.latitude, camera.longitude) == (None, None)


def test_a_place_of_more_than_sixty_minutes_is_none(decoder: Decoder) -> None:
    exif = exif_block()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (33.0, 75.0, 0.0)
    packet = b'<rdf:Description exif:GPSLatitude="12,75.5S" exif:GPSLongitude="77,2,34W"/>'

    for options in ({"exif": exif}, {"xmp": packet}):
        assert decode_picture(decoder, jpeg_of(SMALL, **options)).camera.latitude is None


@pytest.mark.parametrize(
    "packet",
    [
        '<rdf:Description aux:SerialNumber="0520" aux:LensSerialNumber="L1" '
        'exif:DateTimeOriginal="2021-04-05T10:11:12.5-05:00"'
        ' tiff:Make="Ex &amp; Co" exif:GPSLatitude="12,2.78333S" exif:GPSLongitude="77,2,34W"/>',
        "<exifEX:BodySerialNumber>0520</exifEX:BodySerialNumber><aux:LensSerialNumber>L1</aux:LensSerialNumber>"
        "<exif:DateTimeOriginal> 2021-04-05T10:11:12.5-05:00 </exif:DateTimeOriginal><tiff:Make>Ex &amp; Co</tiff:Make>"
        "<exif:GPSLatitude>12,2.78333S</exif:GPSLatitude><exif:GPSLongitude>77,2,34W</exif:GPSLongitude>",
    ],
    ids=["attributes", "elements"],
)
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_xmp_alone_tells_the_same(decoder: Decoder, name: str, packet: str) -> None:
    written = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{packet}</x:xmpmeta>'.encode()

    about = PngInfo()
    about.add_itxt("XML:com.adobe.xmp", written.decode())

    camera = decode_picture(decoder, picture_file(name, xmp=written, pnginfo=about)).camera

    assert (camera.serial, camera.lens_serial, camera.make) == ("0520", "L1", "Ex & Co")
    assert (camera.captured_at, camera.subseconds, camera.offset) == ("2021-04-05T10:11:12", "5", "-05:00")
    assert (camera.latitude, camera.longitude) == (pytest.approx(-12.0464, abs=1e-4), pytest.approx(-77.0428, abs=1e-4))
