"""Says which videos are copies of one another, by the hashes of their frames: vPDQ's rule.

vPDQ (ThreatExchange, vpdq/README.md; its constants stand in python-threatexchange, extensions/vpdq/vpdq_util.py): of
one video the share of frames is counted that match a frame of the other in at most 31 of 256 bits, frames of a quality
below 50 left out; where 80 % do, it matches, whatever the share of the other. So a part that was cut out of a video
is found, and the video that it was cut out of.

Beyond the rule, because black frames, one colour and titles must not make a copy:

- frames of too little detail are not kept at all (that is the rule's quality);
- one scene that is found in another video is no part that was cut out of it: there both shares must reach 80 %;
- the share is counted twice, over frames and over scenes (frames of one video that match each other are one), and the
  lower one counts: a title that stands for eight of ten seconds is one scene of two;
- frames that several videos hold that are no copies of each other belong to none of them. They are left out; where
  nothing else is left on a side, all frames of both must agree.

Pure. Must not decide what a copy means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from workspace.analysis.near_duplicates import HASH_BYTES, MATCH_DISTANCE, Hashes

MATCH_PERCENT: Final = 80  # VPDQ_QUERY_MATCH_THRESHOLD_PERCENT; that of the other side is 0 there
LEAST_SCENES: Final = 2
"""Of a part that was cut out: one scene in common may be a title."""
OF_MANY: Final = 3
"""Frames that so many other videos hold, none of them a copy of another, are nobody's: a title, a leader, a logo."""
FAR: Final = 8 * HASH_BYTES
MOST_ASKED: Final = 60
"""How many of the videos that hold a frame are asked whether they are copies of each other."""

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Video = TypeVar("Video")


@dataclass(frozen=True)
class Matched:
    """What two videos have in common: which frames of each match one of the other, the scenes of each (a number a
    frame), and the bits in which the frames of the one differ from their nearest."""

    own: Bools
    other: Bools
    own_scenes: Numbers
    other_scenes: Numbers
    bits: Numbers


@dataclass(frozen=True)
class Likeness:
    """Two videos are copies. percent: of the frames of that one whose frames match more; bits: the middle one of those
    in which matching frames differ."""

    percent: int
    bits: int


def scenes(frames: Hashes) -> Numbers:
    """Number the scenes of a video: a frame belongs to the first one whose first frame it matches. frames: (N, 32), in
    their order. Returns (N,)."""
    words, firsts = np.ascontiguousarray(frames).view(np.uint64), list[int]()
    numbers = np.empty(len(words), np.int64)
    for place, own in enumerate(words):
        apart = np.bitwise_count(words[firsts] ^ own).sum(axis=1)
        alike = np.flatnonzero(apart <= MATCH_DISTANCE)
        numbers[place] = alike[0] if len(alike) else len(firsts)
        if not len(alike):
            firsts.append(place)
    return numbers


def matched(own: Hashes, other: Hashes, own_scenes: Numbers, other_scenes: Numbers) -> Matched:
    """Compare all frames of two videos, (N, 32) and (M, 32), with the scenes of each."""
    one, two = (np.ascontiguousarray(each).view(np.uint64) for each in (own, other))
    apart = np.zeros((len(one), len(two)), np.int64)
    for word in range(one.shape[1]):
        apart += np.bitwise_count(one[:, word, None] ^ two[None, :, word])
    nearest, nearest_other = apart.min(axis=1, initial=FAR), apart.min(axis=0, initial=FAR)
    hit = nearest <= MATCH_DISTANCE
    return Matched(hit, nearest_other <= MATCH_DISTANCE, own_scenes, other_scenes, nearest[hit])


def likeness(pair: Matched, *, common: Bools | None = None, common_other: Bools | None = None) -> Likeness | None:
    """Whether two videos are copies by the rule. common, common_other: their frames that many videos hold."""
    own = np.ones(len(pair.own), np.bool_) if common is None else ~common
    other = np.ones(len(pair.other), np.bool_) if common_other is None else ~common_other
    is_nobodys = not own.any() or not other.any()
    if is_nobodys:
        own, other = np.ones_like(own), np.ones_like(other)
    shares = [_share(pair.own, pair.own_scenes, own), _share(pair.other, pair.other_scenes, other)]
    parts = [percent for percent, in_common in shares if in_common >= LEAST_SCENES and not is_nobodys]
    best = max([*parts, min(percent for percent, _ in shares)])
    return Likeness(int(best), int(np.median(pair.bits))) if best >= MATCH_PERCENT else None


def _share(hit: Bools, scene: Numbers, counted: Bools) -> tuple[float, int]:
    """The lower of the two shares, of frames and of scenes of which a frame matches, in percent; and how many such
    scenes there are."""
    if not counted.any():
        return 0.0, 0
    in_common = len(np.unique(scene[counted & hit]))
    return 100 * min(float(hit[counted].mean()), in_common / len(np.unique(scene[counted]))), in_common


def frames_of_many(
    holders: Sequence[Sequence[Video]], are_copies: Callable[[Video, Video], bool], of_many: int = OF_MANY
) -> Bools:
    """Which frames of a video so many others hold that are no copies of each other. holders: for each frame the other
    videos that hold it. Returns (N,)."""
    known: dict[tuple[Video, ...], bool] = {}
    asked: dict[tuple[Video, Video], bool] = {}

    def are_alike(one: Video, other: Video) -> bool:
        if (one, other) not in asked:
            asked[one, other] = are_copies(one, other)
        return asked[one, other]

    found = np.zeros(len(holders), np.bool_)
    for place, videos in enumerate(holders):
        some = tuple(videos[:MOST_ASKED])
        if some not in known:
            known[some] = _are_many((), some, are_alike, of_many)
        found[place] = known[some]
    return found


def _are_many(
    unlike: tuple[Video, ...], rest: tuple[Video, ...], are_alike: Callable[[Video, Video], bool], of_many: int
) -> bool:
    """Whether so many of these are no copies of each other, in whichever order they came: one that is a part of all (a
    title alone) is passed over, not taken for all."""
    if len(unlike) >= of_many:
        return True
    return any(
        not any(are_alike(each, video) for each in unlike)
        and _are_many((*unlike, video), rest[place + 1 :], are_alike, of_many)
        for place, video in enumerate(rest)
    )
