"""The record over REST: pages of events, its signed heads, and the whole for observers to verify elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask import Response, stream_with_context
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands.differences import ask_verification, explain_difference, settle_difference
from workspace.commands.erasing import erase_words
from workspace.commands.heads import take_head
from workspace.commands.shown import note_record_export
from workspace.exchange.record_export import build_export, head_name
from workspace.queries.heads import ListedHead, notes_of, signed_heads
from workspace.queries.operations import operation
from workspace.queries.record import (
    MadeSearch,
    RecordedEvent,
    record_head,
    record_page,
    record_part,
    searches_made_before,
    whole_record,
)
from workspace.rules.exercise import PlayedBy
from workspace.turns import aside
from workspace.web.answers import File, attachment
from workspace.web.bodies import MOST_BIG_INTEGER, MOST_TEXT, Body, OperationPath, Query, ReasonBody, RoutePath
from workspace.web.context import reading, writing
from workspace.web.sentences import event_sentence
from workspace.web.words import with_player

api = APIBlueprint("record", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="record")])


class PageQuery(Query):
    """Events below this number; the newest if none is given."""

    before: int | None = Field(None, ge=1, le=MOST_BIG_INTEGER)


class RecordPath(RoutePath):
    """An operation's record; 0 is the installation's own."""

    operation_id: int = Field(ge=0)


class HeadPath(RecordPath):
    """A signed head: the number of its event."""

    seq: int = Field(ge=1, le=MOST_BIG_INTEGER)


class ErasureBody(Body):
    """event: the number of the act with which it was written; legal_basis: which law or decision asks for it."""

    event: int = Field(ge=1, le=MOST_BIG_INTEGER)
    legal_basis: str = Field(max_length=MOST_TEXT, description="At least one letter or digit.")


class DifferencePath(OperationPath):
    """What somebody explained of a row that differs."""

    difference_id: UUID


class DifferenceBody(ReasonBody):
    """A row that the last check names, and why it differs."""

    table: str = Field(max_length=MOST_TEXT)
    key: str = Field(max_length=MOST_TEXT)


@dataclass(frozen=True)
class ExplainedDifference:
    """The explanation that somebody of another country may confirm."""

    id: UUID


class SearchesQuery(Query):
    """Searches before this time; the newest if none is given."""

    before: datetime | None = None


@dataclass(frozen=True)
class EventActor:
    """Who did it, as others see it."""

    name: str
    country: str | None
    played_by: PlayedBy


@dataclass(frozen=True)
class EventLead:
    """The lead that an event is about."""

    id: UUID
    number: int


@dataclass(frozen=True)
class ToldEvent:
    """An event with the sentence that tells it in the reader's language."""

    seq: int
    at: datetime
    kind: str
    actor: EventActor | None
    lead: EventLead | None
    payload: dict[str, Any]
    text: str


@dataclass(frozen=True)
class RecordPage:
    """A page of events, newest first, and the head of the log."""

    seq: int
    head: str
    events: list[ToldEvent]


@api.get("/operations/<int:operation_id>/record")
def get_record(path: RecordPath, query: PageQuery) -> RecordPage:
    """Answer a page of events and the head of the log."""
    with reading() as view:
        log = record_head(view.session, path.operation_id)
        rows = record_page(view.session, path.operation_id, before=query.before)
    return RecordPage(log.seq, log.head, [_told(row) for row in rows])


@api.get("/operations/<int:operation_id>/searches")
def searches_made(path: OperationPath, query: SearchesQuery) -> list[MadeSearch]:
    """Answer the searches with a face, newest first: all for observers and who leads the operation, else one's own."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        return searches_made_before(view.session, path.operation_id, before=query.before)


@api.get("/operations/<int:operation_id>/record.jsonl")
def get_whole_record(path: RecordPath) -> Annotated[Response, File("application/jsonl")]:
    """Answer the record, one line per event, for the offline verifier; recorded. Leads get digests for lines that their
    keys do not show."""
    with reading() as view:
        head = record_head(view.session, path.operation_id)
        record_part(view.session, path.operation_id, after=head.seq, until=head.seq)  # asked before it is recorded
    with writing() as tx:
        note_record_export(tx, path.operation_id)
    parts = stream_with_context(_parts(path.operation_id, head.seq))
    return attachment(parts, "application/jsonl", f"record-{path.operation_id}.jsonl")


@api.get("/operations/<int:operation_id>/record.zip")
def get_export(path: RecordPath) -> Annotated[Response, File("application/zip")]:
    """Answer the record with its signed heads and the offline verifier; recorded. Lines as in `record.jsonl`."""
    with reading() as view:
        lines = [line.exported() for line in whole_record(view.session, path.operation_id)]
        heads = {head.seq: head.note for head in notes_of(view.session, path.operation_id)}
    with writing() as tx:
        note_record_export(tx, path.operation_id)
    content = aside(build_export, path.operation_id, lines, heads)
    return attachment(content, "application/zip", f"record-{path.operation_id}.zip")


@api.get("/operations/<int:operation_id>/record/heads")
def all_heads(path: RecordPath) -> list[ListedHead]:
    """Answer the signed heads of the record, newest first, with who keeps them."""
    with reading() as view:
        record_head(view.session, path.operation_id)  # not there and not yours look the same
        return signed_heads(view.session, path.operation_id)


@api.get("/operations/<int:operation_id>/record/heads/<int:seq>")
def get_head(path: HeadPath) -> Annotated[Response, File("text/plain")]:
    """Answer a signed head, to be kept elsewhere; recorded."""
    with writing() as tx:
        note = take_head(tx, path.operation_id, path.seq)
    return attachment(note.encode(), "text/plain", head_name(path.operation_id, path.seq))


@api.post("/operations/<int:operation_id>/record/erasures")
def erase(path: OperationPath, body: ErasureBody) -> None:
    """Take away for ever what a person of the own country wrote with an act; the row and the record stay."""
    with writing() as tx:
        erase_words(tx, path.operation_id, body.event, legal_basis=body.legal_basis)


@api.post("/operations/<int:operation_id>/record/check")
def check_now(path: OperationPath) -> None:
    """Have the record verified now; one check waits at a time."""
    with writing() as tx:
        ask_verification(tx, path.operation_id)


@api.post("/operations/<int:operation_id>/record/differences")
def explain(path: OperationPath, body: DifferenceBody) -> ExplainedDifference:
    """Say why a row differs from the record that an act found changed; nothing is settled by it alone."""
    with writing() as tx:
        made = explain_difference(tx, path.operation_id, table=body.table, key=body.key, reason=body.reason)
    return ExplainedDifference(made)


@api.post("/operations/<int:operation_id>/record/differences/<uuid:difference_id>/settle")
def settle(path: DifferencePath) -> None:
    """Confirm as somebody of another country that a difference was seen and is explained."""
    with writing() as tx:
        settle_difference(tx, path.operation_id, path.difference_id)


def _parts(operation_id: int, until: int) -> Iterator[str]:
    """The lines of the record up to a number, a part at a time; between two parts no snapshot is held."""
    after = 0
    while after < until:
        with reading() as view:
            part = record_part(view.session, operation_id, after=after, until=until)
        after += len(part)
        yield "".join(line.exported() for line in part)


def _told(row: RecordedEvent) -> ToldEvent:
    return ToldEvent(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        actor=EventActor(row.name, row.country, row.played_by) if row.name else None,
        lead=EventLead(row.lead_id, row.lead_number) if row.lead_id and row.lead_number else None,
        payload=row.payload,
        text=event_sentence(
            row.kind,
            row.payload,
            whom=with_player(row.whom, row.whom_played_by or "person") if row.whom else None,
            reason=row.reason,
        ),
    )
