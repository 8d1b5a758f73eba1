"""Read sample frames out of one untrusted video; runs only in a confined child of the fork server.

All video tracks are looked at (`video_track`), and what could not be looked at is named. The media type names the
single FFmpeg demuxer that may open the file, and no protocol is allowed at all.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

import av
import av.logging
import numpy as np
from av.stream import Disposition

from workspace.analysis.sandbox import limits
from workspace.analysis.sandbox.contents import boxes, contents_behind
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.metadata import Facts, container_facts
from workspace.analysis.sandbox.sampling import Timeline
from workspace.analysis.sandbox.video_ends import ends_short, promised_s, structural_end
from workspace.analysis.sandbox.video_track import BROKEN, Decoding, Sample, Share, read_timelines
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
    "video/x-ms-asf": "asf",
    "video/x-flv": "flv",
    "video/ogg": "ogg",
    "video/dv": "dv",
    "video/mj2": "mov",
    "video/vnd.rn-realvideo": "rm",
    "application/mxf": "mxf",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/mp4": "mov",
    "audio/ogg": "ogg",
    "image/avif": "mov",
    "image/heic": "mov",
}
"""Of sound, its cover; of the pictures, their sequences (`animation`)."""

CODECS = frozenset(
    {
        "av1", "cinepak", "dnxhd", "dvvideo", "ffv1", "flv1", "h261", "h263", "h264", "hevc", "jpeg2000", "mjpeg",
        "mpeg1video",
        "mpeg2video", "mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4v3", "prores", "qtrle", "rawvideo", "rv10", "rv20",
        "rv30", "rv40",
        "svq1", "svq3", "theora", "vc1", "vp3", "vp6", "vp6a", "vp6f", "vp8", "vp9", "wmv1", "wmv2", "wmv3",
    }
)  # fmt: skip
"""What phones, cameras and sharing programs write. The other decoders of FFmpeg, which few people test, stay shut."""
_OF_SOUND = {"empty_video": "sound_alone", "video_to_convert": "cover_to_convert"}
"""By reason for which a video is not read: what that means of sound."""
COVER_CODECS = frozenset({"mjpeg", "png"})
"""Of a picture beside the video."""


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
    sound = {media_type: _tiny_video(*how) for media_type, how in _TINY.items()}
    for media_type, tiny in sound.items():
        for content in (tiny, tiny[: len(tiny) * 2 // 3]):
            try:
                for _ in read_video(io.BytesIO(content), media_type, lambda: 0.0).frames:
                    pass
            except Refused:
                if content is tiny:
                    raise
    return sound


_PROMISING = ("matroska", "flv", "asf", "mxf")
_TINY = {
    "video/mp4": ("mp4", "mpeg4"),
    "video/x-matroska": ("matroska", "mpeg4"),
    "video/x-msvideo": ("avi", "mpeg4"),
    "video/mp2t": ("mpegts", "mpeg4"),
    "video/x-ms-asf": ("asf", "wmv2"),
    "video/x-flv": ("flv", "flv"),
    "application/mxf": ("mxf", "mpeg2video"),
}
"""By media type: FFmpeg's muxer, and an encoder that starts no thread."""


def _tiny_video(container: str, codec: str) -> bytes:
    """Write three grey frames."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        stream.codec_context.thread_count = 1
        for _ in range(3):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((32, 32, 3), 90, np.uint8), format="rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()


def read_video(file: BinaryIO, media_type: str, clock: Callable[[], float]) -> Video:
    """Open a video and plan its samples; the frames are decoded while they are iterated.

    Every video track is looked at, the largest first, up to `limits.MAX_TRACKS`; a track's samples follow those of the
    one
    before. clock: seconds this file has taken; it stops while somebody else is waited for.
    Raises Refused: `kind_not_supported`, `empty_video`, `too_large`, `truncated`, `damaged`; MemoryError passes.
    """
    if media_type not in DEMUXERS:
        raise refusal("kind_not_supported")
    looking = _Looking(file, media_type, clock)
    try:
        looking.open()
        samples = looking.samples()
        first = next(samples, None)
    except MemoryError:
        raise
    except BROKEN as error:
        raise refusal("truncated" if cut_short(file, media_type) else "damaged") from error
    except Refused as error:
        reason = str(error.facts["reason"])
        if reason == "empty_video" and cut_short(file, media_type):
            raise refusal("truncated") from error
        if media_type.startswith("audio/"):
            raise refusal(_OF_SOUND.get(reason, reason)) from error
        raise
    if first is None:
        is_damaged = looking.has_lost_pictures or any(track.bad_packets for track in looking.tracks)
        reason = "damaged" if is_damaged else "empty_video"
        raise refusal("truncated" if cut_short(file, media_type) else reason)
    track = looking.tracks[first.track]
    video = Video(
        width=track.width,
        height=track.height,
        duration_s=round(min(max(each.timeline.duration_s for each in looking.tracks), 1e6), 3),
        codec=track.codec,
        sampled_every_s=round(min(track.plan.every_s, 1e6), 3),
        camera=looking.camera,
        frames=iter(()),
    )

    def all_samples() -> Iterator[Sample]:
        yield first
        yield from samples
        video.unseen = looking.unseen

    video.frames = all_samples()
    return video


class _Looking:
    """The video tracks of one file, one after the other."""

    def __init__(self, file: BinaryIO, media_type: str, clock: Callable[[], float]) -> None:
        self.file, self.media_type, self.clock = file, media_type, clock
        self.tracks: list[Decoding] = []
        self.camera: Facts = {}
        self.unseen: set[str] = set()
        self.has_lost_pictures = False

    def open(self) -> None:
        """Find the tracks and read their packets."""
        promised = promised_s(self.file, DEMUXERS[self.media_type])
        with opened(self.file, self.media_type) as container:
            streams, left_out = usable_streams(container)
            self.camera = container_facts({**streams[0].metadata, **container.metadata})
            covers = sum(map(is_cover, streams))
            timelines = read_timelines(container, streams, self.clock, promised)
            # The file says that there are pictures, but not where they lie.
            self.has_lost_pictures = any(
                (each.frames or each.duration) and not len(timelines[each.index].times) for each in streams
            )
            if breaks_its_promise(container, timelines.values()):
                self.unseen.add("end")
        if left_out or _is_followed(self.file, self.media_type):
            self.unseen.add("tracks")
        for number, (index, timeline) in enumerate(timelines.items()):
            share = Share(number, max(1, len(timelines) - covers), covers)
            self.tracks.append(Decoding(partial(self._anew, index), timeline, self.clock, share))

    def _anew(self, index: int) -> tuple[Any, Any]:
        container = opened(self.file, self.media_type)
        return container, container.streams[index]

    def samples(self) -> Iterator[Sample]:
        """The samples of all tracks; the first of a later track is a cut. A track that breaks costs no other."""
        for track in self.tracks:
            try:
                for sample in track.samples():
                    yield sample._replace(cut=sample.cut or (track.share.number > 0 and len(track.seen) == 1))
            except MemoryError:
                raise
            except BROKEN:
                if len(self.tracks) == 1 and not track.seen:
                    raise
                track.bad_packets += 1
            self.unseen |= track.unseen if track.seen or len(self.tracks) == 1 else {"tracks"}
        if cut_short(self.file, self.media_type):
            self.unseen.add("end")
        elif hides_something(self.file, self.media_type):
            self.unseen.add("pictures")


def _is_followed(file: BinaryIO, media_type: str) -> bool:
    """Whether another video of the same build stands behind a video of boxes: of several, the first is read."""
    return DEMUXERS[media_type] == "mov" and sum(kind == b"moov" for _, kind, _ in boxes(file, 0)) > 1


def hides_something(file: BinaryIO, media_type: str) -> bool:
    """Whether a picture, an archive or a video of another build stands behind the end of a video."""
    behind = contents_behind(file, structural_end(file, DEMUXERS[media_type]))
    return bool(behind.pictures or behind.more or (behind.video and not _is_followed(file, media_type)))


def breaks_its_promise(container: Any, timelines: Iterable[Timeline]) -> bool:
    """Say whether a file ends long before the time that it says it plays; only some kinds say it beside their
    packets."""
    if not container.format.name.startswith(_PROMISING):
        return False
    # A tenth and a second are left for its sound.
    return bool(max(each.stated_s for each in timelines) < (container.duration or 0) / 1e6 * 0.9 - 1)


def cut_short(file: BinaryIO, media_type: str) -> bool:
    """Say whether a video ends before its own structure says it should; unknown for streams without a length."""
    return ends_short(file, DEMUXERS[media_type])


def opened(file: BinaryIO, media_type: str) -> Any:
    """Open a video by the one demuxer of its type; no protocol is allowed."""
    file.seek(0)
    name = DEMUXERS[media_type]
    if name == "mpeg" and file.read(4) == b"\x00\x00\x01\xb3":
        name = "mpegvideo"  # pictures alone, as they stand in a stream (ISO/IEC 13818-2, 6.2.2.1)
    file.seek(0)
    options = {
        "format_whitelist": name,
        "protocol_whitelist": "",
        "probesize": str(limits.PROBE),
        "analyzeduration": str(limits.PROBE),
    }
    if name == "mov":
        # What an edit list hides is looked at too.
        options |= {"enable_drefs": "0", "advanced_editlist": "0"}
    return av.open(file, format=name, options=options, metadata_errors="replace", buffer_size=1 << 18)


def usable_streams(container: Any) -> tuple[list[Any], bool]:
    """Choose the video tracks to look at, the largest first, and behind them pictures that were put inside as a cover;
    also says whether others are left out.

    Raises Refused: `empty_video` without a track, `video_to_convert` and `too_large` if there is none other.
    """
    streams = [stream for stream in container.streams.video if is_cover(stream) or not _is_item(stream)]
    if not streams:
        raise refusal("empty_video")
    against = {stream.index: _reason_against(stream) for stream in streams}
    usable = [stream for stream in streams if not against[stream.index]]
    if not usable:
        raise refusal(against[streams[0].index])
    size = {stream.index: stream.codec_context.width * stream.codec_context.height for stream in usable}
    usable.sort(key=lambda stream: (is_cover(stream), -size[stream.index], stream.index))
    return usable[: limits.MAX_TRACKS], len(streams) > len(usable[: limits.MAX_TRACKS])


def is_cover(stream: Any) -> bool:
    """Whether a stream is one picture that stands beside the video: its cover, or whatever somebody put there."""
    return bool(stream.disposition & Disposition.attached_pic)


def _is_item(stream: Any) -> bool:
    """Whether a stream is a picture of a HEIC or AVIF, outside its sequence: it has no times."""
    return stream.frames == 1 and stream.duration is None


def _reason_against(stream: Any) -> str:
    context = stream.codec_context
    known = COVER_CODECS if is_cover(stream) else CODECS
    if context is None or context.codec.canonical_name not in known:
        return "video_to_convert"
    return "too_large" if context.width * context.height > limits.MAX_VIDEO_PIXELS else ""
