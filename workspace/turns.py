"""In the web one process answers everybody in turns (gevent): whoever computes or waits for a disk lets others go on.

gevent is asked for only where it is in charge: workers and the command line never load it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar, cast

Answer = TypeVar("Answer")
MOST_REST_S = 0.02
"""The longest rest: a piece may have waited for the database, and worked for less than it took."""
_began: ContextVar[float | None] = ContextVar("began", default=None)
"""When this work, of one greenlet, went on after its last rest."""


def aside(work: Callable[..., Answer], *given: object) -> Answer:
    """Call a function that waits for a disk or a store, or that computes without Python; in the web in a thread of
    gevent's pool, so that everybody else goes on meanwhile.

    gevent makes sockets cooperative, but neither files nor foreign libraries.
    """
    if not _gevent_is_in_charge():
        return work(*given)
    return cast("Answer", sys.modules["gevent"].get_hub().threadpool.apply(work, given))


def let_others_go_on() -> None:
    """Between two pieces of a long work: in the web other requests are answered meanwhile, for as long as the piece
    took. With less they would come one step further per piece, and one that asks the database ten times would wait for
    ten pieces. Elsewhere nothing happens: a worker that gave its core away at each piece would wait for all other
    programs of a busy machine."""
    if not _gevent_is_in_charge():
        return
    began = _began.get()
    time.sleep(0 if began is None else min(time.perf_counter() - began, MOST_REST_S))
    _began.set(time.perf_counter())


def _gevent_is_in_charge() -> bool:
    patch = sys.modules.get("gevent.monkey")
    return patch is not None and bool(patch.is_module_patched("threading"))
