"""What a lead's page offers, by facts alone: no rows, no request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from workspace.rules.actor import Actor
from workspace.rules.leads import (
    LEAD_ACTIONS,
    LeadFacts,
    ReferralFacts,
    RequestFacts,
    offered,
    offered_for_referral,
    offered_for_request,
)
from workspace.rules.policy import RULES, OperationFacts

OPEN, CLOSING = OperationFacts(1, "open"), OperationFacts(1, "closing")
FREE = LeadFacts(
    stage="open",
    opinions=0,
    is_held=False,
    is_mine=False,
    holder_agency_id=None,
    may_judge=True,
    is_unsettled=False,
    has_closed_side=False,
    has_lost_basis=False,
)
HELD = replace(FREE, is_held=True, holder_agency_id=7)
MINE = replace(HELD, is_mine=True)


def who(role: str, *, agency_id: int = 7) -> Actor:
    return Actor(5, "EC · somebody", agency_id, "EC", is_service=False, is_house_admin=False, roles={1: role})


@pytest.mark.parametrize(
    ("action", "role", "facts", "otherwise"),
    [
        ("claim_lead", "specialist", FREE, {"is_held": True}),
        ("claim_lead", "specialist", FREE, {"may_judge": False}),
        ("claim_lead", "specialist", FREE, {"stage": "verified"}),
        ("release_lead", "specialist", MINE, {"is_unsettled": True}),
        ("hand_over_lead", "specialist", MINE, {"is_mine": False}),
        ("take_over_lead", "operation_lead", HELD, {"is_mine": True}),
        ("take_over_lead", "operation_lead", HELD, {"is_unsettled": True}),
        ("take_over_lead", "country_lead", HELD, {"holder_agency_id": 8}),
        ("assess_lead", "analyst", MINE, {"may_judge": False}),
        ("park_lead", "specialist", FREE, {"is_held": True}),
        ("park_lead", "specialist", MINE, {"is_unsettled": True}),
        ("reopen_lead", "specialist", replace(FREE, stage="parked", opinions=2), {"opinions": 3}),
        ("close_lead", "liaison", replace(FREE, stage="outcome"), {"stage": "rejected"}),
        ("ask_access", "specialist", replace(FREE, has_closed_side=True), {"has_closed_side": False}),
        ("draft_referral", "liaison", replace(FREE, stage="verified"), {"stage": "assessed"}),
        ("state_jurisdiction", "liaison", FREE, {"stage": "closed"}),
    ],
)
def test_an_action_is_offered_where_the_leads_state_leaves_room(
    action: str, role: str, facts: LeadFacts, otherwise: dict[str, Any]
) -> None:
    assert action in offered(who(role), OPEN, facts)
    assert action not in offered(who(role), OPEN, replace(facts, **otherwise))


def test_the_operation_lead_ends_the_claim_of_any_agency() -> None:
    assert "take_over_lead" in offered(who("operation_lead", agency_id=9), OPEN, HELD)


def test_after_the_window_what_was_found_is_said_about_set_aside_and_referred_but_not_judged() -> None:
    verified = replace(FREE, stage="verified")

    assert offered(who("specialist"), CLOSING, FREE) >= {
        "comment_on_lead",
        "annotate_lead",
        "prioritise_lead",
        "park_lead",
    }
    assert offered(who("liaison"), CLOSING, verified) >= {"state_jurisdiction", "draft_referral"}
    assert "claim_lead" not in offered(who("specialist"), CLOSING, FREE)
    assert "take_over_lead" in offered(who("country_lead"), CLOSING, HELD)


def test_a_lead_on_which_work_goes_on_is_claimed_and_judged_after_closing() -> None:
    goes_on = OperationFacts(1, "follow_up", goes_on=True)

    assert offered(who("specialist"), goes_on, FREE) >= {"claim_lead", "park_lead", "comment_on_lead"}
    assert offered(who("specialist"), goes_on, MINE) >= {"assess_lead", "hand_over_lead"}
    assert not {"claim_lead", "park_lead"} & offered(who("specialist"), OperationFacts(1, "follow_up"), FREE)


def test_whoever_is_no_member_is_offered_nothing() -> None:
    assert offered(who("specialist"), OperationFacts(2, "open"), MINE) == frozenset()


def test_the_policy_knows_every_action_that_a_page_offers() -> None:
    assert set(LEAD_ACTIONS) <= set(RULES)


@pytest.mark.parametrize(
    ("role", "operation", "may"),
    [
        ("liaison", OPEN, True),
        ("specialist", OPEN, False),
        ("liaison", OperationFacts(1, "prepared"), False),
        ("liaison", CLOSING, True),
        ("liaison", OperationFacts(1, "follow_up"), True),
    ],
)
def test_the_steps_of_a_referral_are_offered_where_policy_allows_them(
    role: str, operation: OperationFacts, may: bool
) -> None:
    draft = ReferralFacts("drafted", drafted_by=6, from_country="PE", is_approved=False, is_built=False)
    built = replace(draft, is_approved=True, is_built=True)

    assert offered_for_referral(who(role), operation, draft) == ({"approve_referral"} if may else set())
    assert offered_for_referral(who(role), operation, built) == ({"send_referral"} if may else set())


def test_nobody_approves_an_own_draft_nor_sends_what_is_not_built() -> None:
    own = ReferralFacts("drafted", drafted_by=5, from_country="PE", is_approved=False, is_built=False)

    assert offered_for_referral(who("liaison"), OPEN, own) == frozenset()
    assert offered_for_referral(who("liaison"), OPEN, replace(own, is_approved=True)) == frozenset()
    assert offered_for_referral(who("liaison"), OPEN, replace(own, state="sent", drafted_by=6)) == frozenset()


def test_a_request_for_access_is_answered_and_taken_back_by_whose_material_it_is() -> None:
    waits = RequestFacts(is_for_own_material=True, is_answered=False, is_running=False, has_lead=True)
    runs = replace(waits, is_answered=True, is_running=True)

    assert offered_for_request(who("country_lead"), CLOSING, waits) == {"answer_access"}
    assert offered_for_request(who("country_lead"), CLOSING, runs) == {"take_back_access"}
    assert offered_for_request(who("country_lead"), OPEN, replace(waits, is_for_own_material=False)) == frozenset()
    assert offered_for_request(who("specialist"), OPEN, runs) == frozenset()
