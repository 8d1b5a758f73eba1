"""Photos and clips for the benchmarks `pipeline` and `operation_week`, made from the photographs in the installed
wheels (adults, lawful)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib.resources import as_file, files
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

TWELVE_MEGAPIXELS = (4000, 3000)
CLIP_S, FPS = 8, 12
GRAIN = 5.0
"""Standard deviation in 256 steps."""


def make_material(folder: Path, pictures: int, videos: int, *, clip_s: int = CLIP_S) -> None:
    """Photos of 12 megapixels with several, one and no faces, and clips; each file has bytes of its own."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        photos, clips = list(pool.map(_jpeg, _pictures())), list(pool.map(partial(_clip, clip_s=clip_s), (0, 60)))
    for name, number, content in (("photos", pictures, photos), ("videos", videos, clips)):
        (folder / name).mkdir(parents=True)
        for n in range(number):
            ending = "jpg" if name == "photos" else "mp4"
            # What follows a file's end changes its hash and nothing else.
            mark = n.to_bytes(4, "big") if ending == "jpg" else _free(n)
            (folder / name / f"{n:04}.{ending}").write_bytes(content[n % len(content)] + mark)


def _free(n: int) -> bytes:
    """A box of an MP4 that players pass over."""
    return (16).to_bytes(4, "big") + b"free" + n.to_bytes(8, "big")


def _pictures() -> Iterator[Image.Image]:
    group, portrait = photograph("insightface/data/images/t1.jpg"), photograph("skimage/data/astronaut.png")
    for top in (110, 190):
        for left in (0, 190, 380, 570, 760):
            yield group.crop((left, top, left + 520, top + 390))
    for box in ((0, 0, 512, 384), (40, 20, 480, 350)):
        yield portrait.crop(box)
        yield portrait.crop(box).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    yield photograph("skimage/data/coffee.png")
    yield photograph("skimage/data/chelsea.png")


def photograph(path: str) -> Image.Image:
    """A photograph in an installed wheel, RGB."""
    package, *parts = path.split("/")
    with as_file(files(package).joinpath(*parts)) as found, Image.open(found) as picture:
        return picture.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    large = np.asarray(picture.resize(TWELVE_MEGAPIXELS, Image.Resampling.BILINEAR), np.int16)
    grainy = (large + _grain()).clip(0, 255).astype(np.uint8)
    Image.fromarray(grainy).save(file, "JPEG", quality=95)
    return file.getvalue()


@cache
def _grain() -> npt.NDArray[np.int16]:
    """The noise of a small sensor: without it an enlarged picture is a file of 0.7 MB, where telephones make 3 to 5."""
    width, height = TWELVE_MEGAPIXELS
    tile = np.random.default_rng(1).normal(0, GRAIN, (500, 500, 3)).round().astype(np.int16)
    return np.tile(tile, (height // 500, width // 500, 1))


def _clip(start: int, *, clip_s: int) -> bytes:
    file, picture = io.BytesIO(), photograph("skimage/data/astronaut.png")
    views = [
        np.asarray(picture.crop((n, n // 2, n + 400, n // 2 + 225)).resize((1280, 720)))
        for n in range(start, start + 40)
    ]
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "g": str(FPS)})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for n in range(clip_s * FPS):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(views[n * 40 // (clip_s * FPS)], format="rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()
