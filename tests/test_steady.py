"""The suite again and again (`make steady`): runs are written down, and the next sitting goes on behind them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import steady
from tests.support.sources import ROOT

PASSES = "def test_passes():\n    pass\n"
FAILS = PASSES + "\n\ndef test_fails():\n    assert False\n"
Sit = Callable[..., dict[str, Any]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree of its own with one test, committed."""
    (tmp_path / ".gitignore").write_text(".pytest_cache\n__pycache__\n")
    (tmp_path / "test_small.py").write_text(PASSES)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(tree: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@localhost", *arguments], cwd=tree, check=True)


def commit(tree: Path) -> None:
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "A state.")


@pytest.fixture
def sit(tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Sit:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # a run of a second begins in half of one
    monkeypatch.setenv("PYTEST_PLUGINS", "pytest_randomly")

    def sit(*options: str) -> dict[str, Any]:
        """What a sitting says in its last line, with what it said before and its exit code."""
        code = steady.main(["--loops", "0", "--into", str(tree / "runs.jsonl"), *options], tree)
        *said, last = capsys.readouterr().out.splitlines()
        return {**json.loads(last), "said": "\n".join(said), "code": code}

    return sit


def lines(tree: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tree / "runs.jsonl").read_text().splitlines()]


def test_a_second_sitting_goes_on_behind_the_first(sit: Sit, tree: Path) -> None:
    sittings = [sit("--runs", "2", "--sitting", "1"), sit("--runs", "2"), sit("--runs", "2")]

    assert [(each["runs"], each["of"], each["passed"], each["code"]) for each in sittings] == [
        (1, 2, 1, 0),
        (2, 2, 2, 0),
        (2, 2, 2, 0),
    ]
    assert "1 of 2 runs" in sittings[0]["said"]
    first, second = lines(tree)
    assert [(run["tree"], run["passed"], run["failed"]) for run in (first, second)] == [
        (sittings[0]["tree"], 1, [])
    ] * 2
    assert first["seed"] != second["seed"]


def test_what_failed_in_an_earlier_sitting_is_told_in_the_next(sit: Sit, tree: Path) -> None:
    (tree / "test_small.py").write_text(FAILS)
    first = sit("--runs", "1")
    told = sit("--runs", "1")

    assert (told["runs"], told["passed"], told["failed"], told["code"]) == (1, 0, ["test_small::test_fails"], 1)
    assert lines(tree)[0]["passed"] == 1
    assert lines(tree)[0]["why"] == {"test_small::test_fails": "assert False"}
    assert f"(seed {lines(tree)[0]['seed']}): test_small::test_fails" in first["said"]
    assert "test_small::test_fails: assert False" in first["said"]


def test_a_run_that_finds_no_test_did_not_pass(sit: Sit, tree: Path) -> None:
    (tree / "test_small.py").write_text("")
    told = sit("--runs", "1")

    assert (told["passed"], told["failed"], told["code"]) == (0, ["pytest (exit 5)"], 1)


def test_runs_of_a_changed_tree_a_new_commit_and_other_tests_are_counted_apart(sit: Sit, tree: Path) -> None:
    first = sit("--runs", "1")
    (tree / "test_other.py").write_text(PASSES)
    changed = sit("--runs", "1")
    commit(tree)
    committed = sit("--runs", "1")
    other = sit("--runs", "1", "--", "test_other.py")

    assert [(each["runs"], each["apart"]) for each in (first, changed, committed, other)] == [
        (1, 0),
        (1, 1),
        (1, 2),
        (1, 3),
    ]
    assert changed["tree"].startswith(f"{first['tree']} with changes ")
    assert "are of another tree" in changed["said"]
    assert len({first["tree"], changed["tree"], committed["tree"]}) == 3


def test_a_run_during_which_the_tree_was_changed_does_not_count(sit: Sit, tree: Path) -> None:
    (tree / "test_small.py").write_text("def test_writes():\n    open('new.py', 'w').close()\n")
    told = sit("--runs", "1")

    assert (told["runs"], told["passed"]) == (0, 0)
    assert "changed during this run" in told["said"]


def test_a_line_that_was_cut_when_a_sitting_was_ended_is_left_out(sit: Sit, tree: Path) -> None:
    sit("--runs", "2")
    file = tree / "runs.jsonl"
    file.write_text(file.read_text()[:-9])

    assert [sit("--runs", "2")["runs"], sit("--runs", "2")["runs"]] == [2, 2]


def test_only_the_files_whose_tests_wait_are_run_where_that_is_asked(sit: Sit, tree: Path) -> None:
    (tree / "tests").mkdir()
    (tree / "tests" / "test_waits.py").write_text("import subprocess\n\n\n" + PASSES)
    (tree / "tests" / "test_counts.py").write_text(FAILS)
    told = sit("--runs", "1", "--waiting")

    assert (told["runs"], told["passed"], told["code"]) == (1, 1, 0)
    assert lines(tree)[0]["options"] == ["tests/test_waits.py"]


LUCK = re.compile(
    r"order by (?:\w+\.)?id (?:asc |desc )?limit|(?:min|max)\((?:\w+\.)?\w*id::text\)::uuid|next\(iter\((?:set\(|\{)|list\(set\("
)
"""What is another row, or another item, in each run: ids are drawn, and a set has no order."""
OWN_LIMIT = re.compile(r"\.(?:wait|join|communicate|result)\((?:timeout=)?[\d.]+|\btimeout=[\d.]+")
"""A wait that a test ends after a time of its own, which a busy machine passes."""


@pytest.mark.parametrize("what", [LUCK, OWN_LIMIT], ids=["a subject by luck", "a limit of its own"])
def test_no_test_depends_on(what: re.Pattern[str]) -> None:
    """Use an order that says which one is meant (path, label, number), and `LIMIT_S` of tests/support/waiting.py."""
    files = [file for file in sorted((ROOT / "tests").rglob("*.py")) if what is LUCK or file.name.startswith("test_")]
    aside = {"test_steady.py"}
    texts = {file: re.sub(r'["\s]+', " ", file.read_text(encoding="utf-8")) for file in files if file.name not in aside}
    found = {str(file.relative_to(ROOT)): what.findall(text) for file, text in texts.items() if what.search(text)}

    assert found == {}
