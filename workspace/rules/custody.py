"""What may be said of a seized device beside its files: who seized it and when, and the hash of its image. Pure."""

from __future__ import annotations

import re
from datetime import date

from workspace.errors import Fault
from workspace.rules.codes import EXHIBIT_KINDS, ExhibitFact
from workspace.rules.reasons import says_something, words_of

HASH_DIGITS = (32, 40, 64, 128)
"""MD5, SHA-1, SHA-256 and SHA-512 in hex."""
EARLIEST = date(1990, 1, 1)
"""No seizure of a device with digital pictures is older."""
MOST_CHARACTERS = 200
OPTIONAL: tuple[ExhibitFact, ...] = ("seized_by", "seized_on", "acquired_hash")


def fact_of(what: ExhibitFact, value: str, today: date) -> str | date | None:
    """A fact of an exhibit as it is stored; None for an optional one that is left out.

    Raises:
        ValueError: with a `Fault` as its argument: this is no such fact.
    """
    said = words_of(value)
    if not says_something(said):
        if what in OPTIONAL:
            return None
        raise ValueError(Fault(what, "needs a letter or a digit"))
    if len(said) > MOST_CHARACTERS:
        raise ValueError(Fault(what, "at most {most} characters", most=MOST_CHARACTERS))
    if what == "kind" and said not in EXHIBIT_KINDS:
        raise ValueError(Fault(what, "«{value}» is not one of {known}", value=said, known=list(EXHIBIT_KINDS)))
    if what == "acquired_hash":
        return _hash(said)
    return _day(said, today) if what == "seized_on" else said


def _hash(said: str) -> str:
    digits = re.sub(r"[\s:]", "", said).lower()
    if len(digits) not in HASH_DIGITS or re.fullmatch("[0-9a-f]+", digits) is None:
        raise ValueError(Fault("acquired_hash", "not an MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal digits"))
    return digits


def _day(said: str, today: date) -> date:
    try:
        day = date.fromisoformat(said)
    except ValueError as cause:
        raise ValueError(Fault("seized_on", "«{value}» is not a day (year-month-day)", value=said)) from cause
    if not EARLIEST <= day <= today:
        raise ValueError(
            Fault("seized_on", "a day from {first} to {last}", first=EARLIEST.isoformat(), last=today.isoformat())
        )
    return day
