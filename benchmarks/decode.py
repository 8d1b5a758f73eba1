"""How much the sandbox costs: one 12-megapixel JPEG and one video decoded inside it and in this very process.

The same code does the decoding on both sides. Prints what was compared, and one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import skimage
from PIL import Image

from workspace.analysis.sandbox import decode_picture, decode_video
from workspace.analysis.sandbox.client import Decoder

TWELVE_MEGAPIXELS = (4000, 3000)


def photograph() -> Image.Image:
    return Image.open(Path(skimage.__file__).parent / "data" / "astronaut.png").convert("RGB")


def jpeg() -> bytes:
    file = io.BytesIO()
    photograph().resize(TWELVE_MEGAPIXELS, Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    return file.getvalue()


def clip(seconds: int, group: int) -> bytes:
    file, picture = io.BytesIO(), photograph()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=30, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.codec_context.gop_size = group
        for number in range(seconds * 30):
            shift = number % 200
            view = picture.crop((shift, shift, shift + 300, shift + 169)).resize((1280, 720))
            frame = av.VideoFrame.from_ndarray(np.asarray(view), format="rgb24")
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        since = time.perf_counter()
        work()
        taken.append((time.perf_counter() - since) * 1000)
    return sorted(taken)


def descriptor_of(content: bytes) -> int:
    descriptor = os.memfd_create("material")
    os.write(descriptor, content)
    return descriptor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    times = 15 if parser.parse_args().quick else 60
    picture, video = jpeg(), clip(10, 300)
    decode_picture.preload()
    decode_video.preload()
    since = time.perf_counter()
    with Decoder() as decoder:
        start_s = time.perf_counter() - since
        tiny = io.BytesIO()
        Image.new("RGB", (8, 8)).save(tiny, "PNG")
        descriptors = [descriptor_of(content) for content in (picture, video, tiny.getvalue())]
        inside = milliseconds(lambda: decoder.picture(descriptors[0]), times)
        smallest = milliseconds(lambda: decoder.picture(descriptors[2]), times)
        inside_video = milliseconds(lambda: list(decoder.video(descriptors[1]).frames), max(3, times // 10))
    outside = milliseconds(
        lambda: np.asarray(decode_picture.read_picture(io.BytesIO(picture), "image/jpeg").image), times
    )
    outside_video = milliseconds(
        lambda: list(decode_video.read_video(io.BytesIO(video), "video/mp4", lambda: 0.0).frames), max(3, times // 10)
    )
    print(f"{platform.machine()}, {os.cpu_count()} cores, n={times}; start of the fork server {start_s:.2f} s")
    print(f"{'':24}{'p50 ms':>10}{'p99 ms':>10}")
    for name, taken in (
        ("12 MP JPEG, sandbox", inside),
        ("12 MP JPEG, in process", outside),
        ("8 x 8 PNG, sandbox", smallest),
        ("10 s of 720p, sandbox", inside_video),
        ("10 s of 720p, in process", outside_video),
    ):
        print(f"{name:24}{statistics.median(taken):10.1f}{taken[int(len(taken) * 0.99)]:10.1f}")
    result = {
        "start_s": round(start_s, 2),
        "jpeg_12mp_sandbox_ms": round(statistics.median(inside), 1),
        "jpeg_12mp_in_process_ms": round(statistics.median(outside), 1),
        "smallest_sandbox_ms": round(statistics.median(smallest), 1),
        "video_10s_sandbox_ms": round(statistics.median(inside_video), 1),
        "video_10s_in_process_ms": round(statistics.median(outside_video), 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
