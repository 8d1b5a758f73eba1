"""Pages of clues: their list, and where a new one is opened."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

from workspace.errors import NotFound
from workspace.queries import clues as queries
from workspace.queries import operations
from workspace.rules.codes import CLUE_WHATS
from workspace.web.context import may, reading

pages = Blueprint("clues", __name__)
WHOLE = 5000
MOST_ALSO = 100
MOST_DIGITS = 10
"""Of a number in an address: what fits into 32 bits."""


@pages.get("/operations/<int:operation_id>/clues")
def clues(operation_id: int) -> str:
    """List the clues; `what` narrows them to one kind, `all` shows the rest."""
    what = request.args.get("what") if request.args.get("what") in CLUE_WHATS else None
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        found = queries.clues(
            view.session, operation_id, what=what, most=WHOLE if "all" in request.args else queries.MOST
        )
        may_open = may(view, "open_clue", operation)
        may_import = may(view, "import_outside_results", operation)
    return render_template(
        "clues.html",
        operation=operation,
        clues=found.rows,
        of=found.of,
        what=what,
        whats=CLUE_WHATS,
        may_open=may_open,
        may_import=may_import,
    )


def _id_or_number(given: str) -> UUID | int:
    """As links name it. Raises: ValueError, which leaves the argument out."""
    if given.isascii() and given.isdigit() and len(given) < MOST_DIGITS:
        return int(given)
    return UUID(given)


@pages.get("/operations/<int:operation_id>/clues/add")
def add_to_clue(operation_id: int) -> str:
    """Say that a clue which is there is seen in a medium (`media`) too, and where."""
    media = request.args.get("media", type=UUID)
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        source = queries.clue_source(view.session, operation_id, media=media, person=None, series=None)
        found = queries.clues_to_join(view.session, operation_id, media) if media else None
        may_add = may(view, "add_clue_media", operation)
    if found is None:
        raise NotFound("There is no such medium.")
    return render_template("clue_add.html", operation=operation, source=source, found=found, may_add=may_add)


@pages.get("/operations/<int:operation_id>/clues/new")
def new_clue(operation_id: int) -> str:
    """Open a clue: of a medium (`media`; `also` names further ones), a person (`person`), a series (`series`, both by
    id or number), or none."""
    media = request.args.get("media", type=UUID)
    also = request.args.getlist("also", type=UUID)[:MOST_ALSO]
    person, series = (request.args.get(name, type=_id_or_number) for name in ("person", "series"))
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        source = queries.clue_source(view.session, operation_id, media=media, person=person, series=series, also=also)
        may_open = may(view, "open_clue", operation)
    return render_template("clue_new.html", operation=operation, source=source, whats=CLUE_WHATS, may_open=may_open)
