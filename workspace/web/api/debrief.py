"""REST: the debrief of an exercise, once its truth is revealed; each person's own opinions beside it; and its files,
recorded."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from flask_babel import gettext
from flask_openapi3 import APIBlueprint, Tag

from workspace.commands.exercise import delete_own_debrief
from workspace.commands.shown import note_debrief_export
from workspace.exchange.debrief_figures import DebriefFigures
from workspace.exchange.printed_debrief import debrief_as_json, debrief_as_pdf, printed_debrief
from workspace.queries import debrief as queries
from workspace.queries.debrief import OpinionBesideTruth
from workspace.web.answers import File, attachment
from workspace.web.bodies import OperationPath
from workspace.web.context import current_person, language, reading, writing

api = APIBlueprint("debrief", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="exercise")])


@api.get("/operations/<int:operation_id>/debrief")
def debrief(path: OperationPath) -> DebriefFigures:
    """Answer the debrief of an exercise: its figures and what they mean. There is none before the truth is revealed."""
    with reading() as view:
        return queries.stored_debrief(view.session, path.operation_id)


@api.get("/operations/<int:operation_id>/debrief/opinions")
def own_opinions(path: OperationPath) -> list[OpinionBesideTruth]:
    """Answer the caller's own opinions beside the truth, and nobody else's."""
    with reading() as view:
        queries.stored_debrief(view.session, path.operation_id)
        return queries.own_opinions(view.session, path.operation_id)


@api.delete("/operations/<int:operation_id>/debrief/opinions")
def delete_own_opinions(path: OperationPath) -> None:
    """Delete what the debrief says of the caller's own opinions, for good. The figures of all stay as they are."""
    with writing() as tx:
        queries.stored_debrief(tx.session, path.operation_id)
        delete_own_debrief(tx, path.operation_id)


@api.get("/operations/<int:operation_id>/debrief.json")
def get_json(path: OperationPath) -> Annotated[Response, File("application/json")]:
    """Answer the debrief as a file for programs, without anybody's own opinions."""
    return attachment(
        debrief_as_json(_exported(path.operation_id, "json")), "application/json", f"debrief-{path.operation_id}.json"
    )


@api.get("/operations/<int:operation_id>/debrief.pdf")
def get_pdf(path: OperationPath) -> Annotated[Response, File("application/pdf")]:
    """Answer the debrief on paper, without anybody's own opinions."""
    printed, person = printed_debrief(_exported(path.operation_id, "pdf"), gettext), current_person()
    content = debrief_as_pdf(printed, gettext, language=language(), printed_by=person.name)
    return attachment(content, "application/pdf", f"debrief-{path.operation_id}.pdf")


def _exported(operation_id: int, form: Literal["json", "pdf"]) -> DebriefFigures:
    """The debrief, whose export is recorded before it goes."""
    with reading() as view:
        debrief = queries.stored_debrief(view.session, operation_id)
    with writing() as tx:
        note_debrief_export(tx, operation_id, form=form)
    return debrief
