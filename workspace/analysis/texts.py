"""Reads text in pictures: signs, labels, uniforms, spines of books. What a machine read is a hint and no fact.

Detector and recogniser are the PP-OCRv6 models that rapidocr's wheel carries (Apache-2.0); they are loaded from the
wheel's own files by their paths, checked by their hashes, so that nothing is ever fetched. Works on pixels that the
sandbox decoded; must not read a file of evidence.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from workspace.analysis.derivatives import shrunk
from workspace.errors import Unavailable

READER: Final = "rapidocr 3.10.0, PP-OCRv6 small"
"""What is written beside a reading; a medium is read again by another reader only when somebody asks."""
MODELS: Final = {
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
"""The wheel's files with their SHA-256."""
LONGEST_PX: Final = 1920
"""Letters of 2 per cent of a picture's height are 20 pixels high then, which the recogniser reads
(benchmarks/texts.py)."""
LEAST_SCORE: Final = 0.6
"""Below, what was read is mostly wrong: on pictures without text all lines are below (benchmarks/texts.py)."""
MOST_LINES: Final = 200
"""Of one picture: a page of print is no trace."""
LONGEST_LINE: Final = 300

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class FoundText:
    """A line of text. box: left, top, width and height as shares of the picture's sides, 0 to 1. score: 0 to 1, how
    sure the recogniser is."""

    box: tuple[float, float, float, float]
    text: str
    score: float


class TextReader:
    """Both models, loaded once: 30 MB of files, some 150 MB of memory; half a second to two of one core a picture."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        folder = _models()
        self._read = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.text_score": LEAST_SCORE,
                "Det.model_path": str(folder / "PP-OCRv6_det_small.onnx"),
                "Rec.model_path": str(folder / "PP-OCRv6_rec_small.onnx"),
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, pixels: Pixels) -> list[FoundText]:
        """The lines of text in a picture, at most MOST_LINES, the surest first. pixels: (H, W, 3) uint8, RGB."""
        small = shrunk(pixels, LONGEST_PX)
        height, width = small.shape[:2]
        found: Any = self._read(np.ascontiguousarray(small[:, :, ::-1]))
        if found.boxes is None:
            return []
        lines = [
            FoundText(_box(corners, width, height), line, float(score))
            for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if (line := plain(text))
        ]
        return sorted(lines, key=lambda line: -line.score)[:MOST_LINES]


def plain(text: str) -> str:
    """A line as it is kept: composed, without characters that are not seen, at most LONGEST_LINE long."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(sign for sign in composed if sign.isprintable()).strip()[:LONGEST_LINE]


def _box(corners: Iterable[Iterable[float]], width: int, height: int) -> tuple[float, float, float, float]:
    """Four corners as an upright box, within the picture."""
    points = np.clip(np.asarray(list(map(list, corners)), np.float64) / (width, height), 0.0, 1.0)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right - left), float(bottom - top)


def _models() -> Path:
    """The folder of the models in the installed wheel, once their hashes were compared.

    Raises:
        Unavailable: a file is missing or another one.
    """
    found = find_spec("rapidocr")
    folder = Path(found.origin).parent / "models" if found and found.origin else Path()
    for name, digest in MODELS.items():
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            raise Unavailable(
                "The model {name} that reads text is missing or was changed. Set up this host again.",
                name=name,
                reason="bad_pack",
            )
    return folder
