"""The lines of a list of hashes and their cells, read one by one: a list may be larger than memory would hold.

A line that is broken, wrongly quoted or endless costs itself alone. Must not know what a hash is of.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from workspace.rules.comparison import comparison_key, trimmed

LONGEST_LINE = 1 << 20
MOST_LINES_OF_ONE = 20
"""So many lines a quoted cell may take: a name has hardly two."""
UNSAID = frozenset({"n/a", "na", "-", "--", "none", "null", "nil", "nan", "unknown", "not calculated", "not available"})
"""By comparison key: what programs write where they have no hash."""

_FORMULA = re.compile(r'="([^"]*)"')
"""As a text is written for a spreadsheet that would take it for a number."""
_HASH_ALONE = re.compile(r"(?:(?<![^\s,;|\"'=:(])|(?<=^\\))(?:0[xX])?([0-9a-fA-F]{32,64})(?![^\s,;|\"')])")
"""A hash between what separates; what stands inside of a path or before a file's ending is a name."""


@dataclass(frozen=True)
class Line:
    """One line. number: from 1; text: all of it; cells: as the delimiter parts it."""

    number: int
    text: str
    cells: list[str]


def lines_of(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[Line]:
    """The lines of a list, with several for one only where a quoted cell has them."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    waiting: deque[tuple[int, str]] = deque()
    try:
        plain = _plain_lines(text)
        while following := waiting.popleft() if waiting else next(plain, None):
            number, content = following
            if '"' not in content:
                yield Line(number, content, content.rstrip("\r\n").split(delimiter))
                continue
            cells, joined = _quoted(content, plain, waiting, delimiter)
            yield Line(number, content, cells)
            for _ in range(joined):
                waiting.popleft()
    finally:
        text.detach()


def _plain_lines(text: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    number = 0
    while content := text.readline(LONGEST_LINE):
        number += 1
        yield number, content
        while content and not content.endswith(("\r", "\n")):
            content = text.readline(LONGEST_LINE)  # what lies behind so long a beginning is not looked at


def _quoted(
    content: str, plain: Iterator[tuple[int, str]], waiting: deque[tuple[int, str]], delimiter: str
) -> tuple[list[str], int]:
    """The cells of a line with quotation marks, and how many further lines belong to it. Where the marks are wrong, the
    line is parted at every delimiter: a hash can be told from its digits."""
    joined = 0

    def following() -> Iterator[str]:
        nonlocal joined
        yield content
        while joined < MOST_LINES_OF_ONE:
            if joined == len(waiting):
                more = next(plain, None)
                if more is None:
                    return
                waiting.append(more)
            joined += 1
            yield waiting[joined - 1][1]

    try:
        cells = next(csv.reader(following(), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        cells = []
    # A cell of several lines with a hash in it has taken other records in.
    if not cells or any(_HASH_ALONE.search(each) for each in cells if "\n" in each or "\r" in each):
        return [each.strip().strip('"') for each in content.rstrip("\r\n").split(delimiter)], 0
    return cells, joined


def plain_cell(cell: str) -> str:
    """What stands in a cell: without what is unseen around it and what programs write around a text; empty where it
    says that nothing is known."""
    if cell.isascii() and cell.isalnum():
        return cell.removeprefix("0x").removeprefix("0X") if cell.casefold() not in UNSAID else ""
    bare = trimmed(cell)
    if formula := _FORMULA.fullmatch(bare):
        bare = trimmed(formula[1])
    bare = bare.removeprefix("'").removeprefix("0x").removeprefix("0X")
    return "" if comparison_key(bare) in UNSAID else bare


def hashes_in(text: str) -> list[str]:
    """Every hash that stands for itself in a line without a header, as `md5sum`, `hashdeep` and others write it."""
    return _HASH_ALONE.findall(text)
