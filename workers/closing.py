"""Closes an exhibit that was open to all countries, as its owner said. Must not decide what moves: the database
does."""

from __future__ import annotations

from workers.tools import Effects, WorkerTools
from workspace.commands.closing import follow_closing
from workspace.model.jobs import Taken


def close_exhibit(tools: WorkerTools, job: Taken) -> Effects:
    """Move what came with an exhibit behind a lock of its own. Job `close_exhibit`, subject: the change of the
    exhibit."""
    return lambda tx: follow_closing(tx, job.subject_id)
