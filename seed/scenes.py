"""Draws the empty rooms and the things of the exercise: places that nobody can recognise, because they do not exist.

Each scene number is one place, always the same, so that two pictures of one scene share a background as two pictures of
one room do. Must show no person.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from seed.photographs import photograph

SIZE: Final = (1280, 960)  # of a drawn room
ROOMS: Final = 16
THINGS: Final = ("cup", "cat", "rocket", "brick", "grass")  # The detector takes gravel and machines for faces at times.
WALLS: Final = (
    (176, 186, 170), (196, 178, 150), (150, 168, 186), (202, 196, 184), (168, 148, 140), (140, 160, 150),
    (190, 168, 170), (160, 160, 172), (208, 190, 140), (128, 146, 170), (184, 196, 206), (172, 140, 120),
    (150, 176, 160), (206, 206, 200), (160, 130, 150), (188, 178, 196),
)  # fmt: skip


@cache
def room(number: int) -> Image.Image:
    """Draw a room, SIZE, RGB."""
    random = np.random.default_rng([7, number])
    wide, high = SIZE
    wall = WALLS[number % len(WALLS)]
    image = _textured(wall, number, random)
    draw = ImageDraw.Draw(image)
    floor = int(high * random.uniform(0.72, 0.82))
    tone = tuple(int(c * random.uniform(0.45, 0.65)) for c in wall)
    draw.rectangle((0, floor, wide, high), fill=tone)
    for k in range(9):
        x = int(wide * (k / 8 - 0.5) * 2.4 + wide / 2)
        draw.line((wide / 2 + (x - wide / 2) * 0.5, floor, x, high), fill=tuple(int(c * 0.88) for c in tone), width=3)
    draw.rectangle((0, floor - 14, wide, floor), fill=tuple(min(255, c + 25) for c in wall))
    places = random.permutation([60, 380, 700, 1000])
    _window(draw, int(places[0]), random)
    _pictures(draw, int(places[1]), random)
    _shelf(draw, int(places[2]), random)
    _door(draw, int(places[3]), floor, random)
    return image.filter(ImageFilter.GaussianBlur(1.6))


@cache
def thing(name: str) -> Image.Image:
    """Return a photograph of a thing, filling SIZE."""
    found = photograph(name)
    scale = max(SIZE[0] / found.width, SIZE[1] / found.height)
    large = found.resize((int(found.width * scale) + 1, int(found.height * scale) + 1), Image.Resampling.BICUBIC)
    return large.crop((0, 0, *SIZE))


def _textured(wall: tuple[int, int, int], number: int, random: np.random.Generator) -> Image.Image:
    """A wall with a little structure and light from one side."""
    wide, high = SIZE
    texture = np.asarray(thing(("brick", "gravel", "grass")[number % 3]).convert("L"), np.float32)
    texture = (texture - texture.mean()) / 255 * (40 if number % 4 == 0 else 9)
    across = np.linspace(-1, 1, wide, dtype=np.float32)[None] * random.uniform(-22, 22)
    down = np.linspace(12, -16, high, dtype=np.float32)[:, None]
    levels = np.asarray(wall, np.float32) + (texture + across + down)[..., None]
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def _colour(random: np.random.Generator, low: int = 40, high: int = 210) -> tuple[int, int, int]:
    """A muted colour, as things in rooms have."""
    drawn = random.integers(low, high, 3)
    red, green, blue = (int(level) for level in drawn.mean() + 0.45 * (drawn - drawn.mean()))
    return red, green, blue


def _window(draw: ImageDraw.ImageDraw, x: int, random: np.random.Generator) -> None:
    y, wide, high = int(random.integers(60, 160)), int(random.integers(180, 260)), int(random.integers(240, 340))
    draw.rectangle((x - 12, y - 12, x + wide + 12, y + high + 12), fill=_colour(random, 120, 240))
    sky = _colour(random, 170, 245)
    for k in range(high):
        draw.line((x, y + k, x + wide, y + k), fill=tuple(min(255, int(c + 30 * k / high)) for c in sky))
    draw.line((x + wide // 2, y, x + wide // 2, y + high), fill=_colour(random, 120, 220), width=9)
    curtain = _colour(random)
    for k in range(5):
        draw.rectangle((x - 40 + k * 12, y - 26, x - 30 + k * 12, y + high + 50), fill=curtain)


def _pictures(draw: ImageDraw.ImageDraw, x: int, random: np.random.Generator) -> None:
    for k in range(int(random.integers(1, 4))):
        y = 90 + 150 * k
        wide, high = int(random.integers(90, 190)), int(random.integers(70, 120))
        draw.rectangle((x, y, x + wide, y + high), fill=_colour(random, 30, 110))
        draw.rectangle((x + 9, y + 9, x + wide - 9, y + high - 9), fill=_colour(random, 120, 220))
        draw.polygon(
            ((x + 12, y + high - 12), (x + wide // 2, y + 22), (x + wide - 12, y + high - 12)), fill=_colour(random)
        )


def _shelf(draw: ImageDraw.ImageDraw, x: int, random: np.random.Generator) -> None:
    frame = _colour(random, 50, 130)
    for row in range(3):
        y = 240 + row * 150
        draw.rectangle((x, y, x + 250, y + 14), fill=frame)
        place = x + 6
        while place < x + 215:
            thick = int(random.integers(12, 34))
            draw.rectangle((place, y - int(random.integers(60, 112)), place + thick, y), fill=_colour(random))
            place += thick + int(random.integers(2, 16))


def _door(draw: ImageDraw.ImageDraw, x: int, floor: int, random: np.random.Generator) -> None:
    colour = _colour(random, 70, 190)
    draw.rectangle((x - 12, 150, x + 232, floor), fill=tuple(min(255, c + 30) for c in colour))
    draw.rectangle((x, 164, x + 220, floor), fill=colour)
    for y in (200, 430):
        draw.rectangle((x + 30, y, x + 190, y + 180), outline=tuple(int(c * 0.75) for c in colour), width=6)
    draw.ellipse((x + 188, 400, x + 208, 420), fill=(214, 190, 120))
