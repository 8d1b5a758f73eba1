"""A software authenticator: does what a security key does (ES256, discoverable credentials, user verification), for
tests."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.encode_cbor import encode_cbor

UP, UV, AT = 0x01, 0x04, 0x40


@dataclass
class Credential:
    key: ec.EllipticCurvePrivateKey
    id: bytes
    user_handle: bytes
    count: int = 0


class ServesAlready(Exception):
    """The device holds one of the excluded passkeys: it makes no other (WebAuthn, InvalidStateError)."""


@dataclass
class Authenticator:
    """Answers `navigator.credentials.create` and `.get` as a browser at `origin` would pass them on."""

    origin: str = "http://localhost:8000"
    verifies_user: bool = True
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        excluded = {base64url_to_bytes(each["id"]) for each in options.get("excludeCredentials", [])}
        if excluded & {each.id for each in self.credentials}:
            raise ServesAlready
        key = ec.generate_private_key(ec.SECP256R1())
        made = Credential(key, secrets.token_bytes(32), base64url_to_bytes(options["user"]["id"]))
        self.credentials.append(made)
        numbers = key.public_key().public_numbers()
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        data = self._data(options["rp"]["id"], AT, 0) + bytes(16) + len(made.id).to_bytes(2, "big") + made.id + public
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        response = {"clientDataJSON": bytes_to_base64url(client), "attestationObject": bytes_to_base64url(attestation)}
        return self._credential(made, response)

    def get(self, options: dict[str, Any], which: int = 0) -> dict[str, Any]:
        used = self.credentials[which]
        used.count += 1
        data = self._data(options["rpId"], 0, used.count)
        client = self._client("webauthn.get", options["challenge"])
        signature = used.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": bytes_to_base64url(client),
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
            "userHandle": bytes_to_base64url(used.user_handle),
        }
        return self._credential(used, response)

    def _data(self, rp_id: str, flags: int, count: int) -> bytes:
        flags |= UP | (UV if self.verifies_user else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _credential(self, one: Credential, response: dict[str, Any]) -> dict[str, Any]:
        name = bytes_to_base64url(one.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
