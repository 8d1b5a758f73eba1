"""What stands behind the end of a file is looked at or named, for each kind of file whose end can be known."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from tests.sandbox.test_contents import raw_file
from tests.support import further_kinds as made
from tests.support.sandbox_material import (
    PICTURE_FORMATS,
    VIDEO_FORMATS,
    decode_picture,
    decode_video,
    descriptor_of,
    photograph,
    picture_file,
    video_file,
)
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.picture_structure import structural_end

HIDDEN = photograph("skimage/data/coffee.png").resize((480, 320))


def jpeg() -> bytes:
    file = io.BytesIO()
    HIDDEN.save(file, "JPEG")
    return file.getvalue()


def saved(name: str, **options: object) -> bytes:
    file = io.BytesIO()
    photograph().resize((320, 240)).save(file, name, **options)
    return file.getvalue()


def with_two_pages() -> bytes:
    second = [Image.new("RGB", (300, 200), "navy")]
    return saved("TIFF", save_all=True, append_images=second)


WHOLE: dict[str, Callable[[], bytes]] = {
    **{name: lambda name=name: picture_file(name) for name in PICTURE_FORMATS},  # type: ignore[misc]
    "TIFF in strips": lambda: saved("TIFF", compression="tiff_lzw"),
    "TIFF with JPEG inside": lambda: saved("TIFF", compression="jpeg"),
    "TIFF of two pages": with_two_pages,
    "BigTIFF": lambda: saved("TIFF", big_tiff=True),
    "PSD": lambda: made.photoshop(photograph()),
    "PSD, packed": lambda: made.photoshop(photograph(), packed=True),
    "JPEG 2000": lambda: made.jpeg_2000(),
    "JPEG 2000, bare": lambda: made.jpeg_2000(no_jp2=True),
    "JPEG XL": lambda: made.jpeg_xl(),
    "PDF": lambda: made.document([photograph()]),
    "CR3": lambda: made.cr3(made.preview()),
    "RAF": lambda: made.raf(made.preview()),
    "raw file built as a TIFF": lambda: raw_file(made.preview()),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_picture_behind_a_file_is_looked_at(decoder: Decoder, name: str) -> None:
    whole = WHOLE[name]()
    alone = decode_picture(decoder, whole)
    assert alone.unseen == ()
    content = whole + bytes(100) + jpeg()

    picture = decode_picture(decoder, content)

    assert (picture.pictures, picture.unseen) == (alone.pictures + 1, ())
    with descriptor_of(content) as descriptor:
        last = decoder.picture(descriptor, picture.pictures)
    sizes = {(picture.width, picture.height), (last.width, last.height)}
    assert HIDDEN.size in sizes  # of JPEGs the largest comes first


@pytest.mark.parametrize("hidden", ["PNG", "archive"])
@pytest.mark.parametrize("name", WHOLE)
def test_what_is_not_read_where_it_stands_is_named(decoder: Decoder, name: str, hidden: str) -> None:
    behind = picture_file("PNG") if hidden == "PNG" else b"PK\x03\x04\x14\x00" + bytes(2_000)

    assert "pictures" in decode_picture(decoder, WHOLE[name]() + bytes(100) + behind).unseen


@pytest.mark.parametrize("name", WHOLE)
def test_noise_behind_a_file_is_nothing(decoder: Decoder, name: str) -> None:
    whole = WHOLE[name]()

    found = decode_picture(decoder, whole + b"\x00\x01noise\xff\xd8\xff" * 40)

    assert (found.pictures, found.unseen) == (decode_picture(decoder, whole).pictures, ())


@pytest.mark.parametrize(("codec", "container"), VIDEO_FORMATS)
@pytest.mark.parametrize("hidden", ["JPEG", "PNG", "archive"])
def test_what_stands_behind_a_video_is_named(decoder: Decoder, codec: str, container: str, hidden: str) -> None:
    behind = {"JPEG": jpeg, "PNG": lambda: picture_file("PNG"), "archive": lambda: b"PK\x03\x04\x14\x00" + bytes(2_000)}
    whole = video_file(codec, container, frames=12)
    assert decode_video(decoder, whole)[0].unseen == ()

    unseen = decode_video(decoder, whole + bytes(100) + behind[hidden]())[0].unseen

    has_no_end = container in ("mpegts", "mpeg")  # a stream says nowhere where it ends
    assert unseen == (() if has_no_end else ("pictures",))
    assert decode_video(decoder, whole + bytes(100))[0].unseen == ()


@pytest.mark.parametrize("name", ["WMV", "FLV", "MXF", "RM"])
def test_of_older_videos_too(decoder: Decoder, name: str) -> None:
    made_of = {"WMV": ("wmv2", "asf"), "FLV": ("flv", "flv"), "MXF": ("mpeg2video", "mxf"), "RM": ("rv10", "rm")}
    codec, container = made_of[name]
    whole = video_file(codec, container, frames=25, rate=25, size=(96, 96) if name == "RM" else (96, 64))
    assert decode_video(decoder, whole)[0].unseen == ()

    assert decode_video(decoder, whole + bytes(100) + jpeg())[0].unseen == ("pictures",)


@pytest.mark.parametrize("cut", range(0, 2_000, 37))
def test_a_directory_that_says_anything_breaks_nothing(cut: int) -> None:
    content = bytearray(with_two_pages())
    at = (cut * 7919) % len(content)
    content[at : at + 4] = b"\xff\xff\xff\xff"
    end = structural_end(io.BytesIO(bytes(content)), "TIFF")
    assert end is None or 0 < end <= len(content)
