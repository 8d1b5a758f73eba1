"""What people have to write: whether anything stands there. Pure; must not know where it is asked."""

from __future__ import annotations

import unicodedata

from workspace.errors import Fault, Invalid
from workspace.rules.comparison import trimmed

_SHOW_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\U0001d159")
"""Characters that Unicode counts as letters or symbols and that are drawn as an empty place: Hangul fillers, the blank
Braille cell, the place of an object, a note without a head."""


def says_something(text: str) -> bool:
    """Whether a text has a visible character. Spaces, control and format characters and accents without a letter are
    none."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _SHOW_NOTHING for char in text)


def require_reason(reason: str) -> str:
    """The reason without the spaces around it.

    Raises:
        Invalid: it says nothing.
    """
    if not says_something(reason):
        raise Invalid("Say why.", faults=[Fault("reason", "needed")])
    return words_of(reason)


def words_of(text: str) -> str:
    """What a text says, without what is unseen at its ends; empty where nothing of it can be seen."""
    return trimmed(text) if says_something(text) else ""


def require_words(**fields: str) -> None:
    """Pass if each of these texts says something.

    Raises:
        Invalid: names those that do not.
    """
    if faults := [Fault(name, "may not be empty") for name, text in fields.items() if not says_something(text)]:
        raise Invalid("A text is missing.", faults=faults)
