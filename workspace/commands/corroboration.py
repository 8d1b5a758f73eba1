"""States what speaks for or against a lead besides the comparison of faces: a type, a reference and a date.

It is written to be sent: a referral keeps what stood when it was drafted.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, update

from workspace import events
from workspace.commands.guard import at, require_lead
from workspace.errors import Conflict, Invalid, NotFound
from workspace.model import Corroboration
from workspace.model.database import Tx
from workspace.rules.corroboration import faults_of
from workspace.rules.days import day_in
from workspace.rules.leads import ENDED
from workspace.rules.reasons import words_of


def state_corroboration(
    tx: Tx, lead_id: UUID, *, type: str, reference: str, dated_on: date, speaks: str = "for"
) -> UUID:
    """State what speaks for or against a lead besides the face; return the statement's id.

    Asks `state_corroboration`; records `corroboration:stated`. reference: where it is found (a lead, a file, a
    document);
    dated_on: the day of what it refers to.

    Raises:
        Conflict: the lead has ended. Invalid: names each thing that is missing or wrong.
    """
    lead, operation = require_lead(tx, "state_corroboration", lead_id, held=True)
    if lead.stage in ENDED:
        raise Conflict("Nothing more is done about this lead.", stage=lead.stage)
    if faults := faults_of(type, reference, dated_on, speaks, today=day_in(tx.now, operation.time_zone)):
        raise Invalid("The corroboration is not complete: it is a type, a reference and a date.", faults=faults)
    row = Corroboration(
        operation_id=lead.operation_id,
        lead_id=lead_id,
        locks=list(lead.locks),
        type=type,
        reference=words_of(reference),
        dated_on=dated_on,
        speaks=speaks,
        stated_by=tx.actor.id,
    )
    tx.add(row)
    tx.record(events.CorroborationStated(at(lead), corroboration=row.id, type=type, speaks=speaks))
    return row.id


def withdraw_corroboration(tx: Tx, corroboration_id: UUID) -> None:
    """Withdraw one's own statement; a draft that was made with it can no longer be signed. Asks
    `withdraw_corroboration`; records `corroboration:withdrawn`."""
    row = tx.session.get(Corroboration, corroboration_id)
    if row is None or row.withdrawn_at is not None or row.stated_by != tx.actor.id:
        raise NotFound("There is no such statement of yours.")
    lead, _ = require_lead(tx, "withdraw_corroboration", row.lead_id, held=True)
    tx.change_one(
        update(Corroboration)
        .where(Corroboration.id == corroboration_id, Corroboration.withdrawn_at.is_(None))
        .values(withdrawn_at=func.now()),
        otherwise=Conflict("This statement is withdrawn already."),
    )
    tx.record(events.CorroborationWithdrawn(at(lead), corroboration=row.id, type=row.type, speaks=row.speaks))
