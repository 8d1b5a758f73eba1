"""Signed heads of a record: checkpoint notes (C2SP tlog-checkpoint and signed-note), with Ed25519.

A head says: event N of this record had this hash at this time. Whoever keeps one finds a record that was rewritten
before it, even as a whole. RFC 6962's signed tree heads are the model; the record is a chain, so that the hash is that
of its last line. `verify_record.py` reads what a head says, alone and without a signature check. Pure: no rows.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workspace.errors import Invalid

_ED25519 = b"\x01"
"""The type of a signature in a signed note."""
_ID_BYTES, _KEY_BYTES = 4, 32


@dataclass(frozen=True)
class SignedHead:
    """A head as it is kept and handed out. digest: the hash of the event, 32 bytes. note: the text with its signature.
    verifier: the public key in the form of signed notes, NAME+ID+KEY."""

    seq: int
    digest: bytes
    note: str
    verifier: str


def sign_head(
    installation: str, operation_id: int, *, seq: int, digest: bytes, now: datetime, key: Ed25519PrivateKey
) -> SignedHead:
    """Sign that the record of an operation has this hash at this event.

    installation: the host under which people know the installation; the name of its key. now: aware.
    """
    text = (
        f"{installation}/operations/{operation_id}\n{seq}\n{base64.b64encode(digest).decode()}\n"
        f"time {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n"
    )
    public = key.public_key().public_bytes_raw()
    signature = base64.b64encode(_key_id(installation, public) + key.sign(text.encode())).decode()
    return SignedHead(seq, digest, f"{text}\n— {installation} {signature}\n", verifier_of(installation, public))


def verifier_of(installation: str, public_key: bytes) -> str:
    """A public key in the form in which signed notes name it. public_key: 32 bytes."""
    encoded = base64.b64encode(_ED25519 + public_key).decode()
    return f"{installation}+{_key_id(installation, public_key).hex()}+{encoded}"


def public_key_of(verifier: str) -> tuple[str, bytes]:
    """The name and the 32 bytes of a public key as `verifier_of` writes it.

    Raises:
        Invalid: it is none, or its id is not that of its key.
    """
    try:
        name, key_id, encoded = verifier.strip().split("+", 2)
        decoded = base64.b64decode(encoded, validate=True)
    except ValueError as cause:
        raise Invalid("The key of signed heads is NAME+ID+KEY in one line.") from cause
    public = decoded[1:]
    if decoded[:1] != _ED25519 or len(public) != _KEY_BYTES or _key_id(name, public).hex() != key_id:
        raise Invalid("The key of signed heads is NAME+ID+KEY in one line; its id does not belong to its key.")
    return name, public


def is_signed_by(note: str, verifier: str) -> bool:
    """Whether a head carries a signature of this key over its whole text.

    Raises:
        Invalid: the key is none.
    """
    name, public = public_key_of(verifier)
    text, found, signatures = note.replace("\r\n", "\n").partition("\n\n")
    if not found:
        return False
    for line in signatures.split("\n"):
        if not line.startswith(f"— {name} "):
            continue
        try:
            decoded = base64.b64decode(line.removeprefix(f"— {name} "), validate=True)
        except ValueError:
            continue
        is_canonical = line == f"— {name} {base64.b64encode(decoded).decode()}"
        if decoded[:_ID_BYTES] == _key_id(name, public) and _holds(public, decoded[_ID_BYTES:], f"{text}\n"):
            return is_canonical
    return False


def _holds(public: bytes, signature: bytes, text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def _key_id(name: str, public: bytes) -> bytes:
    """What tells one key of a name from another: the beginning of SHA-256(name, a new line, the type, the key)."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_ID_BYTES]
