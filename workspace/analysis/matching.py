"""Says a score in a coarse word, by the thresholds that were measured for the pack's recogniser.

The comparison itself is exact and stands in SQL (workers/matching.py, queries/search.py): pgvector computes every cosine, under the
same row-level security as everything else. Must not decide: a match is a proposal for a person.
"""

from __future__ import annotations

from typing import Literal

from workspace.analysis.pack import Pack

Band = Literal["strong", "moderate", "weak"]


def band(score: float, pack: Pack) -> Band:
    """Say a cosine in one coarse word."""
    if score >= pack.strong_cosine:
        return "strong"
    return "moderate" if score >= pack.lead_cosine else "weak"
