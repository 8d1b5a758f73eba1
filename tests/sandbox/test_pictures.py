"""Sound pictures come out of the sandbox upright, at the working size, with what their files say about the camera."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.support.sandbox_material import (
    PICTURE_FORMATS,
    decode_picture,
    exif_block,
    photograph,
    picture_file,
    png_of_zeros,
)
from workspace.analysis.sandbox.answers import CameraFacts
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.metadata import container_facts, text
from workspace.analysis.sandbox.moments import read_claim, utc_offset
from workspace.analysis.sandbox.pixels import draft_divisor

TRANSPOSED = {  # What a camera held differently stores: the inverse of what brings each orientation upright.
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def difference(pixels: np.ndarray, image: Image.Image) -> float:
    wanted = np.asarray(image.convert("RGB").resize((pixels.shape[1], pixels.shape[0])))
    return float(np.abs(pixels.astype(int) - wanted).mean())


@pytest.mark.parametrize(("name", "media_type"), PICTURE_FORMATS.items())
def test_every_format_is_read(decoder: Decoder, name: str, media_type: str) -> None:
    picture = decode_picture(decoder, picture_file(name, size=(400, 300)))

    assert (picture.media_type, picture.width, picture.height) == (media_type, 400, 300)
    assert picture.pixels.shape == (300, 400, 3)
    assert picture.pixels.dtype == np.uint8
    assert difference(picture.pixels, photograph()) < 12


def test_a_picture_does_not_change_when_another_is_read(decoder: Decoder) -> None:
    first = decode_picture(decoder, picture_file("PNG"))
    before = first.pixels.copy()

    decode_picture(decoder, png_of_zeros(500, 500))

    assert np.array_equal(first.pixels, before)


@pytest.mark.parametrize(
    ("size", "working"),
    [
        ((2560, 1920), (2560, 1920)),
        ((4000, 3000), (2000, 1500)),  # the decoder's own half, as it is
        ((3000, 4000), (1500, 2000)),
        ((2600, 1100), (2560, 1083)),  # half would be too small: full, then resampled
        ((6000, 4000), (2560, 1707)),  # half, then resampled
        ((8000, 600), (8000, 600)),  # narrow: it may be longer
    ],
)
def test_a_large_jpeg_comes_at_its_working_size(
    decoder: Decoder, size: tuple[int, int], working: tuple[int, int]
) -> None:
    picture = decode_picture(decoder, picture_file("JPEG", size=size))

    assert (picture.width, picture.height) == size
    assert (picture.pixels.shape[1], picture.pixels.shape[0]) == working
    assert difference(picture.pixels, photograph()) < 14


def test_a_draft_is_never_coarser_than_the_working_image_needs() -> None:
    sides = range(1, 30_000, 7)

    divisors = {side: draft_divisor(side, side * 3 // 4 + 1) for side in sides}
    assert all(divisor == 1 or side / divisor >= 1600 for side, divisor in divisors.items())
    assert set(divisors.values()) == {1, 2, 4, 8}


@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF"])
def test_other_large_pictures_are_shrunk(decoder: Decoder, name: str) -> None:
    picture = decode_picture(decoder, picture_file(name, size=(3000, 1500)))

    assert picture.pixels.shape == (1280, 2560, 3)
    assert (picture.width, picture.height) == (3000, 1500)


@pytest.mark.parametrize("orientation", TRANSPOSED)
@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_a_picture_is_brought_upright(decoder: Decoder, name: str, orientation: int) -> None:
    upright = photograph().resize((320, 200))
    turn = TRANSPOSED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    file = io.BytesIO()
    stored.save(file, name, exif=exif_block(orientation).tobytes())

    picture = decode_picture(decoder, file.getvalue())

    assert (picture.width, picture.height) == (320, 200)
    assert difference(picture.pixels, upright) < 6


@pytest.mark.parametrize("name", ["PNG", "WEBP", "HEIF", "AVIF"])
def test_orientation_counts_in_every_format_that_has_it(decoder: Decoder, name: str) -> None:
    upright = photograph().resize((320, 200))
    file = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(file, name, exif=exif_block(6).tobytes())

    picture = decode_picture(decoder, file.getvalue())

    assert (picture.width, picture.height) == (320, 200)
    assert difference(picture.pixels, upright) < 12


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_the_camera_facts_are_read(decoder: Decoder, name: str) -> None:
    camera = decode_picture(decoder, picture_file(name, exif=exif_block().tobytes())).camera

    assert camera == CameraFacts(
        make="Lantern",
        model="Model 3",
        serial="SN-0042",
        lens_serial="L-7",
        software="firmware[31m 1.2",
        captured_at="2021-07-04T18:30:05",
        offset="+02:00",
        latitude=-33.86,
        longitude=151.2,
    )


def test_a_picture_without_metadata_has_no_camera_facts(decoder: Decoder) -> None:
    assert decode_picture(decoder, picture_file("JPEG")).camera == CameraFacts()


@pytest.mark.parametrize(
    "block",
    [b"Exif\x00\x00garbage", b"Exif\x00\x00II*\x00\xff\xff\xff\xff", b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff"],
)
def test_broken_metadata_never_cost_the_picture(decoder: Decoder, block: bytes) -> None:
    picture = decode_picture(decoder, picture_file("JPEG", exif=block))

    assert picture.camera == CameraFacts()
    assert picture.pixels.shape == (240, 320, 3)


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("F", "TIFF"),
    ],
)
def test_every_colour_mode_becomes_rgb(decoder: Decoder, mode: str, name: str) -> None:
    file = io.BytesIO()
    photograph().resize((300, 200)).convert(mode).save(file, name)

    picture = decode_picture(decoder, file.getvalue())

    assert picture.pixels.shape == (200, 300, 3)
    assert picture.pixels.std() > 30


def test_a_sixteen_bit_grey_keeps_its_tones(decoder: Decoder) -> None:
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16)[None, :].repeat(20, axis=0)
    file = io.BytesIO()
    Image.fromarray(ramp).save(file, "PNG")

    pixels = decode_picture(decoder, file.getvalue()).pixels

    assert np.abs(pixels[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_a_file_of_several_pictures_gives_its_first(decoder: Decoder) -> None:
    first, second = photograph().resize((200, 100)), Image.new("RGB", (200, 100), "red")
    for name in ("MPO", "GIF", "WEBP"):
        file = io.BytesIO()
        first.save(file, name, save_all=True, append_images=[second])

        picture = decode_picture(decoder, file.getvalue())

        assert difference(picture.pixels, first) < 12


def test_a_picture_under_the_limit_of_pixels_is_read(decoder: Decoder) -> None:
    picture = decode_picture(decoder, png_of_zeros(11_800, 10_000))

    assert (picture.width, picture.height) == (11_800, 10_000)
    assert max(picture.pixels.shape) == 2560


def test_texts_of_metadata_are_cleaned() -> None:
    assert text(b"caf\xc3\xa9 \x07bell\x00rest") == "café bell"
    assert text("  \x00 hidden") is None
    assert text(7) is None
    assert text("x" * 500) == "x" * 200


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2020:02:29 23:59:59", "2020-02-29T23:59:59"),
        ("2021/05/06 07:08:09", "2021-05-06T07:08:09"),
        ("2021-05-06T07:08:09Z", "2021-05-06T07:08:09+00:00"),
        ("2021:05:06 24:00:00", "2021-05-07T00:00:00"),
        ("2021:12:31 24:00:00", "2022-01-01T00:00:00"),
        ("2021:05:06 07:08:09 PM", "2021-05-06T19:08:09"),
        ("2021:05:06 7:08:09 p.m.", "2021-05-06T19:08:09"),
        ("2021:05:06 12:08:09 AM", "2021-05-06T00:08:09"),
        ("2021:05:06 12:08:09 PM", "2021-05-06T12:08:09"),
        ("2021:05:06 19:08:09 PM", "2021-05-06T19:08:09"),
        ("2021-05-06T07:08:09.123-0500", "2021-05-06T07:08:09.123-05:00"),
        # Nothing is guessed.
        ("2021:05:06 19:08:09 AM", None),
        ("2021:05:06 00:08:09 PM", None),
        ("2021:05:06 07:08:09 in the evening", None),
        ("2021:05:06 24:00:01", None),
        ("2021:05:06", None),
        ("06/05/2021 07:08:09", None),
        ("2021:02:29 00:00:00", None),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        (None, None),
    ],
)
def test_a_time_is_read_as_it_is_written_or_not_at_all(written: str | None, read: str | None) -> None:
    claim = read_claim(written)

    decimals = f".{claim.subseconds}" if claim and claim.subseconds else ""
    assert (f"{claim.at}{decimals}{claim.offset or ''}" if claim else None) == read


def test_offsets_must_be_real() -> None:
    assert utc_offset("-03:30") == "-03:30"
    assert utc_offset("+99:00") is None


def test_a_video_container_names_its_camera_and_place() -> None:
    facts = container_facts(
        {
            "com.apple.quicktime.make": "Lantern",
            "com.apple.quicktime.model": "Model 3",
            "com.apple.quicktime.creationdate": "2021-07-04T18:30:05+0200",
            "creation_time": "2021-07-04T16:30:05.000000Z",
            "com.apple.quicktime.location.ISO6709": "-33.8600+151.2000+012.3/",
        }
    )

    assert facts == {
        "make": "Lantern",
        "model": "Model 3",
        "captured_at": "2021-07-04T18:30:05",
        "offset": "+02:00",
        "latitude": -33.86,
        "longitude": 151.2,
    }
    assert container_facts({"creation_time": "2021-07-04T16:30:05.000000Z"})["offset"] == "+00:00"
    assert container_facts({"location": "+00.0000+000.0000/"}) == {}
