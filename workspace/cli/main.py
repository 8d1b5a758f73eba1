"""The command line: reads arguments, starts what they name, and turns a refusal into one plain line.

Each group of commands registers itself in a module of its own; no command is decided here.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from workspace.cli import (
    calibrate,
    cases,
    demo,
    exercise,
    grades,
    intake,
    known,
    operation,
    package,
    record,
    run,
    setup,
)
from workspace.host.supervisor import ending_on_signals

GROUPS = (setup, demo, exercise, operation, intake, known, cases, grades, calibrate, run, package, record)


def main(argv: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    arguments = parser().parse_args(argv)
    with ending_on_signals():
        code: int = arguments.run(arguments)
    return code


def parser() -> argparse.ArgumentParser:
    """All commands of all groups."""
    top = argparse.ArgumentParser(prog="app.py", description="Concord: the workspace of a joint operation.")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in GROUPS:
        group.register(commands)
    return top
