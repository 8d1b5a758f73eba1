"""Results of a search that an agency made outside of Concord, as a file says them: CSV or JSON. Pure; nothing is ever
fetched.

A row that cannot be understood is named by its line, and then nothing of the file is taken.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workspace.errors import Fault, Invalid
from workspace.rules.csv_tables import NotCsv, read_csv
from workspace.rules.reasons import says_something, words_of

FIELDS = ("probe", "candidate", "score", "system", "date", "legal_basis", "reference")
"""probe: what was searched with, a person's number (P-0012) or a file's SHA-256; candidate: what the other system calls
what it found; score: of that system, or empty."""
MOST_ROWS = 500
MOST_WORDS = 500


@dataclass(frozen=True)
class OutsideRow:
    """One result. line: of the file, or its place in a JSON list, from 1."""

    line: int
    probe: str
    candidate: str
    score: float | None
    system: str
    searched_on: date
    legal_basis: str
    reference: str


def read_results(content: bytes, today: date) -> list[OutsideRow]:
    """The rows of a file: JSON if it begins with a bracket, else CSV with a head.

    today: no search was made after it.

    Raises:
        Invalid: names each row that cannot be understood, or says what is wrong with the whole file.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise _whole("the file is no text in UTF-8") from cause
    rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)
    if not rows:
        raise _whole("the file holds no result")
    if len(rows) > MOST_ROWS:
        raise _whole(Fault("file", "at most {most} results in one file", most=MOST_ROWS))
    read = [_row(line, fields, today) for line, fields in rows]
    faults = [each for each in read if not isinstance(each, OutsideRow)]
    if faults:
        raise refused([fault for each in faults for fault in each])
    return [each for each in read if isinstance(each, OutsideRow)]


def refused(faults: Sequence[str]) -> Invalid:
    """The refusal of a file of which nothing is taken."""
    return Invalid("Nothing of this file was taken: results cannot be understood.", faults=list(faults))


def _whole(what: str) -> Invalid:
    return refused([what if isinstance(what, Fault) else Fault("file", what)])


def _csv_rows(text: str) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        table = read_csv(text)
    except NotCsv as cause:
        raise _whole(cause.fault) from cause
    missing = [name for name in FIELDS if name not in table.columns]
    if missing:
        raise _whole(Fault("file", "the head lacks {columns}", columns=", ".join(missing)))
    if faults := [line.fault for line in table.lines if line.fault]:
        raise refused(faults)
    return [(line.number, line.fields) for line in table.lines]


def _json_rows(text: str) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise _whole("the file is no JSON") from cause
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _whole("the file is no list of objects")
    return list(enumerate(found, start=1))


def _row(line: int, fields: Mapping[str, Any], today: date) -> OutsideRow | list[str]:
    said = {name: _text(fields.get(name)) for name in FIELDS}
    faults: list[str] = [
        Fault("file", "line {line}: {column} is missing", line=line, column=name)
        for name in FIELDS
        if name != "score" and not says_something(said[name])
    ]
    faults += [
        Fault("file", "line {line}: {column} is longer than {most} characters", line=line, column=name, most=MOST_WORDS)
        for name in FIELDS
        if len(said[name]) > MOST_WORDS
    ]
    day, score = _day(said["date"]), _score(said["score"])
    if said["date"] and (day is None or day > today):
        faults.append(Fault("file", "line {line}: date is no day as 2026-11-30, or lies ahead", line=line))
    if said["score"] and score is None:
        faults.append(Fault("file", "line {line}: score is no number", line=line))
    if faults or day is None:
        return faults
    return OutsideRow(
        line=line,
        probe=words_of(said["probe"]),
        candidate=words_of(said["candidate"]),
        score=score,
        system=words_of(said["system"]),
        searched_on=day,
        legal_basis=words_of(said["legal_basis"]),
        reference=words_of(said["reference"]),
    )


def _text(value: object) -> str:
    """A field's text; a number is its digits, and what cannot be stored says nothing."""
    text = "" if value is None or isinstance(value, bool | dict | list) else str(value).strip()
    return "" if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text) else text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _score(text: str) -> float | None:
    try:
        score = float(text)
    except ValueError:
        return None
    return score if math.isfinite(score) and abs(score) < 1e9 else None
