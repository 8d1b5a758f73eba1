"""What is true of a lead of an exercise, for the partners who play examiners.

Read by the workers' role, the only one that may; kept in this process and told to nobody: what partners find goes out
as opinions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workspace.model.database import Database
from workspace.model.statements import statements
from workspace.rules.leads import FACE_KINDS
from workspace.rules.truth import shown_by_face

SQL = statements(__file__)


@dataclass(frozen=True)
class LeadTruth:
    """What is true of a lead.

    pair: the names of its two sides, the same in each run. is_same: None where it is not known. lives_in: the country
    of the person whom its first known side shows.
    """

    pair: tuple[str, str]
    is_same: bool | None
    lives_in: str | None = None


class Truth:
    """Answers for a lead whether its sides belong together, and keeps the answer."""

    def __init__(self, workers: Database, service_id: int) -> None:
        """workers: the rows by the workers' role; service_id: as whom they are read."""
        self._workers, self._service_id = workers, service_id
        self._known: dict[UUID, LeadTruth] = {}

    def of(self, lead_id: UUID) -> LeadTruth:
        """What is true of this lead. A later merge of persons does not change what a partner once knew."""
        if lead_id not in self._known:
            with self._workers.read(self._service_id) as view:
                self._known[lead_id] = _truth(view.session, lead_id)
        return self._known[lead_id]

    def same(self, lead_id: UUID) -> bool | None:
        """Whether the two sides show the same person, or for a kind without faces share what the lead says; None if not
        known."""
        return self.of(lead_id).is_same


def whose_face(here: Iterable[str], elsewhere: Sequence[Iterable[str]]) -> str | None:
    """Whose face it is, as the debrief will say too; None where nobody stands out.

    here: identities in the face's own picture; elsewhere: those in each other picture of the same person.
    """
    labels = shown_by_face(frozenset(here), map(frozenset, elsewhere))
    return next(iter(labels)) if len(labels) == 1 else None


def _truth(session: Session, lead_id: UUID) -> LeadTruth:
    sides = session.execute(SQL["sides"], {"lead": lead_id}).all()
    shown = [_identity(session, side) for side in sides]
    names = sorted(f"{side.entry or side.file or ''}·{who or ''}" for side, who in zip(sides, shown, strict=True))
    first, second = (*names, "", "")[:2]
    who = next(filter(None, shown), None)
    lives_in = session.scalar(SQL["lives_in"], {"operation": sides[0].operation_id, "identity": who}) if who else None
    return LeadTruth((first, second), _is_same(sides[0].kind if sides else "", shown), lives_in)


def _is_same(kind: str, shown: Sequence[str | None]) -> bool | None:
    """Two faces show one person or don't; what files or devices share, a computation found, and it is so."""
    if kind not in FACE_KINDS:
        return True if kind else None
    if len(shown) != 2 or None in shown:
        return None
    return shown[0] == shown[1]


def _identity(session: Session, side: Row[Any]) -> str | None:
    if side.entry_identity is not None or side.media_item_id is None:
        return str(side.entry_identity) if side.entry_identity is not None else None
    pictures: dict[UUID, set[str]] = {}
    for row in session.execute(SQL["shown"], {"item": side.media_item_id, "person": side.person_id}):
        pictures.setdefault(row.media_item_id, set()).add(row.identity)
    here = pictures.pop(side.media_item_id, set())
    return whose_face(here, list(pictures.values()))
