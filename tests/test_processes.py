"""How the tests are spread over processes."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest

from tests.support.processes import IN_THE_EXERCISE, LONG, how_spread
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


def report(name: str, stop: float, took: float, **more: Any) -> pytest.TestReport:
    return pytest.TestReport(name, (name, 0, ""), {}, "passed", None, "call", (), took, stop - took, stop, **more)


def test_a_run_of_several_processes_says_what_took_longest_and_who_waited_at_its_end() -> None:
    ran = [
        report("tests/a.py::test_one", 20.0, 7.0, worker_id="gw0"),
        report("tests/a.py::test_other", 28.0, 8.0, worker_id="gw0"),
        report("tests/browser/test_room.py::test_one", 21.0, 21.0, worker_id="gw1"),
    ]

    *told, busy = how_spread(ran)

    assert told == [
        "  21.0 s the exercise",
        "  15.0 s tests/a.py",
        "gw0 ended 0 s before the last process",
        "gw1 ended 7 s before the last process",
    ]
    assert re.match(r"\d+% of the time of all cores", busy)
    assert list(how_spread([report("tests/a.py::test_one", 20.0, 7.0)])) == []
