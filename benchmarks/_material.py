"""Photos and clips for the benchmark `pipeline`, made from the photographs in the installed wheels (adults, lawful)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path

import av
import numpy as np
from PIL import Image

TWELVE_MEGAPIXELS = (4000, 3000)
CLIP_S, FPS = 8, 12


def make_material(folder: Path, pictures: int, videos: int) -> None:
    """Photos of 12 megapixels with one, two and no faces, and clips; each file has bytes of its own."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        photos, clips = list(pool.map(_jpeg, _pictures())), list(pool.map(_clip, (0, 60)))
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
    group, portrait = _photograph("insightface/data/images/t1.jpg"), _photograph("skimage/data/astronaut.png")
    for left in (0, 420, 760):
        yield group.crop((left, 150, left + 520, 540))
    yield portrait.crop((0, 0, 512, 384))
    yield portrait.crop((40, 20, 480, 350)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    yield _photograph("skimage/data/coffee.png")


def _photograph(path: str) -> Image.Image:
    package, *parts = path.split("/")
    with as_file(files(package).joinpath(*parts)) as found, Image.open(found) as picture:
        return picture.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.resize(TWELVE_MEGAPIXELS, Image.Resampling.BILINEAR).save(file, "JPEG", quality=88)
    return file.getvalue()


def _clip(start: int) -> bytes:
    file, picture = io.BytesIO(), _photograph("skimage/data/astronaut.png")
    views = [np.asarray(picture.crop((n, n // 2, n + 400, n // 2 + 225)).resize((1280, 720))) for n in range(start, start + 40)]
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "g": str(FPS)})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for n in range(CLIP_S * FPS):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(views[n * 40 // (CLIP_S * FPS)], format="rgb24")))
        output.mux(stream.encode(None))
    return file.getvalue()
