"""What the viewer has written and not sent, sealed as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workspace.model import Draft, Operation
from workspace.rules.drafts import FormPlace


@dataclass(frozen=True)
class SealedDraft:
    """What stood in a form when it was written down last. code_name: the operation's; None outside operations."""

    version: UUID
    place: FormPlace
    sealed: bytes
    saved_at: datetime
    code_name: str | None


def my_drafts(session: Session) -> list[SealedDraft]:
    """Everything that the viewer has written and not sent, what was written last first."""
    return _drafts(session)


def drafts_on_page(session: Session, operation_id: int | None, subject: str) -> list[SealedDraft]:
    """The viewer's drafts of the forms of one page, what was written last first."""
    return _drafts(session, Draft.operation_id.is_not_distinct_from(operation_id), Draft.subject == subject)


def _drafts(session: Session, *where: ColumnElement[bool]) -> list[SealedDraft]:
    found = session.execute(
        select(Draft, Operation.code_name)
        .join(Operation, Operation.id == Draft.operation_id, isouter=True)
        .where(Draft.user_id == func.my_id(), *where)
        .order_by(Draft.saved_at.desc(), Draft.version)
    )
    return [
        SealedDraft(
            row.version, FormPlace(row.operation_id, row.subject, row.form), row.sealed, row.saved_at, code_name
        )
        for row, code_name in found
    ]
