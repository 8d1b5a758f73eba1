"""Keys that stand beside what people typed: written with every row, so that none is compared or found otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workspace.rules.comparison import comparison_key, search_key

Default = Callable[[Any], str]


def compared(column: str) -> Default:
    """The default of a column that holds the comparison key of another."""
    return lambda context: comparison_key(context.get_current_parameters()[column])


def found(*columns: str) -> Default:
    """The default of a column that holds the search keys of others, a line each."""
    return lambda context: "\n".join(search_key(context.get_current_parameters()[column] or "") for column in columns)
