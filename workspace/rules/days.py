"""The days of an operation: the calendar of its time zone, for everybody who takes part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same moment, as clocks show it in a time zone. moment: aware. zone: an IANA name, as «America/Guayaquil»."""
    return moment.astimezone(ZoneInfo(zone))


def day_in(moment: datetime, zone: str) -> date:
    """The calendar day of a moment in a time zone; of now it is «today» there."""
    return in_zone(moment, zone).date()


@dataclass(frozen=True)
class WindowDay:
    """Which day of a window it is, from 1, and how many days the window has."""

    day: int
    days: int


def day_of_window(moment: datetime, *, opens_at: datetime, closes_at: datetime, zone: str) -> WindowDay:
    """Which day of a window a moment is, from 1, and how many days the window has: days of the calendar, so that also a
    part of a day is one, and a clock that is put forward takes none away."""
    first, last = day_in(opens_at, zone), day_in(closes_at - timedelta(microseconds=1), zone)
    return WindowDay((day_in(moment, zone) - first).days + 1, (last - first).days + 1)
