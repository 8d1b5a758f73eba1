"""The owner's hand, for rows that a test lays out: what people's and workers' roles change is refused without an event.

Rows that the owner writes are not sealed; the verifier says so where a test asks it.
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping

from sqlalchemy import Engine, create_engine

from workspace.host.engines import OWNER, WORKER
from workspace.model.database import Database

_URLS: dict[str, str] = {}
_ENGINES: dict[str, Engine] = {}


def know_owner(urls: Mapping[str, str]) -> None:
    """Remember the owner's URL beside the workers'. urls: of one database, by role."""
    _URLS[urls[WORKER]] = urls[OWNER]


def owner_of(workers: Database) -> Engine:
    """The owner's engine for the database of these workers, which `know_owner` was told."""
    if workers.url not in _ENGINES:
        _ENGINES[workers.url] = create_engine(
            _URLS[workers.url], pool_size=1, connect_args={"options": "-c timezone=UTC -c synchronous_commit=off"}
        )
    return _ENGINES[workers.url]


@atexit.register
def forget_owners() -> None:
    """Close the owners' connections."""
    for engine in _ENGINES.values():
        engine.dispose()
