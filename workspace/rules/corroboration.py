"""What speaks for or against a lead besides the comparison of faces: a type, a reference and a date. Pure.

A referral wants at least one that speaks for it (ADR 33).
"""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from workspace.errors import Fault
from workspace.rules.reasons import says_something

CorroborationType = Literal[
    "camera",
    "place",
    "object",
    "body_mark",
    "file_data",
    "voice_or_text",
    "testimony",
    "official_record",
    "earlier_case",
    "forensic",
]
CORROBORATION_TYPES: tuple[CorroborationType, ...] = get_args(CorroborationType)
"""There is no «other»: what fits none of these supports no identity."""

Speaks = Literal["for", "against"]
SPEAKS: tuple[Speaks, ...] = get_args(Speaks)


def faults_of(type_: str, reference: str, dated_on: date, speaks: str, *, today: date) -> list[Fault]:
    """Each thing that is wrong with a corroboration. today: the day of the operation."""
    faults = [] if type_ in CORROBORATION_TYPES else [Fault("type", "one of {known}", known=list(CORROBORATION_TYPES))]
    faults += [] if speaks in SPEAKS else [Fault("speaks", "one of {known}", known=list(SPEAKS))]
    if not says_something(reference):
        faults.append(Fault("reference", "say where it is found: a lead, a file, a document"))
    if dated_on > today:
        faults.append(Fault("dated_on", "not in the future"))
    return faults
