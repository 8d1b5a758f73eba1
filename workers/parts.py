"""Finds copies of photos that are covered in part, when nothing else waits: by the hashes of their parts, and then by
laying the clean pictures upon each other. Looks for borders in photos that were read before these were looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row
from sqlalchemy.orm import Session

from workers.matching import medium_to_match, record_copies
from workers.near import NearMedium
from workers.tools import Effects, WorkerTools
from workspace.analysis.derivatives import decode_derivative
from workspace.analysis.near_duplicates import HASH_BYTES, MATCH_DISTANCE, distance, hashes_inside
from workspace.analysis.parts import AGREE_PERCENT, PARTS, agreeing_percent, hashes_of_parts, views_of, worth_a_look
from workspace.commands.parts import record_parts
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.search.parts import PartIndex, kept_parts
from workspace.store.keys import OperationKey

SQL = statements(__file__)
MOST_LOOKS = 40
"""Pictures that are laid upon one, those with the most parts alike: each costs the decoding of its clean picture."""

Pixels = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint8]


def compare_parts(tools: WorkerTools, job: Taken) -> Effects:
    """Look for copies of a photo that are covered in part. Job `compare_parts`, subject media item."""
    with tools.db.read(tools.service_id) as view:
        own = view.session.execute(SQL["subject"], {"media": job.subject_id}).one_or_none()
        if own is None:
            return lambda tx: None
        key = tools.key(view.session, own.operation_id)
    pixels = decode_derivative(tools.store.read_bytes(own.preview_address, key=key))
    views = views_of(pixels)
    hashes = [hashes_of_parts(each) for each in views]
    inner = [] if own.has_inner else hashes_inside(pixels)
    # Committed before others are looked for: of two that are looked at together the later one finds the other.
    kept = b"".join(each[0].tobytes() for each in hashes) if any(each.any() for each in hashes) else b""
    with tools.db.write(tools.service_id) as tx:
        record_parts(tx, own.id, kept, inner=inner)
    with tools.db.read(tools.service_id) as view:
        candidates = _candidates(view.session, own, hashes)
    near = list(_copies(tools, key, own, views, candidates))
    return lambda tx: _write(tx, own.id, near)


def _write(tx: Tx, media_id: UUID, near: Sequence[NearMedium]) -> None:
    own = medium_to_match(tx.session, media_id)
    if own is not None and own.state == "read" and near:
        record_copies(tx, own, near)


Look = tuple[int, int, int]
"""How two pictures are laid upon each other: view of the one, its position, view of the other."""


def _candidates(session: Session, own: Row[Any], hashes: Sequence[Hashes]) -> list[tuple[Row[Any], list[Look]]]:
    """The pictures of which enough parts are alike and that are not near as a whole, with how they may lie."""
    kept = kept_parts(str(session.get_bind().engine.url), own.operation_id)
    _fill(session, own.operation_id, kept)
    looks: dict[UUID, list[Look]] = defaultdict(list)
    for number, each in enumerate(hashes):
        hits = kept.alike(each.reshape(-1, HASH_BYTES), MATCH_DISTANCE)
        pairs = ((*divmod(asked, PARTS), (media_id, view), place) for asked, media_id, view, place in hits)
        for (media_id, view), position in worth_a_look(pairs):
            if media_id != own.id and (media_id in looks or len(looks) < MOST_LOOKS):
                looks[media_id].append((number, position, view))
    if not looks:
        return []
    rows = session.execute(SQL["lying"], {"media": list(looks)}).all()
    return [(row, looks[row.id]) for row in rows if _apart(own, row) > MATCH_DISTANCE]


def _fill(session: Session, operation_id: int, kept: PartIndex) -> None:
    first_open = session.execute(SQL["first_open"]).scalar_one()
    rows = session.execute(SQL["written_since"], {"operation": operation_id, "since": kept.since}).all()
    kept.add({row.id: row.hashes for row in rows})
    kept.since = first_open


def _apart(own: Row[Any], other: Row[Any]) -> int:
    """In how many bits two pictures differ as wholes, in the position in which they do least."""
    return min(distance(each, other.pdq) for each in (own.pdq, *own.pdq_turned))


def _copies(
    tools: WorkerTools,
    key: OperationKey,
    own: Row[Any],
    views: Sequence[Pixels],
    candidates: Sequence[tuple[Row[Any], list[Look]]],
) -> Iterator[NearMedium]:
    """Those that are copies, with the share of blocks that agrees."""
    for row, looks in candidates:
        tools.steps += 1
        others = views_of(decode_derivative(tools.store.read_bytes(row.preview_address, key=key)))
        percent = max(
            agreeing_percent(views[view], others[other], position)
            for view, position, other in looks
            if other < len(others)
        )
        if percent >= AGREE_PERCENT:
            yield NearMedium(row.id, row.compartment_id, row.agency_id, row.sha256, _apart(own, row), percent)
