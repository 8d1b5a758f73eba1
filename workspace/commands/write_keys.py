"""The key with which a write is sent: sent again with it, the write is stored once and answered as before (ADR 43).

A key is unique for its person, and the first statement of the write that it belongs to: of two sent at the same
moment the second waits for the first. Must not decide what a request is (web/keyed.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from workspace.commands.guard import require_lead, require_operation
from workspace.errors import Closed, Invalid
from workspace.model import WriteKey
from workspace.model.database import Tx
from workspace.rules.policy import require_installation

KEPT = timedelta(hours=24)
KEY_IS_OLD = (WriteKey.written_at < func.now() - KEPT,)
"""What `forget_write_keys` looks for; housekeeping asks first whether there is any."""


@dataclass(frozen=True)
class Kept:
    """What a write was answered. answer: None where it cannot be given again."""

    status: int | None
    answer: Mapping[str, object] | None


def begin_keyed(tx: Tx, key: str, digest: bytes) -> Kept | None:
    """Take a key for this write; or what it was answered, if it is stored already. Asks `repeat_write`, and for a
    stored one again what policy was asked then: whoever has lost the right learns nothing.

    Raises:
        Invalid: the key belongs to another request. NotFound, Forbidden, NotFresh: the right to it is lost.
    """
    require_installation(tx.actor, "repeat_write")
    taken = tx.session.scalars(
        insert(WriteKey)
        .values(user_id=tx.actor.id, key=key, digest=digest)
        .on_conflict_do_nothing()
        .returning(WriteKey.key)
    ).one_or_none()
    if taken is not None:
        return None
    return _kept(tx, key, digest)


def _kept(tx: Tx, key: str, digest: bytes) -> Kept:
    row = tx.session.scalars(select(WriteKey).where(*_this(tx, key))).one()
    if row.digest != digest:
        raise Invalid("This idempotency key belongs to another request. Nothing was changed.")
    for action, operation_id, lead_id in row.asked:
        _ask_again(tx, action, operation_id, lead_id)
    return Kept(row.status, row.answer)


def keep_answer(tx: Tx, key: str, status: int | None, answer: Mapping[str, object] | None) -> None:
    """Keep what a write is answered, and what policy was asked in it. Asks `repeat_write`."""
    require_installation(tx.actor, "repeat_write")
    values: dict[str, object] = {"status": status, "answer": answer}
    if tx.questions:
        values["asked"] = [[action, operation, lead and str(lead)] for action, operation, lead in tx.questions]
    tx.change(update(WriteKey).where(*_this(tx, key)).values(**values))


def give_up_key(tx: Tx, key: str) -> None:
    """Forget the key of a write that is refused and records the attempt alone: sent again, it is tried again. Asks
    `repeat_write`."""
    require_installation(tx.actor, "repeat_write")
    tx.change(delete(WriteKey).where(*_this(tx, key)))


def forget_write_keys(tx: Tx) -> int:
    """Forget the keys of a day ago. Asks `forget_expired`."""
    require_installation(tx.actor, "forget_expired")
    return tx.change(delete(WriteKey).where(*KEY_IS_OLD))


def _this(tx: Tx, key: str) -> tuple[ColumnElement[bool], ...]:
    return WriteKey.user_id == tx.actor.id, WriteKey.key == key


def _ask_again(tx: Tx, action: str, operation_id: int, lead_id: str | None) -> None:
    """Ask a right again; that the operation has moved on meanwhile takes none away from what is stored."""
    try:
        if lead_id is None:
            require_operation(tx, action, operation_id)
        else:
            require_lead(tx, action, UUID(lead_id))
    except Closed:
        return
