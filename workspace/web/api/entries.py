"""REST: the entries of registers, and how one ends."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import entries as commands
from workspace.commands import retention
from workspace.queries import entries as queries
from workspace.queries.entries import EntryPage, RegisterEntries
from workspace.rules.codes import EntryEnd
from workspace.web.bodies import MOST_TEXT, Body, Query, ReasonBody, RoutePath
from workspace.web.context import reading, writing

api = APIBlueprint("entries", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="entries")])


class RegisterPath(RoutePath):
    """A register."""

    register_id: UUID


class EntryPath(RoutePath):
    """An entry of a register."""

    entry_id: UUID


class EntriesQuery(Query):
    """Which entries: after this number, with this text in the number."""

    after: str = Field(default="", max_length=200)
    number: str = Field(default="", max_length=200)


class RetentionBody(Body):
    """The last day on which a register may be kept."""

    until: date


class EntryEndBody(Body):
    """How the entry ends. Found: with the day and the authority's reference."""

    closed_as: EntryEnd
    reason: str = Field(max_length=MOST_TEXT, description="Why: at least one letter or digit.")
    found_on: date | None = None
    reference: str | None = Field(default=None, max_length=200)


@api.get("/registers/<uuid:register_id>/entries")
def register_entries(path: RegisterPath, query: EntriesQuery) -> RegisterEntries:
    """One page of a register's entries, by number."""
    with reading() as view:
        return queries.register_entries(view.session, path.register_id, after=query.after, number=query.number)


@api.post("/registers/<uuid:register_id>/retention")
def state_retention(path: RegisterPath, body: RetentionBody) -> None:
    """State until when one's own register may be kept: until then it is searched, after the window too."""
    with writing() as tx:
        retention.state_retention(tx, path.register_id, until=body.until)


@api.get("/entries/<uuid:entry_id>")
def entry_page(path: EntryPath) -> EntryPage:
    """An entry with its leads and how it ended."""
    with reading() as view:
        return queries.entry_page(view.session, path.entry_id)


@api.post("/entries/<uuid:entry_id>/close")
def close_entry(path: EntryPath, body: EntryEndBody) -> None:
    """End an entry of one's own register: found, withdrawn or adult. It leaves matching at once, and its leads say
    so."""
    with writing() as tx:
        commands.close_entry(tx, path.entry_id, **body.model_dump())


@api.post("/entries/<uuid:entry_id>/reopen")
def reopen_entry(path: EntryPath, body: ReasonBody) -> None:
    """Take up again an entry that was closed in error; its leads come back."""
    with writing() as tx:
        commands.reopen_entry(tx, path.entry_id, reason=body.reason)
