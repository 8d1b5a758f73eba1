"""How briefly something may be shown in a video and still be looked at for sure: docs/intake.md, «What is shown
briefly»."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest

from tests.support.sandbox_material import decode_video, descriptor_of, photograph
from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.client import Decoder
from workspace.analysis.sandbox.sampling import MAX_KEY_GAPS, Timeline, early_keys, plan_samples

RATE = 25
CALM, FLASH = (photograph(name).resize((96, 64)) for name in ("skimage/data/coffee.png", "skimage/data/astronaut.png"))


def with_flash(seconds: float, *, at_s: float, lasts_s: float, group: int) -> bytes:
    """A video that shows another picture for a moment, and is coded without looking where scenes change."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        options = {"sc_threshold": "0", "preset": "ultrafast", "g": str(group)}
        stream: Any = output.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = *CALM.size, "yuv420p"
        for number in range(round(seconds * RATE)):
            shown = FLASH if at_s <= number / RATE < at_s + lasts_s else CALM
            frame = av.VideoFrame.from_image(shown)
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def is_seen(decoder: Decoder, content: bytes) -> bool:
    flash, calm = (np.asarray(picture, np.float32) for picture in (FLASH, CALM))
    return any(
        np.abs(pixels - flash).mean() < np.abs(pixels - calm).mean() for _, pixels in decode_video(decoder, content)[1]
    )


@pytest.mark.parametrize("start", [0.02, 0.31, 0.54, 0.77, 0.98])
@pytest.mark.parametrize(
    ("seconds", "group", "lasts_s"),
    [(10, 250, 0.6), (10, 10, 1.1), (30, 500, 1.1), (30, 25, 1.1), (30, 50, 2.1)],
    ids=["a short clip", "of many key frames", "a longer one", "by key frames", "by few key frames"],
)
def test_what_is_shown_as_long_as_is_promised_is_looked_at_wherever_it_begins(
    decoder: Decoder, seconds: float, group: int, lasts_s: float, start: float
) -> None:
    assert is_seen(decoder, with_flash(seconds, at_s=4 + start, lasts_s=lasts_s, group=group))


def test_what_is_shown_between_two_samples_is_not_looked_at(decoder: Decoder) -> None:
    """The limit that docs/intake.md names. Whoever removes it, removes it there."""
    assert not is_seen(decoder, with_flash(30, at_s=4.2, lasts_s=0.6, group=500))


@pytest.mark.parametrize("minutes", [0.2, 5, 10, 20, 60, 240])
def test_samples_stand_as_close_as_is_promised(minutes: float) -> None:
    seconds = minutes * 60
    times = np.arange(0, seconds, 1 / RATE)
    for every_s in (0.5, 1.0, 2.0, 10.0):
        keys = np.flatnonzero(np.arange(len(times)) % round(every_s * RATE) == 0)
        plan = plan_samples(Timeline(times, keys, seconds))
        usual_s = 0.5 if seconds <= 15 else max(1.0, seconds / limits.MAX_FRAMES)
        if plan.keys is None:
            assert plan.every_s <= usual_s * 1.01
        else:
            gaps = np.diff(np.sort(times[sorted(plan.keys)]))
            assert float(gaps.max()) <= MAX_KEY_GAPS * usual_s


def test_a_key_frame_that_comes_early_says_that_the_scene_changed() -> None:
    def early(*keys_s: float, duration_s: float = 30) -> tuple[int, ...]:
        times = np.arange(0, duration_s, 1 / RATE)
        return early_keys(Timeline(times, np.array([round(each * RATE) for each in keys_s]), duration_s))

    assert early(0, 4.2, 14.2, 24.2) == (4200,)
    assert early(0, 4.2) == (4200,)
    assert early(*range(30)) == early(0, 10, 20) == early(0) == ()
    assert len(early(0, 100, *(100 + each / 5 for each in range(1, 400)), duration_s=200)) == limits.MAX_SCENES


def test_a_still_tells_where_the_coder_saw_the_scene_change(decoder: Decoder) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream: Any = output.add_stream("libx264", rate=RATE, options={"sc_threshold": "40", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *CALM.size, "yuv420p"
        stream.codec_context.gop_size = 250
        for number in range(20 * RATE):
            frame = av.VideoFrame.from_image(FLASH if 105 <= number < 120 else CALM)
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))

    with descriptor_of(file.getvalue()) as descriptor:
        assert 4200 in decoder.still(descriptor, 9_000).scenes_ms
    with descriptor_of(with_flash(10, at_s=4, lasts_s=1, group=25)) as descriptor:
        assert decoder.still(descriptor, 5_000).scenes_ms == ()
