"""The vocabulary in the language of the answer that is being made: for templates and the sentences of the history."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext

from workspace.rules.numbers import (
    agency_name,
    card_number,
    entry_number,
    lead_number,
    person_number,
    referral_number,
    series_number,
)
from workspace.vocabulary import VOCABULARY, label
from workspace.web.places import country_names, time_zones
from workspace.web.times import clock_in, ui_time

NUMBERS = (agency_name, card_number, entry_number, lead_number, person_number, referral_number, series_number)
"""How things are called by their numbers, and agencies with their countries: filters of the templates."""


def word(table: str, code: object) -> str:
    """The label of a code in the reader's language; a code without one is shown as it is."""
    return str(gettext(label(table, code))) if str(code) in VOCABULARY[table] else str(code)


def with_player(name: str, played_by: str) -> str:
    """A name inside a sentence, with the words «exercise partner» where one plays."""
    return gettext("%(name)s (exercise partner)", name=name) if played_by == "partner" else name


def register(app: Flask) -> None:
    """Give templates `word(table, code)`, the tables themselves as `vocabulary`, `ui_time`, countries and time zones by
    name, and the filters for numbers and clocks."""
    app.jinja_env.globals.update(
        word=word, vocabulary=VOCABULARY, ui_time=ui_time, country_names=country_names, time_zones=time_zones
    )
    app.jinja_env.filters.update({each.__name__: each for each in (*NUMBERS, clock_in)})
