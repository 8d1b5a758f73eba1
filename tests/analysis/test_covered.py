"""Pictures of which a part is covered: what makes two of them copies, and what does not."""

from __future__ import annotations

from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from workspace.analysis.near_duplicates import HASH_BYTES, MATCH_DISTANCE
from workspace.analysis.parts import (
    AGREE_PERCENT,
    PARTS,
    POSITIONS,
    agreeing_percent,
    hashes_of_parts,
    views_of,
    worth_a_look,
)

Pixels = npt.NDArray[np.uint8]


def photograph(*path: str, side: int = 512) -> Image.Image:
    with as_file(files(path[0]).joinpath(*path[1:])) as found, Image.open(found) as picture:
        return picture.convert("RGB").resize((side, side * picture.height // picture.width))


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    return photograph("skimage", "data", "astronaut.png")


@pytest.fixture(scope="module")
def coffee() -> Image.Image:
    return photograph("skimage", "data", "coffee.png").resize((512, 512))


def pixels(picture: Image.Image) -> Pixels:
    return np.asarray(picture)


def looks(one: Pixels, other: Pixels) -> list[tuple[str, int]]:
    """As which positions of the one the other is worth a look."""
    theirs = hashes_of_parts(other)[0]
    pairs = []
    for position, own in enumerate(hashes_of_parts(one)):
        apart = np.bitwise_count(own[:, None] ^ theirs[None]).sum(axis=2)
        alike = (apart <= MATCH_DISTANCE) & own.any(axis=1)[:, None] & theirs.any(axis=1)[None]
        pairs += [(position, int(place), "other", int(place_there)) for place, place_there in np.argwhere(alike)]
    return list(worth_a_look(pairs))


def test_a_picture_in_each_of_its_eight_positions_has_its_parts_where_they_went(portrait: Image.Image) -> None:
    own = pixels(portrait)
    for position in range(POSITIONS):
        turned = own[:: -1 if position & 4 else 1, :: -1 if position & 2 else 1]
        turned = np.ascontiguousarray(np.swapaxes(turned, 0, 1) if position & 1 else turned)

        assert looks(own, turned) == [("other", position)]
        assert agreeing_percent(own, turned, position) > 95
        others = [each for each in range(POSITIONS) if each != position]
        assert max(agreeing_percent(own, turned, each) for each in others) < AGREE_PERCENT


def test_pictures_that_share_a_keyboard_are_worth_a_look_and_no_copies(
    portrait: Image.Image, coffee: Image.Image
) -> None:
    keyboard = Image.new("RGB", (512, 230), (210, 213, 219))
    draw = ImageDraw.Draw(keyboard)
    for row in range(4):
        for key in range(10):
            at = (8 + 50 * key, 8 + 55 * row)
            draw.rounded_rectangle((*at, at[0] + 42, at[1] + 46), 6, fill=(255, 255, 255), outline=(140, 140, 140))
            draw.text((at[0] + 16, at[1] + 16), chr(65 + (10 * row + key) % 26), fill=(0, 0, 0))
    screens = list[Pixels]()
    for picture in (portrait, coffee):
        screen = picture.copy()
        screen.paste(keyboard, (0, 282))
        screens.append(pixels(screen))

    first, second = screens

    assert looks(first, second) == [("other", 0)]
    assert agreeing_percent(first, second, 0) < AGREE_PERCENT


def test_a_picture_of_one_colour_has_no_parts_and_agrees_with_nothing(portrait: Image.Image) -> None:
    grey = np.full((400, 400, 3), 120, np.uint8)

    assert not hashes_of_parts(grey).any()
    assert hashes_of_parts(grey).shape == (POSITIONS, PARTS, HASH_BYTES)
    assert looks(grey, grey) == []
    assert agreeing_percent(grey, pixels(portrait), 0) == agreeing_percent(grey, grey, 0) == 0


def test_a_picture_of_another_shape_agrees_with_nothing(portrait: Image.Image) -> None:
    assert agreeing_percent(pixels(portrait), pixels(portrait.resize((512, 300))), 0) == 0


def test_what_has_borders_is_seen_with_and_without_them(portrait: Image.Image) -> None:
    framed = Image.new("RGB", (600, 700), (10, 10, 10))
    framed.paste(portrait, (44, 94))

    whole, inside = views_of(pixels(framed))

    assert whole.shape[0] == 512
    assert agreeing_percent(inside, pixels(portrait), 0) > 90
    assert len(views_of(pixels(portrait))) == 1
