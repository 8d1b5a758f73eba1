"""What a search says of itself before anything is compared. Pure."""

from __future__ import annotations

from collections.abc import Collection

from workspace.errors import Fault, Invalid
from workspace.rules.codes import SEARCH_SETS


def require_sets(sets: Collection[str]) -> None:
    """Pass if a search says in what it looks. Raises: Invalid."""
    if not sets or not set(sets) <= set(SEARCH_SETS):
        raise Invalid(
            "Choose in what to search.", faults=[Fault("sets", "one or more of {sets}", sets=", ".join(SEARCH_SETS))]
        )
