"""A withheld number stays withheld, whatever else is printed and whoever knows the rule."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.exchange.suppression import Suppressed, suppress

rows = st.lists(st.integers(0, 60), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("width", "highest", "threshold"),
    [(1, 40, 5), (2, 24, 5), (3, 18, 5), (4, 11, 5), (4, 8, 3), (5, 9, 4), (4, 12, 2), (5, 9, 2), (3, 24, 10)],
)
def test_every_withheld_cell_has_at_least_two_possible_numbers(width: int, highest: int, threshold: int) -> None:
    """Lists every table with a total up to `highest`, and groups those that are printed alike."""
    printed_alike = defaultdict(list)
    for table in product(range(highest + 1), repeat=width):
        if sum(table) <= highest:
            printed_alike[suppress(table, threshold)].append(table)

    for printed, tables in printed_alike.items():
        for place, shown in enumerate(printed.cells):
            if shown is None:
                assert len({table[place] for table in tables}) > 1, (printed, tables)


@given(rows, st.integers(1, 12))
def test_what_is_shown_is_true_and_no_small_number_is_shown(row: list[int], threshold: int) -> None:
    printed = suppress(row, threshold)

    for count, shown in zip(row, printed.cells, strict=True):
        assert shown in (None, count)
        assert shown is None or shown == 0 or shown >= threshold
    assert printed.total in (None, sum(row))
    assert printed.total is None or printed.total == 0 or printed.total >= threshold
    assert printed.withholds == (printed != Suppressed(tuple(row), sum(row)))


@given(rows, st.integers(1, 12))
def test_a_row_with_a_printed_total_never_has_exactly_one_gap(row: list[int], threshold: int) -> None:
    printed = suppress(row, threshold)

    assert printed.total is None or printed.cells.count(None) != 1


@given(st.lists(st.one_of(st.just(0), st.integers(5, 60)), min_size=1, max_size=12))
def test_nothing_is_withheld_where_no_number_is_small(row: list[int]) -> None:
    assert suppress(row) == Suppressed(tuple(row), sum(row))
    assert not suppress(row).withholds


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ([2, 41, 33, 14], (None, None, 33, 14)),
        ([0, 41, 33, 4], (0, 41, None, None)),
        ([9, 41, 33, 14, 4], (9, 41, None, None, None)),
        ([4, 9, 9], (None, None, None)),
    ],
)
def test_a_small_cell_is_withheld_with_its_neighbour(row: list[int], cells: tuple[int | None, ...]) -> None:
    assert suppress(row) == Suppressed(cells, sum(row))


def test_the_rule_can_be_switched_off_and_two_counts_as_three() -> None:
    assert suppress([1, 9], 1) == Suppressed((1, 9), 10)
    assert suppress([1, 1, 9, 9], 2) == suppress([1, 1, 9, 9], 3)


def test_a_small_total_is_withheld() -> None:
    assert suppress([0, 3, 0, 0]) == Suppressed((None, None, 0, 0), None)
    assert suppress([3]) == Suppressed((None,), None)
