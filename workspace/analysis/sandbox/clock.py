"""One running clock for the packets of a video, whatever its time stamps say: pure arithmetic on times.

Stamps can be wild: joined streams begin again at nothing, one packet stands hours off, all stand at one moment. A video
is looked at along what is in it; where its stamps agree with each other they are kept as they are.
Loaded into the fork server; must not touch a decoder.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]

LONGEST_PAUSE_S = 600.0
"""A step forward by more than this, and by more than `PAUSE_STEPS` usual ones, is a wild stamp and no pause: cameras
that record on movement, and screens that stand still, pause for less."""
PAUSE_STEPS = 100
REORDERED = 16
"""Packets that may be shown before one that is decoded earlier: the references of H.264 and HEVC."""
LONGEST_REORDERING_S = 10.0
"""A picture stamped further than this (and than 2 x `REORDERED` steps) from the time of its decoding is stamped
wildly."""
LEAST_S = 1e-9
"""What lies nearer to nothing is nothing: no container counts in less than a nanosecond."""
RATE = 25.0
"""Pictures per second where nothing says how many there are."""
USUAL_STEPS_S = (1 / 2000, 10.0)
"""Nothing that is shown has pictures nearer to each other; where they lie further apart than the second, the unit may be
wrong in which the file counts."""
WRONG_UNIT = 10
"""By less than so many times a file that was cut, or whose end is hidden, differs from what it says."""


class Clock(NamedTuple):
    """times: (N,) seconds from the first picture, one per packet in order of decoding; duration_s: to the end of the
    last picture; step_s: the usual distance of two pictures; stated_s: from the first to the last as the stamps say."""

    times: Times
    duration_s: float
    step_s: float
    stated_s: float


def running_clock(shown: Times, decoded: Times, lengths: Times, rate: float = 0.0, promised_s: float = 0.0) -> Clock:
    """Put packets on one clock. All are in seconds, (N,), in order of decoding.

    shown, decoded: when a packet says it is to be shown and decoded, NaN where it does not say; lengths: how long it
    says it lasts, 0 if unknown; rate: pictures per second that the file states, 0 if it states none; promised_s: how
    long the file says that it plays, in another unit than that of its packets, 0 if it does not say.
    """
    if not len(shown):
        return Clock(np.zeros(0), 0.0, 0.0, 0.0)
    shown, decoded = (np.where(np.abs(each) < LEAST_S, 0.0, each) for each in (shown, decoded))
    known = _filled(np.where(np.isnan(shown), decoded, shown))
    in_order = not np.isnan(decoded).any()
    order = decoded if in_order else known
    distinct = np.unique(order)
    step_s = float(np.median(np.diff(distinct))) if len(distinct) > 1 else 0.0
    stretch = _stretch(step_s, float(distinct[-1] - distinct[0]), promised_s)
    if stretch != 1:
        return running_clock(shown * stretch, decoded * stretch, lengths * stretch, rate)
    is_still = len(distinct) * 4 < len(order) or (len(distinct) > 1 and step_s < USUAL_STEPS_S[0])
    if is_still or np.isnan(order).any():
        # They stand still, or nothing is stamped: only the order is left.
        step_s = 1 / (rate if 0.1 <= rate <= 1000 else RATE)
        times: Times = np.arange(len(order), dtype=np.float64) * step_s
        return Clock(times, float(times[-1] + step_s), step_s, 0.0)
    longest_s = max(LONGEST_PAUSE_S, PAUSE_STEPS * step_s)
    stated_s = float(known.max() - known.min())
    wild = np.abs(known - order) > max(LONGEST_REORDERING_S, 2 * REORDERED * step_s)
    known = np.where(wild, order, known)
    steps = np.diff(order)
    broken = (steps < (0 if in_order else -REORDERED * step_s)) | (steps > longest_s)
    times = known + np.concatenate([[0.0], np.cumsum(np.where(broken, step_s - steps, 0.0))])
    times = times - times.min()
    last = int(times.argmax())
    length_s = float(lengths[last]) if 0 < lengths[last] <= longest_s or len(times) == 1 else step_s
    return Clock(times, float(times[last] + max(0.0, length_s)), step_s, stated_s)


def _stretch(step_s: float, stated_s: float, promised_s: float) -> float:
    """By how much times are multiplied whose unit is wrong, so that they last as long as the file says; 1 where their
    steps are usual ones, or would not become so."""
    least_s, most_s = USUAL_STEPS_S
    if least_s <= step_s <= most_s or not step_s or not promised_s:
        return 1.0
    stretch = promised_s / (stated_s + step_s)
    is_usual = least_s <= step_s * stretch <= most_s
    return 1.0 if 1 / WRONG_UNIT < stretch < WRONG_UNIT or not is_usual else stretch


def _filled(times: Times) -> Times:
    """Give a packet without a time that of the one before; those at the beginning that of the first after them."""
    known = np.flatnonzero(~np.isnan(times))
    if not len(known):
        return times
    return np.asarray(times[known[np.maximum(np.searchsorted(known, np.arange(len(times)), "right") - 1, 0)]])
