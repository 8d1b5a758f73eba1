"""The page of proposals: what waits for the owner, and what was answered."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

from workspace.errors import NotFound
from workspace.model.database import View
from workspace.queries import operations
from workspace.queries.grades import grading, medium_grades
from workspace.queries.operations import OperationHead
from workspace.queries.proposals import ProposedChange, proposals_of
from workspace.rules.proposals import ACCEPTED_BY, ProposalKind
from workspace.web.context import may, reading

pages = Blueprint("proposals", __name__)


@pages.get("/operations/<int:operation_id>/proposals")
def proposals(operation_id: int) -> str:
    """List the proposals that one's agency made or answers; of one medium, with the form for its grade, if asked."""
    wanted = request.args.get("medium", type=UUID)
    with reading() as view:
        operation = operations.operation(view.session, operation_id)
        medium = medium_grades(view.session, wanted) if wanted else None
        if medium and medium.operation_id != operation_id:
            raise NotFound("There is no such medium.")
        tables = {each.country: each for each in grading(view.session, operation_id).tables}
        found = proposals_of(view.session, operation_id, wanted)
        may_answer = _may_answer(view, operation)
        may_propose = may(view, "propose_change", operation)
    return render_template(
        "proposed.html",
        operation=operation,
        proposals=found,
        may_answer=may_answer,
        may_propose=may_propose,
        medium=medium,
        table=tables.get(medium.owner) if medium else None,
    )


def _may_answer(view: View, operation: OperationHead) -> dict[ProposalKind, bool]:
    """By kind: whether the viewer could accept one, which does it."""
    answers = may(view, "answer_change", operation)
    return {kind: answers and may(view, action, operation) for kind, action in ACCEPTED_BY.items()}


def proposing(view: View, operation: OperationHead, item: UUID, *, is_own: bool) -> dict[str, object]:
    """What the panel of an item's page needs (templates/proposals.html)."""
    found: list[ProposedChange] = proposals_of(view.session, operation.id, item).rows
    return {
        "proposals": found,
        "may_answer_change": _may_answer(view, operation),
        "may_propose_change": not is_own and may(view, "propose_change", operation),
    }
