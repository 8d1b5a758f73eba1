"""Operations of which something is still to be told, each answered by itself: one that cannot be answered, or takes
long, holds back no other."""

from __future__ import annotations

import logging
from collections.abc import Callable

import gevent
from gevent.lock import BoundedSemaphore

from workspace.model.setbacks import Setbacks

AT_ONCE = 4
"""Operations that are answered at a time. One that waits for a lock, or for a slow query, waits beside the others."""
LOOK_S = 1.0
"""How often an operation that waits after a fault looks whether it may be tried earlier."""


class WakeUps:
    """What is to be told of operations, told at most once in a while for each."""

    def __init__(
        self,
        log: logging.Logger,
        what: str,
        answer: Callable[[int], None],
        *,
        every_s: float,
        gather_s: float,
        most_s: float = 30.0,
    ) -> None:
        """what: for the log. answer: tells it of one operation; whatever it raises is tried again later, at the latest
        after most_s. gather_s: wake-ups that come within this time after the first are answered together with it."""
        self.what = what
        self.setbacks = Setbacks(log, most_s=most_s)
        self._answer, self._every_s, self._gather_s = answer, every_s, gather_s
        self._wanted: set[int] = set()
        self._at_work: set[int] = set()
        self._places = BoundedSemaphore(AT_ONCE)

    def want(self, operation_id: int) -> None:
        """Have an operation answered soon."""
        self._wanted.add(operation_id)
        if operation_id not in self._at_work:
            self._at_work.add(operation_id)
            gevent.spawn(self._serve, operation_id)

    def hurry(self) -> None:
        """Try again now what failed: what stood in the way may be over."""
        self.setbacks.hurry()

    def _serve(self, operation_id: int) -> None:
        """Answer an operation until nothing is to be told of it."""
        item = f"The answer about {self.what} of operation {operation_id}"
        try:
            gevent.sleep(self._gather_s)
            while operation_id in self._wanted:
                self._wanted.discard(operation_id)
                with self._places, self.setbacks.trying(item):
                    self._answer(operation_id)
                if not self.setbacks.is_due(item):
                    self._wanted.add(operation_id)
                    self._wait_after_a_fault(item)
                else:
                    gevent.sleep(self._every_s)
        finally:
            self._at_work.discard(operation_id)

    def _wait_after_a_fault(self, item: str) -> None:
        while not self.setbacks.is_due(item):
            gevent.sleep(min(LOOK_S, self.setbacks.wait_s(item)))
