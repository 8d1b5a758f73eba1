"""Pages of series: the board with its columns of triage, and one series with all that is in it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from workspace.queries import operations
from workspace.queries.places import places_of
from workspace.queries.series_board import PART, SeriesFilter, own_columns
from workspace.queries.series_board import series_board as find_board
from workspace.queries.series_page import number_of_series, other_series, possible_holders
from workspace.queries.series_page import series_page as find_page
from workspace.queries.series_suggestions import MOST_PERSONS
from workspace.queries.series_suggestions import suggested_series as find_suggestions
from workspace.rules.codes import SERIES_RECENCIES, SHARINGS
from workspace.web.context import may, reading
from workspace.web.places import name_of_country
from workspace.web.sentences import event_sentence

pages = Blueprint("series", __name__)

ACTIONS = (
    "claim_series",
    "triage_series",
    "name_series",
    "merge_series",
    "comment_on_series",
    "take_over_series",
    "place_person",
    "determine_country",
    "take_back_country",
    "open_clue",
)


@pages.get("/operations/<int:operation_id>/series")
def series_board(operation_id: int) -> str:
    """Show the series in their columns; what is narrowed stands in the address, and one column alone with `column`."""
    asked = request.args
    recency = asked.get("recency", "")
    narrowed = SeriesFilter(
        country=asked.get("country", "")[:2] or None,
        owner=asked.get("owner", "")[:2] or None,
        recency=recency if recency in (*SERIES_RECENCIES, "not_stated") else None,
        wants_second=asked.get("show") == "second",
        mine=asked.get("show") == "mine",
    )
    column = asked.get("column", "")[:36] or None
    after = max(0, min(asked.get("after", 0, type=int), 2**31 - 1))
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        columns = find_board(view.session, operation_id, narrowed, column=column, after=after)
        return render_template(
            "series_board.html",
            operation=operation,
            columns=columns,
            column=column,
            after=after,
            part=PART,
            narrowed=narrowed,
            asked={name: asked[name] for name in ("country", "owner", "recency", "show") if asked.get(name)},
            countries=operations.countries(view.session, operation_id),
            own_columns=own_columns(view.session, operation_id),
            recencies=SERIES_RECENCIES,
            sharings=SHARINGS,
            viewer=view.me,
            may_add=may(view, "add_series", operation),
            may_place=may(view, "place_person", operation),
            may_arrange=may(view, "arrange_series", operation),
        )


@pages.get("/operations/<int:operation_id>/series/<int:number>")
def series_page(operation_id: int, number: int) -> str:
    """Show a series, with what the viewer may do about it."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        page = find_page(view.session, operation_id, number)
        allowed = {action: page.merged_into is None and may(view, action, operation) for action in ACTIONS}
        others = other_series(view.session, page.id) if page.is_own and allowed["merge_series"] else []
        may_part = page.is_own and may(view, "merge_series", operation)
        is_mine = page.holder is not None and page.holder.id == view.me.id
        colleagues = possible_holders(view.session, operation_id) if is_mine and allowed["claim_series"] else []
        taken = places_of(view.session, operation_id, series=page.number)
        return render_template(
            "series.html",
            operation=operation,
            series=page,
            allowed=allowed,
            is_mine=is_mine,
            colleagues=colleagues,
            others=others,
            may_part=may_part,
            columns=own_columns(view.session, operation_id),
            recencies=SERIES_RECENCIES,
            viewer=view.me,
            from_files=taken.countries,
            regions=taken.regions,
            name_of_country=name_of_country,
            event_sentence=event_sentence,
        )


@pages.get("/operations/<int:operation_id>/series/suggested")
def suggested_series(operation_id: int) -> str:
    """Show what may be a series of the own material, and why; one press forms it or refuses it."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        found = find_suggestions(view.session, operation_id)
        may_form = may(view, "place_person", operation) and may(view, "add_series", operation)
    return render_template(
        "series_suggested.html", operation=operation, found=found, may_form=may_form, most=MOST_PERSONS
    )


@pages.get("/series/<uuid:series_id>")
def series_by_id(series_id: UUID) -> Response:
    """Go to the page of a series."""
    with reading() as view:
        operation_id, number = number_of_series(view.session, series_id)
    return redirect(f"/operations/{operation_id}/series/{number}", code=303)
