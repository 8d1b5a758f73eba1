"""Lists and streams the members of a ZIP: by its directory, and by what stands before each member where the directory
is cut off, damaged or does not name it.

A ZIP says everything twice (APPNOTE 6.3.10, 4.3.7 and 4.3.12): a lost end, one name that cannot be read or bytes behind
the archive cost no member. Must not store or write anything.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO, Protocol

import inflate64
from backports import zstd

from workspace.errors import Refused
from workspace.intake.unpacking import BROKEN, MOST_MEMBERS, XZ_MEMORY_BYTES, ZSTD_OPTIONS, Budget, Member, Pieces

ZIP_LZMA_BYTES = 512 << 20
"""A member of a ZIP packed by LZMA may be so long: its dictionary grows up to its content."""
ZIP_MOST_DIRECTORY_BYTES = MOST_MEMBERS * 400
"""A ZIP's list of members is read at once; one that claims to be longer is not."""
DEFLATE64 = 9
"""What Windows packs files of more than 2 GiB with (APPNOTE 4.4.5)."""
ZSTD, XZ = 93, 95
SMALLEST = 30
"""A member's own header has so many bytes before its name."""
SCANNED, READ_AT_ONCE, UNPACKED_AT_ONCE = 1 << 20, 1 << 16, 1 << 10
"""Where the content is damaged, what was to come of the last bytes that were unpacked at once is lost."""

_BEGINS = b"PK\x03\x04"
_MEMBER = re.compile(re.escape(_BEGINS))
_ANY_MARK = re.compile(rb"PK(?:\x03\x04|\x07\x08|\x01\x02)")
_KNOWN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, DEFLATE64, ZSTD, XZ})
_METHODS = _KNOWN | {1, 2, 3, 4, 5, 6, 10, 12, 14, 16, 18, 19, 93, 94, 95, 96, 97, 98, 99}
ENCRYPTED, DESCRIBED_BEHIND, UTF_8 = 0x1, 0x8, 0x800
WIDE = 0xFFFFFFFF
"""Stands for a length that a field of its own says in 64 bits (APPNOTE 4.5.3)."""


@dataclass
class _Entry:
    """One member. header_at: where its own header stands; packed, size, crc: None where nothing says them."""

    name: bytes
    header_at: int
    method: int
    flags: int
    packed: int | None
    size: int | None
    crc: int | None
    is_link: bool = False
    ends_at: int = 0


def members_of_zip(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    """The members of a ZIP; see `archives.members_of`."""
    length = file.seek(0, io.SEEK_END)
    try:
        listed = _directory(file, length)
        is_whole = True
    except (*BROKEN, NotImplementedError):
        listed, is_whole = [], False
    covered: list[tuple[int, int]] = []
    for entry in listed:
        yield _member(file, entry, budget)
        covered.append((entry.header_at, entry.ends_at or _end_of(file, entry)))
    for entry in _unlisted(file, _between(covered, length)):
        if budget.left_members < 0:
            raise Refused("The archive lists more files than can be taken.", reason="too_large")
        yield _member(file, entry, budget)
        entry.ends_at = entry.ends_at or _end_of(file, entry)
    if not is_whole:
        raise Refused("The archive breaks off before its end.", reason="truncated")


def _directory(file: BinaryIO, length: int) -> list[_Entry]:
    """The members as the archive's own list names them. Raises what broken archives raise."""
    require_short_directory(file, length)
    with zipfile.ZipFile(file) as archive:
        return [
            _Entry(
                _own_name(facts),
                facts.header_offset,
                facts.compress_type,
                facts.flag_bits,
                facts.compress_size,
                facts.file_size,
                facts.CRC,
                stat.S_ISLNK(facts.external_attr >> 16),
            )
            for facts in archive.infolist()
            if not facts.is_dir()
        ]


def require_short_directory(file: BinaryIO, length: int) -> None:
    """Pass if the list of members that the end of a ZIP names can be read at once (APPNOTE 6.3.10, 4.3.14, 4.3.16)."""
    file.seek(max(0, length - (1 << 16) - 22 - 20))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise EOFError("it has no end")
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


def _own_name(facts: zipfile.ZipInfo) -> bytes:
    """A member's name in its own bytes: the library reads those that are not marked as UTF-8 as code page 437."""
    if facts.flag_bits & UTF_8:
        return facts.orig_filename.encode("utf-8", "surrogateescape")
    return _better_name(facts.orig_filename.encode("cp437", "replace"), facts.extra)


def _better_name(own: bytes, extra: bytes) -> bytes:
    """The Unicode path of Info-ZIP (APPNOTE 4.6.9), where its sum is that of the name; otherwise the name."""
    for kind, content in _extras(extra):
        if kind == 0x7075 and len(content) > 5 and struct.unpack_from("<I", content, 1)[0] == zlib.crc32(own):
            return content[5:]
    return own


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        yield kind, extra[4 : 4 + length]
        extra = extra[4 + length :]


def _between(covered: list[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """The places of a file that no member covers."""
    at = 0
    for start, end in sorted(covered):
        if start - at >= SMALLEST:
            yield at, start
        at = max(at, end)
    if length - at >= SMALLEST:
        yield at, length


def _unlisted(file: BinaryIO, gaps: Iterator[tuple[int, int]]) -> Iterator[_Entry]:
    """The members whose own headers stand in gaps. Each is read, or its end set, before the next is looked for."""
    for start, end in gaps:
        at = start
        while (found := _find(file, _MEMBER, at, end)) is not None:
            entry = _by_own_header(file, found, end)
            at = found + 4
            if entry is not None and entry.name.endswith(b"/") and not entry.size:
                at = _content_at(file, found)
            elif entry is not None:
                yield entry
                at = max(at, entry.ends_at)


def _by_own_header(file: BinaryIO, at: int, end: int) -> _Entry | None:
    """The member whose header stands at a place; None where it cannot be one."""
    file.seek(at)
    head = file.read(SMALLEST)
    if len(head) < SMALLEST:
        return None
    version, flags, method, _, _, crc, packed, size, named, further = struct.unpack_from("<HHHHHIIIHH", head, 4)
    name, extra = file.read(named), file.read(further)
    if version & 0xFF > 63 or method not in _METHODS or not name or len(extra) < further or at + SMALLEST + named > end:
        return None
    for kind, content in _extras(extra):
        if kind == 1 and packed == WIDE and len(content) >= 16:
            size, packed = struct.unpack_from("<QQ", content)
    entry = _Entry(_better_name(name, extra), at, method, flags, packed, size, crc)
    if flags & DESCRIBED_BEHIND and packed in (0, WIDE):
        return replace(entry, packed=None, size=None, crc=None)
    return entry


def _member(file: BinaryIO, entry: _Entry, budget: Budget) -> Member:
    size = entry.size or 0
    refusal = budget.refusal(size) or _refusal(entry)
    if refusal:
        return Member(entry.name, size, refusal=refusal)
    return Member(entry.name, size, Pieces(partial(_opened, file, entry), budget))


def _refusal(entry: _Entry) -> str | None:
    if entry.flags & ENCRYPTED:
        return "encrypted"
    if entry.is_link:
        return "not_a_file"
    if entry.method == zipfile.ZIP_LZMA and (entry.size is None or entry.size > ZIP_LZMA_BYTES):
        return "too_large"
    return None if entry.method in _KNOWN else "archive_to_unpack"


def _content_at(file: BinaryIO, header_at: int) -> int:
    """Where a member's content begins. Raises ValueError where no member begins."""
    file.seek(header_at)
    head = file.read(SMALLEST)
    if len(head) < SMALLEST or not head.startswith(_BEGINS):
        raise ValueError("no member begins here")
    named, further = struct.unpack_from("<HH", head, 26)
    return header_at + SMALLEST + int(named) + int(further)


def _end_of(file: BinaryIO, entry: _Entry) -> int:
    """Where a member ends that was not read to its end."""
    try:
        at = _content_at(file, entry.header_at)
    except (ValueError, struct.error):
        return entry.header_at + 4
    return at + (entry.packed or 0)


def _opened(file: BinaryIO, entry: _Entry) -> _Content:
    at = _content_at(file, entry.header_at)
    if entry.packed is None and entry.method == zipfile.ZIP_STORED:
        entry.packed, entry.size = _stored_length(file, at)
    return _Content(file, entry, at, _unpacker(entry.method))


def _stored_length(file: BinaryIO, at: int) -> tuple[int, int | None]:
    """How long a member is whose length stands behind it and whose content says no end: up to the next mark, and how
    long it should be: more, where the file ends before a mark."""
    end = file.seek(0, io.SEEK_END)
    found = _find(file, _ANY_MARK, at, end)
    return (end - at, end - at + 1) if found is None else (found - at, None)


class _Unpacker(Protocol):
    """What unpacks one member, piece by piece."""

    @property
    def eof(self) -> bool:
        """Whether the content says that it is over."""

    @property
    def unused_data(self) -> bytes:
        """What was given behind the end."""

    def decompress(self, data: bytes, /) -> bytes:
        """The content of these bytes."""


@dataclass
class _Stored:
    """Content that is not packed."""

    eof: bool = False
    unused_data: bytes = b""

    def decompress(self, data: bytes) -> bytes:
        return data


@dataclass
class _Deflate64:
    """The library's own unpacker under the names of the others."""

    unused_data: bytes = b""
    _inflater: inflate64.Inflater = field(default_factory=inflate64.Inflater)

    @property
    def eof(self) -> bool:
        return bool(self._inflater.eof)

    def decompress(self, data: bytes) -> bytes:
        return bytes(self._inflater.inflate(data))


def _unpacker(method: int) -> _Unpacker:
    if method == zipfile.ZIP_DEFLATED:
        return zlib.decompressobj(-zlib.MAX_WBITS)
    if method == zipfile.ZIP_BZIP2:
        return bz2.BZ2Decompressor()
    if method == zipfile.ZIP_LZMA:
        # It reads the header that APPNOTE 5.8.8 describes.
        return zipfile.LZMADecompressor()  # type: ignore[attr-defined, no-any-return]
    if method == ZSTD:
        return zstd.ZstdDecompressor(options=ZSTD_OPTIONS)
    if method == XZ:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)
    return _Deflate64() if method == DEFLATE64 else _Stored()


@dataclass
class _Content:
    """The content of one member, as far as it can be unpacked; what is wrong is raised at the end of what came."""

    file: BinaryIO
    entry: _Entry
    at: int
    unpacker: _Unpacker
    came: int = 0
    crc: int = 0
    held: bytes = b""

    def __post_init__(self) -> None:
        self.ends_at = None if self.entry.packed is None else self.at + self.entry.packed

    def read(self, size: int = -1, /) -> bytes:
        """The next piece, of whatever length; none at the end. Raises what broken archives raise."""
        while not self.unpacker.eof and (packed := self._packed()):
            if content := self.unpacker.decompress(packed):
                self.came += len(content)
                self.crc = zlib.crc32(content, self.crc)
                return content
        self.entry.ends_at = self.ends_at or self.at - len(self.held) - len(self.unpacker.unused_data)
        is_cut = self.entry.size is not None and self.came < self.entry.size
        if is_cut or (self.entry.crc is not None and self.crc != self.entry.crc):
            raise zipfile.BadZipFile("the content is not what the archive says")
        if self.entry.size is None and self.entry.method != zipfile.ZIP_STORED and not self.unpacker.eof:
            raise EOFError("the archive breaks off")
        return b""

    def _packed(self) -> bytes:
        if not self.held:
            asked = READ_AT_ONCE if self.ends_at is None else min(READ_AT_ONCE, self.ends_at - self.at)
            self.file.seek(self.at)
            self.held = self.file.read(asked)
            self.at += len(self.held)
        step = READ_AT_ONCE if isinstance(self.unpacker, _Stored) else UNPACKED_AT_ONCE
        given, self.held = self.held[:step], self.held[step:]
        return given


def _find(file: BinaryIO, mark: re.Pattern[bytes], start: int, end: int) -> int | None:
    """Where a mark of four bytes is next, before `end`."""
    at, kept = start, b""
    while at < end:
        file.seek(at)
        content = file.read(min(SCANNED, end - at))
        if not content:
            return None
        found = mark.search(kept + content)
        if found is not None:
            return at - len(kept) + found.start()
        at += len(content)
        kept = (kept + content)[-3:]
    return None
