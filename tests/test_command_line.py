"""The commands as they are found: by the group that registers them, and without loading what others need."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module

import pytest

from workspace.cli.main import GROUPS, parser
from workspace.settings import ROOT

HEAVY = ("cv2", "insightface", "onnxruntime", "scipy")
"""What reading pictures or calibrating needs, and takes about a second to load."""
DRIVERS = ("psycopg", "sqlalchemy", "alembic", "redis")
"""What whoever makes this machine ready does without."""


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_group_registers_the_commands_by_which_it_is_found(group: str) -> None:
    commands = argparse.ArgumentParser().add_subparsers()

    import_module(f"workspace.cli.{group}").register(commands)

    assert tuple(commands.choices) == GROUPS[group]


def test_without_a_command_all_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser(["--help"]).parse_args(["--help"])

    shown = capsys.readouterr().out.split()
    assert [word for words in GROUPS.values() for word in words if word not in shown] == []


def test_a_word_that_is_no_command_is_told_with_all_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser(["sevre"]).parse_args(["sevre"])

    said = capsys.readouterr().err
    assert [word for word in ("'sevre'", "serve", "calibrate") if word not in said] == []


@pytest.mark.parametrize(
    ("command", "heavy"),
    [*((command, HEAVY) for command in ("serve", "work", "engines", "record")), ("setup", HEAVY + DRIVERS)],
)
def test_a_command_loads_nothing_that_only_others_need(command: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys; from workspace.cli.main import parser; parser([{command!r}]); print([m for m in {heavy!r} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_no_command_leaves_its_memory_in_a_core_dump() -> None:
    script = (
        "import resource\nfrom workspace.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "(0, 0)"
