"""Encodes what the sandbox reads of a video into copies that browsers play: a clear one with sound, and a veiled one.

They are encoded anew from plain pixels and samples, so that nothing of the original file, and none of its metadata,
goes along. VP8 and Opus in WebM, which every browser plays and whose encoders the wheels bring. Must not read a file.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from workspace.analysis.derivatives import encode_derivative
from workspace.analysis.sandbox.played import PlayedFrame, PlayedSound, PlayedVideo
from workspace.errors import Refused

Pixels = NDArray[np.uint8]

VEIL_PX = 10
"""Longer side of the veiled copy, as of a veiled picture: an even number."""
MAX_COPY_BYTES = 512 << 20
"""Longest clear copy, which is held in memory; what comes behind is said to be unseen."""
SOUND_RATE, SOUND_BITS = 48_000, 40_000
MILLISECOND = Fraction(1, 1000)
STRIP_TILES = 60
"""Most pictures of a film strip."""
STRIP_QUALITY = 60


@dataclass(frozen=True)
class Strip:
    """Veiled pictures along a video side by side in one WebP, each width by height pixels; times_s: when each is
    shown; cuts_s: where the scene changes."""

    picture: bytes
    width: int
    height: int
    times_s: list[float]
    cuts_s: list[float]


class StripMaker:
    """Gathers the veiled pictures of a video's samples, in order, and keeps at most STRIP_TILES, evenly over time."""

    def __init__(self) -> None:
        self._tiles: list[tuple[float, Pixels]] = []

    def add(self, time_s: float, pixels: Pixels) -> None:
        """pixels: (H, W, 3) uint8, RGB; the size of the first is that of all tiles."""
        if self._tiles:
            height, width = self._tiles[0][1].shape[:2]
        else:
            scale = VEIL_PX / max(pixels.shape[:2])
            height, width = (max(2, round(side * scale)) for side in pixels.shape[:2])
        self._tiles.append(
            (time_s, np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8))
        )

    def strip(self, cuts_s: list[float]) -> Strip | None:
        """What was gathered; None if nothing was."""
        if not self._tiles:
            return None
        count = min(STRIP_TILES, len(self._tiles))
        wanted = np.linspace(self._tiles[0][0], self._tiles[-1][0], count)
        times = np.array([time_s for time_s, _ in self._tiles])
        chosen = sorted({int(np.abs(times - at).argmin()) for at in wanted})
        tiles = [self._tiles[at] for at in chosen]
        side_by_side = np.concatenate([pixels for _, pixels in tiles], axis=1)
        height, width = tiles[0][1].shape[:2]
        picture = encode_derivative(side_by_side, longest_side=side_by_side.shape[1], quality=STRIP_QUALITY)
        return Strip(picture, width, height, [time_s for time_s, _ in tiles], sorted(cuts_s))


@dataclass
class Copies:
    """The two copies of a video as memory files, for whoever closes them, and when each of their pictures is shown.

    at_ms: of each picture, in the copy and on the running clock of the original; stamps: what the original's own time
    stamp was, in its unit; unseen: what of the video is not in the copy.
    """

    clear: int
    veiled: int
    width: int
    height: int
    duration_s: float
    has_sound: bool
    at_ms: list[int]
    stamps: list[int | None]
    unit: tuple[int, int]
    unseen: list[str]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.clear)
        os.close(self.veiled)


def encode_copies(video: PlayedVideo, step: Callable[[int], None] = lambda _: None) -> Copies:
    """Encode a video that is being played into a clear and a veiled copy. step: told of each picture's number.

    Every picture becomes one picture of the copies, shown at the same millisecond, whatever the rate of the original.
    Raises Refused if the video cannot be read; what was read until then is thrown away.
    """
    clear, veiled = _memory_file(), _memory_file()
    copies = Copies(clear, veiled, video.width, video.height, video.duration_s, False, [], [], video.unit, [])
    try:
        with ExitStack() as open_files:
            scale = VEIL_PX / max(video.width, video.height)
            small = max(2, round(video.width * scale / 2) * 2), max(2, round(video.height * scale / 2) * 2)
            writer = _Writer(open_files, clear, (video.width, video.height))
            veil = _Writer(open_files, veiled, small)
            for piece in video.pieces:
                if isinstance(piece, PlayedSound):
                    writer.add_sound(piece)
                    continue
                if writer.size_bytes() > MAX_COPY_BYTES:
                    copies.unseen.append("end")
                    break
                copies.at_ms.append(piece.at_ms)
                copies.stamps.append(piece.stamp)
                writer.add_frame(piece)
                veil.add_frame(piece._replace(planes=_veiled(piece.planes, small)))
                step(len(copies.at_ms))
            if not copies.at_ms:
                raise Refused("The video holds no picture that can be shown.", reason="empty_video")
            copies.has_sound = writer.has_sound()
            if (writer.finish(), veil.finish()) != (len(copies.at_ms),) * 2:
                raise Refused("The decoder stopped on this file.", reason="crashed")
        copies.unseen = sorted({*copies.unseen, *video.unseen} if not copies.unseen else copies.unseen)
    except BaseException:
        os.close(clear)
        os.close(veiled)
        raise
    return copies


def chunks_of(descriptor: int) -> Iterator[bytes]:
    """The content of a memory file from its beginning."""
    at = 0
    while content := os.pread(descriptor, 1 << 18, at):
        yield content
        at += len(content)


def _memory_file() -> int:
    return os.memfd_create("copy", os.MFD_CLOEXEC)


class _Writer:
    """One WebM file that is being written. Sound comes first and is muxed between the pictures."""

    def __init__(self, open_files: ExitStack, descriptor: int, size: tuple[int, int]) -> None:
        self._descriptor = descriptor
        file = open_files.enter_context(os.fdopen(os.dup(descriptor), "w+b"))
        self._container = open_files.enter_context(
            av.open(file, "w", format="webm", options={"fflags": "+bitexact", "cluster_time_limit": "2000"})
        )
        # Below zero the speed is fixed (libvpx, VP8E_SET_CPUUSED); above, it is chosen by the processor's time, so that
        # pictures are worse on a busy machine. No picture is left out, added or hidden.
        self._video: Any = self._container.add_stream(
            "libvpx",
            rate=25,
            options={"deadline": "realtime", "cpu-used": "-12", "auto-alt-ref": "0", "lag-in-frames": "0", "crf": "20"},
        )
        self._video.width, self._video.height, self._video.pix_fmt = *size, "yuv420p"
        context = self._video.codec_context
        context.time_base, context.gop_size, context.thread_count = MILLISECOND, 30, 1
        context.bit_rate = max(64_000, size[0] * size[1] * 5)
        self._sound: Any = None
        self._resampler: Any = None
        self._offset = 0
        self._heard: deque[Any] = deque()
        self._written = 0

    def has_sound(self) -> bool:
        """Whether any came."""
        return self._sound is not None

    def size_bytes(self) -> int:
        """Bytes written so far."""
        return os.fstat(self._descriptor).st_size

    def add_sound(self, piece: PlayedSound) -> None:
        """Encode a piece of sound; its packets wait for their pictures."""
        if self._sound is None:
            self._sound = self._container.add_stream("libopus", rate=SOUND_RATE)
            self._sound.layout, self._sound.bit_rate = "mono", SOUND_BITS
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SOUND_RATE)
            self._offset = round(piece.at_s * piece.rate)
        frame = av.AudioFrame.from_ndarray(piece.samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = piece.rate, self._offset, Fraction(1, piece.rate)
        self._offset += len(piece.samples)
        for even in self._resampler.resample(frame):
            self._heard.extend(self._sound.encode(even))

    def add_frame(self, piece: PlayedFrame) -> None:
        """Encode one picture at its time."""
        self._flush_sound()
        frame = av.VideoFrame.from_ndarray(piece.planes, format="yuv420p")
        frame.pts, frame.time_base = piece.at_ms, MILLISECOND
        self._mux(self._video.encode(frame))
        while self._heard and self._heard[0].pts * self._heard[0].time_base * 1000 <= piece.at_ms:
            self._container.mux(self._heard.popleft())

    def _flush_sound(self) -> None:
        """The end of the sound, before the first picture."""
        if self._sound is not None and not self._written:
            for even in self._resampler.resample(None):
                self._heard.extend(self._sound.encode(even))
            self._heard.extend(self._sound.encode(None))

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            self._written += 1
            self._container.mux(packet)

    def finish(self) -> int:
        """Write the end and the places of the key frames; returns how many pictures were written."""
        self._mux(self._video.encode(None))
        while self._heard:
            self._container.mux(self._heard.popleft())
        return self._written


def _veiled(planes: Pixels, size: tuple[int, int]) -> Pixels:
    """The three planes of a picture shrunk by the mean of what becomes one pixel. size: width and height, even."""
    width, height = planes.shape[1], planes.shape[0] * 2 // 3
    flat, quarter = planes.ravel(), height * width // 4
    parts = (
        flat[: height * width].reshape(height, width),
        flat[height * width : height * width + quarter].reshape(height // 2, width // 2),
        flat[height * width + quarter :].reshape(height // 2, width // 2),
    )
    sizes = (size, (size[0] // 2, size[1] // 2), (size[0] // 2, size[1] // 2))
    small = [
        np.asarray(cv2.resize(_thinned(part), each, interpolation=cv2.INTER_AREA), np.uint8).ravel()
        for part, each in zip(parts, sizes, strict=True)
    ]
    return np.concatenate(small).reshape(size[1] * 3 // 2, size[0])


def _thinned(part: Pixels) -> Pixels:
    """Every fourth pixel of every fourth row, where there are many: enough for a mean of thousands."""
    return part if min(part.shape) < 80 else np.ascontiguousarray(part[::4, ::4])
