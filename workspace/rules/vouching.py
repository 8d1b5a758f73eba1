"""Two people are two people: how long a newcomer's code lives, how members meet, and which acts need two who are
independent.

Whoever invites somebody holds the link, so an account alone proves nobody: it counts once a member of another agency
has met the person. Two people are independent if each can be reached, by vouches, from the first two people of the
operation without passing through the other; SQL answers that (`are_independent`), because one may not read whose
opinion the other one is. docs/threat-model.md says what this cannot stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, get_args

How = Literal["in_person", "on_a_call"]
HOW: tuple[str, ...] = get_args(How)
MemberStanding = Literal["first", "met", "newcomer"]

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=3)
"""As long as it takes to read six digits out, twice."""
CODE_TRIES = 5
"""So many wrong codes make a code void: a guess succeeds in 5 of 1,000,000 cases."""

RULES_OF_TWO: Mapping[str, str] = {
    "assess_lead": "the opinions that verify a lead",
    "confirm_removal": "the proposal to remove another country's member and its confirmation",
    "confirm_country_lead": "the proposal of a lead for a country that has none and its confirmation",
    "answer_proposal": "a proposal to change the terms and another country's yes",
    "approve_referral": "a drafted referral and its approval",
    "confirm_release": "a referral that the record holds back, and its release by another country",
    "settle_difference": "what differs from the record: its explanation, and another country's confirmation",
    "confirm_threshold": "a threshold of the face comparison: its proposal, and another country's confirmation",
    "determine_country": "a series' likely country and its confirmation",
    "state_clue_result": "what came of a clue, and another examiner's word for it",
    "check_card": "a clue card and its check",
    "grade_media": "the votes that a grade needs, where the operation asks for several",
}
"""Every act that two people do, by its action in policy.py; tests/web/test_step_up.py compares the two."""


def is_other_agency(*, voucher_agency_id: int, agency_id: int) -> bool:
    """Whether a member may vouch: colleagues of one agency answer for each other already."""
    return voucher_agency_id != agency_id
