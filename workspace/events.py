"""Every kind of event, once. An event is a frozen dataclass of ids and small values; content never stands in the record.

`kind` is the tag in the log, made from the name of the class: `LeadClaimed` is `lead:claimed`. Each has a `place`; whatever else it
holds is the payload.
Must not import anything of the workspace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, dataclass_transform
from uuid import UUID

OBSERVERS_ONLY = (-1,)
"""A lock to which no key exists: only who may read the whole record sees the event."""


@dataclass(frozen=True)
class Place:
    """Where an event happened, and whose keys show it. No locks: every member of the operation."""

    operation_id: int
    locks: tuple[int, ...] = ()
    lead_id: UUID | None = None


INSTALLATION = Place(0)
"""The chain of the installation itself: accounts, sessions, tokens, agencies."""


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class _Kind:
    """Makes a frozen dataclass of each class below it, and its tag out of its name: `LeadClaimLost` is `lead:claim_lost`."""

    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        subject, *what = re.findall(r"[A-Z][a-z]*", cls.__name__)
        cls.kind = f"{subject}:{'_'.join(what)}".lower()
        dataclass(frozen=True, kw_only=True)(cls)


class Event(_Kind):
    """Base of all events. The only positional argument says where it happened."""

    place: Place = field(kw_only=False)

    def payload(self) -> dict[str, Any]:
        """The kind's own fields by name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "place"}


# --- The installation -----------------------------------------------------------------------------------------


class AgencyCreated(Event):
    agency: int


class AgencyKeySet(Event):
    agency: int


class UserCreated(Event):
    user: int
    agency: int


class UserDisabled(Event):
    user: int


class InvitationCreated(Event):
    user: int


class PasskeyEnrolled(Event):
    user: int


class PasskeyRemoved(Event):
    user: int


class SessionSteppedUp(Event):
    user: int


class SessionStarted(Event):
    user: int
    how: str


class SessionEnded(Event):
    user: int


class TokenCreated(Event):
    user: int
    scopes: list[str]


class TokenRevoked(Event):
    user: int


# --- The operation -------------------------------------------------------------------------------------


class OperationCreated(Event):
    code_name: str


class OperationStateChanged(Event):
    before: str
    after: str


class OperationSettingChanged(Event):
    setting: str
    before: str
    after: str


class AgencyJoined(Event):
    agency: int
    jurisdictions: list[str]


class MemberAdded(Event):
    user: int
    role: str


class MemberRemoved(Event):
    user: int


class TermsAccepted(Event):
    country: str


class SeriesAdded(Event):
    series: UUID
    prepared: bool


class SeriesCountryDetermined(Event):
    series: UUID
    country: str


class SeriesCountryConfirmed(Event):
    """By a second person."""

    series: UUID
    country: str


class PersonPlaced(Event):
    person: UUID
    series: UUID


class PersonWithdrawn(Event):
    person: UUID
    series: UUID


# --- Material ------------------------------------------------------------------------------------------


class ExhibitReceived(Event):
    exhibit: UUID
    country: str


class IntakeEnded(Event):
    exhibit: UUID
    received: int
    refused: int


class IntakeStopped(Event):
    exhibit: UUID
    reason: str


class MediaRead(Event):
    media: UUID
    faces: int
    complete: bool = True


class MediaRefused(Event):
    media: UUID
    reason: str


class MediaViewed(Event):
    subject: UUID


class RegisterImported(Event):
    register: UUID
    entries: int


class SearchMade(Event):
    search: UUID
    found: int


# --- Leads ---------------------------------------------------------------------------------------------


class LeadOpened(Event):
    number: int
    lead_kind: str


class LeadClaimed(Event):
    token: int


class LeadClaimLost(Event):
    holder: int


class LeadRenewed(Event):
    token: int


class LeadReleased(Event):
    token: int


class LeadHandedOver(Event):
    to: int
    token: int


class LeadTakenOver(Event):
    holder: int
    token: int
    reason: str


class LeadLeaseEnded(Event):
    holder: int


class LeadParked(Event):
    reason: str


class LeadReopened(Event):
    reason: str


class LeadPrioritised(Event):
    before: int
    after: int


class LeadVerified(Event):
    examiners: list[int]


class LeadRejected(Event):
    examiners: list[int]


class LeadReferred(Event):
    referral: UUID


class LeadClosed(Event):
    reason: str


class AssessmentSigned(Event):
    assessment: UUID


class AssessmentUndone(Event):
    assessment: UUID


class AssessmentSettled(Event):
    assessment: UUID
    settled: int


class AnnotationAdded(Event):
    annotation: UUID


class AnnotationChanged(Event):
    annotation: UUID
    version: int


class AnnotationRemoved(Event):
    annotation: UUID


class CommentAdded(Event):
    comment: UUID


class BandsShown(Event):
    leads: list[UUID]
    users: list[int]


class ScoreShown(Event):
    user: int


# --- Access across compartments ------------------------------------------------------------------------


class AccessAsked(Event):
    grant: UUID
    agency: int


class AccessGranted(Event):
    grant: UUID
    agency: int
    until: str


class AccessRefused(Event):
    grant: UUID
    agency: int


class AccessTakenBack(Event):
    grant: UUID
    agency: int


class AccessEnded(Event):
    grant: UUID
    agency: int


# --- Jurisdiction, referral, outcome -------------------------------------------------------------------


class JurisdictionStated(Event):
    country: str
    ground: str
    competence: str


class JurisdictionWithdrawn(Event):
    country: str
    ground: str
    competence: str


class ReferralDrafted(Event):
    referral: UUID
    to_agency: int


class ReferralWithdrawn(Event):
    referral: UUID


class ReferralApproved(Event):
    referral: UUID


class PackageBuilt(Event):
    referral: UUID
    sha256: str


class PackageFailed(Event):
    referral: UUID
    reason: str


class PackageFetched(Event):
    referral: UUID


class ReferralSent(Event):
    referral: UUID
    to_agency: int


class ReferralAcknowledged(Event):
    referral: UUID


class ReferralAccepted(Event):
    referral: UUID


class ReferralDeclined(Event):
    referral: UUID


class ReferralReturned(Event):
    referral: UUID


class ReferralReRouted(Event):
    referral: UUID
    onward: UUID


class LedgerOpened(Event):
    ledger: UUID
    ledger_kind: str


class LedgerMerged(Event):
    ledger: UUID
    into: UUID


class OutcomeStated(Event):
    outcome: UUID
    stage: str


class OutcomeRevoked(Event):
    outcome: UUID
    stage: str


class EditionDrawnUp(Event):
    edition: UUID
    number: int


class ExportMade(Event):
    what: str


KINDS = {cls.kind: cls for cls in Event.__subclasses__()}
"""Every kind by its tag."""
