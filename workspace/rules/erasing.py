"""Which rows hold the words of an act, by the fields of its event. Must not read rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

ERASED = "[…]"
"""What stands where words were erased (`erase_words` in SQL)."""
TABLES: Mapping[str, tuple[str, ...]] = {
    "annotation": ("annotation",),
    "assessment": ("assessment",),
    "comment": ("comment",),
    "edit": ("comment_version",),
    "grant": ("access_grant",),
    "word": ("person_word", "series_word"),
    "proposal": ("proposal",),
    "why": ("lead_reason", "entry_end", "exhibit_change"),
}
"""By field of an event: the tables one of whose rows it names. Which of their columns are words, the database says."""


def rows_with_words(payload: Mapping[str, Any]) -> Iterator[tuple[str, UUID]]:
    """The rows that may hold the words of an event with this payload: table and key."""
    for field, tables in TABLES.items():
        if field in payload:
            for table in tables:
                yield table, UUID(payload[field])
