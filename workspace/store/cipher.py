"""How one stored object is sealed: keys, chunks, header. Knows no file, no store and no address rule.

A header and a STREAM of sealed chunks (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption
and its Nonce-Reuse Misuse-Resistance, 2015; the key derivation is that of Tink's AES-GCM-HKDF streaming):

    magic 8 · salt 32 · seal 16 · chunk 0 · chunk 1 · … · last chunk
    object key = HKDF-SHA256(data key, salt, "concord media object v1" · operation)
    nonce      = prefix 7 (derived with the object key) · counter 4 · flag 1 (0 chunk, 1 last chunk, 2 seal)
    seal       = AES-256-GCM of nothing, with the operation and the address as associated data
    chunk      = AES-256-GCM of 256 KiB of content (the last: 0 to 256 KiB), operation and salt as associated data
"""

from __future__ import annotations

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workspace.errors import Unavailable
from workspace.store.keys import OperationKey

CHUNK_BYTES = 256 * 1024
TAG_BYTES = 16
SALT_BYTES = 32
MAGIC = b"CNCRDm1\n"
HEADER_BYTES = len(MAGIC) + SALT_BYTES + TAG_BYTES
_PREFIX_BYTES = 7
_MORE, _LAST, _SEAL = 0, 1, 2


class ObjectCipher:
    """The keys of one object, and the sealing and opening of its chunks."""

    def __init__(self, key: OperationKey, salt: bytes) -> None:
        context = b"concord media object v1\x00" + key.operation_id.encode()
        derived = HKDF(SHA256(), 32 + _PREFIX_BYTES, salt, context).derive(key.key)
        self._aead = AESGCM(derived[:32])
        self._prefix = derived[32:]
        self._operation = key.operation_id.encode()
        self._chunk_context = b"chunk\x00" + self._operation + b"\x00" + salt

    def _nonce(self, counter: int, flag: int) -> bytes:
        return self._prefix + counter.to_bytes(4, "big") + bytes([flag])

    def seal_chunk(self, content: bytes, counter: int, *, last: bool) -> bytes:
        """The chunk with its tag; `counter` counts from 0, `last` marks the end of the object."""
        nonce = self._nonce(counter, _LAST if last else _MORE)
        return self._aead.encrypt(nonce, content, self._chunk_context)

    def open_chunk(self, sealed: bytes, counter: int, *, last: bool) -> bytes:
        """The content of a chunk.

        Raises:
            Unavailable: it was changed, cut, moved, or belongs to another object.
        """
        nonce = self._nonce(counter, _LAST if last else _MORE)
        try:
            return self._aead.decrypt(nonce, sealed, self._chunk_context)
        except (InvalidTag, ValueError) as cause:
            raise damaged() from cause

    def seal(self, address: str) -> bytes:
        """The tag that ties the object to its address and operation."""
        context = b"seal\x00" + self._operation + b"\x00" + address.encode()
        return self._aead.encrypt(self._nonce(0, _SEAL), b"", context)


def open_header(header: bytes, address: str, key: OperationKey) -> ObjectCipher:
    """The cipher of a stored object, if its header belongs to this address.

    Raises:
        Unavailable: it does not.
    """
    salt = header[len(MAGIC) : len(MAGIC) + SALT_BYTES]
    if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
        raise damaged()
    cipher = ObjectCipher(key, salt)
    if not hmac.compare_digest(header[-TAG_BYTES:], cipher.seal(address)):
        raise damaged()
    return cipher


def damaged() -> Unavailable:
    """What is said of an object that is not what was stored."""
    return Unavailable(
        "The stored medium is damaged or was changed; nothing of the changed part was read.", reason="damaged"
    )
