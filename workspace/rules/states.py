"""The states of an operation, and which of them counts now."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

STATES = ("prepared", "open", "closing", "closed", "follow_up")

NEXT_STATE = {"prepared": "open", "open": "closing", "closing": "closed", "closed": "follow_up"}
"""An operation goes through its states in one direction; nothing opens it again."""

BEFORE_AND_DURING = frozenset({"prepared", "open"})
DURING = frozenset({"open"})
UNTIL_CLOSED = frozenset({"open", "closing"})
"""While what the window left is put in order."""
ALWAYS = frozenset(STATES)
NOT_FINISHED = frozenset({"prepared", "open", "closing"})
AFTER_OPENING = ALWAYS - {"prepared"}
AFTER_WINDOW = frozenset({"closing", "closed", "follow_up"})
AFTER_CLOSING = frozenset({"closed", "follow_up"})


def state_now(state: str, *, closes_at: datetime, now: datetime) -> str:
    """The state that counts: an operation whose window is over is closing, whether or not housekeeping has written it
    yet."""
    return "closing" if state == "open" and closes_at <= now else state


EditionKind = Literal["interim", "closing", "follow_up"]
EDITION_KINDS: dict[EditionKind, frozenset[str]] = {
    "interim": ALWAYS,
    "closing": AFTER_WINDOW,
    "follow_up": AFTER_CLOSING,
}
"""By kind of an edition of the statistics: the states in which it makes sense; a closing edition of an open operation
would not be one."""
