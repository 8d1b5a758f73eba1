"""An animation is looked at along its time, as a video is, and what could not be looked at is named."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from tests.support.sandbox_material import (
    animated,
    decode_picture,
    descriptor_of,
    exif_block,
    photograph,
    picture_file,
    plain,
    video_file,
)
from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.animation import read_animation
from workspace.analysis.sandbox.client import DecodedVideo, Decoder
from workspace.analysis.sandbox.decode_video import Video
from workspace.errors import Refused

KINDS = {"GIF": "image/gif", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif"}
BY_PILLOW = ["GIF", "PNG", "WEBP"]
STRANGE = photograph().resize((320, 240))
"""A picture of another scene than the plain ones."""


def looked_at(decoder: Decoder, content: bytes) -> tuple[DecodedVideo, list[tuple[float, np.ndarray]]]:
    assert decode_picture(decoder, content).moves
    with descriptor_of(content) as descriptor:
        video = decoder.animation(descriptor)
        return video, list(video.frames)


def read(content: bytes, name: str) -> tuple[Video, list[float]]:
    video = read_animation(io.BytesIO(content), KINDS[name], lambda: 0.0)
    return video, [sample.time_s for sample in video.frames]


def is_strange(pixels: np.ndarray) -> bool:
    return float(pixels.std()) > 40


@pytest.mark.parametrize("name", KINDS)
def test_all_of_a_few_pictures_are_looked_at_with_their_times(decoder: Decoder, name: str) -> None:
    pictures = [*(plain(n) for n in range(4)), STRANGE, STRANGE.rotate(2), plain(0)]

    video, frames = looked_at(decoder, animated(name, pictures, duration=200))

    assert [round(time_s, 2) for time_s, _ in frames] == [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2]
    assert [is_strange(pixels) for _, pixels in frames] == [False] * 4 + [True, True, False]
    assert (video.width, video.height, video.unseen, video.cuts) == (320, 240, (), [0.8, 1.2])
    assert video.duration_s == pytest.approx(1.4)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), name=st.sampled_from(BY_PILLOW), count=st.integers(25, 120))
def test_what_is_shown_for_one_picture_alone_is_seen_wherever_it_stands(
    data: st.DataObject, name: str, count: int
) -> None:
    at = data.draw(st.integers(0, count - 1))
    length = data.draw(st.sampled_from([0, 20, 40, 500, 3000]))
    pictures = [plain(n, (64, 48)) for n in range(count)]
    pictures[at] = STRANGE.resize((64, 48))

    video = read_animation(io.BytesIO(animated(name, pictures, duration=length)), KINDS[name], lambda: 0.0)
    samples = list(video.frames)

    assert any(is_strange(sample.pixels) for sample in samples)
    assert [sample.time_s for sample in samples] == sorted(sample.time_s for sample in samples)
    assert not video.unseen


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_that_does_not_move_is_none(decoder: Decoder, name: str) -> None:
    assert not decode_picture(decoder, picture_file(name)).moves


def test_a_video_behind_a_photo_makes_it_no_animation(decoder: Decoder) -> None:
    picture = decode_picture(decoder, picture_file("HEIF") + video_file(frames=8))

    assert (picture.moves, picture.video is not None) == (False, True)


@pytest.mark.parametrize("name", ["GIF", "PNG"])
@pytest.mark.parametrize("share", [0.3, 0.75, 0.97])
def test_an_animation_that_breaks_off_is_never_called_whole(decoder: Decoder, name: str, share: float) -> None:
    whole = animated(name, [STRANGE.rotate(n) for n in range(10)])

    video, frames = looked_at(decoder, whole[: int(len(whole) * share)])

    assert 1 <= len(frames) < 10
    assert video.unseen == ("end",)


def test_an_animation_that_promises_more_pictures_than_it_has_is_seen_in_part() -> None:
    whole = bytearray(animated("PNG", [plain(9 * n) for n in range(4)]))
    at = whole.index(b"acTL")
    whole[at + 7] = 9
    whole[at + 12 : at + 16] = zlib.crc32(whole[at : at + 12]).to_bytes(4, "big")

    assert read(bytes(whole), "PNG")[0].unseen == {"end"}


def test_a_picture_that_stands_before_an_animation_is_looked_at_too(decoder: Decoder) -> None:
    content = animated("PNG", [STRANGE, *(plain(9 * n) for n in range(3))], default_image=True)

    _, frames = looked_at(decoder, content)

    assert [is_strange(pixels) for _, pixels in frames] == [True, False, False, False]


@pytest.mark.parametrize("name", BY_PILLOW)
def test_times_that_no_browser_would_keep_do_not_pile_pictures_up(name: str) -> None:
    video, times = read(animated(name, [plain(9 * n) for n in range(5)], duration=0), name)

    assert times == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert video.duration_s == pytest.approx(0.5)


@pytest.mark.parametrize("name", BY_PILLOW)
def test_pictures_held_long_are_looked_at_once_each(name: str) -> None:
    _, times = read(animated(name, [plain(2 * n, (64, 48)) for n in range(40)], duration=12_000), name)

    assert times == [12.0 * n for n in range(40)]


@pytest.mark.parametrize("name", ["PNG", "WEBP"])
def test_an_animation_stands_as_its_orientation_says(decoder: Decoder, name: str) -> None:
    exif = exif_block(orientation=6)
    assert ExifTags.Base.Orientation in exif
    video, frames = looked_at(decoder, animated(name, [plain(0), STRANGE, plain(4)], exif=exif))

    assert (video.width, video.height) == (240, 320)
    assert frames[1][1].shape == (320, 240, 3)


def test_a_large_animation_is_given_in_the_size_of_a_video(decoder: Decoder) -> None:
    _, frames = looked_at(decoder, animated("GIF", [plain(9 * n, (2000, 500)) for n in range(3)]))

    assert {pixels.shape for _, pixels in frames} == {(320, limits.MAX_FRAME_SIDE, 3)}


def test_time_and_number_of_pictures_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = animated("GIF", [plain(n, (32, 32)) for n in range(100)])
    seconds = iter(range(1000))

    slow = read_animation(io.BytesIO(content), "image/gif", lambda: float(next(seconds)))
    assert len(list(slow.frames)) < 16
    assert slow.unseen == {"end"}
    monkeypatch.setattr(limits, "MAX_DECODED_FRAMES", 30)
    assert read(content, "GIF")[0].unseen == {"end"}


def test_an_animation_larger_than_any_video_is_refused() -> None:
    head = bytearray(animated("GIF", [plain(9 * n, (32, 32)) for n in range(3)]))
    head[6:10] = b"\xff\x7f\xff\x7f"

    with pytest.raises(Refused) as refused:
        read(bytes(head), "GIF")

    assert refused.value.facts["reason"] == "too_large"


def test_frames_with_holes_and_parts_are_put_together(decoder: Decoder) -> None:
    """Each picture of the second half changes a corner alone, and disposes of what was there."""
    background = Image.new("RGB", (320, 240), (40, 90, 40))
    pictures = [background.copy() for _ in range(6)]
    for n, picture in enumerate(pictures[3:]):
        picture.paste(STRANGE.resize((160, 120)), (20 * n, 10 * n))

    _, frames = looked_at(decoder, animated("GIF", pictures, disposal=2))

    assert is_strange(frames[-1][1][:180, :220])
    assert float(np.abs(frames[-1][1][200:, 260:].mean(axis=(0, 1)) - (40, 90, 40)).max()) < 12


def heic_sequence(still: bytes) -> bytes:
    """A HEIC with the pictures of a sequence behind what it begins with."""
    film = video_file("libx265", "mp4", frames=8, rate=10, size=(320, 240))
    begins = int.from_bytes(film[:4], "big")
    boxes = bytearray(film[begins:]).replace(b"vide", b"pict")
    at = boxes.index(b"stco")
    for entry in range(int.from_bytes(boxes[at + 8 : at + 12], "big")):
        place = slice(at + 12 + 4 * entry, at + 16 + 4 * entry)
        boxes[place] = (int.from_bytes(boxes[place], "big") + len(still) - begins).to_bytes(4, "big")
    return still + bytes(boxes)


@pytest.mark.parametrize("has_still", [True, False])
def test_a_sequence_of_heic_is_looked_at_with_and_without_a_still_picture(decoder: Decoder, has_still: bool) -> None:
    alone = (24).to_bytes(4, "big") + b"ftyphevc" + bytes(4) + b"msf1hevc"

    video, frames = looked_at(decoder, heic_sequence(picture_file("HEIF") if has_still else alone))

    assert (len(frames), video.unseen, video.codec) == (8, (), "hevc")
