"""The signed heads of a record, and who keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements

SQL = statements(__file__)


@dataclass(frozen=True)
class ListedHead:
    """A signed head. hash: hexadecimal. edition: the number of the first edition counted from it. verifier: the public
    key. given: country leads, operation leads and observers who may take it; kept: how many of them did. mine: whether
    the viewer did.
    """

    seq: int
    hash: str
    signed_at: datetime
    edition: int | None
    verifier: str
    given: int
    kept: int
    mine: bool


@dataclass(frozen=True)
class HeadNote:
    """A signed head as its file says it."""

    seq: int
    note: str


def signed_heads(session: Session, operation_id: int) -> list[ListedHead]:
    """The heads of an operation's record, or of the installation's own (0), newest first, as the viewer may see
    them."""
    listed = SQL["listed"] if operation_id else SQL["installation"]
    return rows_as(ListedHead, session.execute(listed, {"operation": operation_id}))


def notes_of(session: Session, operation_id: int) -> list[HeadNote]:
    """Every signed head, oldest first: for an export."""
    rows = session.execute(
        text("select seq, note from signed_head where operation_id = :operation order by seq"),
        {"operation": operation_id},
    )
    return rows_as(HeadNote, rows)


def watches_installation(session: Session) -> bool:
    """Whether the viewer may keep heads of the installation's own record, and export its lines."""
    return bool(session.execute(text("select watches_installation()")).scalar_one())
