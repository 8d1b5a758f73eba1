"""The exhibit of one's own agency that a command is about. No command: only the modules of this folder may import it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from workspace.commands.guard import require_operation
from workspace.errors import Forbidden, NotFound
from workspace.model import Compartment, Exhibit
from workspace.model.database import Tx


def require_own_exhibit(tx: Tx, action: str, exhibit_id: UUID) -> Exhibit:
    """The exhibit, if it is of the actor's agency and the actor may do this with it. Asks the action.

    Raises:
        NotFound: there is no such exhibit for this actor. Forbidden: it is another agency's, or policy denies it.
    """
    row = tx.session.execute(
        select(Exhibit, Compartment.agency_id)
        .join(Compartment, Compartment.id == Exhibit.compartment_id)
        .where(Exhibit.id == exhibit_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such exhibit.")
    exhibit, agency_id = row
    require_operation(tx, action, exhibit.operation_id)
    if agency_id != tx.actor.agency_id:
        raise Forbidden("This exhibit belongs to another agency.")
    return exhibit
