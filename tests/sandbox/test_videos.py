"""Videos come out of the sandbox as few, upright frames that cover them to their end, in bounded memory."""

from __future__ import annotations

import io
import os
import struct

import numpy as np
import pytest

from tests.support.sandbox_material import (
    VIDEO_FORMATS,
    decode_picture,
    decode_video,
    descriptor_of,
    photograph,
    picture_file,
    png_of_zeros,
    video_file,
)
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.decode_video import read_video
from workspace.analysis.sandbox.sampling import (
    CUT_DISTANCE,
    Timeline,
    colour_distance,
    colour_histogram,
    plan_samples,
)

ASTRONAUT, COFFEE, CAT = "skimage/data/astronaut.png", "skimage/data/coffee.png", "skimage/data/chelsea.png"


@pytest.mark.parametrize(("made", "expected"), VIDEO_FORMATS.items())
def test_every_format_is_read(decoder: Decoder, made: tuple[str, str], expected: tuple[str, str]) -> None:
    video, frames = decode_video(decoder, video_file(*made, frames=40, rate=10))

    assert (video.media_type, video.codec) == expected
    assert (video.width, video.height) == (96, 64)
    assert video.duration_s == pytest.approx(4, abs=0.35)
    assert video.complete
    assert all(pixels.shape == (64, 96, 3) and pixels.dtype == np.uint8 for _, pixels in frames)
    times = [time_s for time_s, _ in frames]
    assert times == sorted(times)
    assert max(np.diff([0, *times, video.duration_s])) <= 1.3
    first = photograph().crop((0, 0, 256, 256)).resize((96, 64))
    assert np.abs(frames[0][1].astype(int) - np.asarray(first)).mean() < 20


def test_a_long_group_is_decoded_in_order_one_sample_a_second(decoder: Decoder) -> None:
    _, frames = decode_video(decoder, video_file(frames=400, rate=20, group=1000, sc_threshold="0"))

    assert [round(time_s) for time_s, _ in frames] == list(range(20))


@pytest.mark.parametrize("codec", ["libx264", "libx265", "libvpx"])
def test_a_short_clip_gives_two_samples_a_second(decoder: Decoder, codec: str) -> None:
    container = "webm" if codec == "libvpx" else "mp4"
    video, frames = decode_video(decoder, video_file(codec, container, frames=100, rate=20, group=1000))

    assert video.sampled_every_s == 0.5
    assert len(frames) == 10


def test_a_change_of_scene_is_a_cut_and_a_pan_is_none(decoder: Decoder) -> None:
    video, frames = decode_video(decoder, video_file(frames=90, rate=10, group=5, scenes=(ASTRONAUT, COFFEE, CAT)))

    assert len(frames) == 18
    assert video.cuts == pytest.approx([3.0, 6.0], abs=0.3)


def test_pans_and_zooms_stay_far_below_a_cut_and_other_pictures_above() -> None:
    def view(name: str, *box: int) -> np.ndarray:
        return colour_histogram(np.asarray(photograph(name).crop(box).resize((320, 240))))

    names = (ASTRONAUT, COFFEE, CAT)
    moved = [colour_distance(view(name, 0, 0, 280, 280), view(name, 20, 10, 290, 290)) for name in names]
    changed = [
        colour_distance(view(a, 0, 0, 280, 280), view(b, 0, 0, 280, 280)) for a in names for b in names if a != b
    ]

    assert max(moved) < 0.3 < CUT_DISTANCE < 0.6 < min(changed)


def test_frames_are_at_most_1280_pixels_long(decoder: Decoder) -> None:
    video, frames = decode_video(decoder, video_file(frames=4, size=(1920, 1080), preset="ultrafast"))

    assert (video.width, video.height) == (1920, 1080)
    assert frames[0][1].shape == (720, 1280, 3)


def test_more_frames_than_one_batch_holds_arrive_in_order(decoder: Decoder) -> None:
    # 14 frames of 1280 x 720 need two batches of the shared memory; 100 small ones need two headers.
    large = decode_video(decoder, video_file(frames=14, rate=2, group=1, size=(1280, 720), preset="ultrafast"))[1]
    small = decode_video(decoder, video_file(frames=100, rate=1, group=1, size=(64, 48)))[1]

    assert [time_s for time_s, _ in large] == [number / 2 for number in range(14)]
    assert [time_s for time_s, _ in small] == list(range(100))
    assert not np.array_equal(large[0][1], large[-1][1])


def test_a_long_video_is_sampled_to_its_end_within_the_limit_of_frames(decoder: Decoder) -> None:
    video, frames = decode_video(decoder, video_file(frames=1500, rate=1, group=2, size=(64, 48), preset="ultrafast"))

    assert 400 < len(frames) <= 600
    assert frames[-1][0] > 1490
    assert video.sampled_every_s == pytest.approx(2.5, abs=0.2)
    assert video.unseen == ("moments",)


@pytest.mark.parametrize("share", [0.6, 0.8, 0.97])
@pytest.mark.parametrize("container", ["matroska", "avi", "mp4"])
def test_a_short_video_that_breaks_off_is_seen_in_part(decoder: Decoder, container: str, share: float) -> None:
    codec = "mpeg4" if container == "avi" else "libx264"
    whole = video_file(codec, container, frames=20, rate=10, group=5, faststart=container == "mp4")

    video, frames = decode_video(decoder, whole[: int(len(whole) * share)])
    complete, _ = decode_video(decoder, whole)

    assert frames
    assert "end" in video.unseen
    assert complete.unseen == ()


def test_a_video_recorded_sideways_is_brought_upright(decoder: Decoder) -> None:
    whole = bytearray(video_file(size=(96, 64)))
    identity = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 64 << 16, 0, 1 << 30)  # clockwise, as phones write it
    at = whole.index(identity, whole.index(b"tkhd"))
    whole[at : at + 36] = quarter

    turned, frames = decode_video(decoder, bytes(whole))
    plain = decode_video(decoder, video_file(size=(96, 64)))[1]

    assert (turned.width, turned.height) == (64, 96)
    # The codec's own threads may round a pixel otherwise from one run to the next.
    assert np.abs(frames[0][1].astype(int) - np.rot90(plain[0][1], -1)).max() <= 24


def test_a_video_cut_short_gives_what_is_left_and_says_so(decoder: Decoder) -> None:
    whole = video_file(frames=80, rate=10, group=5, faststart=True)

    video, frames = decode_video(decoder, whole[: len(whole) * 2 // 3])

    assert 3 <= len(frames) < 16
    assert not video.complete


def test_damage_inside_a_video_costs_only_what_it_hit(decoder: Decoder) -> None:
    whole = bytearray(video_file("libx264", "mpegts", frames=80, rate=10, group=5))
    whole[len(whole) // 2 : len(whole) // 2 + 1000] = bytes(1000)

    _, frames = decode_video(decoder, bytes(whole))

    assert frames[0][0] < 1
    assert frames[-1][0] > 6


def test_a_video_may_be_left_before_its_end(decoder: Decoder) -> None:
    whole = video_file(frames=100, rate=1, group=1, size=(64, 48))
    with descriptor_of(whole) as descriptor:
        video = decoder.video(descriptor)
        next(video.frames)

        picture = decode_picture(decoder, picture_file("JPEG"))

        assert picture.width == 320
        with pytest.raises(RuntimeError, match="another file"):
            next(video.frames)
    assert decode_video(decoder, whole)[0].complete


def test_nothing_of_the_last_file_is_left_for_the_next(decoder: Decoder) -> None:
    decode_picture(decoder, picture_file("PNG", size=(1000, 1000)))
    decoder._map[-5:] = b"spill"  # a child may have written beyond its picture

    decode_picture(decoder, png_of_zeros(8, 8))

    assert set(decoder._map[1 << 16 :]) == {0}


def test_the_frame_limit_stretches_the_distance_of_samples() -> None:
    hour = Timeline(np.arange(108_000) / 30, np.arange(0, 108_000, 30), 3600)

    plan = plan_samples(hour)

    assert plan.keys is not None
    assert 590 <= len(plan.keys) <= 600
    assert plan.every_s == pytest.approx(6, abs=0.1)


def test_key_frames_far_apart_mean_a_linear_decode() -> None:
    assert plan_samples(Timeline(np.arange(9_000) / 30, np.arange(0, 9_000, 150), 300)).keys is None
    assert plan_samples(Timeline(np.zeros(0), np.zeros(0, np.int64), 0)).keys is None


def test_pauses_cost_no_samples() -> None:
    pauses = np.repeat(np.arange(50) * 500.0, 10) + np.tile(np.arange(10) / 2, 50)

    assert plan_samples(Timeline(pauses, np.arange(len(pauses)), float(pauses[-1]))).every_s == 1


class Watch:
    """A clock that advances by a fixed time at each look, as if decoding were slow."""

    def __init__(self, step_s: float) -> None:
        self.now_s, self.step_s = 0.0, step_s

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


def sampled(content: bytes, step_s: float) -> tuple[list[float], set[str]]:
    video = read_video(io.BytesIO(content), "video/mp4", Watch(step_s))
    return [sample.time_s for sample in video.frames], video.unseen


def test_a_slow_linear_decode_goes_on_with_key_frames_to_the_end() -> None:
    content = video_file(frames=600, rate=10, group=50, size=(64, 48), sc_threshold="0")
    unhurried, _ = sampled(content, 0)

    times, unseen = sampled(content, 0.0085)

    assert len(unhurried) == 60
    assert 15 < len(times) < 50
    assert times[-1] >= 55
    assert unseen == {"moments"}


def test_slow_key_frames_are_thinned_out_but_reach_the_end() -> None:
    content = video_file(frames=300, rate=1, group=1, size=(64, 48))

    times, unseen = sampled(content, 0.02)

    assert 60 < len(times) < 200
    assert times[-1] > 290
    assert not unseen  # no two are more than 2 s apart


def test_a_video_far_too_slow_is_cut_short_and_says_so() -> None:
    content = video_file(frames=600, rate=10, group=1000, size=(64, 48), sc_threshold="0")

    times, unseen = sampled(content, 0.012)

    assert 0 < times[-1] < 50
    assert unseen == {"end"}


def test_making_material_leaves_this_process_at_its_own_priority() -> None:
    before = os.sched_getscheduler(0)

    video_file("libsvtav1", "mp4")

    assert os.sched_getscheduler(0) == before
