"""Looks at a picture once more, in tiles that are enlarged: for the small faces that are lost where it is shrunk, and
in all four orientations where nobody stands upright. Gives what did not stand already. Must not decide what matches.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from workspace.analysis.faces import OVERLAP, FaceEngine, FoundFace, overlap
from workspace.analysis.upright import QUARTERS_DEG

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SWEEP: Final = "tiles of 1024 px enlarged to 1280, 2"
"""What is written beside a medium that was swept: how it was looked at."""
PART_OF: Final = 0.6
"""From this share of the smaller of two boxes on, one lies in the other: in full size the eye of a large face is taken
for a face."""
UPRIGHT_DEG: Final = 45.0


@dataclass(frozen=True, eq=False)
class KnownFace:
    """A box of a picture that stands already, in its pixels. is_upright: a face that is seen upright; is_weak: one that
    is poor and that nobody drew or took away, so that a better sight of it counts; is_none: people say that it holds no
    face, so that a smaller one in it may still be one."""

    box: Floats
    is_upright: bool
    is_weak: bool = False
    is_none: bool = False

    def holds(self, box: Floats) -> bool:
        """Whether a face that is found in this box is this one, or a part of it."""
        return overlap(self.box, box) > OVERLAP or (not self.is_none and _share(self.box, box) > PART_OF)


@dataclass(frozen=True)
class Swept:
    """What a sweep of one picture found; is_whole: all of it was looked at in its time."""

    faces: list[FoundFace]
    is_whole: bool


def sweep_picture(engine: FaceEngine, pixels: Pixels, known: Sequence[KnownFace], until_s: float) -> Swept:
    """Look at a picture, (H, W, 3) uint8, RGB, once more. until_s: at
    which processor time of this thread to end (time.thread_time), however far it is: a busy machine loses no face."""
    strong = [face for face in known if not face.is_weak]
    found: list[FoundFace] = []

    def stands(box: Floats) -> bool:
        return any(face.holds(box) for face in strong) or any(
            overlap(face.box, box) > OVERLAP or _share(face.box, box) > PART_OF for face in found
        )

    for turn in QUARTERS_DEG:
        if turn and any(face.is_upright for face in known):
            break
        for face in engine.sweep(pixels, turn, without=stands):
            if face is not None:
                found.append(face)
            if time.thread_time() > until_s:
                return Swept(found, is_whole=False)
    return Swept(found, is_whole=True)


def _share(a: Floats, b: Floats) -> float:
    """The common part of two boxes, as a share of the smaller."""
    sides = np.maximum(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0)
    smaller = min(float(np.prod(a[2:] - a[:2])), float(np.prod(b[2:] - b[:2])))
    return float(np.prod(sides)) / smaller if smaller > 0 else 0.0
