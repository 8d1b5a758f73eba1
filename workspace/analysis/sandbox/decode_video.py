"""Read sample frames out of one untrusted video; runs only in a confined child of the fork server.

Key frames are used where they lie close enough together, for they cost a tenth of a linear decode; long groups of
pictures are decoded linearly with the frames skipped that no other needs. It never seeks inside a group. The media type
names the single FFmpeg demuxer that may open the file, and no protocol is allowed at all.
"""

from __future__ import annotations

import io
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

import av
import av.error
import av.logging
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.decode_picture import boxes_cut_short
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.metadata import Facts, container_facts
from workspace.analysis.sandbox.sampling import CUT_DISTANCE, Timeline, colour_distance, colour_histogram, plan_samples
from workspace.errors import Refused

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/x-m4v": "mov",
    "video/3gpp": "mov",
    "video/x-matroska": "matroska",
    "video/webm": "matroska",
    "video/x-msvideo": "avi",
    "video/mp2t": "mpegts",
    "video/mpeg": "mpeg",
}

CODECS = frozenset(
    {
        "av1", "cinepak", "dvvideo", "ffv1", "flv1", "h261", "h263", "h264", "hevc", "mjpeg", "mpeg1video", "mpeg2video",
        "mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4v3", "prores", "qtrle", "rawvideo", "svq1", "svq3", "theora", "vc1",
        "vp6", "vp6f", "vp8", "vp9", "wmv1", "wmv2", "wmv3",
    }
)  # fmt: skip
"""What phones, cameras and sharing programs write. The other decoders of FFmpeg, which few people test, stay shut."""

BROKEN = (av.error.FFmpegError, ValueError, OSError, LookupError, ArithmeticError)
"""What FFmpeg's wrapper raises on broken files, MemoryError (which is one of them) apart."""

LINEAR_SHARE = 0.6
"""Share of its time after which a linear decode goes on with key frames alone, so that the end is seen too."""

UNSEEN_END_S = 10.0
"""A video whose last seconds, more than these, were not looked at is said to be incomplete."""
MAX_BAD_PACKETS = 500


class Sample(NamedTuple):
    """One frame, upright: pixels (H, W, 3) uint8, RGB; `cut` if the scene changed since the frame before."""

    time_s: float
    pixels: NDArray[np.uint8]
    cut: bool


@dataclass
class Video:
    """What a video is, and its frames, read once; what they leave unseen (`limits.UNSEEN`) is known after the last."""

    width: int
    height: int
    duration_s: float
    codec: str
    sampled_every_s: float
    camera: Facts
    frames: Iterator[Sample]
    unseen: set[str] = field(default_factory=lambda: set(limits.UNSEEN))


def preload() -> dict[str, bytes]:
    """Load the decoders; afterwards reading needs no further file. Returns a sound file of some types."""
    av.logging.set_level(av.logging.PANIC)
    containers = {"video/mp4": "mp4", "video/x-matroska": "matroska", "video/x-msvideo": "avi", "video/mp2t": "mpegts"}
    sound = {media_type: _tiny_video(container) for media_type, container in containers.items()}
    for media_type, tiny in sound.items():
        for content in (tiny, tiny[: len(tiny) * 2 // 3]):
            try:
                for _ in read_video(io.BytesIO(content), media_type, lambda: 0.0).frames:
                    pass
            except Refused:
                if content is tiny:
                    raise
    return sound


def _tiny_video(container: str) -> bytes:
    """Write three grey frames; MPEG-4 because its encoder starts no thread."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream("mpeg4", rate=2)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        stream.codec_context.thread_count = 1
        for _ in range(3):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((32, 32, 3), 90, np.uint8), format="rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()


def read_video(file: BinaryIO, media_type: str, clock: Callable[[], float]) -> Video:
    """Open a video and plan its samples; the frames are decoded while they are iterated.

    clock: seconds this file has taken; it stops while somebody else is waited for.
    Raises Refused: `kind_not_supported`, `empty_video`, `too_large`, `truncated`, `damaged`; MemoryError passes.
    """
    if media_type not in DEMUXERS:
        raise refusal("kind_not_supported")
    try:
        with _opened(file, media_type) as container:
            timeline = read_timeline(container, _best_stream(container), clock)
        # The second pass opens the file anew, because not every demuxer can rewind.
        container = _opened(file, media_type)
        decoding = _Decoding(container, timeline, clock)
        first = next(decoding.samples, None)
    except MemoryError:
        raise
    except BROKEN as error:
        raise refusal("truncated" if cut_short(file, media_type) else "damaged") from error
    except Refused as error:
        if error.facts["reason"] == "empty_video" and cut_short(file, media_type):
            raise refusal("truncated") from error
        raise
    if first is None:
        reason = "damaged" if decoding.bad_packets else "empty_video"
        raise refusal("truncated" if cut_short(file, media_type) else reason)
    video = Video(
        width=decoding.width,
        height=decoding.height,
        duration_s=round(timeline.duration_s, 3),
        codec=decoding.codec,
        sampled_every_s=round(decoding.plan.every_s, 3),
        camera=container_facts({**decoding.stream.metadata, **container.metadata}),
        frames=iter(()),
    )

    def all_samples() -> Iterator[Sample]:
        yield first
        yield from decoding.samples
        video.unseen = decoding.unseen | timeline.unseen
        if cut_short(file, media_type):
            video.unseen.add("end")

    video.frames = all_samples()
    return video


def read_timeline(container: Any, stream: Any, clock: Callable[[], float]) -> Timeline:
    """Read the times of all packets and which of them are key frames; decodes nothing."""
    timeline, unit = Timeline(), float(stream.time_base or 0) or 1 / 25
    try:
        for packet in container.demux(stream):
            stamp = packet.pts if packet.pts is not None else packet.dts
            if stamp is None:
                continue  # The demuxer's last, empty packet.
            at = stamp * unit
            timeline.first_s = min(timeline.first_s, at)
            timeline.last_s = max(timeline.last_s, at + (packet.duration or 0) * unit)
            if packet.is_keyframe:
                timeline.keys.append((timeline.packets, at))
            timeline.packets += 1
            if timeline.packets >= limits.MAX_PACKETS or clock() > limits.SOFT_S / 2:
                timeline.unseen.add("end")
                break
    except MemoryError:
        raise
    except BROKEN:
        timeline.unseen.add("end")
    # Matroska has no length to compare with, but says how long it plays; a tenth and a second are left for its sound.
    promised_s = (container.duration or 0) / 1e6 if container.format.name.startswith("matroska") else 0.0
    if timeline.duration_s < promised_s * 0.9 - 1:
        timeline.unseen.add("end")
    return timeline


class _Decoding:
    """The second pass over a video: decodes what the plan asks for, and less of the rest when time runs short."""

    def __init__(self, container: Any, timeline: Timeline, clock: Callable[[], float]) -> None:
        self.container, self.stream, self.timeline, self.clock = container, _best_stream(container), timeline, clock
        self.plan = plan_samples(timeline)
        self.keys = None if self.plan.keys is None else sorted(self.plan.keys)
        self.codec = str(self.stream.codec_context.codec.canonical_name)
        self.width = self.height = self.bad_packets = self.decoded = self.ordinal = 0
        self.keys_since_s, self.keys_decoded = clock(), 0
        self.unseen: set[str] = set()
        self.samples = self._samples()

    def _samples(self) -> Iterator[Sample]:
        due_s, before, every_s = -math.inf, None, self.plan.every_s
        for frame in self._frames():
            time_s = self._time_s(frame)
            if self.keys is None and time_s < due_s:
                continue
            due_s = (math.floor(time_s / every_s + 1e-6) + 1) * every_s
            pixels = self._upright(frame)
            after = colour_histogram(pixels)
            yield Sample(time_s, pixels, before is not None and colour_distance(before, after) > CUT_DISTANCE)
            before = after

    def _frames(self) -> Iterator[Any]:
        """Decode in order; a packet that cannot be decoded is left out and counted."""
        context = self.stream.codec_context
        context.thread_count, context.thread_type = 1, "NONE"
        # NONREF, not BIDIR: HEVC encoders write nearly all their frames as B slices.
        context.skip_frame = "NONREF" if self.keys is None else "NONKEY"
        for packet in self._packets():
            try:
                frames = context.decode(packet)
            except MemoryError:
                raise
            except BROKEN:
                self.bad_packets += 1
                self.unseen.add("damaged")
                continue
            for frame in frames:
                self.decoded += 1
                yield frame
            if self.bad_packets > MAX_BAD_PACKETS or self.clock() > limits.SOFT_S:
                self.unseen.add("end")
                return
            self._hurry(context)

    def _hurry(self, context: Any) -> None:
        """Leave out some of what is still to come if the video would otherwise not be seen to its end."""
        elapsed_s = self.clock()
        if self.keys is None:
            full = self.decoded >= limits.MAX_DECODED_FRAMES
            if full or elapsed_s > LINEAR_SHARE * limits.SOFT_S:
                self._go_on_with_keys(context, must=full)
                self.keys_since_s, self.keys_decoded = elapsed_s, 0
            return
        self.keys_decoded += 1
        if self.keys_decoded % 10 == 0:
            # The rate so far says how many of the key frames ahead there is still time for.
            ahead = [ordinal for ordinal in self.keys if ordinal > self.ordinal]
            each_s = (elapsed_s - self.keys_since_s) / self.keys_decoded
            if ahead and each_s * len(ahead) > limits.SOFT_S - elapsed_s:
                self.keys = ahead[::-2][::-1]

    def _go_on_with_keys(self, context: Any, *, must: bool) -> None:
        """Leave the linear decode for the key frames ahead; without any it goes on, unless it must not."""
        ahead = [(ordinal, at) for ordinal, at in self.timeline.keys if ordinal > self.ordinal]
        if not ahead and not must:
            return
        context.skip_frame = "NONKEY"
        self.keys = [ordinal for ordinal, _ in ahead[:: len(ahead) // (limits.MAX_FRAMES // 2) + 1]]
        if not ahead or self.timeline.last_s - ahead[-1][1] > UNSEEN_END_S:
            self.unseen.add("end")

    def _packets(self) -> Iterator[Any]:
        """Hand out the packets to decode, then None, which makes the decoder give what it still holds."""
        packets = self.container.demux(self.stream)
        while self.keys is None or (self.keys and self.ordinal <= self.keys[-1]):
            try:
                packet = next(packets, None)
            except MemoryError:
                raise
            except BROKEN:
                self.unseen.add("end")
                break
            if packet is None:
                break
            if packet.pts is None and packet.dts is None:
                continue
            if self._wanted():
                yield packet
            self.ordinal += 1
        yield None

    def _wanted(self) -> bool:
        """Say whether the packet at hand is to be decoded."""
        if self.keys is None:
            return True
        at = bisect_left(self.keys, self.ordinal)
        return at < len(self.keys) and self.keys[at] == self.ordinal

    def _time_s(self, frame: Any) -> float:
        stamp = frame.pts if frame.pts is not None else frame.dts
        unit = float(frame.time_base or self.stream.time_base or 0)
        at = float(stamp) * unit - self.timeline.first_s if stamp is not None else 0.0
        return round(min(max(at, 0.0), 1e6), 3)

    def _upright(self, frame: Any) -> NDArray[np.uint8]:
        """Shrink to `MAX_FRAME_SIDE` with square pixels and turn as the container says."""
        if frame.width * frame.height > limits.MAX_VIDEO_PIXELS:
            raise refusal("too_large")
        width, height = frame.width, frame.height
        aspect = self.stream.sample_aspect_ratio
        if aspect and 0.25 <= aspect <= 4:
            width = max(1, round(width * aspect))
        turns = round(frame.rotation / 90) % 4
        if not self.width:
            self.width, self.height = (height, width) if turns % 2 else (width, height)
        scale = min(1.0, limits.MAX_FRAME_SIDE / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = frame.reformat(*size, format="rgb24", interpolation="BILINEAR", threads=1)
        return np.ascontiguousarray(np.rot90(small.to_ndarray(), turns))


def cut_short(file: BinaryIO, media_type: str) -> bool:
    """Say whether a video ends before its own structure says it should; unknown for streams without a length."""
    size = file.seek(0, io.SEEK_END)
    if DEMUXERS[media_type] == "mov":
        return boxes_cut_short(file, size)
    if media_type == "video/x-msvideo":
        file.seek(4)
        return int.from_bytes(file.read(4), "little") + 8 > size
    return False


def _opened(file: BinaryIO, media_type: str) -> Any:
    file.seek(0)
    name = DEMUXERS[media_type]
    options = {
        "format_whitelist": name,
        "protocol_whitelist": "",
        "probesize": str(limits.PROBE),
        "analyzeduration": str(limits.PROBE),
        "enable_drefs": "0",
    }
    if name != "mov":
        del options["enable_drefs"]
    return av.open(file, format=name, options=options, metadata_errors="replace", buffer_size=1 << 18)


def _best_stream(container: Any) -> Any:
    """Take the first real video stream; raises Refused if there is none or its codec is not on the list."""
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise refusal("empty_video")
    context = streams[0].codec_context
    if context is None or context.codec.canonical_name not in CODECS:
        raise refusal("kind_not_supported")
    if context.width * context.height > limits.MAX_VIDEO_PIXELS:
        raise refusal("too_large")
    return streams[0]
