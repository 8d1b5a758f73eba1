"""The exhibit of one's own agency that a command is about, and the table that its case follows. No command: only the
modules of this folder may import it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from workspace.commands.grading import standing_table
from workspace.commands.guard import require_operation
from workspace.errors import Fault, Forbidden, Invalid, NotFound
from workspace.model import Compartment, Exhibit
from workspace.model.database import Tx
from workspace.rules.exhibit_cases import CASE_SCHEMES


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


def require_table(tx: Tx, operation_id: int, scheme: str) -> UUID | None:
    """The table of the actor's country, if the categories of a case follow that; None if they follow another, or none.

    Raises:
        Invalid: there is no such table.
    """
    if scheme not in CASE_SCHEMES:
        fault = Fault("scheme", "«{value}» is not one of {known}", value=scheme, known=CASE_SCHEMES)
        raise Invalid("The case was not taken; nothing of it was stored.", faults=[fault])
    if scheme != "own":
        return None
    table = standing_table(tx, operation_id, tx.actor.country)
    if table is None:
        fault = Fault(
            "scheme", "your country has no table of categories yet: its lead brings one in, on the page «Grades»"
        )
        raise Invalid("The case was not taken; nothing of it was stored.", faults=[fault])
    return table.id
