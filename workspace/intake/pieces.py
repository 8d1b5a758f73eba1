"""The parts of a file that is half received: each is sealed as an object of its own until the file is whole.

A piece has an address of its own, because it begins with random bytes; nothing of it stands on a disk in clear. Must
not look into what it seals.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from workspace.errors import ByProtocol
from workspace.intake.uploads import NONCE_BYTES, kept_if_named
from workspace.store.cipher import CHUNK_BYTES
from workspace.store.keys import OperationKey
from workspace.store.objects import MediaStore

ALGORITHMS = ("sha1", "sha256")
"""By which a sender may have a part checked; SHA-1 because the protocol demands it, against accidents alone."""

MISMATCH = 460
"""The status that the protocol has for it."""


class Coming(Protocol):
    """What comes over a line."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, so many at most; empty at the end. Raises: OSError, where the line was cut."""


@dataclass(frozen=True)
class Checksum:
    """What a part must have: one of ALGORITHMS, and the digest in raw bytes."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Piece:
    """A sealed part. is_cut: the line ended before as much came as was said; then this is what came."""

    address: str
    length: int
    is_cut: bool


@contextmanager
def sealed_piece(
    body: Coming, most: int, *, store: MediaStore, key: OperationKey, checksum: Checksum | None = None
) -> Iterator[Piece | None]:
    """Read and seal the next `most` bytes of a request's body; None where the line was cut before the first.

    If the block ends with an error, what was sealed is erased. A part with a checksum is kept whole or not at all.

    Raises:
        Unavailable: the store is full or does not answer; nothing of this part was kept.
        ByProtocol: it has another checksum (reason `checksum`); nothing of it was kept.
    """
    coming = _Counted(body, most, checksum)
    first = coming.take()
    if not first:
        yield None
        return
    stored = store.put_stream(coming.sealable(first), key=key, max_bytes=NONCE_BYTES + most, is_noted=True)
    with kept_if_named(stored.address, store=store):
        if checksum is not None:
            coming.require(checksum)
        yield Piece(stored.address, coming.length, coming.length < most)


def content_of(addresses: Iterable[str], *, store: MediaStore, key: OperationKey) -> Iterator[bytes]:
    """The content of sealed parts, one behind the other.

    Raises:
        Unavailable: one is missing or damaged.
    """
    for address in addresses:
        left = NONCE_BYTES
        for chunk in store.read(address, key=key):
            yield chunk[left:]
            left = max(0, left - len(chunk))


class _Counted:
    """The bytes of a body that come, counted; a line that is cut is an end."""

    def __init__(self, body: Coming, most: int, checksum: Checksum | None) -> None:
        self._body, self._most = body, most
        self._digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self.length = 0

    def take(self) -> bytes:
        """The next chunk; empty at the end."""
        left = self._most - self.length
        try:
            chunk = self._body.read(min(CHUNK_BYTES, left)) if left else b""
        except OSError:  # as the web server tells a cut line
            return b""
        self.length += len(chunk)
        if self._digest is not None:
            self._digest.update(chunk)
        return chunk

    def sealable(self, first: bytes) -> Iterator[bytes]:
        """What is sealed: random bytes, so that the address is no other's, and the content."""
        yield secrets.token_bytes(NONCE_BYTES)
        yield first
        while chunk := self.take():
            yield chunk

    def require(self, checksum: Checksum) -> None:
        """Pass if all came, with this digest. Raises: ByProtocol."""
        if self._digest is None or not hmac.compare_digest(self._digest.digest(), checksum.digest):
            raise ByProtocol(
                "This part did not come as it was sent: its checksum differs. Nothing of it was kept; send it again.",
                status=MISMATCH,
                reason="checksum",
            )
