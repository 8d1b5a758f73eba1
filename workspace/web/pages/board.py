"""The board and the page of a lead: frames in which the islands draw what the API answers."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workspace.queries import operations as queries
from workspace.queries.board import lead_card, lead_of_number, leads_off_board
from workspace.rules.leads import OFF_BOARD
from workspace.rules.numbers import lead_number
from workspace.web.context import reading

pages = Blueprint("board", __name__)


@pages.get("/operations/<int:operation_id>/board")
def board(operation_id: int) -> Response | str:
    """Show the board; before the viewer's country accepted the terms, go to the terms instead."""
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
    if not operation.accepted:
        return redirect(url_for("operations.terms", operation_id=operation_id), code=303)
    return render_template("board.html", operation=operation)


@pages.get("/operations/<int:operation_id>/leads")
def off_board(operation_id: int) -> str:
    """List the leads that left the board: rejected, parked or closed."""
    stage, before = request.args.get("stage", OFF_BOARD[0]), request.args.get("before", type=int)
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        page = leads_off_board(view.session, operation_id, stage, before=before)
    return render_template(
        "off_board.html", operation=operation, stage=stage, stages=OFF_BOARD, leads=page.leads, more=page.more
    )


@pages.get("/operations/<int:operation_id>/leads/<uuid:lead_id>")
def lead(operation_id: int, lead_id: UUID) -> Response | str:
    """Show the page of a lead."""
    with reading() as view:
        found = lead_card(view.session, lead_id)
        if found.operation_id != operation_id:
            return redirect(url_for("board.lead", operation_id=found.operation_id, lead_id=lead_id), code=303)
        operation = queries.operation(view.session, operation_id)
    return render_template(
        "lead.html",
        operation=operation,
        lead_id=lead_id,
        lead_number=lead_number(found.card.number),
        lead_code=found.card.handling or "",
    )


@pages.get("/operations/<int:operation_id>/leads/<int:number>")
def lead_by_number(operation_id: int, number: int) -> Response:
    """Go to a lead by the number that people say."""
    with reading() as view:
        lead_id = lead_of_number(view.session, operation_id, number)
    return redirect(url_for("board.lead", operation_id=operation_id, lead_id=lead_id), code=303)
