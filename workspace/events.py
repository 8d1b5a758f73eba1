"""Every kind of event, once. An event is a frozen dataclass of ids, numbers, times, digests and codes; no words stand in the record.

`kind` is the tag in the log, made from the name of the class: `LeadClaimed` is `lead:claimed`. Each has a `place`; whatever else it
holds is the payload. `why` names the row that holds what a person wrote. Must not import anything of the workspace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, dataclass_transform
from uuid import UUID

Code = Annotated[str, "a word of a closed list"]
"""The only text in an event; `append_events` refuses what is not shaped like one."""

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


# One blank line between two kinds: this is a table.
# fmt: off

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
    how: Code

class SessionEnded(Event):
    user: int

class TokenCreated(Event):
    user: int
    scopes: tuple[Code, ...]

class TokenRevoked(Event):
    user: int

# --- The operation -------------------------------------------------------------------------------------

class OperationCreated(Event):
    pass

class OperationStateChanged(Event):
    before: Code
    after: Code

class OperationSettingChanged(Event):
    setting: Code
    before: int
    after: int

class AgencyJoined(Event):
    agency: int
    jurisdictions: tuple[Code, ...]

class MemberAdded(Event):
    user: int
    role: Code

class MemberRemoved(Event):
    user: int

class TermsAccepted(Event):
    country: Code

class SeriesAdded(Event):
    series: UUID
    prepared: bool

class SeriesCountryDetermined(Event):
    series: UUID
    country: Code

class SeriesCountryConfirmed(Event):
    series: UUID
    country: Code

class PersonPlaced(Event):
    person: UUID
    series: UUID

class PersonWithdrawn(Event):
    person: UUID
    series: UUID

# --- Material ------------------------------------------------------------------------------------------

class ExhibitReceived(Event):
    exhibit: UUID
    country: Code

class IntakeEnded(Event):
    exhibit: UUID
    received: int
    refused: int

class IntakeStopped(Event):
    exhibit: UUID
    reason: Code

class MediaRead(Event):
    media: UUID
    faces: int
    complete: bool = True

class MediaRefused(Event):
    media: UUID
    reason: Code

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
    lead_kind: Code

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
    why: UUID

class LeadLeaseEnded(Event):
    holder: int

class LeadParked(Event):
    reason: Literal["by_hand", "inconclusive"]
    why: UUID | None = None

class LeadReopened(Event):
    why: UUID

class LeadPrioritised(Event):
    before: int
    after: int

class LeadVerified(Event):
    examiners: tuple[int, ...]

class LeadRejected(Event):
    examiners: tuple[int, ...]

class LeadReferred(Event):
    referral: UUID

class LeadClosed(Event):
    why: UUID

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
    leads: tuple[UUID, ...]
    users: tuple[int, ...]

class ScoreShown(Event):
    user: int

class AccessAsked(Event):
    grant: UUID
    agency: int

class AccessGranted(Event):
    grant: UUID
    agency: int
    until: datetime

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
    country: Code
    ground: Code
    competence: Code

class JurisdictionWithdrawn(Event):
    country: Code
    ground: Code
    competence: Code

class ReferralDrafted(Event):
    referral: UUID
    to_agency: int

class ReferralWithdrawn(Event):
    referral: UUID

class ReferralApproved(Event):
    referral: UUID

class PackageBuilt(Event):
    referral: UUID
    sha256: bytes

class PackageFailed(Event):
    referral: UUID
    reason: Literal["no_key", "refused", "attempts"]

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
    ledger_kind: Code

class LedgerMerged(Event):
    ledger: UUID
    into: UUID

class OutcomeStated(Event):
    outcome: UUID
    stage: Code

class OutcomeRevoked(Event):
    outcome: UUID
    stage: Code

class EditionDrawnUp(Event):
    edition: UUID
    number: int

class ExportMade(Event):
    what: Literal["record", "edition", "debrief"]
    edition: int | None = None
    audience: Literal["internal", "public"] | None = None
    form: Literal["pdf", "csv", "json"] | None = None

# --- The exercise ---------------------------------------------------------------------------------------------

class ExerciseBegun(Event):
    seed: int

class ExercisePaced(Event):
    pace: int

class ExercisePaused(Event):
    pass

class ExerciseResumed(Event):
    pass

class ExerciseStepped(Event):
    pass

class ExerciseSeatPassed(Event):
    user: int
    to: Code

class ExerciseInjected(Event):
    injection: UUID
    what: Code

class ExerciseInjectionLanded(Event):
    injection: UUID

class ExerciseRevealed(Event):
    pass

class DebriefDrawnUp(Event):
    pass

# fmt: on

KINDS = {cls.kind: cls for cls in Event.__subclasses__()}  # by tag
