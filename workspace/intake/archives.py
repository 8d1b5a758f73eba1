"""Lists and streams the members of an archive: ZIP, TAR and its compressions, 7z. Nothing is unpacked to a disk.

Told by content like every file. A member that cannot be taken is named with its reason, and the others are taken. What
bounds an archive: how many members it lists and how many bytes they unpack to, as a multiple of what came. Must not
store or write anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from workspace.intake.seven_zip import members_of_seven_zip
from workspace.intake.tars import is_tar, members_of_tar
from workspace.intake.unpacking import Budget, Member
from workspace.intake.zips import members_of_zip

_TYPES = (
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"PK\x07\x08PK\x03\x04", "application/zip"),
    (b"PK00PK\x03\x04", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
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
    return "application/x-tar" if is_tar(head) else None


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
        return members_of_zip(file, budget)
    if media_type == "application/x-7z-compressed":
        return members_of_seven_zip(file, budget)
    return members_of_tar(file, media_type, budget)


def is_document(head: bytes) -> bool:
    """Whether a ZIP is an office document or a book: pictures among hundreds of parts that nobody looks for."""
    return head.startswith(b"PK\x03\x04") and head[30:60].startswith(_DOCUMENTS)
