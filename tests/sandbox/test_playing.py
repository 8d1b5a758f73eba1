"""A video is played picture by picture: the copies keep each one's time, whatever the rate, and a still is the very
one."""

from __future__ import annotations

import gc
import io
import os
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from tests.support.sandbox_material import descriptor_of, photograph, video_file
from workspace.analysis.proxies import VEIL_PX, chunks_of, encode_copies
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.decode_video import read_video
from workspace.analysis.sandbox.play_video import read_playable
from workspace.errors import Refused

WILD_STEPS = (1, 1, 5, 2, 30, 1, 1, 90, 3, 3, 3, 1)
"""Distances of pictures in units of 10 ms: a recorder that writes a picture when something moves."""


def uneven_video(*, turned: bool = False, sound: bool = True) -> bytes:
    """Sixty pictures at uneven times, each with its number as a bar, with B-frames, from a quarter second on; with
    sound."""
    file = io.BytesIO()
    with av.open(file, "w", format="mov" if turned else "mp4") as output:
        stream = output.add_stream("libx264", rate=100, options={"g": "12", "bf": "2", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 100)
        heard = output.add_stream("aac", rate=44100) if sound else None
        at = 25
        for number in range(60):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, 100)
            at += WILD_STEPS[number % len(WILD_STEPS)]
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if heard is not None:
            wave = (8000 * np.sin(np.arange(44100 * 2) * 2 * np.pi * 440 / 44100)).astype(np.int16)
            for start in range(0, len(wave), 1024):
                part = av.AudioFrame.from_ndarray(
                    wave[start : start + 1024].reshape(1, -1), format="s16", layout="mono"
                )
                part.sample_rate, part.pts = 44100, start
                output.mux(heard.encode(part))
            output.mux(heard.encode(None))
    return file.getvalue()


def numbered(number: int) -> np.ndarray:
    """A picture that says its number: six squares, dark or bright."""
    picture = np.full((180, 320, 3), 110, np.uint8)
    for bit in range(6):
        picture[40:140, 10 + 50 * bit : 50 + 50 * bit] = 250 if number >> bit & 1 else 10
    return picture


def number_in(picture: np.ndarray) -> int:
    height, width = picture.shape[:2]
    places = [(30 + 50 * bit) * width // 320 for bit in range(6)]
    return sum(int(picture[height // 2, place].mean() > 128) << bit for bit, place in enumerate(places))


def opened(content: bytes) -> Any:
    return av.open(io.BytesIO(content))


def shown(content: bytes) -> list[tuple[int, np.ndarray]]:
    with opened(content) as container:
        return [(round(frame.time * 1000), frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_the_copies_keep_each_picture_at_its_time_and_a_still_is_the_very_one(decoder: Decoder) -> None:
    content = uneven_video()
    with opened(content) as original:
        stamps = [frame.pts for frame in original.decode(video=0)]
        unit = original.streams.video[0].time_base

    with descriptor_of(content) as descriptor:
        with encode_copies(decoder.play(descriptor, 640)) as copies:
            clear, veiled = (b"".join(chunks_of(each)) for each in (copies.clear, copies.veiled))
        stills = {at: decoder.still(descriptor, copies.at_ms[at]) for at in (0, 11, 12, 37, 59)}

    assert copies.stamps == stamps
    assert Fraction(*copies.unit) == unit
    assert copies.at_ms == [round((stamp - stamps[0]) * unit * 1000) for stamp in stamps]
    assert (copies.width, copies.height, copies.unseen, copies.has_sound) == (320, 180, [], True)
    seen = shown(clear)
    assert [at for at, _ in seen] == copies.at_ms
    assert [number_in(picture) for _, picture in seen] == list(range(60))
    assert {at: (number_in(still.pixels), still.stamp) for at, still in stills.items()} == {
        at: (at, stamps[at]) for at in stills
    }
    assert stills[0].pixels.shape == (180, 320, 3)
    blurred = shown(veiled)
    assert [at for at, _ in blurred] == copies.at_ms
    assert max(blurred[0][1].shape[:2]) == VEIL_PX
    with opened(clear) as container:
        heard = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
        assert heard == pytest.approx(1.75, abs=0.05)  # what sounded before the first picture is left out
    with opened(veiled) as container:
        assert not container.streams.audio
        assert not container.metadata.get("title")


def test_a_larger_copy_is_never_larger_than_its_video_and_one_without_sound_has_none(decoder: Decoder) -> None:
    with (
        descriptor_of(video_file(size=(96, 64))) as descriptor,
        encode_copies(decoder.play(descriptor, 1280)) as copies,
    ):
        assert (copies.width, copies.height, copies.has_sound, len(copies.at_ms)) == (96, 64, False, 40)


@pytest.mark.parametrize(("container", "codec"), [("avi", "mpeg4"), ("mpegts", "mpeg2video"), ("matroska", "libx264")])
def test_containers_without_good_stamps_are_played_whole_too(decoder: Decoder, container: str, codec: str) -> None:
    content = video_file(codec, container, frames=40, rate=25, size=(160, 96))
    with descriptor_of(content) as descriptor:
        with encode_copies(decoder.play(descriptor, 640)) as copies:
            seen = shown(b"".join(chunks_of(copies.clear)))
        still = decoder.still(descriptor, copies.at_ms[27])

    assert len(seen) == len(copies.at_ms) == 40
    assert [at for at, _ in seen] == copies.at_ms
    assert still.stamp == copies.stamps[27]
    assert np.abs(still.pixels.astype(int) - seen[27][1]).mean() < 14


def test_what_cannot_be_played_says_why_and_leaves_nothing_open(decoder: Decoder) -> None:
    whole = video_file(frames=40)
    only_sound = io.BytesIO()
    with av.open(only_sound, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=44100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 44100
        output.mux(stream.encode(silence))
        output.mux(stream.encode(None))
    before = len(os.listdir("/proc/self/fd"))
    for content, reason in (
        (whole[: len(whole) // 2], "truncated"),
        (only_sound.getvalue(), "empty_video"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(200), "damaged"),
    ):
        with descriptor_of(content) as descriptor, pytest.raises(Refused) as refused:
            encode_copies(decoder.play(descriptor, 640))
        assert refused.value.facts["reason"] in (reason, "truncated", "damaged")
        assert len(os.listdir("/proc/self/fd")) == before
    with descriptor_of(whole) as descriptor, pytest.raises(Refused) as refused:
        decoder.still(descriptor, 60_000)
    assert refused.value.facts["reason"] == "empty_video"


def test_a_video_that_breaks_off_is_played_as_far_as_it_goes_and_says_so(decoder: Decoder) -> None:
    content = video_file("libx264", "matroska", frames=120, size=(160, 96))
    with (
        descriptor_of(content[: len(content) * 2 // 3]) as descriptor,
        encode_copies(decoder.play(descriptor, 640)) as copies,
    ):
        assert "end" in copies.unseen
        assert 20 < len(copies.at_ms) < 120


def test_a_video_that_lies_on_its_side_is_turned_upright(decoder: Decoder) -> None:
    picture = photograph().resize((160, 96))
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for _ in range(5):
            output.mux(stream.encode(av.VideoFrame.from_image(picture)))
        output.mux(stream.encode(None))
    content = bytearray(file.getvalue())
    at = content.index(b"tkhd") + 4 + 40  # the display matrix of the track's header (ISO/IEC 14496-12, 8.3.2)
    quarter = [0, 0x10000, 0, -0x10000, 0, 0, 96 << 16, 0, 0x40000000]
    content[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in quarter)
    with descriptor_of(bytes(content)) as descriptor:
        with encode_copies(decoder.play(descriptor, 640)) as copies:
            seen = shown(b"".join(chunks_of(copies.clear)))[0][1]
        still = decoder.still(descriptor, 0)

    upright = np.asarray(picture.rotate(-90, expand=True)).astype(int)
    assert (copies.width, copies.height) == (96, 160)
    assert np.abs(still.pixels - upright).mean() < 12
    assert np.abs(seen - upright).mean() < 16


@pytest.mark.parametrize("read", ["played", "sampled"])
def test_a_video_is_gone_through_a_few_pictures_at_a_time(read: str) -> None:
    """Of a picture of 4K ten megabytes lie in memory. Without a collector, as between two of its rounds."""
    file, most = io.BytesIO(uneven_video()), 0
    kind = "video/mp4"
    gc.collect()
    gc.disable()
    try:
        pieces = (
            read_playable(file, kind, 640, lambda: 0.0).pieces
            if read == "played"
            else read_video(file, kind, lambda: 0.0).frames
        )
        for _ in pieces:
            most = max(most, sum(isinstance(each, av.VideoFrame) for each in gc.get_objects()))
    finally:
        gc.enable()

    assert most < 10
