"""Clean pictures made from decoded pixels: the only pictures of evidence that a browser ever gets.

They are encoded anew from plain arrays, so that nothing of the original file, and none of its metadata, goes along.
Must not read a file.
"""

from __future__ import annotations

import io
import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

CROP_QUALITY = 88
TILE_QUALITY = 95
EYE_LINE = 0.42
"""Height of both eyes in an aligned crop, as a share of its side."""
EYE_DISTANCE = 0.27
"""Distance of the eyes as a share of the side: leaves the whole head in view, ears and chin too, for comparison."""


def encode_derivative(pixels: Pixels, *, longest_side: int, quality: int) -> bytes:
    """Encode a picture as WebP without metadata, shrunk to `longest_side` if it is larger.

    pixels: (H, W, 3) uint8, RGB. quality: 0 to 100.
    """
    return _webp(shrunk(pixels, longest_side), quality)


def encode_tile(pixels: Pixels) -> bytes:
    """Encode a part of a picture in its own pixels as JPEG without metadata, every colour at every pixel: a plug's
    shape and small print must not suffer.

    pixels: (H, W, 3) uint8, RGB. A seventh of the time of WebP.
    """
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "JPEG", quality=TILE_QUALITY, subsampling=0)
    return file.getvalue()


def encode_png(pixels: Pixels) -> bytes:
    """Encode a picture as PNG, pixel for pixel, without metadata. pixels: (H, W, 3) uint8, RGB."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=3)
    return file.getvalue()


def decode_derivative(content: bytes) -> Pixels:
    """The pixels of a clean picture that was encoded here, (H, W, 3) uint8, RGB; of no other."""
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as image:
        return np.asarray(image.convert("RGB"))


def shrunk(pixels: Pixels, longest_side: int) -> Pixels:
    """Shrink a picture to `longest_side` by the mean of what becomes one pixel; a smaller one stays as it is.

    pixels: (H, W, 3) uint8. Half the time of Pillow's bicubic filter.
    """
    height, width = pixels.shape[:2]
    scale = longest_side / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def grey(pixels: Pixels) -> Pixels:
    """A picture without its colours. pixels: (H, W, 3) uint8, RGB."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def crop_face(pixels: Pixels, box: tuple[float, float, float, float], *, margin: float, longest_side: int) -> bytes:
    """Cut a face out with some of its surroundings and encode it as WebP.

    pixels: (H, W, 3) uint8, RGB. box: left, top, right, bottom in pixels. margin: share of the box's longer side added
    on each side; what lies outside the picture is left away. Raises ValueError if the box lies outside the picture.
    """
    left, top, right, bottom = box
    height, width = pixels.shape[:2]
    added = margin * max(right - left, bottom - top)
    x0, y0 = max(0, math.floor(left - added)), max(0, math.floor(top - added))
    x1, y1 = min(width, math.ceil(right + added)), min(height, math.ceil(bottom + added))
    if x1 <= x0 or y1 <= y0:
        raise ValueError("the box lies outside the picture")
    return encode_derivative(pixels[y0:y1, x0:x1], longest_side=longest_side, quality=CROP_QUALITY)


def aligned_crop(pixels: Pixels, landmarks: NDArray[np.floating], *, size: int = 512) -> bytes:
    """Turn and scale a face so that its eyes stand at fixed places, and encode it as WebP.

    Two such crops can be laid side by side: same eye line, same distance of the eyes. Only turned, scaled and moved,
    never
    stretched. pixels: (H, W, 3) uint8, RGB. landmarks: (5, 2), x and y in pixels: the eye on the left of the picture,
    the eye on its right, nose, corners of the mouth. Raises ValueError if the eyes fall together.
    """
    left, right = np.asarray(landmarks[:2], np.float64)
    across = right - left
    distance = float(np.hypot(*across))
    if not math.isfinite(distance) or distance < 1:
        raise ValueError("the eyes fall together")
    scale = distance / (EYE_DISTANCE * size)
    # The transform samples single points; where it would shrink by two or more, the picture is averaged first.
    small = shrunk(pixels, math.ceil(max(pixels.shape[:2]) / max(1, math.floor(scale))))
    shrink = np.array([small.shape[1] / pixels.shape[1], small.shape[0] / pixels.shape[0]])
    cosine, sine = across / distance * scale
    x, y = size / 2, EYE_LINE * size
    # The way back: for each pixel of the crop, its place in the picture. Pixels are counted by their centres.
    turn = np.array([[cosine, -sine], [sine, cosine]])
    middle = (left + right) / 2 - turn @ (x, y)
    back = np.column_stack([turn, middle + turn @ (0.5, 0.5)]) * shrink[:, None]
    back[:, 2] -= 0.5
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return _webp(np.asarray(cv2.warpAffine(small, back, (size, size), flags=flags), np.uint8), CROP_QUALITY)


def landmarks_in_crop(landmarks: NDArray[np.floating], *, size: int) -> NDArray[np.float32]:
    """Where a face's landmarks lie in its aligned crop. landmarks: (5, 2), pixels of the picture; size: of the crop.

    Raises ValueError if the eyes fall together.
    """
    left, right = np.asarray(landmarks[:2], np.float64)
    across = right - left
    distance = float(np.hypot(*across))
    if not math.isfinite(distance) or distance < 1:
        raise ValueError("the eyes fall together")
    cosine, sine = across / distance
    away = (np.asarray(landmarks, np.float64) - (left + right) / 2) / (distance / (EYE_DISTANCE * size))
    turned = np.stack([away @ [cosine, sine], away @ [-sine, cosine]], axis=1)
    return np.asarray(turned + np.array([size / 2, EYE_LINE * size]), np.float32)


def _webp(pixels: Pixels, quality: int) -> bytes:
    image, file = Image.fromarray(np.ascontiguousarray(pixels)), io.BytesIO()
    # Method 2 of 0 to 6: half the time of the default for a twentieth more bytes.
    image.save(file, "WEBP", quality=quality, method=2, exif=b"", icc_profile=b"", xmp=b"")
    return file.getvalue()
