"""What the countries agree on: which rules get weaker, whose agency needs whose yes, and when a proposal lapses.

Before the first country accepts, the terms are being written and every change holds at once. From then on a weaker
rule, and an agency that speaks for another country, are proposals: each country that has accepted must accept them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Literal, get_args

Rule = Literal["second_from_other_country", "shows_band"]
RULES: tuple[Rule, ...] = get_args(Rule)

WEAKER: Mapping[Rule, bool] = {
    "second_from_other_country": False,  # one country alone could verify
    "shows_band": True,  # examiners would know what the machine thinks before they judge
}
"""By rule of the terms: the value that makes it weaker. The other one holds at once, and acceptances carry over."""

Change = Literal["rule", "agency"]
CHANGES: tuple[Change, ...] = get_args(Change)
ProposalEnd = Literal["in_force", "lapsed", "withdrawn"]
PROPOSAL_ENDS: tuple[ProposalEnd, ...] = get_args(ProposalEnd)

LAPSES_AFTER = timedelta(days=3)
"""A proposal that not every country has accepted by then is none: silence is no yes."""


def is_weaker(rule: Rule, after: bool) -> bool:
    """Whether this value of the rule protects less than the other one."""
    return WEAKER[rule] == after


def joins_at_once(country: str, jurisdictions: Collection[str], *, by_country: str, has_accepted: bool) -> bool:
    """Whether an agency joins without the others' yes, once terms are accepted.

    It must speak for its own country alone, and that country brings it in itself, or has accepted nothing yet: then it
    joins with its country, to which each owner opens for itself. has_accepted: the agency's country.
    """
    return set(jurisdictions) <= {country} and (country == by_country or not has_accepted)
