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
    """Seats by role and country: there are more roles than countries, and a role needs more words. rows: (role, of
    those who receive for what kind of agency, how many such rows stand before), and their seats in the order of the
    countries.
    """

    countries: list[str]
    rows: list[tuple[tuple[str, str, int], list[Seat | None]]]


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
    """Put each seat that may pass into the row of its role; a country's second seat of one role gets a row of its own,
    and so does each kind of agency that only receives."""
    places: dict[str, dict[tuple[str, str, int], Seat]] = {}
    for seat in (each for each in seats if each.may_pass):
        column = places.setdefault(seat.country, {})
        kind = seat.kind if seat.role in RECEIVERS else ""
        ordinal = sum(row[:2] == (seat.role, kind) for row in column)
        column[seat.role, kind, ordinal] = seat
    rows = sorted(
        {row for column in places.values() for row in column}, key=lambda each: (ROLES.index(each[0]), *each[1:])
    )
    return SeatTable(list(places), [(row, [column.get(row) for column in places.values()]) for row in rows])
