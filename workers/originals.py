"""Reads the stored originals of an exhibit again, decrypted, and compares each with the hash that it came with.
Nothing is decoded."""

from __future__ import annotations

from uuid import UUID

from workers.tools import Effects, WorkerTools
from workspace.commands.originals import fail_check, record_check
from workspace.errors import Unavailable
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements

SQL = statements(__file__)

MISSING, DAMAGED = "missing", "damaged"
"""What the store says of an object (store/objects.py)."""


def check_originals(tools: WorkerTools, job: Taken) -> Effects:
    """Check the originals of an exhibit. Job `check_originals`, subject: the check."""
    with tools.db.read(tools.service_id) as view:
        key = tools.key(view.session, job.operation_id)
        originals = view.session.execute(SQL["originals"], {"check": job.subject_id}).all()
    found: dict[str, list[UUID]] = {MISSING: [], DAMAGED: []}
    for original in originals:
        tools.steps += 1
        try:
            for _ in tools.store.read(original.address, key=key, sha256=original.sha256):
                pass
        except Unavailable as fault:
            reason = str(fault.facts.get("reason"))
            if reason not in found:
                raise
            found[reason].append(original.id)
    return lambda tx: record_check(
        tx, job.subject_id, files=len(originals), wrong=found[DAMAGED], missing=found[MISSING]
    )


def give_up_check(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for it."""
    fail_check(tx, job.subject_id)
