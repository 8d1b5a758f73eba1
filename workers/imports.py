"""What the imports of registers and of lists share: progress in the row, a stop by who cancels, the end of the upload.

Progress stands in the row once a second; who cancels meanwhile is heeded at the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from workers.tools import Effects, WorkerTools
from workspace.commands.register_imports import fail_import, forget_upload, note_progress, refuse_import
from workspace.errors import Text, Unavailable, WorkspaceError
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.queries.register_imports import SentImport, sent_import
from workspace.store.keys import OperationKey

EVERY_S = 1.0


class Cancelled(Exception):
    """Whoever sent it does not want it any more."""


def give_up_importing(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits."""
    fail_import(tx, job.subject_id)


def drop_upload(tools: WorkerTools, job: Taken) -> Effects:
    """Erase the upload of an import that has ended. Job `drop_upload`, subject: the import."""
    with tools.db.read(tools.service_id) as view:
        sent = sent_import(view.session, job.subject_id, has_ended=True)
        if sent is None:
            return lambda tx: None
        key = tools.key(view.session, sent.operation_id)
    tools.store.remove(sent.address, key=key)
    return lambda tx: forget_upload(tx, sent.id)


@dataclass
class Progress:
    """Writes once a second how far it is. Raises: Cancelled."""

    tools: WorkerTools
    import_id: UUID
    said_at: float = 0.0

    def say(self, state: str, read: int = 0, total: int | None = None, *, now: bool = False) -> None:
        """Write it if the last time was a second ago, or `now`."""
        if not now and time.monotonic() - self.said_at < EVERY_S:
            return
        with self.tools.db.write(self.tools.service_id) as tx:
            goes_on = note_progress(tx, self.import_id, state, read=read, total=total)
        if not goes_on:
            raise Cancelled
        self.said_at = time.monotonic()
        self.tools.steps += 1


def refused(import_id: UUID, refusal: WorkspaceError) -> Effects:
    """Say in the import's row why nothing of it was taken."""
    listed = refusal.facts.get("faults")
    faults = list(listed) if isinstance(listed, list) and listed else [Text(refusal.source, **refusal.facts)]
    count, takable = int(str(refusal.facts.get("count", len(faults)))), int(str(refusal.facts.get("takable", 0)))
    return lambda tx: refuse_import(tx, import_id, faults=faults, count=count, takable=takable)


def imported(tools: WorkerTools, job: Taken, take: Callable[[SentImport, OperationKey], Effects]) -> Effects:
    """What taking an import comes to. Refused, its row says why; cancelled, or written by another worker meanwhile, it
    leaves nothing."""
    with tools.db.read(tools.service_id) as view:
        sent = sent_import(view.session, job.subject_id)
        if sent is None:
            return lambda tx: None
        key = tools.key(view.session, sent.operation_id)
    try:
        return take(sent, key)
    except Cancelled:
        return lambda tx: None
    except Unavailable:
        raise
    except WorkspaceError as refusal:
        if refusal.facts.get("reason") == "import_ended":
            return lambda tx: None
        return refused(sent.id, refusal)
