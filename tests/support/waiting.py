"""Waiting for what a test needs before it goes on: always for a condition, never for a while that is usually enough.

The limits only end a test that would never go on; on a machine with other work everything takes longer and nothing
fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import text

from tests.support.operation import TestOperation

if TYPE_CHECKING:
    from playwright.sync_api import Page

LIMIT_S = 120.0
LIMIT_MS = 120_000.0
"""The same, for what a browser waits for."""
_EVERY_S = 0.02
_WAITING = text(
    "select count(*) from pg_locks where not granted and (relation = cast(:table as regclass) or :table is null)"
)


def until(condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Ask again and again until the condition holds."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, f"it did not happen within {limit_s:.0f} s"
        time.sleep(_EVERY_S)


def until_on(page: Page, condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """As `until`, for what a page does: what a test hears of it (requests, routes) is heard meanwhile."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, f"it did not happen within {limit_s:.0f} s"
        page.wait_for_timeout(1000 * _EVERY_S)


def until_somebody_waits(operation: TestOperation, table: str | None = None) -> None:
    """Wait until a transaction waits for a lock that another holds, on `table` if one is named.

    Each test process has a PostgreSQL of its own: whoever waits there is the thread that the test has just started.
    """

    def somebody_waits() -> bool:
        with operation.workers.engine.connect() as connection:
            return bool(connection.execute(_WAITING, {"table": table}).scalar_one())

    until(somebody_waits)
