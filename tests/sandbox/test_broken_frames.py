"""One wrong length, sum or byte around a picture or a film, and what stands behind it, decide about nothing but
themselves."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.support.further_kinds import jpeg_xl
from tests.support.sandbox_material import (
    animated,
    decode_picture,
    decode_video,
    descriptor_of,
    photograph,
    picture_file,
    plain,
    refused,
    video_file,
)
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.kinds import media_type

SIZE = (320, 240)


def with_length(content: bytes, length: int) -> bytes:
    """A WebP whose header says this length."""
    return content[:4] + struct.pack("<I", length) + content[8:]


def likeness(decoder: Decoder, content: bytes) -> tuple[float, tuple[str, ...]]:
    """How far what is read lies from the photograph, in greys; and what of it was not seen."""
    read = decode_picture(decoder, content)
    small = np.asarray(Image.fromarray(read.pixels).convert("L").resize((32, 24)), np.int32)
    right = np.asarray(photograph().resize(SIZE).convert("L").resize((32, 24)), np.int32)
    return float(np.abs(small - right).mean()), read.unseen


@pytest.mark.parametrize(
    ("content", "unseen"),
    [
        (with_length(picture_file("WEBP"), 100), ()),
        (with_length(picture_file("WEBP"), 10_000_000), ("end",)),
        (picture_file("WEBP") + b"x" * 5_000, ()),
        (picture_file("PNG")[:29] + bytes(4) + picture_file("PNG")[33:], ("damaged",)),
        (picture_file("HEIF") + b"x" * 3_000, ()),
    ],
    ids=["WebP too short", "WebP too long", "WebP before much else", "sum of a PNG's header", "HEIC before much else"],
)
def test_a_wrong_number_in_the_header_costs_no_picture(
    decoder: Decoder, content: bytes, unseen: tuple[str, ...]
) -> None:
    apart, not_seen = likeness(decoder, content)

    assert apart < 4
    assert not_seen == unseen


def test_a_webp_that_breaks_off_is_read_as_far_as_it_goes(decoder: Decoder) -> None:
    whole = picture_file("WEBP", quality=90)
    apart, unseen = likeness(decoder, whole[: len(whole) * 9 // 10])

    assert apart < 20
    assert unseen == ("end",)
    assert refused(decoder, whole[:200]) == "truncated"


def test_an_animated_webp_that_breaks_off_gives_the_pictures_before(decoder: Decoder) -> None:
    whole = animated("WEBP", [plain(20 * number) for number in range(6)])
    with descriptor_of(whole[: len(whole) - 40]) as descriptor:
        assert decoder.picture(descriptor).moves
        film = decoder.animation(descriptor)
        frames = list(film.frames)

    assert len(frames) == 5
    assert "end" in film.unseen


def test_what_stands_behind_a_jpeg_xl_or_a_film_is_none_of_it(decoder: Decoder) -> None:
    assert decode_picture(decoder, jpeg_xl() + b"x" * 3_000).unseen == ()
    assert decode_video(decoder, video_file() + b"x" * 5_000)[0].unseen == ()


def test_the_second_of_two_pictures_that_breaks_off_is_looked_at_too(decoder: Decoder) -> None:
    file = io.BytesIO()
    first, second = photograph().resize(SIZE), plain(3, (640, 480))
    first.save(file, "MPO", save_all=True, append_images=[second])

    with descriptor_of(file.getvalue()[:-400]) as descriptor:
        assert decoder.picture(descriptor).pictures == 2
        assert {"end"} == {*decoder.picture(descriptor).unseen, *decoder.picture(descriptor, 2).unseen}


def test_a_film_in_matroska_behind_a_photo_is_found(decoder: Decoder) -> None:
    photo, film = picture_file("JPEG"), video_file("libvpx", "webm")

    assert decode_picture(decoder, photo + film).video == (len(photo), len(film))


def of_a_telephone() -> bytes:
    """A PNG as Apple packs it into programs: without the frame of zlib, and with a part that says so."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    packer = zlib.compressobj(wbits=-15)
    rows = packer.compress(bytes(33) * 8) + packer.flush()
    header = part(b"CgBI", b"\x50\x00\x20\x02") + part(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + part(b"IDAT", rows) + part(b"IEND", b"")


def test_what_the_reader_does_not_know_is_not_the_file_s_fault(decoder: Decoder) -> None:
    behind = picture_file("TIFF", compression="tiff_lzw")

    assert refused(decoder, of_a_telephone()) == "picture_to_convert"
    assert refused(decoder, behind[: len(behind) // 2]) == "truncated"


def test_pictures_of_mpeg_alone_and_a_recording_that_begins_inside_are_read(decoder: Decoder) -> None:
    stream = video_file("mpeg2video", "mpeg2video")
    packs = video_file("mpeg2video", "mpeg")

    assert decode_video(decoder, stream)[0].codec == "mpeg2video"
    assert media_type(packs[packs.index(b"\x00\x00\x01\xba", 4) - 300 :][:4096]) == "video/mpeg"
