"""A picture is cut into tiles in its own pixels, whatever its size, its kind and the way its camera was held."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.sandbox.test_pictures import TRANSPOSED
from tests.support.sandbox_material import descriptor_of, exif_block, photograph, picture_file
from workspace.analysis.sandbox.client import Decoder
from workspace.errors import Refused
from workspace.rules.tiles import Tile, levels_of, tile_number, tiles_in


def tiles_of(decoder: Decoder, content: bytes) -> tuple[tuple[int, int], list[tuple[Tile, np.ndarray]]]:
    """The size of what is cut, and its tiles."""
    with descriptor_of(content) as descriptor:
        picture = decoder.tiles(descriptor)
        size = picture.width, picture.height
        return size, list(zip(tiles_in(*size), picture.tiles, strict=True))


def level(size: tuple[int, int], tiles: list[tuple[Tile, np.ndarray]], number: int) -> np.ndarray:
    """One level put together."""
    whole = np.zeros((-(-size[1] >> number), -(-size[0] >> number), 3), np.uint8)
    for tile, pixels in tiles:
        if tile.level == number:
            top, left = tile.top >> number, tile.left >> number
            whole[top : top + tile.height, left : left + tile.width] = pixels
    return whole


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


@pytest.mark.parametrize("orientation", TRANSPOSED)
def test_put_together_tiles_are_the_decoded_picture_to_the_pixel_however_the_camera_was_held(
    decoder: Decoder, orientation: int
) -> None:
    image = photograph().resize((3001, 1403))
    turn = TRANSPOSED[orientation]
    stored = image.transpose(turn) if turn is not None else image
    content = saved(stored, "JPEG", quality=90, exif=exif_block(orientation))
    with descriptor_of(content) as descriptor:
        whole = decoder.picture(descriptor, whole=True).pixels

    size, tiles = tiles_of(decoder, content)

    assert size == (3001, 1403)
    assert np.array_equal(level(size, tiles, 0), whole)
    assert {tile.level for tile, _ in tiles} == {0, 1, 2}
    halved = np.asarray(Image.fromarray(whole).reduce(4))
    assert np.array_equal(level(size, tiles, 2), halved)


@pytest.mark.parametrize("name", ["PNG", "GIF", "BMP", "TIFF", "WEBP", "HEIF", "AVIF", "JPEG2000"])
def test_every_kind_of_picture_is_cut(decoder: Decoder, name: str) -> None:
    content = picture_file(name, size=(700, 600))
    with descriptor_of(content) as descriptor:
        whole = decoder.picture(descriptor, whole=True).pixels

    size, tiles = tiles_of(decoder, content)

    assert [pixels.shape[:2] for _, pixels in tiles] == [(512, 512), (512, 188), (88, 512), (88, 188)]
    assert np.array_equal(level(size, tiles, 0), whole)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "I;16", "CMYK"])
def test_pixels_of_other_modes_are_those_that_a_look_shows(decoder: Decoder, mode: str) -> None:
    image = photograph().resize((600, 520))
    content = saved(image.convert("L").convert(mode) if mode == "I;16" else image.convert(mode), "TIFF")
    with descriptor_of(content) as descriptor:
        whole = decoder.picture(descriptor, whole=True).pixels

    size, tiles = tiles_of(decoder, content)

    assert np.array_equal(level(size, tiles, 0), whole)


def test_a_photo_of_200_megapixels_that_was_held_sideways_is_cut_in_full(decoder: Decoder) -> None:
    image = Image.new("RGB", (16320, 12240), (30, 60, 90))
    image.paste((250, 250, 250), (16000, 12000, 16100, 12100))
    content = saved(image, "JPEG", quality=60, exif=exif_block(6))
    del image

    with descriptor_of(content) as descriptor:
        picture = decoder.tiles(descriptor)
        found, count = None, 0
        for tile, pixels in zip(tiles_in(picture.width, picture.height), picture.tiles, strict=True):
            count += 1
            # Turned clockwise, the mark at x 16,000 and y 12,000 stands at 12,240 - 12,100 from the left.
            if tile.level == 0 and tile.left <= 150 < tile.right and tile.top <= 16050 < tile.bottom:
                found = pixels[16050 - tile.top, 150 - tile.left]

    assert (picture.width, picture.height) == (12240, 16320)
    assert count > 24 * 32
    assert found is not None
    assert found.min() > 200


def test_a_jpeg_larger_than_any_picture_may_be_is_cut_at_half_its_size(decoder: Decoder) -> None:
    content = saved(Image.new("L", (20_000, 11_000), 99), "JPEG", quality=30)

    with descriptor_of(content) as descriptor:
        picture = decoder.tiles(descriptor)
        first = next(picture.tiles)

    assert (picture.width, picture.height, picture.original_width) == (10_000, 5_500, 20_000)
    assert first.shape == (512, 512, 3)


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 no picture", picture_file("PNG")[:60]])
def test_what_cannot_be_decoded_is_refused_and_the_next_picture_is_cut(decoder: Decoder, content: bytes) -> None:
    with descriptor_of(content) as descriptor, pytest.raises(Refused):
        decoder.tiles(descriptor)

    assert len(tiles_of(decoder, picture_file("PNG"))[1]) == 1


def test_a_picture_is_left_in_the_middle_for_another_one(decoder: Decoder) -> None:
    large = picture_file("JPEG", size=(6000, 4000))
    with descriptor_of(large) as descriptor:
        next(decoder.tiles(descriptor).tiles)

        size, _ = tiles_of(decoder, picture_file("PNG"))

    assert size == (320, 240)


def test_a_tile_is_found_by_its_column_and_row_and_no_other_number_is_one() -> None:
    tiles = list(tiles_in(3001, 1403))

    for number, tile in enumerate(tiles):
        step = 512 << tile.level
        assert tile_number(3001, 1403, tile.level, tile.left // step, tile.top // step) == number
    for level_, column, row in ((3, 0, 0), (-1, 0, 0), (0, 6, 0), (0, 0, 3), (0, -1, 0)):
        assert tile_number(3001, 1403, level_, column, row) is None
    assert levels_of(1280, 900) == 1
    assert levels_of(1281, 900) == 2
