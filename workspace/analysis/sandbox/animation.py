"""Read an animation picture by picture, as the frames of a video; runs only in a confined child of the fork server.

How long each picture is shown stands in the file's own structure and is read before anything is decoded. GIF, PNG and
WebP are decoded by Pillow; sequences of AVIF and HEIC are the video tracks that they are.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from workspace.analysis.sandbox import limits, webp
from workspace.analysis.sandbox.contents import BOXES, is_sequence
from workspace.analysis.sandbox.decode_picture import (
    DECODE_ERRORS,
    FORMATS,
    Picture,
    exif_of,
    read_picture,
    upright,
)
from workspace.analysis.sandbox.decode_video import DEMUXERS, Video, read_video
from workspace.analysis.sandbox.gif import gif_blocks
from workspace.analysis.sandbox.limits import refusal
from workspace.analysis.sandbox.pixels import Size, to_rgb
from workspace.analysis.sandbox.play_video import Still
from workspace.analysis.sandbox.play_video import read_still as read_video_still
from workspace.analysis.sandbox.sampling import (
    CUT_DISTANCE,
    Timeline,
    colour_distance,
    colour_histogram,
    plan_samples,
    unseen_of,
)
from workspace.analysis.sandbox.video_track import Sample
from workspace.errors import Refused

SHORTEST_S, USUAL_S = 0.02, 0.1
"""Browsers show a picture for the second where the file says less than the first, and zero is often written."""
GLIMPSE_PX = 256
"""Side of the small picture by which the change of a scene is seen; every fourth of its pixels is taken."""
MOST_PARTS = 1_000_000
"""Blocks and chunks of a file that are read for its times."""


class Shown(NamedTuple):
    """lengths_s: how long each picture is shown, in the order in which they are decoded; whole: the file holds all that
    its structure promises."""

    lengths_s: list[float]
    whole: bool


def preload() -> None:
    """Read a sound and a broken animation of each kind, after which reading needs no further module."""
    pictures = [Image.effect_noise((16, 16), 60).convert("RGB") for _ in range(3)]
    for media_type in (*READERS, "image/avif"):
        file, name = io.BytesIO(), FORMATS[media_type]
        options = {"max_threads": 1} if name == "AVIF" else {}
        pictures[0].save(file, name, save_all=True, append_images=pictures[1:], duration=100, **options)
        whole = file.getvalue()
        for content in (whole, whole[: len(whole) * 2 // 3]):
            try:
                for _ in read_animation(io.BytesIO(content), media_type, lambda: 0.0).frames:
                    pass
                read_moment(io.BytesIO(content), media_type, 150, lambda: 0.0)
            except Refused:
                if content is whole:
                    raise


def read_still(
    file: BinaryIO, media_type: str, part: int, clock: Callable[[], float], *, size: Size = "working"
) -> Picture:
    """Decode one picture of a photo as `read_picture` does; of a sequence that has no picture besides, its first."""
    try:
        return read_picture(file, media_type, part, size=size)
    except Refused:
        if media_type not in BOXES or part > 1 or not is_sequence(file):
            raise
    video = read_video(file, media_type, clock)
    return Picture(Image.fromarray(next(video.frames).pixels), video.width, video.height, {}, moves=True)


def read_animation(file: BinaryIO, media_type: str, clock: Callable[[], float]) -> Video:
    """Open an animation; its pictures are decoded while the frames are iterated.

    All of up to `limits.MAX_PARTS` pictures are given; of more, those along the time as of a video, and each whose
    scene is another one than that of the picture given before it. clock: seconds this file has taken.
    Raises Refused: `kind_not_supported`, `too_large`, `empty_video`, `damaged`; MemoryError passes.
    """
    if media_type in DEMUXERS:
        return read_video(file, media_type, clock)
    if media_type not in READERS:
        raise refusal("kind_not_supported")
    try:
        moving = _opened(file, media_type, clock)
        frames = moving.samples()
        first = next(frames, None)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal("too_large") from error
    except DECODE_ERRORS as error:
        raise refusal("damaged") from error
    if first is None:
        raise refusal("empty_video")
    video = Video(
        width=moving.width,
        height=moving.height,
        duration_s=round(min(moving.timeline.duration_s, 1e6), 3),
        codec=media_type.removeprefix("image/"),
        sampled_every_s=round(min(moving.every_s, 1e6), 3),
        camera={},
        frames=iter(()),
    )

    def all_frames() -> Iterator[Sample]:
        yield first
        yield from frames
        video.unseen = moving.unseen

    video.frames = all_frames()
    return video


def read_moment(file: BinaryIO, media_type: str, at_ms: int, clock: Callable[[], float]) -> Still:
    """The picture of an animation that is shown at a moment, in full. Raises as `read_animation`."""
    if media_type in DEMUXERS:
        return read_video_still(file, media_type, at_ms, clock)
    if media_type not in READERS:
        raise refusal("kind_not_supported")
    try:
        moving = _opened(file, media_type, clock)
        times = moving.timeline.times
        for number in range(max(1, int(np.searchsorted(times, at_ms / 1000 + 1e-6, side="right")))):
            if clock() > limits.PLAY_SOFT_S:
                raise refusal("too_slow")
            moving.image.seek(number)  # each builds on the one before it
            moving.image.load()
        pixels = moving.pixels(whole=True)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal("too_large") from error
    except DECODE_ERRORS as error:
        raise refusal("damaged") from error
    return Still(round(float(times[number]) * 1000), None, pixels, moving.width, moving.height)


def _opened(file: BinaryIO, media_type: str, clock: Callable[[], float]) -> _Moving:
    is_cut = False
    if media_type == "image/webp":
        found = webp.readable(file)
        file, is_cut = found.file, found.is_cut
    file.seek(0)
    shown = READERS[media_type](file)
    times = np.concatenate([[0.0], np.cumsum(shown.lengths_s)])
    Image.MAX_IMAGE_PIXELS = limits.MAX_VIDEO_PIXELS
    file.seek(0)
    image = Image.open(file, formats=[FORMATS[media_type]])
    if image.width * image.height > limits.MAX_VIDEO_PIXELS:
        raise refusal("too_large")
    timeline = Timeline(times[:-1], np.zeros(0, np.int64), float(times[-1]), whole=shown.whole and not is_cut)
    return _Moving(image, timeline, clock)


class _Moving:
    """The pictures of an animation, one after the other."""

    def __init__(self, image: Image.Image, timeline: Timeline, clock: Callable[[], float]) -> None:
        self.image, self.timeline, self.clock = image, timeline, clock
        self.every_s = plan_samples(timeline).every_s
        self.chosen = _chosen(timeline.times, self.every_s)
        self.width = self.height = 0
        self.seen: list[float] = []
        self.is_cut_off = not timeline.whole

    @property
    def unseen(self) -> set[str]:
        """What was not looked at, once `samples` has come to its end."""
        return unseen_of(self.timeline.times, self.seen) | ({"end"} if self.is_cut_off else set())

    def samples(self) -> Iterator[Sample]:
        """Give the samples in order. A picture that breaks off ends them, for those behind it build on it."""
        before: NDArray[np.float64] | None = None
        spare = limits.MAX_FRAMES - len(self.chosen)
        for number, time_s in enumerate(self.timeline.times):
            if number >= limits.MAX_DECODED_FRAMES or self.clock() > limits.SOFT_S:
                self.is_cut_off = True
                return
            try:
                self.image.seek(number)
                self.image.load()
                after = colour_histogram(_glimpse(self.image))
                cut = before is not None and colour_distance(before, after) > CUT_DISTANCE
                if number not in self.chosen and not (cut and spare > 0):
                    continue
                pixels = self.pixels()
            except DECODE_ERRORS:
                self.is_cut_off = True
                return
            spare -= number not in self.chosen
            before = after
            self.seen.append(float(time_s))
            yield Sample(round(min(float(time_s), 1e6), 3), pixels, cut)

    def pixels(self, *, whole: bool = False) -> NDArray[np.uint8]:
        """The picture that was decoded last, upright and of the size of a video's frames. whole: in its own size."""
        picture = to_rgb(self.image, size="whole" if whole else "working")
        scale = limits.MAX_FRAME_SIDE / max(picture.size)
        if scale < 1 and not whole:
            size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
            picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
        orientation = exif_of(self.image).get(ExifTags.Base.Orientation, 1)
        turned = upright(Picture(picture, self.image.width, self.image.height, {}), orientation)
        if not self.width:
            self.width, self.height = turned.width, turned.height
        return np.array(turned.image)


def _chosen(times: NDArray[np.float64], every_s: float) -> frozenset[int]:
    """Which pictures are looked at: all of a few, else the first of each step of time."""
    if len(times) <= limits.MAX_PARTS:
        return frozenset(range(len(times)))
    first = np.unique(np.floor(times / every_s + 1e-6), return_index=True)[1]
    return frozenset(int(number) for number in first[: limits.MAX_FRAMES])


def _glimpse(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.resize((GLIMPSE_PX, GLIMPSE_PX), Image.Resampling.NEAREST).convert("RGB"))


def _length_s(stated_s: float) -> float:
    return stated_s if stated_s >= SHORTEST_S else USUAL_S


def _gif(file: BinaryIO) -> Shown:
    blocks = gif_blocks(file)
    return Shown([_length_s(stated_s) for stated_s in blocks.stated_s], whole=blocks.end is not None)


def _png(file: BinaryIO) -> Shown:
    """By its frame control chunks (PNG, third edition, 11.3.6.2). A picture before the first of them comes first."""
    lengths_s: list[float] = []
    promised, at, size = 0, 8, file.seek(0, io.SEEK_END)
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        at += 12 + length
        if len(head) < 8 or at > size:
            break
        if kind == b"acTL":
            promised += int.from_bytes(file.read(4), "big")
        elif kind == b"fcTL":
            body = file.read(26)
            over, under = (int.from_bytes(body[n : n + 2], "big") for n in (20, 22))
            lengths_s.append(_length_s(over / (under or 100)))
        elif kind == b"IDAT" and not lengths_s:
            lengths_s.append(USUAL_S)
            promised += 1
        elif kind == b"IEND":
            return Shown(lengths_s, whole=len(lengths_s) >= promised)
    return Shown(lengths_s, whole=False)


def _webp(file: BinaryIO) -> Shown:
    """By its animation frames (WebP container, ANMF)."""
    lengths_s: list[float] = []
    at, size = 12, file.seek(0, io.SEEK_END)
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"ANMF":
            lengths_s.append(_length_s(int.from_bytes(file.read(16)[12:15], "little") / 1000))
        at += 8 + length + length % 2
    return Shown(lengths_s, whole=at <= size + 1)


READERS: dict[str, Callable[[BinaryIO], Shown]] = {"image/gif": _gif, "image/png": _png, "image/webp": _webp}
