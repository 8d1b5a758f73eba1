"""WebAuthn at the edge: makes the options that a browser asks its authenticator with, and checks what comes back.

Pure: no rows, no request. User verification is always required, credentials are discoverable, attestation is not asked
for (it would tell the make of a person's device). Options and answers are the standard's JSON forms.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from workspace.errors import Invalid

RP_NAME = "Concord"
JSON = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """Who we are for authenticators: the host that passkeys belong to, and the origin of our pages."""

    rp_id: str
    origin: str


@dataclass(frozen=True)
class NewPasskey:
    """A verified new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def user_handle(user_id: int) -> bytes:
    """What an authenticator stores of a person: enough to recognise the account, nothing about who it is."""
    return f"concord:{user_id}".encode()


def enrol_options(site: Site, *, user_id: int, name: str, known: Sequence[bytes]) -> tuple[bytes, JSON]:
    """The challenge and the options to make a passkey with; `known` are the person's passkeys, not to be made twice."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=RP_NAME,
        user_id=user_handle(user_id),
        user_name=name,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options.challenge, cast("JSON", json.loads(options_to_json(options)))


def sign_in_options(site: Site, *, known: Sequence[bytes] = ()) -> tuple[bytes, JSON]:
    """The challenge and the options to show a passkey with; with `known`, only one of these will do."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options.challenge, cast("JSON", json.loads(options_to_json(options)))


def challenge_of(credential: JSON) -> bytes:
    """The challenge that an answer says it answers; believed only once it was taken from the rows. Raises: Invalid."""
    try:
        return parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge
    except (WebAuthnException, KeyError, TypeError, ValueError) as cause:
        raise _unreadable() from cause


def credential_id_of(credential: JSON) -> bytes:
    """The id of the passkey that an answer says it comes from. Raises: Invalid."""
    try:
        return base64url_to_bytes(credential["id"])
    except (KeyError, TypeError, ValueError) as cause:
        raise _unreadable() from cause


def check_enrolment(site: Site, credential: JSON, *, challenge: bytes) -> NewPasskey:
    """Check the answer to `enrol_options`. Raises: Invalid."""
    try:
        parsed: RegistrationCredential = parse_registration_credential_json(credential)
        verified = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as cause:
        raise Invalid("This passkey could not be verified. Try again.") from cause
    return NewPasskey(verified.credential_id, verified.credential_public_key, verified.sign_count)


def check_sign_in(
    site: Site, credential: JSON, *, challenge: bytes, public_key: bytes, sign_count: int, user_id: int
) -> int:
    """Check the answer to `sign_in_options` and return the passkey's new count. Raises: Invalid."""
    try:
        parsed: AuthenticationCredential = parse_authentication_credential_json(credential)
        verified = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as cause:
        raise Invalid("This passkey could not be verified. Try again.") from cause
    if parsed.response.user_handle not in (None, user_handle(user_id)):
        raise Invalid("This passkey belongs to another account.")
    return int(verified.new_sign_count)


def _unreadable() -> Invalid:
    return Invalid("This answer of an authenticator cannot be read.")
