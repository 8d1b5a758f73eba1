"""What an examiner is trained for, and for how long. SQL asks for it (`why_not_judge`), so that a claim, a hand-over,
an opinion and what the page offers follow one rule.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, get_args

Competence = Literal["facial_comparison", "other_traces"]
COMPETENCES: tuple[Competence, ...] = get_args(Competence)
"""The first is for every lead, the second for leads that compare no faces."""

SOON = timedelta(days=30)
"""A record that ends within this stands out: time enough for a course."""

Validity = Literal["valid", "ends_soon", "not_yet", "expired"]


def validity(valid_from: date, valid_until: date, today: date) -> Validity:
    """What a record is on a day of the operation; it counts on both of its days."""
    if today > valid_until:
        return "expired"
    if today < valid_from:
        return "not_yet"
    return "ends_soon" if valid_until - today <= SOON else "valid"
