"""The days of an operation: the calendar of its time zone, for everybody who takes part in it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same moment, as clocks show it in a time zone. moment: aware. zone: an IANA name, as «America/Guayaquil»."""
    return moment.astimezone(ZoneInfo(zone))


def day_in(moment: datetime, zone: str) -> date:
    """The calendar day of a moment in a time zone; of now it is «today» there."""
    return in_zone(moment, zone).date()
