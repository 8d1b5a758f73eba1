"""7z by py7zr, which pushes what it unpacks: a thread of its own hands the pieces over, a few at a time.

The library is asked for members by their numbers, and only for those that may be taken: what they are called is
nothing to it. Must not write anything.
"""

from __future__ import annotations

import io
import queue
import struct
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

import py7zr
from py7zr import archiveinfo
from py7zr.compressor import SupportedMethods
from py7zr.exceptions import PasswordRequired, UnsupportedCompressionMethodError
from py7zr.io import Py7zIO, WriterFactory

from workspace.errors import Refused
from workspace.intake.unpacking import Budget, Member, Pieces
from workspace.store.cipher import CHUNK_BYTES

MOST_DICTIONARY_BYTES = 256 << 20
"""What unpacking may hold in memory; 7-Zip's own «Ultra» takes 64 MiB."""
LZMA, LZMA2, PPMD = b"\x03\x01\x01", b"\x21", b"\x03\x04\x01"
"""Coders whose properties say how much memory they take (7-Zip's Methods.txt)."""
SupportedMethods.methods[:] = [each for each in SupportedMethods.methods if each["id"] != PPMD]
"""PPMd of a damaged archive ends the process by a signal (pyppmd 1.3), also where the header alone is packed by it:
blocks that are packed so are refused like those of any other way that the library does not know."""
_METHODS = frozenset(each["id"] for each in SupportedMethods.methods)


def _read_name(read: Callable[[BinaryIO], str], file: BinaryIO) -> str:
    """A name out of a header, also one in which a sign of two halves was cut: Windows allows it."""
    try:
        return read(file)
    except UnicodeDecodeError as fault:
        return fault.object.decode("utf-16-le", "surrogatepass")


archiveinfo.read_utf16 = partial(_read_name, archiveinfo.read_utf16)
WAITING_PIECES = 2
MOST_BLOCKS_AGAIN = 50
"""So many blocks of a broken archive are unpacked one by one."""


def members_of_seven_zip(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    """The members of a 7z archive; see `archives.members_of`."""
    archive, listed = _opened(file)
    taken: list[_Listed] = []
    for each, reason in listed:
        refusal = budget.refusal(each.size) or reason
        if refusal:
            yield Member(each.path, each.size, refusal=refusal)
        else:
            taken.append(each)
    yield from _pushed(archive, taken, budget)


@dataclass(frozen=True)
class _Listed:
    """A member that the archive lists. name: its number, by which the library knows it; block: which others are packed
    with it."""

    name: str
    path: bytes
    size: int
    block: int


def _opened(file: BinaryIO) -> tuple[py7zr.SevenZipFile, list[tuple[_Listed, str | None]]]:
    """The archive, and what it lists, each with why it is not taken. Raises Refused."""
    try:
        archive = py7zr.SevenZipFile(file, "r")
        _require_small_dictionaries(archive)
        _place_blocks(archive)
        return archive, _numbered(archive)
    except Refused:
        raise
    except PasswordRequired as cause:
        raise Refused("The archive is encrypted.", reason="encrypted") from cause
    except UnsupportedCompressionMethodError as cause:
        raise Refused("The archive is packed in a way that is not read here.", reason="archive_to_unpack") from cause
    except MemoryError as cause:
        raise Refused("The archive needs more memory than there is.", reason="out_of_memory") from cause
    except Exception as cause:
        # The library takes what a header says for granted, once its sum is right: anything may follow.
        raise Refused("The archive cannot be opened.", reason=_why_broken(file)) from cause


def _numbered(archive: py7zr.SevenZipFile) -> list[tuple[_Listed, str | None]]:
    """What the archive lists, each with why it is not taken. A number becomes the name of each: the library refuses a
    whole archive for one name with a drive («C:/Users/1.jpg»), and takes two of one name for one."""
    files = list(archive.files)
    listed = [_listed(facts) for facts in files if not facts.is_directory]
    for facts, inside in zip(files, archive.files.files_list, strict=True):
        inside["filename"] = str(facts.id)
    return listed


def _listed(facts: Any) -> tuple[_Listed, str | None]:
    size = 0 if facts.emptystream else int(facts.uncompressed)
    reason = None
    if size and _is_encrypted(facts.folder):
        reason = "encrypted"
    elif size and not _is_readable(facts.folder):
        reason = "archive_to_unpack"
    elif facts.is_symlink or facts.is_junction or facts.is_socket:
        reason = "not_a_file"
    path = str(facts.filename).encode("utf-8", "surrogatepass")
    return _Listed(str(facts.id), path, size, id(facts.folder) if size else 0), reason


def _is_encrypted(folder: Any) -> bool:
    return bool(SupportedMethods.needs_password(folder.coders))


def _is_readable(folder: Any) -> bool:
    """Whether the library knows all that a block is packed with: not BCJ2, for one, with which programs are packed."""
    return all(
        coder["method"] in _METHODS and coder["numinstreams"] == coder["numoutstreams"] == 1 for coder in folder.coders
    )


def _place_blocks(archive: py7zr.SevenZipFile) -> None:
    """Let the library find each block where several streams make up one before it: it counts one a block."""
    streams = archive.header.main_streams
    if streams is None:
        return
    places, first, begins = streams.packinfo.packpositions, 0, list[int]()
    for folder in streams.unpackinfo.folders:
        begins.append(places[min(first, len(places) - 1)])
        first += max(1, len(folder.packed_indices))
    streams.packinfo.packpositions = [*begins, places[-1]]


def _why_broken(file: BinaryIO) -> str:
    """`truncated` where the header, which stands behind all content, lies beyond the end of the file: as in the first
    part of an archive that was split."""
    length = file.seek(0, io.SEEK_END)
    file.seek(12)
    try:
        behind, size = struct.unpack("<QQ", file.read(16))
    except struct.error:
        return "truncated"
    return "truncated" if 32 + behind + size > length else "damaged"


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
        self.is_whole = False

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


def _pushed(archive: py7zr.SevenZipFile, taken: list[_Listed], budget: Budget) -> Iterator[Member]:
    """The members that are taken, as they come out. Where the archive breaks, the members packed apart from the broken
    one are asked for again, and those that never come are damaged."""
    left = {each.name: each for each in taken}
    is_whole = yield from _unpacked(archive, left, list(left), budget)
    if is_whole:
        return
    blocks: dict[int, list[str]] = {}
    for each in left.values():
        blocks.setdefault(each.block, []).append(each.name)
    for names in list(blocks.values())[:MOST_BLOCKS_AGAIN]:
        archive.reset()
        yield from _unpacked(archive, left, names, budget)
    for each in left.values():
        yield Member(each.path, each.size, refusal="damaged")
    raise Refused("The archive is damaged.", reason="damaged")


def _unpacked(
    archive: py7zr.SevenZipFile, left: dict[str, _Listed], names: list[str], budget: Budget
) -> Generator[Member, None, bool]:
    """The members of these names as they come out, which are then not left any more; whether all came."""
    handover = _Handover()

    def unpack() -> None:
        try:
            archive.extract(path="/", targets=set(names), factory=handover)
            handover.is_whole = True
        except Exception:  # noqa: BLE001 - each coder has its own errors; what has not come is then damaged
            return
        finally:
            _end(handover)

    thread = threading.Thread(target=unpack, name="seven-zip", daemon=True)
    thread.start()
    try:
        name, _ = handover.waiting.get()
        while name is not None:
            each = left.pop(name.removeprefix("/"))  # the library gives it as a path below «/»
            stream = _Stream(handover, each.size)
            yield Member(each.path, each.size, Pieces(partial(_same, stream), budget))
            name, _ = stream.next_member()
    finally:
        handover.is_over.set()
    thread.join()
    return handover.is_whole


def _end(handover: _Handover) -> None:
    try:
        handover.put((None, None))
    except _Over:
        return


class _Stream:
    """One member's content out of the handover, read to its end before the next begins."""

    def __init__(self, handover: _Handover, size: int) -> None:
        self._handover, self._left = handover, size
        self._next: tuple[str | None, bytes | None] | None = None

    def read(self, size: int = -1) -> bytes:
        """The next piece, whatever its length; empty at the end. Raises EOFError where less came than was said."""
        if self._next is None:
            item = self._handover.waiting.get()
            if item[0] is None and item[1] is not None:
                self._left -= len(item[1])
                return item[1]
            self._next = item
            if self._left > 0:
                raise EOFError("the archive breaks off")
        return b""

    def next_member(self) -> tuple[str | None, bytes | None]:
        """Pass over what was not taken and give the beginning of the next member, or the end."""
        while self._next is None:
            with suppress(EOFError):
                self.read()
        return self._next


def _same(stream: _Stream) -> _Stream:
    return stream
