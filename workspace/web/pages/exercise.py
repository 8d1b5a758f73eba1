"""The director's page of an exercise. It exists for its director alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template

from workspace.queries import directing as queries
from workspace.queries import operations
from workspace.queries.directing import Seat
from workspace.rules.exercise import PACES
from workspace.rules.roles import RECEIVERS, ROLES
from workspace.web.context import may, reading
from workspace.web.director_words import possible_injections, worded_acts

pages = Blueprint("exercise", __name__)

AWAY_MIN = 5
"""From how many minutes on a person is shown as away: a session notes its use less than once a minute."""

SERVE_COMMAND = "make demo"


@dataclass(frozen=True)
class SeatTable:
    """Seats by country and role. columns: (role, of those who receive for what kind of agency, how many such columns
    stand before); rows: a country and its seats in the order of the columns.
    """

    columns: list[tuple[str, str, int]]
    rows: list[tuple[str, list[Seat | None]]]


@pages.get("/operations/<int:operation_id>/exercise")
def exercise(operation_id: int) -> str:
    """Show how the exercise is played, by whom, what can be put into it, and acts as they happen."""
    with reading() as view:
        how = queries.how_played(view.session, operation_id)
        operation = operations.operation(view.session, operation_id)
        seats = queries.seats(view.session, operation_id)
        injections = queries.injections(view.session, operation_id)
        acts = queries.acts(view.session, operation_id)
        may_reveal = how.revealed_at is None and may(view, "reveal_truth", operation)
    return render_template(
        "exercise.html",
        operation=operation,
        how=how,
        seats=seats,
        table=_table(seats),
        injections=injections,
        possible=possible_injections(),
        acts=worded_acts(acts),
        paces=PACES,
        away_min=AWAY_MIN,
        may_reveal=may_reveal,
        serve_command=SERVE_COMMAND,
    )


def _table(seats: Iterable[Seat]) -> SeatTable:
    """Put each seat that may pass into the column of its role; a country's second seat of one role gets a column of its
    own, and so does each kind of agency that only receives."""
    places: dict[str, dict[tuple[str, str, int], Seat]] = {}
    for seat in (each for each in seats if each.may_pass):
        row = places.setdefault(seat.country, {})
        kind = seat.kind if seat.role in RECEIVERS else ""
        ordinal = sum(column[:2] == (seat.role, kind) for column in row)
        row[seat.role, kind, ordinal] = seat
    columns = sorted(
        {column for row in places.values() for column in row}, key=lambda each: (ROLES.index(each[0]), *each[1:])
    )
    return SeatTable(columns, [(country, [row.get(column) for column in columns]) for country, row in places.items()])
