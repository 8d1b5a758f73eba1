"""Statements in files: the SQL of a module stands in a folder beside it, with the same name (ADR 18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Row, TextClause, text

T = TypeVar("T")


def statements(module: str) -> Mapping[str, TextClause]:
    """The `.sql` files of a module by their names, read once, when the module is imported. module: its `__file__`.

    A file begins with a comment that says what it answers. It takes named parameters (`:operation`), as psql takes
    variables, so that whoever doubts an answer can run the file.
    """
    folder = Path(module).with_suffix("")
    return {path.stem: text(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))}


def rows_as(kind: type[T], rows: Iterable[Row[Any]]) -> list[T]:
    """Rows as instances of a dataclass, column by column by their names: the statement names exactly what the class
    holds."""
    return [kind(**row._mapping) for row in rows]


def part_as(kind: type[T], rows: Iterable[Row[Any]]) -> tuple[list[T], int]:
    """The rows of a list that the statement cuts, as `rows_as`, and how many the whole list has (its column `of`)."""
    found = [dict(row._mapping) for row in rows]
    whole = max((int(row.pop("of")) for row in found), default=0)
    return [kind(**row) for row in found], whole
