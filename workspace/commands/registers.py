"""Registers of missing children: an agency brings one in whole, with its legal source, and attests it.

Portraits were stored before; here they become media that belong to an entry and are read like any other. Must not open
a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_pass

from workspace import events
from workspace.commands.guard import operation_state, require_operation, require_own_country
from workspace.commands.locks import hold, take_place
from workspace.commands.retention import follow_register
from workspace.commands.steps import own_compartment
from workspace.errors import Closed, Conflict, Fault, Invalid
from workspace.model import Compartment, MediaItem, Operation, Register, RegisterEntry, jobs
from workspace.model.database import Tx
from workspace.rules.codes import UNRESTRICTED
from workspace.rules.comparison import comparison_key
from workspace.rules.days import day_in
from workspace.rules.leads import is_kept
from workspace.rules.reasons import says_something, words_of
from workspace.rules.register_imports import register_faults
from workspace.rules.states import AFTER_WINDOW
from workspace.store.objects import Stored

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
    handling_code: str | None = None,
    left_out: int = 0,
) -> UUID:
    """Bring in a register, for the first time or again; the actor attests that its legal source allows it.

    A register of the country and name that is there already is brought up to date by its entries' numbers, as
    `comparison_key` compares them: an entry keeps its id (what people have decided about it holds), the spelling of its
    number and whether it is closed, says what it says now, and gains new portraits; new entries are added; none is
    removed; leads that are not decided follow in priority and age gap. The register's handling code is the one that is
    said this time, and where none is, the one that it has; it binds leads and packages at once. left_out: how many
    faults the importer saw and left out. Asks `import_register`, and `lower_handling` for a code less strict than the
    register has; records `register:imported`; has every new portrait read.

    Raises:
        Invalid: nothing to import, an unknown sharing or code, a portrait that is not a photo, one number twice, a
        birth
            in
            the future, or the country takes no part.
        Closed: the window is over, and no retention of this register is stated that lasts.
        Forbidden: the actor is of another country. Conflict: the register of this name is another agency's, or shared
            otherwise.
    """
    operation = require_operation(tx, "import_register", operation_id)
    today = day_in(tx.now, operation.time_zone)
    _require_facts(name, legal_source, sharing, handling_code or UNRESTRICTED, entries, today=today)
    require_own_country(tx, operation, country)
    known = _known_register(tx, operation_id, country, words_of(name), sharing)
    handling_code = code_of_import(tx, operation_id, country=country, name=name, said=handling_code)
    values = {"legal_source": words_of(legal_source), "attested_by": tx.actor.id, "handling_code": handling_code}
    _require_open_for(tx, operation, known, today)
    register_id, compartment_id = known or _new_register(tx, operation_id, country, words_of(name), sharing, values)
    if known:
        tx.session.execute(update(Register).where(Register.id == register_id).values(**values, attested_at=tx.now))
    own = {"operation_id": operation_id, "compartment_id": compartment_id}
    ids = _write_entries(tx, own, register_id, entries)
    if known:
        follow_register(tx, operation_id, register_id, today=today)
    _take_portraits(tx, operation_id, compartment_id, ids, entries)
    place, counts = events.Place(operation_id, (compartment_id,)), {"entries": len(entries), "left_out": left_out}
    tx.record(events.RegisterImported(place, register=register_id, handling=handling_code, **counts))
    return register_id


def code_of_import(tx: Tx, operation_id: int, *, country: str, name: str, said: str | None) -> str:
    """The handling code that a register has once it is imported. said: None for the one that it has. Asks
    `lower_handling` for a code less strict than that.

    Raises:
        Forbidden, NotFresh: see `require_operation`.
    """
    is_named = or_(Register.name == words_of(name), Register.name_key == comparison_key(words_of(name)))
    before = tx.session.scalars(
        select(func.max(Register.handling_code)).where(
            Register.operation_id == operation_id, Register.country == country, is_named
        )
    ).one()
    if said is None:
        return before or UNRESTRICTED
    if before is not None and said < before:
        require_operation(tx, "lower_handling", operation_id)
    return said


def _require_open_for(tx: Tx, operation: Operation, known: tuple[UUID, int] | None, today: date) -> None:
    """Pass if registers are brought in now; after the window only one that is there, and whose retention lasts."""
    if operation_state(tx, operation) in AFTER_WINDOW and not (known and _is_kept(tx, known[0], today)):
        raise Closed("After the window a register is brought up to date only while its stated retention lasts.")


def _take_portraits(
    tx: Tx, operation_id: int, compartment_id: int, ids: Mapping[str, UUID], entries: Sequence[NewEntry]
) -> None:
    """Make the portraits media of their entries, and have those that are new read. ids: of the entries, by number."""
    own = {"operation_id": operation_id, "compartment_id": compartment_id}
    media = [_portrait(own, ids[entry.number], each) for entry in entries for each in _distinct(entry)]
    if not media:
        return
    new = tx.session.scalars(
        insert_or_pass(MediaItem)
        .on_conflict_do_nothing(index_elements=["compartment_id", "sha256", "register_entry_id"])
        .returning(MediaItem.id),
        media,
    ).all()
    if new:
        place = jobs.places_of(tx, compartment_id, len(new))
        jobs.want_all(tx, "read_media", new, operation_id, priority=PORTRAIT_PRIORITY, place=place, units=1)


def _known_register(tx: Tx, operation_id: int, country: str, name: str, sharing: str) -> tuple[UUID, int] | None:
    """The register of this name with its compartment, held until the commit; None if the actor can see none.

    Raises:
        Conflict: it is another agency's, or shared otherwise.
    """
    take_place(tx, "register")
    # The oldest of those that were written before names were compared has the key; another is found by its own
    # spelling.
    is_named = or_(Register.name == name, Register.name_key == comparison_key(name))
    rows = tx.session.execute(
        select(Register.id, Register.compartment_id, Compartment.agency_id, Compartment.sharing)
        .join(Compartment, Compartment.id == Register.compartment_id)
        .where(Register.operation_id == operation_id, Register.country == country, is_named)
        .order_by(Register.name == name, Register.id)
        .with_for_update(of=Register, key_share=True)
    ).all()
    if not rows:
        return None
    row = rows[-1]
    if row.agency_id != tx.actor.agency_id or row.sharing != sharing:
        raise _taken(country, name)
    return row.id, row.compartment_id


def _is_kept(tx: Tx, register_id: UUID, today: date) -> bool:
    """Whether a register's stated retention lasts."""
    until = tx.session.scalars(select(Register.retain_until).where(Register.id == register_id)).one()
    return is_kept(until, today)


def _new_register(
    tx: Tx, operation_id: int, country: str, name: str, sharing: str, values: Mapping[str, object]
) -> tuple[UUID, int]:
    compartment_id = own_compartment(tx, operation_id, sharing)
    made = tx.session.scalars(
        insert_or_pass(Register)
        .values(
            id=uuid4(), operation_id=operation_id, compartment_id=compartment_id, country=country, name=name, **values
        )
        .on_conflict_do_nothing()
        .returning(Register.id)
    ).one_or_none()
    if made is None:
        raise _taken(country, name)
    return made, compartment_id


def _taken(country: str, name: str) -> Conflict:
    return Conflict("{country} has a register «{name}» in this operation already.", country=country, name=name)


def _write_entries(
    tx: Tx, own: Mapping[str, object], register_id: UUID, entries: Sequence[NewEntry]
) -> dict[str, UUID]:
    """Write the entries; one whose number is there already, in whatever spelling, keeps its id and its spelling.
    Returns the ids by number.

    Whoever writes holds the register's row, or has just made it: nobody else adds the same number meanwhile.
    """
    known = _known_entries(tx, register_id)
    hold(tx, "entry", [entry_id for spellings in known.values() for _, entry_id in spellings])
    keys = {entry.number: comparison_key(entry.number) for entry in entries}
    rows = insert_or_pass(RegisterEntry)
    said = ("label", "sex", "date_of_birth", "missing_since", "place", "nationality", "details")
    tx.session.execute(
        rows.on_conflict_do_update(
            index_elements=["register_id", "number"], set_={name: getattr(rows.excluded, name) for name in said}
        ),
        [_entry(own, register_id, entry, keys[entry.number], known) for entry in entries],
    )
    ids = {number: entry_id for spellings in _known_entries(tx, register_id).values() for number, entry_id in spellings}
    return {entry.number: ids[_spelling(entry.number, keys[entry.number], known)] for entry in entries}


def _known_entries(tx: Tx, register_id: UUID) -> dict[str, list[tuple[str, UUID]]]:
    """Number and id of the entries by the key of their number, oldest first. More than one of a key were written before
    keys were compared."""
    known: dict[str, list[tuple[str, UUID]]] = {}
    rows = tx.session.execute(
        select(RegisterEntry.number_key, RegisterEntry.number, RegisterEntry.id)
        .where(RegisterEntry.register_id == register_id)
        .order_by(RegisterEntry.created_at, RegisterEntry.number)
    )
    for row in rows:
        known.setdefault(row.number_key, []).append((row.number, row.id))
    return known


def _spelling(number: str, key: str, known: Mapping[str, list[tuple[str, UUID]]]) -> str:
    """The number as its entry writes it: letter for letter, else the oldest of its key, else as it comes."""
    there = [each for each, _ in known.get(key, [])]
    return number if number in there or not there else there[0]


def _require_facts(
    name: str, legal_source: str, sharing: str, handling_code: str, entries: Sequence[NewEntry], *, today: date
) -> None:
    faults = register_faults(name, legal_source, sharing, handling_code)
    if not entries:
        faults.append(Fault("entries", "there are none"))
    faults += [
        Fault(entry.number, "a portrait is not a photo ({kind})", kind=each.media_type)
        for entry in entries
        for each in entry.portraits
        if not each.media_type.startswith("image/")
    ]
    faults += _entry_faults(entries, today)
    if faults:
        raise Invalid("The register was not taken; nothing of it was stored.", faults=faults)


def _entry_faults(entries: Sequence[NewEntry], today: date) -> Iterator[Fault]:
    counts = Counter(comparison_key(entry.number) for entry in entries)
    for entry in entries:
        if not says_something(entry.number):
            yield Fault(entry.number, "{field} is empty", field="number")
        if counts[comparison_key(entry.number)] > 1:
            yield Fault(entry.number, "the number '{number}' appears more than once", number=entry.number)
        if entry.date_of_birth and entry.date_of_birth > today:
            born = entry.date_of_birth.isoformat()
            yield Fault(entry.number, "{field} '{text}' is in the future", field="date_of_birth", text=born)


def _distinct(entry: NewEntry) -> list[Portrait]:
    return list({portrait.stored.sha256: portrait for portrait in entry.portraits}.values())


def _entry(
    own: Mapping[str, object],
    register_id: UUID,
    entry: NewEntry,
    key: str,
    known: Mapping[str, list[tuple[str, UUID]]],
) -> dict[str, object]:
    return {
        **own,
        "id": uuid4(),
        "register_id": register_id,
        "number": _spelling(entry.number, key, known),
        "number_key": key,
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
        "id": uuid4(),
        "register_entry_id": entry_id,
        "sha256": stored.sha256,
        "md5": stored.md5,
        "sha1": stored.sha1,
        "size_bytes": stored.size_bytes,
        "address": stored.address,
        "media_type": portrait.media_type,
        "kind": "photo",
    }
