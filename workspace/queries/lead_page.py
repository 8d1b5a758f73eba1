"""Everything on the page of one lead, from one snapshot, but what the web says in the reader's language
(lead_history.py).

Row-level security decides which sides, comments, notes, opinions and events come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from workspace.model.statements import rows_as, statements
from workspace.queries.board import Card, LeadSummary, lead_card
from workspace.queries.cards import CardOfClue, TipOnLead, lead_cards, lead_tips
from workspace.queries.clues import LeadClue, LeadOutside, lead_clue, lead_outside
from workspace.queries.colleagues import AgencyColleague, Colleague
from workspace.queries.lead_notes import Annotation, lead_annotations
from workspace.queries.lead_opinions import (
    MyAssessment,
    RevealedAssessment,
    Score,
    lead_score,
    my_assessment,
    revealed_assessments,
    undo_until,
)
from workspace.queries.lead_routing import (
    AccessRequest,
    CompetentAgency,
    JurisdictionClaim,
    LeadCorroboration,
    LeadReferral,
    access_requests,
    competent_agencies,
    lead_corroboration,
    lead_jurisdiction,
    lead_referrals,
    referable_to,
)
from workspace.queries.lead_sides import LeadSide, lead_sides
from workspace.queries.lead_story import LeadStory, lead_story
from workspace.queries.presence import Present, who_is_looking
from workspace.queries.threads import Comment, lead_comments
from workspace.rules.actor import Actor
from workspace.rules.calibration import Calibration
from workspace.rules.codes import SearchPurpose
from workspace.rules.days import day_in
from workspace.rules.jurisdiction import URGENCY_OF_PRIORITY, Addressee, Urgency
from workspace.rules.leads import FACE_KINDS, LEAD_ACTIONS, UNPAIRED_KINDS, LeadAction, LeadFacts, goes_on, offered
from workspace.rules.policy import OperationFacts
from workspace.rules.states import state_now

SQL = statements(__file__)


@dataclass(frozen=True)
class OperationOfLead:
    """The operation of a lead. state: the one that counts now."""

    id: int
    code_name: str
    time_zone: str
    state: str
    tlp: str


@dataclass(frozen=True)
class Claim:
    """Whether the viewer holds the lead. token: what the holder's writes must carry."""

    mine: bool
    token: int | None
    lease_until: datetime | None


@dataclass(frozen=True)
class MarkedUrgent:
    """Who said that the lead is urgent, and when. reason: null for who lacks a key to a side, unless it is their
    own."""

    by: Colleague
    at: datetime
    reason: str | None


def _marked_urgent(session: Session, lead_id: UUID) -> MarkedUrgent | None:
    """The last mark, if it is later than the last change of the priority."""
    row = session.execute(
        text("""select e.kind, e.at, event_reason(e.kind, e.payload) as reason, u.id as user_id, u.name, u.country,
             e.played_by from event e join user_with_country u on u.id = e.actor_id where e.lead_id = :lead
             and e.kind in ('lead:marked_urgent', 'lead:prioritised') order by e.seq desc limit 1"""),
        {"lead": lead_id},
    ).one_or_none()
    if row is None or row.kind != "lead:marked_urgent":
        return None
    return MarkedUrgent(Colleague(row.user_id, row.name, row.country, row.played_by), row.at, row.reason)


@dataclass(frozen=True)
class LeadProvenance:
    """Which recogniser and code found the pair, and up to which event of the operation everything was compared; no
    figure that would tell the score. The last two are null on leads that older code found."""

    pack_id: str
    model_digest: str
    threshold: float
    code_version: str | None
    compared_to: int | None


@dataclass(frozen=True, kw_only=True)
class LeadPage(LeadSummary):
    """All that the viewer may know of a lead, in one snapshot.

    seq: the operation's last event in it. second_from_other_country: the second examiner must come from another country
    than the first. undo_until: until when the viewer's unsettled opinion can be taken back. score: null while it is
    withheld, and where there is no face to score. permissions: by action, whether the viewer could do it now. agencies:
    of the operation; addressees: to whom a referral can go now and for what, the best first. examiners: to whom the
    viewer, who holds the lead, may hand it. lacks_qualification: the viewer could judge it, but has no valid record of
    training for this kind of lead. urgent: null where nobody said it, or the priority was changed since.
    clue: what a person noticed; null for a lead of another kind. cards: what the room is asked about it. outside: what
    a search elsewhere found. is_by_hand: somebody opened the lead out of a search, for search_purpose.
    """

    seq: int
    keys: str
    operation: OperationOfLead
    created_at: datetime
    stage_reason: str | None
    urgent: MarkedUrgent | None
    story: LeadStory
    clue: LeadClue | None
    cards: list[CardOfClue]
    tips: list[TipOnLead]
    outside: LeadOutside | None
    is_by_hand: bool
    search_purpose: SearchPurpose | None
    second_from_other_country: bool
    sides: list[LeadSide]
    claim: Claim
    lacks_qualification: bool
    my_assessment: MyAssessment | None
    undo_until: datetime | None
    assessments: list[RevealedAssessment]
    score: Score | None
    comments: list[Comment]
    annotations: list[Annotation]
    jurisdiction: list[JurisdictionClaim]
    corroboration: list[LeadCorroboration]
    referrals: list[LeadReferral]
    access_requests: list[AccessRequest]
    presence: list[Present]
    permissions: dict[LeadAction, bool]
    agencies: list[CompetentAgency]
    addressees: list[Addressee]
    suggested_urgency: Urgency
    examiners: list[AgencyColleague]
    provenance: LeadProvenance | None


OF_HEAD = ("created_at", "stage_reason", "is_by_hand", "search_purpose", "second_from_other_country")
"""What the page tells as its row says it."""
OF_PROVENANCE = tuple(LeadProvenance.__dataclass_fields__)


def lead_page(
    session: Session, lead_id: UUID, me: Actor, *, measured: Callable[[int], Sequence[Calibration]] = lambda _: ()
) -> LeadPage:
    """All that the viewer may know of a lead, and what the viewer may do there. measured: of an operation's thresholds.

    Raises:
        NotFound: there is no such lead for the viewer.
    """
    found = lead_card(session, lead_id)
    operation_id, card = found.operation_id, found.card
    head = session.execute(SQL["head"], {"lead": lead_id}).one()
    there = _there(operation_id, card, head, me)
    is_mine = head.holder_id == me.id and bool(head.is_running)
    mine = my_assessment(session, lead_id)
    sides = lead_sides(session, lead_id, card.countries, of=len(card.sides))
    referrals = lead_referrals(session, lead_id, me, there)
    claims, agencies = lead_jurisdiction(session, lead_id), competent_agencies(session, operation_id)
    allowed = offered(me, there, _facts(card, head, sides, is_mine=is_mine))
    return LeadPage(
        **_summary(card),
        seq=head.last_seq,
        keys=head.keys,
        operation=OperationOfLead(operation_id, head.code_name, head.time_zone, there.state, head.tlp),
        urgent=_marked_urgent(session, lead_id),
        story=lead_story(session, operation_id, lead_id),
        **_of_clue(session, lead_id, is_clue=card.clue is not None),
        outside=lead_outside(session, lead_id) if card.kind == "outside_result" else None,
        **{name: getattr(head, name) for name in OF_HEAD},
        sides=sides,
        claim=Claim(is_mine, head.claim_token if is_mine else None, head.lease_until),
        lacks_qualification=head.why_not_judge == "not_qualified",
        my_assessment=mine,
        undo_until=undo_until(mine),
        assessments=revealed_assessments(session, lead_id),
        score=lead_score(session, lead_id, measured(operation_id)) if card.kind in FACE_KINDS else None,
        comments=lead_comments(session, lead_id),
        annotations=lead_annotations(session, lead_id),
        jurisdiction=claims,
        corroboration=lead_corroboration(session, lead_id),
        referrals=referrals,
        access_requests=access_requests(session, lead_id, me, there),
        presence=[one for each in who_is_looking(session, operation_id) if each.lead == lead_id for one in each.people],
        permissions={action: action in allowed for action in LEAD_ACTIONS},
        agencies=agencies,
        addressees=referable_to(claims, referrals, agencies, me),
        suggested_urgency=URGENCY_OF_PRIORITY[card.priority],
        examiners=_examiners(session, operation_id, lead_id) if is_mine else [],
        provenance=LeadProvenance(**{name: getattr(head, name) for name in OF_PROVENANCE}) if head.pack_id else None,
    )


def _of_clue(session: Session, lead_id: UUID, *, is_clue: bool) -> dict[str, Any]:
    """What only a clue has: what it is, its cards, and the tips that came back."""
    if not is_clue:
        return {"clue": None, "cards": [], "tips": []}
    return {
        "clue": lead_clue(session, lead_id),
        "cards": lead_cards(session, lead_id),
        "tips": lead_tips(session, lead_id),
    }


def _there(operation_id: int, card: Card, head: Row[Any], me: Actor) -> OperationFacts:
    """What rules ask of the operation, for this viewer and lead."""
    today = day_in(head.now, head.time_zone)
    is_mine = goes_on(
        me.country, custody=card.custody, countries=card.countries, late_until=card.late_until, today=today
    )
    return OperationFacts(operation_id, state_now(head.state, closes_at=head.closes_at, now=head.now), is_mine)


def _summary(card: Card) -> dict[str, Any]:
    return {name: getattr(card, name) for name in LeadSummary.__dataclass_fields__}


def _facts(card: Card, head: Row[Any], sides: Sequence[LeadSide], *, is_mine: bool) -> LeadFacts:
    return LeadFacts(
        stage=card.stage,
        opinions=card.opinions,
        is_held=card.holder is not None,
        is_mine=is_mine,
        holder_agency_id=head.holder_agency_id,
        may_judge=head.why_not_judge is None,
        is_unsettled=head.is_unsettled,
        has_closed_side=any(side.hidden or side.is_pair_only for side in sides),
        has_lost_basis=bool(card.basis_ended),
        is_pair=card.kind not in UNPAIRED_KINDS,
        is_clue=card.clue is not None,
        is_entry_withdrawn=any(
            side.register_entry is not None and side.register_entry.closed_as == "withdrawn" for side in sides
        ),
    )


def _examiners(session: Session, operation_id: int, lead_id: UUID) -> list[AgencyColleague]:
    return rows_as(AgencyColleague, session.execute(SQL["examiners"], {"operation": operation_id, "lead": lead_id}))
