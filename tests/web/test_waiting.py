"""What waits for whom stands first where people look, and is counted in the navigation."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest

from tests.support.http_client import Browser
from tests.support.media_rows import lay_exhibit
from tests.support.operation import Side, TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.access import ask_access
from workspace.model.database import Database


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE, with keys and a ground for PE."""
    for country in ("EC", "PE", "CL"):
        steps.key(country)
    lead = steps.verified()
    steps.ground(lead, "PE")
    return lead


def waits(browser: Browser, operation: TestOperation) -> list[str]:
    """The first words of each thing that waits, the same on both pages, as many as the navigation and the API count."""
    told = []
    for path in ("", "/referrals"):
        page = browser.get(f"/operations/{operation.id}{path}").get_data(as_text=True)
        panel = re.search(r'<section class="panel" aria-labelledby="waits-h">(.*?)</section>', page, re.S)
        found = re.findall(r'<a href="[^"]*">\s*([A-Za-z ]+?)\s*<bdi[^>]*>', panel[1]) if panel else []
        counted = re.search(r'<span class="count">(\d+)', page)
        assert len(found) == (int(counted[1]) if counted else 0)
        told.append(found)
    assert told[0] == told[1]
    assert len(browser.get(f"/api/v1/operations/{operation.id}/waiting").get_json()) == len(told[0])
    return told[0]


def test_each_step_of_a_referral_waits_for_whoever_can_do_it_and_for_nobody_else(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, signed_in: Callable[[int], Browser]
) -> None:
    drafter, approver = (signed_in(operation.person(country, "liaison")) for country in ("EC", "PE"))
    looker, second = signed_in(operation.person("PE")), signed_in(operation.person("PE", "country_lead"))
    assert waits(approver, operation) == []

    draft = steps.draft(lead, "PE")
    assert [waits(each, operation) for each in (drafter, approver, second, looker)] == [
        [],
        ["Approve or refuse a drafted referral"],
        ["Approve or refuse a drafted referral"],
        [],
    ]
    steps.approve(draft)
    assert [waits(each, operation) for each in (drafter, approver)] == [[], []]
    steps.work()
    assert [waits(each, operation) for each in (drafter, approver)] == [["Send an approved referral"], []]
    steps.send(draft)
    assert [waits(each, operation) for each in (drafter, approver, looker)] == [[], ["Answer a referral"], []]
    officer = operation.person("PE", "recipient")
    page = signed_in(officer).get(f"/operations/{operation.id}/referrals").get_data(as_text=True)
    assert page.index("Waits for you") < page.index("Our inbox")
    steps.acknowledge(draft, "PE")
    assert waits(approver, operation) == ["Answer a referral"]


def test_a_request_for_access_waits_for_the_country_lead_whose_material_it_is(
    operation: TestOperation, database: Database, signed_in: Callable[[int], Browser]
) -> None:
    lead = operation.lead(Side("EC"), Side("PE", "agency"))
    with database.write(operation.person("EC")) as tx:
        ask_access(tx, lead, reason="the same wall")

    assert waits(signed_in(operation.person("PE", "country_lead")), operation) == ["Answer a request for access"]
    assert waits(signed_in(operation.person("EC", "country_lead")), operation) == []
    assert waits(signed_in(operation.person("PE")), operation) == []


def test_of_very_many_things_that_wait_a_page_holds_the_first_and_says_how_many_there_are(
    operation: TestOperation, signed_in: Callable[[int], Browser]
) -> None:
    operation.change(
        "insert into proposal (operation_id, compartment_id, kind, exhibit_id, what, value, words, proposed_by, "
        "agency_id) select e.operation_id, e.compartment_id, 'exhibit_fact', e.id, 'seized_by', 'authority ' || n, "
        "'why', :by, (select agency_id from app_user where id = :by) from exhibit e, generate_series(1, 110) n "
        "where e.id = :exhibit",
        by=operation.person("PE", "analyst"),
        exhibit=lay_exhibit(operation, "EC", "EC-1"),
    )
    lead = signed_in(operation.person("EC", "country_lead"))

    page = lead.get(f"/operations/{operation.id}/referrals").text

    assert page.count('<li class="due">') == 106
    assert "106 of 110" in page
    assert re.search(r'<span class="count">110<', page)
    whole = lead.get(f"/operations/{operation.id}/referrals?all=waiting").text
    assert whole.count('<li class="due">') == 110
    assert "of 110" not in whole
