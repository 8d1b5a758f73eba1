"""How the words of a draft are sealed: under a key of one person in one operation, derived from the master key.

Whoever has the database and no master key reads nothing of them. Must not read rows nor decide whose a draft is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workspace.errors import Unavailable
from workspace.store.keys import KEY_BYTES, NONCE_BYTES


def seal_fields(master: bytes, fields: Mapping[str, str], *, owner: str, place: str) -> bytes:
    """A form's fields as they are kept: nonce, then AES-256-GCM under the owner's key, bound to the form's place."""
    nonce = os.urandom(NONCE_BYTES)
    words = json.dumps(dict(fields), ensure_ascii=False).encode()
    return nonce + AESGCM(_key(master, owner)).encrypt(nonce, words, place.encode())


def open_fields(master: bytes, sealed: bytes, *, owner: str, place: str) -> dict[str, str]:
    """The fields again.

    Raises:
        Unavailable: another master key sealed them, they belong to another owner or place, or they were changed.
    """
    try:
        words = AESGCM(_key(master, owner)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as cause:
        raise Unavailable(
            "Your drafts cannot be opened: the master key file is not the one that they were sealed with.",
            reason="wrong_key",
        ) from cause
    fields: dict[str, str] = json.loads(words)
    return fields


def _key(master: bytes, owner: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"concord draft v1\0" + owner.encode()).derive(master)
