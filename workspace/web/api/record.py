"""The record over REST: pages of events, its head, and the whole for observers to verify elsewhere."""

from __future__ import annotations

from typing import Any

from flask import Response, stream_with_context
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands.shown import note_record_export
from workspace.exchange.record import export_line
from workspace.queries.record import record_head, record_page, whole_record
from workspace.web.bodies import MOST_BIG_INTEGER, OperationPath, Query
from workspace.web.context import reading, writing
from workspace.web.sentences import event_sentence
from workspace.web.words import with_player

api = APIBlueprint("record", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="record")])


class PageQuery(Query):
    """Events below this number; the newest if none is given."""

    before: int | None = Field(None, ge=1, le=MOST_BIG_INTEGER)


@api.get("/operations/<int:operation_id>/record")
def get_record(path: OperationPath, query: PageQuery) -> dict[str, Any]:
    """Answer a page of events and the head of the log."""
    with reading() as view:
        seq, head = record_head(view.session, path.operation_id)
        rows = record_page(view.session, path.operation_id, before=query.before)
    return {"seq": seq, "head": head, "events": [_event(row) for row in rows]}


@api.get("/operations/<int:operation_id>/record.jsonl")
def get_whole_record(path: OperationPath) -> Response:
    """Answer the whole record, one line per event, for the offline verifier; observers only, and recorded."""
    with reading() as view:
        lines = [export_line(body, digest) for body, digest in whole_record(view.session, path.operation_id)]
    with writing() as tx:
        note_record_export(tx, path.operation_id)
    answer = Response(stream_with_context(iter(lines)), mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = f'attachment; filename="record-{path.operation_id}.jsonl"'
    return answer


def _event(row: dict[str, Any]) -> dict[str, Any]:
    whom = with_player(row["whom"], row["whom_played_by"]) if row["whom"] else None
    return {
        "seq": row["seq"],
        "at": row["at"].isoformat(),
        "kind": row["kind"],
        "actor": {"name": row["name"], "country": row["country"], "played_by": row["played_by"]} if row["name"] else None,
        "lead": {"id": str(row["lead_id"]), "number": row["lead_number"]} if row["lead_number"] else None,
        "payload": row["payload"],
        "text": event_sentence(row["kind"], row["payload"], whom=whom, reason=row["reason"]),
    }
