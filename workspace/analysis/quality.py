"""Says how well a face can be compared, from its landmarks, its aligned crop and what the recogniser makes of it, in
figures and in one word.

The score predicts error: how long the embedding is before it is brought to norm 1 says best which faces will be missed
(Meng et al., MagFace, CVPR 2021; Kim et al., AdaFace, CVPR 2022; `make bench NAME=accuracy` prints the curve). The word
decides one thing only: a poor face is kept and counted, but belongs to no person and makes no automatic match. The pose
angles are estimates from five points, good for sorting and not for evidence. Must not look at who is depicted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from workspace.analysis.pack import NormLimits

Word = Literal["good", "usable", "poor"]

# Measured on 600 photographs of 60 adults (Labeled Faces in the Wild); benchmarks/faces.py --data prints the spreads.
# The eyes stand .35 of the box's height apart (median; 5 % to 95 %: .30 to .40). By the pack's model card, true accepts
# are .880 for a face 24 px high and .978 for one of 40 px.
MIN_EYE_DISTANCE_PX: Final = 8.0
"""A face of about 24 px. Below, the face is poor whatever else is right."""
GOOD_EYE_DISTANCE_PX: Final = 14.0
"""A face of about 40 px."""
# Standard deviation of the Laplacian of the aligned 112 px grey crop. In focus: 7.6 to 17.8 (5 % to 95 %). A Gaussian
# blur of 2 px in the crop: 3.0, cosine to itself .87; of 3 px: 2.05, cosine .72; of 4 px: 1.7, cosine .56.
BLURRED: Final = 2.0
SHARP: Final = 4.0
# Estimated yaw: up to 60 degrees 96 % of true pairs or more pass the lead threshold; beyond, 83 % (two faces only).
FRONTAL_DEG: Final = 40.0
PROFILE_DEG: Final = 80.0
# Depth of the nose tip before the line of the eyes over the distance of the eyes, in an average adult head (about
# 30 mm over 63 mm): a nose offset of r eye distances then means a yaw of atan(r / 0.5).
NOSE_DEPTH: Final = 0.5

AT_LIMIT: Final = 0.3
"""Score of a face that stands at the lower limit of its worst measure. Below, the face is poor."""
GOOD_FROM: Final = 0.7
"""From this score on a face is good."""


@dataclass(frozen=True)
class Quality:
    """How well a face can be compared. score is 0 to 1; yaw is positive if the nose points to the picture's right."""

    eye_distance_px: float
    sharpness: float
    yaw_deg: float
    roll_deg: float
    score: float
    words: Word


def judge(
    landmarks: npt.NDArray[np.float32],
    aligned: npt.NDArray[np.uint8],
    detection_score: float,
    *,
    is_seen: bool = True,
    norm: float = 0.0,
    limits: NormLimits | None = None,
) -> Quality:
    """Judge one face. landmarks: (5, 2) float32 px (eyes, nose, mouth); aligned: (112, 112, 3) uint8 crop; is_seen:
    whether it is seen close up too. One that is not is poor, for it may be none. norm: length of its embedding, which
    counts where the recogniser's limits are known."""
    across = landmarks[1] - landmarks[0]
    eye_distance = float(np.hypot(*across))
    roll = float(np.degrees(np.arctan2(across[1], across[0])))
    yaw = _yaw_deg(landmarks, eye_distance)
    sharpness = _sharpness(aligned)
    worst = min(
        _ramp(eye_distance, MIN_EYE_DISTANCE_PX, GOOD_EYE_DISTANCE_PX, at_low=AT_LIMIT),
        _ramp(sharpness, BLURRED, SHARP, at_low=AT_LIMIT),
        _ramp(-abs(yaw), -PROFILE_DEG, -FRONTAL_DEG, at_low=AT_LIMIT),
        1.0 if is_seen else AT_LIMIT / 2,
    )
    detected = min(1.0, max(0.0, detection_score))
    score, sure = worst * detected, worst
    if limits is not None:
        strength = _ramp(norm, limits.poor, limits.good, at_low=AT_LIMIT)
        sure = min(worst, strength)
        # The other measures tell which faces are poor; among the rest they predict less than the norm alone.
        score = (sure if sure < AT_LIMIT else strength) * detected
    return Quality(
        eye_distance_px=eye_distance,
        sharpness=sharpness,
        yaw_deg=yaw,
        roll_deg=roll,
        score=score,
        words="poor" if sure < AT_LIMIT else "good" if min(score, worst) >= GOOD_FROM else "usable",
    )


def matched_automatically(quality: Quality) -> bool:
    """Tell whether the workers may propose pairs from this face; people may search with any."""
    return quality.words != "poor"


def _ramp(value: float, low: float, high: float, *, at_low: float) -> float:
    """Rise from 0 (far below low) through `at_low` at low to 1 at high, in straight lines."""
    if value >= high:
        return 1.0
    if value >= low:
        return at_low + (1 - at_low) * (value - low) / (high - low)
    return max(0.0, at_low * (1 - (low - value) / (high - low)))


def _yaw_deg(landmarks: npt.NDArray[np.float32], eye_distance: float) -> float:
    """Estimate the turn of the head from where the nose lies along the line of the eyes."""
    if eye_distance < 1e-3:
        return 90.0  # Both eyes in one place: a full profile, or no face.
    along = (landmarks[1] - landmarks[0]) / eye_distance
    offset = float(np.dot(landmarks[2] - (landmarks[0] + landmarks[1]) / 2, along)) / eye_distance
    return float(np.degrees(np.arctan(offset / NOSE_DEPTH)))


def _sharpness(aligned: npt.NDArray[np.uint8]) -> float:
    """Standard deviation of the Laplacian of the grey crop (Pech-Pacheco et al. 2000 take its square)."""
    grey = cv2.cvtColor(aligned, cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).std())
