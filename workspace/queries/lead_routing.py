"""Where a lead can go and who is asked: jurisdiction, referrals, agencies, and requests to see closed material."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.queries.colleagues import AgencyName, Colleague, colleague
from workspace.rules.actor import Actor
from workspace.rules.codes import AccessScope, PackageState, ReferralState
from workspace.rules.corroboration import CorroborationType, Speaks
from workspace.rules.jurisdiction import Addressee, Authority, Competence, Ground, Stated, Urgency, addressees
from workspace.rules.leads import UNDER_WAY, ReferralFacts, RequestFacts, offered_for_referral, offered_for_request
from workspace.rules.policy import OperationFacts

SQL = statements(__file__)


@dataclass(frozen=True)
class JurisdictionClaim:
    """That a country holds jurisdiction, as somebody stated it. basis: what supports it."""

    id: UUID
    country: str
    ground: Ground
    competence: Competence
    basis: str
    stated_by: Colleague
    stated_at: datetime
    may_withdraw: bool


@dataclass(frozen=True)
class LeadCorroboration:
    """What somebody stated for or against the lead besides the comparison of faces. reference: where it is found;
    dated_on: the day of what it refers to."""

    id: UUID
    type: CorroborationType
    reference: str
    dated_on: date
    speaks: Speaks
    stated_by: Colleague
    stated_at: datetime
    may_withdraw: bool


@dataclass(frozen=True)
class ReferralRelease:
    """Why a referral leaves although the record does not match. confirmed_by: of another country; None while nobody
    has confirmed."""

    reason: str
    asked_by: Colleague
    confirmed_by: Colleague | None


@dataclass(frozen=True)
class LeadReferral:
    """A referral on its lead's page. reason: of the answer, or of the withdrawal. is_held: what it rests on does not
    match the record, and nobody has released it; broken: the tables of it, as far as they are told. may_…: whether the
    viewer could do it now."""

    id: UUID
    number: int
    from_country: str
    to_agency: AgencyName
    competence: Competence
    urgency: Urgency
    state: ReferralState
    message: str
    reason: str | None
    package_state: PackageState
    drafted_by: Colleague
    drafted_at: datetime
    approved_by: Colleague | None
    sent_at: datetime | None
    due_at: datetime | None
    is_held: bool
    broken: list[str]
    release: ReferralRelease | None
    may_approve: bool
    may_send: bool
    may_ask_release: bool
    may_confirm_release: bool


@dataclass(frozen=True)
class AccessRequest:
    """A request to see closed material. agency: the one that asks. scope: what was granted. is_register: what is asked
    for is a register, as far as the viewer may know. is_over: it was granted, and its time is over or it was taken
    back."""

    id: UUID
    agency: AgencyName
    asked_by: Colleague
    asked_at: datetime
    reason: str
    granted: bool | None
    scope: AccessScope | None
    is_register: bool
    until: datetime | None
    is_over: bool
    may_answer: bool
    may_take_back: bool


@dataclass(frozen=True)
class CompetentAgency:
    """An agency of the operation, and for what it can receive a referral. has_key: packages can be encrypted to it.
    is_reached: somebody who answers referrals can sign in for it now."""

    id: int
    name: str
    country: str
    kind: str
    competences: list[Competence]
    jurisdictions: list[str]
    has_key: bool
    is_reached: bool


def referable_to(
    claims: list[JurisdictionClaim], referrals: list[LeadReferral], agencies: list[CompetentAgency], me: Actor
) -> list[Addressee]:
    """To whom the lead can be referred now, and for what, the one that its stated grounds name most first."""
    stated = [Stated(each.country, each.ground, each.competence) for each in claims]
    authorities = [
        Authority(each.id, each.jurisdictions, each.competences, each.kind) for each in agencies if each.has_key
    ]
    taken = {
        (each.to_agency.id, each.competence)
        for each in referrals
        if each.state in UNDER_WAY and each.package_state != "failed"
    }
    return addressees(stated, authorities, taken=taken, own=me.agency_id)


def lead_jurisdiction(session: Session, lead_id: UUID) -> list[JurisdictionClaim]:
    """Which countries hold jurisdiction, the first stated first."""
    return [
        JurisdictionClaim(
            id=row.id,
            country=row.country,
            ground=row.ground,
            competence=row.competence,
            basis=row.basis,
            stated_by=Colleague(row.user_id, row.name, row.user_country, row.played_by),
            stated_at=row.stated_at,
            may_withdraw=row.may_withdraw,
        )
        for row in session.execute(SQL["jurisdiction"], {"lead": lead_id})
    ]


def lead_corroboration(session: Session, lead_id: UUID) -> list[LeadCorroboration]:
    """What stands for and against the lead, the first stated first."""
    return [
        LeadCorroboration(
            id=row.id,
            type=row.type,
            reference=row.reference,
            dated_on=row.dated_on,
            speaks=row.speaks,
            stated_by=Colleague(row.user_id, row.name, row.user_country, row.played_by),
            stated_at=row.stated_at,
            may_withdraw=row.may_withdraw,
        )
        for row in session.execute(SQL["corroboration"], {"lead": lead_id})
    ]


def lead_referrals(session: Session, lead_id: UUID, me: Actor, there: OperationFacts) -> list[LeadReferral]:
    """The referrals of a lead by number, with the steps that the viewer is offered. there: the lead's operation."""
    referrals = []
    for row in session.execute(SQL["referrals"], {"lead": lead_id}):
        release = _release(row)
        is_held = bool(row.broken) and not row.is_released
        facts = ReferralFacts(
            state=row.state,
            drafted_by=row.drafter_id,
            from_country=row.from_country,
            is_approved=row.approver_id is not None,
            is_built=row.package_state == "built",
            is_held=is_held,
            release_of=row.asker_country,
        )
        steps = offered_for_referral(me, there, facts)
        referrals.append(
            LeadReferral(
                id=row.id,
                number=row.number,
                from_country=row.from_country,
                to_agency=AgencyName(row.agency_id, row.agency, row.agency_country),
                competence=row.competence,
                urgency=row.urgency,
                state=row.state,
                message=row.message,
                reason=row.reason,
                package_state=row.package_state,
                drafted_by=Colleague(row.drafter_id, row.drafter, row.drafter_country, row.drafter_played_by),
                drafted_at=row.drafted_at,
                approved_by=colleague(row.approver_id, row.approver, row.approver_country, row.approver_played_by),
                sent_at=row.sent_at,
                due_at=row.due_at,
                is_held=is_held,
                broken=[table for table in row.broken if table],
                release=release,
                may_approve="approve_referral" in steps,
                may_send="send_referral" in steps,
                may_ask_release="ask_release" in steps,
                may_confirm_release="confirm_release" in steps,
            )
        )
    return referrals


def _release(row: Row[Any]) -> ReferralRelease | None:
    if row.asker_id is None:
        return None
    return ReferralRelease(
        row.release_reason,
        Colleague(row.asker_id, row.asker, row.asker_country, row.asker_played_by),
        colleague(row.confirmer_id, row.confirmer, row.confirmer_country, row.confirmer_played_by),
    )


def access_requests(session: Session, lead_id: UUID, me: Actor, there: OperationFacts) -> list[AccessRequest]:
    """The requests for the lead's closed material, the oldest first, with what the viewer is offered. there: the lead's
    operation."""
    requests = []
    for row in session.execute(SQL["access_requests"], {"lead": lead_id}):
        facts = RequestFacts(row.is_for_own_material, row.is_answered, row.is_running, row.has_lead)
        steps = offered_for_request(me, there, facts)
        requests.append(
            AccessRequest(
                id=row.id,
                agency=AgencyName(row.agency_id, row.agency, row.agency_country),
                asked_by=Colleague(row.user_id, row.name, row.country, row.played_by),
                asked_at=row.asked_at,
                reason=row.reason,
                granted=row.granted,
                scope=row.scope,
                is_register=row.is_register,
                until=row.until,
                is_over=row.is_over,
                may_answer="answer_access" in steps,
                may_take_back="take_back_access" in steps,
            )
        )
    return requests


def competent_agencies(session: Session, operation_id: int) -> list[CompetentAgency]:
    """The agencies of an operation, by country."""
    return rows_as(CompetentAgency, session.execute(SQL["agencies"], {"operation": operation_id}))
