"""Who may bring a country's lead back from elsewhere: two people, whose roles differ."""

from __future__ import annotations

from workspace.rules.roles import ADMINISTRATOR, LEADERS, OBSERVER

FROM_ELSEWHERE = LEADERS | ADMINISTRATOR | OBSERVER
"""Who of another country may propose it."""


def are_of_two_roles(one: str, other: str) -> bool:
    """Whether the two stand for different things in the operation."""
    return one != other
