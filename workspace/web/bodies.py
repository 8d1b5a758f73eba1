"""What comes in, cleaned and bounded in one place: the bases of all bodies, forms, queries and paths.

A body's unknown fields are refused, so that no column can be set that a form does not offer. No text holds what the
database cannot store. What a field does not bound itself is bounded here: a whole number by 32 bits, as the columns
are, and a text by `MOST_TEXT` characters. A wider bound is an exception and stands at its field. request.py uses the
same functions for what comes in without a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from workspace.rules.reasons import words_of

MOST_TEXT = 8000
MOST_INTEGER = 2**31 - 1
MOST_BIG_INTEGER = 2**63 - 1
"""For what counts events and claims: their columns have 64 bits."""
COUNTRY = r"^[A-Z]{2}$"
REGION = r"^[A-Z]{2}-[A-Z0-9]{1,3}$"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Given(BaseModel):
    """Base of everything that comes in. is_cleaned: False where a text is no words but a name that must stay as it
    is."""

    is_cleaned: ClassVar[bool] = True

    @field_validator("*", mode="before")
    @classmethod
    def _is_storable(cls, given: Any) -> Any:
        if not is_storable(given):
            raise PydanticCustomError("unstorable", "holds a character that cannot be stored")
        return given

    @field_validator("*", mode="before")
    @classmethod
    def _says_something(cls, given: Any) -> Any:
        """What says nothing is empty, in whichever characters; nothing unseen stands at a text's ends."""
        if not cls.is_cleaned:
            return given
        if isinstance(given, list):
            return [words_of(each) if isinstance(each, str) else each for each in given]
        return words_of(given) if isinstance(given, str) else given

    @field_validator("*", mode="after")
    @classmethod
    def _is_bounded(cls, given: Any, info: ValidationInfo) -> Any:
        limits = {type(limit).__name__ for limit in cls.model_fields[info.field_name or ""].metadata}
        if isinstance(given, int) and not limits & {"Le", "Lt"} and abs(given) > MOST_INTEGER:
            raise PydanticCustomError("less_than_equal", "at most {le}", {"le": MOST_INTEGER})
        if "MaxLen" not in limits and any(len(text) > MOST_TEXT for text in _texts(given)):
            raise PydanticCustomError("string_too_long", "at most {max_length} characters", {"max_length": MOST_TEXT})
        return given


class Body(Given):
    """Base of all bodies."""

    model_config = ConfigDict(extra="forbid")


class Form(Given):
    """Base of all forms."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _texts_are_texts(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The library reads a form's texts as JSON: a register named «2026» would be a number."""
        return given | dict(request.form)


class Query(Given):
    """Base of all queries."""


class RoutePath(Given):
    """Base of all paths."""


class ReasonBody(Body):
    """A reason."""

    reason: str = Field(max_length=MOST_TEXT, description="Why: at least one letter or digit.")


class OperationPath(RoutePath):
    """An operation."""

    operation_id: int = Field(ge=1)


class LeadPath(RoutePath):
    """A lead."""

    lead_id: UUID


class ThingPath(RoutePath):
    """Anything with an id of its own."""

    thing_id: UUID


def is_storable(given: object) -> bool:
    """Whether the database can store every text in it: PostgreSQL takes no U+0000, and half of a surrogate pair is no
    character."""
    return not any(_UNSTORABLE.search(text) for text in _texts(given))


def _texts(given: object) -> Iterator[str]:
    """Every text inside a value, names of fields included. A loop and no recursion: there may be hundreds of thousands
    of values."""
    waiting = [given]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
