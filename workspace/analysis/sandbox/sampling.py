"""Which frames of a video to look at, and where its scenes change: pure arithmetic on times and pixels.

Loaded into the fork server; must not touch a decoder.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
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


@dataclass
class Timeline:
    """Times of a stream in seconds from its first packet, from reading all packets without decoding any."""

    keys: list[tuple[int, float]] = field(default_factory=list)
    """(ordinal of the packet, time) of each key frame."""
    packets: int = 0
    first_s: float = math.inf
    last_s: float = -math.inf
    unseen: set[str] = field(default_factory=set)
    """What reading the packets already shows to be out of reach (`limits.UNSEEN`)."""

    @property
    def duration_s(self) -> float:
        """From the first picture to the end of the last."""
        return min(max(0.0, self.last_s - self.first_s), 1e6) if self.packets else 0.0


class Plan(NamedTuple):
    """How to sample: the ordinals of the key frames to decode, or None for a linear decode."""

    every_s: float
    keys: frozenset[int] | None


def plan_samples(timeline: Timeline) -> Plan:
    """Choose the distance of samples and, where key frames lie close enough, the key frames to decode."""
    duration_s = timeline.duration_s
    every_s = SHORT_SAMPLE_EVERY_S if duration_s <= SHORT_CLIP_S else SAMPLE_EVERY_S
    every_s = max(every_s, duration_s / (limits.MAX_FRAMES - 1))
    times = sorted(at - timeline.first_s for _, at in timeline.keys)
    gaps = [later - earlier for earlier, later in pairwise([0.0, *times, duration_s])]
    if not times or max(gaps) > MAX_KEY_GAPS * every_s:
        return Plan(every_s, None)
    ordinals = np.array([ordinal for ordinal, _ in timeline.keys])
    offsets = np.array([at - timeline.first_s for _, at in timeline.keys])
    wanted = np.arange(0, duration_s + every_s, every_s)[: limits.MAX_FRAMES]
    nearest = np.abs(offsets[:, None] - wanted[None, :]).argmin(axis=0) if len(wanted) else np.array([0])
    chosen = frozenset(int(ordinal) for ordinal in ordinals[np.unique(nearest)])
    return Plan(max(every_s, duration_s / len(chosen)), chosen)


def colour_histogram(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Share of each of 8 x 8 x 8 colours among every fourth pixel of every fourth row."""
    bins = (pixels[::4, ::4] >> 5).astype(np.uint16)
    joint = (bins[..., 0] << 6) | (bins[..., 1] << 3) | bins[..., 2]
    counts = np.bincount(joint.ravel(), minlength=512)
    return counts / max(int(counts.sum()), 1)


def colour_distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Share of the picture whose colours changed, 0 to 1: half the sum of absolute differences (total variation)."""
    return float(np.abs(one - other).sum()) / 2
