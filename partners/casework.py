"""What is right for a verified lead, and how partners err about it: where it goes, and what becomes of it there.

Comes out of the exercise's seed and the truth of the lead alone, so that a process that was started again goes on with
the same plan, and two seats agree without a word. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from partners.errors import share
from partners.truth import LeadTruth
from workspace.rules.competence import Office
from workspace.rules.jurisdiction import Competence, Ground, Urgency

WRONG_COUNTRY = 0.12
"""How often a liaison takes a child for one of another country of the lead: its authority sends the referral back."""
COMPETING = 0.15
"""How often another country states that the child is its national."""
WITH_SUSPECT, WITH_EVIDENCE, WITH_COURT = 0.6, 0.35, 0.5
"""How often a verified lead has a suspect; of these, how often evidence goes to the prosecution, and then to the
court."""
WRONG_STATEMENT = 0.06
"""How often an authority states something of another case, and takes it back."""
GROUND_OF: dict[Competence, Ground] = {
    "protection": "child_residence",
    "offender": "suspect_place",
    "evidence": "offence_place",
}
"""On which ground a lead is referred for what."""
BESIDE: dict[str, tuple[Office, Competence, Ground]] = {
    "child_protection": ("protection", "protection", "nationality"),
    "prosecution": ("prosecution", "evidence", "offence_place"),
    "court": ("court", "evidence", "offence_place"),
}
"""By kind of agency: for what and on which ground a lead is referred to it beside its plan."""
MOST_BESIDE = 3
URGENT, PRIORITY = 0.25, 0.75
REACHED: dict[Office, tuple[tuple[str, float], ...]] = {
    "protection": (("V4", 0.9), ("V5", 0.7)),
    "police": (("O2", 0.85), ("O3", 0.6)),
    "prosecution": (("O4", 0.75),),
    "court": (("O5", 0.7),),
}
"""By office: the stages that it may state, and of how many true leads it does so within the week."""
LEFT_IN_PRELUDE: dict[str, float] = {"approve": 0.3, "acknowledge": 0.3, "answer": 0.2, "state": 0.3, "send on": 1.0}
"""By step: the share of referrals on which the partners' prelude leaves it to those who come."""
STATED_DAYS = 3
"""What is stated happened on one of so many days before today."""


@dataclass(frozen=True)
class Step:
    """One thing for which a lead is referred: to whom (an office of a country), and for what."""

    country: str
    office: Office
    competence: Competence
    ground: Ground


@dataclass(frozen=True)
class Routing:
    """Where a verified lead goes. drafts: the country whose liaison drafts. competing: the country that states another
    ground."""

    drafts: str
    steps: tuple[Step, ...]
    urgency: Urgency
    competing: str | None


def routing(seed: int, truth: LeadTruth, countries: Sequence[str]) -> Routing:
    """Plan a verified lead of these countries.

    The suspect is looked for in one of the countries, and the liaison of another one drafts: nobody refers to their own
    agency.
    """

    def drawn(what: str) -> float:
        return share(seed, *truth.pair, what)

    suspect = countries[int(drawn("suspect") * len(countries))]
    others = [country for country in countries if country != suspect]
    home = truth.lives_in or countries[0]
    elsewhere = [country for country in countries if country != home]
    stated = elsewhere[0] if elsewhere and drawn("home") < WRONG_COUNTRY else home
    steps = [Step(stated, "protection", "protection", GROUND_OF["protection"])]
    if others and drawn("offender") < WITH_SUSPECT:
        steps.append(Step(suspect, "police", "offender", GROUND_OF["offender"]))
        if drawn("evidence") < WITH_EVIDENCE:
            steps.append(Step(suspect, "prosecution", "evidence", GROUND_OF["evidence"]))
            if drawn("court") < WITH_COURT:
                steps.append(Step(suspect, "court", "evidence", GROUND_OF["evidence"]))
    urgency: Urgency = (
        "urgent" if drawn("urgency") < URGENT else "priority" if drawn("urgency") < PRIORITY else "normal"
    )
    competing = (
        next((country for country in others if country != stated), None) if drawn("competing") < COMPETING else None
    )
    return Routing(others[0] if others else suspect, tuple(steps), urgency, competing)


def beside(plan: Routing, empty: Sequence[str], countries: Sequence[str]) -> list[Step]:
    """Steps beside a plan for offices to which nothing is on its way, those of the lead's countries first: each has
    something to do then. A prelude asks for it.

    empty: offices by `week.office`.
    """
    found = [(country, *BESIDE[kind]) for country, kind in (each.split(" ", 1) for each in empty) if kind in BESIDE]
    planned = {(step.country, step.office) for step in plan.steps}
    steps = [
        Step(country, of, for_what, ground) for country, of, for_what, ground in found if (country, of) not in planned
    ]
    return sorted(steps, key=lambda step: step.country not in countries)[:MOST_BESIDE]


def is_theirs(truth: LeadTruth, office: Office, country: str) -> bool:
    """Whether an authority of this country is the right one: for the protection of a child, where the child lives."""
    return office != "protection" or truth.lives_in in (None, country)


def outcomes(seed: int, truth: LeadTruth, office: Office) -> tuple[str, ...]:
    """The stages that an office comes to state of a lead, in their order; of one that is not true, that its trail led
    nowhere."""
    if truth.is_same is False:
        return ("trail_eliminated",)
    return tuple(stage for stage, of_all in REACHED[office] if share(seed, *truth.pair, stage) < of_all)


def states_something_wrong(seed: int, truth: LeadTruth, office: Office) -> bool:
    """Whether an office first states something of another case here."""
    return share(seed, *truth.pair, office, "wrong") < WRONG_STATEMENT


def wrong_stage(office: Office) -> str:
    """What an office states wrongly: the last that it may state, because there a mistake weighs most."""
    return REACHED[office][-1][0]


def reference(seed: int, truth: LeadTruth, office: Office, country: str, *, of_another_case: bool = False) -> str:
    """The authority's own reference of a case. of_another_case: the one under which the wrong statement was filed."""
    marks = {"protection": "PROT", "police": "INV", "prosecution": "FISC", "court": "JUZ"}
    number = int(share(seed, *truth.pair, office, "another" if of_another_case else "own") * 9000) + 1000
    return f"{marks[office]}-{country}-{number}"


def is_left(seed: int, truth: LeadTruth, step: str) -> bool:
    """Whether the prelude leaves this step of a referral of this lead."""
    return share(seed, *truth.pair, "left", step) < LEFT_IN_PRELUDE[step]


def days_ago(seed: int, truth: LeadTruth, stage: str) -> int:
    """How many days ago it happened: at least one, so that it lies in the past in every time zone."""
    return 1 + int(share(seed, *truth.pair, stage, "day") * STATED_DAYS)
