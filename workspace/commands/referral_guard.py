"""Steps of commands about referrals: find one, hold it until the commit, and ask whether what it rests on stands."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from workspace.commands.guard import require_operation
from workspace.commands.locks import hold
from workspace.errors import Conflict, Fault, Invalid, NotFound, Text
from workspace.model import Corroboration, Event, Lead, LeadEvidence, Referral, ReferralRelease, RegisterEntry
from workspace.model.database import Tx

REFERRAL_IS_HELD = Text(
    "What this referral rests on does not match the record ({kinds}). Nothing is lost. Observers and the operation "
    "lead read on the page Record which rows they are. If a child is at risk, the sending country asks on the lead's "
    "page to release it, and somebody of another country confirms."
)
"""kinds: names of tables, as the page Record shows them."""

RELEASE_IS_OVER = Text(
    "A vouch was withdrawn since this referral was released: the two who released it are two people for sure no longer. "
    "Let a second member of another agency meet one of them, under «Members», or ask on the lead's page to release it "
    "anew."
)


def standing_corroboration(tx: Tx, lead: Lead) -> list[dict[str, str]]:
    """What stands for and against the lead now, as a referral keeps it.

    Raises:
        Invalid: nothing speaks for it.
    """
    rows = tx.session.scalars(
        select(Corroboration)
        .where(Corroboration.lead_id == lead.id, Corroboration.withdrawn_at.is_(None))
        .order_by(Corroboration.stated_at, Corroboration.id)
    ).all()
    if not any(row.speaks == "for" for row in rows):
        raise Invalid(
            "Nothing besides the face speaks for this lead yet. State it first, under «Besides the face»: a type, a "
            "reference and a date.",
            faults=[Fault("corroboration", "needed")],
        )
    return [
        {
            "id": str(row.id),
            "type": row.type,
            "reference": row.reference,
            "dated_on": row.dated_on.isoformat(),
            "speaks": row.speaks,
        }
        for row in rows
    ]


def require_referral(tx: Tx, action: str, referral_id: UUID) -> Referral:
    """Return the referral if the actor may do this in its operation; it is held with its lead until the commit.

    Raises:
        NotFound: there is no such referral for the actor. Forbidden, Closed: see `require_operation`.
    """
    hold(tx, "referral", [referral_id])
    row = tx.find(Referral, referral_id, otherwise=NotFound("There is no such referral."))
    require_operation(tx, action, row.operation_id)
    return row


def require_corroborated(tx: Tx, referral: Referral) -> None:
    """Pass if all that the referral was drafted with still stands.

    Raises:
        Conflict: something of it was withdrawn.
    """
    if not tx.session.scalar(select(func.corroboration_holds(referral.id))):
        raise Conflict(
            "What spoke for this lead besides the face was withdrawn since it was drafted. Withdraw this referral and "
            "draft it again."
        )


def require_entries_stand(tx: Tx, lead_id: UUID) -> None:
    """Pass if no entry of a register on which the lead stands was withdrawn by its owner, as far as the actor sees it;
    of a hidden one nothing leaves in any case.

    Raises:
        Conflict: one was.
    """
    withdrawn = tx.session.scalars(
        select(RegisterEntry.number)
        .join(LeadEvidence, LeadEvidence.register_entry_id == RegisterEntry.id)
        .where(LeadEvidence.lead_id == lead_id, RegisterEntry.closed_as == "withdrawn")
    ).all()
    if withdrawn:
        raise Conflict(
            "The owner of the register has withdrawn the entry {number}: nothing of it leaves. Ask the owner to take it "
            "up again first.",
            number=", ".join(sorted(withdrawn)),
        )


def require_same_basis(tx: Tx, row: Referral) -> None:
    """Pass if the package says what the lead stands on now: what ended or came back after it was built is not in it.

    Raises:
        Conflict: something did.
    """
    built = select(func.max(Event.seq)).where(
        Event.operation_id == row.operation_id,
        Event.lead_id == row.lead_id,
        Event.kind == "package:built",
        Event.payload["referral"].astext == str(row.id),
    )
    changed = select(Event.seq).where(
        Event.operation_id == row.operation_id,
        Event.lead_id == row.lead_id,
        Event.kind.in_(("lead:basis_ended", "lead:restored")),
        Event.seq > built.scalar_subquery(),
    )
    if tx.session.scalar(select(changed.exists())):
        raise Conflict(
            "What this lead stands on has ended or come back since its package was built. Withdraw this referral and "
            "draft it again."
        )


def require_not_held(tx: Tx, row: Referral) -> None:
    """Pass if what the referral rests on matches the record, or two people of two countries have released it, who are
    independent now.

    Raises:
        Conflict: it is held back.
    """
    kinds = broken_kinds(tx, row)
    if not kinds:
        return
    release = standing_release(tx, row)
    if release is None and _was_released(tx, row):
        raise Conflict(RELEASE_IS_OVER, reason="record_broken")
    if release is None or release.confirmed_at is None:
        raise Conflict(REFERRAL_IS_HELD, kinds=", ".join(filter(None, kinds)) or "…", reason="record_broken")


def broken_kinds(tx: Tx, row: Referral) -> list[str]:
    """The tables of what the referral rests on and does not match the record; «» stands for what is not told."""
    return list(tx.session.scalars(select(func.unnest(func.broken_kinds(row.lead_id)))))


def standing_release(tx: Tx, row: Referral) -> ReferralRelease | None:
    """The release that somebody asked for or confirmed, as long as it counts: it matches the record itself, and those
    two are two people for sure, or whoever asked could still ask."""
    return tx.session.scalars(
        select(ReferralRelease)
        .where(ReferralRelease.referral_id == row.id, func.release_counts(ReferralRelease.id))
        .order_by(ReferralRelease.asked_at.desc())
        .limit(1)
    ).one_or_none()


def _was_released(tx: Tx, row: Referral) -> bool:
    released = select(ReferralRelease.id).where(
        ReferralRelease.referral_id == row.id,
        ReferralRelease.confirmed_at.is_not(None),
        func.release_is_sound(ReferralRelease.id),
    )
    return bool(tx.session.scalar(select(released.exists())))
