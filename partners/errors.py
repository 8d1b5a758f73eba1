"""How partners err: each judgement comes out of the exercise's seed, the pair and the ordinal of the opinion, and of
nothing else.

Ids, times and the order of work differ from run to run; these three don't, so the same exercise errs alike each time. A
first opinion errs more often than a further one: what it got wrong is there to be found by the second.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Finding = Literal["same", "different", "unclear"]


@dataclass(frozen=True)
class Rates:
    """Shares of opinions. miss: of true pairs, called different; false: of others, called the same; unclear: of all."""

    miss: float
    false: float
    unclear: float


FIRST = Rates(miss=0.10, false=0.06, unclear=0.08)
FURTHER = Rates(miss=0.06, false=0.02, unclear=0.04)
"""Chosen for an exercise, so that each kind of error occurs among some hundred leads: 8 %, 4 % and 6 % over first and
second opinions. They say nothing of real examiners."""


def finding(seed: int, pair: tuple[str, str], ordinal: int, *, is_same: bool | None) -> Finding:
    """What a partner finds who gives the opinion of this ordinal (1 is the first) on this pair.

    is_same: the truth; None where it is not known, which a partner finds unclear.
    """
    if is_same is None:
        return "unclear"
    rates = FIRST if ordinal == 1 else FURTHER
    drawn = share(seed, *pair, str(ordinal))
    if drawn < rates.unclear:
        return "unclear"
    wrong = drawn < rates.unclear + (rates.miss if is_same else rates.false)
    return "same" if is_same is not wrong else "different"


def share(seed: int, *parts: str) -> float:
    """A number from 0 to 1 (1 excluded) that these words decide, evenly spread."""
    found = hashlib.sha256("\x00".join((str(seed), *parts)).encode()).digest()
    return int.from_bytes(found[:7], "big") / (1 << 56)
