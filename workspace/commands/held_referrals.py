"""Referrals that the record holds back: what they rest on does not match it. Two people of two countries release one.

A child at risk waits for no repair: whoever releases it says why, and the package says so too (ADR 45). Must not find
what is broken; the installation's own check does (record_checks.py).
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, insert, update

from workspace import events
from workspace.commands.guard import (
    at,
    require_second_country,
)
from workspace.commands.referral_guard import (
    broken_kinds,
    require_referral,
    standing_release,
)
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.model import Referral, ReferralRelease
from workspace.model.database import Tx
from workspace.model.jobs import want
from workspace.rules.reasons import require_reason


def ask_release(tx: Tx, referral_id: UUID, *, reason: str) -> None:
    """Ask that a held referral may leave although the record does not match. Asks `ask_release` of the drafting
    country; records `referral:release_asked`. The reason is printed on the package.

    Raises:
        NotFound: there is no such referral. Forbidden: another country drafted it. Invalid: no reason is given.
        Conflict: it is not a draft, nothing holds it back, or somebody asked already.
    """
    row = require_referral(tx, "ask_release", referral_id)
    if tx.actor.country != row.from_country:
        raise Forbidden("The country that drafted the referral asks to release it; another one confirms.")
    _require_held(tx, row)
    why = require_reason(reason)
    if standing_release(tx, row) is not None:
        raise Conflict("Somebody has asked already to release it. Somebody of another country may confirm.")
    release_id = uuid4()
    tx.session.execute(
        insert(ReferralRelease).values(
            id=release_id, operation_id=row.operation_id, referral_id=row.id, reason=why, asked_by=tx.actor.id
        )
    )
    tx.record(events.ReferralReleaseAsked(at(row), referral=row.id, release=release_id))


def confirm_release(tx: Tx, referral_id: UUID) -> None:
    """Confirm as the second person, of another country, that a held referral leaves. Asks `confirm_release`; records
    `referral:release_confirmed`. A package that is built is built again, with the reason.

    Raises:
        NotFound: there is no such referral, or nobody has asked to release it.
        Forbidden: the actor is of the country that asked, or not independent of whoever asked.
        Conflict: it is not a draft, nothing holds it back, it is released already, or its package is being built.
    """
    row = require_referral(tx, "confirm_release", referral_id)
    _require_held(tx, row)
    release = standing_release(tx, row)
    if release is None:
        raise NotFound("Nobody has asked to release this referral.")
    otherwise = Forbidden("Another country than the one that asked must confirm.", country=tx.actor.country)
    require_second_country(tx, row.operation_id, release.asked_by, otherwise=otherwise)
    if row.approved_by is not None and row.package_state == "waiting":
        raise Conflict("The package is being built. Try again in a moment.", package_state=row.package_state)
    tx.change_one(
        update(ReferralRelease)
        .where(ReferralRelease.id == release.id, ReferralRelease.confirmed_at.is_(None))
        .values(confirmed_by=tx.actor.id, confirmed_at=func.now(), confirmed_played_by=tx.played_by),
        otherwise=Conflict("Somebody has confirmed it already."),
    )
    tx.record(events.ReferralReleaseConfirmed(at(row), referral=row.id, release=release.id))
    if row.package_state == "built":
        tx.change(update(Referral).where(Referral.id == row.id).values(package_state="waiting"))
        want(tx, "rebuild_package", release.id, row.operation_id)


def _require_held(tx: Tx, row: Referral) -> None:
    if row.state != "drafted":
        raise Conflict("The referral's state does not allow this.", state=row.state)
    if not broken_kinds(tx, row):
        raise Conflict("Nothing holds this referral back: what it rests on matches the record.")
