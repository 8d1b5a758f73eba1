"""What the thorough sweep finds that the first look does not, and what it costs: faces of photographs in the installed
wheels, put into 12-megapixel pictures in four sizes and four orientations, and pictures in which nobody is.

python -m benchmarks.sweep [--quick] [--data FOLDER]

Beside them, with the same weights: InsightFace's own detector on the whole picture in one scale (640 px), and in every
tile of full size in all four orientations of every picture, with nothing looked at again. FOLDER holds one folder of
photographs per person, whose faces are taken then. Prints one JSON object as its last line; ends with 1 where a goal is
missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks._material import GRAIN, TWELVE_MEGAPIXELS, photograph
from workspace.analysis.faces import OVERLAP, FaceEngine, FoundFace, overlap
from workspace.analysis.pack import build_default_pack
from workspace.analysis.sweep import UPRIGHT_DEG, KnownFace, sweep_picture
from workspace.analysis.tiles import tiles_of
from workspace.host.progress import progress

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SIZES = (32, 48, 64, 96)
"""Heights of the faces, in pixels of the picture of 12 megapixels."""
TURNS = (0, 90, 180, 270)
GOAL_SHARE, GOAL_FALSE = 0.85, 0.5
"""Of the faces of 32 px that exhaustive tiles find, and false finds in a picture in which nobody is."""
GROUNDS = tuple(
    f"skimage/data/{name}"
    for name in ("coffee.png", "grass.png", "gravel.png", "rocket.jpg", "motorcycle_left.png", "brick.png",
                 "chelsea.png", "coins.png", "moon.png", "text.png", "hubble_deep_field.jpg", "ihc.png")
)  # fmt: skip
"""Photographs without people."""
SOURCES = (
    "insightface/data/images/t1.jpg",
    "skimage/data/astronaut.png",
    "insightface/data/images/Tom_Hanks_54745.png",
)
POSES = ((15.0, "frontal"), (30.0, "turned"), (90.0, "far turned"))
"""Up to so many degrees of estimated yaw."""
ONE_SCALE_PX, TILE_OVERLAP_PX = 640, 160
MARGIN = 0.45
"""Of a head around its face, in shares of the face."""
PLACES = (6, 4)
"""How many heads stand in a picture, across and down: as many of each size."""
GROUND_PX = 1000
MOST_HEADS = 120
LIMIT_S = 120.0


@dataclass(frozen=True, eq=False)
class Head:
    """A face with what is around it. box: of the face, in its pixels; pose: by estimated yaw."""

    pixels: Pixels
    box: Floats
    pose: str


@dataclass(frozen=True, eq=False)
class Truth:
    """A face in a picture: where, how high it was before the picture was turned, by how much that was, its pose."""

    box: Floats
    size: int
    turn: int
    pose: str


def heads(engine: FaceEngine, data: Path | None) -> list[Head]:
    """Faces of at least 64 px with room around them; of a folder of people the middle face of each photograph."""
    paths = sorted(data.glob("*/*")) if data else []
    some = paths[:: max(1, len(paths) // MOST_HEADS)]
    pictures = [_opened(path) for path in some] or [photograph(path) for path in SOURCES]
    found = []
    for picture in pictures:
        pixels = np.asarray(picture)
        middle = np.array(pixels.shape[1::-1]) / 2
        faces = engine.find(pixels)
        faces.sort(key=lambda face: float(np.hypot(*(face.box.reshape(2, 2).mean(axis=0) - middle))))
        faces = faces[:1] if data else faces
        found += [_head(pixels, face) for face in faces if face.box[3] - face.box[1] >= 2 * SIZES[0]]
    return found


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _head(pixels: Pixels, face: FoundFace) -> Head:
    room = MARGIN * float(max(face.box[2:] - face.box[:2]))
    left, top = (max(0, int(edge - room)) for edge in face.box[:2])
    right, bottom = (int(edge + room) for edge in face.box[2:])
    yaw = abs(face.quality.yaw_deg)
    pose = next((name for most, name in POSES if yaw <= most), POSES[-1][1])
    return Head(pixels[top:bottom, left:right], face.box - np.array([left, top] * 2, np.float32), pose)


def ground(path: str, seed: int) -> Pixels:
    """A picture of 12 megapixels out of a photograph without people, mirrored side by side so that it stays sharp, with
    the noise of a small sensor."""
    small = np.asarray(photograph(path))
    scale = GROUND_PX / max(small.shape[:2])
    small = np.asarray(cv2.resize(small, None, fx=scale, fy=scale), np.uint8)
    width, height = TWELVE_MEGAPIXELS
    wide = np.pad(small, ((0, height - small.shape[0]), (0, width - small.shape[1]), (0, 0)), mode="symmetric")
    noise = np.random.default_rng(seed).normal(0, GRAIN, (500, 500, 3))
    return np.asarray((wide + np.tile(noise, (height // 500, width // 500, 1))).clip(0, 255), np.uint8)


def with_heads(picture: Pixels, found: Sequence[Head], turn: int, seed: int) -> tuple[Pixels, list[Truth]]:
    """The picture with heads of all sizes, put in softly; then all of it turned and compressed."""
    chance, picture, truths = np.random.default_rng(seed), picture.copy(), []
    across, down = TWELVE_MEGAPIXELS[0] // PLACES[0], TWELVE_MEGAPIXELS[1] // PLACES[1]
    for number, place in enumerate(chance.permutation(PLACES[0] * PLACES[1])):
        head, size = found[(seed * 24 + number // len(SIZES)) % len(found)], SIZES[number % len(SIZES)]
        scale = size / float(head.box[3] - head.box[1])
        small = cv2.resize(head.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        high, wide = small.shape[:2]
        left = place % PLACES[0] * across + int(chance.integers(0, across - wide))
        top = place // PLACES[0] * down + int(chance.integers(0, down - high))
        mask = np.zeros((high, wide), np.float32)
        cv2.ellipse(mask, (wide // 2, high // 2), (int(wide * 0.46), int(high * 0.46)), 0, 0, 360, 1.0, -1)
        mask = cv2.GaussianBlur(mask, (0, 0), max(1.0, size / 24))[..., None]
        part = picture[top : top + high, left : left + wide]
        part[...] = (small * mask + part * (1 - mask)).astype(np.uint8)
        box = np.asarray(head.box * scale + np.array([left, top] * 2), np.float32)
        truths.append(Truth(turned(box, turn, TWELVE_MEGAPIXELS), size, turn, head.pose))
    stored = np.ascontiguousarray(np.rot90(picture, turn // 90))
    coded = cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8), truths


def of_a_palette(picture: Pixels) -> Pixels:
    """A picture as a GIF holds it: 256 colours, and dots of them for those between."""
    return np.asarray(Image.fromarray(picture).quantize(256, dither=Image.Dither.FLOYDSTEINBERG).convert("RGB"))


def turned(box: Floats, turn: int, size: tuple[int, int]) -> Floats:
    """A box of a picture in that picture turned against the clock. size: width and height of the picture before."""
    (x1, y1, x2, y2), (width, height) = (float(value) for value in box), size
    there = {
        0: (x1, y1, x2, y2),
        90: (y1, width - x2, y2, width - x1),
        180: (width - x2, height - y2, width - x1, height - y1),
        270: (height - y2, x1, height - y1, x2),
    }
    return np.array(there[turn], np.float32)


def first_look(engine: FaceEngine, pixels: Pixels) -> list[FoundFace]:
    """As a photo is read: decoded to half its size. Boxes in pixels of the whole."""
    half = np.asarray(cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    return [replace(face, box=face.box * 2) for face in engine.find(half)]


def swept(engine: FaceEngine, pixels: Pixels, known: Sequence[FoundFace]) -> list[FoundFace]:
    """What the sweep adds to these."""
    standing = [
        KnownFace(
            face.box,
            is_upright=face.quality.words != "poor" and abs(face.quality.roll_deg) <= UPRIGHT_DEG,
            is_weak=face.quality.words == "poor",
        )
        for face in known
    ]
    return sweep_picture(engine, pixels, standing, time.thread_time() + LIMIT_S).faces


class Peer:
    """InsightFace's own detector class with the same weights, as its own `get` calls it."""

    def __init__(self, engine: FaceEngine) -> None:
        self._detector = engine._detector

    def one_scale(self, pixels: Pixels) -> list[Floats]:
        """The whole picture shrunk to 640 px."""
        bgr = np.ascontiguousarray(pixels[..., ::-1])
        boxes, _ = self._detector.detect(bgr, input_size=(ONE_SCALE_PX, ONE_SCALE_PX))
        return [np.asarray(box[:4], np.float32) for box in boxes]

    def exhaustive(self, pixels: Pixels) -> list[Floats]:
        """Every tile of 640 px in full size, in all four orientations."""
        found: list[Floats] = []
        for turn in TURNS:
            whole = np.ascontiguousarray(np.rot90(pixels, turn // 90))
            height, width = whole.shape[:2]
            for tile in tiles_of(height, width, ONE_SCALE_PX, TILE_OVERLAP_PX):
                for box in self.one_scale(whole[tile.top : tile.bottom, tile.left : tile.right]):
                    back = turned(box + np.tile(tile.corner, 2), (360 - turn) % 360, (width, height))
                    if not any(overlap(back, other) > OVERLAP for other in found):
                        found.append(back)
        return found


class Told:
    """What each way of looking found, over all pictures."""

    def __init__(self) -> None:
        self.hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
        self.false: dict[str, list[int]] = defaultdict(list)
        self.cpu_s: dict[str, list[float]] = defaultdict(list)

    def add(self, way: str, boxes: Sequence[Floats], truths: Sequence[Truth], seconds: float) -> None:
        """One picture; where nobody is in it every find is false."""
        self.cpu_s[way].append(seconds)
        if not truths:
            self.false[way].append(len(boxes))
        for truth in truths:
            is_hit = any(overlap(box, truth.box) > OVERLAP for box in boxes)
            for group in (f"{truth.size} px", f"turned by {truth.turn}", truth.pose):
                self.hits[way, group].append(is_hit)

    def recall(self, way: str, groups: Iterable[str]) -> dict[str, float]:
        """The share of faces that were found, by group."""
        return {group: round(mean(self.hits[way, group]), 2) for group in groups if self.hits[way, group]}


def look(engine: FaceEngine, told: Told, pixels: Pixels, truths: Sequence[Truth], *, peers: bool) -> list[FoundFace]:
    """Look at one picture in every way; answers what the sweep added."""
    began = time.process_time()
    first = first_look(engine, pixels)
    then = time.process_time()
    added = swept(engine, pixels, first)
    told.add("sweep", [face.box for face in [*first, *added]], truths, time.process_time() - then)
    told.add("first look", [face.box for face in first], truths, then - began)
    peer = Peer(engine)
    for way, ask in (("insightface one scale", peer.one_scale), ("exhaustive tiles", peer.exhaustive)):
        if peers:
            began = time.process_time()
            told.add(way, ask(pixels), truths, time.process_time() - began)
    return added


def main() -> int:
    """Look at all pictures and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a picture in each orientation and two without people")
    parser.add_argument("--data", type=Path, help="a folder with one folder of photographs per person")
    parser.add_argument(
        "--gif", action="store_true", help="pictures of 256 colours, strewn as dots, as a GIF holds them"
    )
    options = parser.parse_args()
    kept = of_a_palette if options.gif else np.asarray
    rounds, without = (1, GROUNDS[3:5]) if options.quick else (4, GROUNDS)
    told, words = Told(), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        engine = FaceEngine(build_default_pack(Path(folder).resolve() / "pack"))
        faces = heads(engine, options.data)
        turns = [(seed, turn) for seed in range(rounds) for turn in TURNS]
        for number, (seed, turn) in enumerate(progress("pictures", unit="pictures", over=turns)):
            picture, truths = with_heads(ground(GROUNDS[number % len(GROUNDS)], number), faces, turn, seed)
            words += [face.quality.words for face in look(engine, told, kept(picture), truths, peers=True)]
        for path in progress("without people", unit="pictures", over=without):
            look(engine, told, kept(ground(path, 1)), (), peers=not options.quick)
    return _print(told, words, len(turns), len(without), len(faces))


def _print(told: Told, words: Sequence[str], pictures: int, without: int, people: int) -> int:
    groups = {
        "by_size": [f"{size} px" for size in SIZES],
        "by_turn": [f"turned by {turn}" for turn in TURNS],
        "by_pose": [pose for _, pose in POSES],
    }
    figures: dict[str, Any] = {}
    for way in ("sweep", "first look", "insightface one scale", "exhaustive tiles"):
        recall = {name: told.recall(way, of) for name, of in groups.items()}
        figures[way.replace(" ", "_")] = {
            **recall,
            "false_a_picture": round(mean(told.false[way]), 2) if told.false[way] else None,
            "cpu_s_a_picture": round(mean(told.cpu_s[way]), 2),
        }
        print(f"{way}: {recall['by_size']}, {recall['by_turn']}")
    sweep, most = figures["sweep"], figures["exhaustive_tiles"]["by_size"]["32 px"]
    is_met = sweep["by_size"]["32 px"] >= GOAL_SHARE * most and sweep["false_a_picture"] <= GOAL_FALSE
    told_too = {"pictures": pictures, "without_people": without, "heads": people, "goal_met": is_met}
    usable = round(mean(word != "poor" for word in words), 2) if words else 0.0
    print(json.dumps({**told_too, "compared_automatically": usable, **figures}))
    return int(not is_met)


if __name__ == "__main__":
    sys.exit(main())
