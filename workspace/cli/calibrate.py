"""The command `calibrate`: measures the installed face pack on known people, and writes what it found into its
manifest.

It changes no threshold: an operation takes one over when two people of two countries say so (docs/models.md).
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workspace.host.progress import progress
from workspace.host.setup import set_up
from workspace.host.terminal import show
from workspace.intake.calibration import Wish, calibrate
from workspace.rules.calibration import Calibration, ErrorRate, Point
from workspace.settings import settings

if TYPE_CHECKING:
    from workspace.cli.setup import Commands

LEAD_RATE: Final = 1e-4
STRONG_RATE: Final = 1e-5


def register(commands: Commands) -> None:
    """Add this group's command."""
    command = commands.add_parser(
        "calibrate", help="measure the installed face pack on known people: thresholds with their error rates"
    )
    command.add_argument(
        "source", type=Path, metavar="SOURCE",
        help="a folder with one folder of photographs per person, or a CSV of picture_a, picture_b, same",
    )  # fmt: skip
    command.add_argument("--by", required=True, metavar="WHO", help="who made it: an authority, no person's name")
    command.add_argument(
        "--measured", required=True, metavar="WORDS", help="which people and pictures it was measured on"
    )
    command.add_argument("--not-measured", required=True, metavar="WORDS", help="for whom it therefore says nothing")
    command.add_argument("--lead-rate", type=float, default=LEAD_RATE, help="false accept rate of a lead's threshold")
    command.add_argument("--strong-rate", type=float, default=STRONG_RATE, help="the same of the word «strong»")
    command.add_argument(
        "--at", type=float, nargs=2, metavar=("LEAD", "STRONG"), help="measure these two cosines instead"
    )
    command.add_argument("--only-print", action="store_true", help="write nothing into the manifest")
    command.set_defaults(run=run_calibrate)


def run_calibrate(arguments: argparse.Namespace) -> int:
    """Measure, print, and keep the calibration in the pack's manifest."""
    set_up()
    wish = Wish(
        made_by=arguments.by,
        measured=arguments.measured,
        not_measured=arguments.not_measured,
        lead_rate=arguments.lead_rate,
        strong_rate=arguments.strong_rate,
        at=tuple(arguments.at) if arguments.at else None,
    )
    made = calibrate(
        settings().pack_dir,
        arguments.source.resolve(),
        wish,
        today=datetime.now(UTC).date(),
        watch=lambda paths: progress("measuring", unit="photographs", over=paths),
        keep=not arguments.only_print,
    )
    tell(made)
    if not arguments.only_print:
        show(f"It stands in the manifest of {settings().pack_dir} as {made.sha256[:12]}. No threshold has changed: an")
        show("operation takes it over under «Settings», proposed by one country and confirmed by another.")
    return 0


def tell(made: Calibration) -> None:
    """Print a calibration."""
    left_out = ", ".join(f"{number} {reason}" for reason, number in made.left_out.items()) or "none"
    people = "of people that are not named" if made.people is None else f"of {made.people} people"
    show(f"{made.photographs} photographs {people}; left out: {left_out}")
    for name, point in (("lead", made.lead), ("strong", made.strong)):
        show(f"{name}: from cosine {point.cosine:.3f}")
        _tell_point(point)


def _tell_point(point: Point) -> None:
    parts = (
        ("pairs of two people that reach it", point.false_accepts),
        ("pairs of one person missed", point.false_rejects),
    )
    for words, rate in parts:
        show(f"  {words}: {_told(rate)}")


def _told(rate: ErrorRate) -> str:
    return f"{rate.errors} of {rate.pairs} = {rate.rate:.2g} (95 %: {rate.low:.2g} to {rate.high:.2g})"
