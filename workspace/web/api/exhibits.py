"""REST: one exhibit, and what its owner changes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from flask import Response
from flask_babel import gettext
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from workspace.commands import exhibits as commands
from workspace.commands import failed_work
from workspace.commands.originals import ask_check, note_custody_print, note_vics_export
from workspace.errors import Invalid
from workspace.exchange.printed_custody import custody_pdf
from workspace.exchange.vics_case import case_of
from workspace.queries import exhibits as queries
from workspace.queries.exhibits import ExhibitPage, ReceivedFiles
from workspace.queries.operations import operation
from workspace.rules.codes import ClosingGround, ExhibitFact, Handling
from workspace.rules.paths import MAX_PATH_CHARACTERS
from workspace.turns import let_others_go_on
from workspace.web.answers import File, attachment
from workspace.web.api.intake import ExhibitPath
from workspace.web.bodies import MOST_TEXT, Body, Query, ReasonBody
from workspace.web.context import current_person, reading, writing
from workspace.web.custody import custody_head, custody_lines

api = APIBlueprint("exhibits", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="exhibits")])


class AfterQuery(Query):
    """Files whose path comes after this one; from the first if none is given."""

    is_cleaned: ClassVar[bool] = False

    after: str = Field("", max_length=MAX_PATH_CHARACTERS)


class HandlingBody(Body):
    """The handling code that counts from now on, and why."""

    handling_code: Handling
    reason: str = Field(max_length=MOST_TEXT, description="Why: at least one letter or digit.")


class CorrectionBody(Body):
    """Which fact is corrected, what it is now (empty takes it away), and why."""

    what: ExhibitFact
    value: str = Field("", max_length=MOST_TEXT)
    reason: str = Field(max_length=MOST_TEXT, description="Why: at least one letter or digit.")


class ClosingBody(Body):
    """On what ground the exhibit is closed, and why."""

    ground: ClosingGround
    reason: str = Field(max_length=MOST_TEXT, description="Why: at least one visible character.")


@api.get("/exhibits/<uuid:exhibit_id>")
def exhibit_page(path: ExhibitPath) -> ExhibitPage:
    """An exhibit with what its owner changed; its owner reads who looked at its pictures, and how often."""
    with reading() as view:
        return queries.exhibit_page(view.session, path.exhibit_id)


@api.get("/exhibits/<uuid:exhibit_id>/files")
def received_files(path: ExhibitPath, query: AfterQuery) -> ReceivedFiles:
    """The files of one's own exhibit that came and need not be sent again, in parts."""
    with reading() as view:
        return queries.received_files(view.session, path.exhibit_id, after=query.after)


@api.post("/exhibits/<uuid:exhibit_id>/handling")
def change_handling(path: ExhibitPath, body: HandlingBody) -> None:
    """Change the handling code of one's own exhibit; a less strict one asks for the passkey."""
    with writing() as tx:
        commands.change_handling(tx, path.exhibit_id, **body.model_dump())


@api.post("/exhibits/<uuid:exhibit_id>/corrections")
def correct_exhibit(path: ExhibitPath, body: CorrectionBody) -> None:
    """Correct a fact of one's own exhibit; what stood before is kept, with the reason."""
    with writing() as tx:
        commands.correct_exhibit(tx, path.exhibit_id, **body.model_dump())


@api.post("/exhibits/<uuid:exhibit_id>/check")
def check_originals(path: ExhibitPath) -> None:
    """Have the stored originals of one's own exhibit read again and compared with the hashes that they came with."""
    with writing() as tx:
        ask_check(tx, path.exhibit_id)


@api.post("/exhibits/<uuid:exhibit_id>/again")
def try_again(path: ExhibitPath) -> None:
    """Have done anew what failed in every attempt about the files of one's own exhibit."""
    with writing() as tx:
        failed_work.try_again(tx, path.exhibit_id)


@api.get("/exhibits/<uuid:exhibit_id>/custody.pdf")
def custody_log(path: ExhibitPath) -> Annotated[Response, File("application/pdf")]:
    """Answer the custody log of one's own exhibit on paper; that it was printed is recorded."""
    with writing() as tx:
        note_custody_print(tx, path.exhibit_id)
    with reading() as view:
        page = queries.exhibit_page(view.session, path.exhibit_id)
        steps: list[queries.CustodyStep] = []
        for part in queries.custody_parts(view.session, path.exhibit_id):
            steps[:0] = reversed(part)
            let_others_go_on()
        if len(steps) > queries.MOST_STEPS:
            raise Invalid(
                "This exhibit has more than {most} steps, more than one paper holds. An observer's export of the "
                "record has all of them.",
                most=queries.MOST_STEPS,
            )
        head = operation(view.session, page.operation_id)
    content = custody_pdf(custody_head(page, head, current_person()), custody_lines(steps, head.time_zone), gettext)
    return attachment(content, "application/pdf", f"custody-{page.id}.pdf", is_exercise=head.is_exercise)


@api.get("/exhibits/<uuid:exhibit_id>/vics.json")
def vics_case(path: ExhibitPath) -> Annotated[Response, File("application/json")]:
    """Answer the files of one's own exhibit as a case of the VICS 2.0 shape: hashes, sizes and paths, no picture. That
    it was exported is recorded."""
    with writing() as tx:
        note_vics_export(tx, path.exhibit_id)
    with reading() as view:
        page = queries.exhibit_page(view.session, path.exhibit_id)
        is_exercise = operation(view.session, page.operation_id).is_exercise
        files = queries.vics_files(view.session, page.id)
        content = []
        for part in case_of(page.id, page.case_reference, page.label, files, is_exercise=is_exercise):
            content.append(part)
            let_others_go_on()
    return attachment(content, "application/json", f"vics-{page.id}.json", is_exercise=is_exercise)


@api.post("/exhibits/<uuid:exhibit_id>/open")
def open_exhibit(path: ExhibitPath, body: ReasonBody) -> None:
    """Open a closed exhibit of one's own to all countries."""
    with writing() as tx:
        commands.open_exhibit(tx, path.exhibit_id, reason=body.reason)


@api.post("/exhibits/<uuid:exhibit_id>/close")
def close_exhibit(path: ExhibitPath, body: ClosingBody) -> None:
    """Have an exhibit of one's own closed to all others; what also came with an open one stays open with it."""
    with writing() as tx:
        commands.close_exhibit(tx, path.exhibit_id, **body.model_dump())
