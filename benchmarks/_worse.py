"""Ways in which a photograph gets worse, for the benchmark `accuracy`: as casework is, and as it can be repeated."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Chance = np.random.Generator


def small(pixels: Pixels, chance: Chance) -> Pixels:
    share = chance.uniform(0.1, 0.45)
    return np.asarray(cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def blurred(pixels: Pixels, chance: Chance) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), chance.uniform(0.7, 5)), np.uint8)


def dark(pixels: Pixels, chance: Chance) -> Pixels:
    noise = chance.normal(0, 6, pixels.shape)
    return np.asarray((pixels * chance.uniform(0.05, 0.35) + noise).clip(0, 255), np.uint8)


def compressed(pixels: Pixels, chance: Chance) -> Pixels:
    written = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(3, 20))])[1]
    return np.ascontiguousarray(np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1])


def covered(pixels: Pixels, chance: Chance) -> Pixels:
    """The eyes, the mouth or half of a face in the middle."""
    height, width = pixels.shape[:2]
    top, bottom, left, right = ((0.38, 0.5, 0.28, 0.72), (0.53, 0.75, 0.28, 0.72), (0, 1, 0, 0.5))[chance.integers(3)]
    worse = pixels.copy()
    worse[int(height * top) : int(height * bottom), int(width * left) : int(width * right)] = 60
    return worse


def tilted(pixels: Pixels, chance: Chance) -> Pixels:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(0, 360), 1)
    return np.asarray(cv2.warpAffine(pixels, turn, (width, height)), np.uint8)


def squeezed(pixels: Pixels, chance: Chance) -> Pixels:
    """Narrower, somewhat like a face that looks aside."""
    return np.asarray(cv2.resize(pixels, None, fx=chance.uniform(0.3, 0.8), fy=1), np.uint8)


WAYS: tuple[Callable[[Pixels, Chance], Pixels], ...] = (small, blurred, dark, compressed, covered, tilted, squeezed)


def worse(pixels: Pixels, chance: Chance) -> Pixels:
    """The photograph made worse in one of the seven ways."""
    return np.ascontiguousarray(WAYS[chance.integers(len(WAYS))](pixels, chance))
