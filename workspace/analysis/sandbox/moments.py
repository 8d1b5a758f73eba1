"""How capture times are written, and which can be true: a clock that was never set, or that runs ahead, tells nothing.

Both sides of the sandbox ask the same question: the child to choose among a file's claims, the worker, which knows when
the file was received, before it keeps one. Pure; must not read a clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

EARLIEST = datetime(1990, 1, 1)
"""No digital camera was sold before. Earlier times are zeros of a clock: 1904 (QuickTime), 1970 (POSIX), 1980 (DOS)."""
UNSET = frozenset({datetime(2000, 1, 1), datetime(2001, 1, 1)})
"""Exactly the first second of these years: where cameras' and Apple's clocks begin."""
BEGINNINGS = (datetime(1904, 1, 1), datetime(1970, 1, 1), datetime(1980, 1, 1), datetime(1980, 1, 6))
"""Where the clocks of QuickTime, POSIX, DOS and GPS begin."""
FURTHEST_EAST = timedelta(hours=14)
"""A time without an offset may be that of the zone whose day begins first (UTC+14)."""

_DATE = r"(\d{4})[:/.-](\d{1,2})[:/.-](\d{1,2})"
_TIME = r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9})\d*)?"
_HALF = r"(?:\s*([ap])\.?\s?m\.?)?"
_ZONE = r"(?:\s*(z|utc|gmt|[+-]\d\d(?::?\d\d)?))?"
_WRITTEN = re.compile(rf"{_DATE}(?:\s+|t){_TIME}{_HALF}{_ZONE}", re.IGNORECASE | re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d)(?::?(\d\d))?(?!\d)")


ClockFault = Literal["zeros", "epoch", "early", "future", "unreadable"]


class Claim(NamedTuple):
    """A capture time as a file states it: local, ISO 8601; decimals of its second; offset from UTC as +02:00."""

    at: str
    subseconds: str | None = None
    offset: str | None = None


def read_claim(value: str | None) -> Claim | None:
    """Read a date and time, year first, of 24 or 12 hours; None if any of it cannot be understood or is no real
    moment."""
    parts = _WRITTEN.fullmatch((value or "").strip())
    if not parts:
        return None
    year, month, day, hour, minute, second = (int(part) for part in parts.groups()[:6])
    subseconds, half, zone = parts.groups()[6:]
    try:
        # 24:00:00 is the midnight that ends the day (ISO 8601-1:2019, 5.3).
        midnight = (hour, minute, second) == (24, 0, 0) and half is None
        at = datetime(year, month, day, 0 if midnight else _hour_of_24(hour, half), minute, second)
        at += timedelta(days=int(midnight))
    except (ValueError, OverflowError):
        return None
    offset = "+00:00" if (zone or "").lower() in ("z", "utc", "gmt") else utc_offset(zone)
    return Claim(at.isoformat(), subseconds, offset)


def _hour_of_24(hour: int, half: str | None) -> int:
    """The hour as a clock of 24 hours shows it; some phones write 19:08 PM. Raises ValueError where both disagree."""
    if half is None:
        return hour
    if half in "aA":
        if hour > 12:
            raise ValueError("no hour of a morning")
        return hour % 12
    if hour == 0:
        raise ValueError("no hour of an afternoon")
    return hour if hour >= 12 else hour + 12


def utc_offset(value: str | None) -> str | None:
    """Read an offset from UTC into the form +02:00."""
    parts = _OFFSET.search(value or "")
    if not parts or int(parts[2]) > 14 or int(parts[3] or 0) >= 60:
        return None
    return f"{parts[1]}{parts[2]}:{parts[3] or '00'}"


def fault_of(written: str, *, until: datetime) -> ClockFault | None:
    """Why a stated time cannot be true of a file that was there at `until`; None if nothing speaks against it.

    written: as the file states it. zeros: nothing but zeros, or no year; epoch: where a clock begins, in whichever
    zone;
    early: before cameras were digital; unreadable: it is no moment.
    """
    digits = re.sub(r"\D", "", written)
    if digits.startswith("0000") or (digits and not digits.strip("0")):
        return "zeros"
    claim = read_claim(written)
    if claim is None:
        return "unreadable"
    at = datetime.fromisoformat(claim.at)
    if at in UNSET or any(abs(at - beginning) <= FURTHEST_EAST for beginning in BEGINNINGS):
        return "epoch"
    if at < EARLIEST:
        return "early"
    return None if is_plausible(claim.at, claim.offset, until=until) else "future"


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
