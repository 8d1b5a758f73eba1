"""The command line: reads arguments, starts what they name, and turns a refusal into one plain line.

Each group of commands registers itself in a module of its own; no command is decided here. A start loads the one group
that it names: what calibrating needs is not what serving waits for.
"""

from __future__ import annotations

import argparse
import gc
import resource
from collections.abc import Mapping, Sequence
from importlib import import_module

from workspace.host.processes import ending_on_signals

GROUPS: Mapping[str, tuple[str, ...]] = {
    "setup": ("setup", "engines", "frontend"),
    "demo": ("demo",),
    "exercise": ("exercise",),
    "operation": ("operation",),
    "intake": ("intake", "register"),
    "known": ("known",),
    "cases": ("case",),
    "grades": ("grades",),
    "regions": ("regions",),
    "calibrate": ("calibrate",),
    "run": ("serve", "work"),
    "package": ("package",),
    "record": ("record",),
    "lead": ("lead",),
    "failed": ("failed",),
}
"""The commands that each module beside this one registers."""


def main(argv: Sequence[str]) -> int:
    """Run one command; returns its exit code. It leaves no core dump: its memory holds keys."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    arguments = parser(argv).parse_args(argv)
    with ending_on_signals():
        code: int = arguments.run(arguments)
    return code


def parser(argv: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The commands of the group that `argv` names, or of all groups where it names none."""
    top = argparse.ArgumentParser(prog="app.py", description="Concord: the workspace of a joint operation.")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    # What is loaded stays: to look through it on and on, and once more at the end, takes a third of a short command.
    gc.disable()
    for group in [group for group, words in GROUPS.items() if set(argv[:1]) & set(words)] or GROUPS:
        import_module(f"workspace.cli.{group}").register(commands)
    gc.freeze()
    gc.enable()
    return top
