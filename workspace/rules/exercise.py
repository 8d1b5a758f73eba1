"""What an exercise may do that a real operation may not: be played by partners, run faster, be disturbed on purpose."""

from __future__ import annotations

from typing import Literal, get_args

PlayedBy = Literal["person", "partner"]
PLAYED_BY: tuple[PlayedBy, ...] = get_args(PlayedBy)
"""Who acts in a seat. A partner is a program that works through the same API as a person, in exercises alone."""

PACES = (1, 5, 20, 60)
"""How much faster than true time partners act and referrals fall due. The record and claims keep true time."""

InjectionKind = Literal["line_cut", "wrong_statement", "returned_referral"]
INJECTIONS: tuple[InjectionKind, ...] = get_args(InjectionKind)
"""What a director can put into the week: a minute without live updates, a statement that must be found to be wrong, a
referral that comes back."""

LINE_CUT_S = 60
"""How long an injected loss of the line lasts, in seconds of true time."""
