"""Brings every photographed face into one frontal frame, the canonical face, and cuts out the heads.

In that frame the same place is the same feature in everyone, so features can be mixed, moved and put back on any head.
The points in faces.json were measured once; this module only warps and must not detect anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy.interpolate import LinearNDInterpolator
from scipy.ndimage import distance_transform_edt, gaussian_filter, map_coordinates
from scipy.spatial import Delaunay

from seed.photographs import Floats, photograph, pixels_of

Points = npt.NDArray[np.float64]

WIDTH: Final = 200  # of the canonical face, px
HEIGHT: Final = 232
HEAD_WIDTH_PX: Final = 390  # of a head crop; the face is about 175 px high in it

# MediaPipe's numbering of the mesh.
RIGHT_EYE, LEFT_EYE = (33, 133, 159, 145), (263, 362, 386, 374)
RIGHT_BROW, LEFT_BROW = (70, 63, 105, 66, 107, 46, 53, 52, 65, 55), (300, 293, 334, 296, 336, 276, 283, 282, 295, 285)
NOSE = (1, 2, 98, 327, 168, 6, 197, 195, 5, 4, 48, 278)
MOUTH = (61, 291, 0, 17, 37, 267, 84, 314)
NOSE_ROOT, LIP = 168, 13
# One half of these faces is turned away (D, E, B) or in shadow (H), or crossed by hair (A): the other half stands in.
HIDDEN_LEFT = {"B": 1.0, "D": 1.0, "E": 1.0, "F": 0.9, "H": 1.0}
KEEPS_BOTH_EYES = ("D", "H")  # A mirrored eye would look the other way.
OUTER_PX: Final = 14


@dataclass(frozen=True)
class Head:
    """A head cut out of its photograph.

    pixels: (H, W, 3) float32, RGB; points: (468, 2) px in it; outline, hair: (H, W) float32, 0 to 1;
    facing: (468,) how much each point faces the camera, 1 is straight; scale: crop px per photograph px.
    """

    pixels: Floats
    points: Points
    outline: Floats
    hair: Floats
    facing: Points
    scale: float


@cache
def measured() -> dict[str, Any]:
    """The measured points, read once."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("faces.json").read_text(encoding="utf-8"))
    return found


@cache
def canonical() -> Points:
    """The frontal face: (468, 3), px in the canonical frame, third column depth."""
    return np.asarray(measured()["canonical"], np.float64) / 10


@cache
def landmarks(face: str) -> Points:
    """A face's points in its photograph: (468, 3) px."""
    return np.asarray(measured()["faces"][face]["landmarks"], np.float64) / 10


@cache
def triangles() -> Delaunay:
    """The mesh over the canonical points."""
    return Delaunay(canonical()[:, :2])


@cache
def grid() -> tuple[Points, Points]:
    """The x and the y of every canonical pixel, each (HEIGHT, WIDTH)."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    return across.astype(np.float64), down.astype(np.float64)


@cache
def oval() -> Floats:
    """How deep inside the face each canonical pixel lies, px; 0 outside."""
    across, down = grid()
    inside = triangles().find_simplex(np.c_[across.ravel(), down.ravel()]).reshape(HEIGHT, WIDTH) >= 0
    return np.asarray(distance_transform_edt(inside), np.float32)


def at_points(values: npt.NDArray[Any]) -> Points:
    """Read a canonical map at the 468 points."""
    where = canonical()
    return np.asarray(map_coordinates(np.asarray(values, np.float64), [where[:, 1], where[:, 0]], order=1))


def sample(image: npt.NDArray[Any], where: Points, order: int = 1) -> Floats:
    """Read an (H, W, C) image at (N, 2) places; returns (N, C)."""
    coordinates = [where[:, 1], where[:, 0]]
    planes = [map_coordinates(image[:, :, c], coordinates, order=order, mode="nearest") for c in range(image.shape[2])]
    return np.stack(planes, axis=-1).astype(np.float32)


@cache
def pose(face: str) -> tuple[Points, Points]:
    """Return the face's own shape in the canonical frame, (468, 3), and the (2, 2) way from there to its photograph."""
    points, frame = landmarks(face), canonical()
    centre, target = points.mean(0), frame.mean(0)
    left, spread, right = np.linalg.svd((points - centre).T @ (frame - target))
    turn = np.diag([1, 1, np.sign(np.linalg.det(left @ right))])
    rotation = (left @ turn @ right).T
    scale = float((spread * np.diag(turn)).sum() / ((points - centre) ** 2).sum())
    shape = scale * (rotation @ (points - centre).T).T + target
    return shape, (rotation.T / scale)[:2, :2]


@cache
def texture(face: str) -> Floats:
    """A face seen from the front: (HEIGHT, WIDTH, 3), with everyone's colour and light made alike."""
    plain = _frontal(face)
    like = _frontal("G")
    inner = oval() > OUTER_PX
    mean, spread = like[inner].mean(0), like[inner].std(0)
    if face == "H":  # a black-and-white photograph
        grey = plain.mean(-1)
        alike = ((grey - grey[inner].mean()) / grey[inner].std())[..., None] * spread + mean
    else:
        alike = (plain - plain[inner].mean(0)) / plain[inner].std(0) * spread + mean
    return np.asarray(alike - 0.7 * (_light(alike) - _light(like)), np.float32)


def _frontal(face: str) -> Floats:
    across, down = grid()
    places = np.nan_to_num(
        LinearNDInterpolator(triangles(), landmarks(face)[:, :2])(np.c_[across.ravel(), down.ravel()])
    )
    colours = sample(pixels_of(measured()["faces"][face]["photograph"]), places, order=3)
    flat = np.where(oval()[..., None] > 0, colours.reshape(HEIGHT, WIDTH, 3), 0).clip(0, 255)
    if face == "A":
        own = np.clip((WIDTH * 0.62 - across) / (WIDTH * 0.12) + 0.5, 0, 1)
    else:
        side = np.clip((across - WIDTH / 2) / (WIDTH * 0.12), -1, 1) * 0.5 + 0.5
        own = 1 - (1 - side) * HIDDEN_LEFT.get(face, 0.0)
    if face in KEEPS_BOTH_EYES:
        own = np.maximum(own, np.exp(-(((down - canonical()[RIGHT_EYE[2], 1]) / 22) ** 2)))
    return np.asarray(flat * own[..., None] + flat[:, ::-1] * (1 - own[..., None]), np.float32)


def _light(face: npt.NDArray[Any]) -> Floats:
    """The slow changes of brightness over a face, without the hair above the brows."""
    counted = ((oval() > OUTER_PX) & (grid()[1] > 44)).astype(np.float32)
    weight = gaussian_filter(counted, 26) + 1e-3
    return np.asarray(gaussian_filter(face * counted[..., None], (26, 26, 0)) / weight[..., None], np.float32)


@cache
def features() -> dict[str, Floats]:
    """Soft canonical masks of the features, (HEIGHT, WIDTH), 0 to 1."""
    masks = {
        "eyes": np.maximum(_around(RIGHT_EYE, 8, 8), _around(LEFT_EYE, 8, 8)),
        "brows": np.maximum(_around(RIGHT_BROW, 6, 6), _around(LEFT_BROW, 6, 6)),
        "nose": _around(NOSE, 6, 4),
        "mouth": _around(MOUTH, 8, 8),
    }
    return {name: np.asarray(gaussian_filter(mask, 2.5), np.float32) for name, mask in masks.items()}


def _around(points: tuple[int, ...], wider: float, higher: float) -> Floats:
    across, down = grid()
    places = canonical()[list(points), :2]
    low, high = places.min(0), places.max(0)
    centre, radius = (low + high) / 2, (high - low) / 2 + [wider, higher]
    return np.asarray(
        np.clip(1.6 - ((across - centre[0]) / radius[0]) ** 2 - ((down - centre[1]) / radius[1]) ** 2, 0, 1), np.float32
    )


@cache
def blend_mask() -> Floats:
    """Where a made face covers the head below it: soft at the oval's edge, nothing above the brows."""
    soft = gaussian_filter(np.clip((oval() - 4) / 16, 0, 1), 3)
    return np.asarray(soft * np.clip((grid()[1] - 36) / 18, 0, 1), np.float32)


@cache
def facing_mask(face: str) -> Floats:
    """Where a head shows its face to the camera, in the canonical frame, 0 to 1."""
    across, down = grid()
    seen = np.clip((head(face).facing - 0.12) / 0.3, 0, 1)
    found = LinearNDInterpolator(triangles(), seen)(np.c_[across.ravel(), down.ravel()]).reshape(HEIGHT, WIDTH)
    return np.asarray(gaussian_filter(np.nan_to_num(found), 4), np.float32)


@cache
def head(face: str) -> Head:
    """Cut a head out of its photograph, enlarged to HEAD_WIDTH_PX."""
    facts = measured()["faces"][face]
    points = landmarks(face)[:, :2]
    centre, high = (points.min(0) + points.max(0)) / 2, float(np.ptp(points[:, 1]))
    box = [centre[0] - high * 1.1, centre[1] - high * 1.15, centre[0] + high * 1.1, centre[1] + high * 1.35]
    left, top, right, bottom = (round(float(edge)) for edge in box)
    scale = HEAD_WIDTH_PX / (2.2 * high)
    crop = photograph(facts["photograph"]).crop((left, top, right, bottom))
    size = (int(crop.width * scale), int(crop.height * scale))
    large = crop.resize(size, Image.Resampling.LANCZOS)
    return Head(
        pixels=np.asarray(large, np.float32),
        points=(points - [left, top]) * [size[0] / crop.width, size[1] / crop.height],
        outline=_filled(facts["outline"], size, 1.2),
        hair=_filled(facts["hair"], size, 2.5),
        facing=_facing(face),
        scale=scale,
    )


def _filled(polygon: list[list[int]], size: tuple[int, int], softness: float) -> Floats:
    mask = Image.new("L", size)
    if polygon:
        ImageDraw.Draw(mask).polygon([(x, y) for x, y in polygon], fill=255)
    return np.asarray(gaussian_filter(np.asarray(mask, np.float32) / 255, softness), np.float32)


def _facing(face: str) -> Points:
    corners = triangles().simplices

    def normals(points: Points) -> Points:
        a, b, c = (points[corners[:, k]] for k in range(3))
        return np.asarray(np.cross(b - a, c - a))

    outward = np.sign(normals(canonical())[:, 2:3])
    total = np.zeros((len(canonical()), 3))
    for k in range(3):
        np.add.at(total, corners[:, k], normals(landmarks(face)) * outward)
    return np.asarray(total[:, 2] / np.linalg.norm(total, axis=1))
