"""Opens an archive: each member is stored, encrypted, as it is unpacked, and becomes a file of the exhibit.

Members are written down in small batches: the first are being read while the next still come. Opened again, it passes
over what has its line.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID

from workers.tools import Effects, WorkerTools
from workspace.analysis.sandbox.kinds import HEAD_BYTES
from workspace.commands.archives import receive_members, record_archive
from workspace.commands.lines import Arrival
from workspace.commands.readings import refuse_media
from workspace.errors import Refused
from workspace.intake.archives import is_document, members_of
from workspace.intake.documents import encrypted_parts, is_left_aside
from workspace.intake.reception import path_as_listed, take_stream
from workspace.intake.unpacking import Member
from workspace.model.database import Tx
from workspace.model.statements import rows_as, statements
from workspace.rules.codes import media_kind
from workspace.rules.paths import is_text, path_text, told_apart, without_root
from workspace.store.keys import OperationKey

SQL = statements(__file__)

BATCH_FILES, BATCH_S = 20, 0.5


@dataclass(frozen=True)
class ArchiveLine:
    """A line under which the archive came. path_bytes: where the path is not text."""

    id: UUID
    path: str
    path_bytes: bytes | None


@dataclass
class _Opening:
    """An archive being opened. encrypted: members that are known to be; listed: paths that were given; is_whole:
    whether nothing was left out."""

    tools: WorkerTools
    key: OperationKey
    encrypted: frozenset[str]
    listed: set[bytes] = field(default_factory=set)
    is_whole: bool = True


@dataclass(frozen=True)
class _Taken:
    """A member that was taken or refused. path: in the archive."""

    path: bytes
    arrival: Arrival


def open_archive(
    tools: WorkerTools, media_id: UUID, address: str, kind: str, size_bytes: int, key: OperationKey
) -> Effects:
    """Open an archive for every line under which it came. Part of the job `read_media`. kind: its media type."""
    with tools.db.read(tools.service_id) as view:
        lines = rows_as(ArchiveLine, view.session.execute(SQL["lines"], {"media": media_id}))
    with tools.store.open(address, key) as file:
        packed = is_document(file.peek(HEAD_BYTES)[:HEAD_BYTES])
        opening = _Opening(tools, key, encrypted_parts(file) if packed else frozenset())
        try:
            for batch in _batches(_taken(opening, members_of(file, kind, size_bytes))):
                taken = [each for each in batch if not packed or not is_left_aside(each.path, each.arrival.refusal)]
                _write(tools, lines, taken, of_document=packed)
        except Refused as refusal:
            if not opening.listed:
                reason = str(refusal.facts["reason"])
                return lambda tx: refuse_media(tx, media_id, reason=reason)
            opening.is_whole = False
    opened, is_whole = {line.id for line in lines}, opening.is_whole

    def effects(tx: Tx) -> None:
        record_archive(tx, media_id, opened=opened, is_whole=is_whole)

    return effects


def _taken(opening: _Opening, members: Iterator[Member]) -> Iterator[_Taken]:
    """What came of each member; of two with one path, the second with the beginning of a digest behind it."""
    for member in members:
        opening.tools.steps += 1
        path = without_root(member.path)
        arrival = _take(opening, member, path)
        if path in opening.listed:
            path = told_apart(path_text(path), arrival.stored.sha256 if arrival.stored else member.path).encode()
        opening.listed.add(path)
        yield _Taken(path, arrival)


def _take(opening: _Opening, member: Member, path: bytes) -> Arrival:
    # What is no text leads nowhere; the path is listed by its bytes.
    name = path.decode("utf-8", "replace").replace("\0", "\ufffd")
    if member.pieces is None or name in opening.encrypted:
        return Arrival(name, member.size_bytes, refusal=member.refusal or "encrypted")
    arrival = take_stream(name, member.pieces, None, store=opening.tools.store, key=opening.key)
    if not member.pieces.is_whole:
        opening.is_whole = False
        if arrival.refusal is not None:
            return replace(arrival, refusal="damaged")
    if arrival.media_type is not None and media_kind(arrival.media_type) == "archive":
        return replace(arrival, refusal="archive_in_archive")
    return arrival


def _batches(taken: Iterator[_Taken]) -> Iterator[list[_Taken]]:
    """What was taken, a few at a time; where the archive breaks off, what was taken before it too. Raises Refused."""
    held: list[_Taken] = []
    since = time.monotonic()
    try:
        for each in taken:
            held.append(each)
            if len(held) >= BATCH_FILES or time.monotonic() - since > BATCH_S:
                yield held
                held, since = [], time.monotonic()
    except Refused:
        yield held
        raise
    yield held


def _write(tools: WorkerTools, lines: list[ArchiveLine], batch: list[_Taken], *, of_document: bool) -> None:
    """One write a line of the archive. A database that does not answer gives the job back; it begins anew then."""
    for line in lines if batch else ():
        with tools.db.write(tools.service_id) as tx:
            receive_members(tx, line.id, [_under(line, each) for each in batch], of_document=of_document)


def _under(line: ArchiveLine, taken: _Taken) -> Arrival:
    """A member as a file of the exhibit: its path goes on where that of its archive ends."""
    whole = (line.path_bytes or line.path.encode()) + b"/" + taken.path
    return replace(
        taken.arrival,
        path=path_as_listed(whole),
        path_bytes=None if is_text(whole) and line.path_bytes is None else whole,
    )
