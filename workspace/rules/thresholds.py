"""How two countries agree on a threshold of the face comparison. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

LAPSES_AFTER: Final = timedelta(days=3)
"""A proposal that nobody of another country has confirmed by then is none."""
