"""Draws up an edition of the statistics: counts in one snapshot, then freezes it, with the signed head of the record
that it was counted from. Must not decide what may be printed."""

from __future__ import annotations

from workers.heads import signed
from workers.tools import Effects, WorkerTools, now_of
from workspace.commands.editions import fail_edition, record_edition
from workspace.commands.heads import keep_head
from workspace.exchange.statistics_report import to_record
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.queries.figures import draw


def draw_up_edition(tools: WorkerTools, job: Taken) -> Effects:
    """Count and freeze an edition. Job `draw_up_edition`, subject edition."""
    with tools.db.read(tools.service_id) as view:
        drawn = draw(view.session, job.subject_id, now_of(view))
    if drawn is None:
        return lambda tx: None
    record = to_record(drawn.figures)
    head = signed(tools, drawn.operation_id, seq=drawn.seq, digest=drawn.log_digest, now=drawn.as_of)

    def freeze(tx: Tx) -> None:
        record_edition(
            tx, job.subject_id, as_of=drawn.as_of, seq=drawn.seq, log_digest=drawn.log_digest, figures=record
        )
        keep_head(tx, drawn.operation_id, **vars(head))

    return freeze


def give_up_edition(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for it."""
    fail_edition(tx, job.subject_id)
