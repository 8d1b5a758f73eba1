"""The keys of the installation: one master key, one data key per operation, one signing key for packages and one for
heads of the record.

Every medium of an operation is encrypted under that operation's own data key; the data key is stored only wrapped by
the master key. Destroying the wrapped key destroys the operation's media wherever copies of them lie, backups included.
This module holds no state and reads no settings; it must not log, print or show a key (`repr` hides them).
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from workspace.errors import Invalid, Unavailable

KEY_BYTES = 32  # AES-256
NONCE_BYTES = 12  # the nonce length AES-GCM is defined for (NIST SP 800-38D)
_OPERATION_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True)
class OperationKey:
    """The data key of one operation; the id also stands in object addresses, so it is letters, digits and dashes."""

    operation_id: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _OPERATION_ID.fullmatch(self.operation_id):
            raise Invalid("An operation id is 1 to 64 letters, digits and dashes.", faults=["operation_id"])
        if len(self.key) != KEY_BYTES:
            raise Invalid("An operation key has 32 bytes.", faults=["key"])


def new_wrapped_key(master: bytes, operation_id: str) -> bytes:
    """Make a random data key and return it wrapped: nonce, then AES-256-GCM under the master key, bound to the id."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(master).encrypt(nonce, os.urandom(KEY_BYTES), _wrapping_context(operation_id))


def unwrap(master: bytes, wrapped: bytes, operation_id: str) -> OperationKey:
    """Open a wrapped data key.

    Raises:
        Unavailable: another master key wrapped it, it belongs to another operation, or it was changed.
    """
    try:
        key = AESGCM(master).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _wrapping_context(operation_id))
    except (InvalidTag, ValueError) as cause:
        raise Unavailable(
            "The operation's media key cannot be opened: the master key file is not the one it was made with.",
            reason="wrong_key",
        ) from cause
    return OperationKey(operation_id, key)


def _wrapping_context(operation_id: str) -> bytes:
    return b"concord operation key v1\x00" + operation_id.encode()


def load_or_create_master(path: Path) -> bytes:
    """Read the 32-byte master key, or make it (mode 0600) where there is none.

    Raises:
        Unavailable: the file is readable by others, is not a plain file, or does not hold 32 bytes.
    """
    master = _load_or_create(path, lambda: os.urandom(KEY_BYTES))
    if len(master) != KEY_BYTES:
        raise Unavailable("The master key file {path} does not hold 32 bytes.", path=str(path), reason="bad_key_file")
    return master


def signing_key_file(master_key_file: Path) -> Path:
    """Where the signing key stands: beside the master key. Every host that holds the one holds the other, so that an
    installation signs with one key."""
    return master_key_file.parent / "package_signing.key"


def head_key_file(master_key_file: Path) -> Path:
    """Where the key that signs heads of the record stands: beside the master key, on every host that has workers."""
    return master_key_file.parent / "record_signing.key"


def load_or_create_signing_key(path: Path) -> Ed25519PrivateKey:
    """Read an Ed25519 key that signs packages or heads (PKCS#8 PEM), or make it (mode 0600) where there is none.

    Raises:
        Unavailable: the file is readable by others or holds something else.
    """
    pem = _load_or_create(path, _new_signing_pem)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as cause:
        raise Unavailable(
            "The signing key file {path} cannot be read.", path=str(path), reason="bad_key_file"
        ) from cause
    if not isinstance(key, Ed25519PrivateKey):
        raise Unavailable(
            "The signing key file {path} does not hold an Ed25519 key.", path=str(path), reason="bad_key_file"
        )
    return key


def checked_package_key(public_key: str) -> str:
    """An agency's public key for packages as it is kept, if it is one of age's (`age1…`).

    Raises:
        Invalid: it is none; a secret identity, which nobody may be given, is not repeated in the message.
    """
    try:
        return str(pyrage.x25519.Recipient.from_str(public_key.strip()))
    except pyrage.RecipientError as cause:
        raise Invalid(
            "This is not a public key for packages; it begins with age1.", faults=["public_key: not age1…"]
        ) from cause


def load_or_create_password(path: Path) -> str:
    """Read a password of an embedded engine, or make it (43 letters, digits, - and _; mode 0600) where there is none.

    Raises:
        Unavailable: the file is readable by others.
    """
    return _load_or_create(path, lambda: secrets.token_urlsafe(32).encode()).decode()


def _new_signing_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _load_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    try:
        return _read_private(path)
    except FileNotFoundError:
        _create_private(path, make())
        return _read_private(path)


def _create_private(path: Path, content: bytes) -> None:
    """Write a new private file whole or not at all; of two processes at once one wins, and both then read its file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-key-")  # mkstemp opens with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        os.unlink(name)


def _read_private(path: Path) -> bytes:
    """Read a key file after checking, on the open file itself, that nobody else could have read it."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW)) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077:
            raise Unavailable(
                "The key file {path} can be read by others; make it private with: chmod 600 {path}",
                path=str(path),
                reason="key_file_exposed",
            )
        return file.read()
