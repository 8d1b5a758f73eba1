"""What asks for the passkey once more, and what two people do: the columns of the policy, and that they hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.outcomes import state_outcome
from workspace.commands.referrals import send_referral
from workspace.errors import Forbidden, NotFresh
from workspace.model.database import Database
from workspace.rules.actor import Standing
from workspace.rules.policy import RULES
from workspace.rules.statement import Statement
from workspace.rules.vouching import RULES_OF_TWO

SignedIn = Callable[[int], Browser]

ROUTES = {
    "accept_terms": ("country_lead", "POST", "/api/v1/operations/{op}/terms/accept", {}),
    "change_consents": ("country_lead", "POST", "/api/v1/operations/{op}/consents", {"shares_known_count": True}),
    "move_window": (
        "operation_lead",
        "POST",
        "/api/v1/operations/{op}/window",
        {"closes_at": "2020-01-01T00:00:00Z", "reason": "a storm"},
    ),
    "accept_window": (
        "country_lead",
        "POST",
        "/api/v1/operations/{op}/window/accept",
        {"until": "2020-01-01T00:00:00Z"},
    ),
    "change_operation_state": ("operation_lead", "POST", "/api/v1/operations/{op}/state", {"state": "closing"}),
    "change_operation_settings": (
        "operation_lead",
        "PATCH",
        "/api/v1/operations/{op}/settings",
        {"lease_s": 120},
    ),
    "add_agency": ("operation_lead", "POST", "/api/v1/operations/{op}/agencies", {"agency_id": 999999}),
    "answer_proposal": (
        "country_lead",
        "POST",
        "/api/v1/operations/{op}/terms/proposals/00000000-0000-0000-0000-000000000001/answer",
        {"is_yes": True},
    ),
    "withdraw_proposal": (
        "operation_lead",
        "DELETE",
        "/api/v1/operations/{op}/terms/proposals/00000000-0000-0000-0000-000000000001",
        None,
    ),
    "open_to_country": (
        "country_lead",
        "POST",
        "/api/v1/operations/{op}/openings",
        {"country": "PE", "is_open": True},
    ),
    "add_member": (
        "operation_lead",
        "POST",
        "/api/v1/operations/{op}/members",
        {"role": "observer", "agency_id": 1, "name": "EC · observer 2"},
    ),
    "remove_member": ("operation_lead", "DELETE", "/api/v1/operations/{op}/members/{other}", None),
    "propose_removal": (
        "operation_lead",
        "POST",
        "/api/v1/operations/{op}/members/{other}/removals",
        {"reason": "a reason"},
    ),
    "confirm_removal": ("operation_lead", "POST", "/api/v1/operations/{op}/members/{other}/removals/confirm", {}),
    "propose_country_lead": (
        "operation_lead",
        "POST",
        "/api/v1/operations/{op}/country-leads",
        {"agency_id": 999999, "name": "x"},
    ),
    "confirm_country_lead": ("operation_lead", "POST", "/api/v1/operations/{op}/country-leads/AD/confirm", None),
    "suspend_member": (
        "operation_lead",
        "POST",
        "/api/v1/operations/{op}/members/{other}/suspension",
        {"reason": "a reason", "hours": 1},
    ),
    "end_suspension": ("operation_lead", "DELETE", "/api/v1/operations/{op}/members/{other}/suspension", None),
    "vouch_for": (
        "specialist",
        "POST",
        "/api/v1/operations/{op}/members/{other}/vouches",
        {"code": "123456", "how": "in_person"},
    ),
    "withdraw_vouch": ("specialist", "DELETE", "/api/v1/operations/{op}/members/{other}/vouches/1", None),
    "set_package_key": ("liaison", "POST", "/api/v1/agencies/{agency}/package-key", {"public_key": "age1" + "q" * 58}),
}
"""Of each action that needs no further rows: who asks, and how."""
IN_THE_COMMANDS_THAT_NEED_A_REFERRAL = {
    "close_entry",
    "lower_handling",
    "open_exhibit",
    "close_exhibit",
    "send_referral",
    "confirm_release",
    "re_route_referral",
    "state_outcome",
    "revoke_outcome",
    "merge_ledger",
    "mark_depicted",
    "reveal_truth",
}


def ask(browser: Browser, operation: TestOperation, action: str) -> tuple[int, str]:
    """The status and the code of an answer."""
    _role, method, address, body = ROUTES[action]
    path = address.format(op=operation.id, agency=operation.agencies["EC"], other=operation.person("PE", "observer"))
    answer = browser.send(method, path, body)
    return answer.status_code, (answer.json or {}).get("error", {}).get("code", "")


@pytest.fixture
def real(operation: TestOperation) -> TestOperation:
    """An operation that is no exercise."""
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)
    return operation


def test_the_policy_names_what_needs_a_passkey() -> None:
    assert {action for action, rule in RULES.items() if rule.step_up} == {
        *ROUTES,
        *IN_THE_COMMANDS_THAT_NEED_A_REFERRAL,
    }


@pytest.mark.parametrize("action", sorted(ROUTES))
def test_a_passkey_shown_long_ago_is_asked_for_once_more(real: TestOperation, signed_in: SignedIn, action: str) -> None:
    person = real.person("EC", ROUTES[action][0])
    browser = signed_in(person)
    before = real.kinds()

    real.change("update session set stepped_up_at = now() - interval '6 minutes' where user_id = :id", id=person)
    assert ask(browser, real, action) == (403, "step_up_needed")
    assert real.kinds() == before

    real.change("update session set stepped_up_at = now() where user_id = :id", id=person)
    assert ask(browser, real, action)[1] != "step_up_needed"


@pytest.mark.parametrize("action", sorted(set(ROUTES) - {"set_package_key"}))
def test_an_exercise_asks_for_none(operation: TestOperation, signed_in: SignedIn, action: str) -> None:
    person = operation.person("EC", ROUTES[action][0])
    browser = signed_in(person)

    operation.change("update session set stepped_up_at = null where user_id = :id", id=person)

    assert ask(browser, operation, action)[1] != "step_up_needed"


def test_no_token_does_what_needs_a_passkey(real: TestOperation, signed_in: SignedIn) -> None:
    lead = signed_in(real.person("EC", "operation_lead"))
    secret = lead.post("/api/v1/tokens", {"label": "a program", "scopes": ["admin", "write"], "days": 1}).json["token"]

    answer = lead.client.post(
        f"/api/v1/operations/{real.id}/state",
        base_url=ORIGIN,
        json={"state": "closing"},
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert (answer.status_code, answer.json["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize(("standing", "refusal"), [("stale", NotFresh), ("token", Forbidden)])
def test_sending_and_stating_ask_for_it_too(
    steps: ReferralSteps, database: Database, standing: Standing, refusal: type[Exception]
) -> None:
    steps.key("CL")
    lead = steps.verified()
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")
    steps.approve(draft)
    steps.work()
    steps.operation.change("update operation set is_exercise = false where id = :id", id=steps.operation.id)
    before = steps.operation.kinds()

    with pytest.raises(refusal), database.write(steps.operation.person("EC", "liaison"), standing=standing) as tx:
        send_referral(tx, draft)
    assert steps.operation.kinds() == before

    steps.send(draft)
    steps.acknowledge(draft, "CL")
    safe = Statement(kind="victim", stage="V5", authority_reference="court 1", stated_on=steps.today())
    with pytest.raises(refusal), database.write(steps.operation.person("CL", "liaison"), standing=standing) as tx:
        state_outcome(tx, draft, safe)


def test_the_policy_names_what_two_people_do() -> None:
    """Each is refused to whoever did the first half: tests/test_series.py, tests/leads/test_assessments.py and
    tests/referrals/test_referrals.py try it; and to whoever is not independent of that person:
    tests/test_vouching.py."""
    assert {action for action, rule in RULES.items() if rule.rule_of_two} == set(RULES_OF_TWO)
