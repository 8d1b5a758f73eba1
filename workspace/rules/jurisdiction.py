"""Who may hold jurisdiction over a lead, and by when a referral wants its answer: tables and pure functions.

Must import nothing of the workspace but errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

Ground = Literal["offence_place", "child_residence", "suspect_place", "nationality"]
GROUNDS: tuple[str, ...] = get_args(Ground)
"""Grounds in the usual order of weight (Eurojust's guidelines: place of most of the offence, then persons)."""

Competence = Literal["protection", "offender", "evidence"]
COMPETENCES: tuple[str, ...] = get_args(Competence)

Urgency = Literal["urgent", "priority", "normal"]
ANSWER_WITHIN: dict[str, timedelta] = {
    "urgent": timedelta(hours=8),
    "priority": timedelta(days=3),
    "normal": timedelta(days=7),
}
"""Response times by urgency, after Directive (EU) 2023/977, Article 5: 8 hours, 3 days, 7 days."""


@dataclass(frozen=True)
class Stated:
    """A country's stated jurisdiction over a lead: on which ground, for what."""

    country: str
    ground: str
    competence: str


@dataclass(frozen=True)
class Authority:
    """An agency of the operation: in which countries it holds jurisdiction, and for what."""

    agency_id: int
    jurisdictions: Sequence[str]
    competences: Sequence[str]


def grounds_for(authority: Authority, competence: str, stated: Sequence[Stated]) -> list[Stated]:
    """The stated grounds on which this agency may receive a referral for this competence; empty: it may not."""
    if competence not in authority.competences:
        return []
    grounds = [claim for claim in stated if claim.competence == competence and claim.country in authority.jurisdictions]
    return sorted(grounds, key=lambda claim: GROUNDS.index(claim.ground))
