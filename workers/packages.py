"""Builds the package of a referral: facts from the rows, face crops and veiled pictures from the store, sealed for the
receiver.

Nothing else leaves: no original, no clear picture around a face. Veiled copies of the same pictures are frozen for the
referral's page. Must not decide whether a referral may leave; the
commands did.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workers.tools import Effects, WorkerTools
from workspace.commands.packages import fail_package, record_package
from workspace.errors import Invalid
from workspace.exchange.referral_package import build_package as build
from workspace.model import ReferralRelease
from workspace.model.database import Tx
from workspace.model.jobs import Taken
from workspace.queries.packages import package_material
from workspace.store.keys import load_or_create_signing_key, signing_key_file
from workspace.translations import translator


def build_package(tools: WorkerTools, job: Taken) -> Effects:
    """Build, sign, encrypt and store the package of a referral. Job `build_package`, subject referral."""
    return _build(tools, job.subject_id)


def rebuild_package(tools: WorkerTools, job: Taken) -> Effects:
    """Build the package of a referral once more, now that it says why it leaves. Job `rebuild_package`, subject
    release."""
    with tools.db.read(tools.service_id) as view:
        referral_id = _released(view.session, job.subject_id)
    return _build(tools, referral_id)


def _released(session: Session, release_id: UUID) -> UUID:
    return session.get_one(ReferralRelease, release_id).referral_id


def _build(tools: WorkerTools, referral_id: UUID) -> Effects:
    with tools.db.read(tools.service_id) as view:
        material = package_material(view.session, referral_id)
        if material is None or not material.is_wanted:
            return lambda tx: None
        key = tools.key(view.session, material.operation_id)
    if material.recipient_public_key is None:
        return lambda tx: fail_package(tx, referral_id, reason="no_key")
    images = {name: tools.store.read_bytes(address, key=key) for name, address in material.pictures.items()}
    signing_key = load_or_create_signing_key(signing_key_file(tools.key_file))
    try:
        built = build(
            material.facts,
            images,
            recipient_public_key=material.recipient_public_key,
            signing_key=signing_key,
            translate=translator(material.language),
            language=material.language,
        )
    except Invalid as fault:
        words = fault.message
        return lambda tx: fail_package(tx, referral_id, reason="refused", words=words)
    stored = tools.store.put_bytes(built.encrypted, key=key)
    # Copies of their own: what becomes of the material later changes nothing of what was sent.
    veiled = {
        name: tools.store.put_bytes(tools.store.read_bytes(address, key=key), key=key).address
        for name, address in material.veiled.items()
    }
    return lambda tx: record_package(
        tx,
        referral_id,
        address=stored.address,
        sha256=built.sha256,
        manifest_sha256=built.manifest_sha256,
        code=material.facts.handling_code,
        veiled=veiled,
    )


def give_up_building(tx: Tx, job: Taken) -> None:
    """Say on the referral that every attempt at its package failed, so that nobody waits for it."""
    fail_package(tx, job.subject_id, reason="attempts")


def give_up_rebuilding(tx: Tx, job: Taken) -> None:
    """As `give_up_building`, of the referral that was released."""
    fail_package(tx, _released(tx.session, job.subject_id), reason="attempts")
