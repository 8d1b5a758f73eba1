"""Writes CSV files that cannot trick a spreadsheet program.

A cell that begins like a formula is run by the programs people open CSV with, so text from outside could act on the
reader's machine (OWASP, «CSV injection»). Every CSV that leaves this installation is written here; nothing else may
write one.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from workspace.rules.comparison import MINUS
from workspace.rules.reasons import shows_something

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"  # without it the usual program reads UTF-8 as the machine's own code page

Cell = str | int | float | bool | None


def safe_cell(value: Cell) -> str:
    """The cell as text: numbers as they are, text that begins like a formula behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # a negative number is a number, not a formula
    text = str(value)
    is_formula = text.startswith(FORMULA_STARTS) or _seen_start(text).startswith(FORMULA_STARTS)
    return "'" + text if is_formula else text


def _seen_start(text: str) -> str:
    """The first sign that a person sees, in its plain form: full-width «＝» is read as «=» by some programs, and spaces
    and signs without a width are passed over by others."""
    seen = next((sign for sign in text if shows_something(sign)), "")
    return unicodedata.normalize("NFKC", seen).replace(MINUS, "-")


def write_csv(rows: Iterable[Sequence[Cell]], *, begins: bool = True) -> bytes:
    """One CSV file (UTF-8 with mark, CRLF, RFC 4180 quotes) of safe cells. begins: or a further part of one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return ((BYTE_ORDER_MARK if begins else "") + out.getvalue()).encode()
