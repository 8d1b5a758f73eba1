"""What a search's page and its REST route have in common: compare, and note what is shown before it is."""

from __future__ import annotations

from uuid import UUID

from workspace.commands.searches import Reason, note_shown, record_search, require_probe
from workspace.errors import NotFound
from workspace.queries.search import Found, find_faces, not_yet_noted, probe
from workspace.web.context import current_settings, reading, writing
from workspace.web.thresholds import thresholds_of


def make_search(operation_id: int, face_id: UUID, reason: Reason, *, min_score: float | None = None) -> tuple[UUID, Found]:
    """Search and record it; the answer is given only once it is on record.

    Raises:
        Invalid: the reason is not complete; nothing is compared then. NotFound: there is no such face in this operation.
    """
    reason.require()
    with writing() as tx:
        require_probe(tx, face_id)
    found, bands, scores = _compare(operation_id, face_id, min_score)
    with writing() as tx:
        search_id = record_search(tx, face_id, reason, threshold=found.floor, searched=found.searched, found=found.count)
        note_shown(tx, operation_id, bands=bands, scores=scores)
    return search_id, found


def look_again(operation_id: int, face_id: UUID, *, min_score: float) -> Found:
    """The list of a search on record, as the leads stand now; what is newly shown is noted first."""
    found, bands, scores = _compare(operation_id, face_id, min_score)
    if bands or scores:
        with writing() as tx:
            note_shown(tx, operation_id, bands=bands, scores=scores)
    return found


def _compare(operation_id: int, face_id: UUID, min_score: float | None) -> tuple[Found, list[UUID], list[UUID]]:
    """The answer, and the leads whose band or score it shows for the first time. Raises: NotFound, Unavailable."""
    with reading() as view:
        known = probe(view.session, face_id)
        if known.operation_id != operation_id:
            raise NotFound("There is no such face in this operation.")
        thresholds = thresholds_of(current_settings().pack_dir, known.model_digest)
        found = find_faces(view.session, known, thresholds, min_score=min_score)
        return found, *not_yet_noted(view.session, found)
