"""Reads a country's table of categories from CSV or JSON: number, label, meaning. It is small and read whole.

Every fault is named with its line; nothing of a table with a fault is taken. Must not decide who may bring one in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workspace.errors import Fault, Invalid, Text
from workspace.rules.csv_tables import NotCsv, read_csv
from workspace.rules.grades import LARGEST_NUMBER, MOST_CATEGORIES, MOST_LABEL, MOST_MEANING, Category, Shipped
from workspace.rules.reasons import words_of

TABLE_BYTES = 256 * 1024
COLUMNS = ("number", "label", "meaning")

_FOLDER = Path(__file__).with_suffix("")
_NUMBER = re.compile("[0-9]{1,4}")


def shipped_table(scheme: Shipped) -> list[Category]:
    """One of the two public tables. Numbers that only say «not categorised» are none that anybody gives."""
    return read_table((_FOLDER / f"{scheme}.csv").read_bytes())


def read_table(content: bytes) -> list[Category]:
    """The categories of a table, in the order of their numbers.

    Raises:
        Invalid: it is no such table; `faults` names each line with what is wrong.
    """
    if len(content) > TABLE_BYTES:
        raise _not_taken(Fault("file", "at most {most} bytes are a table", most=TABLE_BYTES))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _not_taken(Fault("file", "is no text in UTF-8")) from fault
    found: dict[int, Category] = {}
    faults: list[Fault] = []
    rows = _of_json(text) if text.lstrip()[:1] in ("[", "{") else _of_csv(text)
    for where, row in rows:
        category, wrong = _category(where, row)
        faults += wrong
        if category is None:
            continue
        if category.number in found:
            faults.append(Fault(where, "the number {number} stands there twice", number=category.number))
        found[category.number] = category
    if not found and not faults:
        faults.append(Fault("file", "there is no category in it"))
    if len(found) > MOST_CATEGORIES:
        faults.append(Fault("file", "at most {most} categories are one table", most=MOST_CATEGORIES))
    if faults:
        raise _not_taken(*faults)
    return [found[number] for number in sorted(found)]


def _of_csv(text: str) -> Iterator[tuple[Text, Mapping[str, Any]]]:
    """The lines with their names, by the columns of the header."""
    try:
        table = read_csv(text)
    except NotCsv as cause:
        raise _not_taken(cause.fault) from cause
    if missing := [name for name in COLUMNS[:2] if table.columns and name not in table.columns]:
        raise _not_taken(
            Fault(
                Text("line {line}", line=table.number),
                "the first line names the columns number, label, meaning; missing: {missing}",
                missing=", ".join(missing),
            )
        )
    if faults := [line.fault for line in table.lines if line.fault]:
        raise _not_taken(*faults)
    for line in table.lines:
        yield Text("line {line}", line=line.number), line.fields


def _of_json(text: str) -> Iterator[tuple[Text, Mapping[str, Any]]]:
    """The records with their places; a list, or an object whose `categories` are one."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as fault:
        line = getattr(fault, "lineno", 1)
        raise _not_taken(Fault(Text("line {line}", line=line), "no JSON can be read from here")) from fault
    rows = whole.get("categories") if isinstance(whole, dict) else whole
    if not isinstance(rows, list):
        raise _not_taken(Fault("file", "has no list «categories» of objects with number, label, meaning"))
    for place, row in enumerate(rows, start=1):
        where = Text("record {number}", number=place)
        if not isinstance(row, dict):
            raise _not_taken(Fault(where, "is no object with number, label, meaning"))
        yield where, {str(key).casefold(): value for key, value in row.items()}


def _category(where: Text, row: Mapping[str, Any]) -> tuple[Category | None, list[Fault]]:
    faults: list[Fault] = []
    given = row.get("number")
    number = "" if given is None or isinstance(given, bool) else str(given).strip()
    if not _NUMBER.fullmatch(number):
        faults.append(
            Fault(
                where, "number: «{value}» is no whole number from 0 to {most}", value=number[:40], most=LARGEST_NUMBER
            )
        )
    words = {}
    for name, most in (("label", MOST_LABEL), ("meaning", MOST_MEANING)):
        value = row.get(name)
        text = "" if value is None else value
        if not isinstance(text, str) or any("\ud800" <= sign <= "\udfff" or sign == "\0" for sign in text):
            faults.append(Fault(where, "{name}: is no text", name=name))
            continue
        words[name] = words_of(text)
        if len(words[name]) > most:
            faults.append(Fault(where, "{name}: has more than {most} characters", name=name, most=most))
    if words.get("label") == "":
        faults.append(Fault(where, "label: is empty"))
    if faults:
        return None, faults
    return Category(int(number), words["label"], words["meaning"]), []


def _not_taken(*faults: Fault) -> Invalid:
    return Invalid("The table was not taken.", faults=list(faults))
