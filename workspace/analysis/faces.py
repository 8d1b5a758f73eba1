"""Finds the faces of a picture and describes each: box, landmarks, quality, embedding.

It runs InsightFace's own detector and recogniser classes on a verified, local pack, with one thread: the project runs
one worker per core. Every face that the detector finds is kept, however small. Must never give InsightFace a name (a
name is downloaded), and must not decide what matches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
from insightface.app import FaceAnalysis
from insightface.utils.face_align import arcface_dst
from skimage.transform import SimilarityTransform

from workspace.analysis.pack import Pack, load_pack
from workspace.analysis.quality import Quality, judge
from workspace.errors import Invalid

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

MAX_INPUT_PX: Final = 1280
"""Longest side of the detector's input. At 1280 few faces of a 12 MP group are lost, at 640 half (docs/models.md)."""
# YuNet is trained on faces of 10 to 300 px (its README). At 500 px its landmarks are wrong (seven close-ups of the
# wheels' photographs: cosine to the same face .22 to .70), so larger faces are looked for in a smaller picture (.69 to
# .97).
LARGEST_FACE_PX: Final = 320
CLOSE_UP_INPUT_PX: Final = 320
STRIDE: Final = 32
"""The detector's coarsest grid: its input is padded to a multiple of it."""
MIN_DETECTION_SCORE: Final = 0.6
"""OpenCV's own sample for YuNet works with .6 to .9; a missed face costs more here."""
OVERLAP: Final = 0.3
"""Intersection over union from which two boxes are one face: the default of OpenCV's FaceDetectorYN."""
ALIGNED_PX: Final = 112
# YuNet finds tilted heads but leaves their landmarks nearly level. Looking again at the face turned upright raises the
# median cosine of a face to itself turned by 20, 45 and 60 degrees from .83, .23 and .09 to .93, .94 and .94
# (benchmarks/faces.py --data, 120 photographs of Labeled Faces in the Wild), for 5 to 10 ms per face.
UPRIGHT_PX: Final = 160
"""Side of the small picture in which one face is detected again."""
UPRIGHT_FACE_PX: Final = 72
"""Longer side of the face in that picture."""
FIRST_TURNS_DEG: Final = (-30, 30)
FURTHER_TURNS_DEG: Final = (-15, 15, 30)
"""Turns from the better of the first two. The last one turns further away from level."""
BETTER_BY: Final = 0.005
"""A turned detection must raise the detector's score by this, else the level landmarks stay."""


@dataclass(frozen=True, eq=False)  # arrays have no single truth value to compare by
class DetectedFace:
    """Where a face is, as the detector says it: box (4,) x1 y1 x2 y2 inside the picture, landmarks (5, 2), in px."""

    box: Floats
    landmarks: Floats
    score: float


@dataclass(frozen=True, eq=False)
class FoundFace:
    """A face with its description.

    box: (4,) float32 px as in DetectedFace; landmarks: (5, 2) float32 px (eyes, nose, corners of the mouth), taken
    again from the upright face if the head is tilted; embedding: (D,) float32, L2 norm 1.
    """

    box: Floats
    landmarks: Floats
    detection_score: float
    quality: Quality
    embedding: Floats


class FaceEngine:
    """One loaded pack. Load it once per process (0.3 s). Not for use by two threads at once."""

    def __init__(self, pack: Pack) -> None:
        if load_pack(pack.directory) != pack:
            raise Invalid(
                f"The face pack in {pack.directory} was changed after it was loaded. Restart with the approved pack.",
                faults=["The face pack was changed."],
            )
        self.pack = pack
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        cv2.setNumThreads(1)
        analysis = FaceAnalysis(
            name=str(pack.directory),
            allowed_modules=["detection", "recognition"],
            providers=["CPUExecutionProvider"],
            sess_options=options,
            static_shape_sessions=False,  # Else it builds and keeps one session for every size of picture.
        )
        self._detector: Any = analysis.models["detection"]
        self._recogniser: Any = analysis.models["recognition"]
        self._detector.prepare(-1, det_thresh=MIN_DETECTION_SCORE, nms_thresh=OVERLAP)

    def find(self, pixels: Pixels) -> list[FoundFace]:
        """Detect and describe every face of a picture. pixels: (H, W, 3) uint8, RGB. Best detection first."""
        bgr = _bgr(pixels)
        return [self._described(bgr, face) for face in self._detected(bgr)]

    def detect(self, pixels: Pixels) -> list[DetectedFace]:
        """Detect the faces of a picture without describing them. pixels: (H, W, 3) uint8, RGB. Best first."""
        return self._detected(_bgr(pixels))

    def describe(self, pixels: Pixels, face: DetectedFace) -> FoundFace:
        """Judge and embed one detected face, so that a video can embed only the best of a track."""
        return self._described(_bgr(pixels), face)

    def embed(self, pixels: Pixels, landmarks: Floats) -> Floats:
        """Embed the face at `landmarks`, (5, 2) px. pixels: (H, W, 3) uint8, RGB. Returns (D,) float32, L2 norm 1."""
        return self._embedded(align(_bgr(pixels), landmarks))

    def _detected(self, bgr: Pixels) -> list[DetectedFace]:
        fine, where = self._pass(bgr, MAX_INPUT_PX)
        if max(bgr.shape[:2]) > CLOSE_UP_INPUT_PX:
            scale = min(1.0, MAX_INPUT_PX / max(bgr.shape[:2]))
            sure = (fine[:, 3] - fine[:, 1]) * scale <= LARGEST_FACE_PX
            coarse, coarse_where = self._pass(bgr, CLOSE_UP_INPUT_PX)
            fine, where = np.concatenate([fine[sure], coarse]), np.concatenate([where[sure], coarse_where])
            # Where both passes see a face, the finer one has the better landmarks: it goes first, whatever the scores.
            ranked = fine + np.where(np.arange(len(fine)) < sure.sum(), 1, 0)[:, None] * [0, 0, 0, 0, 1]
        else:
            ranked = fine
        kept = sorted(self._detector.nms(ranked), key=lambda place: -float(fine[place, 4]))
        corner = np.array([bgr.shape[1], bgr.shape[0]] * 2, np.float32)
        return [
            DetectedFace(
                box=np.clip(fine[place, :4], 0, corner).astype(np.float32),
                landmarks=where[place].astype(np.float32),
                score=float(fine[place, 4]),
            )
            for place in kept
        ]

    def _pass(self, bgr: Pixels, longest: int) -> tuple[Floats, Floats]:
        """Run the detector once; returns (N, 5) boxes with their scores and (N, 5, 2) landmarks, both in picture px."""
        prepared, (across, down) = _fitted(bgr, longest)
        boxes, landmarks = self._detector.detect(prepared, input_size=prepared.shape[1::-1])
        return (
            np.asarray(boxes / np.array([across, down, across, down, 1]), np.float32),
            np.asarray(landmarks / np.array([across, down]), np.float32),
        )

    def _described(self, bgr: Pixels, face: DetectedFace) -> FoundFace:
        landmarks = self._upright_landmarks(bgr, face)
        aligned = align(bgr, landmarks)
        return FoundFace(
            box=face.box,
            landmarks=landmarks,
            detection_score=face.score,
            quality=judge(landmarks, aligned, face.score),
            embedding=self._embedded(aligned),
        )

    def _upright_landmarks(self, bgr: Pixels, face: DetectedFace) -> Floats:
        """Turn a face by several angles and return the landmarks of the turn that the detector likes best."""
        level, _ = self._turned_look(bgr, face, 0)
        turn, (score, landmarks) = max(
            ((turn, self._turned_look(bgr, face, turn)) for turn in FIRST_TURNS_DEG), key=lambda look: look[1][0]
        )
        if score < level + BETTER_BY:
            return face.landmarks
        outwards = 1 if turn > 0 else -1
        for further in FURTHER_TURNS_DEG:
            look = self._turned_look(bgr, face, turn + outwards * further)
            score, landmarks = max(look, (score, landmarks), key=lambda one: one[0])
        return landmarks

    def _turned_look(self, bgr: Pixels, face: DetectedFace, turn_deg: float) -> tuple[float, Floats]:
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

    def _embedded(self, aligned: Pixels) -> Floats:
        raw = np.asarray(self._recogniser.get_feat(aligned), np.float32).ravel()
        return np.asarray(raw / np.linalg.norm(raw), np.float32)


def align(bgr: Pixels, landmarks: Floats) -> Pixels:
    """Turn and scale a face so that its five points lie on ArcFace's template. Returns (112, 112, 3) uint8.

    The same crop as InsightFace's norm_crop, whose call into scikit-image is deprecated and warns.
    """
    fitted = SimilarityTransform.from_estimate(landmarks, arcface_dst)
    if not fitted:
        raise Invalid("The landmarks of the face lie in one point.", faults=["landmarks lie in one point"])
    warped = cv2.warpAffine(bgr, fitted.params[:2], (ALIGNED_PX, ALIGNED_PX), borderValue=0.0)
    return np.asarray(warped, np.uint8)


def _bgr(pixels: Pixels) -> Pixels:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
        raise Invalid(
            f"A picture must be (H, W, 3) uint8 RGB, not {pixels.shape} {pixels.dtype}.",
            faults=["pixels are not (H, W, 3) uint8"],
        )
    return np.ascontiguousarray(pixels[:, :, ::-1])


def _fitted(bgr: Pixels, longest: int) -> tuple[Pixels, tuple[float, float]]:
    """Shrink (never enlarge) a picture to `longest` px and pad it to the grid; returns it and its scale in x and y."""
    height, width = bgr.shape[:2]
    shrink = min(1.0, longest / max(height, width))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA) if shrink < 1 else bgr
    padded = np.zeros((-(-size[1] // STRIDE) * STRIDE, -(-size[0] // STRIDE) * STRIDE, 3), np.uint8)
    padded[: size[1], : size[0]] = small
    return padded, (size[0] / width, size[1] / height)
