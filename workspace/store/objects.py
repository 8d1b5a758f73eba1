"""The encrypted, content-addressed store of media: a local folder or an S3-compatible store, chosen by URL.

No byte of a medium reaches a disk or another machine in clear: a stream is encrypted while it arrives, in constant
memory, into a spool file, and only a whole object is moved to its address.

**Address.** `<operation>/<first two hex digits>/<64 hex digits>`, where the digits are HMAC-SHA256(address key, SHA-256
of the content) and the address key is derived from the operation's data key. The same content of one operation has one
address; who can list the store can neither test for a known hash nor see that two operations hold the same file.

**Object.** What stands at an address is sealed by cipher.py.

A changed bit, a cut, a moved or repeated chunk, an object put in another's place or another operation's: each is found
before the bytes concerned are handed out. This module knows no database and no settings.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import hmac
import io
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from obstore import exceptions as store_errors
from obstore.store import LocalStore, S3Store

from workspace.errors import Invalid, Refused, Unavailable
from workspace.store.cipher import (
    CHUNK_BYTES,
    HEADER_BYTES,
    MAGIC,
    SALT_BYTES,
    TAG_BYTES,
    ObjectCipher,
    damaged,
    open_header,
)
from workspace.store.keys import OperationKey
from workspace.store.notes import Notes
from workspace.store.s3 import s3_store
from workspace.store.volumes import Volume
from workspace.turns import aside, let_others_go_on

_SPOOL_PREFIX = "incoming-"
_ADDRESS = re.compile(r"[A-Za-z0-9-]{1,64}/[0-9a-f]{2}/[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


@dataclass(frozen=True)
class Stored:
    """What was stored: SHA-256 is its identity, MD5 and SHA-1 are labels for exchange only; digests are raw bytes."""

    sha256: bytes
    md5: bytes
    sha1: bytes
    size_bytes: int
    address: str


class MediaStore:
    """Objects by address, under an operation's key, in a folder or in an S3-compatible store."""

    def __init__(self, url: str, *, spool: Path | None = None) -> None:
        """Open `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…&access_key_id=…`.

        Every part of an S3 URL's query is an option of obstore's `S3Store`; what it does not name comes from the
        machine's own role. `spool` holds encrypted, unfinished objects; a folder store keeps it inside itself, since
        only a move within one file system is atomic.

        Raises:
            Invalid: the URL names no store that is known, or an option that is not.
        """
        parts = urlsplit(url)
        self._folder: Path | None = None
        if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path:
            self._folder = Path(unquote(parts.path))
            self._spool = self._folder / ".spool"
            self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store: LocalStore | S3Store = LocalStore(self._folder)
        elif parts.scheme == "s3" and parts.netloc:
            self._spool = spool or Path(tempfile.gettempdir()) / "concord-spool"
            self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = s3_store(parts.netloc, parts.path.strip("/"), dict(parse_qsl(parts.query)))
        else:
            raise Invalid("{scheme}:// is not a media store; use file:///folder or s3://bucket.", scheme=parts.scheme)
        self.notes = Notes(self._spool)

    def put_stream(
        self,
        chunks: Iterable[bytes],
        *,
        key: OperationKey,
        max_bytes: int,
        durable: bool = True,
        is_noted: bool = False,
    ) -> Stored:
        """Encrypt a stream in constant memory and store it at its address; doing it again changes nothing.

        What the stream itself raises passes through. `durable=False` spares the sync to disk (6 of 8 ms for a small
        picture): it survives a killed process but not a power cut, so it is only for what can be made again.
        is_noted: its address is noted before it stands there; who puts it there takes the note away once a row names
        it.

        Raises:
            Refused: it is longer than `max_bytes` (reason `too_large`).
            Unavailable: the disk is full (reason `disk_full`) or the store does not answer. Nothing stays half done.
        """
        with self._spooled() as spool:
            stored, object_bytes = _encrypt(chunks, spool, key=key, max_bytes=max_bytes, durable=durable)
            with _plain_failures():
                if is_noted:
                    self.notes.add(stored.address)
                aside(self._settle, spool, stored.address, object_bytes, durable)
        return stored

    def put_bytes(self, content: bytes, *, key: OperationKey, durable: bool = True) -> Stored:
        """Store content that is already in memory (a derivative, a package)."""
        return self.put_stream([content], key=key, max_bytes=len(content), durable=durable)

    def read(self, address: str, *, key: OperationKey, sha256: bytes | None = None) -> Iterator[bytes]:
        """Check the object's seal at once and return its content, decrypted chunk by chunk as it is asked for.

        Raises:
            Unavailable: it is missing or damaged; a chunk that was not verified is never handed out. With `sha256`, the
                whole is compared after the last chunk.
        """
        with _plain_failures():
            blocks = _SealedBlocks(self._raw(self._own(address, key)))
            cipher = open_header(blocks.take(HEADER_BYTES), address, key)
        return _decrypt(blocks, cipher, sha256)

    def read_bytes(self, address: str, *, key: OperationKey, sha256: bytes | None = None) -> bytes:
        """The whole content in memory; for what is known to be small. Raises like `read`."""
        return b"".join(self.read(address, key=key, sha256=sha256))

    def open(self, address: str, key: OperationKey) -> io.BufferedReader:
        """The content as a file that can be read at any place, decrypted where it is read; for what is too large for
        memory. Raises like `read`, at each reading."""
        with _plain_failures():
            place = self._own(address, key)
            size = self._size(place)
            if size is None:
                raise FileNotFoundError(place)
            cipher = open_header(self._range(place, 0, HEADER_BYTES), address, key)
        return io.BufferedReader(_Opened(lambda at, length: self._range(place, at, length), size, cipher), CHUNK_BYTES)

    @contextmanager
    def memfd(self, address: str, key: OperationKey) -> Iterator[int]:
        """Decrypt into an anonymous memory file, sealed against every change: its descriptor, at position 0. For the
        sandboxed decoder, which gets no key and no path. Raises like `read`."""
        descriptor = os.memfd_create("medium", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            with open(descriptor, "wb", closefd=False) as file, _plain_failures():
                for chunk in self.read(address, key=key):
                    file.write(chunk)
            os.lseek(descriptor, 0, os.SEEK_SET)
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
            yield descriptor
        finally:
            os.close(descriptor)

    def remove(self, address: str, *, key: OperationKey) -> None:
        """Erase what stands at an address; what is gone already is none. For what has an address of its own alone: the
        same content elsewhere in the operation would stand there too.

        Raises:
            Unavailable: the store does not answer.
        """
        self._erase(self._own(address, key))

    def erase_noted(self, address: str) -> None:
        """Erase what stands at an address that is noted, and the note. Raises like `remove`."""
        self._erase(_checked(address))
        self.notes.remove(address)

    def _erase(self, address: str) -> None:
        if self._folder is not None:
            with _plain_failures():
                (self._folder / address).unlink(missing_ok=True)
        elif self._size(address) is not None:
            with _plain_failures():
                obstore.delete(self._store, address)

    @property
    def volume(self) -> Volume:
        """The disk that takes what is stored, or that gathers it for a store elsewhere."""
        return Volume(self._spool)

    def sweep_spool(self, *, older_than_s: float) -> int:
        """Remove the unfinished objects that killed processes left behind, and return how many there were."""
        swept = 0
        for path in self._spool.glob(_SPOOL_PREFIX + "*"):
            with suppress(FileNotFoundError):  # another sweep was first
                if time.time() - path.stat().st_mtime >= older_than_s:
                    path.unlink()
                    swept += 1
        return swept

    def _own(self, address: str, key: OperationKey) -> str:
        if _checked(address).split("/", 1)[0] != key.operation_id:
            raise Invalid("This address belongs to another operation.", faults=["address"])
        return address

    def _raw(self, address: str) -> Iterator[bytes]:
        if self._folder is not None:  # as in _size: obstore's threads cost more than the reading
            return _blocks_of(self._folder / address)
        return (bytes(block) for block in obstore.get(self._store, address).stream(CHUNK_BYTES))

    def _range(self, address: str, at: int, length: int) -> bytes:
        if self._folder is None:
            return bytes(obstore.get_range(self._store, address, start=at, length=length))
        with (self._folder / address).open("rb", buffering=0) as file:
            return os.pread(file.fileno(), length, at)

    def _size(self, address: str) -> int | None:
        try:
            if (
                self._folder is not None
            ):  # a plain question to the file system: obstore's way through its threads costs 2 ms
                return (self._folder / address).stat().st_size
            return int(obstore.head(self._store, address)["size"])
        except (store_errors.NotFoundError, FileNotFoundError):
            return None

    @contextmanager
    def _spooled(self) -> Iterator[Path]:
        with _plain_failures():
            handle, name = tempfile.mkstemp(dir=self._spool, prefix=_SPOOL_PREFIX)  # mkstemp opens with mode 0600
            os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)  # missing when it was moved to its address

    def _settle(self, spool: Path, address: str, object_bytes: int, durable: bool) -> None:
        if self._size(address) != object_bytes:  # absent, or cut short by something outside this program
            self._publish(spool, address, durable=durable)

    def _publish(self, spool: Path, address: str, *, durable: bool) -> None:
        if self._folder is None:
            obstore.put(self._store, address, spool)
            return
        target = self._folder / address
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(spool, target)
        if durable:
            _sync_folder(target.parent)


def open_store(url: str, *, spool: Path | None = None) -> MediaStore:
    """The media store at this URL; `spool` is where an S3 store gathers encrypted, unfinished objects."""
    return MediaStore(url, spool=spool)


def media_address(key: OperationKey, sha256: bytes) -> str:
    """Where content with this SHA-256 stands in this operation; it tells nothing to who does not hold the key."""
    address_key = HKDF(SHA256(), 32, None, b"concord media address v1\x00" + key.operation_id.encode()).derive(key.key)
    digits = hmac.new(address_key, sha256, hashlib.sha256).hexdigest()
    return f"{key.operation_id}/{digits[:2]}/{digits}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _encrypt(
    chunks: Iterable[bytes], spool: Path, *, key: OperationKey, max_bytes: int, durable: bool
) -> tuple[Stored, int]:
    """Write the object of a stream to `spool`; return what it holds and the object's length."""
    sha256, md5, sha1 = hashlib.sha256(), hashlib.md5(usedforsecurity=False), hashlib.sha1(usedforsecurity=False)
    salt = os.urandom(SALT_BYTES)
    cipher = ObjectCipher(key, salt)
    size_bytes = 0
    with open(spool, "r+b", buffering=0) as file:
        file.seek(HEADER_BYTES)
        for counter, (content, last) in enumerate(_even_chunks(chunks)):
            size_bytes += len(content)
            if size_bytes > max_bytes:
                raise Refused("The file is longer than the {most} bytes allowed.", most=max_bytes, reason="too_large")
            for digest in (sha256, md5, sha1):
                digest.update(content)
            _write(file, cipher.seal_chunk(content, counter, last=last))
            let_others_go_on()
        object_bytes = file.tell()
        address = media_address(key, sha256.digest())
        file.seek(0)
        _write(file, MAGIC + salt + cipher.seal(address))
        if durable:
            with _plain_failures():
                aside(os.fsync, file.fileno())
    return Stored(sha256.digest(), md5.digest(), sha1.digest(), size_bytes, address), object_bytes


def _write(file: RawIOBase, content: bytes) -> None:
    """Write all of it: an unbuffered file may take a part only, as the last bytes of a full disk do. A reserve stays
    free: the database may stand on the same disk, and cannot go on without room."""
    rest = memoryview(content)
    with _plain_failures():
        if Volume(file.fileno()).is_full():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        while rest:
            rest = rest[file.write(rest) :]


def _even_chunks(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Re-cut a stream into full chunks; the last, of 0 to CHUNK_BYTES, is marked."""
    held = bytearray()
    for chunk in chunks:
        for start in range(0, len(chunk), CHUNK_BYTES):
            held += chunk[start : start + CHUNK_BYTES]
            if len(held) > CHUNK_BYTES:
                yield bytes(held[:CHUNK_BYTES]), False
                del held[:CHUNK_BYTES]
    yield bytes(held), True


def _blocks_of(path: Path) -> Iterator[bytes]:
    """The header and each sealed chunk of an object in a folder, as they are taken, so that none is copied again."""
    with path.open("rb", buffering=0) as file:
        length = HEADER_BYTES
        while block := file.read(length):
            yield block
            length = CHUNK_BYTES + TAG_BYTES


class _Opened(io.RawIOBase):
    """A stored object as a file: one chunk is open at a time."""

    def __init__(self, range_of: Callable[[int, int], bytes], object_bytes: int, cipher: ObjectCipher) -> None:
        self._range, self._cipher = range_of, cipher
        body = object_bytes - HEADER_BYTES
        self._chunks = max(1, -(-body // (CHUNK_BYTES + TAG_BYTES)))
        self._length = body - self._chunks * TAG_BYTES
        self._at, self._number, self._content = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self._length:
            return 0
        number, inside = divmod(self._at, CHUNK_BYTES)
        if number != self._number:
            with _plain_failures():
                sealed = self._range(HEADER_BYTES + number * (CHUNK_BYTES + TAG_BYTES), CHUNK_BYTES + TAG_BYTES)
            self._content = self._cipher.open_chunk(sealed, number, last=number == self._chunks - 1)
            self._number = number
        content = self._content[inside : inside + len(buffer)]
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


class _SealedBlocks:
    """The bytes of a stored object, taken in pieces of the length that is asked for."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._held = b""

    def take(self, length: int) -> bytes:
        """The next `length` bytes, fewer at the end."""
        self._fill(length)
        taken, self._held = self._held[:length], self._held[length:]  # all of it is not copied
        return taken

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left to take."""
        self._fill(1)
        return not self._held

    def _fill(self, length: int) -> None:
        with _plain_failures():
            while len(self._held) < length:
                block = next(self._blocks, None)
                if block is None:
                    return
                self._held = self._held + block if self._held else block


def _decrypt(blocks: _SealedBlocks, cipher: ObjectCipher, sha256: bytes | None) -> Iterator[bytes]:
    digest = hashlib.sha256()
    counter, last = 0, False
    while not last:
        sealed = blocks.take(CHUNK_BYTES + TAG_BYTES)
        last = blocks.is_at_end
        content = cipher.open_chunk(sealed, counter, last=last)
        counter += 1
        if sha256 is not None:
            digest.update(content)
        if content:
            yield content
            let_others_go_on()
    if sha256 is not None and not hmac.compare_digest(digest.digest(), sha256):
        raise damaged()


def _checked(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise Invalid("This is not an address of a stored medium.", faults=["address"])
    return address


@contextmanager
def _plain_failures() -> Iterator[None]:
    """Turn the failures of disks and stores into errors of ours."""
    try:
        yield
    except (store_errors.NotFoundError, FileNotFoundError) as cause:
        raise Unavailable("The medium is missing from the store.", reason="missing") from cause
    except OSError as cause:
        if cause.errno in _FULL:
            raise Unavailable("The disk is full. Nothing of this file was stored.", reason="disk_full") from cause
        raise Unavailable("The media store cannot be used.", reason="store_unavailable") from cause
    except store_errors.BaseError as cause:
        raise Unavailable("The media store does not answer.", reason="store_unavailable") from cause
