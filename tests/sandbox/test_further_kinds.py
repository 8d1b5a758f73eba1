"""The rarer kinds of pictures, documents and videos are read as far as they go, with what they say of their camera."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest

from tests.support import further_kinds as made
from tests.support.sandbox_material import (
    decode_picture,
    decode_video,
    descriptor_of,
    exif_block,
    photograph,
    picture_file,
    plain,
    refused,
)
from workspace.analysis.sandbox.client import DecodedPicture, Decoder
from workspace.analysis.sandbox.kinds import HEAD_BYTES, kind_of, media_type
from workspace.analysis.sandbox.other_kinds import KINDS, why_not
from workspace.analysis.sandbox.played import PlayedFrame
from workspace.vocabulary import REFUSAL


def part_of(decoder: Decoder, content: bytes, part: int) -> DecodedPicture:
    with descriptor_of(content) as descriptor:
        return decoder.picture(descriptor, part)


def seen(picture: DecodedPicture) -> float:
    """How far a picture is from the photograph, in 256 steps."""
    height, width = picture.pixels.shape[:2]
    expected = np.asarray(photograph().resize((width, height)), np.float32)
    return float(np.abs(expected - picture.pixels).mean())


@pytest.mark.parametrize(("kind", "make"), made.RAW_FILES.items())
def test_a_raw_file_is_seen_by_its_largest_preview(decoder: Decoder, kind: str, make: Callable[..., bytes]) -> None:
    small, large = made.preview((64, 48)), made.preview(exif=exif_block())

    picture = decode_picture(decoder, make(small + bytes(50) + large))

    assert (picture.media_type, picture.width, picture.height, picture.unseen) == (kind, 640, 480, ())
    assert (picture.camera.model, picture.camera.serial, picture.camera.latitude) == ("Model 3", "SN-0042", -33.86)
    assert seen(picture) < 12
    assert refused(decoder, make(b"")) == "raw_to_develop"


@pytest.mark.parametrize("make", [made.cr3, made.orf, made.rw2])
def test_a_raw_files_own_data_and_orientation_count_where_its_preview_has_none(
    decoder: Decoder, make: Callable[..., bytes]
) -> None:
    picture = decode_picture(decoder, make(made.preview(), orientation=6))

    assert (picture.width, picture.height) == (480, 640)
    assert (picture.camera.captured_at, picture.camera.longitude) == ("2021-07-04T18:30:05", 151.2)


@pytest.mark.parametrize("make", [made.cr3, made.raf, made.orf, made.rw2])
def test_a_preview_that_is_small_beside_its_sensor_is_a_part(decoder: Decoder, make: Callable[..., bytes]) -> None:
    assert decode_picture(decoder, make(made.preview((160, 120)), sensor=(6000, 4000))).unseen == ("pictures",)


@pytest.mark.parametrize("packed", [False, True])
def test_of_a_photoshop_file_the_flattened_picture_is_seen(decoder: Decoder, packed: bool) -> None:
    whole = made.photoshop(photograph(), packed=packed)

    picture = decode_picture(decoder, whole)

    assert (picture.media_type, picture.width, picture.unseen) == ("image/vnd.adobe.photoshop", 512, ())
    assert (seen(picture), picture.camera.captured_at) == (0, "2021-07-04T18:30:05")
    assert decode_picture(decoder, whole[: len(whole) * 2 // 3]).unseen == ("end",)
    assert decode_picture(decoder, made.photoshop(photograph(), layers=3, packed=packed)).unseen == ("pictures",)


def test_photoshops_deeper_and_larger_files_say_what_converts_them(decoder: Decoder) -> None:
    assert refused(decoder, made.photoshop(photograph(), depth=16)) == "picture_to_convert"
    assert refused(decoder, made.photoshop(photograph(), version=2)) == "picture_to_convert"


def test_a_jpeg_2000_is_read_with_its_data_and_halved_while_it_is_read(decoder: Decoder) -> None:
    whole = made.jpeg_2000(plain(3, (3300, 1400)))

    picture = decode_picture(decoder, whole)

    assert (picture.width, picture.height, picture.pixels.shape) == (3300, 1400, (700, 1650, 3))
    assert (picture.camera.serial, picture.camera.document, picture.unseen) == ("SN-0042", "doc-7", ())
    bare = made.jpeg_2000(no_jp2=True).partition(b"\xff\xd9")[0] + b"\xff\xd9"
    assert decode_picture(decoder, bare).media_type == "image/jp2"
    assert refused(decoder, whole[: len(whole) // 2]) == refused(decoder, bare[: len(bare) // 2]) == "truncated"
    assert decode_picture(decoder, picture_file("JPEG2000") + made.box(b"jp2c", bytes(9))).unseen == ("pictures",)


def test_a_jpeg_xl_is_read_upright_with_its_data(decoder: Decoder) -> None:
    whole = made.jpeg_xl(orientation=6)

    picture = decode_picture(decoder, whole)

    assert (picture.media_type, picture.width, picture.height) == ("image/jxl", 320, 240)
    assert (picture.camera.model, picture.camera.captured_at) == ("Model 3", "2021-07-04T18:30:05")
    assert seen(picture) < 12
    assert refused(decoder, whole[: len(whole) // 2]) == "truncated"


def test_the_pages_of_a_document_are_pictures_of_one_file(decoder: Decoder) -> None:
    pages = [photograph().resize((300 + number, 200)) for number in range(30)]
    whole = made.document(pages)

    first, last = (part_of(decoder, whole, part) for part in (1, 24))

    assert (first.media_type, kind_of(first.media_type), first.pictures) == ("application/pdf", "photo", 24)
    assert (first.unseen, last.width > first.width) == (("pictures",), True)
    assert seen(last) < 12
    assert decode_picture(decoder, made.document(pages[:2])).unseen == ()


def test_a_picture_that_its_page_does_not_show_in_full_is_seen_by_itself(decoder: Decoder) -> None:
    # An inch and a third of paper that holds four thousand pixels.
    whole = made.document([photograph().resize((4000, 1700))], resolution=3000)

    page, alone = (part_of(decoder, whole, part) for part in (1, 2))

    assert (page.pictures, page.width, alone.width, alone.height) == (2, 2560, 4000, 1700)


def test_the_data_of_the_photo_that_makes_up_a_page_are_the_pages(decoder: Decoder) -> None:
    photo = made.preview(exif=exif_block())
    plain = made.document([photograph().resize((640, 480))], quality=75)
    held = plain[plain.index(b"\xff\xd8\xff") : plain.index(b"endstream")].rstrip(b"\n")
    whole = plain.replace(held, photo).replace(b"/Length %d" % len(held), b"/Length %d" % len(photo))

    picture = decode_picture(decoder, whole)

    assert (picture.camera.model, picture.camera.latitude) == ("Model 3", -33.86)


def test_a_document_that_is_locked_broken_or_holds_files_says_so(decoder: Decoder) -> None:
    whole = made.document([photograph(), photograph().resize((300, 200))])

    assert refused(decoder, made.locked_document()) == "encrypted"
    assert decode_picture(decoder, made.document_with_attachment()).unseen == ("members",)
    cut = decode_picture(decoder, whole[:-700])
    assert (cut.unseen, cut.width) == (("end",), 512)
    assert refused(decoder, b"%PDF-1.7\n" + bytes(2000)) == "truncated"


@pytest.mark.parametrize("name", made.OLDER_VIDEOS)
def test_an_older_video_is_sampled_and_one_that_breaks_off_says_so(decoder: Decoder, name: str) -> None:
    whole = made.older_video(name)
    codec, _, kind = made.OLDER_VIDEOS[name]

    video, frames = decode_video(decoder, whole)

    assert (video.media_type, kind_of(kind)) == (kind, "video")
    assert video.codec == {"libvpx": "vp8", "flv": "flv1"}.get(codec, codec)
    assert (video.unseen, len(frames) >= 2) == ((), True)
    assert "end" in decode_video(decoder, whole[: len(whole) * 2 // 3])[0].unseen
    with descriptor_of(whole) as descriptor:
        played = decoder.play(descriptor, 320)
        assert sum(isinstance(piece, PlayedFrame) for piece in played.pieces) == made.OLDER_FRAMES


@pytest.mark.parametrize(
    ("begins", "reason"),
    [
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing_to_convert"),
        (b"%!PS-Adobe-3.0", "drawing_to_convert"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document_to_convert"),
        (b"Rar!\x1a\x07\x01\x00", "archive_to_unpack"),
        (b"EVF\t\r\n\xff\x00", "archive_to_unpack"),
        (b"\x00MRM\x00", "raw_to_develop"),
        (b"8BPS\x00\x02", "picture_to_convert"),
        (b"P6\n640 480\n255\n", "picture_to_convert"),
        (b"CWS\x0a\x00\x10\x00\x00", "video_to_convert"),
        (b"\xff\xfb\x90\x64", "sound_alone"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "sound_alone"),
        (b"P1 of the list", "kind_not_supported"),
        (b"\xff\xfe\x41\x00\x42\x00", "kind_not_supported"),
        (b"<html><svg/></html>", "kind_not_supported"),
        (b"plain text", "kind_not_supported"),
    ],
)
def test_a_kind_that_is_not_read_says_what_converts_it(begins: bytes, reason: str) -> None:
    head = begins.ljust(HEAD_BYTES, b"\x00")

    assert (media_type(head), why_not(head)) == (None, reason)
    assert reason in REFUSAL
    assert set(KINDS) <= REFUSAL.keys()


@pytest.mark.parametrize("name", ["ICO", "PCX", "SGI", "DIB", "TGA", "PPM", "DDS"])
def test_a_picture_of_a_kind_that_is_not_read_says_what_converts_it(name: str) -> None:
    file = io.BytesIO()
    photograph().resize((64, 48)).save(file, name)
    head = file.getvalue()[:HEAD_BYTES]

    assert (media_type(head), why_not(head)) == (None, "picture_to_convert")


@pytest.mark.parametrize("path", ["phone.z01", "phone.7z.002", "DCIM.tar.003", "old.R00", "old.part2.rar"])
def test_a_part_of_a_split_file_says_that_it_wants_the_others(path: str) -> None:
    noise = bytes(range(1, 256)) * 20

    assert (why_not(noise, path), why_not(noise, "notes.doc")) == ("part_of_split", "kind_not_supported")
    assert why_not(b"ID3\x04", path) == "sound_alone"
    assert "part_of_split" in REFUSAL
