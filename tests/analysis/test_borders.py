"""Borders of a picture: what they take, and that what is inside of them is no likeness to anything else."""

from __future__ import annotations

from importlib.resources import as_file, files
from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageOps

from workspace.analysis.borders import ONE_COLOUR, SEAM_SHARE, STRAY_SHARE, Borders, borders_of
from workspace.analysis.near_duplicates import MATCH_DISTANCE, distance, hashes_inside, pdq

PHOTOGRAPHS = (
    "astronaut.png", "brick.png", "chelsea.png", "coffee.png", "coins.png", "grass.png", "gravel.png",
    "hubble_deep_field.jpg", "ihc.png", "moon.png", "motorcycle_left.png", "rocket.jpg", "text.png",
)  # fmt: skip


def photograph(name: str) -> Image.Image:
    with as_file(files("skimage").joinpath("data", name)) as path, Image.open(path) as picture:
        return picture.convert("RGB")


def test_bars_and_frames_are_found_and_what_is_inside_has_the_hash_of_the_picture() -> None:
    picture = photograph("coffee.png")
    alone = pdq(np.asarray(picture))[0]
    for border in ((0, 50, 0, 50), (60, 0, 20, 0), (25, 25, 25, 25), (0, 80, 0, 0)):
        for colour in ((0, 0, 0), (255, 255, 255), (20, 40, 160)):
            hashes = hashes_inside(np.asarray(ImageOps.expand(picture, border, fill=colour)))
            assert len(hashes) == 8
            assert distance(hashes[0], alone) <= MATCH_DISTANCE


def test_a_picture_without_borders_of_one_colour_or_with_little_inside_has_none() -> None:
    assert borders_of(np.full((40, 60, 3), 9, np.uint8)) is None
    photo = photograph("chelsea.png")
    assert borders_of(np.asarray(photo)) == Borders(0, 0, 0, 0)
    assert hashes_inside(np.asarray(photo)) == []
    assert hashes_inside(np.asarray(ImageOps.expand(photo, 2))) == []  # too narrow to change the hash
    assert hashes_inside(np.asarray(ImageOps.expand(photo.resize((90, 60)), 200))) == []
    noisy = np.random.default_rng(1).integers(0, 60, (50, 451, 3), np.uint8)
    assert hashes_inside(np.concatenate([noisy, np.asarray(photo)])) == []


def test_unlike_pictures_stay_unlike_inside_of_their_borders() -> None:
    """Of all pairs of thirteen photographs, whole, framed and with bars, none comes near another one."""
    hashes: list[tuple[str, bytes]] = []
    for name in PHOTOGRAPHS:
        picture = photograph(name)
        hashes.append((name, pdq(np.asarray(picture))[0]))
        for border in ((0, picture.height // 6), (picture.width // 8, picture.height // 8)):
            inside = hashes_inside(np.asarray(ImageOps.expand(picture, border)))
            hashes += [(name, one) for one in inside]

    near = [
        (one, other)
        for (one, a), (other, b) in combinations(hashes, 2)
        if one != other and distance(a, b) <= MATCH_DISTANCE
    ]
    assert near == []


@pytest.mark.parametrize("part", ["top", "bottom", "left", "right"])
def test_what_two_pictures_have_in_common_is_the_smaller_border(part: str) -> None:
    one, other = Borders(0.2, 0.2, 0.2, 0.2), Borders(0.1, 0.1, 0.1, 0.1)
    assert getattr(one.common(other), part) == 0.1
    assert Borders(0.01, 0, 0, 0.01).are_none


def plain_lines(pixels: np.ndarray) -> int:
    """How many lines from the first on are of its colour, one line after the other, without looking for the edge."""
    colour = np.median(pixels[0], axis=0)
    for count, line in enumerate(pixels):
        if (np.abs(line - colour) >= ONE_COLOUR).any(axis=1).mean() > STRAY_SHARE:
            return count
    return len(pixels)


@pytest.mark.parametrize("seed", range(40))
def test_a_border_of_any_width_ends_where_a_look_at_each_line_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    height, width = random.integers(20, 300, 2)
    picture = random.integers(0, 256, (height, width, 3), np.uint8)
    bar = int(random.integers(0, height + 1))
    picture[:bar] = random.integers(0, 256, 3) + random.integers(0, 12, (bar, width, 3)) - 6  # with its compression

    lines = plain_lines(picture)
    found = borders_of(picture)

    assert (found is None) == (lines == height)
    if found is not None:
        top = round(found.top * height)
        assert top == 0 if lines == 0 else lines <= top <= lines + max(3, round(SEAM_SHARE * height))
