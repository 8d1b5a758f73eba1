"""Numbers of playing a video: the sizes of copies, and how long a lifted veil holds."""

from __future__ import annotations

from typing import Literal, get_args

CopySide = Literal[640, 1280]
COPY_SIDES: tuple[CopySide, ...] = get_args(CopySide)
"""Longer sides in pixels: the usual copy, made at five times real time on one core, and a larger one."""
WATCH_S = 30
"""How long the clear copy is served after the last record of what was watched; a player records every WATCH_EVERY_S."""
WATCH_EVERY_S = 5
MOST_PARTS = 40
"""Parts of one record: single pictures that were stepped through, too."""
MOST_WATCHED_MS = 40_000
"""Longest part of one record: twice WATCH_EVERY_S at four times the speed."""

FilmState = Literal["asked", "made", "refused"]
FILM_STATES: tuple[FilmState, ...] = get_args(FilmState)
