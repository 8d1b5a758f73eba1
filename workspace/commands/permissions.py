"""An owner's answer to whether its material may leave with another's referral (ADR 27)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update

from workspace import events
from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import ReleasePermission
from workspace.model.database import Tx
from workspace.rules.reasons import require_reason, words_of


def answer_permission(tx: Tx, permission_id: UUID, *, granted: bool, reason: str = "") -> None:
    """Permit that one's country's material leaves with a referral, or refuse it with a reason.

    Asks `answer_permission` of the owner's country; records `permission:granted` or `permission:refused`. Until another
    person has approved the referral, the answer can be given otherwise.

    Raises:
        NotFound: no such request is about material that the actor may see. Forbidden: it is another country's.
        Conflict: the referral has left or was withdrawn, or was approved upon this answer.
        Invalid: it is refused without a reason.
    """
    hold(tx, "permission", [permission_id])
    row = tx.find(ReleasePermission, permission_id, otherwise=NotFound("There is no such request."))
    require_operation(tx, "answer_permission", row.operation_id)
    if row.owner_country != tx.actor.country:
        raise Forbidden("Only the country that owns the material decides this.")
    why = words_of(reason) if granted else require_reason(reason)
    if not tx.session.scalar(select(func.permission_is_open(permission_id))):
        raise Conflict("This request can no longer be answered: the referral was approved, sent or withdrawn.")
    tx.change(
        update(ReleasePermission)
        .where(ReleasePermission.id == permission_id)
        .values(granted=granted, answered_by=tx.actor.id, answered_at=func.now(), reason=why or None)
    )
    place = events.Place(row.operation_id, tuple(row.locks))
    answer = events.PermissionGranted if granted else events.PermissionRefused
    tx.record(answer(place, permission=permission_id))
