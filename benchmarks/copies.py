"""Finds copies of photographs that are covered in part, and tells copies from others: recall by what covers them and how
much, false matches, and what it costs.

python -m benchmarks.copies [--quick] [--data FOLDER]

Each photograph is covered by a strip with words, a sticker, a logo, a time stamp and a watermark across it, over 5, 10
and 20 % of it (of a stamp and a watermark the box of the words), then made smaller and compressed again. It is looked
for among all photographs as workers do: by the hashes of parts, then laid upon what they propose. Beside it: PDQ of the
whole picture, also inside of borders. FOLDER holds one folder of photographs per person: every pair of two photographs
must stay apart, those of one person too, and so must pairs that share a third of their picture (a keyboard under two
photographs) and pairs of one scene a moment apart (by some pixels of shift). Without it the photographs of the
installed wheels are taken. The last line is one JSON object; ends with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from uuid import UUID

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from workspace.analysis.near_duplicates import (
    HASH_BYTES,
    MATCH_DISTANCE,
    MIN_QUALITY,
    distances,
    hashes_inside,
    pdq_in_all_turns,
)
from workspace.analysis.parts import AGREE_PERCENT, PARTS, agreeing_percent, hashes_of_parts, views_of, worth_a_look
from workspace.host.progress import progress
from workspace.search.parts import PartIndex

Pixels = npt.NDArray[np.uint8]

KINDS, AREAS = ("strip", "sticker", "logo", "stamp", "watermark"), (0.05, 0.1, 0.2)
GOAL_RECALL = 0.9
SHIFTS = (4, 8, 16)
"""Pixels of a picture of 512 by which a hand moves between two photographs of one scene; what moves by one or two is
taken for a copy, by the hash of the whole too."""
QUICK = 24
WHEELS = (
    *(
        f"skimage/data/{name}"
        for name in ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png",
                     "motorcycle_right.png", "retina.jpg", "hubble_deep_field.jpg", "ihc.png", "brick.png",
                     "gravel.png", "coins.png")
    ),
    "insightface/data/images/t1.jpg",
    "insightface/data/images/Tom_Hanks_54745.png",
)  # fmt: skip


def photographs(data: Path | None, *, quick: bool) -> list[Pixels]:
    if data is None:
        return [photograph_of_wheel(path) for path in WHEELS]
    paths = sorted(path for path in data.glob("*/*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    # Whole folders: the photographs of one person beside one another.
    return [_pixels(path) for path in (paths[:QUICK] if quick else paths)]


def photograph_of_wheel(path: str) -> Pixels:
    package, *parts = path.split("/")
    with as_file(files(package).joinpath(*parts)) as found:
        return _pixels(found)


def _pixels(path: Path) -> Pixels:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def covered(pixels: Pixels, kind: str, area: float, chance: np.random.Generator) -> Pixels:
    """A copy over whose part something lies."""
    picture = Image.fromarray(pixels)
    draw, (width, height) = ImageDraw.Draw(picture), picture.size
    if kind == "strip":
        high = round(height * area)
        draw.rectangle((0, height - high, width, height), fill=(15, 15, 15))
        draw.text((8, height - high), "look what I have here", fill=(240, 240, 240), font_size=max(8, high // 2))
    elif kind == "sticker":
        radius = (area * width * height / np.pi) ** 0.5
        x, y = width * chance.uniform(0.35, 0.65), height * chance.uniform(0.3, 0.6)
        draw.ellipse(
            (x - radius, y - radius, x + radius, y + radius), fill=(250, 210, 40), outline=(20, 20, 20), width=2
        )
        for side in (-0.35, 0.35):
            draw.ellipse((x + side * radius - 3, y - 6, x + side * radius + 3, y + 3), fill=(20, 20, 20))
    elif kind == "logo":
        wide = min(width, round((2 * area * width * height) ** 0.5))
        high = round(area * width * height / wide)
        x, y = (int(chance.choice((0, room))) for room in (width - wide, height - high))
        draw.rectangle((x, y, x + wide, y + high), fill=(190, 30, 30))
        draw.text((x + 4, y + high // 4), "CHANNEL", fill=(255, 255, 255), font_size=max(8, high // 3))
    elif kind == "stamp":
        high = max(8, round((area * width * height / 7) ** 0.5))
        draw.text((4, height - 4), "2019-05-04 13:22", fill=(255, 170, 0), font_size=high, anchor="ls")
    else:
        _watermark(picture, area)
    return np.asarray(picture)


def _watermark(picture: Image.Image, area: float) -> None:
    """Words in half-transparent white from one corner to the other."""
    width, height = picture.size
    over = Image.new("L", (2 * max(picture.size), 2 * max(picture.size)), 0)
    high = max(8, round(area * height))
    ImageDraw.Draw(over).text((0, max(picture.size)), "PRIVATE " * 9, fill=140, font_size=high, anchor="lm")
    left, top = (over.width - width) // 2, (over.height - height) // 2
    mask = over.rotate(25).crop((left, top, left + width, top + height))
    picture.paste((255, 255, 255), mask=mask)


def passed_on(pixels: Pixels) -> Pixels:
    """Smaller, and compressed again."""
    small = cv2.resize(pixels, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    _, content = cv2.imencode(".jpg", small[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 70])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1])


@dataclass
class Found:
    """The photographs, as workers keep them."""

    views: list[list[Pixels]] = field(default_factory=list)
    index: PartIndex = field(default_factory=PartIndex)
    whole: list[list[bytes]] = field(default_factory=list)
    """Of each: its own hash, and that inside of its borders."""

    def add(self, pixels: Pixels) -> None:
        """Keep the next photograph."""
        views = views_of(pixels)
        hashes = b"".join(hashes_of_parts(each)[0].tobytes() for each in views)
        self.index.add({UUID(int=len(self.views)): hashes})
        self.views.append(views)
        self.whole.append([own[0] for own in (_whole(pixels), hashes_inside(pixels)) if own])

    def by_parts(self, pixels: Pixels) -> set[int]:
        """The photographs of which this one is a copy."""
        views, found = views_of(pixels), set()
        for number, view in enumerate(views):
            asked = hashes_of_parts(view).reshape(-1, HASH_BYTES)
            hits = self.index.alike(asked, MATCH_DISTANCE)
            pairs = ((*divmod(place, PARTS), (media.int, other), there) for place, media, other, there in hits)
            for (picture, other), position in worth_a_look(pairs):
                if agreeing_percent(views[number], self.views[picture][other], position) >= AGREE_PERCENT:
                    found.add(picture)
        return found

    def by_whole(self, pixels: Pixels) -> set[int]:
        """The same by the hash of the whole picture, as workers look first."""
        own = np.frombuffer(b"".join([*_whole(pixels), *hashes_inside(pixels)]), np.uint8).reshape(-1, HASH_BYTES)
        return {
            number
            for number, hashes in enumerate(self.whole)
            if len(own) and any(int(distances(each, own).min()) <= MATCH_DISTANCE for each in hashes)
        }


def _whole(pixels: Pixels) -> list[bytes]:
    hashes, quality = pdq_in_all_turns(pixels)
    return hashes if quality >= MIN_QUALITY else []


def with_keyboard(pixels: Pixels) -> Pixels:
    """A photograph on a screen, over a keyboard that takes two fifths of it."""
    screen = Image.fromarray(pixels).resize((512, 512))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 307, 512, 512), fill=(210, 213, 219))
    for row in range(4):
        for key in range(10):
            x, y = 6 + 50 * key, 313 + 49 * row
            draw.rounded_rectangle((x, y, x + 42, y + 42), 6, fill=(255, 255, 255), outline=(140, 140, 140))
            draw.text((x + 16, y + 14), chr(65 + (10 * row + key) % 26), fill=(0, 0, 0))
    return np.asarray(screen)


def moments(pixels: Pixels) -> Iterator[tuple[Pixels, Pixels]]:
    """Two photographs of one scene: the camera moved a little between them."""
    whole = np.asarray(Image.fromarray(pixels).resize((528, 528)))
    for shift in SHIFTS:
        yield passed_on(whole[:512, :512]), passed_on(whole[shift : 512 + shift, shift : 512 + shift])


def recalls(found: Found, pictures: Sequence[Pixels]) -> tuple[dict[str, dict[str, float]], dict[str, float], int]:
    """By what covers and how much, of parts and whole together, and of the whole alone; and wrong ones among them."""
    chance = np.random.default_rng(1)
    by_kind: dict[str, dict[str, float]] = {}
    whole_alone: dict[str, float] = {}
    wrong = 0
    for kind in progress("covering", unit="kinds", over=KINDS):
        by_kind[kind], seen = {}, []
        for area in AREAS:
            right = []
            for number, pixels in enumerate(pictures):
                copy = passed_on(covered(pixels, kind, area, chance))
                whole, parts = found.by_whole(copy), found.by_parts(copy)
                right.append(number in whole | parts)
                seen.append(number in whole)
                wrong += len(parts - {number})
            by_kind[kind][f"{area:.0%}"] = round(float(np.mean(right)), 3)
        whole_alone[kind] = round(float(np.mean(seen)), 3)
    return by_kind, whole_alone, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="under 50 s")
    parser.add_argument("--data", type=Path, help="a folder with one folder of photographs per person")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = photographs(options.data, quick=options.quick)
    found = Found()
    since = time.process_time()
    for pixels in pictures:
        hashes_of_parts(views_of(pixels)[0])
    cost_ms = (time.process_time() - since) / len(pictures) * 1000
    for pixels in pictures:
        found.add(pixels)
    false = sum(len(found.by_parts(pixels) - {number}) for number, pixels in enumerate(pictures))
    screens, keyboards = Found(), 0
    for pixels in pictures:
        screens.add(with_keyboard(pixels))
    for number, pixels in enumerate(pictures):
        keyboards += len(screens.by_parts(with_keyboard(pixels)) - {number})
    scenes = taken = 0
    for pixels in pictures:
        for one, other in moments(pixels):
            first = Found()
            first.add(one)
            scenes, taken = scenes + 1, taken + len(first.by_parts(other))
    since = time.process_time()
    by_kind, whole_alone, among = recalls(found, pictures)
    each_ms = (time.process_time() - since) / (len(pictures) * len(KINDS) * len(AREAS)) * 1000
    pairs = len(pictures) * (len(pictures) - 1) // 2
    for kind, recall in by_kind.items():
        print(
            f"  {kind:10}",
            ", ".join(f"{area} {share}" for area, share in recall.items()),
            f"(whole: {whole_alone[kind]})",
        )
    least = min(min(recall.values()) for recall in by_kind.values())
    result = {
        "photographs": len(pictures),
        "recall": by_kind,
        "recall_least": least,
        "recall_whole_alone": whole_alone,
        "false": false + among,
        "pairs": pairs + len(pictures) * (len(pictures) - 1) * len(KINDS) * len(AREAS),
        "false_of_one_keyboard": keyboards,
        "keyboard_pairs": pairs,
        "one_scene_moved": {"pairs": scenes, "taken_for_copies": taken},
        "hash_ms": round(cost_ms, 2),
        "look_ms": round(each_ms, 2),
    }
    print(json.dumps(result))
    if least < GOAL_RECALL or result["false"] or keyboards:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
