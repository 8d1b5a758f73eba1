"""Measures the installed face pack on photographs of known people, beside plain InsightFace with the same pack.

python -m benchmarks.accuracy [--quick] [--data FOLDER]

FOLDER holds one folder of photographs per person; without it the people of the photographs in the installed wheels are
taken, each in several states, which tells that it runs and no more. Of each photograph the face nearest to the middle
counts; where none is found, its pairs are missed. Measured are pairs (true accept rate at a false accept rate of 1e-3),
rank 1, an open set (half of the people are enrolled with one photograph: share found at rank 1 where 1 % of strangers
are), persons as clustering makes them, templates of eight photographs against the best of the eight, small faces in
pictures of 12 megapixels by the fast pass alone, photographs stored turned, and the error-against-discard curve
(ISO/IEC 29794-1): the share of true pairs missed at the lead threshold, after the worst by quality are left out. The
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
from insightface.app import FaceAnalysis

from benchmarks._worse import Pixels, worse
from benchmarks.faces import grouped, photograph, wheel_photographs
from workspace.analysis.faces import FaceEngine, FoundFace, overlap
from workspace.analysis.pack import Pack, build_default_pack
from workspace.host.progress import progress

Floats = npt.NDArray[np.float32]
Find = Callable[[Pixels], "list[Seen]"]

FALSE_ACCEPT_RATE, STRANGERS = 1e-3, 0.01
QUICK_PEOPLE, QUICK_EACH = 16, 6
ENROLLED = 8
DRAWS = 20
DISCARDED = (0, 0.05, 0.1, 0.2, 0.3, 0.5)
HEIGHTS_PX = (32, 48, 64, 96)
CANVAS = (3000, 4000)
OF_PICTURE = 0.45
"""Height of the face in a photograph of the middle face, of the photograph's height."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A face as ours or a peer sees it: (4,) box in px and embedding of norm 1; quality and word where it has them."""

    box: Floats
    embedding: Floats
    quality: float = 1.0
    word: str = "good"


def of_ours(engine: FaceEngine) -> Find:
    def seen(face: FoundFace) -> Seen:
        return Seen(face.box, face.embedding, face.quality.score, face.quality.words)

    return lambda pixels: [seen(face) for face in engine.find(pixels)]


def of_insightface(pack: Pack) -> Find:
    """InsightFace as its README uses it: FaceAnalysis with a detector's input of 640 pixels."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    analysis = FaceAnalysis(
        name=str(pack.directory),  # a directory: a name would be downloaded
        allowed_modules=["detection", "recognition"],
        providers=["CPUExecutionProvider"],
        sess_options=options,
    )
    analysis.prepare(ctx_id=-1, det_size=(640, 640))

    def find(pixels: Pixels) -> list[Seen]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # its own call into scikit-image is deprecated
            faces = analysis.get(np.ascontiguousarray(pixels[:, :, ::-1]))
        return [Seen(np.asarray(face.bbox), np.asarray(face.normed_embedding)) for face in faces]

    return find


def middle_face(find: Find, pixels: Pixels) -> Seen | None:
    middle = np.array(pixels.shape[1::-1]) / 2
    return min(
        find(pixels), key=lambda face: float(np.hypot(*(face.box.reshape(2, 2).mean(axis=0) - middle))), default=None
    )


def people_of(data: Path | None, *, quick: bool) -> list[list[Pixels]]:
    """The photographs of each person."""
    if data is None:
        return people_of_wheels()
    folders = [folder for folder in sorted(data.iterdir()) if folder.is_dir()]
    most = (QUICK_PEOPLE, QUICK_EACH) if quick else (None, None)
    people = [[photograph(path) for path in sorted(folder.iterdir())[: most[1]]] for folder in folders[: most[0]]]
    return [each for each in people if each]


def people_of_wheels() -> list[list[Pixels]]:
    """Eight adults out of the wheels' photographs, each as it is, mirrored, and worse in four ways."""
    with tempfile.TemporaryDirectory() as folder:
        engine = FaceEngine(build_default_pack(Path(folder).resolve() / "pack"))
        crops = [_around(picture, face.box) for picture in wheel_photographs() for face in engine.find(picture)]
    chance = np.random.default_rng(1)
    return [[each, np.ascontiguousarray(each[:, ::-1]), *(worse(each, chance) for _ in range(4))] for each in crops]


def _around(picture: Pixels, box: Floats) -> Pixels:
    x, y = box.reshape(2, 2).mean(axis=0)
    half = float(box[3] - box[1]) / OF_PICTURE / 2
    left, top = max(0, int(x - half)), max(0, int(y - half))
    return np.ascontiguousarray(picture[top : int(y + half), left : int(x + half)])


# --- Pairs and people -------------------------------------------------------------------------------------------------


def cosines(faces: Sequence[Seen | None], others: Sequence[Seen | None]) -> Floats:
    """Of each to each; -1 where a face was not found."""
    one, other = (np.array([_vector(face) for face in side], np.float32) for side in (faces, others))
    found = np.outer([face is not None for face in faces], [face is not None for face in others])
    return np.asarray(np.where(found, one @ other.T, -1), np.float32)


def _vector(face: Seen | None) -> Floats:
    return np.zeros(128, np.float32) if face is None else face.embedding


def pair_figures(faces: Sequence[Seen | None], persons: npt.NDArray[np.int64]) -> dict[str, float]:
    scores, same = cosines(faces, faces), persons[:, None] == persons
    upper = np.triu(np.ones_like(same), 1)
    false, true = np.sort(scores[upper & ~same])[::-1], scores[upper & same]
    threshold = float(false[int(len(false) * FALSE_ACCEPT_RATE)])
    np.fill_diagonal(scores, -2)
    return {
        "tar_far_1e3": float((true > threshold).mean()),
        "rank1": float((persons[scores.argmax(axis=1)] == persons).mean()),
        "tpir_fpir_1e2": open_set(faces, persons, lambda chosen: chosen[:1]),
    }


def open_set(
    faces: Sequence[Seen | None],
    persons: npt.NDArray[np.int64],
    enrol: Callable[[list[Seen | None]], list[Seen | None]],
    *,
    most: int = 1,
) -> float:
    """Half of the people are enrolled with up to `most` photographs each, the others are strangers: the share of the
    other photographs of the enrolled that come first and above 99 % of the strangers; the mean of some draws."""
    found = []
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(len(set(persons.tolist())))
        known = order[: len(order) // 2]
        gallery, whose, probes, answers, strangers = [], [], [], [], []
        for person in order:
            own = [faces[int(place)] for place in np.flatnonzero(persons == person)]
            if person not in known:
                strangers += own
                continue
            enrolled = enrol(own[:most])
            gallery += enrolled
            whose += [person] * len(enrolled)
            probes += own[most:]
            answers += [person] * len(own[most:])
        if not probes or not gallery:
            continue
        best = cosines(strangers, gallery).max(axis=1)
        least = float(np.sort(best)[::-1][int(len(best) * STRANGERS)])
        scores = cosines(probes, gallery)
        right = np.array(whose)[scores.argmax(axis=1)] == np.array(answers)
        found.append(float((right & (scores.max(axis=1) > least)).mean()))
    return float(np.mean(found)) if found else 0.0


def template(chosen: list[Seen | None], weigh: Callable[[Seen], float]) -> list[Seen | None]:
    known = [face for face in chosen if face is not None]
    if not known:
        return [None]
    total = np.sum([face.embedding * weigh(face) for face in known], axis=0)
    return [Seen(known[0].box, np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32))]


def template_figures(faces: Sequence[Seen | None], persons: npt.NDArray[np.int64], most: int) -> dict[str, float]:
    """Open set with up to `most` photographs a person, as they are compared today and as one mean of each."""
    best = open_set(faces, persons, lambda chosen: chosen, most=most)
    weighted = open_set(faces, persons, lambda chosen: template(chosen, lambda face: face.quality), most=most)
    return {
        "best_of": best,
        "mean": open_set(faces, persons, lambda chosen: template(chosen, lambda face: 1.0), most=most),
        "weighted_by_quality": weighted,
        "gain": weighted - best,
    }


def cluster_figures(faces: Sequence[Seen | None], persons: npt.NDArray[np.int64]) -> dict[str, float]:
    kept = [(face, person) for face, person in zip(faces, persons, strict=True) if face and face.word != "poor"]
    labels = grouped(np.stack([face.embedding for face, _ in kept]))
    of = np.array([person for _, person in kept])
    together, same = labels[:, None] == labels, of[:, None] == of
    upper = np.triu(np.ones_like(same), 1)
    return {
        "cluster_precision": float(same[upper & together].mean()),
        "cluster_recall": float(together[upper & same].mean()),
    }


def discard_curve(
    plain: Sequence[Seen | None], made_worse: Sequence[Seen | None], persons: npt.NDArray[np.int64], threshold: float
) -> dict[str, Any]:
    """Faces as they are and made worse against the others as they are: the share of true pairs missed after the worst
    faces by quality are left out; ideal: by their own errors. by_word: the same by word."""
    probes = [(face, place) for side in (plain, made_worse) for place, face in enumerate(side) if face is not None]
    scores = cosines([face for face, _ in probes], plain)
    missed = []
    for row, (_, place) in zip(scores, probes, strict=True):
        others = (persons == persons[place]) & (np.arange(len(persons)) != place) & (row > -1)
        missed.append(float((row[others] < threshold).mean()) if others.any() else 0.0)
    errors, quality = np.array(missed), np.array([face.quality for face, _ in probes])
    words = np.array([face.word for face, _ in probes])
    by_quality, ideal = errors[np.argsort(quality, kind="stable")], np.sort(errors)[::-1]
    return {
        "faces": len(errors),
        "discarded": list(DISCARDED),
        "missed": [round(float(by_quality[int(len(errors) * share) :].mean()), 4) for share in DISCARDED],
        "ideal": [round(float(ideal[int(len(errors) * share) :].mean()), 4) for share in DISCARDED],
        "by_word": {
            word: round(float(errors[words == word].mean()), 4) for word in ("good", "usable", "poor") if word in words
        },
    }


# --- Small and turned -------------------------------------------------------------------------------------------------


def small_recall(finds: dict[str, Find], photographs: Sequence[Pixels], height_px: int) -> dict[str, float]:
    """Faces of this height in a picture of 12 megapixels, decoded at half its size as photos are."""
    canvas = np.full((*CANVAS, 3), 128, np.uint8)
    boxes = []
    for place, pixels in enumerate(photographs):
        share = height_px / (OF_PICTURE * pixels.shape[0])
        face = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        top, left = (place // 6) * CANVAS[0] // 6 + 40, (place % 6) * CANVAS[1] // 6 + 60
        canvas[top : top + face.shape[0], left : left + face.shape[1]] = face
        half = height_px / 2
        x, y = left + face.shape[1] / 2, top + face.shape[0] / 2
        boxes.append(np.array([x - half * 0.8, y - half, x + half * 0.8, y + half], np.float32))
    decoded = np.asarray(cv2.resize(canvas, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    shown = {"ours": decoded, "insightface": canvas}
    recall = {}
    for name, find in finds.items():
        scale = shown[name].shape[0] / CANVAS[0]
        seen = [face.box / scale for face in find(shown[name])]
        recall[name] = float(np.mean([any(overlap(box, each) > 0.3 for each in seen) for box in boxes]))
    return recall


def turned_recall(find: Find, photographs: Sequence[Pixels], plain: Sequence[Seen | None], threshold: float) -> float:
    """Photographs stored turned by 90, 180 and 270 degrees: the share in which the same face is found again."""
    again = []
    for pixels, upright in zip(photographs, plain, strict=True):
        for quarters in (1, 2, 3):
            face = middle_face(find, np.ascontiguousarray(np.rot90(pixels, quarters)))
            again.append(bool(face and upright and float(face.embedding @ upright.embedding) >= threshold))
    return float(np.mean(again))


def measure(pack: Pack, people: Sequence[Sequence[Pixels]], *, quick: bool) -> dict[str, Any]:
    engine = FaceEngine(pack)
    finds = {"ours": of_ours(engine), "insightface": of_insightface(pack)}
    photographs = [pixels for each in people for pixels in each]
    persons = np.array([number for number, each in enumerate(people) for _ in each])
    chance = np.random.default_rng(0)
    seen: dict[str, list[Seen | None]] = {"ours": [], "insightface": []}
    made_worse: list[Seen | None] = []
    for pixels in progress("looking", unit="photographs", over=photographs):
        for name, find in finds.items():
            seen[name].append(middle_face(find, pixels))
        made_worse.append(middle_face(finds["ours"], worse(pixels, chance)))
    every = list(_every(photographs, 12 if quick else 60))
    answer: dict[str, Any] = {"photographs": len(photographs), "people": len(people), "pack": pack.pack_id}
    answer |= pair_figures(seen["ours"], persons) | cluster_figures(seen["ours"], persons)
    mixed = [one if chance.random() < 0.5 else other for one, other in zip(seen["ours"], made_worse, strict=True)]
    most = min(ENROLLED, min(len(each) for each in people) - 1)
    answer["templates"] = template_figures(mixed, persons, most)
    answer["template_gain"] = answer["templates"]["gain"]
    small = {height: small_recall(finds, [photographs[place] for place in every][:30], height) for height in HEIGHTS_PX}
    turned = {
        name: turned_recall(find, [photographs[n] for n in every], [seen[name][n] for n in every], pack.lead_cosine)
        for name, find in finds.items()
    }
    answer["small_face_recall"] = {height: each["ours"] for height, each in small.items()}
    answer["rotated_recall"] = turned["ours"]
    answer["edc"] = discard_curve(seen["ours"], made_worse, persons, pack.lead_cosine)
    answer["peers"] = {
        "insightface": pair_figures(seen["insightface"], persons)
        | cluster_figures(seen["insightface"], persons)
        | {
            "small_face_recall": {height: each["insightface"] for height, each in small.items()},
            "rotated_recall": turned["insightface"],
        }
    }
    return answer


def _every(photographs: Sequence[Pixels], most: int) -> Iterator[int]:
    """Places of so many photographs, spread over all people."""
    step = max(1, len(photographs) // most)
    yield from range(0, len(photographs), step)


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="under 50 s")
    parser.add_argument("--data", type=Path, help="a folder with one folder of photographs per person")
    options = parser.parse_args()
    people = people_of(options.data, quick=options.quick)
    with tempfile.TemporaryDirectory() as folder:
        pack = build_default_pack(Path(folder).resolve() / "pack")
        answer = rounded(measure(pack, people, quick=options.quick))
    print(f"{answer['photographs']} photographs of {answer['people']} people; true pairs missed at {pack.lead_cosine}:")
    for name in ("discarded", "missed", "ideal"):
        print(f"  {name:10}", " ".join(f"{value:7.4f}" for value in answer["edc"][name]))
    print("  by word   ", ", ".join(f"{word} {value}" for word, value in answer["edc"]["by_word"].items()))
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
