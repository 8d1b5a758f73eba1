"""A register or list that was sent, sealed until a worker reads it: its file and the photos beside it as one object.

An upload has an address of its own, because it begins with random bytes: it is erased when it has been read, and
nothing else stands where it stood. Must not look into what it seals.
"""

from __future__ import annotations

import io
import json
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from workspace.errors import Fault, Invalid, NotFound, Unavailable
from workspace.exchange.register import SentRegister
from workspace.exchange.register_photos import SentPhotos
from workspace.store.cipher import CHUNK_BYTES
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore

NONCE_BYTES = 32
LENGTH_BYTES = 8
MOST_BYTES = 1 << 30
MOST_PARTS, MOST_NAME = 10_001, 4096
"""Of an upload: the register's file and its photos, and the characters of a name."""
MOST_INDEX_BYTES = 8 << 20


@dataclass(frozen=True)
class Part:
    """The register's file or a photo, as it was sent. name: its path; empty for the file."""

    name: str
    stream: IO[bytes]


@contextmanager
def sealed_upload(parts: Sequence[Part], *, store: MediaStore, key: OperationKey) -> Iterator[str]:
    """Seal an upload and give its address; if the block ends with an error, the upload is erased.

    Where it is not known whether the row was stored, or the process is killed, the store keeps a note of the upload:
    `erase_left_uploads` looks whether a row names it.

    Raises:
        Unavailable: the store is full or does not answer; nothing of it was kept.
    """
    address = store.put_stream(_sealed(parts), key=key, max_bytes=MOST_BYTES, is_noted=True).address
    with kept_if_named(address, store=store):
        yield address


@contextmanager
def sealed_packed(
    content: Iterable[bytes],
    size_bytes: int,
    *,
    most_bytes: int | None,
    is_alone: bool,
    store: MediaStore,
    key: OperationKey,
) -> Iterator[str]:
    """Seal an upload that came as one file, as `sealed_upload` does: eight bytes with the length of its index, the
    index, and what that names, one behind the other.

    Raises:
        Invalid: it is not so. Unavailable: as `sealed_upload`.
    """
    packed = _Packed(content, size_bytes, most_bytes, is_alone=is_alone)
    address = store.put_stream(packed.sealable(), key=key, max_bytes=NONCE_BYTES + size_bytes, is_noted=True).address
    with kept_if_named(address, store=store):
        yield address


@contextmanager
def kept_if_named(address: str, *, store: MediaStore) -> Iterator[None]:
    """A block in which a row comes to name an object that is noted; if it ends with an error, the object is erased."""
    try:
        yield
    except BaseException as fault:
        if not (isinstance(fault, Unavailable) and fault.facts.get("reason") == "in_doubt"):
            store.erase_noted(address)
        raise
    store.notes.remove(address)


def seal_parts(parts: Sequence[Part], *, store: MediaStore, key: OperationKey) -> str:
    """Seal parts and give their address. The store keeps its note: whoever erases them takes it away (`erase_noted`),
    and `erase_left_uploads` erases them if no row names them.

    Raises:
        Unavailable: the store is full or does not answer; nothing of it was kept.
    """
    return store.put_stream(_sealed(parts), key=key, max_bytes=MOST_BYTES, is_noted=True).address


def part_of(address: str, name: str, *, store: MediaStore, key: OperationKey) -> bytes:
    """A part of what was sealed, by its name.

    Raises:
        NotFound: there is no such part. Unavailable: the upload is missing or damaged.
    """
    with _opened(address, store, key) as parts:
        for found, stream in parts:
            if found == name:
                return stream.readall()
    raise NotFound("There is no such picture.")


def erase_left_uploads(
    store: MediaStore, named: Callable[[Collection[str]], Collection[str]], *, older_than_s: float
) -> int:
    """Erase the uploads of processes that were killed before a row named them; returns how many.

    named: answers which of these addresses a row names.
    """
    noted = store.notes.older(than_s=older_than_s)
    kept = set(named(noted)) if noted else set()
    for address in noted:
        if address in kept:
            store.notes.remove(address)
        else:
            store.erase_noted(address)
    return len(noted) - len(kept)


@contextmanager
def opened_upload(address: str, *, store: MediaStore, key: OperationKey) -> Iterator[SentRegister]:
    """The register of an upload, in a memory file that ends with the block.

    Raises:
        Unavailable: the upload is missing or damaged.
    """
    with _opened(address, store, key) as parts:
        file = next(stream.readall() for name, stream in parts if not name)
        yield SentRegister(file, SentPhotos((name, io.BufferedReader(stream)) for name, stream in parts if name))


@contextmanager
def opened_file(address: str, *, store: MediaStore, key: OperationKey) -> Iterator[IO[bytes]]:
    """The file of an upload that has no other part, read out of the store where it is read: its size costs no memory.

    Raises:
        Unavailable: as `opened_upload`.
    """
    with store.open(address, key) as sealed:
        sealed.seek(NONCE_BYTES)
        length = int.from_bytes(sealed.read(LENGTH_BYTES))
        yield io.BufferedReader(_Behind(sealed, NONCE_BYTES + LENGTH_BYTES + length))


@contextmanager
def _opened(address: str, store: MediaStore, key: OperationKey) -> Iterator[list[tuple[str, _Slice]]]:
    with store.memfd(address, key) as descriptor:
        length = int.from_bytes(os.pread(descriptor, LENGTH_BYTES, NONCE_BYTES))
        index = json.loads(os.pread(descriptor, length, NONCE_BYTES + LENGTH_BYTES))
        yield list(_parts(descriptor, index, NONCE_BYTES + LENGTH_BYTES + length))


def _sealed(parts: Sequence[Part]) -> Iterator[bytes]:
    index = json.dumps([[part.name, part.stream.seek(0, io.SEEK_END)] for part in parts]).encode()
    yield secrets.token_bytes(NONCE_BYTES) + len(index).to_bytes(LENGTH_BYTES) + index
    for part in parts:
        part.stream.seek(0)
        while chunk := part.stream.read(CHUNK_BYTES):
            yield chunk


def _parts(descriptor: int, index: Iterable[Sequence[object]], start: int) -> Iterator[tuple[str, _Slice]]:
    for name, size in index:
        length = int(str(size))
        yield str(name), _Slice(descriptor, start, length)
        start += length


class _Packed:
    """An upload that came as one file, whose index is read while it passes."""

    def __init__(self, content: Iterable[bytes], size_bytes: int, most_bytes: int | None, *, is_alone: bool) -> None:
        self._content, self._size = iter(content), size_bytes
        self._most_bytes, self._most_parts = most_bytes, 1 if is_alone else MOST_PARTS
        self._head = bytearray()

    def sealable(self) -> Iterator[bytes]:
        """Random bytes, and the file. Raises: Invalid."""
        length = int.from_bytes(self._take(LENGTH_BYTES))
        if not 0 < length <= MOST_INDEX_BYTES:
            raise _not_packed()
        self._check(self._take(LENGTH_BYTES + length)[LENGTH_BYTES:])
        yield secrets.token_bytes(NONCE_BYTES) + bytes(self._head)
        yield from self._content

    def _take(self, wanted: int) -> bytes:
        while len(self._head) < wanted:
            chunk = next(self._content, None)
            if chunk is None:
                raise _not_packed()
            self._head += chunk
        return bytes(self._head[:wanted])

    def _check(self, index: bytes) -> None:
        try:
            parts = json.loads(index)
        except (ValueError, RecursionError) as cause:
            raise _not_packed() from cause
        if not isinstance(parts, list) or not 0 < len(parts) <= self._most_parts or not all(map(_is_part, parts)):
            raise _not_packed()
        named = [bool(name) for name, _ in parts]
        if named[0] or not all(named[1:]) or LENGTH_BYTES + len(index) + sum(size for _, size in parts) != self._size:
            raise _not_packed()
        if self._most_bytes is not None and parts[0][1] > self._most_bytes:
            raise Invalid(
                "The register was not taken; nothing of it was stored.",
                faults=[Fault("file", "at most {most} bytes are read", most=self._most_bytes)],
            )


def _is_part(part: object) -> bool:
    """Whether it is a name and a size."""
    if not (isinstance(part, list) and len(part) == 2 and isinstance(part[0], str)):
        return False
    return type(part[1]) is int and part[1] >= 0 and len(part[0]) <= MOST_NAME


def _not_packed() -> Invalid:
    return Invalid(
        "This is not packed as it must be: eight bytes with the length of the index, the index as JSON "
        "([[«», size], [path, size], …]), and the files one behind the other."
    )


class _Slice(io.RawIOBase):
    """A part of a memory file, read as a file of its own."""

    def __init__(self, descriptor: int, start: int, length: int) -> None:
        self._descriptor, self._start, self._length = descriptor, start, length
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object, /) -> int:
        target = memoryview(buffer)  # type: ignore[arg-type]  # whatever a reader gives holds bytes
        wanted = max(0, min(len(target), self._length - self._at))
        content = os.pread(self._descriptor, wanted, self._start + self._at)
        target[: len(content)] = content
        self._at += len(content)
        return len(content)


class _Behind(io.RawIOBase):
    """What stands in a file behind a place, as a file of its own."""

    def __init__(self, file: io.BufferedReader, start: int) -> None:
        self._file, self._start = file, start
        file.seek(start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell() - self._start

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset + (self._start if whence == io.SEEK_SET else 0), whence) - self._start

    def readinto(self, buffer: object, /) -> int:
        return self._file.readinto(buffer)  # type: ignore[arg-type]  # whatever a reader gives holds bytes
