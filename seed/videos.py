"""Makes the short videos of the exercise: a slow pan over a still, in some a hard cut to another.

H.264 in an MP4, 640 × 360 at 8 frames per second, by one encoder thread, so that the bytes are the same everywhere.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import av
import numpy as np
from PIL import Image

from seed.pictures import Still, draw, marked

FRAME: Final = (640, 360)
FRAMES_PER_S: Final = 8
KEY_FRAME_EVERY: Final = 16


@dataclass(frozen=True)
class Pan:
    """How the camera moves over a still: from and to (left, top), and the width it sees, as shares of the still."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float


@dataclass(frozen=True)
class Video:
    """A video file to be made; each still is shown for an equal part of the time. path: inside the exercise."""

    path: str
    stills: tuple[Still, ...]
    pans: tuple[Pan, ...]
    seconds: int


def encode_video(video: Video) -> bytes:
    """Draw a video and return its file."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_S)
        stream.width, stream.height = FRAME
        stream.pix_fmt = "yuv420p"
        stream.gop_size = KEY_FRAME_EVERY
        stream.options = {"preset": "ultrafast", "crf": "27"}
        stream.codec_context.thread_count = 1
        frames = video.seconds * FRAMES_PER_S // len(video.stills)
        for still, pan in zip(video.stills, video.pans, strict=True):
            for image in _frames(draw(still), pan, frames):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()


def _frames(picture: Image.Image, pan: Pan, count: int) -> Iterator[Image.Image]:
    """What the camera sees, FRAME each. The still is scaled once, so that a frame is only cut out."""
    scale = FRAME[0] / (picture.width * pan.width)
    large = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BILINEAR)
    for k in range(count):
        moment = k / max(1, count - 1)
        across, down = (a + (b - a) * moment for a, b in zip(pan.start, pan.end, strict=True))
        x = min(round(large.width * across), large.width - FRAME[0])
        y = min(round(large.height * down), large.height - FRAME[1])
        yield marked(large.crop((x, y, x + FRAME[0], y + FRAME[1])))
