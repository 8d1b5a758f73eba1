"""Withholds small numbers from printed rows so that they cannot be worked out again.

A count from 1 to threshold − 1 is withheld (primary). A single gap in a row that adds up to a printed total can be
computed, so a cell is withheld together with its neighbour: cells are taken in pairs by place (an odd last one joins
the pair before it), and a pair that holds a small count is withheld whole (complementary). Choosing the complement by
size, as is common, lets whoever knows the rule compute some cells; the exhaustive test found such tables at once. By
place nothing can be
learned from the choice: exchanging two unequal numbers of a withheld pair, or moving one from a number to its equal,
gives another table that prints alike, so every withheld cell keeps at least two possible numbers. For the same reason
all gaps bear one mark, and the order of the cells must not depend on the numbers (age, alphabet).

A total that is itself small is withheld. The promise holds for a row and its total; whoever prints the same cases in
two tables must withhold across both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_THRESHOLD = 5  # Usual for health statistics (docs/field.md, Counting); 10 is the cautious one.
LEAST_THRESHOLD = 3  # with 2 the only small count is 1, which a pair of 2 gives away; 1 switches the rule off


@dataclass(frozen=True)
class Suppressed:
    """A row as it may be printed: None stands for a withheld number."""

    cells: tuple[int | None, ...]
    total: int | None

    @property
    def withholds(self) -> bool:
        """Whether anything is withheld, so that the rule has to be printed with the table."""
        return self.total is None or None in self.cells


def suppress(cells: Sequence[int], threshold: int = DEFAULT_THRESHOLD) -> Suppressed:
    """Withhold the small cells of a row that is printed with its total, each with its neighbour; 2 counts as 3."""
    if threshold > 1:
        threshold = max(threshold, LEAST_THRESHOLD)
    shown: list[int | None] = list(cells)
    for pair in _pairs(len(cells)):
        if any(0 < cells[place] < threshold for place in pair):
            for place in pair:
                shown[place] = None
    total = sum(cells)
    return Suppressed(tuple(shown), None if 0 < total < threshold or shown == [None] else total)


def _pairs(width: int) -> list[list[int]]:
    pairs = [list(range(start, min(start + 2, width))) for start in range(0, width, 2)]
    if len(pairs) > 1 and len(pairs[-1]) == 1:
        last = pairs.pop()
        pairs[-1] += last
    return pairs
