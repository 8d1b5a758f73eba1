"""Derivatives are small, carry nothing but pixels, and aligned faces can be laid side by side."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.support.sandbox_material import photograph
from workspace.analysis.derivatives import EYE_DISTANCE, EYE_LINE, aligned_crop, crop_face, encode_derivative


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    assert image.format == "WEBP"
    assert not image.getexif()
    assert "icc_profile" not in image.info
    return image.convert("RGB")


@pytest.mark.parametrize(("longest", "size"), [(200, (200, 100)), (4000, (600, 300))])
def test_a_derivative_is_shrunk_but_never_enlarged(longest: int, size: tuple[int, int]) -> None:
    pixels = np.asarray(photograph().resize((600, 300)))

    image = opened(encode_derivative(pixels, longest_side=longest, quality=80))

    assert image.size == size
    assert np.abs(np.asarray(image).astype(int) - np.asarray(photograph().resize(size))).mean() < 12


def test_quality_is_paid_in_bytes() -> None:
    pixels = np.asarray(photograph())

    sizes = [len(encode_derivative(pixels, longest_side=512, quality=quality)) for quality in (30, 60, 90)]

    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] / 3


def test_a_face_is_cut_out_with_its_margin_inside_the_picture() -> None:
    pixels = np.zeros((200, 300, 3), np.uint8)

    assert opened(crop_face(pixels, (100, 50, 140, 100), margin=0.5, longest_side=500)).size == (90, 100)
    assert opened(crop_face(pixels, (-20, -20, 40, 40), margin=0.5, longest_side=500)).size == (70, 70)
    assert opened(crop_face(pixels, (100, 50, 140, 100), margin=0.5, longest_side=50)).size == (45, 50)
    with pytest.raises(ValueError, match="outside"):
        crop_face(pixels, (400, 50, 420, 70), margin=0.1, longest_side=100)


def eyes_of(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Find the centres of the red and the green disc."""
    values = np.asarray(image).astype(int)
    red = np.argwhere((values[..., 0] > 150) & (values[..., 1] < 100)).mean(axis=0)[::-1]
    green = np.argwhere((values[..., 1] > 150) & (values[..., 0] < 100)).mean(axis=0)[::-1]
    return red, green


@pytest.mark.parametrize("angle", [0, 20, -35, 90])
@pytest.mark.parametrize("distance", [12, 60, 500])
def test_the_eyes_of_an_aligned_face_stand_at_fixed_places(angle: int, distance: int) -> None:
    side = 1400
    half = distance / 2 * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    middle = np.array([700.0, 650.0])
    left, right = middle - half, middle + half
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1)
    pixels = np.full((side, side, 3), 40, np.uint8)
    for place, colour in ((left, (255, 0, 0)), (right, (0, 255, 0))):
        pixels[np.hypot(*(grid - place).transpose(2, 0, 1)) < distance / 6] = colour
    landmarks = np.array([left, right, middle, left, right])

    red, green = eyes_of(opened(aligned_crop(pixels, landmarks, size=256)))

    # A whole pixel of the original is six of the crop where the eyes are twelve pixels apart.
    tolerance = max(1.5, EYE_DISTANCE * 256 / distance)
    assert red == pytest.approx([(0.5 - EYE_DISTANCE / 2) * 256, EYE_LINE * 256], abs=tolerance)
    assert green == pytest.approx([(0.5 + EYE_DISTANCE / 2) * 256, EYE_LINE * 256], abs=tolerance)


def test_a_face_at_the_edge_is_aligned_with_black_beyond_it() -> None:
    pixels = np.full((300, 300, 3), 255, np.uint8)
    landmarks = np.array([[5, 100], [65, 100], [35, 130], [10, 160], [60, 160]], float)

    image = np.asarray(opened(aligned_crop(pixels, landmarks, size=200)))

    assert image.shape == (200, 200, 3)
    assert image[:, :30].max() < 60
    assert image[:, 120:].min() > 200


def test_eyes_that_fall_together_cannot_be_aligned() -> None:
    with pytest.raises(ValueError, match="eyes"):
        aligned_crop(np.zeros((50, 50, 3), np.uint8), np.zeros((5, 2)))
