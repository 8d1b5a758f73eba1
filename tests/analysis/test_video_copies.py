"""The rule by which videos are copies, and the index by which their frames are found."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workspace.analysis.near_duplicates import MATCH_DISTANCE, Hashes
from workspace.analysis.video_copies import frames_of_many, likeness, matched, scenes
from workspace.search.hashes import HashIndex


def hashes(seed: int, count: int) -> Hashes:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def changed(rows: Hashes, seed: int, most_bits: int) -> Hashes:
    """The same hashes, each with up to so many bits turned."""
    random, bits = np.random.default_rng(seed), np.unpackbits(rows, axis=1)
    for row in bits:
        row[random.choice(256, random.integers(0, most_bits + 1), replace=False)] ^= 1
    return np.packbits(bits, axis=1)


@given(seed=st.integers(0, 1 << 30), sizes=st.lists(st.sampled_from([0, 3, 700, 5000]), min_size=1, max_size=3))
def test_the_index_finds_what_comparing_with_all_finds(seed: int, sizes: list[int]) -> None:
    """However the hashes came; also of many equal ones, and of those with one word in common."""
    index, parts = HashIndex(), []
    for number, size in enumerate(sizes):
        rows = changed(np.repeat(hashes(seed % 7, 1 + size // 50), 50, axis=0)[:size], seed + number, 60)
        index.add(rows)
        parts.append(rows)
    kept = np.concatenate(parts)
    asked = changed(np.concatenate([hashes(seed % 7, 3), kept[:2]]), seed, 35)

    hits = index.near(asked)

    apart = np.bitwise_count(asked[:, None] ^ kept[None]).sum(axis=2)
    expected = np.argwhere(apart <= MATCH_DISTANCE)
    assert np.array_equal(np.stack([hits.asked, hits.place], axis=1), expected)
    assert np.array_equal(hits.bits, apart[tuple(expected.T)])
    assert np.array_equal(index.at(hits.place), kept[hits.place])


def like(one: Hashes, other: Hashes, **common: np.ndarray) -> bool:
    return likeness(matched(one, other, scenes(one), scenes(other)), **common) is not None


@given(seed=st.integers(0, 1 << 30), count=st.integers(2, 40), share=st.floats(0, 1))
def test_a_part_of_a_video_is_a_copy_and_four_fifths_of_strange_frames_are_none(
    seed: int, count: int, share: float
) -> None:
    whole = hashes(seed, count)
    part = changed(whole[: max(2, int(share * count))], seed, MATCH_DISTANCE)
    strange = np.concatenate([part, hashes(seed + 1, 4 * len(part))])

    assert like(part, whole)
    assert like(whole, part)
    assert like(whole, strange) is (len(part) >= 0.8 * count)


def test_a_title_that_stands_long_is_one_scene() -> None:
    title = np.repeat(hashes(1, 1), 9, axis=0)

    assert not like(np.concatenate([title, hashes(2, 1)]), np.concatenate([title, hashes(3, 1)]))


def test_one_scene_in_common_is_no_part_that_was_cut_out() -> None:
    whole = hashes(1, 5)

    assert not like(whole[:1], whole)
    assert like(whole[:2], whole)
    assert like(whole[:1], np.repeat(whole[:1], 9, axis=0))


def test_frames_that_many_different_videos_hold_are_nobodys_unless_nothing_else_is_there() -> None:
    title, whole = hashes(1, 6), hashes(2, 4)
    own = np.concatenate([title, whole])
    videos = {name: np.concatenate([title, hashes(seed, 4)]) for seed, name in enumerate("abc", start=10)}
    copies = {"d": own, "e": own}
    holders = [["a", "b", "c", "d", "e"]] * 6 + [["d", "e"]] * 4

    common = frames_of_many(holders, lambda one, other: like((videos | copies)[one], (videos | copies)[other]))

    assert common.tolist() == [True] * 6 + [False] * 4
    every = np.ones(6, np.bool_)
    assert like(own, own, common=common, common_other=common)
    assert not like(title, own, common=every, common_other=common)
    assert like(title, title, common=every, common_other=every)


def test_a_video_that_is_a_part_of_all_others_does_not_stand_for_them() -> None:
    """A title alone is a copy of each video that begins with it, and these are none of each other; in every order."""
    for order in permutations(("title", "a", "b", "c")):
        assert frames_of_many([order], lambda one, other: "title" in (one, other)).tolist() == [True]
    assert frames_of_many([("title", "a", "b")], lambda one, other: "title" in (one, other)).tolist() == [False]
