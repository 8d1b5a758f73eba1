"""Reads lists of known material that were sent, and says which files they name: by digest in the database, by PDQ here.

A worker process keeps the PDQ hashes of an operation's lists (32 bytes each) while the lists stay the same. The rows
stay the truth. Must not decide what a list may say.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row
from sqlalchemy.orm import Session

from workers.imports import Progress, imported
from workers.tools import Effects, WorkerTools
from workspace.analysis.near_duplicates import HASH_BYTES, MATCH_DISTANCE, MIN_QUALITY, distances
from workspace.commands.known import follow_list, take_list
from workspace.commands.register_imports import finish_import, refuse_import
from workspace.exchange.known_lists import ReadList
from workspace.exchange.vics import read_list
from workspace.intake.uploads import opened_file
from workspace.model.jobs import Taken
from workspace.model.statements import statements
from workspace.queries.known import list_to_follow
from workspace.queries.register_imports import SentImport
from workspace.rules.known import Meaning
from workspace.store.keys import OperationKey

SQL = statements(__file__)
PART = 100_000
"""Media whose hashes are compared with those of a list at once."""

Alike = tuple[int, Meaning | None, int | None, int]
"""A picture of a list that another looks like: number of the list, meaning and category where they differ from the
list's, and the distance in bits."""


def import_known(tools: WorkerTools, job: Taken) -> Effects:
    """Read a list and write it. Job `import_known`, subject: the import."""
    return imported(tools, job, partial(_take, tools))


def _take(tools: WorkerTools, sent: SentImport, key: OperationKey) -> Effects:
    read = _read(tools, sent, key)
    if read.fault_count and not (sent.takes_rest and len(read)):
        counts = {"count": read.fault_count, "takable": len(read)}
        return lambda tx: refuse_import(tx, sent.id, faults=read.faults, remarks=read.remarks, **counts)
    _write(tools, sent, read)
    return lambda tx: None


def follow_known(tools: WorkerTools, job: Taken) -> Effects:
    """Say of every file of the operation whether a list names it, as the list stands now. Job `follow_known`, subject:
    the import that changed the list, or the list that was removed."""
    with tools.db.read(tools.service_id) as view:
        found = list_to_follow(view.session, job.subject_id)
        if found is None:
            return lambda tx: None
        pictures = view.session.execute(SQL["pictures"], {"list": found.number}).all() if found.alike else []
        alike = _media_like(tools, view.session, job.operation_id, pictures) if pictures else []
    return lambda tx: follow_list(tx, found.id, alike)


def alike_known(session: Session, operation_id: int, hashes: Sequence[bytes]) -> list[Alike]:
    """The pictures of an operation's lists that a medium looks like, of each list the nearest. hashes: the medium's, in
    all quarter turns and mirrored."""
    kept = _kept_pictures(session, operation_id)
    if not kept.rows:
        return []
    apart = np.min([distances(each, kept.hashes) for each in hashes], axis=0)
    nearest: dict[int, Alike] = {}
    for place in sorted(np.flatnonzero(apart <= MATCH_DISTANCE).tolist(), key=lambda each: int(apart[each])):
        row = kept.rows[place]
        nearest.setdefault(row.list_no, (row.list_no, row.meaning, row.category, int(apart[place])))
    return list(nearest.values())


def of_no_interest(session: Session, media_ids: Collection[UUID]) -> set[UUID]:
    """Which of these media a list of their own agency calls of no interest: no lead says that two countries hold
    one."""
    return set(session.scalars(SQL["of_no_interest"], {"media": list(media_ids)}))


def _read(tools: WorkerTools, sent: SentImport, key: OperationKey) -> ReadList:
    progress = Progress(tools, sent.id)
    progress.say("reading", now=True)
    scheme = "none" if sent.scheme == "own" else sent.scheme  # an own table is of cases alone
    with opened_file(sent.address, store=tools.store, key=key) as file:
        read = read_list(file, scheme, on_line=lambda lines: progress.say("reading", lines, lines))
    progress.say("writing", len(read), len(read), now=True)
    return read


def _write(tools: WorkerTools, sent: SentImport, read: ReadList) -> None:
    """Write the hashes and «done» together, as the person who sent them: their right is asked again."""
    with tools.db.write(sent.asked_by, played_by=sent.played_by) as tx:
        list_id = take_list(
            tx,
            sent.operation_id,
            name=sent.name,
            source=sent.legal_source,
            meaning=sent.meaning,  # type: ignore[arg-type]  # the database checks it
            skips=sent.skips,
            hashes=read.hashes(),
            sharing=sent.sharing,
            retain_until=sent.retain_until,
            left_out=read.fault_count,
        )
        finish_import(tx, sent.id, list_id=list_id, entries=len(read), remarks=read.remarks, faults=read.faults)


@dataclass(frozen=True)
class _Pictures:
    """The PDQ hashes of an operation's lists: rows and (N, 32) uint8 beside them."""

    lists: tuple[tuple[int, int], ...]
    rows: Sequence[Row[Any]]
    hashes: npt.NDArray[np.uint8]


_kept: dict[tuple[str, int], _Pictures] = {}


def _kept_pictures(session: Session, operation_id: int) -> _Pictures:
    # Two databases in one process (tests) must not share their hashes.
    place = (str(session.get_bind().engine.url), operation_id)
    lists = tuple((row.number, row.alike) for row in session.execute(SQL["lists"], {"operation": operation_id}))
    if place not in _kept or _kept[place].lists != lists:
        rows = session.execute(SQL["all_pictures"], {"operation": operation_id}).all() if lists else []
        _kept[place] = _Pictures(lists, rows, _as_array([row.digest for row in rows]))
    return _kept[place]


def _media_like(
    tools: WorkerTools, session: Session, operation_id: int, pictures: Sequence[Row[Any]]
) -> list[tuple[UUID, Meaning | None, int | None, int]]:
    """The media of an operation that look like a picture of a list, each with the nearest. Distances are counted as
    products of signs: the bits in which two hashes differ are (256 - their product) / 2."""
    signs = _signs(_as_array([row.digest for row in pictures]))
    asked = {"operation": operation_id, "quality": MIN_QUALITY}
    found = []
    for part in session.execute(SQL["media"], asked, execution_options={"yield_per": PART}).partitions():
        tools.steps += 1
        for row in part:
            own = _signs(_as_array([row.pdq, *row.pdq_turned, *row.pdq_inner]))
            apart = ((8 * HASH_BYTES - own @ signs.T) / 2).min(axis=0)
            nearest = int(apart.argmin())
            if apart[nearest] <= MATCH_DISTANCE:
                picture = pictures[nearest]
                found.append((row.id, picture.meaning, picture.category, int(apart[nearest])))
    return found


def _as_array(hashes: Sequence[bytes]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(b"".join(map(bytes, hashes)), np.uint8).reshape(-1, HASH_BYTES)


def _signs(hashes: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The bits of hashes, (N, 32) uint8, as -1 and 1, (N, 256)."""
    return np.unpackbits(hashes, axis=1).astype(np.float32) * 2 - 1
