"""An exercise that its director begins again: whether one is asked for, of what it was made, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from workspace.cli.recipe import Recipe, kept_recipe, maker
from workspace.commands.exercise import note_restarted
from workspace.errors import Invalid, Unavailable
from workspace.host.terminal import say
from workspace.model.database import Database
from workspace.queries.exercise import exercise_operation, restart_asked

LOOK_EVERY_S = 2.0


@dataclass
class Again:
    """What the serving demonstration looks at, by the workers' role. home: the exercise's own."""

    workers: Database
    service_id: int
    home: Path
    looks_at: float = 0.0

    def found(self) -> tuple[int | None, int | None]:
        """(the exercise to go on with, or the one to begin again): what came later of the two; None for the other."""
        with self.workers.read(self.service_id) as view:
            going, asked = exercise_operation(view.session), restart_asked(view.session)
        if asked is not None and (going is None or going < asked):
            return None, asked
        return going, None

    def is_asked(self, operation_id: int) -> bool:
        """Whether the director of this exercise wants it begun again; looks once in LOOK_EVERY_S."""
        now = time.monotonic()
        if now < self.looks_at:
            return False
        self.looks_at = now + LOOK_EVERY_S
        try:
            with self.workers.read(self.service_id) as view:
                return restart_asked(view.session) == operation_id
        except Unavailable:
            return False  # the engines are tended by whoever asks

    def recipe(self, operation_id: int) -> Recipe | None:
        """Of what an exercise was made; None, with a line that says why, where it cannot be made again."""
        recipe = kept_recipe(self.home, operation_id)
        if recipe is None:
            say(f"It is not written down of what exercise {operation_id} was made; the one of this command is made.")
            return None
        try:
            maker(recipe)
        except Invalid as refusal:
            say(f"Exercise {operation_id} cannot be made again: {refusal.message} The one of this command is made.")
            return None
        return recipe

    def note(self, old: int, new: int) -> None:
        """Note that an exercise was begun in the place of an old one. Records `exercise:restarted`."""
        with self.workers.write(self.service_id) as tx:
            note_restarted(tx, old, as_operation=new)
