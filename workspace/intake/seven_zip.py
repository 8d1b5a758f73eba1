"""7z by py7zr, which pushes what it unpacks: a thread of its own hands the pieces over, a few at a time.

The library is asked for members by name, and only for those that may be taken: it stops at a name that leads out of the
archive. Must not write anything.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import py7zr
from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError
from py7zr.io import Py7zIO, WriterFactory

from workspace.errors import Refused
from workspace.intake.unpacking import BROKEN, Budget, Member, Pieces
from workspace.rules.paths import path_refusal
from workspace.store.cipher import CHUNK_BYTES

MOST_DICTIONARY_BYTES = 256 << 20
"""What unpacking may hold in memory; 7-Zip's own «Ultra» takes 64 MiB."""
LZMA, LZMA2, PPMD = b"\x03\x01\x01", b"\x21", b"\x03\x04\x01"
"""Coders whose properties say how much memory they take (7-Zip's Methods.txt)."""
WAITING_PIECES = 2


def members_of_seven_zip(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    """The members of a 7z archive; see `archives.members_of`."""
    try:
        archive = py7zr.SevenZipFile(file, "r")
    except PasswordRequired as cause:
        raise Refused("The archive is encrypted.", reason="encrypted") from cause
    except (ArchiveError, UnsupportedCompressionMethodError, *BROKEN) as cause:
        raise Refused("The archive is damaged.", reason="damaged") from cause
    if archive.needs_password():
        raise Refused("The archive is encrypted.", reason="encrypted")
    _require_small_dictionaries(archive)
    taken: list[tuple[str, int]] = []
    times: dict[str, int] = {}
    for facts in archive.files:
        if facts.is_directory:
            continue
        name, size = str(facts.filename), 0 if facts.emptystream else int(facts.uncompressed)
        times[name] = times.get(name, 0) + 1
        refusal = (
            budget.refusal(size)
            or path_refusal(name)
            or ("not_a_file" if facts.is_symlink or facts.is_junction or facts.is_socket else None)
        )
        if refusal:
            yield Member(name.encode("utf-8", "surrogateescape"), size, refusal=refusal)
        else:
            taken.append((name, size))
    yield from _pushed(archive, taken, budget)


def _require_small_dictionaries(archive: py7zr.SevenZipFile) -> None:
    streams = archive.header.main_streams
    for folder in streams.unpackinfo.folders if streams is not None else ():
        for coder in folder.coders:
            if _memory_bytes(bytes(coder["method"]), bytes(coder["properties"] or b"")) > MOST_DICTIONARY_BYTES:
                raise Refused("The archive needs more memory than it may take.", reason="out_of_memory")


def _memory_bytes(method: bytes, properties: bytes) -> int:
    if method in (LZMA, PPMD) and len(properties) >= 5:
        return int.from_bytes(properties[1:5], "little")
    if method == LZMA2 and properties:
        return (2 | (properties[0] & 1)) << (properties[0] // 2 + 11)
    return 0


class _Handover(WriterFactory):
    """What the unpacking thread gives: (name, None) begins a member, (None, content) goes on with it, (None, None) ends
    all."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[tuple[str | None, bytes | None]] = queue.Queue(WAITING_PIECES)
        self.is_over = threading.Event()
        self.is_whole = True

    def put(self, item: tuple[str | None, bytes | None]) -> None:
        """Hand over; gives up once nobody takes any more."""
        while not self.is_over.is_set():
            try:
                self.waiting.put(item, timeout=0.5)
                return
            except queue.Full:
                continue
        raise _Over

    def create(self, filename: str) -> Py7zIO:
        """Begin a member."""
        self.put((filename, None))
        return _Piece(self)


class _Over(Exception):
    """Nobody takes what is unpacked any more."""


class _Piece(Py7zIO):
    """A member as the library writes it: handed over, never kept."""

    def __init__(self, to: _Handover) -> None:
        self._to, self._size = to, 0

    def write(self, s: bytes | bytearray) -> int:
        for at in range(0, len(s), CHUNK_BYTES):
            self._to.put((None, bytes(s[at : at + CHUNK_BYTES])))
        self._size += len(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return self._size


def _pushed(archive: py7zr.SevenZipFile, taken: list[tuple[str, int]], budget: Budget) -> Iterator[Member]:
    """The members that are taken, as they come out; those that did not come because the archive broke are damaged."""
    handover = _Handover()

    def unpack() -> None:
        try:
            archive.extract(path="/", targets={name for name, _ in taken}, factory=handover)
        except (_Over, ArchiveError, UnsupportedCompressionMethodError, *BROKEN):
            handover.is_whole = False
        finally:
            _end(handover)

    thread = threading.Thread(target=unpack, name="seven-zip", daemon=True)
    thread.start()
    sizes = dict(taken)
    left = [name for name, _ in taken]
    try:
        name, _ = handover.waiting.get()
        while name is not None:
            path = _own_name(name, sizes)
            if path in left:
                left.remove(path)
            stream = _Stream(handover)
            yield Member(
                path.encode("utf-8", "surrogateescape"), sizes.get(path, 0), Pieces(partial(_same, stream), budget)
            )
            name, _ = stream.next_member()
    finally:
        handover.is_over.set()
    for path in left:
        yield Member(path.encode("utf-8", "surrogateescape"), sizes[path], refusal="damaged")
    if not handover.is_whole:
        raise Refused("The archive is damaged.", reason="damaged")


def _own_name(name: str, sizes: dict[str, int]) -> str:
    """The name in the archive of what the library gives as a path below «/»."""
    path = name.removeprefix("/")
    return path if path in sizes else path.rpartition("_")[0] or path


def _end(handover: _Handover) -> None:
    try:
        handover.put((None, None))
    except _Over:
        return


class _Stream:
    """One member's content out of the handover, read to its end before the next begins."""

    def __init__(self, handover: _Handover) -> None:
        self._handover = handover
        self._next: tuple[str | None, bytes | None] | None = None

    def read(self, size: int = -1) -> bytes:
        """The next piece, whatever its length; empty at the end."""
        if self._next is not None:
            return b""
        item = self._handover.waiting.get()
        if item[0] is None and item[1] is not None:
            return item[1]
        self._next = item
        return b""

    def next_member(self) -> tuple[str | None, bytes | None]:
        """Pass over what was not taken and give the beginning of the next member, or the end."""
        while self._next is None:
            self.read()
        return self._next


def _same(stream: _Stream) -> _Stream:
    return stream
