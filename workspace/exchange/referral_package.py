"""Builds and opens the package of a referral: what one agency hands to another, readable by people and by programs.

A package is a ZIP (stored) encrypted with age to the receiving agency:

    report.pdf       for people; each page says that this is a lead and not an identification
    images/…         as they were given
    manifest.json    the same facts for programs, and the SHA-256 and length of each file above
    signature.json   Ed25519 over the manifest's SHA-256, by the sending installation

It is pure: it reads no database, decides nothing and sends nothing. What may leave is decided before, by the command.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ValidationError

from workspace.errors import Invalid
from workspace.exchange.pdf import render_pdf
from workspace.exchange.referral_facts import (
    JurisdictionGround,
    Opinion,
    Provenance,
    ReferralFacts,
    Side,
    SourceMedium,
)
from workspace.exchange.referral_report import referral_document
from workspace.exchange.words import LEAD_NOT_IDENTIFICATION, Translate
from workspace.vocabulary import OPINION

__all__ = [
    "BuiltPackage", "JurisdictionGround", "OpenedPackage", "Opinion", "Provenance", "ReferralFacts", "Side",
    "SourceMedium", "build_package", "new_recipient_keypair", "open_package",
]  # fmt: skip

FORMAT = "concord-referral-package"
FORMAT_VERSION = 1
REPORT, MANIFEST, SIGNATURE, IMAGES = "report.pdf", "manifest.json", "signature.json", "images/"
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_FILES = 2_000
_SIGNED_PREFIX = b"concord referral package v1\n"  # a signature made for anything else does not fit here
_IMAGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PACKED_DATE = (1980, 1, 1, 0, 0, 0)  # ZIP's first day: the same facts give the same archive


@dataclass(frozen=True)
class BuiltPackage:
    """A finished package; `sha256` is of the encrypted bytes, `manifest_sha256` of manifest.json inside."""

    encrypted: bytes
    sha256: bytes
    manifest: dict[str, object]
    manifest_sha256: bytes


@dataclass(frozen=True)
class OpenedPackage:
    """A package whose every hash and signature held; `signer` is the raw Ed25519 public key that signed it."""

    manifest: dict[str, object]
    files: Mapping[str, bytes]
    manifest_sha256: bytes
    signer: bytes


class _File(BaseModel):
    name: str
    size_bytes: int
    sha256: str


class _Head(BaseModel):
    """What a program needs of a manifest; the facts of the lead stand beside it."""

    format: Literal["concord-referral-package"]
    version: Literal[1]
    statement: str
    referral: str
    lead: str
    files: list[_File]


def new_recipient_keypair() -> tuple[str, str]:
    """A new age key pair of a receiving agency: (public, identity). The identity is a secret and stays with the
    agency."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def build_package(
    facts: ReferralFacts,
    images: Mapping[str, bytes],
    *,
    recipient_public_key: str,
    signing_key: Ed25519PrivateKey,
    translate: Translate = str,
    language: str = "en",
) -> BuiltPackage:
    """Build, sign and encrypt the package of a referral.

    Raises:
        Invalid: the recipient's key is none, or the facts and the images do not fit together; `faults` lists each.
    """
    _check(facts, images)
    recipient = _recipient(recipient_public_key)
    files = {IMAGES + name: content for name, content in sorted(images.items())}
    files[REPORT] = render_pdf(
        referral_document(facts, _digests(files), translate=translate, language=language),
        created_at=facts.prepared_at,
        translate=translate,
    )
    manifest = _manifest(facts, files)
    written = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    digest = hashlib.sha256(written).digest()
    files[MANIFEST] = written
    files[SIGNATURE] = _signature(digest, signing_key)
    encrypted = bytes(pyrage.encrypt(_packed(files), [recipient]))
    return BuiltPackage(encrypted, hashlib.sha256(encrypted).digest(), manifest, digest)


def open_package(encrypted: bytes, identity: str, *, signer: bytes | None = None) -> OpenedPackage:
    """Decrypt a package and verify every hash and its signature; with `signer`, it must be that installation's key.

    Raises:
        Invalid: it is for somebody else, is damaged, was changed, or was signed by another key; `faults` lists each.
    """
    try:
        packed = bytes(pyrage.decrypt(encrypted, [pyrage.x25519.Identity.from_str(identity.strip())]))
        files = _unpacked(packed)
    except (pyrage.DecryptError, pyrage.IdentityError) as cause:
        raise Invalid("The package cannot be opened with this key.", faults=["encryption"]) from cause
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, RuntimeError) as cause:
        raise Invalid("The package is damaged.", faults=["archive"]) from cause
    if missing := [name for name in (REPORT, MANIFEST, SIGNATURE) if name not in files]:
        raise Invalid("The package is not complete.", faults=[f"{name} is missing" for name in missing])
    digest = hashlib.sha256(files[MANIFEST]).digest()
    signed_by = _verified_signer(files[SIGNATURE], digest, signer)
    head = _head(files[MANIFEST])
    faults = _file_faults(head, files)
    if faults:
        raise Invalid("The package was changed or is damaged.", faults=faults)
    return OpenedPackage(json.loads(files[MANIFEST]), files, digest, signed_by)


# Checking


def _check(facts: ReferralFacts, images: Mapping[str, bytes]) -> None:
    faults = [f"{name!r} is not a name for an image" for name in images if not _IMAGE_NAME.fullmatch(name)]
    sources = {source.label for source in facts.sources}
    for side in (facts.provenance.probe, facts.provenance.candidate):
        if side.image is not None and side.image not in images:
            faults.append(f"the image {side.image!r} of {side.label} was not given")
        if side.source is not None and side.source not in sources:
            faults.append(f"the source {side.source!r} of {side.label} was not given")
    faults.extend(
        f"{opinion.level} is not a level of an opinion"
        for opinion in facts.opinions
        if str(opinion.level) not in OPINION
    )
    for source in facts.sources:
        for digits, digest in ((64, source.sha256), (32, source.md5), (40, source.sha1)):
            if not re.fullmatch(rf"[0-9a-f]{{{digits}}}", digest):
                faults.append(f"{digest!r} of {source.label} is not a digest")
    if facts.prepared_at.tzinfo is None:
        faults.append("the time of preparation has no zone")
    if faults:
        raise Invalid("The package cannot be built.", faults=faults)


def _recipient(public_key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(public_key.strip())
    except pyrage.RecipientError as cause:
        raise Invalid(
            "The receiving agency's key is not an age public key.", faults=["recipient_public_key"]
        ) from cause


def _head(written: bytes) -> _Head:
    """What a manifest must say. A signature tells who wrote it, and not that it was written well."""
    try:
        return _Head.model_validate_json(written)
    except ValidationError as cause:
        wrong = cause.errors(include_url=False, include_input=False)[:20]
        raise Invalid(
            "The package's manifest is none that this version understands.",
            faults=[": ".join([".".join(("manifest", *map(str, each["loc"]))), each["msg"]]) for each in wrong],
        ) from cause


def _file_faults(head: _Head, files: Mapping[str, bytes]) -> list[str]:
    by_name = {file.name: file for file in head.files}
    carried = set(files) - {MANIFEST, SIGNATURE}
    faults = [f"{name} is missing" for name in sorted(set(by_name) - carried)]
    faults += [f"{name} is not in the manifest" for name in sorted(carried - set(by_name))]
    for name in sorted(carried & set(by_name)):
        if hashlib.sha256(files[name]).hexdigest() != by_name[name].sha256:
            faults.append(f"{name} was changed")
    return faults


# Archive and signature


def _packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _PACKED_DATE), files[name])
    return out.getvalue()


def _unpacked(packed: bytes) -> dict[str, bytes]:
    """The files of an archive, in memory only, after its declared bounds and names were checked."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = archive.infolist()
        names = [info.filename for info in members]
        strange = [name for name in names if not _is_our_name(name)]
        if strange or len({name.casefold() for name in names}) != len(names) or len(names) > MAX_FILES:
            raise Invalid(
                "The package holds something that does not belong in a package.",
                faults=[f"{name!r}" for name in strange[:20]],
            )
        if sum(info.file_size for info in members) > MAX_UNPACKED_BYTES:
            raise Invalid("The package is larger than a package can be.", faults=["size"])
        if any(info.compress_type != zipfile.ZIP_STORED for info in members):
            raise Invalid("The package is compressed; a package of Concord never is.", faults=["compression"])
        return {info.filename: archive.read(info) for info in members}


def _is_our_name(name: str) -> bool:
    if name in (REPORT, MANIFEST, SIGNATURE):
        return True
    return name.startswith(IMAGES) and bool(_IMAGE_NAME.fullmatch(name.removeprefix(IMAGES)))


def _signature(manifest_sha256: bytes, signing_key: Ed25519PrivateKey) -> bytes:
    return json.dumps(
        {
            "algorithm": "Ed25519",
            "manifest_sha256": manifest_sha256.hex(),
            "public_key": signing_key.public_key().public_bytes_raw().hex(),
            "signature": signing_key.sign(_SIGNED_PREFIX + manifest_sha256).hex(),
            "signed": "the bytes 'concord referral package v1', a line feed, and the 32 bytes of manifest_sha256",
        },
        indent=1,
    ).encode()


def _verified_signer(written: bytes, manifest_sha256: bytes, expected: bytes | None) -> bytes:
    try:
        stated = json.loads(written)
        public = bytes.fromhex(stated["public_key"])
        Ed25519PublicKey.from_public_bytes(public).verify(
            bytes.fromhex(stated["signature"]), _SIGNED_PREFIX + manifest_sha256
        )
    except (ValueError, KeyError, TypeError, RecursionError, InvalidSignature) as cause:
        raise Invalid("The package's signature is not valid.", faults=["signature"]) from cause
    if expected is not None and public != expected:
        raise Invalid("The package was signed by another installation than expected.", faults=["signer"])
    return public


# What the manifest says


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}


def _manifest(facts: ReferralFacts, files: Mapping[str, bytes]) -> dict[str, object]:
    stated = json.loads(json.dumps(asdict(facts), default=_as_json))
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "statement": LEAD_NOT_IDENTIFICATION,
        **stated,
        "files": [
            {"name": name, "size_bytes": len(files[name]), "sha256": digest} for name, digest in _digests(files).items()
        ],
    }


def _as_json(value: object) -> str:
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a manifest")
