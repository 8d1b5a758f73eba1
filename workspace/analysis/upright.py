"""How a face stands in its picture: seen close up and turned upright, and where it lies if the whole picture is turned.

YuNet finds many faces that stand on their head or on their side, but puts their landmarks as if they stood upright, and
takes patterns for faces. Close up, in a small picture turned around it, a face has its highest score when it stands
upright: of 120 photographs of Labeled Faces in the Wild in three sizes and four orientations, none had a higher one in
another orientation. Must not embed, and must not decide what matches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

# Looking again at the face turned upright raises the median cosine of a face to itself turned by 20, 45 and 60 degrees
# from .83, .23 and .09 to .93, .94 and .94 (benchmarks/faces.py --data, 120 photographs of Labeled Faces in the Wild).
UPRIGHT_PX: Final = 160
"""Side of the small picture in which one face is detected again."""
UPRIGHT_FACE_PX: Final = 72
"""Longer side of the face in that picture."""
FIRST_TURNS_DEG: Final = (-30, 30)
FURTHER_TURNS_DEG: Final = (-15, 15, 30)
"""Turns from the better of the first two. The last one turns further away from level."""
BETTER_BY: Final = 0.005
"""A turned detection must raise the detector's score by this, else the level landmarks stay."""
QUARTERS_DEG: Final = (0, 90, 180, 270)

# Scores close up, of the same photographs: upright .90 and more (blurred by 6 px .85, half hidden .6 to .9, at JPEG
# quality 5 .6 to .9); on the side at most .83, upside down at most .91.
SURE_SCORE: Final = 0.905
"""A face that has this score both in the picture and close up stands upright: no other turn is tried."""
TURNED_SCORE: Final = 0.85
"""A face is taken for a turned one only with this score, and if it is higher by `TURNED_BY` than standing upright."""
TURNED_BY: Final = 0.02
SEEN_SCORE: Final = 0.65
"""Below, nothing but the first detection says that there is a face: it is poor."""
DOUBTED_SCORE: Final = 0.7
"""A detection below this score that cannot be seen close up is none: a saucer, a fold of cloth."""


@dataclass(frozen=True, eq=False)  # arrays have no single truth value to compare by
class DetectedFace:
    """Where a face is, as the detector says it: box (4,) x1 y1 x2 y2 inside the picture, landmarks (5, 2), in px.

    turn_deg: by how much the picture was turned against the clock when it was detected, a multiple of 90.
    """

    box: Floats
    landmarks: Floats
    score: float
    turn_deg: int = 0


@dataclass(frozen=True, eq=False)
class Standing:
    """How a face stands: its landmarks, the quarter turn that brings it nearest to upright, its score close up."""

    landmarks: Floats
    turn_deg: int
    score: float

    @property
    def is_seen(self) -> bool:
        """Whether the face is seen close up too, as clearly as its turn asks for."""
        return self.score >= (TURNED_SCORE if self.turn_deg else SEEN_SCORE)


class CloseUp:
    """Looks at single faces again with the detector of a pack."""

    def __init__(self, detector: Any) -> None:
        self._detector = detector

    def standing(self, bgr: Pixels, face: DetectedFace) -> Standing:
        """Find how a face stands. bgr: (H, W, 3) uint8, the picture as it is stored."""
        turn, level, landmarks = face.turn_deg, self.look(bgr, face, face.turn_deg)[0], face.landmarks
        if min(face.score, level) < SURE_SCORE:
            others = {other: self.look(bgr, face, other) for other in QUARTERS_DEG if other != turn}
            other = max(others, key=lambda each: others[each][0])
            if others[other][0] >= max(TURNED_SCORE, level + TURNED_BY):
                turn, (level, landmarks) = other, others[other]
        return self._around(bgr, face, Standing(landmarks, turn, level))

    def _around(self, bgr: Pixels, face: DetectedFace, level: Standing) -> Standing:
        """Turn a face by several angles around a quarter turn; the landmarks are those of the turn that the detector
        likes best, or those of the quarter turn if it likes none better."""
        turn, (score, landmarks) = max(
            ((turn, self.look(bgr, face, level.turn_deg + turn)) for turn in FIRST_TURNS_DEG),
            key=lambda look: look[1][0],
        )
        if score < level.score + BETTER_BY:
            return level
        outwards = 1 if turn > 0 else -1
        for further in FURTHER_TURNS_DEG:
            look = self.look(bgr, face, level.turn_deg + turn + outwards * further)
            score, landmarks = max(look, (score, landmarks), key=lambda one: one[0])
        return Standing(landmarks, level.turn_deg, score)

    def look(self, bgr: Pixels, face: DetectedFace, turn_deg: float) -> tuple[float, Floats]:
        """Detect one face again in a small picture turned around it; returns score (0: not seen) and landmarks in
        px."""
        centre = face.box.reshape(2, 2).mean(axis=0)
        side = max(float((face.box[2:] - face.box[:2]).max()), 1.0)
        to_small = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), turn_deg, UPRIGHT_FACE_PX / side)
        to_small[:, 2] += UPRIGHT_PX / 2 - centre
        small = cv2.warpAffine(bgr, to_small, (UPRIGHT_PX, UPRIGHT_PX))
        boxes, landmarks = self._detector.detect(small, input_size=(UPRIGHT_PX, UPRIGHT_PX))
        if not len(boxes):
            return 0.0, face.landmarks
        away = np.hypot(*((boxes[:, :2] + boxes[:, 2:4]) / 2 - UPRIGHT_PX / 2).T)
        nearest = int(away.argmin())
        if away[nearest] > UPRIGHT_FACE_PX / 2:
            return 0.0, face.landmarks  # A neighbour, not this face.
        back = cv2.invertAffineTransform(to_small)
        return float(boxes[nearest, 4]), np.asarray(landmarks[nearest] @ back[:, :2].T + back[:, 2], np.float32)


def turned_back(face: DetectedFace, turn_deg: int, size: tuple[int, int]) -> DetectedFace:
    """Give a face of a picture that was turned against the clock its place in the picture as it is stored.

    size: width and height of the picture as it is stored.
    """
    corners = _points_back(face.box.reshape(2, 2), turn_deg, size)
    box = np.concatenate([corners.min(axis=0), corners.max(axis=0)]).astype(np.float32)
    return replace(face, box=box, landmarks=_points_back(face.landmarks, turn_deg, size), turn_deg=turn_deg)


def _points_back(points: Floats, turn_deg: int, size: tuple[int, int]) -> Floats:
    x, y = points[:, 0], points[:, 1]
    back = {0: (x, y), 90: (size[0] - y, x), 180: (size[0] - x, size[1] - y), 270: (y, size[1] - x)}[turn_deg]
    return np.stack(back, axis=1).astype(np.float32)
