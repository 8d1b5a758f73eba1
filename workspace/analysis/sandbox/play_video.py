"""Read every picture of one untrusted video, small, with its sound, and single pictures of it in full; runs only in a
confined child of the fork server.

One video track is read, the largest, along the same running clock as the samples (`clock`), so that a time means the
same picture everywhere. What leaves are plain pixels and samples of sound: they are encoded by whoever asked.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.decode_video import DEMUXERS, cut_short, is_cover, opened, usable_streams
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.sampling import Timeline, early_keys
from workspace.analysis.sandbox.video_ends import promised_s
from workspace.analysis.sandbox.video_track import (
    AS_STORED,
    BROKEN,
    MAX_BAD_PACKETS,
    Matrix,
    Turning,
    as_displayed,
    display_matrix,
    is_nothing,
    is_sideways,
    read_timelines,
)

SOUND_CODECS = frozenset(
    {
        "aac", "ac3", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "alac", "amr_nb", "amr_wb", "eac3", "flac", "mp1",
        "mp2", "mp3",
        "opus", "pcm_alaw", "pcm_f32le", "pcm_mulaw", "pcm_s16be", "pcm_s16le", "pcm_s24le", "pcm_u8", "vorbis",
        "wmav1", "wmav2",
    }
)  # fmt: skip
"""What phones, cameras and sharing programs write."""
LONGEST_SILENCE_S = 600.0
"""A gap in the sound that is longer is a wild stamp and is not filled."""
GAP_S = 0.1
SOUND_BYTES = 4 << 20
SOUND_RATES = (8_000, 192_000)


class Shown(NamedTuple):
    """One picture: at_ms: when it is shown, each later than the one before; stamp: its own time stamp in the file, in
    the track's unit; planes: (H * 3 / 2, W) uint8, YUV 4:2:0, upright."""

    at_ms: int
    stamp: int | None
    planes: NDArray[np.uint8]


class Sound(NamedTuple):
    """Sound of one channel: at_s: when it begins; samples: (N,) int16."""

    at_s: float
    rate: int
    samples: NDArray[np.int16]


@dataclass
class Playable:
    """What is played: first all of its sound, then all of its pictures. of: pictures that the file announces; unit: of
    stamps, in seconds, as numerator and denominator. unseen is known after the last."""

    width: int
    height: int
    duration_s: float
    of: int
    unit: tuple[int, int]
    pieces: Iterator[Shown | Sound]
    unseen: set[str] = field(default_factory=set)


class Still(NamedTuple):
    """One picture in full, (H, W, 3) uint8, RGB, upright; width and height: of the original; scenes_ms: when the coder
    of the video saw scenes change (`sampling.early_keys`)."""

    at_ms: int
    stamp: int | None
    pixels: NDArray[np.uint8]
    width: int
    height: int
    scenes_ms: tuple[int, ...] = ()


def read_playable(file: BinaryIO, media_type: str, side: int, clock: Callable[[], float]) -> Playable:
    """Open a video to be played with its longer side at most `side`, an even number.

    Raises Refused: `kind_not_supported`, `empty_video`, `too_large`, `truncated`, `damaged`; MemoryError passes.
    """
    try:
        reading = _Reading(file, media_type, clock)
        pictures = reading.pictures()
        first = next(pictures, None)
    except MemoryError:
        raise
    except BROKEN as error:
        raise refusal("truncated" if cut_short(file, media_type) else "damaged") from error
    if first is None:
        reason = "damaged" if reading.bad_packets else "empty_video"
        raise refusal("truncated" if cut_short(file, media_type) else reason)
    pictures.close()
    reading.begin_again()
    width, height = _small(*reading.size_of(first.frame), side)
    sideways = is_sideways(display_matrix(first.frame))
    playable = Playable(
        width=height if sideways else width,
        height=width if sideways else height,
        duration_s=round(min(reading.timeline.duration_s, 1e6), 3),
        of=len(reading.timeline.times),
        unit=(reading.unit.numerator, reading.unit.denominator),
        pieces=iter(()),
    )

    def pieces() -> Iterator[Shown | Sound]:
        yield from _sound(reading)
        before, turning = -1, Turning()
        for one in reading.pictures():
            small = one.frame.reformat(width, height, format="yuv420p", interpolation="FAST_BILINEAR", threads=1)
            before = max(before + 1, one.at_ms)
            yield Shown(before, one.stamp, _upright(small.to_ndarray(), height, turning.of(one.frame)))
        playable.unseen |= reading.unseen()

    playable.pieces = pieces()
    return playable


def read_still(file: BinaryIO, media_type: str, at_ms: int, clock: Callable[[], float]) -> Still:
    """The picture nearest to a moment, in full. Raises as `read_playable`, and Refused `empty_video` beyond the end."""
    try:
        reading = _Reading(file, media_type, clock)
        if at_ms > reading.timeline.duration_s * 1000 + 1000:
            raise refusal("empty_video")
        found: _Decoded | None = None
        for one in reading.pictures(reading.entry(at_ms)):
            if found is not None and abs(found.at_ms - at_ms) <= abs(one.at_ms - at_ms):
                break
            found = one
    except MemoryError:
        raise
    except BROKEN as error:
        raise refusal("truncated" if cut_short(file, media_type) else "damaged") from error
    if found is None:
        raise refusal("empty_video")
    width, height = reading.size_of(found.frame)
    scale = min(1.0, math.sqrt(limits.MAX_NARROW_PIXELS / (width * height)))
    size = max(1, math.floor(width * scale)), max(1, math.floor(height * scale))
    matrix = display_matrix(found.frame)
    pixels = found.frame.reformat(*size, format="rgb24", interpolation="BICUBIC", threads=1).to_ndarray()
    width, height = (height, width) if is_sideways(matrix) else (width, height)
    scenes_ms = early_keys(reading.timeline)
    return Still(found.at_ms, found.stamp, as_displayed(pixels, matrix), width, height, scenes_ms)


class _Decoded(NamedTuple):
    at_ms: int
    stamp: int | None
    frame: Any


class _Reading:
    """The largest video track of a file."""

    def __init__(self, file: BinaryIO, media_type: str, clock: Callable[[], float]) -> None:
        if media_type not in DEMUXERS:
            raise refusal("kind_not_supported")
        self.file, self.media_type, self.clock = file, media_type, clock
        promised = promised_s(file, DEMUXERS[media_type])
        with opened(file, media_type) as container:
            streams, left_out = usable_streams(container)
            stream = streams[0]
            self.index = stream.index
            self.more_tracks = left_out or any(not is_cover(other) for other in streams[1:])
            self.unit = Fraction(stream.time_base or Fraction(1, 25))
            self.aspect = stream.sample_aspect_ratio
            self.start_s = float((stream.start_time or 0) * self.unit)
            self.timeline: Timeline = read_timelines(container, [stream], clock, promised)[stream.index]
            self.tick_s = self.timeline.unit_s or float(self.unit)
        self.begin_again()

    def begin_again(self) -> None:
        """Forget what was read."""
        self.bad_packets, self.ended = 0, False

    def size_of(self, frame: Any) -> tuple[int, int]:
        """Width and height with square pixels, as stored. Raises Refused `too_large`."""
        if frame.width * frame.height > limits.MAX_VIDEO_PIXELS:
            raise refusal("too_large")
        wide = self.aspect and 0.25 <= self.aspect <= 4
        return max(1, round(frame.width * self.aspect)) if wide else frame.width, frame.height

    def entry(self, at_ms: int) -> int:
        """Where decoding must begin for the picture at a moment: the key frame before the last before it, so that what
        a recorder calls a key frame and is none costs nothing."""
        times = self.timeline.times
        wanted = int(np.abs(times - at_ms / 1000).argmin())
        keys = [int(key) for key in self.timeline.keys if key <= wanted and times[key] <= at_ms / 1000]
        return keys[-2] if len(keys) > 1 else 0

    def pictures(self, entry: int = 0) -> Generator[_Decoded]:
        """Every picture in order of time, from this packet on; a packet that cannot be decoded is left out and
        counted."""
        times, stamps = self.timeline.times, dict[int, int | None]()
        last_ms = 0
        with opened(self.file, self.media_type) as container:
            stream = container.streams[self.index]
            context = stream.codec_context
            context.thread_count, context.thread_type = 1, "NONE"
            for packet in self._packets(container, stream, entry, times, stamps):
                try:
                    frames = context.decode(packet)
                except MemoryError:
                    raise
                except BROKEN:
                    self.bad_packets += 1
                    if self.bad_packets > MAX_BAD_PACKETS:
                        self.ended = True
                        return
                    continue
                for frame in frames:
                    self.size_of(frame)
                    tick = frame.pts if frame.pts is not None else frame.dts
                    if tick is not None:
                        last_ms = max(last_ms, min(round(tick * self.tick_s * 1000), 10**10))
                    yield _Decoded(last_ms, stamps.pop(tick, None), frame)
                if self.clock() > limits.PLAY_SOFT_S:
                    self.ended = True
                    return

    def _packets(
        self, container: Any, stream: Any, entry: int, times: NDArray[np.float64], stamps: dict[int, int | None]
    ) -> Iterator[Any]:
        """Packets with the time of the running clock, then None; `stamps` keeps by that time what stood there."""
        packets = container.demux(stream)
        for ordinal in range(len(times)):
            try:
                packet = next((one for one in packets if not is_nothing(one)), None)
            except MemoryError:
                raise
            except BROKEN:
                break
            if packet is None:
                break
            if ordinal < entry:
                continue
            tick = round(times[ordinal] / self.tick_s)
            stamps[tick] = packet.pts if packet.pts is not None else packet.dts
            packet.dts = tick
            packet.pts = None if packet.pts is None else tick
            yield packet
        yield None

    def unseen(self) -> set[str]:
        """What was not read, once the pictures have come to their end."""
        unseen = {"damaged"} if self.bad_packets else set()
        if self.ended or not self.timeline.whole or cut_short(self.file, self.media_type):
            unseen.add("end")
        if self.more_tracks:
            unseen.add("tracks")
        return unseen


def _small(width: int, height: int, side: int) -> tuple[int, int]:
    """The size in which a picture is played: even numbers, never enlarged by more than one."""
    scale = min(1.0, side / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _upright(planes: NDArray[np.uint8], height: int, matrix: Matrix) -> NDArray[np.uint8]:
    """Turn the three planes of a picture, (H * 3 / 2, W)."""
    if matrix == AS_STORED:
        return planes
    width = planes.shape[1]
    half = (height // 2, width // 2)
    quarter = half[0] * half[1]
    flat = planes.ravel()
    luma, u, v = (
        flat[: height * width],
        flat[height * width : height * width + quarter],
        flat[height * width + quarter :],
    )
    parts = [luma.reshape(height, width), u.reshape(half), v.reshape(half)]
    turned = [as_displayed(part[..., None], matrix)[..., 0] for part in parts]
    return np.concatenate([part.ravel() for part in turned]).reshape(-1, turned[0].shape[1])


def _sound(reading: _Reading) -> Iterator[Sound]:
    """The first sound track that can be read, gaps filled with silence; what breaks ends it and costs no picture."""
    try:
        yield from _samples(reading)
    except MemoryError:
        raise
    except BROKEN:
        return


def _samples(reading: _Reading) -> Iterator[Sound]:
    with opened(reading.file, reading.media_type) as container:
        stream = next((s for s in container.streams.audio if _is_usable(s)), None)
        if stream is None:
            return
        context = stream.codec_context
        context.thread_count, context.thread_type = 1, "NONE"
        rate, held, count, at_s, bad = 0, io.BytesIO(), 0, 0.0, 0
        for packet in container.demux(stream):
            if reading.clock() > limits.PLAY_SOFT_S / 4:
                break
            try:
                frames = context.decode(packet)
            except MemoryError:
                raise
            except BROKEN:
                bad += 1
                if bad > MAX_BAD_PACKETS:
                    break
                continue
            for frame in frames:
                rate = rate or int(frame.sample_rate)
                if frame.sample_rate != rate or not SOUND_RATES[0] <= rate <= SOUND_RATES[1]:
                    continue
                begins = at_s + count / rate if frame.time is None else float(frame.time) - reading.start_s
                if not count:
                    at_s = max(0.0, begins)
                gap_s = begins - (at_s + count / rate)
                if begins < 0 or at_s + count / rate > reading.timeline.duration_s + 1:
                    continue
                if GAP_S < gap_s < LONGEST_SILENCE_S:
                    held.write(bytes(2 * round(gap_s * rate)))
                    count += round(gap_s * rate)
                samples = _one_channel(frame)
                held.write(samples.tobytes())
                count += len(samples)
                while held.tell() >= SOUND_BYTES:
                    content = held.getvalue()
                    yield Sound(at_s, rate, np.frombuffer(content[:SOUND_BYTES], np.int16))
                    held = io.BytesIO()
                    held.write(content[SOUND_BYTES:])
        if held.tell():
            yield Sound(at_s, rate, np.frombuffer(held.getvalue(), np.int16))


def _is_usable(stream: Any) -> bool:
    return stream.codec_context is not None and stream.codec_context.codec.canonical_name in SOUND_CODECS


def _one_channel(frame: Any) -> NDArray[np.int16]:
    """The mean of a frame's channels."""
    values = frame.to_ndarray()
    channels = max(1, len(frame.layout.channels))
    apart = values if frame.format.is_planar else values.reshape(-1, channels).T
    mean = apart.astype(np.float64).mean(axis=0)
    if values.dtype == np.uint8:
        mean = (mean - 128) / 128
    elif values.dtype.kind == "i":
        mean /= float(np.iinfo(values.dtype).max)
    return np.asarray(np.clip(np.nan_to_num(mean), -1, 1) * 32767, np.int16)
