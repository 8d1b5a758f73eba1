"""The trusted side of playing: checked pieces of sound and pictures, batch by batch, out of the shared memory."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.answers import (
    Answer,
    Pixels,
    PlayAnswer,
    StillAnswer,
    read_pixels,
    read_planes,
    read_samples,
)
from workspace.analysis.sandbox.limits import refusal


class PlayedFrame(NamedTuple):
    """One picture: at_ms: when it is shown, each later than the one before; stamp: its time stamp in the file; planes:
    (H * 3 / 2, W) uint8, YUV 4:2:0, upright."""

    at_ms: int
    stamp: int | None
    planes: Pixels


class PlayedSound(NamedTuple):
    """Sound of one channel, (N,) int16, that begins at at_s."""

    at_s: float
    rate: int
    samples: NDArray[np.int16]


@dataclass
class PlayedVideo:
    """A video being played. `pieces` gives first all of its sound, then every picture in order, once.

    width, height: of its pictures, even; of: how many pictures the file announces; unit: of stamps, in seconds, as a
    fraction; unseen: what was not read, some of `limits.UNSEEN`, known after the last piece. Iterating raises Refused
    if the rest cannot be read.
    """

    width: int
    height: int
    duration_s: float
    of: int
    unit: tuple[int, int]
    pieces: Iterator[PlayedFrame | PlayedSound]
    unseen: tuple[str, ...] = limits.UNSEEN


class StillFrame(NamedTuple):
    """One picture of a video in full: pixels (H, W, 3) uint8, RGB, upright; width and height: of the original;
    scenes_ms: moments at which the video's coder saw the scene change, some of them."""

    at_ms: int
    stamp: int | None
    pixels: Pixels
    width: int
    height: int
    scenes_ms: tuple[int, ...] = ()


def played(first: Answer, shared: mmap.mmap, further: Callable[[], Answer]) -> PlayedVideo:
    """A video out of the first answer of a child. further: asks for the next. Raises Refused `crashed` if the child
    answers what no sane one does."""
    if not isinstance(first, PlayAnswer):
        raise refusal("crashed")
    video = PlayedVideo(first.width, first.height, first.duration_s, first.of, first.unit, iter(()))

    def pieces() -> Iterator[PlayedFrame | PlayedSound]:
        answer, before, count = first, -1, 0
        while True:
            held = _pieces(answer, shared, video)
            for piece in held:
                if isinstance(piece, PlayedFrame):
                    count += 1
                    if piece.at_ms <= before or count > limits.MAX_PLAY_FRAMES:
                        raise refusal("crashed")
                    before = piece.at_ms
                yield piece
            if answer.last:
                video.unseen = tuple(answer.unseen)
                return
            following = further()
            if not isinstance(following, PlayAnswer) or not (following.frames or following.sound or following.last):
                raise refusal("crashed")
            answer = following

    video.pieces = pieces()
    return video


def _pieces(answer: PlayAnswer, shared: mmap.mmap, video: PlayedVideo) -> list[PlayedFrame | PlayedSound]:
    """All of one answer, copied before the child may go on."""
    if answer.sound is not None:
        sound = answer.sound
        return [PlayedSound(sound.at_s, sound.rate, read_samples(shared, count=sound.samples))]
    size = video.width * video.height * 3 // 2
    return [
        PlayedFrame(
            frame.at_ms,
            frame.stamp,
            read_planes(shared, offset=at * size, width=video.width, height=video.height),
        )
        for at, frame in enumerate(answer.frames)
    ]


def still(answer: Answer, shared: mmap.mmap) -> StillFrame:
    """The one picture of an answer. Raises Refused `crashed`."""
    if not isinstance(answer, StillAnswer):
        raise refusal("crashed")
    pixels = read_pixels(shared, offset=0, width=answer.pixels_width, height=answer.pixels_height)
    return StillFrame(answer.at_ms, answer.stamp, pixels, answer.width, answer.height, tuple(answer.scenes_ms))
