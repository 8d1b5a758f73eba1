"""Verifies a chain and every governed row of it. Must not decide what follows from what is found."""

from __future__ import annotations

from workers.tools import Effects, WorkerTools
from workspace.commands.record_checks import keep_verification
from workspace.model.jobs import Taken
from workspace.queries.verification import verify_operation


def verify_record(tools: WorkerTools, job: Taken) -> Effects:
    """Verify a chain in one snapshot. Job `verify_record`, subject: the chain's operation as a UUID; 0 is the
    installation's own."""
    with tools.db.read(tools.service_id) as view:
        found = verify_operation(view.session, job.subject_id.int)
    return lambda tx: keep_verification(tx, found)
