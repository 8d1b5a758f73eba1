"""How fast a playable copy of a video is made, and whether each picture is found: against an independent decode.

Clips of 1080p are made of a photograph that ships in a wheel; each picture carries its number as a row of squares. The
time of a copy is processor time, of the sandbox and of the encoder together, so that other work on the machine does not
count. Seeks are made in the sealed object of the store, as the web serves it. One JSON object is the last line.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import skimage
from numpy.typing import NDArray
from PIL import Image

from workspace.analysis.proxies import MAX_COPY_BYTES, Copies, StripMaker, chunks_of, encode_copies
from workspace.analysis.sandbox.client import Decoder
from workspace.store.keys import OperationKey
from workspace.store.objects import open_store

RATE, BITS, SIDE = 30, 12, 640
WIDTH, HEIGHT = 1920, 1080


def clip(seconds: int, group: int) -> bytes:
    """A photograph that is panned over, H.264 with B-frames; the number of each picture stands in its lower part."""
    photograph = (
        Image.open(Path(skimage.__file__).parent / "data" / "astronaut.png").convert("RGB").resize((2200, 2200))
    )
    pixels = np.asarray(photograph)
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        options = {"preset": "ultrafast", "bf": "2", "crf": "26"}
        stream: Any = output.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = group
        for number in range(seconds * RATE):
            shift = number % 250
            view = pixels[shift : shift + HEIGHT, shift : shift + WIDTH].copy()
            for bit in range(BITS):
                view[860:1020, 160 * bit : 160 * bit + 130] = 240 if number >> bit & 1 else 15
            output.mux(stream.encode(av.VideoFrame.from_ndarray(view, format="rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()


def number_in(picture: NDArray[np.uint8]) -> int:
    height, width = picture.shape[:2]
    places = [(65 + 160 * bit) * width // WIDTH for bit in range(BITS)]
    return sum(int(picture[940 * height // HEIGHT, place].mean() > 128) << bit for bit, place in enumerate(places))


def processor_s(decoder: Decoder) -> float:
    """Seconds of this process and of the sandbox's ended children."""
    server = decoder._server  # its children's time is nowhere else
    assert server is not None
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + sum(int(fields[at]) for at in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


def copied(decoder: Decoder, content: bytes) -> tuple[Copies, float, float]:
    """The copies of a clip, the processor time that they took, and how long the film strip took before."""
    descriptor = os.memfd_create("clip")
    os.write(descriptor, content)
    since, maker = time.perf_counter(), StripMaker()
    video = decoder.video(descriptor)
    for time_s, pixels in video.frames:
        maker.add(time_s, pixels)
    strip = maker.strip(video.cuts)
    assert strip is not None
    strip_s = time.perf_counter() - since
    before = processor_s(decoder)
    copies = encode_copies(decoder.play(descriptor, SIDE))
    taken = processor_s(decoder) - before
    os.close(descriptor)
    return copies, taken, strip_s


def seeks(copies: Copies, expected: list[int], count: int, chance: random.Random) -> tuple[list[float], int]:
    """Seek in the sealed copy: milliseconds of each seek, and how many showed the very picture."""
    taken, exact = [], 0
    key = OperationKey("1", bytes(range(32)))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder).as_uri())
        stored = store.put_stream(chunks_of(copies.clear), key=key, max_bytes=2 * MAX_COPY_BYTES, durable=False)
        file: Any = store.open(stored.address, key)
        with file, av.open(file) as container:
            stream = container.streams.video[0]
            for _ in range(count):
                wanted = chance.randrange(len(copies.at_ms))
                since = time.perf_counter()
                container.seek(copies.at_ms[wanted], stream=stream)
                frame = next(
                    each for each in container.decode(stream) if round(each.time * 1000) >= copies.at_ms[wanted]
                )
                picture = frame.to_ndarray(format="rgb24")
                taken.append((time.perf_counter() - since) * 1000)
                exact += number_in(picture) == expected[wanted]
    return taken, exact


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    seconds, clips, count = (8, (30,), 200) if quick else (30, (30, 300), 100)
    chance, played_s, taken_s, strips, times, exact = random.Random(20261130), 0.0, 0.0, [], [], 0
    with Decoder() as decoder:
        for group in clips:
            content = clip(seconds, group)
            independent: Any = av.open(io.BytesIO(content))
            with independent:
                expected = [number_in(frame.to_ndarray(format="rgb24")) for frame in independent.decode(video=0)]
            copies, took, strip_s = copied(decoder, content)
            with copies:
                assert len(copies.at_ms) == len(expected) == seconds * RATE
                found, right = seeks(copies, expected, count, chance)
            played_s, taken_s, exact = played_s + seconds, taken_s + took, exact + right
            strips.append(strip_s)
            times += found
            print(
                f"{seconds} s of 1080p, a key frame every {group}: copy in {took:.1f} s of processor time, strip in "
                f"{strip_s:.1f} s"
            )
    times.sort()
    print(f"{len(times)} seeks, {exact} exact; p50 {times[len(times) // 2]:.0f} ms")
    result = {
        "proxy_realtime": round(played_s / taken_s, 2),
        "filmstrip_first_s": round(max(strips), 2),
        "seek_p95_ms": round(times[int(len(times) * 0.95)], 1),
        "frame_exact": round(exact / len(times), 4),
    }
    print(json.dumps(result))
    if result["proxy_realtime"] < 4 or result["frame_exact"] < 1:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
