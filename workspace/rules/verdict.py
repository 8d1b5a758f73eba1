"""How opinions become a verdict: pure rules of the examiners, without rows. Must import nothing of the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

Opinion = Literal[1, 2, 3, 4, 5]
"""1 strong support for the same person … 5 strong support for different people."""

UNDO_S = 10
"""Seconds in which a signed opinion can be taken back (docs/field.md, Screens)."""

SAME = (1, 2)
DIFFERENT = (4, 5)
INCONCLUSIVE = 3
"""Opinions 1 and 2 support the same person, 4 and 5 different people, 3 is inconclusive (five-level scale,
FISWG/ENFSI)."""

OPINIONS_AT_MOST = 3

FEATURES = (
    "face_shape",
    "hairline",
    "forehead",
    "brows_eyes",
    "nose",
    "mouth_chin",
    "ears",
    "marks_scars",
    "skin_lines",
)
"""The checklist, after the feature groups of ASTM E3149 and FISWG's list."""

Judgement = Literal["same", "different", "unclear"]
ANSWERS: tuple[Judgement, ...] = get_args(Judgement)

Suitability = Literal["suitable", "limited", "unsuitable"]
SUITABILITIES: tuple[Suitability, ...] = get_args(Suitability)
"""What an examiner says of each picture before comparing (FISWG, Image Factors to Consider)."""

Verdict = Literal["verified", "rejected", "further", "inconclusive"]


def verdict(opinions: Sequence[tuple[int, str]], *, two_countries: bool) -> Verdict:
    """Decide from settled opinions: two that agree decide, two that don't want a third, three without two alike park
    the lead.

    opinions: (opinion, country of the examiner). two_countries: those that agree must be of two countries.
    """
    if _agree([country for opinion, country in opinions if opinion in SAME], two_countries):
        return "verified"
    if _agree([country for opinion, country in opinions if opinion in DIFFERENT], two_countries):
        return "rejected"
    return "further" if len(opinions) < OPINIONS_AT_MOST else "inconclusive"


def _agree(countries: list[str], two_countries: bool) -> bool:
    return len(set(countries) if two_countries else countries) >= 2
