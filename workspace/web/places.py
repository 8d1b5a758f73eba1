"""Countries and time zones by their names, for lists to choose from."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pycountry
from babel import Locale
from babel.dates import get_timezone_location
from flask_babel import get_locale


def country_names() -> list[tuple[str, str]]:
    """Every country's ISO code and its name in the reader's language, in the order of the names."""
    names = (get_locale() or Locale("en")).territories
    countries = [(country.alpha_2, str(names.get(country.alpha_2, country.name))) for country in pycountry.countries]
    return sorted(countries, key=lambda country: country[1].casefold())


def name_of_country(code: str) -> str:
    """A country's name in the reader's language; the code itself where it has none."""
    return str((get_locale() or Locale("en")).territories.get(code, code))


def time_zones() -> list[tuple[str, str]]:
    """Every place's time zone and, for people, the place with its offset now; UTC first."""
    now = datetime.now(ZoneInfo("UTC"))
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((zone, f"{_place(zone)} · UTC{now.astimezone(ZoneInfo(zone)):%z}") for zone in places)]


def _place(zone: str) -> str:
    return str(get_timezone_location(zone, locale=get_locale(), return_city=True))
