"""What every command begins with: load what it is about as the actor sees it, and ask policy.

Must not change anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from workspace.errors import NotFound
from workspace.events import Place
from workspace.model import Exhibit, Lead, Operation, Outcome, Referral, Series
from workspace.model.database import Tx
from workspace.rules import policy
from workspace.rules.states import state_now

# Built once: most of the time that a statement costs in Python is its making.
_LEAD = select(Lead, Operation).join(Operation, Operation.id == Lead.operation_id).where(Lead.id == bindparam("lead"))


def require_operation(tx: Tx, action: str, operation_id: int) -> Operation:
    """Load the operation and pass if the actor may do the action in it now.

    Raises:
        NotFound: there is no such operation for this actor.
        Forbidden, Closed: see `policy.require`.
    """
    operation = tx.session.get(Operation, operation_id)
    if operation is None:
        raise NotFound("There is no such operation.")
    policy.require(tx.actor, action, _facts(tx, operation))
    return operation


def require_lead(tx: Tx, action: str, lead_id: UUID) -> tuple[Lead, Operation]:
    """Load the lead with its operation in one round trip and pass if the actor may do the action now.

    Raises:
        NotFound: there is no such lead for this actor.
        Forbidden, Closed: see `policy.require`.
    """
    row = tx.session.execute(_LEAD, {"lead": lead_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such lead.")
    lead, operation = row
    policy.require(tx.actor, action, _facts(tx, operation))
    return lead, operation


def at(row: Lead | Referral | Outcome | Exhibit | Series, *, locks: Sequence[int] | None = None) -> Place:
    """Where an event about this row happens: its operation, its lead if it has one, and the row's own locks unless others are given."""
    if isinstance(row, Exhibit | Series):
        return Place(row.operation_id, locks=(row.compartment_id,) if locks is None else tuple(locks))
    lead_id = row.id if isinstance(row, Lead) else row.lead_id
    return Place(row.operation_id, locks=tuple(row.locks if locks is None else locks), lead_id=lead_id)


def _facts(tx: Tx, operation: Operation) -> policy.OperationFacts:
    return policy.OperationFacts(operation.id, operation_state(tx, operation))


def operation_state(tx: Tx, operation: Operation) -> str:
    """The operation's state that counts now."""
    return state_now(operation.state, closes_at=operation.closes_at, now=tx.now)
