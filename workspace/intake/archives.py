"""Lists and streams the members of an archive: ZIP, TAR and its compressions, 7z. Nothing is unpacked to a disk.

Told by content like every file; the libraries only read. A member that cannot be taken is named with its reason, and
the others are taken. What bounds an archive: how many members it lists and how many bytes they unpack to, as a
multiple of what came. Must not store or write anything.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from workspace.errors import Refused
from workspace.intake.seven_zip import members_of_seven_zip
from workspace.intake.unpacking import BROKEN, MOST_MEMBERS, Budget, Member, Pieces
from workspace.store.cipher import CHUNK_BYTES

XZ_MEMORY_BYTES = 256 << 20
"""What a dictionary of XZ may take; the format allows 1.5 GiB (xz(1), «memory usage»)."""
ZIP_LZMA_BYTES = 512 << 20
"""A member of a ZIP packed by LZMA may be so long: its dictionary grows up to its content."""
TAR_MAGIC_AT = 257
"""POSIX.1-1988 «ustar», and GNU's."""
ZIP_MOST_DIRECTORY_BYTES = MOST_MEMBERS * 400
"""A ZIP's list of members is read at once; one that claims to be longer is not."""

_TYPES = (
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
)
_PROGRAMS = (b"AndroidManifest.xml", b"META-INF/", b"classes.dex")
_DOCUMENTS = (b"[Content_Types].xml", b"mimetype", b"_rels/")


def archive_type(head: bytes) -> str | None:
    """Name the media type of an archive by its first bytes, or None if it is none. A program (APK, JAR) is none: what
    it holds belongs to who made it."""
    if head.startswith(b"PK\x03\x04") and head[30:50].startswith(_PROGRAMS):
        return None
    for prefix, name in _TYPES:
        if head.startswith(prefix):
            return name
    return "application/x-tar" if head[TAR_MAGIC_AT : TAR_MAGIC_AT + 5] == b"ustar" else None


def members_of(file: BinaryIO, media_type: str, size_bytes: int) -> Iterator[Member]:
    """The members of an archive, in its order; the chunks of each are taken before the next is asked for.

    file: can be read at any place. size_bytes: its length. Of an office document, which is an archive too, the caller
    takes pictures and videos alone: see `is_document`.

    Raises:
        Refused: it cannot be opened at all (`encrypted`, `damaged`, `kind_not_supported`, `out_of_memory` or
            `too_large`).
    """
    budget = Budget(size_bytes)
    if media_type == "application/zip":
        return _zip(file, budget)
    if media_type == "application/x-7z-compressed":
        return members_of_seven_zip(file, budget)
    return _tar(file, media_type, budget)


def is_document(head: bytes) -> bool:
    """Whether a ZIP is an office document or a book: pictures among hundreds of parts that nobody looks for."""
    return head.startswith(b"PK\x03\x04") and head[30:60].startswith(_DOCUMENTS)


def _zip(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    _require_short_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except (*BROKEN, NotImplementedError) as cause:
        raise Refused("The archive is damaged.", reason="damaged") from cause
    for facts in archive.infolist():
        if facts.is_dir():
            continue
        name = _zip_name(facts)
        refusal = budget.refusal(facts.file_size) or _zip_refusal(facts)
        if refusal:
            yield Member(name, facts.file_size, refusal=refusal)
            continue
        yield Member(name, facts.file_size, Pieces(partial(archive.open, facts), budget))


def _require_short_directory(file: BinaryIO) -> None:
    """Pass if the list of members that the end of a ZIP names can be read at once (APPNOTE 6.3.10, 4.3.14, 4.3.16)."""
    file.seek(0, io.SEEK_END)
    length = file.tell()
    file.seek(max(0, length - (1 << 16) - 22 - 20))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise Refused("The archive breaks off before its end.", reason="truncated")
    listed = struct.unpack_from("<I", tail, at + 12)[0]
    locator = tail.rfind(b"PK\x06\x07", 0, at)
    if locator >= 0 and len(tail) >= locator + 16:
        file.seek(struct.unpack_from("<Q", tail, locator + 8)[0])
        wide = file.read(56)
        if wide[:4] == b"PK\x06\x06" and len(wide) == 56:
            listed = struct.unpack_from("<Q", wide, 40)[0]
    if listed > ZIP_MOST_DIRECTORY_BYTES:
        raise Refused("The archive lists more files than can be taken.", reason="too_large")
    file.seek(0)


def _zip_refusal(facts: zipfile.ZipInfo) -> str | None:
    if facts.flag_bits & 0x1:
        return "encrypted"
    if stat.S_ISLNK(facts.external_attr >> 16):
        return "not_a_file"
    if facts.compress_type == zipfile.ZIP_LZMA and facts.file_size > ZIP_LZMA_BYTES:
        return "too_large"
    known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    return None if facts.compress_type in known else "kind_not_supported"


def _zip_name(facts: zipfile.ZipInfo) -> bytes:
    """A member's name in its own bytes: the library reads those that are not marked as UTF-8 as code page 437. The
    Unicode path of Info-ZIP (APPNOTE 4.6.9), where its sum is that of the name, says better."""
    name = facts.orig_filename
    if facts.flag_bits & 0x800:
        return name.encode("utf-8", "surrogateescape")
    own = name.encode("cp437", "replace")
    extra = facts.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == 0x7075 and length > 5 and struct.unpack_from("<I", extra, 5)[0] == zlib.crc32(own):
            return extra[9 : 4 + length]
        extra = extra[4 + length :]
    return own


def _tar(file: BinaryIO, media_type: str, budget: Budget) -> Iterator[Member]:
    plain = _decompressed(file, media_type)
    try:
        plain.peek(1)
    except BROKEN as cause:
        raise Refused("The archive is damaged.", reason="damaged") from cause
    try:
        archive = tarfile.open(fileobj=plain, mode="r|", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115
    except BROKEN as cause:
        raise Refused("This is not an archive of files.", reason="kind_not_supported") from cause
    while True:
        try:
            facts = archive.next()
        except BROKEN as cause:
            raise Refused("The archive breaks off before its end.", reason="truncated") from cause
        if facts is None:
            return
        archive.members = []  # type: ignore[attr-defined]  # the library would keep every one
        if facts.isdir():
            continue
        name = facts.name.encode("utf-8", "surrogateescape")
        refusal = budget.refusal(facts.size) or (None if facts.isreg() else "not_a_file")
        if refusal:
            yield Member(name, facts.size, refusal=refusal)
            if budget.is_spent(facts.size):
                raise Refused("The archive unpacks to more than can be taken.", reason="too_large")
            continue
        yield Member(name, facts.size, Pieces(partial(archive.extractfile, facts), budget))


def _decompressed(file: BinaryIO, media_type: str) -> io.BufferedReader:
    if media_type == "application/gzip":
        return io.BufferedReader(gzip.GzipFile(fileobj=file), CHUNK_BYTES)
    if media_type == "application/x-bzip2":
        return io.BufferedReader(bz2.BZ2File(file), CHUNK_BYTES)
    if media_type == "application/x-xz":
        return io.BufferedReader(_Xz(file), CHUNK_BYTES)
    return io.BufferedReader(file, CHUNK_BYTES)  # type: ignore[arg-type]


@dataclass
class _Xz(io.RawIOBase):
    """The content of an XZ file; the library's own reader knows no limit of memory."""

    file: BinaryIO

    def __post_init__(self) -> None:
        self._decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._decoder.eof:
            more = self.file.read(CHUNK_BYTES) if self._decoder.needs_input else b""
            if self._decoder.needs_input and not more:
                raise EOFError("the file breaks off")
            content = self._decoder.decompress(more, len(buffer))
            if content:
                buffer[: len(content)] = content
                return len(content)
        return 0
