"""Referrals: a verified lead goes, as an encrypted package, to the agency that holds jurisdiction, and its answer comes
back.

drafted → sent → acknowledged → accepted | declined | returned → re-routed; a draft may be withdrawn instead. Nothing
leaves before two examiners have verified the lead, a second person has approved the draft, and the handling codes of
the material allow it. There is no automatic referral.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from workspace import events
from workspace.commands.guard import (
    are_independent,
    at,
    country_of,
    require_independent,
    require_lead,
    require_operation,
)
from workspace.commands.referral_guard import (
    require_corroborated,
    require_entries_stand,
    require_not_held,
    require_referral,
    require_same_basis,
    standing_corroboration,
)
from workspace.commands.standing import priority_now
from workspace.commands.steps import put_back, suggested_addressee
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Agency, Exercise, JurisdictionClaim, Lead, OperationAgency, Referral
from workspace.model.database import Tx
from workspace.model.jobs import want
from workspace.rules.jurisdiction import ANSWER_WITHIN, URGENCY_OF_PRIORITY, Authority, Stated, grounds_for
from workspace.rules.leads import ANSWERABLE, CAME_BACK, GIVEN_UP, REFERABLE, UNPAIRED_KINDS
from workspace.rules.reasons import require_reason, words_of


def draft_referral(
    tx: Tx,
    lead_id: UUID,
    *,
    to_agency_id: int | None = None,
    competence: str | None = None,
    urgency: str | None = None,
    message: str = "",
) -> UUID:
    """Draft a referral of a verified lead to an agency that holds jurisdiction.

    Asks `draft_referral`; records `referral:drafted`, and `permission:asked` for each other owner. It keeps what is
    stated besides the face at this moment. What is not said follows the lead: urgency its priority, addressee and
    purpose the stated grounds.

    Raises:
        Conflict: the lead is not verified, an entry on which it stands was withdrawn, or this agency has it for this
            competence already.
        Invalid: no stated ground gives this agency jurisdiction for this competence, or nothing besides the face
            speaks for the lead.
    """
    lead, _ = require_lead(tx, "draft_referral", lead_id, held=True)
    if to_agency_id is None or competence is None:
        to_agency_id, competence = suggested_addressee(tx, lead, to_agency_id, competence)
    urgency = urgency or URGENCY_OF_PRIORITY[priority_now(tx, lead)]
    return _draft(tx, lead, to_agency_id, competence, urgency, message, None)


def _draft(
    tx: Tx,
    lead: Lead,
    to_agency_id: int,
    competence: str,
    urgency: str,
    message: str,
    previous: UUID | None,
) -> UUID:
    if lead.kind in UNPAIRED_KINDS:
        raise Conflict(
            "A clue joins no two sides. State the country to which it is identified; a lead of the child goes there."
        )
    if lead.stage not in REFERABLE:
        raise Conflict("Only a lead that two examiners have verified can be referred.", stage=lead.stage)
    require_entries_stand(tx, lead.id)
    agency = _receiver(tx, lead, to_agency_id, competence)
    if urgency not in ANSWER_WITHIN:
        raise Invalid(
            "The referral is not complete.", faults=[Fault("urgency", "one of {known}", known=list(ANSWER_WITHIN))]
        )
    corroboration = standing_corroboration(tx, lead)
    number = tx.session.execute(text("select next_number(:op, 'referral')"), {"op": lead.operation_id}).scalar_one()
    values = {
        "operation_id": lead.operation_id,
        "number": number,
        "lead_id": lead.id,
        "locks": list(lead.locks),
        "from_agency_id": tx.actor.agency_id,
        "from_country": tx.actor.country,
        "to_agency_id": to_agency_id,
        "to_country": agency.country,
        "competence": competence,
        "urgency": urgency,
        "corroboration": corroboration,
        "message": words_of(message),
        "previous_id": previous,
        "drafted_by": tx.actor.id,
    }
    # One live referral per agency and competence (uq_referral_live): two people who draft the same at once are told.
    drafted = tx.session.execute(
        insert(Referral).values(**values).on_conflict_do_nothing().returning(Referral.id)
    ).scalar_one_or_none()
    if drafted is None:
        raise Conflict("This agency already has a referral of this lead for the same purpose.", to_agency=to_agency_id)
    tx.record(events.ReferralDrafted(at(lead), referral=drafted, to_agency=to_agency_id))
    _ask_owners(tx, drafted, lead.operation_id)
    return drafted


def approve_referral(tx: Tx, referral_id: UUID) -> None:
    """Approve another's draft: the second signature, after which a worker builds its package, which names both.

    Asks `approve_referral`; records `referral:approved`.

    Raises:
        Forbidden: the drafter cannot approve, nor whoever is not independent of the drafter; or an owner's hand is
        missing (`_hands_are_there`).
        Conflict: it has left the state of a draft, is approved already, or what spoke for the lead, or an entry on
            which it stands, was withdrawn.
    """
    row = require_referral(tx, "approve_referral", referral_id)
    if row.drafted_by == tx.actor.id:
        raise Forbidden("Another person must approve this referral.")
    require_independent(tx, row.operation_id, row.drafted_by)
    require_entries_stand(tx, row.lead_id)
    require_corroborated(tx, row)
    if not _hands_are_there(tx, row, tx.actor.country):
        return
    _change(
        tx,
        row,
        ("drafted",),
        Referral.approved_by.is_(None),
        approved_by=tx.actor.id,
        approved_at=func.now(),
        approved_played_by=tx.played_by,
    )
    tx.record(events.ReferralApproved(at(row), referral=row.id))
    want(tx, "build_package", row.id, row.operation_id)


def send_referral(tx: Tx, referral_id: UUID) -> None:
    """Hand the approved package to the receiving agency's inbox. Asks `send_referral`.

    Records `referral:sent` and `lead:referred`. From now on its answer is due, in an exercise sooner by the pace of the
    exercise.

    Raises:
        Conflict: it is not approved, its package is not built yet, the lead has been closed since, or the
            material's code has become stricter, what spoke for the lead or an entry was withdrawn, drafter and approver
            are not independent any more, what it stands on has changed (`require_same_basis`), or the record holds it
            back (`require_not_held`). Forbidden: an owner's hand is missing.
        Invalid: the ground of jurisdiction has been withdrawn since.
    """
    row = require_referral(tx, "send_referral", referral_id)
    if row.approved_by is None:
        raise Conflict("Another person must approve this referral first.")
    if row.package_state != "built":
        raise Conflict("The package is not ready yet.", package_state=row.package_state)
    _require_still_due(tx, row)
    if not _hands_are_there(tx, row, country_of(tx, row.approved_by)):
        return
    if not are_independent(tx, row.operation_id, row.drafted_by, row.approved_by):
        raise Conflict(
            "A vouch was withdrawn since this referral was approved: whoever drafted it and whoever approved it are two "
            "people for sure no longer. Let a second member of another agency meet one of them, under «Members», or "
            "withdraw the draft and draft it again."
        )
    _require_same_code(tx, row)
    require_not_held(tx, row)
    _change(tx, row, ("drafted",), state="sent", sent_at=func.now(), due_at=tx.now + _answer_within(tx, row))
    tx.change(
        update(Lead)
        .where(Lead.id == row.lead_id, Lead.stage == "verified")
        .values(stage="referred", stage_since=func.now())
    )
    tx.record(events.ReferralSent(at(row), referral=row.id, to_agency=row.to_agency_id))
    tx.record(events.LeadReferred(at(row), referral=row.id))
    if row.previous_id is not None:
        tx.record(events.ReferralReRouted(at(row), referral=row.previous_id, onward=row.id))


def _answer_within(tx: Tx, row: Referral) -> timedelta:
    """How long the receiver has; an exercise divides it by its pace at this moment, and what is due already keeps its
    time."""
    pace = tx.session.scalar(select(Exercise.pace).where(Exercise.operation_id == row.operation_id))
    return ANSWER_WITHIN[row.urgency] / (pace or 1)


def _require_still_due(tx: Tx, row: Referral) -> None:
    """What was right when the draft was made may have been taken back."""
    lead = tx.session.get_one(Lead, row.lead_id)
    if lead.stage not in REFERABLE:
        raise Conflict("Only a lead that two examiners have verified can be referred.", stage=lead.stage)
    require_entries_stand(tx, lead.id)
    _receiver(tx, lead, row.to_agency_id, row.competence)
    require_corroborated(tx, row)
    require_same_basis(tx, row)


def withdraw_referral(tx: Tx, referral_id: UUID, *, reason: str) -> None:
    """Withdraw a draft, or refuse one as the second person, with a reason; a new one can then be drafted.

    Asks `withdraw_referral` of whoever sees the draft, as approving and sending do; records `referral:withdrawn`. What
    an onward draft would have routed on counts as returned again.

    Raises:
        Conflict: it is not a draft any more. Invalid: no reason is given.
    """
    row = require_referral(tx, "withdraw_referral", referral_id)
    _change(tx, row, ("drafted",), state="withdrawn", reason=require_reason(reason))
    put_back(tx, row)
    tx.record(events.ReferralWithdrawn(at(row), referral=row.id))


def acknowledge_referral(tx: Tx, referral_id: UUID) -> None:
    """Confirm receipt. Asks `answer_referral` of the receiving agency; records `referral:acknowledged`."""
    row = _received(tx, referral_id)
    _change(tx, row, ("sent",), state="acknowledged", acknowledged_at=func.now())
    tx.record(events.ReferralAcknowledged(at(row), referral=row.id))


def accept_referral(tx: Tx, referral_id: UUID, *, reason: str = "") -> None:
    """Take the case on. Asks `answer_referral` of the receiving agency; records `referral:accepted`."""
    row = _received(tx, referral_id)
    _answer(tx, row, "accepted", reason)
    tx.record(events.ReferralAccepted(at(row), referral=row.id))


def decline_referral(tx: Tx, referral_id: UUID, *, reason: str) -> None:
    """Refuse the case, with a reason, also after it was accepted; what was stated stands. Asks `answer_referral` of the
    receiving agency; records `referral:declined`."""
    row = _received(tx, referral_id)
    _answer(tx, row, "declined", require_reason(reason), GIVEN_UP)
    tx.record(events.ReferralDeclined(at(row), referral=row.id))


def return_referral(tx: Tx, referral_id: UUID, *, reason: str) -> None:
    """Send it back because another authority is competent, also after it was accepted; what was stated stands. Asks
    `answer_referral`; records `referral:returned`."""
    row = _received(tx, referral_id)
    _answer(tx, row, "returned", require_reason(reason), GIVEN_UP)
    tx.record(events.ReferralReturned(at(row), referral=row.id))


def re_route_referral(tx: Tx, referral_id: UUID, *, to_agency_id: int, reason: str) -> UUID:
    """Draft the onward referral of one that came back, or of one that the actor's own agency accepted and opens the
    lead of; the chain stays. Asks `re_route_referral`.

    Records `referral:drafted`, and `referral:re_routed` when it is sent. Clocks start anew. If the onward draft is
    withdrawn, the referral is as it was before.
    """
    row = require_referral(tx, "re_route_referral", referral_id)
    is_sender, is_receiver = (tx.actor.agency_id == each for each in (row.from_agency_id, row.to_agency_id))
    if not is_sender and not is_receiver:
        raise Forbidden("Only the agency that sent the referral, or the one that accepted it, can re-route it.")
    before = (*(CAME_BACK if is_sender else ()), *(("accepted",) if is_receiver else ()))
    if row.state not in before:
        raise Conflict(
            "The sender re-routes what came back, and the receiver what it has accepted.",
            state=row.state,
        )
    lead = tx.find(Lead, row.lead_id, otherwise=NotFound("There is no such lead."))
    onward = _draft(tx, lead, to_agency_id, row.competence, row.urgency, require_reason(reason), row.id)
    _change(tx, row, before, state="re_routed")
    return onward


def fetch_package(tx: Tx, referral_id: UUID) -> tuple[int, str]:
    """The operation and address of a package for download. Asks `fetch_package`; records `package:fetched`."""
    row = tx.session.get(Referral, referral_id)
    if row is None or row.package_address is None:
        raise NotFound("There is no such package.")
    require_operation(tx, "fetch_package", row.operation_id)
    tx.record(events.PackageFetched(at(row), referral=row.id))
    return row.operation_id, row.package_address


def _receiver(tx: Tx, lead: Lead, to_agency_id: int, competence: str) -> Agency:
    row = tx.session.execute(
        select(Agency, OperationAgency)
        .join(OperationAgency, OperationAgency.agency_id == Agency.id)
        .where(Agency.id == to_agency_id, OperationAgency.operation_id == lead.operation_id)
    ).one_or_none()
    if row is None:
        raise Invalid(
            "This agency takes no part in the operation.",
            faults=[Fault("to_agency_id", "is not an agency of this operation")],
        )
    agency, part = row
    claims = tx.session.scalars(
        select(JurisdictionClaim).where(JurisdictionClaim.lead_id == lead.id, JurisdictionClaim.withdrawn_at.is_(None))
    )
    stated = [Stated(claim.country, claim.ground, claim.competence) for claim in claims]
    authority = Authority(agency.id, part.jurisdictions, part.competences)
    if not grounds_for(authority, competence, stated):
        raise Invalid(
            "No stated ground gives this agency jurisdiction for this; state the ground first.",
            faults=[Fault("to_agency_id", "no ground is stated for {competence}", competence=competence)],
        )
    if agency.package_public_key is None:
        raise Invalid(
            "This agency has no key for packages yet.",
            faults=[Fault("to_agency_id", "this agency has set no key for packages")],
        )
    return agency


def _ask_owners(tx: Tx, referral_id: UUID, operation_id: int) -> None:
    """Ask every owner of what would leave who has not been asked yet; records `permission:asked` for each."""
    for asked in tx.session.execute(
        text("select id, locks from ask_owners(:referral)"), {"referral": referral_id}
    ).all():
        tx.record(events.PermissionAsked(events.Place(operation_id, tuple(asked.locks)), permission=asked.id))


def _hands_are_there(tx: Tx, row: Referral, hand: str) -> bool:
    """Whether every owner of what leaves has drafted, signed or permitted it: of coded material, and of an entry of a
    register. Otherwise the write is refused, and whoever has become an owner since the draft is asked (ADR 27).

    hand: the country of whoever signs. An owner whom the actor may not know is told as another owner (Regulation (EU)
    2016/794, Article 19).
    """
    missing = tx.session.scalars(select(func.unnest(func.hands_missing(row.id, hand)))).all()
    if not missing:
        return True
    _ask_owners(tx, row.id, row.operation_id)
    known, hidden = sorted(filter(None, missing)), "" in missing
    if known and hidden:
        tx.refuse(
            Forbidden("The permission of {countries} and another owner's permission are missing.", countries=known)
        )
    elif known:
        tx.refuse(Forbidden("This material needs the permission of its country: {countries}", countries=known))
    else:
        tx.refuse(Forbidden("Another owner's permission is missing."))
    return False


def _require_same_code(tx: Tx, row: Referral) -> None:
    """A code that has become stricter since the package was built binds what has not left yet."""
    if tx.session.scalar(select(func.code_has_risen(row.id))):
        raise Conflict(
            "The material has a stricter handling code now than its package says. Withdraw this referral and draft it "
            "again."
        )


def _received(tx: Tx, referral_id: UUID) -> Referral:
    row = require_referral(tx, "answer_referral", referral_id)
    if row.to_agency_id != tx.actor.agency_id:
        raise Forbidden("Only the receiving agency can answer a referral.")
    return row


def _answer(tx: Tx, row: Referral, state: str, reason: str, before: tuple[str, ...] = ANSWERABLE) -> None:
    """Note the answer. Whoever accepted before had received it by then: that time stays."""
    _change(
        tx,
        row,
        before,
        state=state,
        reason=words_of(reason) or None,
        acknowledged_at=func.coalesce(Referral.acknowledged_at, Referral.answered_at),
        answered_at=func.now(),
        due_at=None,
    )


def _change(tx: Tx, row: Referral, before: tuple[str, ...], *also: ColumnElement[bool], **values: Any) -> None:
    tx.change_one(
        update(Referral).where(Referral.id == row.id, Referral.state.in_(before), *also).values(**values),
        otherwise=Conflict("The referral's state does not allow this.", state=row.state),
    )
