"""Plain words among what has a number or a text, as the viewer sees it; and the persons with whom a search can
begin."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.rules.comparison import comparison_key, pattern_of, search_key
from workspace.rules.numbers import lead_number, person_number

SQL = statements(__file__)
MOST_PERSONS = 12
MOST_WORDS = 20
"""Of each kind of row."""


@dataclass(frozen=True)
class Hit:
    """A row that matches the words: `kind` is lead, person, exhibit, entry or comment. person: its number. medium_id:
    of a comment on a medium."""

    kind: str
    label: str
    detail: str
    lead_id: UUID | None = None
    face_id: UUID | None = None
    person: int | None = None
    medium_id: UUID | None = None


@dataclass(frozen=True)
class Persons:
    """Persons to begin a search with: the first, of how many."""

    first: list[Hit]
    of: int


@dataclass(frozen=True)
class Found:
    """What matches the words: of each kind the first, and how many rows match in all."""

    hits: list[Hit]
    of: int


def own_persons(session: Session, operation_id: int, *, most: int = MOST_PERSONS) -> Persons:
    """Persons of the viewer's own agency, those with the most faces first: where a search can begin."""
    rows = session.execute(SQL["own_persons"], {"operation": operation_id, "most": most}).all()
    first = [
        Hit("person", person_number(row.number), row.country, face_id=row.face_id, person=row.number) for row in rows
    ]
    return Persons(first, rows[0].of if rows else 0)


def find_words(session: Session, operation_id: int, words: str, *, most: int = MOST_WORDS) -> Found:
    """What has these words or this number, with or without accents: leads, persons, exhibits, entries of registers,
    comments; as the viewer sees them."""
    wanted, pattern = search_key(words), pattern_of(words)
    if pattern is None:
        return Found([], 0)
    asked = {"operation": operation_id, "like": pattern, "most": most}
    hits: list[Hit] = []
    prefix, number = _number(wanted)
    if number is not None:
        numbered = asked | {"number": number}
        if prefix in ("L", ""):
            hits += [
                Hit("lead", lead_number(row.number), " · ".join(row.countries), lead_id=row.id)
                for row in session.execute(SQL["lead_by_number"], numbered)
            ]
        if prefix in ("P", ""):
            hits += [
                Hit("person", person_number(row.number), row.country, face_id=row.face_id, person=row.number)
                for row in session.execute(SQL["person_by_number"], numbered)
            ]
    of = len(hits)
    for kind, statement in (("exhibit", "exhibits"), ("entry", "entries")):
        rows = session.execute(SQL[statement], asked).all()
        of += rows[0].of if rows else 0
        hits += [Hit(kind, row.label, row.detail, lead_id=row.lead_id, face_id=row.face_id) for row in rows]
    comments = session.execute(SQL["comments"], asked).all()
    of += comments[0].of if comments else 0
    hits += [
        Hit(
            "comment",
            lead_number(row.number) if row.number else "",
            row.detail,
            lead_id=row.lead_id,
            medium_id=row.medium_id,
        )
        for row in comments
    ]
    return Found(hits, of)


def _number(words: str) -> tuple[str, int | None]:
    """«L-0012» in any spelling: its letter, and its number if it is one."""
    prefix, _, digits = comparison_key(words).rpartition("-")
    return prefix.upper(), int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
