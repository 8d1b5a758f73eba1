"""What bodies and paths of the API have in common. Unknown fields are refused, so that nothing is set by the way (TRUST T1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_TEXT = 8000
COUNTRY = r"^[A-Z]{2}$"


class Body(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _no_zero_characters(cls, given: Any) -> Any:
        """PostgreSQL stores no U+0000."""
        if any("\0" in text for text in _texts(given)):
            raise ValueError("a text holds the character U+0000, which cannot be stored")
        return given


class ReasonBody(Body):
    """Why."""

    reason: str = Field(min_length=1, max_length=MOST_TEXT)


class OperationPath(BaseModel):
    """An operation."""

    operation_id: int = Field(ge=1)


class LeadPath(BaseModel):
    """A lead."""

    lead_id: UUID


class ThingPath(BaseModel):
    """Anything with an id of its own."""

    thing_id: UUID


def _texts(given: Any) -> Iterator[str]:
    """Every text inside a body, names of fields included."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict):
        for name, value in given.items():
            yield from _texts(name)
            yield from _texts(value)
    elif isinstance(given, list):
        for value in given:
            yield from _texts(value)
