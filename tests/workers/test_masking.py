"""What a card shows: the worker burns the masks in, and nothing of what stood under one is in the picture that
leaves."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.support.bench import Bench
from tests.support.work_material import Material
from workspace.analysis.derivatives import encode_derivative, shrunk
from workspace.analysis.masks import MASK, masked_crop
from workspace.commands import cards, clues
from workspace.commands.cards import Part
from workspace.commands.clues import Seen
from workspace.queries.cards import card_picture

SHARES = st.tuples(*(st.floats(0, 60) for _ in range(2)), *(st.floats(2, 40) for _ in range(2)))
PARTS = st.tuples(*(st.floats(0, 60) for _ in range(2)), *(st.floats(10, 40) for _ in range(2)))
Shares = tuple[float, float, float, float]


@given(
    crop=PARTS,
    masks=st.lists(SHARES, max_size=3),
    seed=st.integers(0, 2**32 - 1),
    size=st.sampled_from([(90, 61), (33, 128)]),
)
def test_two_pictures_that_differ_under_masks_alone_make_the_same_card(
    crop: Shares, masks: list[Shares], seed: int, size: tuple[int, int]
) -> None:
    chance = np.random.default_rng(seed)
    height, width = size
    one = chance.integers(0, 256, (height, width, 3), np.uint8)
    other = chance.integers(0, 256, (height, width, 3), np.uint8)
    is_hidden = np.zeros((height, width), bool)
    for left, top, wide, high in masks:
        x, y = np.arange(width), np.arange(height)
        in_x = (x + 1 > left * width / 100) & (x < (left + wide) * width / 100)
        in_y = (y + 1 > top * height / 100) & (y < (top + high) * height / 100)
        is_hidden |= in_y[:, None] & in_x[None, :]
    other[~is_hidden] = one[~is_hidden]

    made = [
        encode_derivative(shrunk(masked_crop(pixels, crop, masks), 40), longest_side=40, quality=85)
        for pixels in (one, other)
    ]

    assert made[0] == made[1]


def test_a_part_without_a_pixel_is_none() -> None:
    with pytest.raises(ValueError, match="no pixel"):
        masked_crop(np.zeros((10, 10, 3), np.uint8), (50, 50, 1, 1), [])


def photograph(folder: Path) -> Path:
    """A grey picture of 1600 × 1200 with a magenta box at 25 to 50 per cent of both sides, and words in its
    metadata."""
    pixels = np.full((1200, 1600, 3), 200, np.uint8)
    pixels[:, ::7] = 90
    pixels[300:600, 400:800] = (255, 0, 255)
    exif = Image.Exif()
    exif[0x010E] = "SECRET WORDS"
    path = folder / "room.jpg"
    Image.fromarray(pixels).save(path, quality=95, exif=exif)
    return path


def magenta(picture: Image.Image) -> int:
    pixels = np.asarray(picture.convert("RGB"), np.int16)
    return int(((pixels[..., 0] - pixels[..., 1] > 60) & (pixels[..., 2] - pixels[..., 1] > 60)).sum())


def test_the_worker_leaves_no_masked_pixel_and_no_metadata_in_the_only_picture_of_a_card(
    bench: Bench, tmp_path: Path
) -> None:
    bench.bring("EC", photograph(tmp_path), sharing="agency")
    bench.work()
    medium = bench.one("select * from media_item where operation_id = :operation")
    maker, second, other = (bench.operation.person(*who) for who in (("EC",), ("EC", "analyst"), ("CL",)))
    with bench.app.write(maker) as tx:
        lead = clues.open_clue(tx, bench.operation.id, what="place", claim="a wall", seen=Seen(media_id=medium.id))
    crop = {"type": "FragmentSelector", "value": "xywh=percent:20,20,60,60"}

    with bench.app.write(maker) as tx:
        card = cards.make_card(tx, lead, question="Where?", part=Part(crop, [(25, 25, 25, 25)]))
    bench.work()
    with bench.app.write(second) as tx:
        cards.check_card(tx, card, is_right=True)

    with bench.app.read(other) as view:
        content = bench.tools.store.read_bytes(card_picture(view.session, card).address, key=bench.key)
    row = bench.one("select * from clue_card where id = :id", id=card)
    with Image.open(io.BytesIO(bench.tools.store.read_bytes(medium.preview_address, key=bench.key))) as preview:
        assert magenta(preview) > 1000  # the picture itself shows it
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.size, picture.format) == ((row.width, row.height), "WEBP")
        assert picture.size == (960, 720)
        assert magenta(picture) == 0
        assert not set(picture.info) & {"exif", "xmp", "icc_profile"}
        inside = np.asarray(picture.convert("RGB"), np.int16)[70:350, 90:470]
        assert np.abs(inside - MASK).max() <= 8
    assert b"SECRET" not in content
    assert [
        each.kind
        for each in bench.rows(
            "select kind from event where operation_id = :operation and kind like 'card:%' order by seq"
        )
    ] == [
        "card:made",
        "card:masked",
        "card:shown",
    ]


def test_a_card_of_a_video_that_shows_a_face_under_no_mask_is_not_made(bench: Bench, material: Material) -> None:
    bench.bring("EC", material.video_of_two(), sharing="agency")
    bench.work()
    film = bench.one("select id from media_item where operation_id = :operation").id
    maker = bench.operation.person("EC")
    whole = {"type": "FragmentSelector", "value": "xywh=percent:0,0,100,100"}
    with bench.app.write(maker) as tx:
        lead = clues.open_clue(tx, bench.operation.id, what="place", claim="a wall", seen=Seen(media_id=film))

    with bench.app.write(maker) as tx:
        made = [
            cards.make_card(tx, lead, question="Where?", part=Part(whole, masks))
            for masks in ([], [(0, 0, 100, 1)], [(0, 0, 100, 100)])
        ]
    bench.work()

    rows = {row.id: row for row in bench.rows("select id, state, address from clue_card where lead_id = :id", id=lead)}
    assert [rows[card].state for card in made] == ["failed", "failed", "made"]
    assert [rows[card].address is None for card in made] == [True, True, False]
