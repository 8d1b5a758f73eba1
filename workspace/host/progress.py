"""Tells the person who started us how far a long task is: a bar in a terminal, at most one line per second anywhere
else.

The only place that makes a progress bar. It writes to stderr, because the last line of stdout may be a result.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, TextIO

from tqdm import tqdm

EVERY_S = 1.0
_LINE = "{desc}: {n_fmt} of {total_fmt} {unit}, {elapsed} passed, {remaining} left"


def progress(
    what: str, *, unit: str, total: int | None = None, over: Iterable[Any] | None = None, output: TextIO | None = None
) -> tqdm[Any]:
    """A progress bar: for `with`, where `update` says that something was done, or to walk `over` something.

    Its `write` says a line between. output: stderr unless given.
    """
    output = output or sys.stderr
    if output.isatty():
        return tqdm(over, desc=what, unit=unit, total=total, file=output)
    seldom: dict[str, Any] = {"mininterval": EVERY_S, "maxinterval": EVERY_S, "miniters": 1}
    return tqdm(over, desc=what, unit=unit, total=total, file=_Lines(output), bar_format=_LINE, **seldom)


class _Lines:
    """Makes lines of what tqdm writes to overwrite its one line."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._last = ""

    def write(self, text: str) -> None:
        """Write the text as a line of its own, unless it is blank or was written just before."""
        line = text.strip()
        if line and line != self._last:
            self._last = line
            self._output.write(f"{line}\n")

    def flush(self) -> None:
        """Hand on what was written."""
        self._output.flush()
