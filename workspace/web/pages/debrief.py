"""The debrief of an exercise as a page, with the viewer's own opinions beside the truth at its end."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import gettext

from workspace.exchange.printed_debrief import printed_debrief
from workspace.queries import debrief as queries
from workspace.queries import operations
from workspace.queries.debrief import OpinionBesideTruth
from workspace.rules.verdict import DIFFERENT, SAME
from workspace.web.context import may, reading

pages = Blueprint("debrief", __name__)


@dataclass(frozen=True)
class OwnRow:
    """The viewer's opinions on leads that show one person, or two."""

    is_same: bool
    same: int
    inconclusive: int
    different: int

    @property
    def all(self) -> int:
        """How many they are."""
        return self.same + self.inconclusive + self.different


@pages.get("/operations/<int:operation_id>/debrief")
def debrief(operation_id: int) -> str:
    """Show the debrief, or that it is being drawn up."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        current = queries.debrief_so_far(view.session, operation_id)
        own = queries.own_opinions(view.session, operation_id)
        may_export = may(view, "export_statistics", operation)
    return render_template(
        "debrief.html",
        operation=operation,
        debrief=printed_debrief(current, gettext) if current else None,
        own=own,
        own_rows=[_row(own, is_same) for is_same in (True, False)],
        wrong=[each for each in own if each.is_wrong],
        may_export=may_export,
    )


def _row(own: list[OpinionBesideTruth], is_same: bool) -> OwnRow:
    mine = [each.opinion for each in own if each.is_same is is_same]
    same, different = (sum(opinion in those for opinion in mine) for those in (SAME, DIFFERENT))
    return OwnRow(is_same, same, len(mine) - same - different, different)
