"""Packages of referrals: an agency's key, and what the worker built or could not build.

Must not open, build or encrypt anything: workers/packages.py does.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update

from workspace import events
from workspace.commands.guard import at, require_operation
from workspace.commands.locks import hold
from workspace.commands.steps import put_back
from workspace.errors import Forbidden, NotFound
from workspace.model import Agency, Referral, ReferralPicture
from workspace.model.database import Tx
from workspace.rules import policy
from workspace.store.keys import checked_package_key


def set_package_key(tx: Tx, agency_id: int, *, public_key: str) -> None:
    """Set the key to which packages for one's own agency are encrypted. Asks `set_package_key` in any operation of the
    actor.

    Records `agency:key_set`. A package that was built before keeps the key it was built for.

    Raises:
        NotFound: there is no such agency. Forbidden: it is another's, or the actor's role does not allow it, or a link
        of an exercise would change the key of an agency of a real operation.
        Invalid: this is not a public key of age.
    """
    tx.find(Agency, agency_id, otherwise=NotFound("There is no such agency."))
    if agency_id != tx.actor.agency_id:
        raise Forbidden("An agency can set its own key only.")
    policy.require_anywhere(tx.actor, "set_package_key")
    policy.require_standing("set_package_key", tx.standing, is_exercise=False)
    tx.change_one(
        update(Agency).where(Agency.id == agency_id).values(package_public_key=checked_package_key(public_key)),
        otherwise=Forbidden(
            "Your agency takes part in a real operation: a link of the exercise does not change its key. Sign in with "
            "your passkey."
        ),
    )
    tx.record(events.AgencyKeySet(events.INSTALLATION, agency=agency_id))


def record_package(
    tx: Tx,
    referral_id: UUID,
    *,
    address: str,
    sha256: bytes,
    manifest_sha256: bytes,
    code: str,
    veiled: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write where a referral's package lies, and its digests. Asks `build_package`; records `package:built`.

    code: the handling code that it says. veiled: by name of a picture in the package, where its veiled copy lies, which
    its receiver sees on screen.

    A referral that has left its draft keeps the package that it left with.
    """
    row = _require(tx, referral_id)
    if tx.change(
        update(Referral)
        .where(Referral.id == referral_id, Referral.state == "drafted", Referral.package_state == "waiting")
        .values(
            package_state="built",
            package_address=address,
            package_sha256=sha256,
            manifest_sha256=manifest_sha256,
            package_code=code,
        )
    ):
        # A package that is built again shows the same pictures: their frozen copies stay.
        there = set(tx.session.scalars(select(ReferralPicture.name).where(ReferralPicture.referral_id == referral_id)))
        tx.session.add_all(
            ReferralPicture(referral_id=referral_id, operation_id=row.operation_id, name=name, address=at_address)
            for name, at_address in veiled.items()
            if name not in there
        )
        tx.record(events.PackageBuilt(at(row), referral=referral_id, sha256=sha256))


def fail_package(
    tx: Tx, referral_id: UUID, *, reason: Literal["no_key", "refused", "attempts"], words: str | None = None
) -> None:
    """Write that a referral's package cannot be built, and why. Asks `build_package`; records `package:failed`.

    words: what the builder said, kept on the referral.
    What an onward draft would have routed on counts as returned again, so that it is not lost with the failure.
    """
    row = _require(tx, referral_id)
    if tx.change(
        update(Referral)
        .where(Referral.id == referral_id, Referral.state == "drafted", Referral.package_state == "waiting")
        .values(package_state="failed", package_failure=words)
    ):
        put_back(tx, row)
        tx.record(events.PackageFailed(at(row), referral=referral_id, reason=reason))


def _require(tx: Tx, referral_id: UUID) -> Referral:
    hold(tx, "referral", [referral_id])
    row = tx.find(Referral, referral_id, otherwise=NotFound("There is no such referral."))
    require_operation(tx, "build_package", row.operation_id)
    return row
