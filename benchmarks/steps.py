"""Where the processor time of a photo and of a video's frame goes: decoding, looking for faces, clean pictures, hash.

Each step is what a worker does, in this process and with one thread; processor time is measured, so that a machine
which others use tells the same. Prints a table, and one JSON object as its last line: milliseconds per photo (of one,
six and no faces, 12 megapixels) and per frame (720p).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks._material import TWELVE_MEGAPIXELS, photograph
from workers.persons import crops_of, cut_out
from workers.reading import PREVIEW_PX, PREVIEW_QUALITY, VEIL_PX, VEIL_QUALITY
from workspace.analysis.derivatives import encode_derivative, shrunk
from workspace.analysis.faces import FaceEngine, Pixels
from workspace.analysis.near_duplicates import pdq_in_all_turns
from workspace.analysis.pack import build_default_pack, load_pack
from workspace.analysis.sandbox import decode_picture
from workspace.settings import ONE_THREAD

FRAME = (1280, 720)


def scenes() -> dict[str, Image.Image]:
    """One adult, six adults, and nobody."""
    noise = np.random.default_rng(3).integers(0, 255, (60, 80, 3), np.uint8)
    return {
        "one": photograph("skimage/data/astronaut.png"),
        "six": photograph("insightface/data/images/t1.jpg"),
        "none": Image.fromarray(noise),
    }


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median processor time of some work."""
    taken = []
    for _ in range(times):
        since = time.process_time()
        work()
        taken.append((time.process_time() - since) * 1000)
    return round(statistics.median(taken), 1)


def of_photo(engine: FaceEngine, content: bytes, times: int) -> dict[str, float]:
    """Each step of a photo."""
    pixels: Pixels = np.asarray(decode_picture.read_picture(io.BytesIO(content), "image/jpeg").image)
    small = shrunk(pixels, PREVIEW_PX)
    faces = engine.find(pixels, small=small)
    return {
        "decode": milliseconds(lambda: decode_picture.read_picture(io.BytesIO(content), "image/jpeg"), times),
        "shrink": milliseconds(lambda: shrunk(pixels, PREVIEW_PX), times),
        "faces": milliseconds(lambda: engine.find(pixels, small=small), times),
        "crops": milliseconds(lambda: [crops_of(face, cut_out(face, pixels)) for face in faces], times),
        "preview": milliseconds(lambda: _clean(small), times),
        "hash": milliseconds(lambda: pdq_in_all_turns(pixels), times),
    }


def _clean(pixels: Pixels) -> None:
    encode_derivative(pixels, longest_side=PREVIEW_PX, quality=PREVIEW_QUALITY)
    encode_derivative(pixels, longest_side=VEIL_PX, quality=VEIL_QUALITY)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    times = 9 if parser.parse_args().quick else 31
    os.environ |= ONE_THREAD
    decode_picture.preload()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        engine = FaceEngine(load_pack(build_default_pack(Path(folder) / "pack").directory))
        for name, scene in scenes().items():
            file = io.BytesIO()
            scene.resize(TWELVE_MEGAPIXELS, Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
            steps = of_photo(engine, file.getvalue(), times)
            frame = np.asarray(scene.resize(FRAME))
            steps["frame"] = milliseconds(partial(engine.find, frame, is_frame=True), times)
            print(name.ljust(6), "  ".join(f"{step} {taken:6.1f}" for step, taken in steps.items()))
            figures |= {f"{name}_{step}_ms": taken for step, taken in steps.items()}
            figures[f"{name}_photo_ms"] = round(sum(taken for step, taken in steps.items() if step != "frame"), 1)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
