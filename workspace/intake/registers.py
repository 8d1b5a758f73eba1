"""Brings in a register of missing children: reads its file, stores its portraits, then runs the command.

Used by the command line, the exercise, and workers for what was sent to the web. Must not decode anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from workspace.commands.registers import NewEntry, Portrait, import_register
from workspace.errors import Fault, NotFound
from workspace.exchange.register import ReadRegister, RegisterEntry, read_register
from workspace.exchange.register_photos import InlinePhoto, SentPhoto
from workspace.intake.reception import DeviceFile, take_file, take_stream
from workspace.model import Operation
from workspace.model.database import Database
from workspace.rules.days import day_in
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore

PORTRAIT = "portrait"
"""A portrait's path is kept nowhere: whatever its name is, it may be taken."""


def receive_register(
    database: Database,
    person_id: int,
    operation_id: int,
    file: Path,
    *,
    country: str,
    name: str,
    legal_source: str,
    store: MediaStore,
    key: OperationKey,
    sharing: str = "operation",
    handling_code: str | None = None,
    take_rest: bool = False,
    on_portrait: Callable[[], None] = lambda: None,
) -> tuple[UUID, ReadRegister]:
    """Bring in a register file with the photos beside it, in it or sent with it; returns its id and what was read.

    take_rest: the importer has seen the faults and takes what can be taken without them. An entry with a fault is then
    left out, a photo that cannot be taken is left out of its entry; an entry that is there already stays as it is.

    Raises:
        Invalid: something cannot be taken, and take_rest was not said, or nothing is left; `faults` lists everything,
            `takable` is how many entries could be taken. Otherwise see `import_register`.
    """
    read = read_register(file, today=register_day(database, person_id, operation_id))
    entries, read = store_portraits(read, store=store, key=key, on_portrait=on_portrait)
    read.require_whole(or_rest=take_rest)
    with database.write(person_id) as tx:
        register_id = import_register(
            tx,
            operation_id,
            country=country,
            name=name,
            legal_source=legal_source,
            entries=entries,
            sharing=sharing,
            handling_code=handling_code,
            left_out=len(read.faults),
        )
    return register_id, read


def store_portraits(
    read: ReadRegister, *, store: MediaStore, key: OperationKey, on_portrait: Callable[[], None]
) -> tuple[list[NewEntry], ReadRegister]:
    """The entries with their portraits stored, and what was read with a fault for each photo that is none."""
    faults: list[str] = []
    entries = []
    for entry in read.entries:
        portraits = []
        for photo in entry.photos:
            portrait = _portrait(photo, store=store, key=key)
            on_portrait()
            if portrait is None:
                faults.append(Fault(entry.where, "«{value}» is not a photo of a supported kind", value=photo.name))
            else:
                portraits.append(portrait)
        entries.append(_new_entry(entry, tuple(portraits)))
    return entries, read.with_faults(faults)


def register_day(database: Database, person_id: int, operation_id: int) -> date:
    """Today, in the operation's zone. Raises: NotFound."""
    with database.read(person_id) as view:
        zone = view.session.scalars(select(Operation.time_zone).where(Operation.id == operation_id)).one_or_none()
        now = view.session.scalars(select(func.now())).one()
    if zone is None:
        raise NotFound("There is no such operation.")
    return day_in(now, zone)


def _portrait(photo: Path | SentPhoto | InlinePhoto, *, store: MediaStore, key: OperationKey) -> Portrait | None:
    if isinstance(photo, InlinePhoto):
        arrival = take_stream(PORTRAIT, [photo.content], len(photo.content), store=store, key=key)
    elif isinstance(photo, SentPhoto):
        arrival = take_stream(PORTRAIT, photo.chunks(), photo.size_bytes, store=store, key=key)
    else:
        arrival = take_file(DeviceFile(photo, photo.name), store=store, key=key)
    if (
        arrival.refusal
        or arrival.stored is None
        or arrival.media_type is None
        or not arrival.media_type.startswith("image/")
    ):
        return None
    return Portrait(arrival.stored, arrival.media_type)


def _new_entry(entry: RegisterEntry, portraits: tuple[Portrait, ...]) -> NewEntry:
    details = {
        "country": entry.country,
        "height_cm": entry.height_cm,
        "eyes": entry.eyes,
        "hair": entry.hair,
        "marks": entry.marks,
        "languages": list(entry.languages),
    }
    return NewEntry(
        number=entry.number,
        label=entry.label,
        sex=entry.sex,
        date_of_birth=entry.date_of_birth,
        missing_since=entry.missing_since,
        place=entry.place or None,
        nationality=", ".join(entry.nationality) or None,
        details={name: value for name, value in details.items() if value},
        portraits=portraits,
    )
