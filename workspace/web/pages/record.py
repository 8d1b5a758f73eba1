"""The record of the operation, readable: what happened, who did it, the heads that others keep, and the export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request

from workspace.queries import operations as queries
from workspace.queries.heads import signed_heads, watches_installation
from workspace.queries.record import PAGE, RecordedEvent, record_head, record_page, searches_made, searches_made_before
from workspace.queries.record_checks import checked_record
from workspace.web.context import may, reading
from workspace.web.sentences import event_sentence
from workspace.web.words import with_player

pages = Blueprint("record", __name__)
INSTALLATION = 0
"""The installation's own record: accounts, sessions, agencies."""


@dataclass(frozen=True)
class Line:
    """A line of the page: an event with its sentence, or how many events stand there that the viewer's keys do not
    show."""

    event: RecordedEvent | None
    sentence: str = ""
    withheld: int = 0


@pages.get("/operations/<int:operation_id>/record")
def record(operation_id: int) -> str:
    """Show a page of events and one of searches, newest first, with the signed heads."""
    before = request.args.get("before", type=int)
    searched_before = request.args.get("searched_before", type=datetime.fromisoformat)
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        log = record_head(view.session, operation_id)
        searches = searches_made_before(view.session, operation_id, before=searched_before)
        searches_of = searches_made(view.session, operation_id)
        rows = record_page(view.session, operation_id, before=before)
        heads = signed_heads(view.session, operation_id)
        checked = checked_record(view.session, operation_id)
        watches = watches_installation(view.session)
        may_take = may(view, "take_head", operation)
        may_export = may(view, "export_record", operation)
        may_erase = may(view, "erase_words", operation)
        may_check = may(view, "ask_verification", operation)
        may_settle = may(view, "settle_difference", operation)
    first = min(log.seq, before - 1) if before else log.seq
    return render_template(
        "record.html",
        operation=operation,
        seq=log.seq,
        head=log.head,
        lines=list(_lines(rows, first)),
        older=rows[-1].seq if len(rows) == PAGE and rows[-1].seq > 1 else None,
        searches=searches,
        searches_of=searches_of,
        heads=heads,
        checked=checked,
        watches=watches,
        may_take=may_take,
        may_export=may_export,
        may_erase=may_erase,
        may_check=may_check,
        may_settle=may_settle,
    )


@pages.get("/record")
def installation_record() -> str:
    """Show how the installation's own record stands, and its signed heads, for those who keep them."""
    with reading() as view:
        log = record_head(view.session, INSTALLATION)
        heads = signed_heads(view.session, INSTALLATION)
        checked = checked_record(view.session, INSTALLATION)
    return render_template("installation_record.html", log=log, heads=heads, checked=checked)


def _lines(rows: Sequence[RecordedEvent], first: int) -> Iterator[Line]:
    """The events with their sentences, and between them how many are withheld. first: the highest number that could
    stand here. On the last page the count goes down to event 1."""
    expected = first
    for row in rows:
        if row.seq < expected:
            yield Line(None, withheld=expected - row.seq)
        yield Line(row, event_sentence(row.kind, row.payload, whom=_whom(row), reason=row.reason))
        expected = row.seq - 1
    if len(rows) < PAGE and expected > 0:
        yield Line(None, withheld=expected)


def _whom(row: RecordedEvent) -> str | None:
    return with_player(row.whom, row.whom_played_by or "person") if row.whom else None
