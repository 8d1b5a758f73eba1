"""First recorded, then shown: the one way in which the board, a lead's page, a search and the sockets show a band or a
score.

A number that an examiner saw before an opinion is a fact about that opinion. So what cannot be recorded is not shown.
And what is
shown must be true at that moment: while the record waited, a lead may have been claimed, and a claimed lead tells no
band.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from workspace.commands import shown
from workspace.web.context import writing

LOOKS = 3
"""How often rows are looked at before they are answered. Whatever the last look shows for the first time is recorded as
always, and only that record lies between it and the answer."""

Answer = TypeVar("Answer")
New = TypeVar("New")


def show(look: Callable[[], tuple[Answer, New]], note: Callable[[New], None], *, fresh_for_s: float = 0.0) -> Answer:
    """Look, record what is shown for the first time, and look again because the rows may have changed meanwhile.

    look: the answer, and what of it is not on record yet: something empty if all is.
    fresh_for_s: a record that took less time than this leaves the answer as it is.
    """
    for _ in range(LOOKS):
        answer, new = look()
        if not new:
            break
        began = time.monotonic()
        note(new)
        if time.monotonic() - began < fresh_for_s:
            break
    return answer


@dataclass(frozen=True)
class NewSights:
    """The leads whose band, and those whose score, the signed-in person is shown for the first time. Empty ones are
    false."""

    operation_id: int
    bands: tuple[UUID, ...] = ()
    scores: tuple[UUID, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.bands or self.scores)


def note_own_sights(new: NewSights) -> None:
    """Record, in a write of its own, what the signed-in person is about to be shown."""
    with writing() as tx:
        shown.note_sights(tx, new.operation_id, bands=new.bands, scores=new.scores)
