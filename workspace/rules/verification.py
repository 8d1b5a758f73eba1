"""What is said of a record that was compared with the rows as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MOST_TOLD = 1_000
"""Broken rows that a check keeps and shows; it counts all."""

CheckState = Literal["intact", "broken"]


@dataclass(frozen=True)
class Broken:
    """What does not match: the table, the row's key, and what is wrong with it, with the column where it is known."""

    table: str
    key: str
    what: str


@dataclass
class Verification:
    """What was found in one chain: how far it was followed, how many governed rows it holds, out of how many of them
    words were erased, and what does not match."""

    operation_id: int
    through: int = 0
    events: int = 0
    rows: int = 0
    erased: int = 0
    broken: list[Broken] = field(default_factory=list)

    @property
    def state(self) -> CheckState:
        """Intact, or broken."""
        return "broken" if self.broken else "intact"

    def fault(self, table: str, key: object, what: str) -> None:
        """Note what does not match."""
        self.broken.append(Broken(table, str(key), what))
