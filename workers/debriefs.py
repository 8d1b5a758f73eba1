"""Draws up the debrief of an exercise: counts what happened against the truth in one snapshot, then freezes it."""

from __future__ import annotations

from workers.tools import Effects, WorkerTools, now_of
from workspace.commands.exercise import record_debrief
from workspace.exchange.debrief_figures import debrief_to_record
from workspace.model.jobs import Taken
from workspace.queries.debrief import draw_debrief


def draw_up_debrief(tools: WorkerTools, job: Taken) -> Effects:
    """Count and freeze a debrief. Job `draw_up_debrief`, subject the operation's id as a UUID."""
    with tools.db.read(tools.service_id) as view:
        drawn = draw_debrief(view.session, job.operation_id, now_of(view))
    if drawn is None:
        return lambda tx: None
    figures = debrief_to_record(drawn.figures)
    opinions = [(each.opinion_id, each.examiner_id, each.is_same) for each in drawn.opinions]
    return lambda tx: record_debrief(tx, job.operation_id, seq=drawn.seq, figures=figures, opinions=opinions)
