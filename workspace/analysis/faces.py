"""Finds the faces of a picture and describes each: box, landmarks, quality, embedding.

It runs InsightFace's own detector and recogniser classes on a verified, local pack, with one thread: the project runs
one worker per core. Every face that the detector finds is kept, however small. Must never give InsightFace a name (a
name is downloaded), and must not decide what matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
from insightface.app import FaceAnalysis
from insightface.utils.face_align import arcface_dst
from skimage.transform import SimilarityTransform

from workspace.analysis.bands import bands_of
from workspace.analysis.derivatives import shrunk
from workspace.analysis.pack import Pack, load_pack
from workspace.analysis.quality import Quality, judge
from workspace.analysis.tiles import tiles_of
from workspace.analysis.upright import (
    DOUBTED_SCORE,
    QUARTERS_DEG,
    CloseUp,
    DetectedFace,
    Standing,
    turned_back,
)
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
GLIMPSE_PX: Final = 320
"""Longest side of the pictures in which faces are looked for that stand on their side or head, where there are
others."""
LONG_GLIMPSE_PX: Final = 480
"""The same where a photo shows no face that stands upright: it may be stored turned, without a word about it."""
TILE_PX: Final = 1024
"""Side of a tile of a picture that is looked at in full size; enlarged to `MAX_INPUT_PX`, since of 24 faces of 32 px 22
were found so and 18 without, and 23 at twice the cost (docs/models.md)."""
TILE_OVERLAP_PX: Final = 256
"""Of two tiles. Larger faces are found as well in the picture as a whole,
at the size in which it is read (docs/models.md)."""
# A tile shows a dozen times as many textures as the picture as a whole. Of 105 finds in 20 pictures of 12 megapixels
# the 90 faces of 32 and 48 px had vectors of length 8.4 to 14.4 before they were brought to length 1; of 15 false finds
# 12 were below 8, and one of the rest had a score of .65 (benchmarks/sweep.py prints what is left).
SWEEP_SCORE: Final = 0.65
"""A face that only a tile shows must have this score in the tile."""
SWEEP_STRENGTH: Final = 0.2
"""How far its vector must be on the way from the pack's limit of a poor face to that of a good one: 8 of 7 to 12."""
LONE_SCORE: Final = 0.8
"""The score in the tile where a pack has no such limits: 6 of 100 faces of 32 px are lost by it."""
GLIMPSES: Final = 3
"""How many detections of a glimpse are looked at close up, the best first."""


@dataclass(frozen=True, eq=False)
class FoundFace:
    """A face with its description.

    box: (4,) float32 px as in DetectedFace; landmarks: (5, 2) float32 px (eyes, nose, corners of the mouth), taken
    again from the upright face if the head is tilted or turned; embedding: (D,) float32, L2 norm 1.
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
        self._close_up = CloseUp(self._detector)

    def find(self, pixels: Pixels, *, small: Pixels | None = None, is_frame: bool = False) -> list[FoundFace]:
        """Detect and describe every face of a picture, however it stands. pixels: (H, W, 3) uint8, RGB. Best detection
        first. small: the picture shrunk to `MAX_INPUT_PX`, if it was already; is_frame: one of many of a video, of
        which each may cost less."""
        bgr = _bgr(pixels)
        little = shrunk(bgr, MAX_INPUT_PX) if small is None else _bgr(small)
        standing = [(face, self._close_up.standing(bgr, face)) for face in self._detected(bgr, little)]
        faces = [(face, stands) for face, stands in standing if stands.is_seen or face.score >= DOUBTED_SCORE]
        for turn in self._other_turns(bgr, little, faces, is_frame=is_frame):
            faces = self._with_turned(bgr, faces, turn)
        seen = [(face, stands) for face, stands in faces if stands.is_seen]
        if seen and all(stands.turn_deg for _, stands in seen):
            # The whole picture is turned: what only the first detection, as it is stored, takes for a face is none.
            faces = seen
        described = [self._described(bgr, face, stands) for face, stands in faces]
        return sorted(described, key=lambda face: -face.detection_score)

    def detect(self, pixels: Pixels) -> list[DetectedFace]:
        """Detect the faces that stand about upright, without describing them. pixels: (H, W, 3) uint8, RGB. Best
        first."""
        bgr = _bgr(pixels)
        return self._detected(bgr, shrunk(bgr, MAX_INPUT_PX))

    def describe(self, pixels: Pixels, face: DetectedFace) -> FoundFace:
        """Judge and embed one detected face."""
        bgr = _bgr(pixels)
        return self._described(bgr, face, self._close_up.standing(bgr, face))

    def find_at(self, pixels: Pixels, box: Floats) -> FoundFace | None:
        """Describe the face in a box that a person drew, however it stands; None where none can be aligned there.
        pixels: (H, W, 3) uint8, RGB; box: (4,) float32 px, kept as it was drawn."""
        bgr = _bgr(pixels)
        face = DetectedFace(box, np.zeros((5, 2), np.float32), 0.0)
        # A face that stands exactly upright keeps the landmarks that it is given.
        face = replace(face, landmarks=self._close_up.look(bgr, face, 0)[1])
        stands = self._close_up.standing(bgr, face)
        if not stands.score:
            return None
        return self._described(bgr, replace(face, score=stands.score), stands)

    def sweep(self, pixels: Pixels, turn: int, *, without: Callable[[Floats], bool]) -> Iterator[FoundFace | None]:
        """Look at a picture once more, in tiles that are enlarged, turned by `turn` degrees: the faces that stand
        upright so and are seen close up, each as soon as it is described; None after each tile.

        pixels: (H, W, 3) uint8, RGB; without: whether the face in a box, (4,) px, need not be described.
        """
        bgr = _bgr(pixels)
        size = bgr.shape[1], bgr.shape[0]
        limits = self.pack.norm_limits
        least = limits.poor + SWEEP_STRENGTH * (limits.good - limits.poor) if limits else 0.0
        sure = SWEEP_SCORE if limits else LONE_SCORE
        turned = np.ascontiguousarray(np.rot90(bgr, turn // 90))
        seen: list[Floats] = []
        for tile in tiles_of(turned.shape[0], turned.shape[1], TILE_PX, TILE_OVERLAP_PX):
            part = np.ascontiguousarray(turned[tile.top : tile.bottom, tile.left : tile.right])
            boxes, landmarks = self._pass(enlarged(part), (part.shape[1], part.shape[0]))
            for place in np.argsort(-boxes[:, 4]):
                box = boxes[place]
                if box[4] < sure or max(box[2:4] - box[:2]) > TILE_OVERLAP_PX or tile.cuts(box[:4]):
                    continue
                there = DetectedFace(box[:4] + np.tile(tile.corner, 2), landmarks[place] + tile.corner, float(box[4]))
                face = turned_back(there, turn, size)
                if without(face.box) or any(overlap(face.box, other) > OVERLAP for other in seen):
                    continue
                stands = self._close_up.standing(bgr, face)
                if stands.turn_deg != turn or not stands.is_seen:
                    continue
                described, norm = self._weighed(bgr, face, stands)
                if norm >= least:
                    seen.append(face.box)
                    yield described
            yield None

    def embed(self, pixels: Pixels, landmarks: Floats) -> Floats:
        """Embed the face at `landmarks`, (5, 2) px. pixels: (H, W, 3) uint8, RGB. Returns (D,) float32, L2 norm 1."""
        return self._embedded(align(_bgr(pixels), landmarks))[0]

    def _detected(self, bgr: Pixels, little: Pixels) -> list[DetectedFace]:
        """The faces of a picture; of a long and narrow one, band by band, since shrunk as a whole it would lose them.
        little: it, shrunk to `MAX_INPUT_PX`."""
        bands = bands_of(bgr.shape[0], bgr.shape[1], MAX_INPUT_PX)
        if len(bands) == 1:
            return self._detected_at_once(little, (bgr.shape[1], bgr.shape[0]))
        found = [
            DetectedFace(face.box + np.tile(band.corner, 2), face.landmarks + band.corner, face.score)
            for band in bands
            for face in self._detected_in(bgr[band.top : band.bottom, band.left : band.right])
            if not band.cuts(face.box)
        ]
        boxes = np.array([[*face.box, face.score] for face in found], np.float32).reshape(-1, 5)
        return sorted((found[place] for place in self._detector.nms(boxes)), key=lambda face: -face.score)

    def _detected_in(self, part: Pixels) -> list[DetectedFace]:
        return self._detected_at_once(shrunk(np.ascontiguousarray(part), MAX_INPUT_PX), (part.shape[1], part.shape[0]))

    def _detected_at_once(self, little: Pixels, size: tuple[int, int]) -> list[DetectedFace]:
        """little: a picture shrunk to `MAX_INPUT_PX`; size: width and height of what it was."""
        fine, where = self._pass(little, size)
        if max(size) > CLOSE_UP_INPUT_PX:
            scale = min(1.0, MAX_INPUT_PX / max(size))
            sure = (fine[:, 3] - fine[:, 1]) * scale <= LARGEST_FACE_PX
            coarse, coarse_where = self._pass(shrunk(little, CLOSE_UP_INPUT_PX), size)
            fine, where = np.concatenate([fine[sure], coarse]), np.concatenate([where[sure], coarse_where])
            # Where both passes see a face, the finer one has the better landmarks: it goes first, whatever the scores.
            ranked = fine + np.where(np.arange(len(fine)) < sure.sum(), 1, 0)[:, None] * [0, 0, 0, 0, 1]
        else:
            ranked = fine
        kept = sorted(self._detector.nms(ranked), key=lambda place: -float(fine[place, 4]))
        corner = np.array(size * 2, np.float32)
        return [
            DetectedFace(
                box=np.clip(fine[place, :4], 0, corner).astype(np.float32),
                landmarks=where[place].astype(np.float32),
                score=float(fine[place, 4]),
            )
            for place in kept
        ]

    def _pass(self, small: Pixels, size: tuple[int, int]) -> tuple[Floats, Floats]:
        """Run the detector once on a picture that was shrunk; returns (N, 5) boxes with their scores and (N, 5, 2)
        landmarks, both in px of the picture that it was. size: width and height of that one."""
        across, down = small.shape[1] / size[0], small.shape[0] / size[1]
        prepared = _padded(small)
        boxes, landmarks = self._detector.detect(prepared, input_size=prepared.shape[1::-1])
        return (
            np.asarray(boxes / np.array([across, down, across, down, 1]), np.float32),
            np.asarray(landmarks / np.array([across, down]), np.float32),
        )

    def _other_turns(
        self, bgr: Pixels, little: Pixels, faces: list[tuple[DetectedFace, Standing]], *, is_frame: bool
    ) -> list[int]:
        """In which quarter turns of the picture there are faces that stand upright there and in no other."""
        upright = [face for face, stands in faces if stands.is_seen and not stands.turn_deg]
        turns = {stands.turn_deg for _, stands in faces if stands.is_seen and stands.turn_deg}
        size = bgr.shape[1], bgr.shape[0]
        small = shrunk(little, GLIMPSE_PX if upright or is_frame else LONG_GLIMPSE_PX)
        for turn in sorted(set(QUARTERS_DEG[1:]) - turns):
            turned = np.ascontiguousarray(np.rot90(small, turn // 90))
            boxes, _ = self._pass(turned, size if turn == 180 else size[::-1])
            for box in boxes[np.argsort(-boxes[:, 4])][:GLIMPSES]:
                seen = DetectedFace(box[:4], np.zeros((5, 2), np.float32), float(box[4]))
                face = turned_back(seen, turn, size)
                if any(overlap(face.box, other.box) > OVERLAP for other in upright):
                    continue
                stands = self._close_up.standing(bgr, face)
                if stands.turn_deg == turn and stands.is_seen:
                    turns.add(turn)
                    break
        return sorted(turns)

    def _with_turned(
        self, bgr: Pixels, faces: list[tuple[DetectedFace, Standing]], turn: int
    ) -> list[tuple[DetectedFace, Standing]]:
        """Add the faces that stand upright in a quarter turn of the picture; one that was found before in another turn
        stays only where it is seen better."""
        turned = np.ascontiguousarray(np.rot90(bgr, turn // 90))
        kept = list(faces)
        for found in self._detected(turned, shrunk(turned, MAX_INPUT_PX)):
            face = turned_back(found, turn, (bgr.shape[1], bgr.shape[0]))
            stands = self._close_up.standing(bgr, face)
            if stands.turn_deg != turn or not stands.is_seen:
                continue
            same = [one for one in kept if overlap(one[0].box, face.box) > OVERLAP]
            if any(other.is_seen and other.turn_deg != turn and other.score >= stands.score for _, other in same):
                continue
            kept = [one for one in kept if not any(one is other for other in same)] + [(face, stands)]
        return kept

    def _described(self, bgr: Pixels, face: DetectedFace, stands: Standing) -> FoundFace:
        return self._weighed(bgr, face, stands)[0]

    def _weighed(self, bgr: Pixels, face: DetectedFace, stands: Standing) -> tuple[FoundFace, float]:
        """A described face, and how long its embedding was before it was brought to norm 1."""
        aligned = align(bgr, stands.landmarks)
        embedding, norm = self._embedded(aligned)
        found = FoundFace(
            box=face.box,
            landmarks=stands.landmarks,
            detection_score=face.score,
            quality=judge(
                stands.landmarks,
                aligned,
                face.score,
                is_seen=stands.is_seen,
                norm=norm,
                limits=self.pack.norm_limits,
            ),
            embedding=embedding,
        )
        return found, norm

    def _embedded(self, aligned: Pixels) -> tuple[Floats, float]:
        """The embedding, and how long it was before it was brought to norm 1."""
        raw = np.asarray(self._recogniser.get_feat(aligned), np.float32).ravel()
        norm = float(np.linalg.norm(raw))
        return np.asarray(raw / norm, np.float32), norm


def enlarged(tile: Pixels) -> Pixels:
    """A tile as the detector sees it."""
    scale = MAX_INPUT_PX / TILE_PX
    return np.asarray(cv2.resize(tile, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


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
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), np.uint8)


def overlap(a: Floats, b: Floats) -> float:
    """Return the intersection over union of two boxes (x1 y1 x2 y2)."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    common = float(np.prod(np.maximum(sides, 0)))
    union = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2])) - common
    return common / union if union > 0 else 0.0


def _padded(bgr: Pixels) -> Pixels:
    """A picture with black below and on its right, up to the detector's grid."""
    height, width = bgr.shape[:2]
    below, right = -height % STRIDE, -width % STRIDE
    return np.asarray(cv2.copyMakeBorder(bgr, 0, below, 0, right, cv2.BORDER_CONSTANT), np.uint8)
