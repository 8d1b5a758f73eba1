"""Scores of leads computed anew by the operator of an installation: whether each is the same, and by what it was found.

Reads as the workers' role, which people never have. What is answered says how far two scores lie apart, and never a
score: it is withheld from examiners who have not judged yet, and from whoever could tell them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workspace.model.statements import statements
from workspace.queries.lead_opinions import ScoreAgain, again_of, said_again

SQL = statements(__file__)


@dataclass(frozen=True)
class ScoreCheck:
    """One lead. code_version, compared_to: by which code it was found, and the operation's last event when everything
    was compared; None on leads that older code found. faces: those of its sides that are still there."""

    number: int
    pack_id: str
    model_digest: str
    threshold: float
    code_version: str | None
    compared_to: int | None
    faces: tuple[UUID, ...]
    stored: ScoreAgain
    _score: float

    def against(self, again: float) -> ScoreAgain:
        """The same for a score that was computed in another way."""
        return said_again(self._score, again)


def score_checks(session: Session, operation_id: int, number: int | None = None) -> Sequence[ScoreCheck]:
    """The leads with a score of an operation, or the one of this number."""
    rows = session.execute(SQL["leads"], {"operation": operation_id, "number": number}).all()
    return [_check(row) for row in rows]


def _check(row: Row[Any]) -> ScoreCheck:
    of = ("number", "pack_id", "model_digest", "threshold", "code_version", "compared_to")
    values: Mapping[str, Any] = {name: row._mapping[name] for name in of}
    return ScoreCheck(**values, faces=tuple(row.face_ids or ()), stored=again_of(row), _score=float(row.score))
