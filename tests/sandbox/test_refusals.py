"""What cannot be read is refused with its reason, quickly, and the next file is read as if nothing had been."""

from __future__ import annotations

import os
import random
import struct

import psutil
import pytest

from tests.support.sandbox_material import (
    PICTURE_FORMATS,
    VIDEO_FORMATS,
    decode_picture,
    decode_video,
    descriptor_of,
    picture_file,
    png_of_zeros,
    refused,
    video_file,
)
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.limits import REASONS
from workspace.errors import Refused


def test_an_empty_file_is_refused(decoder: Decoder) -> None:
    assert refused(decoder, b"") == "empty"
    assert refused(decoder, b"", video=True) == "empty"


@pytest.mark.parametrize(
    "content", [b"plain text", b"%PNG-1.7\n", b"PK\x03\x04" + bytes(100), random.Random(4).randbytes(64)]
)
def test_an_unknown_kind_is_refused(decoder: Decoder, content: bytes) -> None:
    assert refused(decoder, b"\x00" + content) == "kind_not_supported"


def test_a_video_is_no_picture_and_a_picture_no_video(decoder: Decoder) -> None:
    assert refused(decoder, video_file(frames=4)) == "kind_not_supported"
    assert refused(decoder, picture_file("GIF"), video=True) == "kind_not_supported"


def test_every_refusal_has_a_sentence_for_people(decoder: Decoder) -> None:
    with descriptor_of(b"") as descriptor, pytest.raises(Refused, match=r"^The file is empty\.$"):
        decoder.picture(descriptor)
    assert all(sentence.endswith(".") for sentence in REASONS.values())


@pytest.mark.parametrize("name", ["HEIF", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_picture_that_no_decoder_shows_in_part_is_refused_as_truncated(
    decoder: Decoder, name: str, share: float
) -> None:
    whole = picture_file(name)

    assert refused(decoder, whole[: int(len(whole) * share)]) == "truncated"
    assert decode_picture(decoder, whole).width == 320


def test_a_run_of_fill_bytes_after_a_cut_costs_no_time(decoder: Decoder) -> None:
    whole = picture_file("JPEG", size=(800, 600))
    before_s = cpu_s()

    picture = decode_picture(decoder, whole[: len(whole) // 2] + b"\xff" * 20_000_000)

    assert picture.unseen == ("end",)
    assert cpu_s() - before_s < 10


@pytest.mark.parametrize(("made", "expected"), [(("libx264", "mp4"), "truncated"), (("mpeg4", "avi"), "truncated")])
def test_a_video_cut_before_its_first_frame_is_refused(decoder: Decoder, made: tuple[str, str], expected: str) -> None:
    assert refused(decoder, video_file(*made)[:2000], video=True) == expected


def test_a_header_that_claims_too_many_pixels_is_refused_before_decoding(decoder: Decoder) -> None:
    before_s = cpu_s()

    reasons = {
        refused(decoder, png_of_zeros(*size, rows=0)) for size in ((60_000, 60_000), (20_100, 10_000), (2**31 - 1, 9))
    }

    assert reasons == {"too_large"}
    assert cpu_s() - before_s < 3


def cpu_s() -> float:
    """CPU seconds of this process, its children, and theirs that have ended."""
    me = psutil.Process()
    return sum(sum(each.cpu_times()[:4]) for each in (me, *me.children(recursive=True)))


def test_headers_of_other_formats_that_claim_too_much_are_refused_too(decoder: Decoder) -> None:
    gif = b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x00\x00\x00," + struct.pack("<HHHH", 0, 0, 65535, 65535)
    bmp = b"BM" + struct.pack("<IIIIiiHHI", 100, 0, 54, 40, 50_000, 50_000, 1, 24, 0) + bytes(60)

    assert refused(decoder, gif + b"\x00\x02\x02L\x01\x00;") == "too_large"
    assert refused(decoder, bmp) == "too_large"


def test_a_colour_profile_of_excessive_size_is_refused(decoder: Decoder) -> None:
    assert refused(decoder, picture_file("WEBP", icc_profile=bytes(5 << 20))) == "too_large"


def test_a_file_that_is_two_things_is_read_as_what_it_begins_with(decoder: Decoder) -> None:
    jpeg, png = picture_file("JPEG", size=(100, 80)), picture_file("PNG", size=(60, 50))

    assert decode_picture(decoder, jpeg + png).media_type == "image/jpeg"
    assert decode_picture(decoder, png + jpeg).width == 60
    assert refused(decoder, b"\xff\xd8\xff" + png) in {"damaged", "truncated"}
    assert refused(decoder, b"GIF89a" + b"<script>alert(1)</script>" * 20) in {"damaged", "truncated", "too_large"}


def test_a_container_that_points_to_other_files_opens_none(decoder: Decoder) -> None:
    playlist = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nfile:///etc/passwd\n"
    whole = video_file(frames=4)

    assert refused(decoder, playlist, video=True) == "kind_not_supported"
    assert refused(decoder, whole[:32] + playlist * 40, video=True) in {"damaged", "truncated", "empty_video"}


@pytest.mark.parametrize(
    "box", [b"stts", b"stsz", b"stco", b"stsc", b"stss", b"stsd", b"mvhd", b"tkhd", b"mdhd", b"trak"]
)
@pytest.mark.parametrize("value", [0x00, 0x7F, 0xFF])
def test_broken_tables_of_an_mp4_end_in_a_refusal_or_in_frames(decoder: Decoder, box: bytes, value: int) -> None:
    whole = bytearray(video_file())
    at = whole.index(box)
    whole[at + 8 : at + 24] = bytes([value]) * 16

    outcome = outcome_of(decoder, bytes(whole), video=True)

    assert outcome in {"read", *REASONS}


def test_a_table_of_billions_of_frames_is_refused(decoder: Decoder) -> None:
    whole = bytearray(video_file())
    at = whole.index(b"stts")
    whole[at + 8 : at + 20] = struct.pack(">III", 1, 0xFFFFFFFF, 1)

    assert outcome_of(decoder, bytes(whole), video=True) in {"read", *REASONS}
    assert decode_video(decoder, video_file())[0].complete


def test_a_video_without_pictures_is_refused(decoder: Decoder) -> None:
    whole = video_file()

    assert refused(decoder, whole.replace(b"vide", b"soun"), video=True) in {"empty_video", "damaged"}


def test_a_decoder_outside_the_list_stays_shut(decoder: Decoder) -> None:
    assert refused(decoder, video_file("png", "mov", frames=4), video=True) == "video_to_convert"


def outcome_of(decoder: Decoder, content: bytes, *, video: bool) -> str:
    try:
        decode_video(decoder, content) if video else decode_picture(decoder, content)
    except Refused as error:
        return str(error.facts["reason"])
    return "read"


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Change a file as a broken disk or an attacker would: bytes, runs, cuts, swaps."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(4, len(data))
        length = min(chance.choice((1, 1, 2, 4, 16, 64)), len(data) - at)
        change = chance.randrange(4)
        if change == 0:
            data[at : at + length] = chance.randbytes(length)
        elif change == 1:
            data[at : at + length] = bytes([chance.choice((0x00, 0x7F, 0x80, 0xFF))]) * length
        elif change == 2 and len(data) > 200:
            del data[at : at + length]
        else:
            data[at:at] = chance.randbytes(length)
    return bytes(data)


@pytest.mark.parametrize("name", PICTURE_FORMATS)
def test_mutated_pictures_are_read_or_refused_and_harm_nothing(decoder: Decoder, name: str) -> None:
    whole, chance = picture_file(name, size=(64, 48)), random.Random(f"pictures {name}")
    before = os.listdir("/proc/self/fd")

    outcomes = [outcome_of(decoder, mutated(whole, chance), video=False) for _ in range(15)]

    assert set(outcomes) <= {"read", *REASONS}
    assert len(os.listdir("/proc/self/fd")) == len(before)
    assert decode_picture(decoder, whole).width == 64


@pytest.mark.parametrize("made", VIDEO_FORMATS)
def test_mutated_videos_are_read_or_refused_and_harm_nothing(decoder: Decoder, made: tuple[str, str]) -> None:
    whole, chance = video_file(*made, frames=12, size=(64, 48)), random.Random(f"videos {made}")

    outcomes = [outcome_of(decoder, mutated(whole, chance), video=True) for _ in range(6)]

    assert set(outcomes) <= {"read", *REASONS}
    assert decode_video(decoder, whole)[0].complete
