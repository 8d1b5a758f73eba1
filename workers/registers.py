"""Reads a register that was sent, and has it written as the person who sent it. Must not decide what may be taken."""

from __future__ import annotations

from functools import partial

from workers.imports import Progress, imported
from workers.tools import Effects, WorkerTools
from workspace.commands.register_imports import finish_import, refuse_import
from workspace.commands.registers import NewEntry
from workspace.commands.registers import import_register as write_register
from workspace.exchange.register import ReadRegister, read_register
from workspace.intake.registers import register_day, store_portraits
from workspace.intake.uploads import opened_upload
from workspace.model.jobs import Taken
from workspace.queries.register_imports import SentImport
from workspace.store.keys import OperationKey


def import_register(tools: WorkerTools, job: Taken) -> Effects:
    """Read a register and write it. Job `import_register`, subject: the import."""
    return imported(tools, job, partial(_take, tools))


def _take(tools: WorkerTools, sent: SentImport, key: OperationKey) -> Effects:
    entries, read = _read(tools, sent, key)
    if read.faults and not (sent.takes_rest and entries):
        faults, count, takable = read.faults, len(read.faults), len(entries)
        return lambda tx: refuse_import(tx, sent.id, faults=faults, count=count, takable=takable, remarks=read.remarks)
    _write(tools, sent, entries, read)
    return lambda tx: None


def _read(tools: WorkerTools, sent: SentImport, key: OperationKey) -> tuple[list[NewEntry], ReadRegister]:
    """What can be taken of the register, with its portraits stored, and what was read."""
    progress = Progress(tools, sent.id)
    progress.say("reading", now=True)
    today = register_day(tools.db, tools.service_id, sent.operation_id)
    with opened_upload(sent.address, store=tools.store, key=key) as register:
        read = read_register(
            register, today=today, on_record=lambda count, total: progress.say("reading", count, max(count, total))
        )
        photos = sum(len(entry.photos) for entry in read.entries)
        stored = iter(range(1, photos + 1))
        if photos:
            progress.say("storing", 0, photos, now=True)
        entries, read = store_portraits(
            read, store=tools.store, key=key, on_portrait=lambda: progress.say("storing", next(stored), photos)
        )
    progress.say("writing", len(entries), len(entries), now=True)
    return entries, read


def _write(tools: WorkerTools, sent: SentImport, entries: list[NewEntry], read: ReadRegister) -> None:
    """Write the entries and «done» together, as the person who sent them: their right is asked again."""
    with tools.db.write(sent.asked_by, played_by=sent.played_by) as tx:
        register_id = write_register(
            tx,
            sent.operation_id,
            country=sent.country,
            name=sent.name,
            legal_source=sent.legal_source,
            entries=entries,
            sharing=sent.sharing,
            handling_code=sent.handling_code,
            left_out=len(read.faults),
        )
        finish_import(
            tx, sent.id, register_id=register_id, entries=len(entries), remarks=read.remarks, faults=read.faults
        )
