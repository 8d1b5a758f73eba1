"""A table as it may be seen, in the reader's language: what page, CSV, JSON and PDF of an edition or a debrief are made
of."""

from __future__ import annotations

from dataclasses import dataclass

from workspace.exchange.charts import WITHHELD
from workspace.exchange.words import grouped
from workspace.vocabulary import N_

SUPPRESSION_RULE = N_(
    "c: a number from 1 to {highest}, or its neighbour in the row, is not printed, so that no small number can "
    "be worked out."
)


@dataclass(frozen=True)
class PrintedRow:
    """A row as it may be seen; a None among the numbers was withheld if the text says so, else there is none."""

    key: str
    label: str
    numbers: tuple[int | float | None, ...]
    texts: tuple[str, ...]

    @property
    def is_withheld(self) -> bool:
        """Whether a number of this row is withheld."""
        return WITHHELD in self.texts


@dataclass(frozen=True)
class PrintedTable:
    """A table as it may be seen: `columns` name what stands after the label; `texts` of a row are its printed cells."""

    key: str
    title: str
    unit: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[PrintedRow, ...]
    foot: PrintedRow | None = None
    note: str = ""


def integer(number: int | None, withheld: bool = True) -> str:
    """A whole number in groups; a letter where it is withheld, a dash where there is none."""
    if number is None:
        return WITHHELD if withheld else "—"
    return grouped(number)
