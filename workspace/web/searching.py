"""What a search's page and its REST route have in common: compare, and record what is shown before it is shown.

The thresholds are numbers in the manifest of the face pack in use. No model is loaded here: analysis/pack.py verifies a
pack before a model of it is used; the web compares vectors that are in the rows already.
"""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from workspace.commands.searches import Reason, record_search, require_probe
from workspace.commands.shown import note_sights
from workspace.errors import NotFound, Unavailable
from workspace.queries.search import MOST_RANKED, find_faces, not_yet_noted, probe
from workspace.queries.search_answer import SearchAnswer, Thresholds
from workspace.web.context import current_settings, reading, writing
from workspace.web.shown import NewSights, note_own_sights, show


def make_search(
    operation_id: int, face_id: UUID, reason: Reason, *, min_score: float | None = None
) -> tuple[UUID, SearchAnswer]:
    """Search and record it; the answer is given only once it is on record.

    Raises:
        Invalid: the reason is not complete; nothing is compared then. NotFound: there is no such face in this
            operation.
    """
    reason.require()
    with writing(is_check=True) as tx:
        require_probe(tx, face_id)
    answer, new = _compare(operation_id, face_id, min_score)
    with writing() as tx:
        search_id = record_search(
            tx, face_id, reason, threshold=answer.floor, searched=answer.searched, found=answer.count
        )
        note_sights(tx, operation_id, bands=new.bands, scores=new.scores)
    return search_id, look_again(operation_id, face_id, min_score=answer.floor) if new else answer


def look_again(operation_id: int, face_id: UUID, *, min_score: float, most: int = MOST_RANKED) -> SearchAnswer:
    """The list of a search on record, as the leads stand now; what is newly shown is recorded first."""
    return show(lambda: _compare(operation_id, face_id, min_score, most), note_own_sights)


def thresholds_of(pack_dir: Path, model_digest: str) -> Thresholds:
    """The thresholds that were measured for the recogniser with this SHA-256.

    Raises:
        Unavailable: the pack in use has another recogniser, or there is none: its numbers would mean nothing here.
    """
    path = pack_dir / "manifest.json"
    manifest = json.loads(path.read_bytes()) if path.is_file() else {}
    recogniser = manifest.get("tasks", {}).get("recognition", {}).get("sha256")
    if recogniser != model_digest:
        raise Unavailable("This face was read with another face pack than the one in use.", reason="other_pack")
    return Thresholds(float(manifest["thresholds"]["lead"]), float(manifest["thresholds"]["strong"]))


def _compare(
    operation_id: int, face_id: UUID, min_score: float | None, most: int = MOST_RANKED
) -> tuple[SearchAnswer, NewSights]:
    """The answer, and what it shows for the first time. Raises: NotFound, Unavailable."""
    with reading() as view:
        known = probe(view.session, face_id)
        if known.operation_id != operation_id:
            raise NotFound("There is no such face in this operation.")
        thresholds = thresholds_of(current_settings().pack_dir, known.model_digest)
        answer = find_faces(view.session, known, thresholds, min_score=min_score, most=most)
        new = not_yet_noted(view.session, answer)
    return answer, NewSights(operation_id, new.bands, new.scores)
