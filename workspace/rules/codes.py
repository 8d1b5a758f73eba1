"""The codes of the record that belong to no rule of their own; what they are called stands in vocabulary.py.

The database checks the same codes: tests/test_rules.py compares them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from workspace.errors import Fault, Invalid

LANGUAGES = ("en", "es")
FOLLOW_BROWSER = "browser"
"""What an account says that has chosen no language."""
THEMES = ("system", "light", "dark")

AGENCY_KINDS = ("police", "child_protection", "prosecution", "court", "international")
"""What people may make; the installation's own agency is of the kind `service`."""
SERVICE_AGENCY = "service"

EXHIBIT_KINDS = ("phone", "tablet", "laptop", "desktop", "storage", "camera", "cloud", "other")
SHARINGS = ("operation", "agency")
"""Who opens a compartment: every country that accepted the terms, or the agency that owns it alone."""

AccessScope = Literal["pair", "exhibit"]
ACCESS_SCOPES: tuple[AccessScope, ...] = get_args(AccessScope)
"""What a grant opens: the pictures of one lead, or the whole exhibit or register."""

Handling = Literal["H0", "H1", "H2", "H3"]
HANDLING_CODES: tuple[Handling, ...] = get_args(Handling)
"""From no restriction to the strictest: they sort by their letters."""
UNRESTRICTED = "H0"
TLP = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")
"""The Traffic Light Protocol 2.0 of FIRST, strictest first."""

Doubt = Literal["compromised", "unvouched"]
"""Why a settled opinion is flagged: others used the account that signed it, or a vouch was withdrawn on which its
examiner depended."""

MediaKind = Literal["photo", "video", "archive"]


_KINDS: dict[str, MediaKind] = {"application/pdf": "photo", "application/mxf": "video"}
"""Registered types (IANA) whose names do not say it. The pages of a document are pictures of one file."""


def media_kind(media_type: str) -> MediaKind:
    """What a medium of this type is: pictures are photos, and what is neither picture nor film holds other files. Sound
    is a video whose only picture is its cover."""
    if media_type in _KINDS:
        return _KINDS[media_type]
    if media_type.startswith("image/"):
        return "photo"
    return "video" if media_type.startswith(("video/", "audio/")) else "archive"


Quality = Literal["good", "usable", "poor"]

FaceActWhat = Literal["drawn", "taken_away"]
FACE_ACTS: tuple[FaceActWhat, ...] = get_args(FaceActWhat)
DrawnState = Literal["waiting", "described", "no_face", "not_readable"]
DRAWN_STATES: tuple[DrawnState, ...] = get_args(DrawnState)
ThreadActWhat = Literal["resolved", "reopened"]
THREAD_ACTS: tuple[ThreadActWhat, ...] = get_args(ThreadActWhat)
MediaMark = Literal["important", "look_again", "nothing"]
MEDIA_MARKS: tuple[MediaMark, ...] = get_args(MediaMark)
"""What people say of a medium that they looked at, so that nobody looks twice."""

Sex = Literal["female", "male", "other", "unknown"]
SEXES: tuple[Sex, ...] = get_args(Sex)
AgeBand = Literal["under_3", "3_6", "7_12", "13_17", "adult"]
AGE_BANDS: tuple[AgeBand, ...] = get_args(AgeBand)
PersonWordWhat = Literal["age_band", "country", "note", "feature_face"]
"""What an examiner says of a depicted person."""
PERSON_WORDS: tuple[PersonWordWhat, ...] = get_args(PersonWordWhat)

ReferralState = Literal["drafted", "withdrawn", "sent", "acknowledged", "accepted", "declined", "returned", "re_routed"]
REFERRAL_STATES: tuple[ReferralState, ...] = get_args(ReferralState)
PackageState = Literal["waiting", "built", "failed"]
PACKAGE_STATES: tuple[PackageState, ...] = get_args(PackageState)

LedgerKind = Literal["victim", "offender"]
LEDGER_KINDS: tuple[LedgerKind, ...] = get_args(LedgerKind)
SeriesActWhat = Literal["determined", "confirmed"]
SERIES_ACTS: tuple[SeriesActWhat, ...] = get_args(SeriesActWhat)
"""What people say of the likely country of a series."""
SeriesTriage = Literal["to_do", "done", "left_over", "own"]
SERIES_TRIAGES: tuple[SeriesTriage, ...] = get_args(SeriesTriage)
"""Where a series was put last: own is a column that the operation has of its own. What somebody holds is in work."""
SeriesRecency = Literal["recent", "cold"]
SERIES_RECENCIES: tuple[SeriesRecency, ...] = get_args(SeriesRecency)
"""Whether the material of a series is recent or cold (docs/field.md)."""
SeriesJoinWhat = Literal["merged", "split"]
SERIES_JOINS: tuple[SeriesJoinWhat, ...] = get_args(SeriesJoinWhat)
"""What people say of two series: one is part of the other, or was taken out of it."""
SuggestionGround = Literal["near_copies", "camera", "together", "folder_time"]
SUGGESTION_GROUNDS: tuple[SuggestionGround, ...] = get_args(SuggestionGround)
"""Why persons may be one series: near copies show them, one camera took them, a medium shows both, their files lie in
one folder on one day."""
SeriesWordWhat = Literal["comment", "name", "reference", "left_over", "taken_over"]
SERIES_WORDS: tuple[SeriesWordWhat, ...] = get_args(SeriesWordWhat)
"""What people say of a series: a comment, a name, its number elsewhere, why it is left over or was taken over."""
ClueWhat = Literal["object", "place", "text", "language", "clothing", "other"]
CLUE_WHATS: tuple[ClueWhat, ...] = get_args(ClueWhat)
"""What a person noticed."""
ClueResult = Literal["country", "eliminated"]
CLUE_RESULTS: tuple[ClueResult, ...] = get_args(ClueResult)
"""What comes of a clue: it is identified to a country, or it ends a trail."""
ClueActWhat = Literal["stated", "confirmed"]
CLUE_ACTS: tuple[ClueActWhat, ...] = get_args(ClueActWhat)
LedgerActWhat = Literal["same", "depicted"]
LEDGER_ACTS: tuple[LedgerActWhat, ...] = get_args(LedgerActWhat)
"""What people say of entries of the ledger: two are one person, or one is shown after all."""
VICTIM_STAGES = ("V1", "V2", "V3", "V4", "V5")
OFFENDER_STAGES = ("O1", "O2", "O3", "O4", "O5")
OTHER_ENDS = (
    "already_identified",
    "already_safe",
    "adult_now",
    "deceased",
    "not_a_victim",
    "not_a_real_child",
    "trail_eliminated",
)
"""Stages of an offender, and other ends of a victim or an offender (docs/field.md, Stages)."""
OUTCOME_STAGES = VICTIM_STAGES + OFFENDER_STAGES + OTHER_ENDS
STANDING_STAGES = (
    "V5",
    "already_safe",
    "V4",
    "already_identified",
    "adult_now",
    "deceased",
    "not_a_real_child",
    "not_a_victim",
)
"""What, once stated of a depicted child, stands on all leads that show it and ends «at risk now»; the first that holds
is shown on a card."""

Consent = Literal["window", "face_recognition", "shares_known_count"]
CONSENTS: tuple[Consent, ...] = get_args(Consent)
"""What a country accepts or consents to: the end of the window, the comparison of faces, the count of known files."""

ExhibitFact = Literal["kind", "case_reference", "custodian", "seized_by", "seized_on", "acquired_hash"]
EXHIBIT_FACTS: tuple[ExhibitFact, ...] = get_args(ExhibitFact)
"""What was said of an exhibit when it was received, and can be corrected."""
ExhibitChanged = Literal["handling", "sharing", ExhibitFact]
EXHIBIT_CHANGED: tuple[ExhibitChanged, ...] = get_args(ExhibitChanged)
"""What the owner of an exhibit changes after it was received."""

ClosingGround = Literal["mistake", "court", "consent", "third_party", "danger"]
CLOSING_GROUNDS: tuple[ClosingGround, ...] = get_args(ClosingGround)
"""Why an owner closes an exhibit that was open to all countries."""

EntryEnd = Literal["found", "withdrawn", "adult"]
ENTRY_ENDS: tuple[EntryEnd, ...] = get_args(EntryEnd)
"""How an entry of a register ends."""
EntryStep = Literal["found", "withdrawn", "adult", "reopened"]
ENTRY_STEPS: tuple[EntryStep, ...] = get_args(EntryStep)

SearchPurpose = Literal["victim", "missing"]
SEARCH_PURPOSES: tuple[SearchPurpose, ...] = get_args(SearchPurpose)
ProbeState = Literal["waiting", "read", "refused", "erased"]
"""How far a picture is that somebody brought to search with."""
SearchSet = Literal["persons", "faces", "register"]
SEARCH_SETS: tuple[SearchSet, ...] = get_args(SearchSet)
"""In what a search looks: depicted persons, each by its best face; faces that belong to no person, each for itself; the
entries of registers."""
PresenceMode = Literal["viewing", "editing"]
PRESENCE_MODES: tuple[PresenceMode, ...] = get_args(PresenceMode)
PASSING = ("not_readable", "changed_while_read")
"""Refusals that say nothing of the file itself: while the intake is open it may come again, whole, and then its line is
replaced."""


def require_one_of(known: Iterable[object], **given: object) -> None:
    """Pass if each of these values is a known one.

    Raises:
        Invalid: names those that are not, and what is known.
    """
    known = list(known)
    if faults := [Fault(name, "one of {known}", known=known) for name, value in given.items() if value not in known]:
        raise Invalid("A value is unknown.", faults=faults)
