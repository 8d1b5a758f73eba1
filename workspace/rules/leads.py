"""What a lead is and what its page offers: kinds, stages, bands, and which actions the lead's state allows.

The commands ask their own conditions again when they write; what is offered here would be taken in this moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from workspace.rules.actor import Actor
from workspace.rules.policy import OperationFacts, allows
from workspace.rules.roles import COUNTRY_LEAD, may_end_claim
from workspace.rules.verdict import OPINIONS_AT_MOST

LeadKind = Literal[
    "register_match",
    "same_face",
    "same_file",
    "near_copy",
    "camera_serial",
    "lens_serial",
    "document_id",
    "clue",
    "outside_result",
]
KINDS: tuple[LeadKind, ...] = get_args(LeadKind)
FACE_KINDS = ("register_match", "same_face")
"""Kinds that compare two faces: they alone have a score, and one pair of sides has one lead of either kind."""
OTHER_KINDS = tuple(kind for kind in KINDS if kind not in FACE_KINDS)

LeadStage = Literal["open", "assessed", "verified", "rejected", "referred", "outcome", "closed", "parked", "withdrawn"]
STAGES: tuple[LeadStage, ...] = get_args(LeadStage)
Column = Literal[
    "open", "claimed", "assessed", "verified", "rejected", "referred", "outcome", "closed", "parked", "withdrawn"
]
"""Where a card stands: the lead's stage, but an open lead that somebody holds is claimed."""
UNDECIDED: tuple[LeadStage, ...] = ("open", "assessed", "parked", "withdrawn")
"""Stages in which no two opinions have decided the pair."""
CLAIMABLE = ("open", "assessed")
"""Stages in which an examiner can claim the lead: no opinion is given yet, or a further one is wanted."""
REFERABLE = ("verified", "referred", "outcome")
"""Stages after two examiners agreed that the sides belong together."""
CLOSABLE = (*REFERABLE, "parked")
"""Stages from which a lead can be closed."""
DONE = ("rejected", "closed")
ENDED = (*DONE, "withdrawn")
"""Stages in which nothing more is done about the lead."""
StageOffBoard = Literal["rejected", "parked", "closed", "withdrawn"]
OFF_BOARD: tuple[StageOffBoard, ...] = get_args(StageOffBoard)
"""Stages without a column on the board."""

BasisEnd = Literal["entry_closed", "comparison_off"]
ReferralEnd = Literal["entry_found", "entry_withdrawn", "entry_adult", "entry_closed", "comparison_off"]
"""As `BasisEnd`, and as what the entry was closed where that may be told."""
BASIS_ENDS: tuple[BasisEnd, ...] = get_args(BasisEnd)
REFERRAL_ENDS: tuple[ReferralEnd, ...] = get_args(ReferralEnd)
"""What a lead has lost: its register's entry is closed, or a country no longer lets its faces be compared."""

HolderLeft = Literal["removed", "suspended", "disabled", "newcomer"]
HOLDER_LEFT: tuple[HolderLeft, ...] = get_args(HolderLeft)
"""Why a lead lost its holder: the part or the account ended, for good or for a time, or nobody has met the person any
more."""

UNDER_WAY = ("drafted", "sent", "acknowledged", "accepted")
"""States of a referral that is neither withdrawn nor refused: its agency gets no second one for the same."""
ANSWERABLE = ("sent", "acknowledged")
"""States of a referral that its receiver accepts."""
GIVEN_UP = (*ANSWERABLE, "accepted")
"""States of a referral that its receiver declines or returns: also one that it accepted before."""
CAME_BACK = ("declined", "returned")
"""States of a referral whose receiver answered no: it can go on to another country."""

TRACE_KINDS = ("camera_serial", "lens_serial", "document_id")
"""Kinds about what took or made the files: a source in common that does not depend on any face."""
UNPAIRED_KINDS = ("clue", "outside_result")
"""Kinds that join no two sides: one side or none. They lead to a country, and no referral rests on one alone."""

Band = Literal["strong", "moderate", "weak"]
BANDS: tuple[Band, ...] = get_args(Band)

Bearing = Literal["supports", "against", "neutral"]
"""What another lead says about this one."""


def side_numbers(count: int) -> range:
    """The numbers of a lead's sides, of which its viewer may see some or none. count: the lead's."""
    return range(1, count + 1)


def band(score: float, *, lead: float, strong: float) -> Band:
    """Say a cosine in one coarse word. `lead`, `strong`: the thresholds that were measured for the recogniser."""
    if score >= strong:
        return "strong"
    return "moderate" if score >= lead else "weak"


def is_kept(until: date | None, today: date) -> bool:
    """Whether a stated retention lasts. until: its last day; None where none is stated."""
    return until is not None and today <= until


def goes_on(
    country: str, *, custody: str | None, countries: Sequence[str], late_until: date | None, today: date
) -> bool:
    """Whether work on a lead goes on after the window for people of this country: it was in hand when the window ended,
    or was found since.

    custody: the country whose examiner held it then; its people go on, and those of the sides, one of whom may have to
    give the second opinion. late_until: the last day of the register out of which it was found after the window; until
    then the sides' countries work on it.
    """
    return (
        country in countries if is_kept(late_until, today) else custody is not None and country in (custody, *countries)
    )


def claimed_day(captured_at: str | None) -> date | None:
    """The day of a picture by its file's own claim; None where it claims none."""
    try:
        return date.fromisoformat((captured_at or "")[:10])
    except ValueError:
        return None


def whole_years(first: date, second: date) -> int:
    """Whole years between two days, in either order."""
    earlier, later = sorted((first, second))
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def gap_years(first: date | None, second: date | None) -> int | None:
    """Whole years between two days; None where one of them is unknown."""
    return whole_years(first, second) if first and second else None


RECENT_YEARS = 3
"""Years. A child missing for no longer than this may still be where it was taken."""
ADULT_YEARS = 18
YOUNG_YEARS = 13
"""Years. A lead of a child who is now younger than this comes first."""


def register_priority(today: date, *, date_of_birth: date | None, missing_since: date | None) -> int:
    """1 where a child has been missing for at most RECENT_YEARS, or is now under YOUNG_YEARS; else 2."""
    recent = missing_since is not None and whole_years(missing_since, today) < RECENT_YEARS
    young = date_of_birth is not None and whole_years(date_of_birth, today) < YOUNG_YEARS
    return 1 if recent or young else 2


def pair_key(kind: str, first: str, second: str) -> bytes:
    """SHA-256 over the two sides in one order; faces of all kinds share one space, files have one per kind."""
    space = "face" if kind in FACE_KINDS else kind
    return hashlib.sha256("\x00".join((space, *sorted((first, second)))).encode()).digest()


@dataclass(frozen=True)
class LeadFacts:
    """What decides about the actions on a lead, as its viewer sees it.

    may_judge: the viewer may give the next opinion (`why_not_judge`, which also wants a key to every side).
    is_unsettled: a signed opinion can still be taken back. has_closed_side: the viewer has no key to a side, though its
    picture may be open. is_pair: it joins two sides. is_entry_withdrawn: the owner of a register has withdrawn an entry
    on which it stands.
    """

    stage: str
    opinions: int
    is_held: bool
    is_mine: bool
    holder_agency_id: int | None
    may_judge: bool
    is_unsettled: bool
    has_closed_side: bool
    has_lost_basis: bool
    is_pair: bool = True
    is_clue: bool = False
    is_entry_withdrawn: bool = False


@dataclass(frozen=True)
class ReferralFacts:
    """What decides about the next step of a referral. is_held: the record holds it back, and nobody has released it;
    release_of: the country that asked to release it, while nobody has confirmed."""

    state: str
    drafted_by: int
    from_country: str
    is_approved: bool
    is_built: bool
    is_held: bool = False
    release_of: str | None = None


@dataclass(frozen=True)
class RequestFacts:
    """What decides about a request for access. is_running: it was granted, and neither its time nor anybody has ended
    it. has_lead: somebody leads the country in the agency whose material it is, so that nobody else answers."""

    is_for_own_material: bool
    is_answered: bool
    is_running: bool
    has_lead: bool


LeadAction = Literal[
    "claim_lead",
    "release_lead",
    "hand_over_lead",
    "take_over_lead",
    "assess_lead",
    "annotate_lead",
    "comment_on_lead",
    "export_annotations",
    "prioritise_lead",
    "park_lead",
    "reopen_lead",
    "close_lead",
    "ask_access",
    "state_jurisdiction",
    "state_corroboration",
    "state_clue_result",
    "add_clue_media",
    "make_card",
    "draft_referral",
    "view_media",
]
_IsPossible = Callable[[Actor, OperationFacts, LeadFacts], bool]

_LEAD_ACTIONS: dict[LeadAction, _IsPossible] = {
    "claim_lead": lambda _me, _there, lead: not lead.is_held and lead.stage in CLAIMABLE and lead.may_judge,
    "release_lead": lambda _me, _there, lead: lead.is_mine and not lead.is_unsettled,
    "hand_over_lead": lambda _me, _there, lead: lead.is_mine and not lead.is_unsettled,
    "take_over_lead": lambda me, there, lead: (
        lead.is_held
        and not lead.is_mine
        and not lead.is_unsettled
        and may_end_claim(me, there.id, holder_agency_id=lead.holder_agency_id)
    ),
    "assess_lead": lambda _me, _there, lead: lead.is_mine and lead.may_judge,
    "annotate_lead": lambda _me, _there, _lead: True,
    "comment_on_lead": lambda _me, _there, _lead: True,
    "export_annotations": lambda _me, _there, _lead: True,
    "prioritise_lead": lambda _me, _there, _lead: True,
    "park_lead": lambda _me, _there, lead: (
        lead.stage in CLAIMABLE and (lead.is_mine or not lead.is_held) and not lead.is_unsettled
    ),
    "reopen_lead": lambda _me, _there, lead: (
        lead.stage == "parked" and lead.opinions < OPINIONS_AT_MOST and not lead.has_lost_basis
    ),
    "close_lead": lambda _me, _there, lead: lead.stage in CLOSABLE,
    "ask_access": lambda _me, _there, lead: lead.has_closed_side,
    "state_jurisdiction": lambda _me, _there, lead: lead.stage not in ENDED,
    "state_corroboration": lambda _me, _there, lead: lead.stage not in ENDED,
    "make_card": lambda _me, _there, lead: lead.is_clue and lead.stage not in ENDED,
    "state_clue_result": lambda _me, _there, lead: lead.is_clue and lead.stage not in ENDED,
    "add_clue_media": lambda _me, _there, lead: lead.is_clue and lead.stage not in ENDED,
    "draft_referral": lambda _me, _there, lead: (
        lead.is_pair and lead.stage in REFERABLE and not lead.is_entry_withdrawn
    ),
    "view_media": lambda _me, _there, _lead: True,
}
"""By action of a lead's page: whether the lead's state allows it."""

LEAD_ACTIONS: tuple[LeadAction, ...] = get_args(LeadAction)
"""Every action that a lead's page can offer."""


def offered(actor: Actor, operation: OperationFacts, lead: LeadFacts) -> frozenset[LeadAction]:
    """The actions that a lead's page offers: policy allows them, and the lead's state allows them."""
    return frozenset(
        action
        for action, is_possible in _LEAD_ACTIONS.items()
        if is_possible(actor, operation, lead) and allows(actor, action, operation)
    )


def offered_for_referral(actor: Actor, operation: OperationFacts, referral: ReferralFacts) -> frozenset[str]:
    """`approve_referral`, `send_referral`, `ask_release` and `confirm_release` where they would be taken."""
    is_draft = referral.state == "drafted"
    is_held = is_draft and referral.is_held
    possible = {
        "approve_referral": is_draft and not referral.is_approved and referral.drafted_by != actor.id,
        "send_referral": is_draft and referral.is_approved and referral.is_built and not is_held,
        "ask_release": is_held and referral.release_of is None and referral.from_country == actor.country,
        "confirm_release": is_held and referral.release_of not in (None, actor.country),
    }
    return frozenset(
        action for action, is_possible in possible.items() if is_possible and allows(actor, action, operation)
    )


def may_answer_access(actor: Actor, operation_id: int, *, has_lead: bool) -> bool:
    """Whether the actor answers for an agency: its country lead; its liaison officers while it has none."""
    return not has_lead or actor.roles.get(operation_id) in COUNTRY_LEAD


def offered_for_request(actor: Actor, operation: OperationFacts, request: RequestFacts) -> frozenset[str]:
    """`answer_access` and `take_back_access` where they would be taken: by the agency whose material it is."""
    answers = may_answer_access(actor, operation.id, has_lead=request.has_lead)
    possible = {"answer_access": answers and not request.is_answered, "take_back_access": request.is_running}
    return frozenset(
        action
        for action, is_possible in possible.items()
        if is_possible and request.is_for_own_material and allows(actor, action, operation)
    )
