"""Which frames of a video to look at, and where its scenes change: pure arithmetic on times and pixels.

Loaded into the fork server; must not touch a decoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workspace.analysis.sandbox import limits

SAMPLE_EVERY_S = 1.0
SHORT_CLIP_S = 15.0
SHORT_SAMPLE_EVERY_S = 0.5
MAX_KEY_GAPS = 2.0
"""Key frames are enough if no gap is longer than two samples: 2 s at the usual rate."""

CUT_DISTANCE = 0.5
"""Share of the colour histogram that changes at a cut. Measured with tests/sandbox on the wheels' photographs: pans and
zooms over one picture stay under 0.3, two different pictures are above 0.6."""


EARLY = 0.75
"""Of the longest distance of two key frames: one that follows nearer than this was put there for what it shows."""

SEEN_WITHIN_S = 1.25
"""A picture further than this from every sample was not looked at: the usual gaps of key frames, 2 s, leave 1 s."""


class Timeline(NamedTuple):
    """The pictures of one video track, from reading all packets without decoding any.

    times: (N,) seconds from the first picture, one per packet in order of decoding; keys: ordinals of the packets that
    can be decoded alone; step_s: the usual distance of two pictures; stated_s: how long the file's own stamps say it
    is; whole: all packets were read; unit_s: in which the packets are stamped anew, 0 if in the track's own.
    """

    times: NDArray[np.float64]
    keys: NDArray[np.int64]
    duration_s: float
    step_s: float = 0.04
    stated_s: float = 0.0
    whole: bool = True
    unit_s: float = 0.0


class Plan(NamedTuple):
    """How to sample: the ordinals of the key frames to decode, or None for a linear decode."""

    every_s: float
    keys: frozenset[int] | None


def plan_samples(timeline: Timeline, *, most: int = limits.MAX_FRAMES) -> Plan:
    """Choose the distance of samples and, where key frames lie close enough, the key frames to decode. At most `most`
    samples: pauses without a picture cost none. A few pictures are looked at all, as those of any file."""
    duration_s = timeline.duration_s
    steps = np.diff(np.unique(timeline.times))
    if 0 < len(steps) < min(limits.MAX_PARTS, most):
        return Plan(0.9 * float(steps.min()), None)
    every_s = SHORT_SAMPLE_EVERY_S if duration_s <= SHORT_CLIP_S else SAMPLE_EVERY_S
    while (asked := len(np.unique(np.floor(timeline.times / every_s + 1e-6)))) > most:
        every_s *= max(asked / most, 1.001)
    at = np.sort(timeline.times[timeline.keys])
    gaps = np.diff(np.concatenate([[0.0], at, [duration_s]]))
    if not len(at) or float(gaps.max()) > MAX_KEY_GAPS * every_s:
        return Plan(every_s, None)
    wanted = np.arange(0, duration_s + every_s, every_s)[:most]
    by_time = timeline.keys[np.argsort(timeline.times[timeline.keys], kind="stable")]
    chosen = frozenset(int(ordinal) for ordinal in by_time[np.unique(_nearest(at, wanted))])
    return Plan(max(every_s, duration_s / len(chosen)), chosen)


def early_keys(timeline: Timeline) -> tuple[int, ...]:
    """When key frames come earlier than the coder's usual distance asks for, in milliseconds: there it saw the scene
    change, also for a moment between two samples. At most `limits.MAX_SCENES`, spread evenly."""
    at = np.sort(timeline.times[timeline.keys])
    if len(at) < 2:
        return ()
    usual_s = float(np.diff(np.append(at, timeline.duration_s)).max())
    early = at[1:][np.diff(at) < EARLY * usual_s]
    if len(early) > limits.MAX_SCENES:
        early = early[np.linspace(0, len(early) - 1, limits.MAX_SCENES).astype(int)]
    return tuple(int(each) for each in np.round(early * 1000) if each >= 0)


def unseen_of(times: NDArray[np.float64], seen: Sequence[float]) -> set[str]:
    """Say which parts of a track no sample stands for (`limits.UNSEEN`). times: of all its pictures, seen: of the
    samples, both in seconds."""
    if not len(seen):
        return {"end"}
    samples = np.sort(np.asarray(seen))
    far = times[np.abs(times - samples[_nearest(samples, times)]) > SEEN_WITHIN_S]
    return {"end" if at > samples[-1] else "moments" for at in far}


def _nearest(ordered: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each wanted time the position of the nearest of some times in order."""
    after = np.searchsorted(ordered, wanted).clip(0, len(ordered) - 1)
    before = (after - 1).clip(0)
    return np.where(np.abs(ordered[before] - wanted) <= np.abs(ordered[after] - wanted), before, after)


def colour_histogram(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Share of each of 8 x 8 x 8 colours among every fourth pixel of every fourth row."""
    bins = (pixels[::4, ::4] >> 5).astype(np.uint16)
    joint = (bins[..., 0] << 6) | (bins[..., 1] << 3) | bins[..., 2]
    counts = np.bincount(joint.ravel(), minlength=512)
    return counts / max(int(counts.sum()), 1)


def colour_distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Share of the picture whose colours changed, 0 to 1: half the sum of absolute differences (total variation)."""
    return float(np.abs(one - other).sum()) / 2
