"""Waits for something that others do, for as long as they come on with it.

A limit in seconds alone says how fast a machine is. What is waited for here has a mark, which changes while it comes
on; only who stands still for a while is given up, and the caller says what that means.
"""

from __future__ import annotations

import time
from collections.abc import Callable

POLL_S = 0.5

Tend = Callable[[], None]
"""Keeps the processes up while somebody waits."""


def wait_while_it_moves(
    is_so: Callable[[], bool], mark: Callable[[], object], still_s: float, tend: Tend, *, poll_s: float = POLL_S
) -> bool:
    """Wait until it is so; give up when the mark has stayed the same for `still_s`. Answers whether it is so."""
    seen, moved_at = mark(), time.monotonic()
    while not is_so():
        now = time.monotonic()
        if (found := mark()) != seen:
            seen, moved_at = found, now
        elif now - moved_at > still_s:
            return False
        tend()
        time.sleep(poll_s)
    return True
