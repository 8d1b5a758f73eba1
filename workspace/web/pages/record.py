"""The record of the operation, readable: what happened, who did it, and the head of the chain."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request

from workspace.queries import operations as queries
from workspace.queries.record import RecordedEvent, record_head, record_page, searches_made, searches_made_before
from workspace.web.context import reading
from workspace.web.sentences import event_sentence
from workspace.web.words import with_player

pages = Blueprint("record", __name__)


@pages.get("/operations/<int:operation_id>/record")
def record(operation_id: int) -> str:
    """Show a page of events and one of searches, newest first."""
    before = request.args.get("before", type=int)
    searched_before = request.args.get("searched_before", type=datetime.fromisoformat)
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        log = record_head(view.session, operation_id)
        searches = searches_made_before(view.session, operation_id, before=searched_before)
        searches_of = searches_made(view.session, operation_id)
        rows = record_page(view.session, operation_id, before=before)
    events = [(row, event_sentence(row.kind, row.payload, whom=_whom(row), reason=row.reason)) for row in rows]
    return render_template(
        "record.html",
        operation=operation,
        seq=log.seq,
        head=log.head,
        events=events,
        searches=searches,
        searches_of=searches_of,
    )


def _whom(row: RecordedEvent) -> str | None:
    return with_player(row.whom, row.whom_played_by or "person") if row.whom else None
