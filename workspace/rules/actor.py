"""Who acts or looks, as plain facts: what every rule is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Standing = Literal["fresh", "stale", "token"]
"""What a write came with: a passkey shown within the last minutes (or no credential at all: workers and the command
line), a session whose passkey was shown longer ago, or a token."""


@dataclass(frozen=True)
class Actor:
    """Who acts or looks: facts of the person at the start of the transaction. `roles` maps operation id to role;
    `newcomer_in`: the operations in which not enough members have met this person yet."""

    id: int
    name: str
    agency_id: int
    country: str
    is_service: bool
    is_house_admin: bool
    roles: dict[int, str]
    newcomer_in: frozenset[int] = frozenset()
