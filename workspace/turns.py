"""In the web one process answers everybody in turns (gevent): whoever computes or waits for a disk lets others go on.

gevent is asked for only where it is in charge: workers and the command line never load it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar, cast

Answer = TypeVar("Answer")


def aside(work: Callable[..., Answer], *given: object) -> Answer:
    """Call a function that waits for a disk or a store, or that computes without Python; in the web in a thread of
    gevent's pool, so that everybody else goes on meanwhile.

    gevent makes sockets cooperative, but neither files nor foreign libraries.
    """
    if not _gevent_is_in_charge():
        return work(*given)
    return cast("Answer", sys.modules["gevent"].get_hub().threadpool.apply(work, given))


def let_others_go_on() -> None:
    """Between two pieces of a long work: in the web other requests are answered meanwhile. Elsewhere nothing happens:
    a worker that gave its core away at each piece would wait for all other programs of a busy machine."""
    if _gevent_is_in_charge():
        time.sleep(0)


def _gevent_is_in_charge() -> bool:
    patch = sys.modules.get("gevent.monkey")
    return patch is not None and bool(patch.is_module_patched("threading"))
