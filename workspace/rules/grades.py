"""Grades: categories of a country's own table, how many people must agree, and what of a table must stay as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from workspace.errors import Fault

Shipped = Literal["us_2_0", "us_legacy"]
SHIPPED: tuple[Shipped, ...] = get_args(Shipped)
"""The two tables that are public (docs/field.md); every other one a country brings in itself."""

LEAST_VOTES, MOST_VOTES = 2, 5
"""How many people must give the same grade, where one person is not enough. Three is usual."""
LARGEST_NUMBER = 9999
MOST_CATEGORIES = 200
MOST_LABEL, MOST_MEANING = 100, 1000


@dataclass(frozen=True)
class Category:
    """One category of a table. number: as the country counts; meaning: may be empty."""

    number: int
    label: str
    meaning: str = ""


def changed_in_use(before: Mapping[int, Category], after: Sequence[Category], used: Collection[int]) -> list[Fault]:
    """What a new table must not do: take a category away by which media are graded, or give its number other words."""
    new = {each.number: each for each in after}
    return [
        Fault(
            "category",
            "media are graded with {number}: it must stay «{label}» with the same meaning",
            number=number,
            label=before[number].label,
        )
        for number in sorted(used)
        if number in before and new.get(number) != before[number]
    ]
