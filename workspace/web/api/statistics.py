"""Editions of the statistics over REST: asked for, listed, and exported as JSON, CSV and PDF. Every export is
recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from flask import Response
from flask_babel import gettext
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands.editions import draw_up_edition
from workspace.commands.shown import note_edition_export
from workspace.exchange.statistics_report import PrintedEdition, for_public, printed, to_csv, to_json, to_pdf
from workspace.queries.editions import editions, stored_edition
from workspace.queries.operations import operation
from workspace.rules.states import EditionKind
from workspace.web.answers import File, attachment
from workspace.web.bodies import Body, OperationPath, Query, RoutePath
from workspace.web.context import language, reading, writing

api = APIBlueprint("statistics", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="statistics")])


class EditionBody(Body):
    """Which kind: interim at any time, closing once the operation closes, follow-up in the months after."""

    kind: EditionKind


class EditionPath(RoutePath):
    """An edition."""

    edition_id: UUID


class AudienceQuery(Query):
    """For whom: 1 is the public edition, without small numbers of people and without who sent to whom."""

    public: int = Field(0, ge=0, le=1)


@dataclass(frozen=True)
class AskedEdition:
    """The edition that a worker counts."""

    edition: UUID


@dataclass(frozen=True)
class ListedEdition:
    """An edition: until it is counted it has neither time nor event; nor if it could not be. record_sha256: the record
    at that event, hexadecimal."""

    id: UUID
    number: int
    kind: str
    as_of: datetime | None
    event: int | None
    record_sha256: str | None
    has_failed: bool


@dataclass(frozen=True)
class Editions:
    """The editions of an operation."""

    editions: list[ListedEdition]


@api.post("/operations/<int:operation_id>/editions")
def draw_up(path: OperationPath, body: EditionBody) -> AskedEdition:
    """Have an edition drawn up; a worker counts it."""
    with writing() as tx:
        return AskedEdition(draw_up_edition(tx, path.operation_id, kind=body.kind))


@api.get("/operations/<int:operation_id>/editions")
def all_editions(path: OperationPath) -> Editions:
    """Answer the editions of an operation."""
    with reading() as view:
        operation(view.session, path.operation_id)  # not there and not yours look the same
        rows = editions(view.session, path.operation_id)
    return Editions(
        [
            ListedEdition(row.id, row.number, row.kind, row.as_of, row.seq, row.log_digest, row.has_failed)
            for row in rows
        ]
    )


@api.get("/editions/<uuid:edition_id>.json")
def get_json(path: EditionPath, query: AudienceQuery) -> Annotated[Response, File("application/json")]:
    """Answer an edition for programs."""
    edition, name = _exported(path.edition_id, query, "json")
    return attachment(to_json(edition), "application/json", name)


@api.get("/editions/<uuid:edition_id>.csv")
def get_csv(path: EditionPath, query: AudienceQuery) -> Annotated[Response, File("text/csv")]:
    """Answer an edition as one long table."""
    edition, name = _exported(path.edition_id, query, "csv")
    return attachment(to_csv(edition), "text/csv", name)


@api.get("/editions/<uuid:edition_id>.pdf")
def get_pdf(path: EditionPath, query: AudienceQuery) -> Annotated[Response, File("application/pdf")]:
    """Answer an edition for people, on paper."""
    edition, name = _exported(path.edition_id, query, "pdf")
    return attachment(to_pdf(edition, gettext, language=language()), "application/pdf", name)


def _exported(
    edition_id: UUID, query: AudienceQuery, form: Literal["json", "csv", "pdf"]
) -> tuple[PrintedEdition, str]:
    """What may be seen of the edition, in the reader's language, and the file's name; recorded before it goes."""
    with reading() as view:
        stored = stored_edition(view.session, edition_id)
    audience: Literal["public", "internal"] = "public" if query.public else "internal"
    with writing() as tx:
        note_edition_export(tx, stored.operation_id, edition=stored.number, audience=audience, form=form)
    figures = for_public(stored.figures) if query.public else stored.figures
    exercise = "exercise-" if figures.header.is_exercise else ""
    name = f"{exercise}edition-{stored.operation_id}-{stored.number}-{audience}.{form}"
    return printed(figures, gettext, head=stored.head), name
