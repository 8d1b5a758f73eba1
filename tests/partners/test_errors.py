"""How partners err: seeded, by the pair and the ordinal of the opinion alone, and at about the stated rates."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from partners.errors import FIRST, FURTHER, Rates, finding, share

PAIRS = [(f"EC-D-014/{n}.jpg·P-01", f"PE-D-003/{n}.jpg·P-02") for n in range(4000)]


@given(st.integers(0, 2**31 - 1), st.lists(st.text(max_size=20), max_size=4))
def test_a_share_is_a_number_from_0_to_1_that_its_words_decide(seed: int, words: list[str]) -> None:
    assert 0 <= share(seed, *words) < 1
    assert share(seed, *words) == share(seed, *words)


@given(st.integers(0, 2**31 - 1), st.tuples(st.text(), st.text()), st.integers(1, 3), st.none() | st.booleans())
def test_an_opinion_errs_alike_each_time(seed: int, pair: tuple[str, str], ordinal: int, is_same: bool | None) -> None:
    assert finding(seed, pair, ordinal, is_same=is_same) == finding(seed, pair, ordinal, is_same=is_same)


def test_what_nobody_knows_is_unclear() -> None:
    assert {finding(7, pair, 1, is_same=None) for pair in PAIRS[:50]} == {"unclear"}


def rates(ordinal: int) -> Rates:
    true = [finding(2611, pair, ordinal, is_same=True) for pair in PAIRS]
    others = [finding(2611, pair, ordinal, is_same=False) for pair in PAIRS]
    n = len(PAIRS)
    return Rates(true.count("different") / n, others.count("same") / n, true.count("unclear") / n)


def test_the_rates_are_those_that_are_stated_and_a_first_opinion_errs_more() -> None:
    for found, stated in ((rates(1), FIRST), (rates(2), FURTHER)):
        assert abs(found.miss - stated.miss) < 0.02
        assert abs(found.false - stated.false) < 0.02
        assert abs(found.unclear - stated.unclear) < 0.02
    assert rates(1).false > rates(2).false


def test_a_false_first_opinion_is_mostly_caught_by_the_second() -> None:
    fooled = [pair for pair in PAIRS if finding(2611, pair, 1, is_same=False) == "same"]
    again = [pair for pair in fooled if finding(2611, pair, 2, is_same=False) == "same"]

    assert len(fooled) > 100
    assert len(again) < 0.1 * len(fooled)
