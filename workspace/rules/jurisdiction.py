"""Who may hold jurisdiction over a lead, and by when a referral wants its answer: tables and pure functions.

Must import nothing of the workspace but errors.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
URGENCY_OF_PRIORITY: dict[int, Urgency] = {1: "urgent", 2: "priority", 3: "normal"}
"""How urgent a referral is unless its drafter says otherwise: as its lead. P1 means that a child may be at risk now."""
OFFICE_OF: dict[str, str] = {"protection": "child_protection", "offender": "police", "evidence": "prosecution"}
"""By competence: the kind of agency to which a referral goes first where several are competent."""


@dataclass(frozen=True)
class Stated:
    """A country's stated jurisdiction over a lead: on which ground, for what."""

    country: str
    ground: str
    competence: str


@dataclass(frozen=True)
class Authority:
    """An agency of the operation: in which countries it holds jurisdiction, and for what; of what kind it is."""

    agency_id: int
    jurisdictions: Sequence[str]
    competences: Sequence[str]
    kind: str = ""


@dataclass(frozen=True)
class Addressee:
    """To whom a lead can be referred now, and for what."""

    agency_id: int
    competence: Competence


def grounds_for(authority: Authority, competence: str, stated: Sequence[Stated]) -> list[Stated]:
    """The stated grounds on which this agency may receive a referral for this competence; empty: it may not."""
    if competence not in authority.competences:
        return []
    grounds = [claim for claim in stated if claim.competence == competence and claim.country in authority.jurisdictions]
    return sorted(grounds, key=lambda claim: GROUNDS.index(claim.ground))


def addressees(
    stated: Sequence[Stated], authorities: Sequence[Authority], *, taken: Collection[tuple[int, str]], own: int
) -> list[Addressee]:
    """To whom a lead can be referred, the one that the stated grounds name most first.

    The protection of a child comes before the offender and the evidence, a weightier ground before another, the kind of
    agency that the purpose is for before others, and another agency before one's own. taken: agency and competence of
    the referrals that are under way. own: the sender's agency.
    """
    found: list[tuple[tuple[int, bool, int, bool, int], Addressee]] = []
    for competence in get_args(Competence):
        for authority in authorities:
            grounds = grounds_for(authority, competence, stated)
            if grounds and (authority.agency_id, competence) not in taken:
                weight = _weight(authority, competence, grounds[0], own=own)
                found.append((weight, Addressee(authority.agency_id, competence)))
    return [addressee for _, addressee in sorted(found, key=lambda each: each[0])]


def _weight(
    authority: Authority, competence: Competence, first: Stated, *, own: int
) -> tuple[int, bool, int, bool, int]:
    return (
        COMPETENCES.index(competence),
        authority.agency_id == own,
        GROUNDS.index(first.ground),
        authority.kind != OFFICE_OF[competence],
        authority.agency_id,
    )
