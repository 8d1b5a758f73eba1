"""Signed heads of the record: wanted each day, kept once they are signed, and taken by whoever keeps one elsewhere.

Must not sign: a worker has the key.
"""

from __future__ import annotations

from uuid import UUID

from workspace import events
from workspace.commands.guard import require_operation
from workspace.errors import NotFound
from workspace.model import SignedHead, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements

SQL = statements(__file__)


def want_heads(tx: Tx) -> int:
    """Have the head of each record signed whose day is over; returns how many. Asks `sign_head`. Only housekeeping
    calls it."""
    due = tx.session.scalars(SQL["due"]).all()
    for operation_id in due:
        require_operation(tx, "sign_head", operation_id)
        jobs.want(tx, "sign_head", UUID(int=operation_id), operation_id)
    return len(due)


def keep_head(tx: Tx, operation_id: int, *, seq: int, digest: bytes, note: str, verifier: str) -> bool:
    """Keep a signed head; returns whether it is a new one. Asks `sign_head`.

    One that the record does not say is not kept. digest: of that event. note, verifier: see exchange/heads.py.
    """
    require_operation(tx, "sign_head", operation_id)
    facts = {"operation": operation_id, "seq": seq, "digest": digest, "note": note, "verifier": verifier}
    return tx.session.execute(SQL["keep"], facts).first() is not None


def keep_head_of_day(tx: Tx, operation_id: int, *, seq: int, digest: bytes, note: str, verifier: str) -> None:
    """Keep the signed head of a day. Asks `sign_head`; records `head:signed` if it is a new one."""
    if keep_head(tx, operation_id, seq=seq, digest=digest, note=note, verifier=verifier):
        tx.record(events.HeadSigned(events.Place(operation_id), upto=seq))


def take_head(tx: Tx, operation_id: int, seq: int) -> str:
    """Give the actor a signed head to keep elsewhere; returns its text. Asks `take_head`; records `head:taken`.

    Raises:
        NotFound: there is no such head for the actor.
    """
    require_operation(tx, "take_head", operation_id)
    row = tx.find(SignedHead, (operation_id, seq), otherwise=NotFound("There is no such head."))
    tx.record(events.HeadTaken(events.Place(operation_id), upto=seq))
    return row.note
