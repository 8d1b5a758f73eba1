"""Registers, lists of known material and cases of exhibits that were sent: what state they are in, and how many at
once."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from workspace.errors import Fault
from workspace.rules.codes import HANDLING_CODES, SHARINGS
from workspace.rules.reasons import says_something

ImportWhat = Literal["register", "known_list", "exhibit_case"]
ImportState = Literal["waiting", "reading", "storing", "writing", "done", "refused", "cancelled", "failed"]

UNDER_WAY: tuple[ImportState, ...] = ("waiting", "reading", "storing", "writing")
STOPPABLE: tuple[ImportState, ...] = ("waiting", "reading", "storing", "refused")
"""A refused one keeps its upload, so that the rest of it can be taken, until that is given up too."""
MOST_UNDER_WAY = 2
"""Registers that an agency has read in an operation at a time; and as many lists, and cases of exhibits."""
MOST_KEPT_FAULTS = 1_000
UPLOAD_KEPT = timedelta(hours=24)
"""How long the rest of a refused register can be taken; then its upload is erased."""
SHOWN_FOR = timedelta(days=7)
"""How long the page of registers shows what became of one."""


def register_faults(name: str, legal_source: str, sharing: str, handling_code: str) -> list[Fault]:
    """What is wrong with what is said of a register."""
    faults = [
        Fault(field_name, "needs a letter or a digit")
        for field_name, text in (("name", name), ("legal_source", legal_source))
        if not says_something(text)
    ]
    faults += [
        Fault(field_name, "«{value}» is not one of {known}", value=value, known=known)
        for field_name, value, known in (
            ("sharing", sharing, SHARINGS),
            ("handling_code", handling_code, HANDLING_CODES),
        )
        if value not in known
    ]
    return faults
