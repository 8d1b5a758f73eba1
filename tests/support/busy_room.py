"""Other people's work around the walk: a board on which something stands in every column, made by commands."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.exercise_room import Exercise
from tests.support.papers import opinion, refer
from workspace.commands.claims import claim_lead
from workspace.commands.discussion import mark_urgent
from workspace.commands.stages import park_lead


def fill_the_board(exercise: Exercise) -> None:
    """Claims, opinions, a rejected, a parked and a referred lead, between Colombia and others; Ecuador and Peru keep
    theirs.

    Needs a worker: it builds the package.
    """
    leads = _leads_of_others(exercise)
    app, people = exercise.app, exercise.people
    for label in ("CO · specialist 1", "CL · specialist 1", "CO · analyst"):
        with app.write(people[label]) as tx:
            claim_lead(tx, leads.pop())
    done: list[UUID] = []
    plans = [(2,), (2,), (1, 2), (1, 1), (5, 4), (2, 4)]
    for opinions in plans:
        lead = leads.pop()
        done.append(lead)
        for label, level in zip(("CO · specialist 2", "EC · specialist 2"), opinions, strict=False):
            opinion(exercise, lead, label, level)
    with app.write(people["CO · analyst"]) as tx:
        park_lead(tx, leads.pop(), reason="Waits for the original from the custodian.")
    for lead in leads[:2]:
        with app.write(people["CO · analyst"]) as tx:
            mark_urgent(tx, lead, reason="A picture of this week.")
    refer(exercise, done[plans.index((1, 1))], to="EC-VID", approver="CO · country lead")
    # So that the overview has something that waits too long.
    exercise.change(
        "update lead set stage_since = stage_since - number * interval '11 minutes' "
        "where operation_id = :id and stage in ('assessed', 'verified')",
        id=exercise.operation_id,
    )


def _leads_of_others(exercise: Exercise) -> list[UUID]:
    """Open leads of Colombia with another country whose sides both may see; the most certain last."""
    with Session(exercise.workers.engine) as session:
        return list(
            session.scalars(
                text("""select l.id from lead l where l.operation_id = :operation and l.stage = 'open' and l.holder_id
                    is null
                     and 'CO' = any(l.countries) and cardinality(l.countries) = 2
                     and not exists (select 1 from compartment c where c.id = any(l.locks) and c.sharing <> 'operation')
                     order by l.score nulls first, l.number"""),
                {"operation": exercise.operation_id},
            )
        )
