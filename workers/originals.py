"""Reads the stored originals of an exhibit again, and its case files, decrypted, and compares each with the hash that
it came with. Nothing is decoded."""

from __future__ import annotations

import hashlib
import io
from itertools import chain
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from workers.tools import Effects, WorkerTools
from workspace.commands.originals import fail_check, record_check
from workspace.errors import Unavailable
from workspace.intake.uploads import opened_file
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.store.keys import OperationKey

SQL = statements(__file__)

MISSING, DAMAGED = "missing", "damaged"
"""What the store says of an object (store/objects.py)."""


def check_originals(tools: WorkerTools, job: Taken) -> Effects:
    """Check the originals of an exhibit. Job `check_originals`, subject: the check."""
    with tools.db.read(tools.service_id) as view:
        key = tools.key(view.session, job.operation_id)
        originals = view.session.execute(SQL["originals"], {"check": job.subject_id}).all()
        cases = view.session.execute(SQL["cases"], {"check": job.subject_id}).all()
    found: dict[str, list[UUID]] = {MISSING: [], DAMAGED: []}
    for file, read in chain(((each, _read_original) for each in originals), ((each, _read_case) for each in cases)):
        tools.steps += 1
        try:
            read(tools, key, file)
        except Unavailable as fault:
            reason = str(fault.facts.get("reason"))
            if reason not in found:
                raise
            found[reason].append(file.id)
    files = len(originals) + len(cases)
    return lambda tx: record_check(tx, job.subject_id, files=files, wrong=found[DAMAGED], missing=found[MISSING])


def _read_original(tools: WorkerTools, key: OperationKey, file: Row[Any]) -> None:
    """Raises: Unavailable: `missing` or `damaged`."""
    for _ in tools.store.read(file.address, key=key, sha256=file.sha256):
        pass


def _read_case(tools: WorkerTools, key: OperationKey, file: Row[Any]) -> None:
    """A case file lies with what sealed it, so that its own hash is that of a part. Raises: Unavailable: as above."""
    with opened_file(file.address, store=tools.store, key=key) as content:
        came = hashlib.file_digest(cast("io.BufferedReader", content), "sha256").digest()
    if came != file.sha256:
        raise Unavailable("The case file is not the one that came.", reason=DAMAGED)


def give_up_check(tx: Tx, job: Taken) -> None:
    """Say that every attempt failed, so that nobody waits for it."""
    fail_check(tx, job.subject_id)
