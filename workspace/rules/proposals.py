"""Proposals to the owner of an item: their kinds, and which action answers each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

ProposalKind = Literal["grade", "person_word", "series", "exhibit_fact", "entry_end"]
PROPOSAL_KINDS: tuple[ProposalKind, ...] = get_args(ProposalKind)
ProposalAnswer = Literal["accepted", "declined", "withdrawn"]
PROPOSAL_ANSWERS: tuple[ProposalAnswer, ...] = get_args(ProposalAnswer)

ACCEPTED_BY: Mapping[ProposalKind, str] = {
    "grade": "grade_media",
    "person_word": "describe_person",
    "series": "place_person",
    "exhibit_fact": "correct_exhibit",
    "entry_end": "close_entry",
}
"""The action that is done when a proposal is accepted: whoever may do it answers."""
PROPOSED_WORDS = ("age_band", "country")
"""What of a depicted person may be proposed."""
