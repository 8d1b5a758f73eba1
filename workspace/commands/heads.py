"""Signed heads of the record: wanted each day, kept once they are signed, and taken by whoever keeps one elsewhere.

The record of operation 0 is the installation's own. Must not sign: a worker has the key.
"""

from __future__ import annotations

from uuid import UUID

from workspace import events
from workspace.commands.guard import require_operation
from workspace.errors import NotFound
from workspace.model import SignedHead, jobs
from workspace.model.database import Tx
from workspace.model.statements import statements
from workspace.rules.policy import require_installation

SQL = statements(__file__)
OF_INSTALLATION = {"sign_head": "sign_installation_head", "take_head": "take_installation_head"}
"""The same action where the record is the installation's own."""


def want_heads(tx: Tx) -> int:
    """Have the head of each record signed whose day is over; returns how many. Asks `sign_head`. Only housekeeping
    calls it."""
    due = tx.session.execute(SQL["due"]).all()
    for chain, operation_id in due:
        _require(tx, "sign_head", chain)
        jobs.want(tx, "sign_head", UUID(int=chain), operation_id)
    return len(due)


def keep_head(tx: Tx, operation_id: int, *, seq: int, digest: bytes, note: str, verifier: str) -> bool:
    """Keep a signed head; returns whether it is a new one. Asks `sign_head`.

    One that the record does not say is not kept. digest: of that event. note, verifier: see exchange/heads.py.
    """
    _require(tx, "sign_head", operation_id)
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
    _require(tx, "take_head", operation_id)
    row = tx.find(SignedHead, (operation_id, seq), otherwise=NotFound("There is no such head."))
    tx.record(events.HeadTaken(events.Place(operation_id), upto=seq))
    return row.note


def _require(tx: Tx, action: str, operation_id: int) -> None:
    if operation_id == events.INSTALLATION.operation_id:
        require_installation(tx.actor, OF_INSTALLATION[action])
    else:
        require_operation(tx, action, operation_id)
