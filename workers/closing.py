"""Closes an exhibit that was open to all countries, as its owner said. Must not decide what moves: the database
does."""

from __future__ import annotations

from workers.tools import Effects, WorkerTools
from workspace.commands.closing import fail_closing, follow_closing
from workspace.model.database import Tx
from workspace.model.jobs import Taken


def close_exhibit(tools: WorkerTools, job: Taken) -> Effects:
    """Move what came with an exhibit behind a lock of its own. Job `close_exhibit`, subject: the change of the
    exhibit."""
    return lambda tx: follow_closing(tx, job.subject_id)


def give_up_closing(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that the owner knows that the exhibit is still open and can ask again."""
    fail_closing(tx, job.subject_id)
