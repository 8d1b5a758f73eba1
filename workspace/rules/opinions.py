"""What an opinion needs before it can be signed. Pure; the screens show the same list, in the order of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workspace.errors import Fault
from workspace.rules.leads import FACE_KINDS
from workspace.rules.reasons import says_something
from workspace.rules.verdict import ANSWERS, FEATURES, INCONCLUSIVE, SUITABILITIES


@dataclass(frozen=True)
class LookedAt:
    """One side of a lead, and whether the examiner has looked at it; a side without a picture counts as looked at."""

    side: int
    is_looked_at: bool


@dataclass(frozen=True)
class Signed:
    """What an examiner wants to sign. suitability: by side, in their order; features: by name of the checklist."""

    opinion: int
    suitability: Sequence[str]
    features: Mapping[str, str]
    reason: str


def faults_of(signed: Signed, kind: str, sides: Sequence[LookedAt]) -> list[str]:
    """Each thing that is missing or wrong, in the order of the page; empty where it can be signed.

    kind: the lead's. Kinds without faces need both sides looked at and a reason alone.
    """
    faults: list[str] = [
        Fault("sides", "side {number} was not looked at", number=side.side) for side in sides if not side.is_looked_at
    ]
    faults += _of_faces(signed, len(sides)) if kind in FACE_KINDS else _of_others(signed)
    if signed.opinion not in range(1, 6):
        faults.append(Fault("opinion", "between {least} and {most}", least=1, most=5))
    if not says_something(signed.reason):
        faults.append(Fault("reason", "say why, in any language"))
    return faults


def _of_faces(signed: Signed, sides: int) -> list[str]:
    faults: list[str] = [
        Fault("suitability", "«{value}» is not one of {known}", value=value, known=list(SUITABILITIES))
        for value in signed.suitability
        if value not in SUITABILITIES
    ]
    if len(signed.suitability) != sides:
        faults.append(Fault("suitability", "say for each of the {count} pictures whether it is suitable", count=sides))
    if "unsuitable" in signed.suitability and signed.opinion != INCONCLUSIVE:
        faults.append(Fault("opinion", "a picture that is not suitable allows only inconclusive"))
    return faults + _of_features(signed)


def _of_features(signed: Signed) -> list[str]:
    faults: list[str] = [
        Fault("features", "«{value}» is not on the checklist", value=name)
        for name in signed.features
        if name not in FEATURES
    ]
    faults += [
        Fault("features", "{name} must be same, different or unclear", name=name)
        for name, answer in signed.features.items()
        if answer not in ANSWERS
    ]
    faults += [Fault("features", "{name} is not judged", name=name) for name in FEATURES if name not in signed.features]
    return faults


def _of_others(signed: Signed) -> list[str]:
    """Where no faces are compared there is nothing to judge on them."""
    faults: list[str] = []
    if signed.suitability:
        faults.append(Fault("suitability", "this lead compares no faces"))
    if signed.features:
        faults.append(Fault("features", "this lead compares no faces"))
    return faults
