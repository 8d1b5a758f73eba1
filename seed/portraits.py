"""Makes a person: mixes the features of photographed adults on one of their heads, dresses it, and varies it by take.

A recipe is an identity; a take is the same identity with another slight turn, smile and gaze of the lids. Which recipes
the recogniser keeps apart was measured (people.py). Must stay deterministic: no random numbers here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.spatial import Delaunay

from seed import mesh
from seed.mesh import Head, Points
from seed.photographs import Floats, Pixels

Colour = tuple[int, int, int]

GEOMETRY: Final = (
    "eye_gap", "eye_height", "eye_size", "nose_width", "nose_length",
    "mouth_width", "mouth_height", "lips", "brow_height", "brow_tilt",
)  # fmt: skip
# The base of the neck (x, y) and its half width in the head crop; how far hair falls over the clothes (y).
NECKS: Final = {
    "A": (196, 322, 48), "B": (268, 335, 62), "C": (196, 318, 46), "D": (226, 332, 56),
    "E": (262, 312, 60), "F": (204, 336, 48), "G": (193, 318, 58),
}  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """An identity. `skin` empty: the head's own face. Letters are photographed adults (faces.json), colours RGB."""

    host: str
    skin: tuple[tuple[str, float], ...] = ()
    eyes: str = ""
    brows: str = ""
    nose: str = ""
    mouth: str = ""
    geometry: tuple[float, ...] = ()
    hair: Colour | None = None
    clothes: Colour = (70, 80, 95)
    flipped: bool = False


@dataclass(frozen=True)
class Take:
    """How a person looks at one moment: turn in canonical px per depth, smile and lids from -1 to 1."""

    turn: float = 0.0
    smile: float = 0.0
    lids: float = 0.0


TAKES: Final = (Take(), Take(turn=0.12, smile=0.5, lids=0.1), Take(turn=-0.12, smile=-0.3, lids=-0.2))


def bust(recipe: Recipe, take: Take) -> Pixels:
    """Draw head and shoulders: (H, W, 4) uint8, RGBA, transparent around the person."""
    head = mesh.head(recipe.host)
    skin = _with_face(recipe, take, head)
    if recipe.hair is not None:
        skin = _dyed(skin, head.hair, recipe.hair)
    clothes, cover = _garment(recipe, head)
    over = cover * (1 - head.hair if head.hair.any() else np.ones_like(cover))
    colours = skin * (1 - over[..., None]) + clothes * over[..., None]
    opaque = np.maximum(head.outline * _above_hem(recipe, head), cover)
    drawn = np.dstack([colours.clip(0, 255), opaque * 255]).astype(np.uint8)
    return np.ascontiguousarray(drawn[:, ::-1]) if recipe.flipped else drawn


def _with_face(recipe: Recipe, take: Take, head: Head) -> Floats:
    """The head crop with the recipe's face on it, (H, W, 3)."""
    moved = _moved(recipe, take, head)
    high, wide = head.pixels.shape[:2]
    low = np.maximum(np.floor(head.points.min(0)).astype(int) - 4, 0)
    top = np.minimum(np.ceil(head.points.max(0)).astype(int) + 5, [wide, high])
    size = (int(top[1] - low[1]), int(top[0] - low[0]))
    seen = head.facing > 0.05
    found, inside = _interpolated(moved[seen], np.c_[mesh.canonical()[seen, :2], head.points[seen]], low, size)
    mask = map_coordinates(mesh.blend_mask() * mesh.facing_mask(recipe.host), [found[:, 1], found[:, 0]], order=1)
    alpha = (mask * inside).reshape(size)
    below = head.pixels[low[1] : top[1], low[0] : top[0]]
    if recipe.skin:
        face = _lit(mesh.sample(_mixed(recipe), found[:, :2]).reshape(below.shape), below, alpha)
    else:
        face = mesh.sample(head.pixels, found[:, 2:]).reshape(below.shape)
    drawn = head.pixels.copy()
    drawn[low[1] : top[1], low[0] : top[0]] = below * (1 - alpha[..., None]) + face * alpha[..., None]
    return drawn


def _interpolated(
    points: Points, values: Points, low: npt.NDArray[np.int_], size: tuple[int, int]
) -> tuple[Points, npt.NDArray[np.bool_]]:
    """Spread the values at scattered points linearly over every pixel of a box: (pixels, columns), and which are
    inside.

    As LinearNDInterpolator does, but the triangles are painted: searching a pixel's triangle fell back, for some faces,
    to trying all, and took 0.9 s instead of some milliseconds.
    """
    triangles = Delaunay(points).simplices
    canvas = Image.new("I", (size[1], size[0]), -1)
    pen = ImageDraw.Draw(canvas)
    for number, triangle in enumerate(points[triangles] - low):
        pen.polygon([(float(x), float(y)) for x, y in triangle], fill=number)
    painted = np.asarray(canvas).ravel()
    inside = painted >= 0
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
    x, y = columns.ravel() + low[0], rows.ravel() + low[1]
    (ax, ay), (bx, by), (cx, cy) = (points[triangles[:, k]].T for k in range(3))
    twice_area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
    facts = [1 / twice_area, by - cy, cx - bx, cy - ay, ax - cx, cx, cy]
    inverse, to_a, across_a, to_b, across_b, cx, cy = (per_triangle[painted] for per_triangle in facts)
    first = (to_a * (x - cx) + across_a * (y - cy)) * inverse
    second = (to_b * (x - cx) + across_b * (y - cy)) * inverse
    weights = np.stack([first, second, 1 - first - second], axis=-1) * inside[:, None]
    corners = triangles[painted]
    spread = sum((weights[:, k, None] * values[corners[:, k]] for k in range(3)), np.zeros(1))
    return spread, inside


def _mixed(recipe: Recipe) -> Floats:
    """The recipe's face in the canonical frame."""
    mixed = sum((weight * mesh.texture(face) for face, weight in recipe.skin), np.zeros(1, np.float32))
    for name, mask in mesh.features().items():
        mixed = mixed * (1 - mask[..., None]) + mesh.texture(getattr(recipe, name)) * mask[..., None]
    return np.asarray(mixed, np.float32)


def _moved(recipe: Recipe, take: Take, head: Head) -> Points:
    """Where the 468 points of the head go, px in its crop."""
    own, to_photograph = mesh.pose(recipe.host)
    shape = own[:, :2]
    if recipe.skin:
        shape = sum((weight * mesh.pose(face)[0][:, :2] for face, weight in recipe.skin), np.zeros(1))
        for name, mask in mesh.features().items():
            near = mesh.at_points(mask)[:, None]
            shape = shape * (1 - near) + mesh.pose(getattr(recipe, name))[0][:, :2] * near
    shift = shape - own[:, :2] + _geometry(recipe) + _expression(take)
    inner = np.clip(mesh.at_points(mesh.oval()) / 25, 0, 1) ** 0.7
    return np.asarray(head.points + (shift * inner[:, None]) @ (to_photograph * head.scale).T)


def _geometry(recipe: Recipe) -> Points:
    """Displacements of the canonical points, (468, 2) px, by the recipe's geometry; each value from -1 to 1."""
    of = dict(zip(GEOMETRY, recipe.geometry or (0.0,) * len(GEOMETRY), strict=True))
    face = mesh.canonical()[:, :2]
    near = {name: mesh.at_points(mask) for name, mask in mesh.features().items()}
    aside = face[:, 0] - face[:, 0].mean()
    eyes = np.clip(near["eyes"] + 0.7 * near["brows"], 0, 1)
    shift = np.zeros_like(face)
    shift[:, 0] += of["eye_gap"] * np.sign(aside) * eyes * 10
    shift[:, 1] += of["eye_height"] * eyes * 10
    for eye in (mesh.RIGHT_EYE, mesh.LEFT_EYE):
        away = face - face[list(eye)].mean(0)
        shift += of["eye_size"] * 0.35 * away * np.exp(-(away**2).sum(1) / (2 * 22**2))[:, None]
    shift[:, 0] += (of["nose_width"] * 0.5 * near["nose"] + of["mouth_width"] * 0.4 * near["mouth"]) * aside
    below_root = np.clip((face[:, 1] - face[mesh.NOSE_ROOT, 1]) / 60, 0, 1)
    shift[:, 1] += of["nose_length"] * below_root * near["nose"] * 10 + of["mouth_height"] * near["mouth"] * 10
    shift[:, 1] += of["lips"] * (face[:, 1] - face[mesh.LIP, 1]) * near["mouth"] * 0.5
    shift[:, 1] += near["brows"] * (of["brow_height"] * 9 + of["brow_tilt"] * np.abs(aside) / (mesh.WIDTH / 2) * 10)
    return shift


def _expression(take: Take) -> Points:
    """Displacements of the canonical points, (468, 2) px, by a take."""
    frame = mesh.canonical()
    near = {name: mesh.at_points(mask) for name, mask in mesh.features().items()}
    aside = frame[:, 0] - frame[:, 0].mean()
    shift = np.zeros((len(frame), 2))
    shift[:, 0] -= take.turn * (frame[:, 2] - frame[:, 2].mean())
    shift[:, 1] -= take.smile * near["mouth"] * np.clip(np.abs(aside) / 30, 0, 1) * 4
    shift[:, 0] += take.smile * near["mouth"] * aside * 0.06
    for eye in (mesh.RIGHT_EYE, mesh.LEFT_EYE):
        away = frame[:, :2] - frame[list(eye), :2].mean(0)
        shift[:, 1] += take.lids * 0.25 * away[:, 1] * np.exp(-(away**2).sum(1) / (2 * 18**2))
    return shift


def _lit(face: Floats, below: Floats, alpha: Floats) -> Floats:
    """Give a face the colour, contrast and slow light of the skin that it covers."""
    within = alpha > 0.5
    have, want = face[within], below[within]
    toned = (face - have.mean(0)) / have.std(0) * (want.std(0) * 0.6 + have.std(0) * 0.4) + want.mean(0)
    counted = (alpha > 0.35).astype(np.float32)
    weight = (gaussian_filter(counted, 22, truncate=2.5) + 1e-3)[..., None]

    def slow(image: Floats) -> Floats:
        return np.asarray(gaussian_filter(image * counted[..., None], (22, 22, 0), truncate=2.5) / weight, np.float32)

    return np.asarray(toned + 0.85 * (slow(below) - slow(toned)), np.float32)


def _dyed(image: Floats, where: Floats, colour: Colour) -> Floats:
    """Recolour the hair: its light and shade stay."""
    light = image.mean(-1, keepdims=True) / 150
    dyed = np.asarray(colour, np.float32) * light
    return np.asarray(image * (1 - where[..., None]) + dyed * where[..., None], np.float32)


def _garment(recipe: Recipe, head: Head) -> tuple[Floats, Floats]:
    """Plain clothes: their colours (H, W, 3) and where they are (H, W)."""
    high, wide = head.pixels.shape[:2]
    x, y, half = NECKS[recipe.host]
    mask = Image.new("L", (wide * 2, high * 2))
    draw = ImageDraw.Draw(mask)
    shoulder = [(x - half, y - 16), (x - 110, y + 22), (x - 168, y + 52), (x - 190, y + 95), (x - 198, high)]
    outline = shoulder + [(2 * x - px, py) for px, py in reversed(shoulder)]
    draw.polygon([(px * 2, py * 2) for px, py in outline], fill=255)
    draw.ellipse(((x - half) * 2, (y - 34) * 2, (x + half) * 2, (y + 2) * 2), fill=0)
    cover = gaussian_filter(np.asarray(mask.resize((wide, high), Image.Resampling.BOX), np.float32) / 255, 1.2)
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    shade = 1.08 - 0.0016 * (rows - y) - 0.0000105 * (columns - x) ** 2
    weave = 0.035 * np.sin(columns * 1.9) * np.sin(rows * 1.3)
    folds = 0.05 * np.sin((columns - x) / 21 + (rows - y) / 37)
    collar = np.exp(-(((np.hypot((columns - x) / half, (rows - y + 12) / 24) - 1.06) / 0.05) ** 2)) * 0.18
    clothes = np.asarray(recipe.clothes, np.float32) * (shade + weave + folds - collar)[..., None]
    return np.asarray(clothes, np.float32), np.asarray(cover, np.float32)


def _above_hem(recipe: Recipe, head: Head) -> Floats:
    """Ends the cut-out neck where the clothes begin; falling hair goes on."""
    high, wide = head.pixels.shape[:2]
    rows = np.mgrid[0:high, 0:wide][0].astype(np.float32)
    neck = np.clip((NECKS[recipe.host][1] + 12 - rows) / 6, 0, 1)
    return np.asarray(np.maximum(neck, head.hair), np.float32)
