"""Finds the video of which a photo shows a frame: recall by what was done to the still, false matches, and what it costs.

python -m benchmarks.stills [--quick] [--data FOLDER]

Films are made of photographs: three in each, over every one of which the camera moves slowly for four seconds, encoded
as a telephone would. Workers hash a frame in each half second. Stills are taken out of them at moments between, passed
on smaller and compressed again, also mirrored, turned and with borders, and looked for among the frames of all films, as
matching does. A still must find the films in which its photograph is shown, and no other; frames of one colour find
nothing. FOLDER holds one folder of photographs per person; without it the photographs of the installed wheels are
taken. The last line is one JSON object; ends with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.copies import Pixels, passed_on, photographs
from workers.frames import FrameHasher
from workspace.analysis.near_duplicates import (
    HASH_BYTES,
    MATCH_DISTANCE,
    MIN_QUALITY,
    hashes_inside,
    pdq_in_all_turns,
)
from workspace.search.hashes import HashIndex

RATE, SECONDS, STEP_S = 12, 4, 0.5
SIZE = (640, 360)
GOAL_RECALL = 0.85
"""Of a texture (brick, gravel) over which the camera moves, a quarter of a second later shows other pixels: they are what
is missed."""
MANY = {"frames": 60_000, "photos": 100_000, "of_video": 600}
"""A large operation, for what it costs: frames and photos that are there, frames of one long video."""
ASKED_PHOTOS = 20

Hashes = npt.NDArray[np.uint8]


def _bordered(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.copyMakeBorder(pixels, 60, 60, 0, 0, cv2.BORDER_CONSTANT, value=(0, 0, 0)), np.uint8)


CHANGES: dict[str, Callable[[Pixels], Pixels]] = {
    "plain": lambda pixels: pixels,
    "mirrored": lambda pixels: np.ascontiguousarray(pixels[:, ::-1]),
    "turned": lambda pixels: np.ascontiguousarray(np.rot90(pixels)),
    "bordered": _bordered,
    "half size": lambda pixels: np.asarray(cv2.resize(pixels, None, fx=0.5, fy=0.5), np.uint8),
}


def shots(pixels: Pixels, chance: np.random.Generator) -> Iterator[Pixels]:
    """A photograph over which the camera moves for some seconds."""
    whole = cv2.resize(pixels, (SIZE[0] * 5 // 4, SIZE[1] * 5 // 4), interpolation=cv2.INTER_AREA)
    room = (whole.shape[1] - SIZE[0], whole.shape[0] - SIZE[1])
    begin, end = chance.uniform(0, 1, 2) * room, chance.uniform(0, 1, 2) * room
    for number in range(RATE * SECONDS):
        x, y = (begin + (end - begin) * number / (RATE * SECONDS)).astype(int)
        yield np.ascontiguousarray(whole[y : y + SIZE[1], x : x + SIZE[0]])


def film(path: Path, pictures: Sequence[Pixels], chance: np.random.Generator) -> None:
    """Photographs one behind the other, with a black second before each."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.options = {"crf": "28", "preset": "veryfast"}
        for pixels in pictures:
            for shot in (*[np.zeros((SIZE[1], SIZE[0], 3), np.uint8)] * RATE, *shots(pixels, chance)):
                output.mux(stream.encode(av.VideoFrame.from_ndarray(shot, format="rgb24")))
        output.mux(stream.encode(None))


def seen(path: Path) -> list[tuple[float, Pixels]]:
    """The frames of a film with their seconds."""
    with av.open(str(path)) as container:
        return [
            (float(frame.time or 0), np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
            for frame in container.decode(video=0)
        ]


class Films:
    """The frames of films, as workers keep them."""

    def __init__(self) -> None:
        self.index, self.owners, self.stills = HashIndex(), list[int](), list[tuple[set[int], Pixels]]()
        self.dull = list[Pixels]()

    def add(self, number: int, shown: Sequence[int], frames: Sequence[tuple[float, Pixels]]) -> None:
        """Keep the frames of the next film. shown: its photographs."""
        hasher, every = FrameHasher(), round(RATE * STEP_S)
        for time_s, pixels in frames[::every]:
            hasher.add(time_s, pixels)
        found = hasher.found()
        self.index.add(np.frombuffer(b"".join(each.pdq for each in found), np.uint8).reshape(-1, HASH_BYTES))
        self.owners += [number] * len(found)
        self.dull.append(frames[RATE // 2][1])
        for place, photograph in enumerate(shown):
            first = place * RATE * (SECONDS + 1) + RATE  # behind the black second
            moments = (first + each * every + every // 2 for each in (1, 4, 6))
            self.stills += [({photograph}, frames[moment][1]) for moment in moments]

    def with_still(self, pixels: Pixels) -> set[int]:
        """The films that show it, as `workers.near.videos_that_show` finds them."""
        hashes, quality = pdq_in_all_turns(pixels)
        if quality < MIN_QUALITY:
            return set()
        asked = np.frombuffer(b"".join([*hashes, *hashes_inside(pixels)]), np.uint8).reshape(-1, HASH_BYTES)
        return {self.owners[place] for place in self.index.near(asked, MATCH_DISTANCE).place.tolist()}


def costs() -> dict[str, float]:
    """Milliseconds of CPU that looking takes in a large operation: a photo among frames, a long video among photos."""
    chance = np.random.default_rng(2)
    frames, photos = HashIndex(), HashIndex()
    frames.add(chance.integers(0, 256, (MANY["frames"], HASH_BYTES), np.uint8))
    photos.add(chance.integers(0, 256, (MANY["photos"], HASH_BYTES), np.uint8))
    since = time.process_time()
    for _ in range(ASKED_PHOTOS):
        frames.near(chance.integers(0, 256, (16, HASH_BYTES), np.uint8))
    of_photo = (time.process_time() - since) / ASKED_PHOTOS
    since = time.process_time()
    photos.near(chance.integers(0, 256, (8 * MANY["of_video"], HASH_BYTES), np.uint8))
    of_video = time.process_time() - since
    return {"photo_ms": round(1000 * of_photo, 2), "long_video_ms": round(1000 * of_video, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="under 50 s")
    parser.add_argument("--data", type=Path, help="a folder with one folder of photographs per person")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    pictures, chance, films = photographs(options.data, quick=options.quick), np.random.default_rng(1), Films()
    shown = [[(number + step) % len(pictures) for step in (0, 1, 2)] for number in range(0, len(pictures), 2)]
    with tempfile.TemporaryDirectory() as folder:
        for number, own in enumerate(shown):
            path = Path(folder) / f"{number}.mp4"
            film(path, [pictures[each] for each in own], chance)
            films.add(number, own, seen(path))
    recall, wrong, asked, dull_stills = dict[str, float](), 0, 0, 0
    of_film = [number for number, own in enumerate(shown) for _ in range(3 * len(own))]
    for change, changed in CHANGES.items():
        right = []
        for (photograph, still), its_film in zip(films.stills, of_film, strict=True):
            asked_for = passed_on(changed(still))
            if pdq_in_all_turns(asked_for)[1] < MIN_QUALITY:
                dull_stills += 1
                continue
            found = films.with_still(asked_for)
            right.append(its_film in found)
            may = {number for number, of in enumerate(shown) if photograph & set(of)}
            wrong, asked = wrong + len(found - may), asked + len(shown) - len(may)
        recall[change] = round(float(np.mean(right)), 3)
    dull = sum(len(films.with_still(each)) for each in films.dull)
    result = {"films": len(shown), "frames": len(films.owners), "stills": len(films.stills), "recall": recall}
    result |= {
        "recall_least": min(recall.values()),
        "false": wrong,
        "pairs": asked,
        "too_dull": dull_stills,
        "dull_found": dull,
        **costs(),
    }
    print(json.dumps(result))
    if min(recall.values()) < GOAL_RECALL or wrong or dull:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
