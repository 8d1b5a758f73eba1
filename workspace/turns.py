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
    patch = sys.modules.get("gevent.monkey")
    if patch is None or not patch.is_module_patched("threading"):
        return work(*given)
    return cast("Answer", sys.modules["gevent"].get_hub().threadpool.apply(work, given))


def let_others_go_on() -> None:
    """Between two pieces of a long work: in the web other requests are answered meanwhile, elsewhere nothing
    happens."""
    time.sleep(0)  # gevent's, where it is in charge
