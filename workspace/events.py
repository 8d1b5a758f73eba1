"""Every kind of event, once. An event is a frozen dataclass of ids and small values; content never stands in the record.

`kind` is the tag in the log. `locks` are the compartments whose keys let somebody see the event (empty: every member of the
operation; `OBSERVERS_ONLY`: nobody but observers and the actor's own record). Whatever is not a base field is the payload.
Must not import anything of the workspace.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar
from uuid import UUID

HOUSE = 0
"""The chain of the house itself: accounts, sessions, tokens, agencies."""

OBSERVERS_ONLY = (-1,)
"""A lock to which no key exists: only who may read the whole record sees the event."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events: where it happened and whose keys show it."""

    kind: ClassVar[str] = ""
    operation_id: int
    locks: tuple[int, ...] = ()
    lead_id: UUID | None = None

    def payload(self) -> dict[str, Any]:
        """The kind's own fields as JSON values."""
        base = {"operation_id", "locks", "lead_id"}
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name not in base}


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


# --- The house -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AgencyCreated(Event):
    """`agency:created`."""

    kind: ClassVar[str] = "agency:created"
    agency: int


@dataclass(frozen=True, kw_only=True)
class AgencyKeySet(Event):
    """`agency:key_set`."""

    kind: ClassVar[str] = "agency:key_set"
    agency: int


@dataclass(frozen=True, kw_only=True)
class UserCreated(Event):
    """`user:created`."""

    kind: ClassVar[str] = "user:created"
    user: int
    agency: int


@dataclass(frozen=True, kw_only=True)
class UserDisabled(Event):
    """`user:disabled`."""

    kind: ClassVar[str] = "user:disabled"
    user: int


@dataclass(frozen=True, kw_only=True)
class InvitationCreated(Event):
    """`invitation:created`."""

    kind: ClassVar[str] = "invitation:created"
    user: int


@dataclass(frozen=True, kw_only=True)
class PasskeyEnrolled(Event):
    """`passkey:enrolled`."""

    kind: ClassVar[str] = "passkey:enrolled"
    user: int


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(Event):
    """`passkey:removed`."""

    kind: ClassVar[str] = "passkey:removed"
    user: int


@dataclass(frozen=True, kw_only=True)
class SessionSteppedUp(Event):
    """`session:stepped_up`."""

    kind: ClassVar[str] = "session:stepped_up"
    user: int


@dataclass(frozen=True, kw_only=True)
class SessionStarted(Event):
    """`session:started`."""

    kind: ClassVar[str] = "session:started"
    user: int
    how: str


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """`session:ended`."""

    kind: ClassVar[str] = "session:ended"
    user: int


@dataclass(frozen=True, kw_only=True)
class TokenCreated(Event):
    """`token:created`."""

    kind: ClassVar[str] = "token:created"
    user: int
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """`token:revoked`."""

    kind: ClassVar[str] = "token:revoked"
    user: int


# --- The operation -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OperationCreated(Event):
    """`operation:created`."""

    kind: ClassVar[str] = "operation:created"
    code_name: str


@dataclass(frozen=True, kw_only=True)
class OperationStateChanged(Event):
    """`operation:state_changed`."""

    kind: ClassVar[str] = "operation:state_changed"
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class OperationSettingChanged(Event):
    """`operation:setting_changed`."""

    kind: ClassVar[str] = "operation:setting_changed"
    setting: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class AgencyJoined(Event):
    """`agency:joined`."""

    kind: ClassVar[str] = "agency:joined"
    agency: int
    jurisdictions: list[str]


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Event):
    """`member:added`."""

    kind: ClassVar[str] = "member:added"
    user: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """`member:removed`."""

    kind: ClassVar[str] = "member:removed"
    user: int


@dataclass(frozen=True, kw_only=True)
class TermsAccepted(Event):
    """`terms:accepted`."""

    kind: ClassVar[str] = "terms:accepted"
    country: str


@dataclass(frozen=True, kw_only=True)
class SeriesAdded(Event):
    """`series:added`."""

    kind: ClassVar[str] = "series:added"
    series: UUID
    prepared: bool


@dataclass(frozen=True, kw_only=True)
class SeriesCountryDetermined(Event):
    """`series:country_determined`."""

    kind: ClassVar[str] = "series:country_determined"
    series: UUID
    country: str


@dataclass(frozen=True, kw_only=True)
class SeriesCountryConfirmed(Event):
    """`series:country_confirmed`, by a second person."""

    kind: ClassVar[str] = "series:country_confirmed"
    series: UUID
    country: str


@dataclass(frozen=True, kw_only=True)
class PersonPlaced(Event):
    """`person:placed`, in a series."""

    kind: ClassVar[str] = "person:placed"
    person: UUID
    series: UUID


@dataclass(frozen=True, kw_only=True)
class PersonWithdrawn(Event):
    """`person:withdrawn`, from a series."""

    kind: ClassVar[str] = "person:withdrawn"
    person: UUID
    series: UUID


# --- Material ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ExhibitReceived(Event):
    """`exhibit:received`."""

    kind: ClassVar[str] = "exhibit:received"
    exhibit: UUID
    country: str


@dataclass(frozen=True, kw_only=True)
class IntakeEnded(Event):
    """`intake:ended`."""

    kind: ClassVar[str] = "intake:ended"
    exhibit: UUID
    received: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class IntakeStopped(Event):
    """`intake:stopped`."""

    kind: ClassVar[str] = "intake:stopped"
    exhibit: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class MediaRead(Event):
    """`media:read`."""

    kind: ClassVar[str] = "media:read"
    media: UUID
    faces: int
    complete: bool = True


@dataclass(frozen=True, kw_only=True)
class MediaRefused(Event):
    """`media:refused`."""

    kind: ClassVar[str] = "media:refused"
    media: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class MediaViewed(Event):
    """`media:viewed`."""

    kind: ClassVar[str] = "media:viewed"
    subject: UUID


@dataclass(frozen=True, kw_only=True)
class RegisterImported(Event):
    """`register:imported`."""

    kind: ClassVar[str] = "register:imported"
    register: UUID
    entries: int


@dataclass(frozen=True, kw_only=True)
class SearchMade(Event):
    """`search:made`."""

    kind: ClassVar[str] = "search:made"
    search: UUID
    found: int


# --- Leads ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LeadOpened(Event):
    """`lead:opened`."""

    kind: ClassVar[str] = "lead:opened"
    number: int
    lead_kind: str


@dataclass(frozen=True, kw_only=True)
class LeadClaimed(Event):
    """`lead:claimed`."""

    kind: ClassVar[str] = "lead:claimed"
    token: int


@dataclass(frozen=True, kw_only=True)
class LeadClaimLost(Event):
    """`lead:claim_lost`."""

    kind: ClassVar[str] = "lead:claim_lost"
    holder: int


@dataclass(frozen=True, kw_only=True)
class LeadRenewed(Event):
    """`lead:renewed`."""

    kind: ClassVar[str] = "lead:renewed"
    token: int


@dataclass(frozen=True, kw_only=True)
class LeadReleased(Event):
    """`lead:released`."""

    kind: ClassVar[str] = "lead:released"
    token: int


@dataclass(frozen=True, kw_only=True)
class LeadHandedOver(Event):
    """`lead:handed_over`."""

    kind: ClassVar[str] = "lead:handed_over"
    to: int
    token: int


@dataclass(frozen=True, kw_only=True)
class LeadTakenOver(Event):
    """`lead:taken_over`."""

    kind: ClassVar[str] = "lead:taken_over"
    holder: int
    token: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LeadLeaseEnded(Event):
    """`lead:lease_ended`."""

    kind: ClassVar[str] = "lead:lease_ended"
    holder: int


@dataclass(frozen=True, kw_only=True)
class LeadParked(Event):
    """`lead:parked`."""

    kind: ClassVar[str] = "lead:parked"
    reason: str


@dataclass(frozen=True, kw_only=True)
class LeadReopened(Event):
    """`lead:reopened`."""

    kind: ClassVar[str] = "lead:reopened"
    reason: str


@dataclass(frozen=True, kw_only=True)
class LeadPrioritised(Event):
    """`lead:prioritised`."""

    kind: ClassVar[str] = "lead:prioritised"
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class LeadVerified(Event):
    """`lead:verified`."""

    kind: ClassVar[str] = "lead:verified"
    examiners: list[int]


@dataclass(frozen=True, kw_only=True)
class LeadRejected(Event):
    """`lead:rejected`."""

    kind: ClassVar[str] = "lead:rejected"
    examiners: list[int]


@dataclass(frozen=True, kw_only=True)
class LeadReferred(Event):
    """`lead:referred`."""

    kind: ClassVar[str] = "lead:referred"
    referral: UUID


@dataclass(frozen=True, kw_only=True)
class LeadClosed(Event):
    """`lead:closed`."""

    kind: ClassVar[str] = "lead:closed"
    reason: str


@dataclass(frozen=True, kw_only=True)
class AssessmentSigned(Event):
    """`assessment:signed`."""

    kind: ClassVar[str] = "assessment:signed"
    assessment: UUID


@dataclass(frozen=True, kw_only=True)
class AssessmentUndone(Event):
    """`assessment:undone`."""

    kind: ClassVar[str] = "assessment:undone"
    assessment: UUID


@dataclass(frozen=True, kw_only=True)
class AssessmentSettled(Event):
    """`assessment:settled`."""

    kind: ClassVar[str] = "assessment:settled"
    assessment: UUID
    settled: int


@dataclass(frozen=True, kw_only=True)
class AnnotationAdded(Event):
    """`annotation:added`."""

    kind: ClassVar[str] = "annotation:added"
    annotation: UUID


@dataclass(frozen=True, kw_only=True)
class AnnotationChanged(Event):
    """`annotation:changed`."""

    kind: ClassVar[str] = "annotation:changed"
    annotation: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class AnnotationRemoved(Event):
    """`annotation:removed`."""

    kind: ClassVar[str] = "annotation:removed"
    annotation: UUID


@dataclass(frozen=True, kw_only=True)
class CommentAdded(Event):
    """`comment:added`."""

    kind: ClassVar[str] = "comment:added"
    comment: UUID


@dataclass(frozen=True, kw_only=True)
class BandsShown(Event):
    """`bands:shown`."""

    kind: ClassVar[str] = "bands:shown"
    leads: list[UUID]
    users: list[int]


@dataclass(frozen=True, kw_only=True)
class ScoreShown(Event):
    """`score:shown`."""

    kind: ClassVar[str] = "score:shown"
    user: int


# --- Access across compartments ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AccessAsked(Event):
    """`access:asked`."""

    kind: ClassVar[str] = "access:asked"
    grant: UUID
    agency: int


@dataclass(frozen=True, kw_only=True)
class AccessGranted(Event):
    """`access:granted`."""

    kind: ClassVar[str] = "access:granted"
    grant: UUID
    agency: int
    until: str


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event):
    """`access:refused`."""

    kind: ClassVar[str] = "access:refused"
    grant: UUID
    agency: int


@dataclass(frozen=True, kw_only=True)
class AccessTakenBack(Event):
    """`access:taken_back`."""

    kind: ClassVar[str] = "access:taken_back"
    grant: UUID
    agency: int


@dataclass(frozen=True, kw_only=True)
class AccessEnded(Event):
    """`access:ended`."""

    kind: ClassVar[str] = "access:ended"
    grant: UUID
    agency: int


# --- Jurisdiction, referral, outcome -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class JurisdictionStated(Event):
    """`jurisdiction:stated`."""

    kind: ClassVar[str] = "jurisdiction:stated"
    country: str
    ground: str
    competence: str


@dataclass(frozen=True, kw_only=True)
class JurisdictionWithdrawn(Event):
    """`jurisdiction:withdrawn`."""

    kind: ClassVar[str] = "jurisdiction:withdrawn"
    country: str
    ground: str
    competence: str


@dataclass(frozen=True, kw_only=True)
class ReferralDrafted(Event):
    """`referral:drafted`."""

    kind: ClassVar[str] = "referral:drafted"
    referral: UUID
    to_agency: int


@dataclass(frozen=True, kw_only=True)
class ReferralWithdrawn(Event):
    """`referral:withdrawn`, before it was sent."""

    kind: ClassVar[str] = "referral:withdrawn"
    referral: UUID


@dataclass(frozen=True, kw_only=True)
class ReferralApproved(Event):
    """`referral:approved`."""

    kind: ClassVar[str] = "referral:approved"
    referral: UUID


@dataclass(frozen=True, kw_only=True)
class PackageBuilt(Event):
    """`package:built`."""

    kind: ClassVar[str] = "package:built"
    referral: UUID
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PackageFailed(Event):
    """`package:failed`."""

    kind: ClassVar[str] = "package:failed"
    referral: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class PackageFetched(Event):
    """`package:fetched`."""

    kind: ClassVar[str] = "package:fetched"
    referral: UUID


@dataclass(frozen=True, kw_only=True)
class ReferralSent(Event):
    """`referral:sent`."""

    kind: ClassVar[str] = "referral:sent"
    referral: UUID
    to_agency: int


@dataclass(frozen=True, kw_only=True)
class ReferralAcknowledged(Event):
    """`referral:acknowledged`."""

    kind: ClassVar[str] = "referral:acknowledged"
    referral: UUID


@dataclass(frozen=True, kw_only=True)
class ReferralAccepted(Event):
    """`referral:accepted`."""

    kind: ClassVar[str] = "referral:accepted"
    referral: UUID


@dataclass(frozen=True, kw_only=True)
class ReferralDeclined(Event):
    """`referral:declined`."""

    kind: ClassVar[str] = "referral:declined"
    referral: UUID


@dataclass(frozen=True, kw_only=True)
class ReferralReturned(Event):
    """`referral:returned`."""

    kind: ClassVar[str] = "referral:returned"
    referral: UUID


@dataclass(frozen=True, kw_only=True)
class ReferralReRouted(Event):
    """`referral:re_routed`."""

    kind: ClassVar[str] = "referral:re_routed"
    referral: UUID
    onward: UUID


@dataclass(frozen=True, kw_only=True)
class LedgerOpened(Event):
    """`ledger:opened`."""

    kind: ClassVar[str] = "ledger:opened"
    ledger: UUID
    ledger_kind: str


@dataclass(frozen=True, kw_only=True)
class LedgerMerged(Event):
    """`ledger:merged`."""

    kind: ClassVar[str] = "ledger:merged"
    ledger: UUID
    into: UUID


@dataclass(frozen=True, kw_only=True)
class OutcomeStated(Event):
    """`outcome:stated`."""

    kind: ClassVar[str] = "outcome:stated"
    outcome: UUID
    stage: str


@dataclass(frozen=True, kw_only=True)
class OutcomeRevoked(Event):
    """`outcome:revoked`."""

    kind: ClassVar[str] = "outcome:revoked"
    outcome: UUID
    stage: str


@dataclass(frozen=True, kw_only=True)
class EditionDrawnUp(Event):
    """`edition:drawn_up`."""

    kind: ClassVar[str] = "edition:drawn_up"
    edition: UUID
    number: int


@dataclass(frozen=True, kw_only=True)
class ExportMade(Event):
    """`export:made`."""

    kind: ClassVar[str] = "export:made"
    what: str


KINDS = {cls.kind: cls for cls in Event.__subclasses__()}
"""Every kind by its tag."""
