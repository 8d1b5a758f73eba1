"""A file is what its first bytes say, and nothing else."""

from __future__ import annotations

import pytest

from tests.support.sandbox_material import PICTURE_FORMATS, VIDEO_FORMATS, picture_file, video_file
from workspace.analysis.sandbox.kinds import HEAD_BYTES, kind_of, media_type


@pytest.mark.parametrize(("name", "expected"), PICTURE_FORMATS.items())
def test_a_picture_is_known_by_its_first_bytes(name: str, expected: str) -> None:
    assert media_type(picture_file(name)[:HEAD_BYTES]) == expected
    assert kind_of(expected) == "photo"


@pytest.mark.parametrize(("made", "expected"), VIDEO_FORMATS.items())
def test_a_video_is_known_by_its_first_bytes(made: tuple[str, str], expected: tuple[str, str]) -> None:
    assert media_type(video_file(*made, frames=4)[:HEAD_BYTES]) == expected[0]
    assert kind_of(expected[0]) == "video"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\x00\x00\x00\x18ftypM4V \x00\x00\x00\x00M4V mp42", "video/x-m4v"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", "image/avif"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "video/quicktime"),
        (b"\x00\x00\x00\x00" + (b"\x47" + bytes(191)) * 3, "video/mp2t"),
        (b"MM\x00*\x00\x00\x00\x08", "image/tiff"),
        (b"\x00\x00\x01\xb3\x14\x00\xf0", "video/mpeg"),
        (b"%PDF-1.7", "application/pdf"),
        (b"junk%PDF-1.7", "application/pdf"),
        (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x00", "image/x-canon-cr3"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypmjp2", "video/mj2"),
    ],
)
def test_the_rarer_openings_are_known_too(head: bytes, expected: str) -> None:
    assert media_type(head) == expected


def test_a_transport_stream_is_known_wherever_it_begins() -> None:
    whole = video_file("libx264", "mpegts", frames=40)

    for begins in (1, 17, 187, 188, 1000):
        assert media_type(whole[begins : begins + HEAD_BYTES]) == "video/mp2t"
    assert media_type(b"?" + (b"\x47" + bytes(187)) * 21) is None


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"B",
        b"plain text",
        b"BM but not a bitmap at all",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"PK\x03\x04",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"#EXTM3U\nfile:///etc/passwd",
        b"ffconcat version 1.0",
        b"\x00\x00\x00\x0aftyp",
        b"\x47" * 100,
    ],
)
def test_what_is_not_supported_has_no_type(head: bytes) -> None:
    assert media_type(head) is None
