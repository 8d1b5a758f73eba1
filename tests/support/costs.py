"""What the tests cost: processor seconds of each file, with all that it starts (`pytest -p tests.support.costs`).

Wall time says little on a machine that does other work too. Counted are a test process and everything below it:
engines, web processes, workers, browsers, also those that have ended and were waited for. A file's setting up is told
apart, and what each kind of program took.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

_TICKS = os.sysconf("SC_CLK_TCK")
COST = "processor seconds"
ROWS = 40


def seconds_by_program(root: int) -> Counter[str]:
    """The processor seconds until now of a process and of everything below it, by the names of the programs; what has
    ended below the process itself stands as «ended»."""
    processes = {int(each.name): fields for each in Path("/proc").glob("[0-9]*") if (fields := _stat(each))}
    below: dict[int, list[int]] = {}
    for number, (_, parent, *_times) in processes.items():
        below.setdefault(parent, []).append(number)
    found: Counter[str] = Counter()
    for number in _tree(root, below):
        name, _, own, ended = processes[number]
        found["tests" if number == root else name] += own
        found["ended" if number == root else name] += ended
    return Counter({name: ticks / _TICKS for name, ticks in found.items()})  # type: ignore[misc]


def _tree(root: int, below: dict[int, list[int]]) -> Iterator[int]:
    yield root
    for each in below.get(root, []):
        yield from _tree(each, below)


def _stat(process: Path) -> tuple[str, int, int, int] | None:
    """Name, parent, own ticks and those of the children that it has waited for; None if it has ended meanwhile."""
    try:
        before, _, after = (process / "stat").read_text().rpartition(")")
    except OSError:
        return None
    fields = after.split()
    own, ended = (int(fields[at]) + int(fields[at + 1]) for at in (11, 13))
    return before.partition("(")[2].split()[0].rstrip(":"), int(fields[1]), own, ended


class Costs:
    """Notes at each test what was spent since the one before, and how much of it went into setting up."""

    def __init__(self) -> None:
        self.before = seconds_by_program(os.getpid())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            self._note(item, "setting up")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            self._note(item, "testing")

    def _note(self, item: pytest.Item, what: str) -> None:
        now = seconds_by_program(os.getpid())
        spent = {name: now[name] - self.before[name] for name in {*now, *self.before, "ended"}}
        # What a program took that has ended since then was told already, and is now among what has ended.
        spent["ended"] += sum(min(0.0, seconds) for name, seconds in spent.items() if name != "ended")
        self.before = now
        item.user_properties.append((COST, (what, {name: each for name, each in spent.items() if each > 0})))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Costs())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    files: dict[str, Counter[str]] = {}
    programs: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "teardown":
                of = files.setdefault(report.nodeid.partition("::")[0], Counter())
                of["tests"] += 1
                for what, spent in (value for name, value in report.user_properties if name == COST):
                    of[what] += sum(spent.values())
                    programs.update(spent)
    terminalreporter.section("processor seconds: all, setting up, tests, file")
    rows = sorted(files.items(), key=lambda each: -_all(each[1]))
    for file, of in rows[:ROWS]:
        terminalreporter.write_line(f"{_all(of):8.1f} {of['setting up']:8.1f} {of['tests']:5d}  {file}")
    terminalreporter.write_line(f"{sum(_all(of) for of in files.values()):8.1f} in all {len(files)} files")
    terminalreporter.write_line(", ".join(f"{name} {seconds:.1f}" for name, seconds in programs.most_common()))


def _all(of: Counter[str]) -> float:
    return of["setting up"] + of["testing"]
