"""What the fault of one item means in a loop over many: that item waits, longer each time, and the others go on.

Must not know what the items are.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workspace.errors import WorkspaceError

FORGOTTEN_AFTER_S = 600.0
"""An item that nobody tried again for so long after it was due is gone, and so is its fault."""


@dataclass(frozen=True)
class _Setback:
    """The faults of one item in a row. due: when it may be tried again, of the same clock."""

    times: int
    due: float


@dataclass(frozen=True)
class Apart:
    """How a write goes through rows of which one has failed: those of this operation alone, each by itself."""

    operation_id: int
    setbacks: Setbacks


class Setbacks:
    """The items of a loop that failed when they were tried last. A fault is logged when it begins and when it is over,
    not at each try between."""

    def __init__(
        self,
        log: logging.Logger,
        *,
        first_s: float = 1.0,
        most_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """first_s: before the second try; doubled after each, up to most_s."""
        self._log, self._first_s, self._most_s, self._clock = log, first_s, most_s, clock
        self._found: dict[Hashable, _Setback] = {}

    def __len__(self) -> int:
        """How many items failed when they were tried last."""
        return len(self._found)

    def is_due(self, item: Hashable) -> bool:
        """Whether the item may be tried now."""
        return self.wait_s(item) <= 0

    def wait_s(self, item: Hashable) -> float:
        """How long until the item may be tried; 0 for one that did not fail."""
        found = self._found.get(item)
        return 0.0 if found is None else max(0.0, found.due - self._clock())

    def hurry(self) -> None:
        """Let each item be tried now: what stood in the way may be over."""
        now = self._clock()
        self._found = {item: _Setback(found.times, now) for item, found in self._found.items()}

    @contextmanager
    def trying(self, item: Hashable) -> Iterator[None]:
        """Try an item; whatever it raises ends this try alone."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001 - any fault of one item; the others must go on
            self._note(item, fault)
        else:
            self.settle(item)

    def settle(self, item: Hashable) -> None:
        """Note that the item is done, or in order again."""
        before = self._found.pop(item, None)
        if before is not None:
            self._log.warning("%s is done after %s tries that failed.", item, before.times)

    def _note(self, item: Hashable, fault: Exception) -> None:
        now, before = self._clock(), self._found.get(item)
        times = 1 if before is None else before.times + 1
        # Bounded before it is raised: two to the power of a week's faults is no number of seconds.
        wait_s = min(self._most_s, self._first_s * 2 ** min(times - 1, 16))
        self._found[item] = _Setback(times, now + wait_s)
        self._found = {each: held for each, held in self._found.items() if now - held.due < FORGOTTEN_AFTER_S}
        if before is None:
            self._log.warning("%s failed and is tried again: %s", item, _told(fault))


def _told(fault: Exception) -> str:
    """What a technical log may say of a fault: a refusal's own words, of any other its kind and place, because its
    message could hold what people wrote."""
    if isinstance(fault, WorkspaceError):
        return fault.message
    return f"{type(fault).__name__}\n{''.join(traceback.format_tb(fault.__traceback__))}"
