"""Closes an exhibit that was open to all countries, as its owner said. Must not decide what moves: the database
does."""

from __future__ import annotations

from workers.tools import Effects, WorkerTools
from workspace.commands.closing import begin_closing, fail_closing, follow_closing, move_part
from workspace.model.database import Tx
from workspace.model.jobs import Taken


def close_exhibit(tools: WorkerTools, job: Taken) -> Effects:
    """Move what came with an exhibit behind a lock of its own: few files in one write, many part by part, between which
    others write. Job `close_exhibit`, subject: the change of the exhibit."""
    with tools.db.write(tools.service_id) as tx:
        has_more = begin_closing(tx, job.subject_id)
    while has_more:
        with tools.db.write(tools.service_id) as tx:
            has_more = move_part(tx, job.subject_id)
        tools.steps += 1
    return lambda tx: follow_closing(tx, job.subject_id)


def give_up_closing(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that the owner knows that the exhibit is still open and can ask again; one that
    has begun to move is gone on with."""
    fail_closing(tx, job.subject_id)
