"""The page of grades: the countries' tables of categories, and how many people must agree."""

from __future__ import annotations

from flask import Blueprint, render_template

from workspace.queries import grades as queries
from workspace.queries import operations
from workspace.rules.grades import MOST_VOTES, SHIPPED
from workspace.web.context import may, reading

pages = Blueprint("grades", __name__)


@pages.get("/operations/<int:operation_id>/grading")
def grading(operation_id: int) -> str:
    """Show the tables and the rule; bring a table in, or ask for more people, where one may."""
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        found = queries.grading(view.session, operation_id)
        may_bring = may(view, "bring_grade_table", operation)
        may_raise = may(view, "raise_grade_votes", operation)
    return render_template(
        "grading.html",
        operation=operation,
        grading=found,
        may_bring=may_bring,
        may_raise=may_raise,
        most_votes=MOST_VOTES,
        shipped=SHIPPED,
    )
