"""What a photo of 12 megapixels costs, and how many faces are found for it, beside InsightFace and DeepFace.

All with the same weights, on the same files, with one thread: decode, look for faces, describe each. Ours looks as a
worker's first look does. InsightFace as its README uses it, with a detector's input of 640 pixels. DeepFace, with
`--deepface PYTHON`, in an environment of its own (`pip install deepface tf-keras` there; this command downloads
nothing), with YuNet and SFace. Processor time is measured, which other programs touch less. Prints one JSON object as
its last line, and ends with 1 where the goal of docs/benchmarks.md is missed.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from onnx.utils import extract_model

from benchmarks._material import make_material
from benchmarks.accuracy import of_insightface
from workers.reading import PREVIEW_PX
from workspace.analysis.derivatives import shrunk
from workspace.analysis.faces import FaceEngine
from workspace.analysis.pack import DETECTOR, RECOGNISER, Pack, build_default_pack
from workspace.analysis.sandbox import decode_picture
from workspace.settings import ONE_THREAD

GOALS = {"faces_ratio_deepface": 2.3}
PHOTOS, QUICK_PHOTOS = 48, 16
THEIRS = Path(__file__).with_name("_deepface.py")
YUNET = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in (8, 16, 32)]
"""What YuNet answers, inside of the pack's graph that turns it into what InsightFace reads."""


def of_ours(pack: Pack) -> Callable[[Path], int]:
    """Faces in a photo, as a worker finds them at its first look."""
    decode_picture.preload()
    engine = FaceEngine(pack)

    def faces_in(photo: Path) -> int:
        pixels = np.asarray(decode_picture.read_picture(io.BytesIO(photo.read_bytes()), "image/jpeg").image)
        return len(engine.find(pixels, small=shrunk(pixels, PREVIEW_PX)))

    return faces_in


def of_plain(pack: Pack) -> Callable[[Path], int]:
    """Faces in a photo, as InsightFace finds them."""
    find = of_insightface(pack)
    return lambda photo: len(find(np.asarray(cv2.imread(str(photo)), np.uint8)[:, :, ::-1]))


def measured(faces_in: Callable[[Path], int], photos: Sequence[Path]) -> dict[str, float]:
    """Processor seconds and faces over all photos, after one that is not counted."""
    faces_in(photos[0])
    since = time.process_time()
    faces = sum(map(faces_in, photos))
    return {"cpu_s": time.process_time() - since, "faces": faces}


def of_deepface(python: Path, pack: Pack, photos: Sequence[Path], home: Path) -> dict[str, float]:
    """The same by DeepFace, with the pack's weights under the names by which it looks for them."""
    weights = home / ".deepface" / "weights"
    weights.mkdir(parents=True)
    extract_model(
        pack.directory / DETECTOR, weights / "face_detection_yunet_2023mar.onnx", ["input"], YUNET, check_model=False
    )
    shutil.copy(pack.directory / RECOGNISER, weights / "face_recognition_sface_2021dec.onnx")
    environment = {**ONE_THREAD, "PATH": os.environ["PATH"], "HOME": str(home), "DEEPFACE_HOME": str(home)}
    done = subprocess.run([python, THEIRS, *photos], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"DeepFace did not run: {done.stderr.strip().splitlines()[-1:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_PHOTOS} photos")
    parser.add_argument(
        "--deepface", type=Path, metavar="PYTHON", help="of an environment in which DeepFace is installed"
    )
    options = parser.parse_args()
    os.environ |= ONE_THREAD
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_material(home / "material", QUICK_PHOTOS if options.quick else PHOTOS, 0)
        photos = sorted((home / "material" / "photos").iterdir())
        pack = build_default_pack(home / "pack")
        taken = {"ours": measured(of_ours(pack), photos), "insightface": measured(of_plain(pack), photos)}
        if options.deepface:
            taken["deepface"] = of_deepface(options.deepface, pack, photos, home)
    figures = _figures(taken, len(photos))
    missed = [name for name, goal in GOALS.items() if name in figures and figures[name] < goal]
    print(json.dumps(figures | {"goals": GOALS, "goals_met": not missed}))
    return int(bool(missed))


def _figures(taken: dict[str, dict[str, float]], photos: int) -> dict[str, Any]:
    """By whom: processor time of a photo and faces for a second of it; and how many times as good ours is."""
    figures: dict[str, Any] = {"photos": photos}
    for name, each in taken.items():
        figures[name] = {
            "cpu_ms_a_photo": round(each["cpu_s"] * 1000 / photos, 1),
            "faces": each["faces"],
            "faces_a_cpu_s": round(each["faces"] / each["cpu_s"], 2),
        }
    ours = taken["ours"]
    for name in taken.keys() - {"ours"}:
        peer = taken[name]
        figures[f"photo_ratio_{name}"] = round(peer["cpu_s"] / ours["cpu_s"], 2)
        figures[f"faces_ratio_{name}"] = round(ours["faces"] / ours["cpu_s"] * peer["cpu_s"] / peer["faces"], 2)
    return figures


if __name__ == "__main__":
    sys.exit(main())
