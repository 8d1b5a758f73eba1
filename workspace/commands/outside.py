"""Leads by hand: out of a search that somebody made here, and out of the results of one that was made outside.

Nothing is ever fetched: results come as a file that an agency may lawfully bring, and say on what basis.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import insert, select, text

from workspace import events
from workspace.commands.guard import require_operation, require_own_country
from workspace.commands.locks import take_place
from workspace.commands.shown import note_sights
from workspace.errors import Conflict, Fault, NotFound
from workspace.model import FaceSearch, MediaItem, OutsideResult, Person
from workspace.model.database import Tx
from workspace.rules.days import day_in
from workspace.rules.outside import OutsideRow, read_results, refused

_OPEN_FOUND = text("select number, kind, locks from open_found_lead(:lead, :search, :face, :threshold, :strong, :code)")
_OPEN_OUTSIDE = text("select open_clue_lead(:lead, :operation, :lock, :media, :person, 'outside_result', :score, :key)")


def open_found_lead(tx: Tx, search_id: UUID, face_id: UUID, *, threshold: float, strong: float, code: str) -> UUID:
    """Open a lead of the face that the actor searched with and one that the search listed; return its id. Asks
    `open_found_lead`; records `lead:opened`, and that the actor was shown its score.

    threshold, strong: cosines that were measured for the recogniser; code: the program's version. The score is computed
    by the database anew.

    Raises:
        NotFound: the actor made no such search.
        Conflict: the search was made with a picture that the actor brought; or the pair has a lead already, or is
            none: two persons of one compartment, two entries, a closed entry.
    """
    search = tx.session.get(FaceSearch, search_id)
    if search is None or search.user_id != tx.actor.id:
        raise NotFound("There is no such search of yours.")
    require_operation(tx, "open_found_lead", search.operation_id)
    if search.probe_face_id is None:
        raise Conflict(
            "A lead needs a picture that stays, and the one that you searched with is erased after its hour. Take it "
            "in as material or as an entry of a register; its leads then open by themselves."
        )
    take_place(tx, "entry")
    lead_id = uuid4()
    opened = tx.session.execute(
        _OPEN_FOUND,
        {"lead": lead_id, "search": search_id, "face": face_id, "threshold": threshold, "strong": strong, "code": code},
    ).one_or_none()
    if opened is None:
        raise Conflict(
            "No lead can be opened of these two: they have one already, or they are no pair of two owners or of a "
            "person and an entry."
        )
    place = events.Place(search.operation_id, tuple(opened.locks), lead_id=lead_id)
    tx.record(events.LeadOpened(place, number=opened.number, lead_kind=opened.kind))
    note_sights(tx, search.operation_id, bands=(), scores=(lead_id,))
    return lead_id


def import_outside_results(tx: Tx, operation_id: int, content: bytes) -> int:
    """Bring in the results of a search that was made outside; each becomes a lead. Answers how many were opened; one
    that is known already opens nothing. Asks `import_outside_results`; records `lead:opened` for each.

    content: a CSV or JSON file (`rules/outside.py`).

    Raises:
        Invalid: names each row that cannot be understood, or whose probe is not in the material that the actor opens;
            nothing is taken then.
    """
    operation = require_operation(tx, "import_outside_results", operation_id)
    require_own_country(tx, operation, tx.actor.country)
    rows = read_results(content, day_in(tx.now, operation.time_zone))
    probes = [_probe(tx, operation_id, row.probe) for row in rows]
    if unknown := [row for row, probe in zip(rows, probes, strict=True) if probe is None]:
        raise refused(
            [Fault("file", "line {line}: probe is no person or file that you open", line=row.line) for row in unknown]
        )
    found = [(row, probe) for row, probe in zip(rows, probes, strict=True) if probe is not None]
    return sum(_open(tx, operation_id, row, probe) for row, probe in found)


def _probe(tx: Tx, operation_id: int, said: str) -> MediaItem | Person | None:
    """The person or medium of a probe, as far as it is one and the actor opens it."""
    if said[:2].upper() == "P-" and said[2:].isascii() and said[2:].isdigit() and len(said) <= 11:
        return tx.session.scalars(
            select(Person).where(
                Person.operation_id == operation_id, Person.number == int(said[2:]), Person.merged_into.is_(None)
            )
        ).one_or_none()
    try:
        digest = bytes.fromhex(said) if len(said) == 64 else None
    except ValueError:
        digest = None
    if digest is None:
        return None
    of_digest = select(MediaItem).where(MediaItem.operation_id == operation_id, MediaItem.sha256 == digest)
    return tx.session.scalars(of_digest.order_by(MediaItem.received_at, MediaItem.id).limit(1)).one_or_none()


def _open(tx: Tx, operation_id: int, row: OutsideRow, probe: MediaItem | Person) -> bool:
    lead_id, is_person = uuid4(), isinstance(probe, Person)
    number = tx.session.execute(
        _OPEN_OUTSIDE,
        {
            "lead": lead_id,
            "operation": operation_id,
            "lock": probe.compartment_id,
            "media": None if is_person else probe.id,
            "person": probe.id if is_person else None,
            "score": row.score,
            "key": f"{probe.id} {row.system.casefold()} {row.candidate.casefold()}",
        },
    ).scalar_one()
    if number is None:
        return False
    tx.session.execute(
        insert(OutsideResult).values(
            lead_id=lead_id,
            operation_id=operation_id,
            locks=[probe.compartment_id],
            candidate=row.candidate,
            system=row.system,
            searched_on=row.searched_on,
            legal_basis=row.legal_basis,
            reference=row.reference,
            brought_by=tx.actor.id,
        )
    )
    place = events.Place(operation_id, (probe.compartment_id,), lead_id=lead_id)
    tx.record(events.LeadOpened(place, number=number, lead_kind="outside_result"))
    return True
