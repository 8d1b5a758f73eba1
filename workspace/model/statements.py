"""Statements in files: the SQL of a module stands in a folder beside it, with the same name (ADR 18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, TextClause, text

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """The first of a list that a statement cuts. of: how many the whole list has."""

    rows: list[T]
    of: int


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


def part_as(kind: type[T], rows: Iterable[Row[Any]]) -> Part[T]:
    """The rows of a list that the statement cuts, as `rows_as`; its column `of` says how many the whole list has."""
    found = [dict(row._mapping) for row in rows]
    whole = max((int(row.pop("of")) for row in found), default=0)
    return Part([kind(**row) for row in found], whole)
