"""Recording face searches: who searched, with which face, why, on what legal basis. Nothing is answered before it is
recorded.

Must not compare faces (queries/search.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from workspace import events
from workspace.commands.guard import at, lets_compare, require_operation
from workspace.commands.steps import place_of_searcher
from workspace.errors import Conflict, Fault, Invalid, NotFound
from workspace.model import BroughtFace, BroughtPicture, Face, FaceSearch
from workspace.model.database import Tx
from workspace.rules.codes import SEARCH_SETS
from workspace.rules.reasons import require_words, words_of
from workspace.rules.searches import require_sets

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
        if self.purpose not in PURPOSES:
            raise Invalid(
                "A search needs a purpose, a legal basis and a case reference.",
                faults=[Fault("purpose", "one of {known}", known=list(PURPOSES))],
            )
        require_words(legal_basis=self.legal_basis, case_reference=self.case_reference)


@dataclass(frozen=True)
class Searched:
    """A face that may be searched with. place: of what is recorded. reason: why its picture was brought; None of a face
    of the operation, whose search says it."""

    operation_id: int
    place: events.Place
    pack_id: str
    model_digest: str
    reason: Reason | None


def require_probe(tx: Tx, face_id: UUID) -> Searched:
    """Pass if the actor may search with a face: of the operation, or of a picture that the actor brought. Asks
    `search_faces`: before anything is compared.

    Raises:
        NotFound: there is no such face for the actor.
        Conflict: its country does not let its faces be compared; or the picture's hour is over.
    """
    face = tx.session.get(Face, face_id)
    if face is None:
        return _require_brought(tx, face_id)
    require_operation(tx, "search_faces", face.operation_id)
    if face.embedding is None:
        raise Conflict("This face is not compared: its country does not let its faces be compared.")
    return Searched(face.operation_id, at(face), face.pack_id, face.model_digest, None)


def _require_brought(tx: Tx, face_id: UUID) -> Searched:
    face = tx.session.get(BroughtFace, face_id)
    if face is None or face.user_id != tx.actor.id:
        raise NotFound("There is no such face.")
    require_operation(tx, "search_faces", face.operation_id)
    picture = tx.session.get_one(BroughtPicture, face.probe_id)
    if face.embedding is None or picture.keeps_until <= tx.now:
        raise Conflict("The hour of this picture is over: it was erased. Bring it again, with its reason.")
    if not lets_compare(tx, face.operation_id, tx.actor.country):
        raise Conflict("Your country does not let faces be compared.")
    reason = Reason(picture.purpose, picture.legal_basis, picture.case_reference)
    place = place_of_searcher(tx, face.operation_id)
    return Searched(face.operation_id, place, face.pack_id, face.model_digest, reason)


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
    """Record a search and return its id. Asks `search_faces`; records `search:made`. With a picture that was brought,
    the reason is the one that it was brought for.

    Raises:
        NotFound: there is no such face for the actor. Invalid: the reason is not complete, or no set is chosen.
    """
    face = require_probe(tx, probe_face_id)
    reason = face.reason or reason
    reason.require()
    require_sets(sets)
    row = FaceSearch(
        operation_id=face.operation_id,
        user_id=tx.actor.id,
        purpose=reason.purpose,
        legal_basis=words_of(reason.legal_basis),
        case_reference=words_of(reason.case_reference),
        probe_face_id=None if face.reason else probe_face_id,
        brought_face_id=probe_face_id if face.reason else None,
        sets=sorted(set(sets)),
        threshold=threshold,
        pack_id=face.pack_id,
        model_digest=face.model_digest,
        searched=searched,
        found=found,
    )
    tx.add(row)
    tx.record(events.SearchMade(face.place, search=row.id, purpose=reason.purpose, found=found))
    return row.id
