"""What bodies and paths of the API have in common. Unknown fields are refused, so that nothing is set by the way (TRUST T1)."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MOST_TEXT = 8000
COUNTRY = r"^[A-Z]{2}$"


class Body(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


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
