"""Finds thresholds out of pairs of faces of which it is known whether they show one person, with what is uncertain.

Intervals are 95 %: exact ones over the pairs (Clopper and Pearson, Biometrika 1934) and, where it is known whose each
face is, those of a bootstrap over the people (Bolle, Ratha and Pankanti, CVIU 2004), since the pairs of one person err
together; the wider ends count. Must not read files or choose whose faces they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from workspace.errors import Fault, Invalid
from workspace.rules.calibration import CONFIDENCE, LEAST_SAME, ErrorRate, Point, pairs_needed

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

DRAWS: Final = 1000
"""Of the bootstrap; its generator has a fixed seed, so that the same pairs give the same numbers."""
MOST_PHOTOGRAPHS: Final = 6000
"""18 million pairs, 200 MB: more people would say little more."""
LEAST_PEOPLE: Final = 20
DECIMALS: Final = 1e9
"""Ends of intervals are rounded outwards to nine decimals."""
STEP: Final = 0.001
"""Thresholds are written with three decimals, and are what is written."""


@dataclass(frozen=True, eq=False)
class KnownPairs:
    """Pairs of faces. scores: (N,) float32 cosines; same: (N,) bool, whether they show one person; people: (N, 2),
    whose each of the two is, or None where that is not known."""

    scores: Floats
    same: npt.NDArray[np.bool_]
    people: Ints | None


def pairs_of(embeddings: Floats, people: Ints) -> KnownPairs:
    """Every pair of faces. embeddings: (N, D) of norm 1; people: (N,) whose each is."""
    if len(embeddings) > MOST_PHOTOGRAPHS:
        raise Invalid(
            f"{len(embeddings)} photographs are too many to compare each with each. Take {MOST_PHOTOGRAPHS} at most, "
            "rather of more people than more of each.",
            faults=[Fault("photographs", "too many")],
        )
    one, other = np.triu_indices(len(embeddings), 1)
    scores = (embeddings @ embeddings.T)[one, other]
    both = np.stack([people[one], people[other]], axis=1)
    return KnownPairs(np.asarray(scores, np.float32), both[:, 0] == both[:, 1], both)


def require_enough(pairs: KnownPairs, rates: Sequence[float]) -> None:
    """Pass if the pairs can say what is asked of them.

    Raises:
        Invalid: there are too few; the message says of which, and how many are needed.
    """
    different, same = int((~pairs.same).sum()), int(pairs.same.sum())
    faults = []
    needed = pairs_needed(min(rates))
    if different < needed:
        most = pairs_needed(1) / max(different, 1)
        faults.append(
            f"{different} pairs of two people are too few for a false accept rate of {min(rates):g}: {needed} are "
            f"needed (rule of three). Add people, or ask for a rate of {most:.2g} or more"
        )
    if same < LEAST_SAME:
        faults.append(f"{same} pairs of one person are too few: {LEAST_SAME} are needed. Add photographs per person")
    if pairs.people is not None and (known := len(np.unique(pairs.people))) < LEAST_PEOPLE:
        faults.append(f"{known} people are too few: {LEAST_PEOPLE} are needed, else their pairs are the same few again")
    if faults:
        raise Invalid("This material cannot say how often the recogniser errs.", faults=faults)


def threshold_for(pairs: KnownPairs, rate: float) -> float:
    """The lowest cosine that at most this share of the pairs of two people reach."""
    false = np.sort(pairs.scores[~pairs.same])[::-1]
    allowed = int(len(false) * rate)
    # The first that must stay below: the threshold is the next step above it.
    return round((float(np.floor(false[allowed] / STEP)) + 1) * STEP, 3)


def point_of(pairs: KnownPairs, cosine: float) -> Point:
    """The errors at a threshold, with their intervals."""
    reached = pairs.scores >= np.float32(cosine)
    wrong, missed = reached & ~pairs.same, ~reached & pairs.same
    accepts = _rate(wrong, ~pairs.same, pairs.people)
    return Point(cosine, accepts, _rate(missed, pairs.same, pairs.people))


def exact_interval(errors: int, pairs: int) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share: its ends are quantiles of beta distributions."""
    half = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(half, errors, pairs - errors + 1)) if errors else 0.0
    high = float(beta.ppf(1 - half, errors + 1, pairs - errors)) if errors < pairs else 1.0
    return low, high


def _rate(wrong: npt.NDArray[np.bool_], counted: npt.NDArray[np.bool_], people: Ints | None) -> ErrorRate:
    errors, pairs = int(wrong.sum()), int(counted.sum())
    low, high = exact_interval(errors, pairs)
    if people is not None and errors:
        drawn = _drawn_interval(wrong, counted, people)
        low, high = min(low, drawn[0]), max(high, drawn[1])
    return ErrorRate(
        errors, pairs, math.floor(low * DECIMALS) / DECIMALS, min(1.0, math.ceil(high * DECIMALS) / DECIMALS)
    )


def _drawn_interval(wrong: npt.NDArray[np.bool_], counted: npt.NDArray[np.bool_], people: Ints) -> tuple[float, float]:
    """The share of wrong pairs in draws of as many people with replacement: a pair counts as often as both of its
    people were drawn, a pair of one person as often as that one."""
    known, numbered = np.unique(people, return_inverse=True)
    numbered = numbered.reshape(people.shape)
    errors, pairs = np.zeros((len(known), len(known))), np.zeros((len(known), len(known)))
    np.add.at(errors, tuple(numbered[wrong].T), 1)
    np.add.at(pairs, tuple(numbered[counted].T), 1)
    one = np.eye(len(known), dtype=bool)
    chance = np.random.default_rng(0)
    weights = chance.multinomial(len(known), np.full(len(known), 1 / len(known)), DRAWS).astype(float)

    def total(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        apart = np.einsum("di,ij,dj->d", weights, np.where(one, 0, table), weights, optimize=True)
        return np.asarray(apart + weights @ np.diag(table))

    shares = total(errors) / np.maximum(total(pairs), 1)
    half = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(shares, [half, 100 - half])
    return float(low), float(high)
