"""What people have to write: whether anything stands there. Pure; must not know where it is asked.

The one rule for every reason, statement, comment, ground and answer: the base of all bodies (web/bodies.py) makes empty
what says nothing, and the commands ask again.
"""

from __future__ import annotations

import unicodedata

from workspace.errors import Fault, Invalid
from workspace.rules.comparison import trimmed

_LETTERS_AND_DIGITS = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd", "Nl", "No"})
"""Of Unicode's categories. Modifier letters (Lm) are none: alone they are a stroke or an accent."""
_SHOW_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\U0001d159")
"""Characters that Unicode counts as letters or symbols and that are drawn as an empty place: Hangul fillers, the blank
Braille cell, the place of an object, a note without a head."""


def says_something(text: str) -> bool:
    """Whether a text has a letter or a digit of any script. Punctuation, pictures and what nobody sees say nothing."""
    return any(unicodedata.category(char) in _LETTERS_AND_DIGITS and char not in _SHOW_NOTHING for char in text)


def shows_something(text: str) -> bool:
    """Whether a text has a visible character: for what a file holds, not for what people have to write. Spaces, control
    and format characters and accents without a letter are none."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _SHOW_NOTHING for char in text)


def require_reason(reason: str) -> str:
    """The reason without the spaces around it.

    Raises:
        Invalid: it says nothing.
    """
    if not says_something(reason):
        raise Invalid("Say why.", faults=[Fault("reason", "needs a letter or a digit")])
    return words_of(reason)


def words_of(text: str) -> str:
    """What a text says, without what is unseen at its ends; empty where it says nothing."""
    return trimmed(text) if says_something(text) else ""


def require_words(**fields: str) -> None:
    """Pass if each of these texts says something.

    Raises:
        Invalid: names those that do not.
    """
    if faults := [
        Fault(name, "needs a letter or a digit") for name, text in fields.items() if not says_something(text)
    ]:
        raise Invalid("A text is missing.", faults=faults)
