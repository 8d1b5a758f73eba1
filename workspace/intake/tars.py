"""Lists and streams the members of a TAR and its compressions; what is compressed and no TAR is one member.

A header that cannot be read, an end before the last member and bytes behind the end cost nothing else. Must not store
or write anything.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, Self, cast

from backports import zstd

from workspace.errors import Refused
from workspace.intake.unpacking import BROKEN, XZ_MEMORY_BYTES, ZSTD_OPTIONS, Budget, Member, Pieces, Readable
from workspace.store.cipher import CHUNK_BYTES

BLOCK_BYTES = 512
MOST_BROKEN_HEADERS = 1_000
_XZ = b"\xfd7zXZ\x00"


def is_tar(head: bytes) -> bool:
    """Whether a TAR begins so, also one of before POSIX: its first header's sum is right."""
    block = head[:BLOCK_BYTES]
    try:
        return len(block) == BLOCK_BYTES and bool(tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape").name)
    except (tarfile.TarError, ValueError):
        return False


def members_of_tar(file: BinaryIO, media_type: str, budget: Budget) -> Iterator[Member]:
    """The members of a TAR, compressed or not, or the one file that was compressed; see `archives.members_of`."""
    name = _name_of(file, media_type)
    file.seek(0)
    packed = _Salvaged(_decompressed(file, media_type))
    reader = io.BufferedReader(packed, CHUNK_BYTES)
    head, plain = reader.peek(BLOCK_BYTES), cast("BinaryIO", reader)
    if not head:
        raise Refused("The archive is damaged.", reason="damaged")
    if is_tar(head):
        yield from _members(plain, budget)
    elif media_type == "application/x-tar":
        raise Refused("This is not an archive of files.", reason="kind_not_supported")
    else:
        yield Member(name, 0, Pieces(lambda: _Whole(plain, packed), budget))


class _Header(tarfile.TarInfo):
    """A header that notes at its archive what stood in a header's place and was none, and whether an end was seen."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # as its siblings, not in typeshed
            archive.has_end = True  # type: ignore[attr-defined]
            raise
        except tarfile.InvalidHeaderError:  # type: ignore[attr-defined]
            archive.is_damaged = True  # type: ignore[attr-defined]
            raise


class _Archive(tarfile.TarFile):
    """An archive that goes on behind its end, as one that was written behind another, and behind damage."""

    tarinfo = _Header
    has_end = False
    is_damaged = False
    broken = 0

    def next(self) -> tarfile.TarInfo | None:
        """The next header that can be read, also while the archive is opened, when the library reads the first."""
        while self.broken <= MOST_BROKEN_HEADERS:
            try:
                return super().next()
            except BROKEN:
                self.broken += 1
        return None


def _members(plain: BinaryIO, budget: Budget) -> Iterator[Member]:
    archive = _Archive.open(fileobj=plain, mode="r|", encoding="utf-8", errors="surrogateescape", ignore_zeros=True)
    while (facts := archive.next()) is not None:
        archive.members = []  # type: ignore[attr-defined]  # the library would keep every one
        if facts.isdir():
            continue
        name = facts.name.encode("utf-8", "surrogateescape")
        refusal = budget.refusal(facts.size) or (None if facts.isreg() else "not_a_file")
        if refusal:
            yield Member(name, facts.size, refusal=refusal)
            if budget.is_spent(0 if facts.issparse() else facts.size):  # what is sparse takes hardly a place
                raise Refused("The archive unpacks to more than can be taken.", reason="too_large")
            continue
        yield Member(name, facts.size, Pieces(partial(_opened, archive, facts), budget))
    if archive.broken or archive.is_damaged or not archive.has_end:
        raise Refused("The archive breaks off before its end.", reason="truncated")


def _opened(archive: tarfile.TarFile, facts: tarfile.TarInfo) -> Readable | None:
    if facts.issparse():
        return archive.extractfile(facts)
    source = cast("BinaryIO", archive.fileobj)
    source.seek(facts.offset_data)
    return _Content(source, facts.size)


@dataclass
class _Content:
    """The content of one member, up to where the archive breaks off; the library's reader gives no part of a piece."""

    source: BinaryIO
    left: int

    def read(self, size: int = -1, /) -> bytes:
        content = self.source.read(min(size, self.left)) if self.left else b""
        if self.left and not content:
            raise EOFError("the archive breaks off")
        self.left -= len(content)
        return content


@dataclass
class _Salvaged(io.RawIOBase):
    """What can be decompressed of a file; fault: why it ended before the file's end."""

    source: Readable
    fault: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for its own Buffer
        if self.fault is not None:
            return 0
        try:
            content = self.source.read(min(len(buffer), 1 << 13))
        except BROKEN as fault:
            self.fault = fault
            return 0
        buffer[: len(content)] = content
        return len(content)


@dataclass
class _Whole:
    """All of what was compressed; raises at its end what it broke off for."""

    plain: BinaryIO
    packed: _Salvaged

    def read(self, size: int = -1, /) -> bytes:
        content = self.plain.read(size)
        if not content and self.packed.fault is not None:
            raise EOFError("the file breaks off")
        return content


def _name_of(file: BinaryIO, media_type: str) -> bytes:
    """The name that gzip keeps of what it compressed (RFC 1952, 2.3.1); the others keep none."""
    if media_type == "application/gzip":
        file.seek(0)
        head = file.read(1 << 12)
        if head[3:4] == b"\x08" and b"\x00" in head[10:]:
            return head[10 : head.index(b"\x00", 10)].rpartition(b"/")[2] or b"content"
    return b"content"


def _decompressed(file: BinaryIO, media_type: str) -> Readable:
    if media_type == "application/gzip":
        return gzip.GzipFile(fileobj=file)
    if media_type == "application/x-bzip2":
        return bz2.BZ2File(file)
    if media_type == "application/zstd":
        return zstd.ZstdFile(file, options=ZSTD_OPTIONS)
    return _Xz(file) if media_type == "application/x-xz" else file


@dataclass
class _Xz:
    """The content of an XZ file, of one stream or several; the library's own reader knows no limit of memory."""

    file: BinaryIO
    _decoder: lzma.LZMADecompressor = field(
        default_factory=lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)
    )

    def read(self, size: int = -1, /) -> bytes:
        while True:
            if self._decoder.eof and not self._has_more():
                return b""
            more = self.file.read(CHUNK_BYTES) if self._decoder.needs_input else b""
            if self._decoder.needs_input and not more:
                raise EOFError("the file breaks off")
            if content := self._decoder.decompress(more, size):
                return content

    def _has_more(self) -> bool:
        """Whether another stream begins behind the end of this one, and its padding; it is then read next."""
        rest = self._decoder.unused_data.lstrip(b"\x00")
        while len(rest) < len(_XZ) and (more := self.file.read(CHUNK_BYTES)):
            rest = (rest + more).lstrip(b"\x00")
        if not rest.startswith(_XZ):
            return False
        self._decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)
        self.file.seek(-len(rest), io.SEEK_CUR)
        return True
