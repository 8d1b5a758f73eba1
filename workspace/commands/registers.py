"""Registers of missing children: an agency brings one in whole, with its legal source, and attests it.

Portraits were stored before; here they become media that belong to an entry and are read like any other. Must not open a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_or_pass

from workspace import events, jobs
from workspace.commands.guard import require_operation
from workspace.commands.intake import SHARINGS, own_compartment, require_own_country
from workspace.database import Tx
from workspace.errors import Conflict, Fault, Invalid
from workspace.media import Stored
from workspace.model import MediaItem, Register, RegisterEntry

PORTRAIT_PRIORITY = 4
"""Portraits are read before the exhibits: each person found is compared with them at once."""


@dataclass(frozen=True)
class Portrait:
    """A photo of an entry, as it was stored. media_type: by content."""

    stored: Stored
    media_type: str


@dataclass(frozen=True)
class NewEntry:
    """One entry as it will stand in its row. details: height, eyes, hair, marks, languages, country."""

    number: str
    label: str = ""
    sex: str = "unknown"
    date_of_birth: date | None = None
    missing_since: date | None = None
    place: str | None = None
    nationality: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    portraits: tuple[Portrait, ...] = ()


def import_register(
    tx: Tx,
    operation_id: int,
    *,
    country: str,
    name: str,
    legal_source: str,
    entries: Sequence[NewEntry],
    sharing: str = "operation",
    retain_until: date | None = None,
) -> UUID:
    """Bring in a register whole; the actor attests that its legal source allows it.

    Asks `import_register`; records `register:imported`; has every portrait read.

    Raises:
        Invalid: nothing to import, an unknown sharing, a portrait that is no photo, or the country takes no part.
        Forbidden: the actor is of another country. Conflict: the country has a register of this name already.
    """
    operation = require_operation(tx, "import_register", operation_id)
    _require_facts(name, legal_source, sharing, entries)
    require_own_country(tx, operation, country)
    compartment_id = own_compartment(tx, operation_id, sharing)
    own = {"operation_id": operation_id, "compartment_id": compartment_id}
    register_id = uuid4()
    made = tx.session.execute(
        insert_or_pass(Register)
        .values(
            **own,
            id=register_id,
            country=country,
            name=name.strip(),
            legal_source=legal_source.strip(),
            attested_by=tx.actor.id,
            retain_until=retain_until,
        )
        .on_conflict_do_nothing(index_elements=["operation_id", "country", "name"])
        .returning(Register.id)
    ).first()
    if made is None:
        raise Conflict("{country} has a register «{name}» in this operation already.", country=country, name=name)
    ids = [uuid4() for _ in entries]
    tx.session.execute(insert(RegisterEntry), [_entry(own, register_id, *pair) for pair in zip(ids, entries, strict=True)])
    media = {
        uuid4(): _portrait(own, entry_id, each) for entry_id, entry in zip(ids, entries, strict=True) for each in _distinct(entry)
    }
    if media:
        tx.session.execute(insert(MediaItem), [row | {"id": media_id} for media_id, row in media.items()])
        jobs.want_all(tx, "read_media", media, operation_id, priority=PORTRAIT_PRIORITY)
    tx.record(
        events.RegisterImported(operation_id=operation_id, locks=(compartment_id,), register=register_id, entries=len(entries))
    )
    return register_id


def _require_facts(name: str, legal_source: str, sharing: str, entries: Sequence[NewEntry]) -> None:
    faults = [
        Fault(field_name, "may not be empty")
        for field_name, text in (("name", name), ("legal_source", legal_source))
        if not text.strip()
    ]
    if sharing not in SHARINGS:
        faults.append(Fault("sharing", "«{value}» is not one of {known}", value=sharing, known=SHARINGS))
    if not entries:
        faults.append(Fault("entries", "there are none"))
    faults += [
        Fault(entry.number, "a portrait is no photo ({kind})", kind=each.media_type)
        for entry in entries
        for each in entry.portraits
        if not each.media_type.startswith("image/")
    ]
    if faults:
        raise Invalid("The register was not taken; nothing of it was stored.", faults=faults)


def _distinct(entry: NewEntry) -> list[Portrait]:
    return list({portrait.stored.sha256: portrait for portrait in entry.portraits}.values())


def _entry(own: Mapping[str, object], register_id: UUID, entry_id: UUID, entry: NewEntry) -> dict[str, object]:
    return {
        **own,
        "id": entry_id,
        "register_id": register_id,
        "number": entry.number,
        "label": entry.label,
        "sex": entry.sex,
        "date_of_birth": entry.date_of_birth,
        "missing_since": entry.missing_since,
        "place": entry.place,
        "nationality": entry.nationality,
        "details": dict(entry.details),
    }


def _portrait(own: Mapping[str, object], entry_id: UUID, portrait: Portrait) -> dict[str, object]:
    stored = portrait.stored
    return {
        **own,
        "register_entry_id": entry_id,
        "sha256": stored.sha256,
        "md5": stored.md5,
        "sha1": stored.sha1,
        "size_bytes": stored.size_bytes,
        "address": stored.address,
        "media_type": portrait.media_type,
        "kind": "photo",
    }
