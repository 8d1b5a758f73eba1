"""What an exercise was made of, kept beside it: whoever begins it again makes the same one, whatever command serves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.errors import Fault, Invalid

if TYPE_CHECKING:
    from seed.make import ExercisePlan
    from seed.operation import Scenario

    Make = Callable[[Path], ExercisePlan]

PHOTOS, VIDEOS = 300, 40


@dataclass(frozen=True)
class Recipe:
    """What decides the material of an exercise. Without countries, seed and scenario it is Lantern.

    photos, videos: how many files, copies included, where pictures are made. pictures, truth: paths of one's own
    pictures and of the file that says who is shown in them; both or none.
    """

    photos: int = PHOTOS
    videos: int = VIDEOS
    countries: tuple[str, ...] | None = None
    seed: int | None = None
    scenario: str | None = None
    pictures: str | None = None
    truth: str | None = None


def maker(recipe: Recipe) -> Make:
    """What makes the material in an empty folder, and answers its plan.

    Raises:
        Invalid: there can be no such exercise, or its pictures or their truth cannot be taken.
    """
    from seed.make import make_exercise
    from seed.own import make_own_exercise, read_truth

    if (recipe.pictures is None) is not (recipe.truth is None):
        raise Invalid(
            "Your own pictures and the truth about them go together.", faults=[Fault("truth", "needed with --pictures")]
        )
    played = _played(recipe)
    if recipe.pictures is None or recipe.truth is None:
        return lambda folder: make_exercise(folder, photos=recipe.photos, videos=recipe.videos, played=played)
    shown = read_truth(Path(recipe.pictures), Path(recipe.truth))
    return lambda folder: make_own_exercise(folder, shown, played)


def _played(recipe: Recipe) -> Scenario:
    """How it is played. Raises: Invalid."""
    from seed.operation import COUNTRIES, EXERCISE_SEED, SCENARIO, scenario

    return scenario(
        recipe.scenario or SCENARIO,
        countries=recipe.countries or COUNTRIES,
        seed=EXERCISE_SEED if recipe.seed is None else recipe.seed,
        has_clues=recipe.pictures is None,
    )


def keep_recipe(home: Path, operation_id: int, recipe: Recipe) -> None:
    """Write down what an exercise was made of."""
    file = _file(home, operation_id)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_text(json.dumps(asdict(recipe)), encoding="utf-8")


def kept_recipe(home: Path, operation_id: int) -> Recipe | None:
    """What an exercise was made of; None where it was not written down."""
    file = _file(home, operation_id)
    if not file.is_file():
        return None
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Recipe(**{**kept, "countries": kept["countries"] and tuple(kept["countries"])})


def _file(home: Path, operation_id: int) -> Path:
    return home / "recipes" / f"{operation_id}.json"
