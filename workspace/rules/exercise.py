"""What an exercise may do that a real operation may not: be played by partners, run faster, be disturbed on purpose."""

from __future__ import annotations

from typing import Literal, get_args

PlayedBy = Literal["person", "partner"]
PLAYED_BY: tuple[PlayedBy, ...] = get_args(PlayedBy)
"""Who acts in a seat. A partner is a program that works through the same API as a person, in exercises alone."""

PACES = (1, 5, 20, 60)
"""How much faster than true time partners act and referrals fall due. The record and claims keep true time."""

InjectionKind = Literal[
    "line_cut", "wrong_statement", "returned_referral", "withdrawn_entry", "window_moved", "country_joins"
]
INJECTIONS: tuple[InjectionKind, ...] = get_args(InjectionKind)
"""What a director can put into the week: a minute without live updates, a statement that must be found to be wrong, a
referral that comes back, an entry of a register that its agency withdraws, an end of the window that comes near, a
country that asks to join."""

JOINING = ("UY", "PA", "PY", "BO", "CR")
"""Of these the first that takes no part is the country that asks."""

WINDOW_LEFT_S = 3600
"""How much of the week an injected move of the window leaves, in seconds of exercise time."""
LEAST_WINDOW_LEFT_S = 120
"""The same in seconds of true time, at least: people must have read it."""

LINE_CUT_S = 60
"""How long an injected loss of the line lasts, in seconds of true time."""
