"""Moments for people, on pages."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_datetime, format_time
from flask_babel import get_locale
from markupsafe import Markup

from workspace.rules.days import in_zone


def ui_time(moment: datetime, zone: str = "UTC") -> Markup:
    """A moment for people, in a named time zone (the operation's where there is one), with its exact form for
    machines."""
    there = in_zone(moment, zone)
    shown = format_datetime(there, format="d MMM y, HH:mm", locale=get_locale())
    name = there.tzname() or ""
    # Zones without letters of their own are called by their offset alone.
    name = f"UTC{name}" if name[:1] in ("+", "-") else name
    return Markup('<time datetime="{}">{} <span class="q2 nw">{}</span></time>').format(moment.isoformat(), shown, name)


def placed(moment: datetime, zone: str) -> datetime:
    """A time without an offset, put into the operation's time zone; in an unknown one it stays as it is, to be
    refused."""
    if moment.tzinfo is not None or zone not in available_timezones():
        return moment
    return moment.replace(tzinfo=ZoneInfo(zone))


def clock_in(moment: datetime, zone: str) -> str:
    """Hour and minute of a moment in a named time zone."""
    return str(format_time(in_zone(moment, zone), format="HH:mm", locale=get_locale()))
