"""The statistics of an operation: one frozen edition as a document, with the same figures as its files."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from workspace.errors import NotFound
from workspace.exchange.statistics_report import PrintedEdition, PrintedTable, charts, for_public, printed
from workspace.queries import operations as queries
from workspace.queries.editions import EditionHead, editions, stored_edition
from workspace.queries.operations import OperationHead
from workspace.rules.states import EDITION_KINDS
from workspace.web.context import may, reading

pages = Blueprint("statistics", __name__)

DARKEST = 3
"""Shades of the matrix (components.css .h1 to .h3)."""


@dataclass(frozen=True)
class MatrixRow:
    """A country's line: `cells` with their class, and the sum."""

    country: str
    cells: tuple[tuple[str, str], ...]
    total: str


@pages.get("/operations/<int:operation_id>/statistics")
def statistics(operation_id: int) -> str:
    """Show an edition: the newest, or the one that is asked for by its number."""
    wanted = request.args.get("edition", type=int)
    is_public = request.args.get("public") == "1"
    with reading() as view:
        operation = queries.operation(view.session, operation_id)
        heads = editions(view.session, operation_id)
        head = _chosen(heads, wanted)
        stored = stored_edition(view.session, head.id) if head is not None and head.as_of is not None else None
        kinds = _kinds(operation) if may(view, "draw_up_edition", operation) else []
        may_export = may(view, "export_statistics", operation)
    shown = printed(for_public(stored.figures) if is_public else stored.figures, gettext) if stored else None
    return render_template(
        "statistics.html",
        operation=operation,
        editions=heads,
        head=head,
        edition=shown,
        is_public=is_public,
        kinds=kinds,
        may_export=may_export,
        drawings=_drawings(shown) if shown else {},
        matrix=_matrix(shown.matrix) if shown and shown.matrix else [],
    )


def _chosen(heads: list[EditionHead], wanted: int | None) -> EditionHead | None:
    if wanted is None:
        return heads[-1] if heads else None
    chosen = next((head for head in heads if head.number == wanted), None)
    if chosen is None:
        raise NotFound("There is no such edition.")
    return chosen


def _kinds(operation: OperationHead) -> list[str]:
    """The kinds that the operation's state allows now."""
    return [kind for kind, states in EDITION_KINDS.items() if operation.state_now in states]


def _drawings(edition: PrintedEdition) -> dict[str, Markup]:
    """The charts by the key of their table; our own drawing, in which every text is escaped."""
    drawn = charts(edition, gettext)
    return {
        "series_funnel": Markup(drawn.series_funnel),  # noqa: S704 - exchange.charts writes and escapes it
        "lead_funnel": Markup(drawn.lead_funnel),  # noqa: S704 - as above
        "referral_days": Markup(drawn.referral_days),  # noqa: S704 - as above
    }


def _matrix(table: PrintedTable) -> list[MatrixRow]:
    """Who sent to whom, the more the darker; a country's own cell is framed."""
    highest = max((number or 0 for row in table.rows for number in row.numbers[:-1]), default=0)

    def look(number: float | None, is_own: bool) -> str:
        if is_own:
            return "own"
        return f"h{min(DARKEST, 1 + int(DARKEST * number / (highest + 1)))}" if number else ""

    return [
        MatrixRow(
            row.label,
            tuple(
                (shown, look(number, place == own))
                for place, (shown, number) in enumerate(zip(row.texts[:-1], row.numbers[:-1], strict=True))
            ),
            row.texts[-1],
        )
        for own, row in enumerate(table.rows)
    ]
