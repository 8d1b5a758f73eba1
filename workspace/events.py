"""Every kind of event, once. An event is a frozen dataclass of ids, numbers, times, digests and codes; no words stand
in the record.

`kind` is the tag in the log, made from the name of the class: `LeadClaimed` is `lead:claimed`. Each has a `place`;
whatever else it holds is the payload. `why` names the row that holds what a person wrote. `says` is the end of a
sentence that begins with the person
who did it, as the history shows it: an English source for gettext. Must not import anything of the workspace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date, datetime
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
    """Makes a frozen dataclass of each class below it, and its tag out of its name: `LeadClaimLost` is
    `lead:claim_lost`."""

    kind: ClassVar[str] = ""
    says: ClassVar[str] = ""

    def __init_subclass__(cls, *, says: str) -> None:
        subject, *what = re.findall(r"[A-Z][a-z]*", cls.__name__)
        cls.kind = f"{subject}:{'_'.join(what)}".lower()
        cls.says = says
        dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)


class Event(_Kind, says=""):
    """Base of all events. The only positional argument says where it happened."""

    place: Place = field(kw_only=False)

    # Once for all kinds: made for each of 250 classes, they would take a twentieth of every start.
    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def payload(self) -> dict[str, Any]:
        """The kind's own fields by name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "place"}


# One blank line between two kinds: this is a table.
# fmt: off

# --- The installation -----------------------------------------------------------------------------------------

class AgencyCreated(Event, says="added an agency"):
    agency: int

class RegionsImported(Event, says="imported the regions of countries"):
    file: int
    countries: tuple[Code, ...]
    regions: int

class RegionsRemoved(Event, says="removed the regions of countries"):
    countries: tuple[Code, ...]
    regions: int

class AgencyKeySet(Event, says="set the agency's key for packages"):
    agency: int

class UserCreated(Event, says="added a person"):
    user: int
    agency: int

class UserDisabled(Event, says="disabled an account"):
    user: int

class UserEnabled(Event, says="enabled an account again"):
    user: int

class InvitationCreated(Event, says="made an invitation"):
    user: int

class PasskeyEnrolled(Event, says="added a passkey"):
    user: int

class PasskeyRemoved(Event, says="removed a passkey"):
    user: int

class SessionSteppedUp(Event, says="showed the passkey again"):
    user: int

class SessionStarted(Event, says="signed in"):
    user: int
    how: Code

class SessionEnded(Event, says="ended a session"):
    user: int

class TokenCreated(Event, says="made an access token"):
    user: int
    scopes: tuple[Code, ...]

class TokenRevoked(Event, says="revoked an access token"):
    user: int

class RowsBound(Event, says="bound the rows that stood before the record held their digests"):
    pass

class WordsErased(Event, says="erased what somebody had written"):
    erasure: UUID
    event: int

# --- The operation -------------------------------------------------------------------------------------

class OperationCreated(Event, says="created the operation"):
    pass

class OperationStateChanged(Event, says="changed the operation's state"):
    before: Code
    after: Code

class OperationSettingChanged(Event, says="changed a setting of the operation"):
    setting: Code
    before: int
    after: int

class ConsentChanged(Event, says="changed a consent of the country"):
    consent: UUID
    country: Code
    what: Code
    is_given: bool

class ComparisonEnded(Event, says="erased what compares the faces of a country"):
    country: Code
    faces: int
    leads: int

class ComparisonBegun(Event, says="began to compare the faces of a country again"):
    country: Code
    media: int
    leads: int

class OperationWindowMoved(Event, says="moved the end of the window"):
    before: datetime
    after: datetime
    why: UUID

class WindowAccepted(Event, says="accepted the longer window for the country"):
    country: Code
    until: datetime

class WindowEnded(
    Event, says="recorded that a country's shared material is closed to others: its accepted end has passed"
):
    country: Code

class AgencyJoined(Event, says="added an agency to the operation"):
    agency: int
    jurisdictions: tuple[Code, ...]

class MemberAdded(Event, says="added a member"):
    user: int
    role: Code

class MemberRemoved(Event, says="removed a member"):
    user: int

class MemberDisabled(Event, says="disabled the account of a member"):
    user: int

class MemberEnabled(Event, says="enabled the account of a member again"):
    user: int

class RemovalProposed(Event, says="proposed to remove a member"):
    user: int
    removal: UUID

class MemberSuspended(Event, says="suspended a member"):
    user: int
    suspension: UUID
    until: datetime

class SuspensionEnded(Event, says="recorded that a member's suspension is over"):
    user: int
    suspension: UUID

class QualificationRecorded(Event, says="recorded a member's qualification"):
    qualification: UUID
    user: int
    competence: Code

class QualificationEnded(Event, says="ended a member's qualification"):
    qualification: UUID
    user: int

class CountryLeadProposed(Event, says="proposed a country lead for a country that has none"):
    country: Code
    proposal: UUID

class CountryLeadRestored(Event, says="gave a country a country lead again"):
    country: Code
    user: int
    proposal: UUID

class VouchGiven(Event, says="has met a newcomer"):
    user: int
    how: Code

class VouchDeclined(Event, says="has not met a newcomer"):
    user: int

class VouchWithdrawn(Event, says="withdrew a vouch"):
    user: int
    voucher: int

class StandingChanged(Event, says="changed who counts as met"):
    user: int
    standing: Code

class TermsAccepted(Event, says="accepted the terms for the country"):
    country: Code

class TermsChanged(Event, says="put a new version of the terms in force"):
    version: int
    proposal: UUID | None

class TermsProposed(Event, says="proposed to change the terms"):
    proposal: UUID

class TermsAnswered(Event, says="answered for the country whether the terms may change"):
    proposal: UUID
    country: Code
    is_yes: bool

class TermsProposalEnded(Event, says="ended a proposal to change the terms"):
    proposal: UUID
    how: Code

class CountryOpened(Event, says="answered whether the country opens its material to one that joined"):
    country: Code
    to: Code
    is_open: bool

class SeriesAdded(Event, says="added a series"):
    series: UUID
    prepared: bool

class SeriesCountryDetermined(Event, says="determined the likely country of a series"):
    series: UUID
    country: Code
    region: Code | None = None

class SeriesCountryConfirmed(Event, says="confirmed the likely country of a series"):
    series: UUID
    country: Code
    region: Code | None = None

class SeriesCountryTakenBack(Event, says="took back what was said of the likely country of a series"):
    series: UUID
    country: Code
    region: Code | None = None

class SeriesClaimed(Event, says="claimed a series"):
    series: UUID
    token: int

class SeriesClaimLost(Event, says="wanted to claim a series that somebody holds"):
    series: UUID
    holder: int

class SeriesRenewed(Event, says="extended the claim of a series"):
    series: UUID
    token: int

class SeriesReleased(Event, says="released a series"):
    series: UUID
    token: int

class SeriesHandedOver(Event, says="handed a series over"):
    series: UUID
    to: int
    token: int

class SeriesTakenOver(Event, says="ended the claim of a series"):
    series: UUID
    holder: int
    token: int
    word: UUID

class SeriesLeaseEnded(Event, says="recorded that the claim of a series ended"):
    series: UUID
    holder: int

class SeriesTriaged(Event, says="put a series into a column"):
    series: UUID
    triage: Code
    column: UUID | None
    word: UUID | None

class SeriesPrioritised(Event, says="changed the priority of a series"):
    series: UUID
    before: int
    after: int

class SeriesDated(Event, says="said whether a series is recent or cold"):
    series: UUID
    recency: Code

class SeriesNamed(Event, says="named a series"):
    series: UUID
    word: UUID

class SeriesReferenced(Event, says="said the number of a series elsewhere"):
    series: UUID
    word: UUID

class SeriesCommented(Event, says="wrote a comment on a series"):
    series: UUID
    word: UUID

class SeriesMerged(Event, says="merged two series"):
    series: UUID
    other: UUID
    join: UUID

class SeriesSplit(Event, says="split a series"):
    series: UUID
    other: UUID
    join: UUID

class SeriesParted(Event, says="took back that series were merged or split"):
    series: UUID
    other: UUID
    join: UUID

class SeriesSuggestionRefused(Event, says="refused a suggested series"):
    refusal: UUID

class SeriesColumnAdded(Event, says="added a column for series"):
    column: UUID

class SeriesColumnRemoved(Event, says="removed a column for series"):
    column: UUID

class PersonPlaced(Event, says="placed a person in a series"):
    person: UUID
    series: UUID

class PersonPlacingUndone(Event, says="took back where a person was placed"):
    person: UUID
    series: UUID | None

class MediaPlaced(Event, says="placed media in a series"):
    act: UUID
    series: UUID
    media: int

class MediaPlacingUndone(Event, says="took back where media were placed"):
    act: UUID
    series: UUID | None
    media: int

class MediumWithdrawn(Event, says="took a medium out of a series"):
    media: UUID
    series: UUID

class PersonsMerged(Event, says="said that two persons are one"):
    person: UUID
    other: UUID
    act: UUID

class PersonsKeptApart(Event, says="said that two persons are not the same"):
    person: UUID
    other: UUID
    act: UUID

class PersonSplit(Event, says="said that some faces of a person are another person"):
    person: UUID
    other: UUID
    act: UUID

class PersonsParted(Event, says="took back what was said of two persons"):
    act: UUID

class PersonDescribed(Event, says="said something of a person"):
    person: UUID
    word: UUID
    what: Code

class PersonWordWithdrawn(Event, says="took back what was said of a person"):
    person: UUID
    word: UUID

class PersonWithdrawn(Event, says="took a person out of a series"):
    person: UUID
    series: UUID

class RecordFoundBroken(Event, says="found that rows or events do not match the record"):
    faults: int

class RecordFoundIntact(Event, says="found that every row matches the record again"):
    pass

class RecordFoundSettled(Event, says="found nothing that differs but what two people have settled"):
    settled: int

class RecordCheckAsked(Event, says="asked for a check of the record"):
    pass

class DifferenceExplained(Event, says="explained why a row differs from the record"):
    difference: UUID

class DifferenceSettled(Event, says="confirmed the explanation of a row that differs from the record"):
    difference: UUID

class ThresholdProposed(Event, says="proposed another threshold from which faces become leads"):
    threshold: UUID

class ThresholdConfirmed(Event, says="confirmed the threshold from which faces become leads"):
    threshold: UUID

# --- Material ------------------------------------------------------------------------------------------

class ExhibitReceived(Event, says="received an exhibit"):
    exhibit: UUID
    country: Code

class ExhibitHandlingChanged(Event, says="changed the handling code of an exhibit"):
    exhibit: UUID
    before: Code
    after: Code
    why: UUID

class ExhibitOpened(Event, says="opened a closed exhibit to all countries"):
    exhibit: UUID
    why: UUID

class ExhibitClosing(Event, says="asked to close an exhibit to the other countries"):
    exhibit: UUID
    ground: Code
    why: UUID

class ExhibitClosingBegan(Event, says="began to close an exhibit part by part"):
    exhibit: UUID
    files: int

class ExhibitPartMoved(Event, says="moved a part of an exhibit to its own lock"):
    exhibit: UUID

class ExhibitClosingFailed(Event, says="could not close an exhibit to the other countries"):
    exhibit: UUID
    why: UUID

class ExhibitClosed(Event, says="closed an exhibit to the other countries"):
    exhibit: UUID
    leads: int

class ExhibitCorrected(Event, says="corrected a fact of an exhibit"):
    exhibit: UUID
    what: Code
    why: UUID

class ExhibitCheckAsked(Event, says="asked to check the originals of an exhibit"):
    exhibit: UUID

class ExhibitChecked(Event, says="checked the originals of an exhibit"):
    exhibit: UUID
    files: int
    wrong: int
    missing: int

class ExhibitCustodyPrinted(Event, says="printed the custody log of an exhibit"):
    exhibit: UUID

class ExhibitExported(Event, says="exported the hashes and paths of an exhibit's files"):
    exhibit: UUID

class ExhibitCaseBrought(Event, says="brought in a case file with an exhibit"):
    exhibit: UUID
    case: UUID
    records: int
    faults: int
    scheme: Code

class ExhibitCaseExported(Event, says="exported the case file of an exhibit as it stands now"):
    exhibit: UUID
    case: UUID
    changes: int

class MapExported(Event, says="exported a map of places"):
    what: Literal["operation", "series", "person"]

class IntakeEnded(Event, says="finished an intake"):
    exhibit: UUID
    received: int
    refused: int

class IntakeStopped(Event, says="could not finish an intake"):
    exhibit: UUID
    reason: Code

class MediaRead(Event, says="read a file"):
    media: UUID
    faces: int
    complete: bool = True

class MediaSwept(Event, says="looked again at a file in full size"):
    media: UUID
    faces: int
    bettered: int
    complete: bool = True

class MediaRefused(Event, says="refused a file"):
    media: UUID
    reason: Code

class MediaMarked(Event, says="marked media"):
    act: UUID
    mark: Code
    media: int

class MediaUnmarked(Event, says="took marks on media back"):
    act: UUID
    media: int

class GradeTableBrought(Event, says="brought in the country's table of categories"):
    table: UUID
    categories: int

class GradeVotesRaised(Event, says="raised how many people must agree on a grade"):
    before: int
    after: int

class MediaGraded(Event, says="graded media"):
    act: UUID
    table: UUID
    number: int
    media: int

class MediaUngraded(Event, says="took grades of media back"):
    act: UUID
    media: int

class ProposalMade(Event, says="proposed a change to the owner"):
    proposal: UUID
    subject: UUID
    what: Code

class ProposalAccepted(Event, says="accepted a proposed change"):
    proposal: UUID
    subject: UUID

class ProposalDeclined(Event, says="declined a proposed change"):
    proposal: UUID
    subject: UUID

class ProposalWithdrawn(Event, says="withdrew a proposed change"):
    proposal: UUID
    subject: UUID

class FaceDrawn(Event, says="drew a face that was missed"):
    box: UUID
    media: UUID

class FaceDescribed(Event, says="described a drawn face"):
    box: UUID
    media: UUID
    state: Code

class FaceTakenAway(Event, says="took a wrong box of a face away"):
    box: UUID
    media: UUID

class FaceGivenBack(Event, says="gave a box of a face back"):
    box: UUID
    media: UUID

class MediaViewed(Event, says="looked at a picture"):
    subject: UUID

class MediaWatched(Event, says="watched a part of a video"):
    media: UUID
    parts: tuple[tuple[int, int], ...]

class CopyAsked(Event, says="asked for a playable copy of a video"):
    copy: UUID

class CopyMade(Event, says="made a playable copy of a video"):
    copy: UUID

class CopyRefused(Event, says="could not make a playable copy of a video"):
    copy: UUID
    reason: Code

class TilesAsked(Event, says="asked for a picture in its own pixels"):
    media: UUID

class TilesMade(Event, says="made a picture ready in its own pixels"):
    media: UUID

class TilesRefused(Event, says="could not make a picture ready in its own pixels"):
    media: UUID
    reason: Code

class RangeMarked(Event, says="marked a part of a video"):
    part: UUID

class RangeUnmarked(Event, says="took a mark on a part of a video back"):
    part: UUID

class StillAsked(Event, says="took a still out of a video"):
    still: UUID

class StillMade(Event, says="made a still of a video"):
    still: UUID
    media: UUID

class StillRefused(Event, says="could not make a still of a video"):
    still: UUID
    reason: Code

class RegisterImported(Event, says="imported a register"):
    register: UUID
    entries: int
    left_out: int = 0
    handling: Code

class RegisterRetentionStated(Event, says="stated how long a register may be kept"):
    register: UUID
    until: date

class KnownListTaken(Event, says="brought in a list of known material"):
    list: UUID
    hashes: int
    left_out: int = 0
    meaning: Code
    skips: bool

class KnownTableBrought(Event, says="brought in a list's own table of categories"):
    list: UUID
    table: UUID
    categories: int

class KnownCategoryTaken(Event, says="said as what a category of a list is taken"):
    list: UUID
    category: UUID
    number: int
    meaning: Code | None
    grade: int | None

class KnownListRemoved(Event, says="removed a list of known material"):
    list: UUID

class KnownFilesWanted(Event, says="asked to read known files of an exhibit after all"):
    exhibit: UUID
    files: int

class MediaWantedAgain(Event, says="asked that what failed about files of an exhibit is tried again"):
    exhibit: UUID
    files: int

class EntryClosed(Event, says="closed an entry of a register"):
    entry: UUID
    closed_as: Code
    why: UUID

class EntryReopened(Event, says="took up again an entry of a register that was closed in error"):
    entry: UUID
    why: UUID

class SearchMade(Event, says="searched with a face"):
    search: UUID
    purpose: Code
    found: int

class ProbeBrought(Event, says="brought a picture to search with"):
    probe: UUID
    purpose: Code

class ProbeErased(Event, says="erased a picture that somebody had searched with"):
    probe: UUID

# --- Leads ---------------------------------------------------------------------------------------------

class LeadHandlingChanged(Event, says="changed the handling code of an exhibit of the lead"):
    exhibit: UUID

class LeadUnlocked(Event, says="opened a closed side of the lead to all countries"):
    exhibit: UUID

class LeadLocked(Event, says="closed a side of the lead to the other countries"):
    exhibit: UUID

class LeadOpened(Event, says="opened the lead"):
    number: int
    lead_kind: Code

class LeadJoined(Event, says="found a copy in the hands of a further agency"):
    side: int
    country: Code

class ClueResultStated(Event, says="stated what came of the clue"):
    act: UUID
    result: Code
    country: Code | None
    region: Code | None = None

class ClueResultConfirmed(Event, says="confirmed what came of the clue"):
    act: UUID
    result: Code
    country: Code | None
    region: Code | None = None

class ClueResultTakenBack(Event, says="took back what was said of the clue"):
    act: UUID
    result: Code
    country: Code | None
    region: Code | None = None

class ClueMediaAdded(Event, says="said that the clue is seen in further media"):
    act: UUID
    media: int

class ClueMediaTakenOff(Event, says="took media off the clue"):
    act: UUID
    media: int

class CardMade(Event, says="made a clue card"):
    card: UUID

class CardMasked(Event, says="burnt the masks of a clue card in"):
    card: UUID

class CardFailed(Event, says="could not make the picture of a clue card"):
    card: UUID

class CardShown(Event, says="checked a clue card and showed it to the operation"):
    card: UUID

class CardRefused(Event, says="checked a clue card and said no"):
    card: UUID

class CardWithdrawn(Event, says="withdrew a clue card"):
    card: UUID

class CardOutdated(
    Event, says="withdrew a clue card, because its material is handled more strictly than when it was checked"
):
    card: UUID

class CardAnswered(Event, says="answered a clue card"):
    card: UUID
    answer: UUID
    what: Code

class CardAnswerWithdrawn(Event, says="took an answer to a clue card back"):
    card: UUID
    answer: UUID

class LeadClaimed(Event, says="claimed the lead"):
    token: int

class LeadClaimLost(Event, says="tried to claim the lead while another person held it"):
    holder: int

class LeadRenewed(Event, says="renewed the claim"):
    token: int

class LeadReleased(Event, says="released the lead"):
    token: int

class LeadHandedOver(Event, says="handed the lead over"):
    to: int
    token: int

class LeadTakenOver(Event, says="ended another's claim"):
    holder: int
    token: int
    why: UUID

class LeadLeaseEnded(Event, says="recorded that the claim ended; the draft is kept"):
    holder: int

class LeadFreed(Event, says="recorded that the claim ended with its holder's part; the draft is kept"):
    holder: int
    cause: Code
    country: Code

class LeadWithdrawn(Event, says="ended the lead with what it stands on"):
    cause: Code

class LeadBasisEnded(Event, says="recorded that what the lead stands on has ended"):
    cause: Code

class LeadRestored(Event, says="recorded that what the lead stands on holds again"):
    cause: Code

class LeadTakenIntoCustody(
    Event, says="recorded that the lead has been in the custody of the holder's country since the window's end"
):
    holder: int
    country: Code

class LeadParked(Event, says="set the lead aside"):
    reason: Literal["by_hand", "inconclusive"]
    why: UUID | None = None

class LeadReopened(Event, says="took up the lead again"):
    why: UUID

class LeadPrioritised(Event, says="changed the priority"):
    before: int
    after: int

class LeadFollowedRegister(Event, says="brought the lead up to date with its register"):
    before: int
    after: int

class LeadMarkedUrgent(Event, says="marked the lead as urgent"):
    why: UUID

class LeadVerified(Event, says="recorded that two examiners agree: verified"):
    examiners: tuple[int, ...]

class LeadRejected(Event, says="recorded that two examiners agree: rejected"):
    examiners: tuple[int, ...]

class LeadReferred(Event, says="referred the lead"):
    referral: UUID

class LeadClosed(Event, says="closed the lead"):
    why: UUID

class AssessmentSigned(Event, says="signed an opinion"):
    assessment: UUID

class AssessmentUndone(Event, says="took an opinion back"):
    assessment: UUID

class AssessmentVoided(Event, says="made an opinion void: others used the account that signed it"):
    assessment: UUID

class AssessmentDoubted(Event, says="flagged an opinion: others used the account that signed it"):
    assessment: UUID

class AssessmentUnvouched(Event, says="flagged an opinion: a vouch was withdrawn on which its examiner depended"):
    assessment: UUID

class AssessmentSettled(Event, says="made an opinion final"):
    assessment: UUID
    settled: int

class AnnotationAdded(Event, says="added a note"):
    annotation: UUID
    media: UUID | None = None

class AnnotationChanged(Event, says="changed a note"):
    annotation: UUID
    version: int
    media: UUID | None = None

class AnnotationRemoved(Event, says="removed a note"):
    annotation: UUID
    media: UUID | None = None

class AnnotationsExported(Event, says="exported notes and comments"):
    media: UUID | None = None

class CommentAdded(Event, says="commented"):
    comment: UUID
    media: UUID | None = None
    thread: UUID | None = None
    people: tuple[int, ...] = ()

class CommentChanged(Event, says="changed the words of a comment"):
    comment: UUID
    edit: UUID
    media: UUID | None = None

class ThreadResolved(Event, says="resolved a thread of comments"):
    comment: UUID
    media: UUID | None = None

class ThreadReopened(Event, says="took a thread of comments up again"):
    comment: UUID
    media: UUID | None = None

class BandsShown(Event, says="was shown the bands of leads"):
    leads: tuple[UUID, ...]
    users: tuple[int, ...]

class ScoreShown(Event, says="was shown the score"):
    user: int

class AccessAsked(Event, says="asked for access to the closed side"):
    grant: UUID
    agency: int

class AccessGranted(Event, says="granted access"):
    grant: UUID
    agency: int
    scope: Code
    until: datetime

class AccessRefused(Event, says="refused access"):
    grant: UUID
    agency: int

class AccessTakenBack(Event, says="took access back"):
    grant: UUID
    agency: int

class AccessEnded(Event, says="recorded that access ended"):
    grant: UUID
    agency: int

# --- Jurisdiction, referral, outcome -------------------------------------------------------------------

class JurisdictionStated(Event, says="stated a ground of jurisdiction"):
    country: Code
    ground: Code
    competence: Code

class JurisdictionWithdrawn(Event, says="withdrew a ground of jurisdiction"):
    country: Code
    ground: Code
    competence: Code

class CorroborationStated(Event, says="stated what speaks besides the face"):
    corroboration: UUID
    type: Code
    speaks: Code

class CorroborationWithdrawn(Event, says="withdrew what speaks besides the face"):
    corroboration: UUID
    type: Code
    speaks: Code

class ReferralDrafted(Event, says="drafted a referral"):
    referral: UUID
    to_agency: int

class PermissionAsked(Event, says="asked an owner for permission to send its material"):
    permission: UUID

class PermissionGranted(Event, says="permitted that material leaves"):
    permission: UUID

class PermissionRefused(Event, says="refused that material leaves"):
    permission: UUID

class ReferralWithdrawn(Event, says="withdrew a drafted referral"):
    referral: UUID

class ReferralApproved(Event, says="approved a referral"):
    referral: UUID

class ReferralReleaseAsked(Event, says="asked to release a referral that the record holds back"):
    referral: UUID
    release: UUID

class ReferralReleaseConfirmed(Event, says="confirmed the release of a referral that the record holds back"):
    referral: UUID
    release: UUID

class PackageBuilt(Event, says="built a package"):
    referral: UUID
    sha256: bytes

class PackageFailed(Event, says="could not build a package"):
    referral: UUID
    reason: Literal["no_key", "refused", "attempts"]

class PackageFetched(Event, says="fetched a package"):
    referral: UUID

class ReferralSent(Event, says="sent a referral"):
    referral: UUID
    to_agency: int

class ReferralAcknowledged(Event, says="acknowledged a referral"):
    referral: UUID

class ReferralAccepted(Event, says="accepted a referral"):
    referral: UUID

class ReferralDeclined(Event, says="declined a referral"):
    referral: UUID

class ReferralReturned(Event, says="returned a referral"):
    referral: UUID

class ReferralReRouted(Event, says="re-routed a referral"):
    referral: UUID
    onward: UUID

class LedgerOpened(Event, says="opened an entry in the ledger"):
    ledger: UUID
    ledger_kind: Code

class LedgerMerged(Event, says="merged two entries of the ledger"):
    ledger: UUID
    into: UUID

class LedgerParted(Event, says="took back that two entries of the ledger are one"):
    ledger: UUID
    into: UUID

class LedgerDepicted(Event, says="stated that a person of the ledger is depicted after all"):
    ledger: UUID

class LedgerUndepicted(Event, says="took back that a person of the ledger is depicted"):
    ledger: UUID

class OutcomeStated(Event, says="stated an outcome"):
    outcome: UUID
    stage: Code
    entries: int | None = None

class OutcomeRevoked(Event, says="took an outcome back"):
    outcome: UUID
    stage: Code
    entries: int | None = None

class EditionAsked(Event, says="asked for an edition of the figures"):
    edition: UUID
    number: int

class EditionDrawnUp(Event, says="made an edition of the figures"):
    edition: UUID
    number: int

class HeadSigned(Event, says="signed the head of the record"):
    upto: int

class HeadTaken(Event, says="took a signed head of the record"):
    upto: int

class ExportMade(Event, says="exported figures"):
    what: Literal["record", "edition", "debrief"]
    edition: int | None = None
    audience: Literal["internal", "public"] | None = None
    form: Literal["pdf", "csv", "json"] | None = None

# --- The exercise ---------------------------------------------------------------------------------------------

class ExerciseBegun(Event, says="began the exercise"):
    pass

class ExercisePaced(Event, says="changed the pace of the exercise"):
    pace: int

class ExercisePaused(Event, says="paused the exercise"):
    pass

class ExerciseResumed(Event, says="let the exercise go on"):
    pass

class ExerciseStepped(Event, says="had each partner act once"):
    pass

class ExerciseSeatPassed(Event, says="gave a seat of the exercise to another player"):
    user: int
    to: Code

class ExerciseInjected(Event, says="put something into the exercise"):
    injection: UUID
    what: Code

class ExerciseInjectionLanded(Event, says="let an injection happen"):
    injection: UUID

class ExerciseRevealed(Event, says="opened the debrief"):
    pass

class ExerciseRestartAsked(Event, says="asked to begin the exercise again"):
    pass

class ExerciseRestarted(Event, says="began the exercise again"):
    operation: int

class DebriefDrawnUp(Event, says="made the debrief"):
    pass

class DebriefPartDeleted(Event, says="deleted the own part of the debrief"):
    pass

# fmt: on

KINDS = {cls.kind: cls for cls in Event.__subclasses__()}  # by tag
