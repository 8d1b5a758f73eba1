"""`exercise make`: an exercise of one's own, with other countries, another size or seed, or with an agency's own lawful
pictures.

It is played, served and debriefed as the demonstration is; only what it is made of differs.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.cli.demo import add_arguments, play
from workspace.cli.recipe import Recipe

if TYPE_CHECKING:
    from workspace.cli.setup import Commands


def register(commands: Commands) -> None:
    """Add this group's command."""
    exercise = commands.add_parser(
        "exercise", help="make an exercise of your own, with any countries or with your own pictures"
    )
    actions = exercise.add_subparsers(title="actions", metavar="ACTION", required=True)

    make = actions.add_parser("make", help="make a new exercise and serve it as `demo` does")
    make.add_argument(
        "--country",
        action="append",
        metavar="XX",
        help="a participating country (ISO code), from two to eight; the first one hosts",
    )
    make.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="another number, another week: who is shown where, and every error of a partner",
    )
    make.add_argument(
        "--scenario",
        metavar="NAME",
        help="lantern, or closed_material: half of the devices stay with their own country",
    )
    make.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="your own lawful pictures, of volunteers, instead of made ones"
    )
    make.add_argument(
        "--truth", type=Path, metavar="FILE", help="who is shown in them: CSV with the columns path and person"
    )
    add_arguments(make)
    make.set_defaults(run=run_make)


def run_make(arguments: argparse.Namespace) -> int:
    """Make the exercise and play it. What cannot be made is refused before anything is started."""
    recipe = Recipe(
        arguments.photos,
        arguments.videos,
        countries=arguments.country and tuple(arguments.country),
        seed=arguments.seed,
        scenario=arguments.scenario,
        pictures=arguments.pictures and str(arguments.pictures.resolve()),
        truth=arguments.truth and str(arguments.truth.resolve()),
    )
    return play(arguments, recipe, is_new=True)
