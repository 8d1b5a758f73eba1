"""How the tests are spread over processes."""

from __future__ import annotations

import ast

from tests.support.processes import IN_THE_EXERCISE, LONG
from tests.support.sources import ROOT, sources

OF_THE_EXERCISE = {"exercise", "seat", "webs", "working"}
"""What tests/browser/conftest.py makes of the one exercise."""


def test_all_files_that_play_in_the_exercise_share_one_process() -> None:
    """A file that is left out makes the exercise again, with a minute of workers."""
    takes = {
        source.path
        for source in sources("tests/browser")
        for node in source.nodes
        if isinstance(node, ast.FunctionDef) and OF_THE_EXERCISE & {each.arg for each in node.args.args}
    }
    assert takes - {"tests/browser/conftest.py"} == IN_THE_EXERCISE


def test_what_begins_first_is_there() -> None:
    gone = [name for name in LONG if name != "the exercise" and not (ROOT / name).is_file()]
    assert gone == []
