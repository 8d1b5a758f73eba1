"""Receives files for an exhibit: from folders of this machine or from a request, one after the other, in constant
memory.

A file is stored, encrypted, before its row is written; what cannot be taken is refused with its reason and keeps its
line. Running an intake again goes on where it stopped. Used by the command line, the API and the exercise. Must not
decode anything.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy import select

from workspace.analysis.sandbox.kinds import HEAD_BYTES, media_type
from workspace.analysis.sandbox.other_kinds import why_not
from workspace.commands.intake import MAX_FILE_BYTES, end_intake, receive_files, stop_intake
from workspace.commands.lines import Arrival
from workspace.errors import Fault, Invalid, Refused, Unavailable
from workspace.intake.archives import archive_type
from workspace.model import Exhibit, ReceivedFile
from workspace.model.database import Database
from workspace.rules.codes import PASSING
from workspace.rules.paths import MAX_PATH_BYTES, is_text, is_too_long, path_refusal, path_text, told_apart
from workspace.store.cipher import CHUNK_BYTES
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore

BATCH_FILES = 20
BATCH_S = 0.5
"""Files are written down in small batches: the first are being read while the next still come."""
PATIENCE_S = 180.0
"""How long an intake waits for a database that does not answer, before it stops."""


MOST_DUPLICATES = 20
"""How many paths that appear twice are named in the message."""


@dataclass(frozen=True)
class DeviceFile:
    """A file of this machine and the path under which it stood on the device. refusal: why it cannot be taken, known
    already. path_bytes: the path as it stood there, where that is not text."""

    place: Path
    device_path: str
    refusal: str | None = None
    path_bytes: bytes | None = None


def find_files(paths: Iterable[Path]) -> list[DeviceFile]:
    """Every file below the given folders, and the given files, in a fixed order. Links are listed but never followed.

    With one folder device paths are relative to it; with several they begin with the name of each. A folder that cannot
    be opened stands in the list itself, refused.

    Raises:
        Invalid: a path is not there, or two files would have one device path.
    """
    given = [path.absolute() for path in paths]
    missing = [str(path) for path in given if not os.path.lexists(path)]
    if missing:
        raise Invalid(
            "Not there: {paths}",
            paths=missing,
            faults=[Fault("path", "«{value}» is not there", value=path) for path in missing],
        )
    files: list[DeviceFile] = []
    for path in given:
        if path.is_dir() and not path.is_symlink():
            files += files_below(path, path if len(given) == 1 else path.parent)
        else:
            files.append(_device_file(path, path.name))
    files = _told_apart(files)
    seen = Counter(each.device_path for each in files)
    twice = [path for path, times in seen.items() if times > 1]
    if twice:
        raise Invalid(
            "Files would have the same path on the device ({count}). Give each folder its own exhibit, or name "
            "the folder that holds them all.",
            count=len(twice),
            faults=[Fault(path, "appears twice") for path in twice[:MOST_DUPLICATES]],
        )
    return files


def _told_apart(files: Sequence[DeviceFile]) -> list[DeviceFile]:
    """The same files; of two whose paths are the same text but not the same bytes, with a digest of the bytes."""
    bytes_of: dict[str, set[bytes | None]] = {}
    for each in files:
        bytes_of.setdefault(each.device_path, set()).add(each.path_bytes)
    return [
        replace(each, device_path=told_apart(each.device_path, each.path_bytes))
        if each.path_bytes is not None and len(bytes_of[each.device_path]) > 1
        else each
        for each in files
    ]


def files_below(folder: Path, root: Path) -> Iterator[DeviceFile]:
    """Every file and link below a folder, by paths relative to `root`; then the folders that could not be opened, with
    a slash."""
    unopened: list[OSError] = []
    for parent, folders, names in os.walk(folder, followlinks=False, onerror=unopened.append):
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        folders.sort()
        for name in sorted(names + links):
            place = Path(parent, name)
            yield _device_file(place, os.path.relpath(place, root))
    for fault in unopened:
        place = Path(os.fsdecode(fault.filename or folder))
        yield _device_file(place, os.path.relpath(place, root) + "/", refusal="not_readable")


def receive_folder(
    database: Database,
    person_id: int,
    exhibit_id: UUID,
    files: Sequence[DeviceFile],
    *,
    store: MediaStore,
    key: OperationKey,
    on_file: Callable[[Arrival], None] = lambda arrival: None,
    manifest_sha256: bytes | None = None,
) -> int:
    """Receive files of this machine for an exhibit and end its intake; returns how many were new.

    Where it must stop (disk full, interrupted) the exhibit says why; what came until then is whole and is being read.

    Raises:
        Unavailable: the store or the database does not answer.
        Conflict, Closed, Forbidden: see the commands of intake.
    """
    known, has_ended = _so_far(database, person_id, exhibit_id)
    if has_ended and all(file.device_path in known for file in files):
        return 0
    settled = {path for path, refusal in known.items() if refusal not in PASSING}
    batch = _Batch(database, person_id, exhibit_id)
    try:
        for file in files:
            if file.device_path not in settled:
                arrival = take_file(file, store=store, key=key)
                on_file(arrival)
                batch.add(arrival)
        batch.write()
    except (Unavailable, KeyboardInterrupt) as stop:
        batch.stop(_why_stopped(stop))
        raise
    with database.write(person_id) as tx:
        end_intake(tx, exhibit_id, manifest_sha256=manifest_sha256)
    return batch.written


def take_file(file: DeviceFile, *, store: MediaStore, key: OperationKey) -> Arrival:
    """Store one file of this machine. Only the medium's store can stop this; a file that cannot be taken says why."""
    return replace(_taken(file, store=store, key=key), path=file.device_path, path_bytes=file.path_bytes)


def _taken(file: DeviceFile, *, store: MediaStore, key: OperationKey) -> Arrival:
    refusal = file.refusal or path_refusal(file.device_path)
    if refusal is not None:
        return Arrival(file.device_path, _size_bytes(file.place), refusal=refusal)
    try:
        descriptor = os.open(file.place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        # A link is refused by O_NOFOLLOW as ELOOP, a socket as ENXIO.
        return Arrival(
            file.device_path, 0, refusal="not_a_file" if fault.errno in (errno.ELOOP, errno.ENXIO) else "not_readable"
        )
    with os.fdopen(descriptor, "rb", buffering=0) as opened:
        facts = os.fstat(opened.fileno())
        if not stat.S_ISREG(facts.st_mode):
            return Arrival(file.device_path, 0, refusal="not_a_file")
        chunks = iter(lambda: opened.read(CHUNK_BYTES), b"")
        return take_stream(file.device_path, chunks, facts.st_size, store=store, key=key)


def take_stream(
    device_path: str, chunks: Iterable[bytes], size_bytes: int | None, *, store: MediaStore, key: OperationKey
) -> Arrival:
    """Store one stream that claims to hold `size_bytes`; None where nobody knows.

    Raises:
        Unavailable: the store is full or does not answer; nothing of this file was kept.
    """
    path = path_as_listed(device_path.encode("utf-8", "surrogateescape"))
    claimed = size_bytes or 0
    if refusal := claim_refusal(device_path, claimed):
        return Arrival(path, claimed, refusal=refusal)
    head = _Head(chunks)
    try:
        stored = store.put_stream(head, key=key, max_bytes=MAX_FILE_BYTES)
    except Refused as too_large:
        return Arrival(path, claimed, refusal=str(too_large.facts["reason"]))
    except OSError:
        return Arrival(path, claimed, refusal="not_readable")
    if stored.size_bytes == 0:
        return Arrival(path, 0, stored, refusal="empty")
    if size_bytes is not None and stored.size_bytes != size_bytes:
        return Arrival(path, stored.size_bytes, stored, refusal="changed_while_read")
    kind = archive_type(bytes(head.seen)) or media_type(bytes(head.seen))
    return Arrival(path, stored.size_bytes, stored, kind, None if kind else why_not(bytes(head.seen), path))


def take_upload(
    device_path: str,
    body: IO[bytes],
    size_bytes: int,
    *,
    store: MediaStore,
    key: OperationKey,
    path_bytes: bytes | None = None,
) -> Arrival:
    """Store the body of a request that says that it holds `size_bytes`; no more of it is read.

    path_bytes: the path as the sender gave it, where that is not text. A browser does not give it, and puts U+FFFD
    where a name's bytes are no text: two files may then come under one path, and are told apart by their content.

    Raises:
        Unavailable: the line was cut before all of it had come (reason `line_cut`), or as for `take_stream`. Nothing of
            this file
            was kept: it may be sent again.
    """
    return take_sent(device_path, _body(body, size_bytes), size_bytes, store=store, key=key, path_bytes=path_bytes)


def take_sent(
    device_path: str,
    chunks: Iterable[bytes],
    size_bytes: int,
    *,
    store: MediaStore,
    key: OperationKey,
    path_bytes: bytes | None = None,
) -> Arrival:
    """Store a file that a request brought, or several; its path is listed as `take_upload` says. Raises as
    `take_stream`."""
    arrival = take_stream(device_path, chunks, size_bytes, store=store, key=key)
    if path_bytes is not None:
        return replace(arrival, path=path_as_listed(path_bytes), path_bytes=path_bytes)
    if "\ufffd" in device_path and arrival.stored:
        return replace(arrival, path=told_apart(arrival.path, arrival.stored.sha256))
    return arrival


def _body(body: IO[bytes], size_bytes: int) -> Iterator[bytes]:
    left = size_bytes
    while left:
        try:
            chunk = body.read(min(CHUNK_BYTES, left))
        except OSError as cause:
            raise _cut() from cause
        if not chunk:  # as some web servers tell it
            raise _cut()
        left -= len(chunk)
        yield chunk


def _cut() -> Unavailable:
    return Unavailable(
        "The connection ended before the whole file had come. Nothing of it was kept; send it again.", reason="line_cut"
    )


def claim_refusal(device_path: str, size_bytes: int) -> str | None:
    """Why a file of this path and size would be refused, before a byte of it has come; None if it is not known yet."""
    return path_refusal(device_path) or ("too_large" if size_bytes > MAX_FILE_BYTES else None)


class _Head:
    """Passes a stream on and keeps its first bytes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.seen = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if len(self.seen) < HEAD_BYTES:
                self.seen += chunk[: HEAD_BYTES - len(self.seen)]
            yield chunk


class _Batch:
    """Writes arrivals down in small batches; waits for a database that does not answer."""

    def __init__(self, database: Database, person_id: int, exhibit_id: UUID) -> None:
        self._database, self._person_id, self._exhibit_id = database, person_id, exhibit_id
        self._held: list[Arrival] = []
        self._since = time.monotonic()
        self.written = 0

    def add(self, arrival: Arrival) -> None:
        self._held.append(arrival)
        if len(self._held) >= BATCH_FILES or time.monotonic() - self._since > BATCH_S:
            self.write()

    def write(self) -> None:
        patience = time.monotonic() + PATIENCE_S
        while self._held:
            try:
                with self._database.write(self._person_id) as tx:
                    new = receive_files(tx, self._exhibit_id, self._held)
            except Unavailable as wait:
                if time.monotonic() > patience or wait.facts.get("reason") == "too_slow":
                    raise
                time.sleep(1.0)
            else:
                self.written += new
                self._held = []
        self._since = time.monotonic()

    def stop(self, reason: str) -> None:
        """Write down what is held, and why it stops."""
        if self._held:
            with self._database.write(self._person_id) as tx:
                self.written += receive_files(tx, self._exhibit_id, self._held)
        # A write of its own: one that shares the exhibit with other files and then wants it alone could wait in a
        # circle.
        with self._database.write(self._person_id) as tx:
            stop_intake(tx, self._exhibit_id, reason=reason)


def _why_stopped(stop: Unavailable | KeyboardInterrupt) -> str:
    """The code that the exhibit keeps; a reason that comes from the database is no such code, and may be a sentence."""
    if isinstance(stop, KeyboardInterrupt):
        return "interrupted"
    reason = str(stop.facts.get("reason"))
    return reason if reason in ("disk_full", "store_unavailable") else "unavailable"


def _so_far(database: Database, person_id: int, exhibit_id: UUID) -> tuple[dict[str, str | None], bool]:
    """The paths that have their line already, with why each was refused, and whether the intake has ended."""
    with database.read(person_id) as view:
        rows = view.session.execute(
            select(ReceivedFile.path, ReceivedFile.refusal).where(ReceivedFile.exhibit_id == exhibit_id)
        )
        paths = {row.path: row.refusal for row in rows}
        ended = view.session.scalars(select(Exhibit.intake_ended_at).where(Exhibit.id == exhibit_id)).one_or_none()
    return paths, ended is not None


def _device_file(place: Path, device_path: str, *, refusal: str | None = None) -> DeviceFile:
    """A file under its path as it can be written down; one too long to be listed is refused."""
    whole = os.fsencode(device_path)
    path = path_text(whole)
    return DeviceFile(
        place,
        _written(path),
        refusal or ("unsafe_path" if is_too_long(path) else None),
        None if is_text(whole) else whole,
    )


def _size_bytes(place: Path) -> int:
    try:
        facts = os.lstat(place)
    except OSError:
        return 0
    return facts.st_size if stat.S_ISREG(facts.st_mode) else 0


def path_as_listed(path: bytes) -> str:
    """A path of a device as it can be read and listed."""
    return _written(path_text(path))


def _written(path: str) -> str:
    """The path as it can be listed: one too long ends in the SHA-256 of its whole."""
    if not is_too_long(path):
        return path
    whole = path.encode()
    return whole[: MAX_PATH_BYTES - 80].decode("utf-8", "ignore") + "… " + sha256(whole).hexdigest()
