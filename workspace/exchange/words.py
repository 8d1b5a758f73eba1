"""What every paper says alike: its standing sentences, labels in its reader's language, numbers and times.

Nothing here translates: a writer gets `translate` from its caller, so that a report speaks its reader's language. TLP
and handling codes are never translated.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from workspace import vocabulary
from workspace.errors import Text
from workspace.vocabulary import N_

Translate = Callable[[str], str]


LEAD_NOT_IDENTIFICATION = N_("Investigative lead, not an identification")
EXERCISE_MARK = N_("EXERCISE")
EXERCISE_MEANING = N_("Training data. Not a real operation: its figures count for nothing outside it.")


def label(table: str, code: object, translate: Translate) -> str:
    """What a code of this table of the vocabulary is called; a code without a label stands for itself."""
    return translate(vocabulary.label(table, code)) if str(code) in vocabulary.VOCABULARY[table] else str(code)


def said(text: str, translate: Translate) -> str:
    """A text as its reader reads it: a sentence of ours in the reader's language, what people wrote as they wrote
    it."""
    return text.said(translate) if isinstance(text, Text) else text


def grouped(number: int) -> str:
    """A whole number in groups of three, apart by a narrow no-break space: a comma or a point would be a decimal to
    some readers."""
    return f"{number:,}".replace(",", "\u202f")


def moment(at: datetime) -> str:
    """A time with its offset, in the zone it was given in: «2026-11-13 16:00 UTC−5»."""
    offset = at.utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds())) // 60
    sign = "−" if offset < timedelta() else "+"
    zone = f"{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "") if minutes else ""
    return f"{at:%Y-%m-%d %H:%M} UTC{zone}"
