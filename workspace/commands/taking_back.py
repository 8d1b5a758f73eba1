"""Steps of commands that take back what was said: whose words they are, and that they are taken back once. What stood
before stands again; nothing is deleted."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from workspace.commands.guard import require_operation
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.events import Place
from workspace.model import (
    ClueAct,
    FaceAct,
    LedgerAct,
    MediaGrade,
    MediaMark,
    PersonAct,
    SeriesAct,
    SeriesJoin,
    User,
)
from workspace.model.database import Tx

Act = ClueAct | FaceAct | LedgerAct | PersonAct | SeriesAct | SeriesJoin
"""A row that says what one person said of something, once."""
OfMedia = MediaGrade | MediaMark
"""A row for each medium of which one press said something."""


def taken_back() -> Conflict:
    """The refusal for whoever comes second."""
    return Conflict("This was taken back already.")


def take_back(tx: Tx, acts: type[Act], act_id: UUID) -> None:
    """Mark an act as taken back by the actor. Belongs to a command that has asked.

    Raises:
        Conflict: it was taken back already.
    """
    tx.change_one(
        update(acts)
        .where(acts.id == act_id, acts.undone_at.is_(None))
        .values(undone_at=func.now(), undone_by=tx.actor.id),
        otherwise=taken_back,
    )


def take_back_press(tx: Tx, action: str, rows: type[OfMedia], own: ColumnElement[bool]) -> list[tuple[Place, int]]:
    """Mark what one press said of media as taken back; answers, for each compartment, where that is recorded and of how
    many media. Asks the action in their operation.

    own: which rows are of the press, and the actor's own.

    Raises:
        NotFound: there are none that the actor may still see. Conflict: they were taken back already.
    """
    said = tx.session.execute(select(rows.operation_id, rows.compartment_id).where(own)).all()
    if not said:
        raise NotFound("There is no such act.")
    operation_id = said[0].operation_id
    require_operation(tx, action, operation_id)
    if not tx.change(update(rows).where(own, rows.undone_at.is_(None)).values(undone_at=func.now())):
        raise taken_back()
    behind = Counter(row.compartment_id for row in said)
    return [(Place(operation_id, (lock,)), count) for lock, count in sorted(behind.items())]


def require_own_words(tx: Tx, said_by: int) -> None:
    """Pass if somebody of the actor's own agency said it.

    Raises:
        Forbidden: another agency did.
    """
    agency_id = tx.session.execute(select(User.agency_id).where(User.id == said_by)).scalar_one_or_none()
    if agency_id != tx.actor.agency_id:
        raise Forbidden("Only the agency that said it can take it back.")
