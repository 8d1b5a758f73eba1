"""Who was shown a band or a score is recorded: a number seen before an opinion is a fact about that opinion."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.guard import at, require_lead, require_operation
from workspace.model import Sight
from workspace.model.database import Tx


def note_bands(tx: Tx, operation_id: int, *, users: Sequence[int], leads: Sequence[UUID]) -> None:
    """Note that these people were shown the bands of these leads. Asks `note_sights`; records `bands:shown` if any is new."""
    require_operation(tx, "note_sights", operation_id)
    new = tx.session.execute(
        text("select note_sights(:operation, :users, :leads)"),
        {"operation": operation_id, "users": list(users), "leads": list(leads)},
    ).scalar_one()
    if new:
        tx.record(events.BandsShown(events.Place(operation_id, events.OBSERVERS_ONLY), leads=list(leads), users=list(users)))


def note_score(tx: Tx, lead_id: UUID) -> None:
    """Note that the actor is shown a lead's score. Asks `note_sights`; records `score:shown`."""
    lead, _ = require_lead(tx, "note_sights", lead_id)
    tx.session.execute(
        insert(Sight)
        .values(lead_id=lead_id, user_id=tx.actor.id, what="score", operation_id=lead.operation_id)
        .on_conflict_do_nothing()
    )
    tx.record(events.ScoreShown(at(lead, locks=events.OBSERVERS_ONLY), user=tx.actor.id))
