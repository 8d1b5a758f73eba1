"""Persons of one's own material that look like one, also in what is opened separately, and what people said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workspace.model.statements import part_as, rows_as, statements

SQL = statements(__file__)
ALIKE = 0.40
"""Mean cosine from which two persons are proposed to each other: a little below that at which the machine itself puts a
face to a person (analysis/clustering.py, 1 - MAX_DISTANCE)."""
SAME = 0.75
"""Mean cosine from which two faces of one picture are proposed too: a mirrored face, a contact sheet."""
LOOKED_AT = 300
MOST = 12


@dataclass(frozen=True)
class AlikePair:
    """Two persons of one agency, by number, each with its best face. is_across: they are in two materials that are
    opened separately."""

    number: int
    other_number: int
    face_id: UUID
    other_face_id: UUID
    is_across: bool = False


@dataclass(frozen=True)
class PersonAct:
    """What somebody said of two persons: that they are the same, or not. faces: how many were split off, of which the
    other person was made; 0 otherwise. is_across: they are in two materials that are opened separately."""

    id: UUID
    is_same: bool
    is_across: bool
    faces: int
    number: int
    other_number: int
    by: str
    at: datetime


@dataclass(frozen=True)
class PersonElsewhere:
    """A person of other material of the same agency, with its best face. exhibits: on which it is seen."""

    id: UUID
    number: int
    faces: int
    face_id: UUID
    exhibits: list[str]


@dataclass(frozen=True)
class AlikePersons:
    """Proposals, the most alike first, and what was said and holds, the latest first; each with how many there are."""

    alike: list[AlikePair]
    alike_of: int
    acts: list[PersonAct]
    acts_of: int


def alike_persons(
    session: Session, operation_id: int, *, most_alike: int = MOST, most_acts: int = MOST
) -> AlikePersons:
    """The persons of the viewer's own agency that may be the same."""
    measures = {"alike": ALIKE, "same": SAME, "looked_at": LOOKED_AT}
    alike = session.execute(SQL["alike"], {"operation": operation_id, "most": most_alike, **measures})
    acts = session.execute(SQL["acts"], {"operation": operation_id, "most": most_acts})
    pairs, said = part_as(AlikePair, alike), part_as(PersonAct, acts)
    return AlikePersons(pairs.rows, pairs.of, said.rows, said.of)


def alike_to(session: Session, person_id: UUID) -> list[AlikePair]:
    """The persons of the same compartment that may be this one, the most alike first."""
    measures = {"alike": ALIKE, "same": SAME, "most": MOST}
    return part_as(AlikePair, session.execute(SQL["alike_to"], {"person": person_id, **measures})).rows


def gathered_with(session: Session, person_id: UUID) -> list[PersonElsewhere]:
    """The persons of other materials of whom people said that they are this one; what the viewer has no key to is not
    among them."""
    return rows_as(PersonElsewhere, session.execute(SQL["gathered"], {"person": person_id}))


def alike_elsewhere(session: Session, person_id: UUID, gathered: Sequence[UUID]) -> list[PersonElsewhere]:
    """The persons of the viewer's agency's other materials that may be this one, the most alike first. gathered: those
    of whom it is said already."""
    asked = {"person": person_id, "gathered": list(gathered), "alike": ALIKE, "most": MOST}
    return part_as(PersonElsewhere, session.execute(SQL["alike_elsewhere"], asked)).rows
