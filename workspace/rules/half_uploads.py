"""Files that are being sent: their states, why one is refused when it has come, and how much of them is kept. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

UploadState = Literal["open", "whole", "taken", "refused", "dropped"]
UploadFailure = Literal["other_content", "intake_ended", "no_right", "closed", "failed"]

LIVE: tuple[UploadState, ...] = ("open", "whole")
"""It will become a line of its exhibit, or may."""
KEPT = timedelta(days=7)
"""So long after its last byte the rest of a file is waited for."""
ERASED_WITHIN = timedelta(days=1)
"""What is thrown away is erased at once; where that fails, it is tried again after this."""
PIECE_BYTES = 16 << 20
"""A killed server loses at most so much of what it was receiving; each piece is an object of the store and a row."""
MOST_LIVE = 200
"""Files that one person may have half received in an operation at a time."""
MOST_LIVE_BYTES = 64 << 30
"""How large they may be together, by what they say of themselves."""
MOST_PIECES = 10_000
"""Of one file: whoever sends it by a few bytes at a time would fill the store with objects."""
MOST_PACKED_BYTES = 1 << 30
"""Of a register with its photos, a list of known material or a case file."""
PackedWhat = Literal["register", "known", "case"]
"""What comes as one file that belongs to no exhibit, and waits until its form names it."""
ACTION_OF_PACKED: Final[dict[PackedWhat, str]] = {
    "register": "import_register", "known": "bring_known", "case": "bring_case",
}  # fmt: skip
