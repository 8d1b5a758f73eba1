"""Editions as members see them: the list, and one with its frozen figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workspace.errors import Conflict, NotFound
from workspace.exchange.figures import EditionFigures
from workspace.exchange.statistics_report import from_record
from workspace.model import Edition, Outcome, SignedHead


@dataclass(frozen=True)
class EditionHead:
    """An edition in the list; `as_of` and `seq` are None while a worker counts, and where it could not."""

    id: UUID
    number: int
    kind: str
    as_of: datetime | None
    seq: int | None
    log_digest: str | None
    has_failed: bool


@dataclass(frozen=True)
class StoredEdition:
    """An edition with its figures, and the signed head of the record that it was counted from; None for one of before
    heads were signed."""

    operation_id: int
    number: int
    figures: EditionFigures
    head: str | None


def editions(session: Session, operation_id: int) -> list[EditionHead]:
    """The editions of an operation in their order."""
    rows = session.execute(
        select(
            Edition.id, Edition.number, Edition.kind, Edition.as_of, Edition.seq, Edition.log_digest, Edition.failed_at
        )
        .where(Edition.operation_id == operation_id)
        .order_by(Edition.number)
    )
    return [
        EditionHead(
            row.id,
            row.number,
            row.kind,
            row.as_of,
            row.seq,
            bytes(row.log_digest).hex() if row.log_digest else None,
            row.failed_at is not None,
        )
        for row in rows
    ]


def stored_edition(session: Session, edition_id: UUID) -> StoredEdition:
    """One edition with its figures; a correction has its reason where the viewer may see the statement.

    Raises:
        NotFound: there is no such edition for the viewer. Conflict: it is still being drawn up.
    """
    row = session.get(Edition, edition_id)
    if row is None:
        raise NotFound("There is no such edition.")
    if row.failed_at is not None:
        raise Conflict("This edition could not be made. Make another one; if that fails too, call the operator.")
    if row.figures is None:
        raise Conflict("This edition is being made; look again in a moment.")
    head = session.get(SignedHead, (row.operation_id, row.seq))
    return StoredEdition(
        row.operation_id,
        row.number,
        _with_reasons(session, from_record(row.figures)),
        head.note if head is not None else None,
    )


def _with_reasons(session: Session, figures: EditionFigures) -> EditionFigures:
    """The same figures with the reasons of those corrections whose statements the viewer may see."""
    ids = [each.outcome for each in figures.corrections if each.outcome is not None]
    if not ids:
        return figures
    rows = session.execute(select(Outcome.id, Outcome.revoked_reason).where(Outcome.id.in_(ids)))
    reasons = {row.id: row.revoked_reason for row in rows if row.revoked_reason}
    corrections = tuple(replace(each, reason=reasons.get(each.outcome, each.reason)) for each in figures.corrections)
    return replace(figures, corrections=corrections)
