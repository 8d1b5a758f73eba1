"""Which capture times can be true: clocks that were never set, and clocks that run ahead, tell nothing.

Both sides of the sandbox ask the same question: the child to choose among a file's claims, the worker, which knows when
the file was received, before it keeps one. Pure; must not read a clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1990, 1, 1)
"""No digital camera was sold before. Earlier times are zeros of a clock: 1904 (QuickTime), 1970 (POSIX), 1980 (DOS)."""
UNSET = frozenset({datetime(2000, 1, 1), datetime(2001, 1, 1)})
"""Exactly the first second of these years: where cameras' and Apple's clocks begin."""
FURTHEST_EAST = timedelta(hours=14)
"""A time without an offset may be that of the zone whose day begins first (UTC+14)."""


def is_plausible(claimed: str | None, offset: str | None, *, until: datetime) -> bool:
    """Say whether a claimed capture time can be true of a file that was there at `until`.

    claimed: local time in ISO 8601 without an offset; offset: from UTC as +02:00, None if unknown; until: with a zone.
    """
    try:
        moment = datetime.fromisoformat(claimed or "")
        zone = UTC if offset is None else datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo
        if moment.tzinfo is not None or moment < EARLIEST or moment in UNSET:
            return False
        ahead = FURTHEST_EAST if offset is None else timedelta(0)
        return moment.replace(tzinfo=zone) - ahead <= until.astimezone(UTC)
    except (ValueError, OverflowError):
        return False
