from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.analysis.conftest import photograph
from workspace.analysis.near_duplicates import MATCH_DISTANCE, distance, distances, pdq, pdq_in_all_turns
from workspace.errors import Invalid

Pixels = npt.NDArray[np.uint8]

HASHES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=12)


def recompressed(pixels: Pixels, quality: int) -> Pixels:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def as_rows(hashes: list[bytes]) -> Pixels:
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)


# Answers of the reference implementation (pdqhash 0.2.8, a binding of ThreatExchange's C++) for the wheels'
# photographs.
def test_the_hashes_are_those_of_the_reference(group: Pixels, portrait: Pixels) -> None:
    assert pdq(group) == (bytes.fromhex("2cb358b6baec3e14528ce25265bb4308b9e35c4362b1fd48180fc39d2bfc14ff"), 100)
    assert pdq(portrait) == (bytes.fromhex("2d6b1af3a956c529e79ca3d2526fa834d4196c81cedd04de0a26b855fc99b724"), 100)
    assert pdq(np.ascontiguousarray(group[:200, :77])) == (
        bytes.fromhex("aa146eb559a4bd5ee2a7198e42ad12e8d3daa637ad5458ad9680ce17341f19b6"),
        9,
    )


@pytest.mark.parametrize("quality", [30, 60, 90])
def test_a_recompressed_picture_matches(group: Pixels, portrait: Pixels, quality: int) -> None:
    for pixels in (group, portrait):
        assert distance(pdq(pixels)[0], pdq(recompressed(pixels, quality))[0]) <= MATCH_DISTANCE


@pytest.mark.parametrize("factor", [0.25, 0.5, 1.7])
def test_a_resized_picture_matches(group: Pixels, portrait: Pixels, factor: float) -> None:
    for pixels in (group, portrait):
        copy = np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
        assert distance(pdq(pixels)[0], pdq(copy)[0]) <= MATCH_DISTANCE


DIHEDRAL = [
    lambda p: p,
    lambda p: p[:, ::-1],
    lambda p: p[::-1],
    lambda p: p[::-1, ::-1],
    lambda p: p.transpose(1, 0, 2),
    lambda p: np.rot90(p),
    lambda p: np.rot90(p, -1),
    lambda p: p[::-1, ::-1].transpose(1, 0, 2),
]


@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "retina.jpg"])
@pytest.mark.parametrize("turn", range(8))
def test_a_turned_or_mirrored_copy_matches(name: str, turn: int) -> None:
    original = photograph("skimage", "data", name)
    copy = recompressed(np.ascontiguousarray(DIHEDRAL[turn](original)), 80)
    smaller = np.asarray(cv2.resize(copy, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA))

    variants = as_rows(pdq_in_all_turns(original)[0])

    for pixels in (copy, smaller):
        assert distances(pdq(pixels)[0], variants).min() <= 20  # as the picture in its own turn


def test_other_pictures_match_in_no_turn(group: Pixels, portrait: Pixels) -> None:
    assert distances(pdq(group)[0], as_rows(pdq_in_all_turns(portrait)[0])).min() > 80


@pytest.mark.parametrize("turn", range(8))
def test_the_eight_hashes_are_those_of_the_turned_pictures(portrait: Pixels, turn: int) -> None:
    assert (
        pdq(np.ascontiguousarray(DIHEDRAL[turn](portrait[:400, :300])))[0] in pdq_in_all_turns(portrait[:400, :300])[0]
    )


def test_different_pictures_do_not_match(group: Pixels, portrait: Pixels) -> None:
    assert distance(pdq(group)[0], pdq(portrait)[0]) > 90


def test_a_flat_picture_has_no_quality() -> None:
    assert pdq(np.full((120, 200, 3), 200, np.uint8))[1] == 0


def test_a_picture_that_is_too_small_has_an_empty_hash() -> None:
    assert pdq(np.zeros((4, 100, 3), np.uint8)) == (bytes(32), 0)


@given(HASHES)
def test_one_against_many_is_the_count_of_different_bits(hashes: list[bytes]) -> None:
    expected = [(int.from_bytes(hashes[0]) ^ int.from_bytes(other)).bit_count() for other in hashes]

    assert distances(hashes[0], as_rows(hashes)).tolist() == expected
    assert distance(hashes[0], hashes[-1]) == distance(hashes[-1], hashes[0]) == expected[-1]


def test_a_hash_of_another_length_is_refused() -> None:
    with pytest.raises(Invalid, match="32 bytes"):
        distance(b"short", bytes(32))
