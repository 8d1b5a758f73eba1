"""Pictures and videos made at test time from the photographs that ship in installed wheels."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import av
import av.logging
import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image

import workspace
from workspace.analysis.sandbox.client import DecodedPicture, DecodedVideo, Decoder
from workspace.errors import Refused

av.logging.set_level(av.logging.PANIC)
pillow_heif.register_heif_opener()

PICTURE_FORMATS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
}
VIDEO_FORMATS = {
    ("libx264", "mp4"): ("video/mp4", "h264"),
    ("libx264", "mov"): ("video/quicktime", "h264"),
    ("libx264", "3gp"): ("video/3gpp", "h264"),
    ("libx264", "matroska"): ("video/x-matroska", "h264"),
    ("libx264", "mpegts"): ("video/mp2t", "h264"),
    ("libx265", "mp4"): ("video/mp4", "hevc"),
    ("libsvtav1", "mp4"): ("video/mp4", "av1"),
    ("libvpx", "webm"): ("video/webm", "vp8"),
    ("libvpx-vp9", "webm"): ("video/webm", "vp9"),
    ("mpeg4", "avi"): ("video/x-msvideo", "mpeg4"),
    ("mjpeg", "avi"): ("video/x-msvideo", "mjpeg"),
    ("mpeg2video", "mpeg"): ("video/mpeg", "mpeg2video"),
}
_QUIET = {"libx265": {"x265-params": "log-level=none"}, "libsvtav1": {"preset": "12"}}


@cache
def photograph(name: str = "skimage/data/astronaut.png") -> Image.Image:
    package, _, path = name.partition("/")
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Image.open(Path(spec.origin).parent / path).convert("RGB")


def picture_file(name: str, *, size: tuple[int, int] = (320, 240), **options: object) -> bytes:
    file = io.BytesIO()
    photograph().resize(size).save(file, name, **options)
    return file.getvalue()


def plain(number: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture of one colour, near to those of the numbers beside it."""
    return Image.new("RGB", size, (20 + 2 * number, 60, 60))


def animated(name: str, pictures: list[Image.Image], *, duration: int | list[int] = 100, **options: object) -> bytes:
    """An animation of these pictures. duration: of all or of each, in milliseconds."""
    file = io.BytesIO()
    # Else pictures that are nearly alike become one.
    special: dict[str, dict[str, object]] = {"WEBP": {"lossless": True}, "AVIF": {"max_threads": 1}}
    options |= special.get(name, {})
    pictures[0].save(file, name, save_all=True, append_images=pictures[1:], duration=duration, **options)
    return file.getvalue()


def exif_block(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Lantern\x00"
    exif[ExifTags.Base.Model] = "Model 3"
    exif[ExifTags.Base.Software] = "firmware\x1b[31m 1.2"
    exif[ExifTags.Base.Orientation] = orientation
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2021:07:04 18:30:05"
    details[ExifTags.Base.OffsetTimeOriginal] = "+02:00"
    details[ExifTags.Base.BodySerialNumber] = "SN-0042"
    details[ExifTags.Base.LensSerialNumber] = "L-7"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "S", (33.0, 51.0, 36.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (151.0, 12.0, 0.0)
    return exif


def video_file(
    codec: str = "libx264",
    container: str = "mp4",
    *,
    frames: int = 40,
    rate: int = 10,
    group: int = 10,
    size: tuple[int, int] = (96, 64),
    scenes: tuple[str, ...] = ("skimage/data/astronaut.png",),
    faststart: bool = False,
    **options: str,
) -> bytes:
    """Pan over each scene in turn. The tables come last, or first with `faststart`, which needs a file to rewrite."""
    with tempfile.NamedTemporaryFile() as file:
        muxing = {"movflags": "faststart"} if faststart else {}
        with _ordinary_priority(), av.open(file.name, "w", format=container, options=muxing) as output:
            _pan(output, codec, frames, rate, group, size, scenes, options)
        return Path(file.name).read_bytes()


@contextmanager
def _ordinary_priority() -> Iterator[None]:
    """As root, SVT-AV1 makes the thread that calls it a real-time one of the highest priority, and whatever is started
    from it afterwards, browsers among it, would leave no time to anybody else on the machine.
    """
    before, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, before, parameters)


def _pan(
    output: av.container.OutputContainer,
    codec: str,
    frames: int,
    rate: int,
    group: int,
    size: tuple[int, int],
    scenes: tuple[str, ...],
    options: dict[str, str],
) -> None:
    stream: Any = output.add_stream(codec, rate=rate, options=_QUIET.get(codec, {}) | options)
    stream.width, stream.height = size
    stream.pix_fmt = {"mjpeg": "yuvj420p", "png": "rgb24"}.get(codec, "yuv420p")
    stream.codec_context.gop_size = group
    for number in range(frames):
        scene = photograph(scenes[number * len(scenes) // frames])
        shift = number % 50
        cut = scene.crop((shift, shift, shift + scene.width // 2, shift + scene.height // 2)).resize(size)
        frame = av.VideoFrame.from_ndarray(np.asarray(cut), format="rgb24")
        frame.pts = number
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def png_of_zeros(width: int, height: int, *, rows: int | None = None) -> bytes:
    """A greyscale PNG that unpacks to far more than it weighs; fewer `rows` than claimed make it a lie."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(1)
    row = bytes(1 + width)
    data = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@contextmanager
def descriptor_of(content: bytes) -> Iterator[int]:
    descriptor = os.memfd_create("material")
    try:
        os.write(descriptor, content)
        yield descriptor
    finally:
        os.close(descriptor)


def decode_picture(decoder: Decoder, content: bytes) -> DecodedPicture:
    with descriptor_of(content) as descriptor:
        return decoder.picture(descriptor)


def decode_video(decoder: Decoder, content: bytes) -> tuple[DecodedVideo, list[tuple[float, np.ndarray]]]:
    with descriptor_of(content) as descriptor:
        video = decoder.video(descriptor)
        return video, list(video.frames)


def refused(decoder: Decoder, content: bytes, *, video: bool = False) -> str:
    with pytest.raises(Refused) as caught:
        decode_video(decoder, content) if video else decode_picture(decoder, content)
    return str(caught.value.facts["reason"])


def run_apart(program: str, *arguments: str, timeout_s: float = 60) -> str:
    """Run a program with this environment's packages in a process of its own; what it prints."""
    root = str(Path(workspace.__file__).parent.parent)
    paths = [root, *(path for path in sys.path if Path(path).is_absolute())]
    start = f"import sys; sys.path[:] = {paths!r}\n"
    command = [sys.executable, "-I", "-c", start + program, *arguments]
    # One thread, as in the fork server: a process with several cannot leave its user namespace.
    alone = {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, env=alone)
    assert done.returncode == 0, done.stderr
    return done.stdout
