"""Decode the sample frames of one video track; runs only in a confined child of the fork server.

Key frames are used where they lie close enough together, for they cost a tenth of a linear decode; long groups of
pictures are decoded linearly with the frames skipped that no other needs. It never seeks inside a group. Every packet
gets the time of the running clock before it is decoded, so that no wild stamp decides what is looked at.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import av.error
import numpy as np
from numpy.typing import NDArray

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.clock import running_clock
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.sampling import (
    CUT_DISTANCE,
    SAMPLE_EVERY_S,
    SEEN_WITHIN_S,
    Timeline,
    colour_distance,
    colour_histogram,
    plan_samples,
    unseen_of,
)

BROKEN = (av.error.FFmpegError, ValueError, OSError, LookupError, ArithmeticError)
"""What FFmpeg's wrapper raises on broken files, MemoryError (which is one of them) apart."""

LINEAR_SHARE = 0.6
"""Share of its time after which a linear decode goes on with key frames alone, so that the end is seen too."""
MAX_BAD_PACKETS = 500
SILENT_KEYS = 20
"""After so many key frames without a picture they are no pictures by themselves; decoders hold 16 back at most."""
STAMP_S = 0.05
"""How far a container's unit may move a stamp."""
COVER_S = 1.0
"""Time that is left for the pictures beside a video after it took all of its own."""
FINE_UNIT_S = 1e-5
LOST_KEYS = 2
"""After so many key frames in a row that were passed over they are none either: one alone may be damaged."""

Way = Literal["keys", "pairs", "linear"]
"""How a track is decoded: key frames alone; key frames with the packet behind each, which is the second field where
every field is a packet of its own; everything."""


class Sample(NamedTuple):
    """One frame, upright: pixels (H, W, 3) uint8, RGB; `cut` if the scene changed since the frame before; `track`: the
    number of its video track in the order in which they are looked at."""

    time_s: float
    pixels: NDArray[np.uint8]
    cut: bool
    track: int = 0


class Share(NamedTuple):
    """What one of several tracks may use of the file's limits: it is number `number` of `tracks`, or behind them one of
    `covers`, each of which is one picture."""

    number: int = 0
    tracks: int = 1
    covers: int = 0

    @property
    def until_s(self) -> float:
        """When it must have ended, in seconds of the file's time."""
        return min(limits.SOFT_S * (self.number + 1) / self.tracks, limits.SOFT_S + COVER_S)

    @property
    def frames(self) -> int:
        """How many frames it may give."""
        return (limits.MAX_FRAMES - self.covers) // self.tracks if self.number < self.tracks else 1


def read_timelines(
    container: Any, streams: Sequence[Any], clock: Callable[[], float], promised_s: float
) -> dict[int, Timeline]:
    """Read the times of all packets of some streams and which of them are key frames, by stream; decodes nothing.
    promised_s: see `running_clock`."""
    read = {stream.index: _Packets(stream) for stream in streams}
    count, whole = 0, True
    try:
        for packet in container.demux(*streams):
            if is_nothing(packet):
                continue
            read[packet.stream_index].add(packet)
            count += 1
            if count >= limits.MAX_PACKETS or clock() > limits.SOFT_S / 2:
                whole = False
                break
    except MemoryError:
        raise
    except BROKEN:
        whole = False
    return {index: packets.timeline(promised_s, whole=whole) for index, packets in read.items()}


def is_nothing(packet: Any) -> bool:
    """Say whether a packet is the empty one with which a demuxer ends."""
    return packet.pts is None and packet.dts is None and not packet.size


class _Packets:
    """The stamps of one stream while they are read, in seconds."""

    def __init__(self, stream: Any) -> None:
        self.unit = float(stream.time_base or 0) or 1 / 25
        self.rate = float(stream.average_rate or 0)
        self.shown, self.decoded, self.lengths, self.keys = array("d"), array("d"), array("d"), array("q")

    def add(self, packet: Any) -> None:
        if packet.is_keyframe:
            self.keys.append(len(self.shown))
        self.shown.append(math.nan if packet.pts is None else packet.pts * self.unit)
        self.decoded.append(math.nan if packet.dts is None else packet.dts * self.unit)
        self.lengths.append((packet.duration or 0) * self.unit)

    def timeline(self, promised_s: float, *, whole: bool) -> Timeline:
        shown, decoded, lengths = (np.array(stamps, np.float64) for stamps in (self.shown, self.decoded, self.lengths))
        times, duration_s, step_s, stated_s = running_clock(shown, decoded, lengths, self.rate, promised_s)
        # Where several pictures fall on one tick of the track's clock they are stamped by a finer one.
        unit_s = FINE_UNIT_S if self.unit > 1.5 * step_s > 0 else 0.0
        return Timeline(times, np.array(self.keys, np.int64), duration_s, step_s, stated_s, whole, unit_s)


class Decoding:
    """The second pass over a track: decodes what the plan asks for, and less of the rest when time runs short."""

    def __init__(
        self,
        opened: Callable[[], tuple[Any, Any]],
        timeline: Timeline,
        clock: Callable[[], float],
        share: Share = Share(),  # noqa: B008 - immutable
    ) -> None:
        """opened: opens the file anew, because not every demuxer can rewind; returns the container and the stream."""
        self.opened, self.timeline, self.clock, self.share = opened, timeline, clock, share
        self.plan = plan_samples(timeline, most=share.frames)
        self.turning = Turning()
        self.codec, self.width, self.height = "", 0, 0
        self.bad_packets = self.decoded = self.ordinal = self.silent = 0
        self.keys: list[int] | None = None
        self.owed: deque[float] = deque()
        self.lost = 0
        self.seen = array("d")
        self.ended = False

    @property
    def unseen(self) -> set[str]:
        """What of the track was not looked at, once `samples` has come to its end."""
        unseen = unseen_of(self.timeline.times, self.seen)
        if not self.timeline.whole:
            unseen.add("end")
        if self.bad_packets:
            unseen.add("damaged")
        return unseen

    def samples(self) -> Iterator[Sample]:
        """Give the samples in order of time. Raises Refused `too_large`, and `BROKEN` if the file cannot be opened."""
        ways: tuple[Way, ...] = ("linear",) if self.plan.keys is None else ("keys", "pairs", "linear")
        before: NDArray[np.float64] | None = None
        for way in ways:
            for time_s, pixels in self._looked_at(way):
                after = colour_histogram(pixels)
                cut = before is not None and colour_distance(before, after) > CUT_DISTANCE
                yield Sample(time_s, pixels, cut, self.share.number)
                before = after
                if len(self.seen) >= self.share.frames:
                    return
            if self.ended or not self._stalled():
                return

    def _stalled(self) -> bool:
        """Say whether the key frames that were decoded last gave no picture."""
        fed = self.timeline.times[self.keys[-1]] if self.keys else 0.0
        stuck = self.silent > SILENT_KEYS or self.lost >= LOST_KEYS
        return not self.seen or stuck or fed - self.seen[-1] > SEEN_WITHIN_S

    def _looked_at(self, way: Way) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        """Open the file and give the times and pixels of the samples after those that were seen already."""
        container, stream = self.opened()
        with container:
            self.keys = None if way == "linear" or self.plan.keys is None else sorted(self.plan.keys)
            self.codec = str(stream.codec_context.codec.canonical_name)
            every_s = self.plan.every_s
            due_s = self.seen[-1] + min(every_s, 0.1) if self.seen else -math.inf
            for frame in self._frames(container, stream, way):
                time_s = self._time_s(frame, stream)
                if time_s < due_s:
                    continue
                if self._passed_over(time_s):
                    return
                if self.keys is None:
                    due_s = (math.floor(time_s / every_s + 1e-6) + 1) * every_s
                elif self._is_tail(self.ordinal):
                    due_s = time_s + min(every_s, SAMPLE_EVERY_S)
                pixels = self._upright(frame, stream)
                self.seen.append(time_s)
                yield time_s, pixels

    def _frames(self, container: Any, stream: Any, way: Way) -> Iterator[Any]:
        """Decode in order; a packet that cannot be decoded is left out and counted."""
        context = stream.codec_context
        context.thread_count, context.thread_type = 1, "NONE"
        context.skip_frame = self._skipped(way)
        self.ordinal = self.silent = self.lost = 0
        self.owed.clear()
        pace = _Pace(self)
        for packet in self._packets(container, stream, way):
            try:
                frames = context.decode(packet)
            except MemoryError:
                raise
            except BROKEN:
                self.bad_packets += 1
                continue
            self.silent = 0 if frames else self.silent + 1
            for frame in frames:
                self.decoded += 1
                yield frame
            if self.bad_packets > MAX_BAD_PACKETS or self.clock() > self.share.until_s:
                self.ended = True
                return
            if self.keys is not None and self.silent > SILENT_KEYS * (2 if way == "pairs" else 1):
                return
            pace.hurry(context)

    def _skipped(self, way: Way) -> str:
        """Which frames the decoder leaves out by itself."""
        if way == "keys":
            return "NONKEY"
        # NONREF, not BIDIR: HEVC encoders write nearly all their frames as B slices. Where pictures are as far apart as
        # samples, none can be spared.
        return "NONREF" if self.timeline.step_s < self.plan.every_s / 4 else "DEFAULT"

    def _packets(self, container: Any, stream: Any, way: Way) -> Iterator[Any]:
        """Hand out the packets to decode, then None, which makes the decoder give what it still holds."""
        packets = container.demux(stream)
        unit = self.timeline.unit_s or float(stream.time_base or 0) or 1 / 25
        behind = 1 if way == "pairs" else 0
        while (
            self.keys is None or (self.keys and self.ordinal <= self.keys[-1] + behind) or self._is_tail(self.ordinal)
        ):
            try:
                packet = next(packets, None)
            except MemoryError:
                raise
            except BROKEN:
                break
            if packet is None or self.ordinal >= len(self.timeline.times):
                break
            if is_nothing(packet):
                continue
            if self._is_tail(self.ordinal + 1):
                stream.codec_context.skip_frame = self._skipped("linear")
            if self._wanted(self.ordinal) or (behind and self._wanted(self.ordinal - 1)):
                at = float(self.timeline.times[self.ordinal])
                if self.keys is not None and self._wanted(self.ordinal) and not self._is_tail(self.ordinal):
                    self.owed.append(at)
                packet.dts = round(at / unit)
                packet.pts = None if packet.pts is None and way == "linear" else packet.dts
                yield packet
            self.ordinal += 1
        yield None

    def _passed_over(self, time_s: float) -> bool:
        """Count key frames that gave no picture before this one; true if they are too many."""
        while self.owed and self.owed[0] < time_s - STAMP_S:
            self.owed.popleft()
            self.lost += 1
            if self.lost >= LOST_KEYS:
                return not self._is_tail(self.ordinal)
        if self.owed and self.owed[0] <= time_s + STAMP_S:
            self.owed.popleft()
            self.lost = 0
        return False

    def _wanted(self, ordinal: int) -> bool:
        """Say whether a packet is to be decoded."""
        if self.keys is None or self._is_tail(ordinal):
            return True
        at = bisect_left(self.keys, ordinal)
        return at < len(self.keys) and self.keys[at] == ordinal

    def _is_tail(self, ordinal: int) -> bool:
        """Say whether a packet follows the last key frame where that one does not stand for the end."""
        if not self.keys or ordinal <= self.keys[-1]:
            return False
        return self.timeline.duration_s - float(self.timeline.times[self.keys[-1]]) > SEEN_WITHIN_S

    def _time_s(self, frame: Any, stream: Any) -> float:
        """When a frame is shown; never before the one that was seen last."""
        stamp = frame.pts if frame.pts is not None else frame.dts
        unit = self.timeline.unit_s or float(frame.time_base or stream.time_base or 0)
        last = self.seen[-1] if self.seen else 0.0
        return last if stamp is None else round(min(max(float(stamp) * unit, last), 1e6), 3)

    def _upright(self, frame: Any, stream: Any) -> NDArray[np.uint8]:
        """Shrink to `MAX_FRAME_SIDE` with square pixels and turn or mirror as the container says."""
        if frame.width * frame.height > limits.MAX_VIDEO_PIXELS:
            raise refusal("too_large")
        width, height = frame.width, frame.height
        aspect = stream.sample_aspect_ratio
        if aspect and 0.25 <= aspect <= 4:
            width = max(1, round(width * aspect))
        matrix = self.turning.of(frame)
        if not self.width:
            self.width, self.height = (height, width) if is_sideways(matrix) else (width, height)
        scale = min(1.0, limits.MAX_FRAME_SIDE / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = frame.reformat(*size, format="rgb24", interpolation="BILINEAR", threads=1)
        return as_displayed(small.to_ndarray(), matrix)


class _Pace:
    """Watches the time of one pass and leaves out some of what is still to come, so that the end is seen too."""

    def __init__(self, decoding: Decoding) -> None:
        self.of, self.since_s, self.keys_decoded = decoding, decoding.clock(), 0

    def hurry(self, context: Any) -> None:
        """Leave the linear decode for the key frames ahead, or half of the key frames, if time runs short."""
        of, elapsed_s = self.of, self.of.clock()
        left_s = of.share.until_s - elapsed_s
        if of.keys is None:
            full = of.decoded >= limits.MAX_DECODED_FRAMES
            begun_s = of.share.until_s - limits.SOFT_S / of.share.tracks
            if full or elapsed_s - begun_s > LINEAR_SHARE * limits.SOFT_S / of.share.tracks:
                self._go_on_with_keys(context, must=full)
                self.since_s, self.keys_decoded = elapsed_s, 0
            return
        self.keys_decoded += 1
        if self.keys_decoded % 10 == 0:
            # The rate so far says how many of the key frames ahead there is still time for.
            ahead = [ordinal for ordinal in of.keys if ordinal > of.ordinal]
            each_s = (elapsed_s - self.since_s) / self.keys_decoded
            if ahead and each_s * len(ahead) > left_s:
                of.keys = ahead[::-2][::-1]

    def _go_on_with_keys(self, context: Any, *, must: bool) -> None:
        """Leave the linear decode for the key frames ahead; without any it goes on, unless it must not."""
        of = self.of
        ahead = [int(ordinal) for ordinal in of.timeline.keys if ordinal > of.ordinal]
        if not ahead and not must:
            return
        context.skip_frame = "NONKEY"
        left = max(1, (of.share.frames - len(of.seen)) // 2)
        of.keys = ahead[:: len(ahead) // left + 1]


Matrix = tuple[float, float, float, float]
"""The first two columns of the first two rows of a display matrix, (a, b, c, d): x' = a x + c y, y' = b x + d y."""
AS_STORED: Matrix = (1.0, 0.0, 0.0, 1.0)


class Turning:
    """How the frames of a track are to be shown, one after the other.

    Side data and its frame hold each other, so that a picture whose side data was read stays in memory until Python's
    collector comes by: hundreds of them. It is read again only where the angle is another one, which the frame says.
    """

    def __init__(self) -> None:
        self._angle: float | None = None
        self._matrix: Matrix = AS_STORED

    def of(self, frame: Any) -> Matrix:
        """As `display_matrix`."""
        angle = frame.rotation
        if angle != self._angle:
            self._angle, self._matrix = angle, display_matrix(frame)
        return self._matrix


def display_matrix(frame: Any) -> Matrix:
    """Read how a frame is to be shown (ISO/IEC 14496-12, 6.2.2); as it is stored if nothing says so."""
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX":
            values = np.frombuffer(bytes(data), "<i4")
            if len(values) == 9:
                a, b, c, d = (float(values[at]) for at in (0, 1, 3, 4))
                return (a, b, c, d)
    return AS_STORED


def is_sideways(matrix: Matrix) -> bool:
    """Say whether rows become columns."""
    a, b, c, d = matrix
    return abs(b) + abs(c) > abs(a) + abs(d)


def as_displayed(pixels: NDArray[np.uint8], matrix: Matrix) -> NDArray[np.uint8]:
    """Turn and mirror a picture by the quarter turns and reflections nearest to its display matrix, (H, W, 3)."""
    a, b, c, d = matrix
    if is_sideways(matrix):
        pixels, a, d = pixels.transpose(1, 0, 2), c, b
    return np.ascontiguousarray(pixels[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1])
