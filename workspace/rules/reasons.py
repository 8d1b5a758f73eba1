"""What people have to write: whether anything stands there. Pure; must not know where it is asked."""

from __future__ import annotations

import unicodedata

from workspace.errors import Fault, Invalid

_SHOW_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that Unicode counts as letters or symbols and that are drawn as an empty place: Hangul fillers, the blank
Braille cell."""


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
    return reason.strip()
