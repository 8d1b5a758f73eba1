"""Small tables as CSV, by the columns that their first line names; commas, semicolons or tabs between them. Pure.

A line with more fields than columns is a fault, and so is a column that stands twice: a comma without quotation marks
would move every value behind it into another column, unseen. Must not know what a column means.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workspace.errors import Fault, Text

DELIMITERS = ",;\t"
LONGEST_FIELD = 131_072
"""Characters; what is longer has lost a quotation mark. Ours, for the library has one limit for all who read CSV."""


class NotCsv(ValueError):
    """The whole file cannot be read by its columns; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class CsvLine:
    """The fields of a line by column, or what is wrong with it. number: of its last line in the file."""

    number: int
    fields: Mapping[str, str]
    fault: Fault | None = None


@dataclass(frozen=True)
class CsvTable:
    """The columns, in lower case, with the number of their line, and the lines below that hold something."""

    columns: tuple[str, ...]
    number: int
    lines: tuple[CsvLine, ...]


def read_csv(text: str) -> CsvTable:
    """The table in a text; one of an empty text has no column.

    Raises:
        NotCsv: a quotation mark is never closed, a field is endless, or a column stands twice.
    """
    head = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count), strict=True)
    rows = _filled(reader)
    number, first = next(rows, (1, []))
    columns = tuple(cell.strip().casefold() for cell in first)
    named = [name for name in columns if name]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        fault = Fault(_line(number), "these columns stand there twice: {columns}", columns=", ".join(twice))
        raise NotCsv(fault)
    return CsvTable(columns, number, tuple(_read(columns, number, row) for number, row in rows))


def _read(columns: tuple[str, ...], number: int, row: list[str]) -> CsvLine:
    fields = {name: cell for name, cell in zip(columns, row, strict=False) if name}
    if not any(cell.strip() for cell in row[len(columns) :]):
        return CsvLine(number, fields)
    fault = Fault(_line(number), "it has more fields than columns; a text with a comma stands between quotation marks")
    return CsvLine(number, fields, fault)


def _filled(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, with their numbers."""
    try:
        for row in reader:
            if max(map(len, row), default=0) > LONGEST_FIELD:
                raise csv.Error("a field is too long")
            if any(map(str.strip, row)):
                yield reader.line_num, row  # type: ignore[attr-defined]
    except csv.Error as fault:
        raise NotCsv(Fault(_line(reader.line_num), "is no line of a CSV file")) from fault  # type: ignore[attr-defined]


def _line(number: int) -> Text:
    return Text("line {line}", line=number)
