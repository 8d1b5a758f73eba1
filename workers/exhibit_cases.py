"""Reads the case file that came with an exhibit, and keeps it with its records. It is never unpacked to a disk."""

from __future__ import annotations

import hashlib
import io
from functools import partial
from typing import IO, cast
from uuid import UUID

from workers.imports import Progress, imported
from workers.tools import Effects, WorkerTools
from workspace.commands.exhibit_cases import SealedCase, keep_case
from workspace.commands.register_imports import finish_import
from workspace.exchange.vics_kept import read_case
from workspace.intake.uploads import opened_file
from workspace.model.jobs import Taken
from workspace.queries.register_imports import SentImport
from workspace.rules.exhibit_cases import ReadCase
from workspace.store.keys import OperationKey


def import_case(tools: WorkerTools, job: Taken) -> Effects:
    """Read a case and keep it. Job `import_case`, subject: the import."""
    return imported(tools, job, partial(_take, tools))


def _take(tools: WorkerTools, sent: SentImport, key: OperationKey) -> Effects:
    if sent.exhibit_id is not None:
        progress = Progress(tools, sent.id)
        progress.say("reading", now=True)
        with opened_file(sent.address, store=tools.store, key=key) as file:
            read = read_case(file, on_record=lambda records: progress.say("reading", records))
            sealed = SealedCase(sent.address, _sha256(file), file.seek(0, io.SEEK_END))
        progress.say("writing", read.count, read.count, now=True)
        _write(tools, sent, sent.exhibit_id, read, sealed)
    return lambda tx: None


def _write(tools: WorkerTools, sent: SentImport, exhibit_id: UUID, read: ReadCase, sealed: SealedCase) -> None:
    """Write the records and «done» together, as the person who sent the file: their right is asked again."""
    with tools.db.write(sent.asked_by, played_by=sent.played_by) as tx:
        case_id = keep_case(tx, exhibit_id, read, name=sent.name, scheme=sent.scheme, sealed=sealed)
        finish_import(
            tx,
            sent.id,
            case_id=case_id,
            entries=read.count,
            remarks=read.remarks,
            faults=read.faults,
            fault_count=read.fault_count,
        )


def _sha256(file: IO[bytes]) -> bytes:
    file.seek(0)
    return hashlib.file_digest(cast("io.BufferedReader", file), "sha256").digest()
