"""Editions of the statistics: asked for by people, counted by a worker, frozen for ever. Must not count anything
itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text, update

from workspace import events
from workspace.commands.guard import RECORD_IS_BROKEN, operation_state, require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Invalid, NotFound
from workspace.model import Edition
from workspace.model.database import Tx
from workspace.model.jobs import want_in_turn
from workspace.rules.states import EDITION_KINDS


def draw_up_edition(tx: Tx, operation_id: int, *, kind: str) -> UUID:
    """Have an edition drawn up; return its id. Asks `draw_up_edition`; records `edition:asked`, and
    `record_edition` what follows when it is counted.

    Raises:
        Invalid: there is no such kind. Conflict: the operation's state does not allow it yet, or an edition is being
            made: one at a time, or the record was found broken: then nothing is frozen.
    """
    operation = require_operation(tx, "draw_up_edition", operation_id)
    if kind not in EDITION_KINDS:
        raise Invalid("There is no such kind of edition.", faults=["kind: " + ", ".join(EDITION_KINDS)])
    state = operation_state(tx, operation)
    if state not in EDITION_KINDS[kind]:
        raise Conflict("The operation's state does not allow an edition of this kind yet.", kind=kind, state=state)
    hold(tx, "operation", [operation_id])
    being_made = tx.session.scalars(
        select(Edition.number).where(
            Edition.operation_id == operation_id, Edition.as_of.is_(None), Edition.failed_at.is_(None)
        )
    ).one_or_none()
    if being_made is not None:
        raise Conflict("Edition {number} is being made. Wait until it is there.", number=being_made)
    if tx.session.execute(text("select record_is_broken(:id)"), {"id": operation_id}).scalar_one():
        raise Conflict(RECORD_IS_BROKEN, reason="record_broken")
    number = tx.session.execute(text("select next_number(:id, 'edition')"), {"id": operation_id}).scalar_one()
    edition_id = uuid4()
    tx.session.execute(
        insert(Edition).values(
            id=edition_id, operation_id=operation_id, number=number, kind=kind, drawn_up_by=tx.actor.id
        )
    )
    tx.record(events.EditionAsked(events.Place(operation_id), edition=edition_id, number=number))
    want_in_turn(tx, "draw_up_edition", edition_id, operation_id)
    return edition_id


def record_edition(
    tx: Tx, edition_id: UUID, *, as_of: datetime, seq: int, log_digest: bytes, figures: Mapping[str, object]
) -> None:
    """Write an edition's figures; they never change again. Asks `compute_edition`; records `edition:drawn_up`.

    figures: as `exchange.statistics_report.to_record` gives them. An edition that is frozen stays as it is.
    """
    row = tx.find(Edition, edition_id, otherwise=NotFound("There is no such edition."))
    require_operation(tx, "compute_edition", row.operation_id)
    if tx.change(
        update(Edition)
        .where(Edition.id == edition_id, Edition.as_of.is_(None), Edition.failed_at.is_(None))
        .values(as_of=as_of, seq=seq, log_digest=log_digest, figures=dict(figures))
    ):
        tx.record(events.EditionDrawnUp(events.Place(row.operation_id), edition=edition_id, number=row.number))


def fail_edition(tx: Tx, edition_id: UUID) -> None:
    """Say that an edition could not be made, so that another can be asked for. Asks `compute_edition`.

    Raises:
        NotFound: there is no such edition.
    """
    row = tx.find(Edition, edition_id, otherwise=NotFound("There is no such edition."))
    require_operation(tx, "compute_edition", row.operation_id)
    tx.change(update(Edition).where(Edition.id == edition_id, Edition.as_of.is_(None)).values(failed_at=func.now()))
