"""Recording face searches: who searched, with which face, why, on what legal basis. Nothing is answered before it is
recorded.

Must not compare faces (queries/search.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from workspace import events
from workspace.commands.guard import require_operation
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import Face, FaceSearch
from workspace.model.database import Tx
from workspace.rules.codes import SEARCH_SETS
from workspace.rules.reasons import says_something, words_of

PURPOSES = ("victim", "missing")
"""Searches for offenders need an authorisation and are not offered."""


@dataclass(frozen=True)
class Reason:
    """Why a search is made: its purpose, the legal basis, and the case it belongs to."""

    purpose: str
    legal_basis: str
    case_reference: str

    def require(self) -> None:
        """Pass if all three are stated. Raises: Invalid."""
        faults = [] if self.purpose in PURPOSES else ["purpose: " + " or ".join(PURPOSES)]
        faults += [] if says_something(self.legal_basis) else ["legal_basis: needed"]
        faults += [] if says_something(self.case_reference) else ["case_reference: needed"]
        if faults:
            raise Invalid("A search needs a purpose, a legal basis and a case reference.", faults=faults)


def require_probe(tx: Tx, probe_face_id: UUID) -> Face:
    """Load the face to search with and pass if the actor may search. Asks `search_faces`: before anything is compared.

    Raises:
        NotFound: there is no such face for the actor.
        Conflict: its country does not let its faces be compared.
    """
    face = tx.session.get(Face, probe_face_id)
    if face is None:
        raise NotFound("There is no such face.")
    require_operation(tx, "search_faces", face.operation_id)
    if face.embedding is None:
        raise Conflict("This face is not compared: its country does not let its faces be compared.")
    return face


def require_sets(sets: Collection[str]) -> None:
    """Pass if a search says in what it looks. Raises: Invalid."""
    if not sets or not set(sets) <= set(SEARCH_SETS):
        raise Invalid(
            "Choose in what to search.", faults=[Fault("sets", "one or more of {sets}", sets=", ".join(SEARCH_SETS))]
        )


def record_search(
    tx: Tx,
    probe_face_id: UUID,
    reason: Reason,
    *,
    threshold: float,
    searched: int,
    found: int,
    sets: Collection[str] = SEARCH_SETS,
) -> UUID:
    """Record a search and return its id. Asks `search_faces`; records `search:made`.

    Raises:
        NotFound: there is no such face for the actor. Invalid: the reason is not complete, or no set is chosen.
    """
    face = require_probe(tx, probe_face_id)
    reason.require()
    require_sets(sets)
    row = FaceSearch(
        operation_id=face.operation_id,
        user_id=tx.actor.id,
        purpose=reason.purpose,
        legal_basis=words_of(reason.legal_basis),
        case_reference=words_of(reason.case_reference),
        probe_face_id=probe_face_id,
        sets=sorted(set(sets)),
        threshold=threshold,
        pack_id=face.pack_id,
        model_digest=face.model_digest,
        searched=searched,
        found=found,
    )
    tx.session.add(row)
    tx.session.flush()
    place = events.Place(face.operation_id, (face.compartment_id,))
    tx.record(events.SearchMade(place, search=row.id, purpose=reason.purpose, found=found))
    return row.id
