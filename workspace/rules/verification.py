"""What is said of a record that was compared with the rows as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MOST_TOLD = 1_000
"""Broken rows that a check keeps and shows; it counts all."""

CheckState = Literal["intact", "settled", "broken"]
"""settled: what differs was seen and explained by two people of two countries; it is never called intact again."""


@dataclass(frozen=True)
class Broken:
    """What does not match: the table, the row's key, and what is wrong with it, with the column where it is known.
    differed: the event that found the row changed; None for what does not match even now."""

    table: str
    key: str
    what: str
    differed: int | None = None


@dataclass(frozen=True)
class Settled:
    """What differs and two people have settled: why, as one of them wrote, and who they are."""

    table: str
    key: str
    what: str
    reason: str
    seen_by: str
    confirmed_by: str


@dataclass
class Verification:
    """What was found in one chain: how far it was followed, how many governed rows it holds, out of how many of them
    words were erased, what does not match, and what differs but is settled."""

    operation_id: int
    through: int = 0
    events: int = 0
    rows: int = 0
    erased: int = 0
    broken: list[Broken] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)

    @property
    def state(self) -> CheckState:
        """Broken while anything is not settled; intact where nothing differs."""
        if self.broken:
            return "broken"
        return "settled" if self.settled else "intact"

    def fault(self, table: str, key: object, what: str, *, differed: int | None = None) -> None:
        """Note what does not match. differed: the event that found it so."""
        self.broken.append(Broken(table, str(key), what, differed))
