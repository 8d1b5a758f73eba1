"""A referral's page offers what can be done with it, and only that."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.http_client import Browser
from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps, find_broken
from workspace.commands.held_referrals import ask_release, confirm_release
from workspace.commands.referrals import return_referral
from workspace.errors import NotFound
from workspace.model.database import Database
from workspace.queries.pictures import sent_picture


@pytest.fixture
def lead(steps: ReferralSteps) -> UUID:
    """A verified lead between EC and PE, with keys and a ground for PE."""
    for country in ("EC", "PE", "CL"):
        steps.key(country)
    lead = steps.verified()
    steps.ground(lead, "PE")
    return lead


def test_a_second_person_can_refuse_a_draft_on_its_page(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, signed_in: Callable[[int], Browser]
) -> None:
    draft = steps.draft(lead, "PE")
    path, form = f"/operations/{operation.id}/referrals/{draft}", f'POST /api/v1/referrals/{draft}/withdraw"'
    second = signed_in(operation.person("PE", "liaison"))
    assert form in second.get(path).get_data(as_text=True)
    assert form not in signed_in(operation.person("PE")).get(path).get_data(as_text=True)  # a specialist

    answer = second.post(f"/api/v1/referrals/{draft}/withdraw", {"reason": "not enough"})

    page = second.get(path).get_data(as_text=True)
    assert answer.status_code == 200
    assert "withdrawn" in page
    assert "not enough" in page
    assert form not in page


def test_before_send_the_page_says_that_nobody_can_sign_in_for_the_agency(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, signed_in: Callable[[int], Browser]
) -> None:
    draft = steps.draft(lead, "PE")
    steps.approve(draft)
    steps.work()
    browser = signed_in(operation.person("EC", "liaison"))

    def page() -> str:
        return browser.get(f"/operations/{operation.id}/referrals/{draft}").get_data(as_text=True)

    assert "data-unreached" not in page()
    assert "Nobody can sign in" not in page()

    operation.change(
        "update membership set ends_at = now() where operation_id = :op and user_id = :id",
        op=operation.id,
        id=operation.person("PE", "liaison"),
    )

    said = page()
    assert said.index("data-unreached") < said.index(f'POST /api/v1/referrals/{draft}/send"')
    assert said.count("Nobody can sign in for") == 2, "above the button, and in what the question touches"


def test_a_draft_that_is_held_back_says_why_and_is_not_offered_to_be_sent(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, signed_in: Callable[[int], Browser]
) -> None:
    draft = steps.draft(lead, "PE")
    steps.approve(draft)
    steps.work()
    browser = signed_in(operation.person("EC", "liaison"))

    def page() -> str:
        return browser.get(f"/operations/{operation.id}/referrals/{draft}").get_data(as_text=True)

    send = f'POST /api/v1/referrals/{draft}/send"'
    assert send in page()
    assert "data-held" not in page()

    find_broken(operation, lead)
    assert send not in page()
    assert f'href="/operations/{operation.id}/leads/{lead}"' in page().partition("data-held")[2].partition("</p>\n")[2]
    assert "assessment" in page().partition("data-held")[2].partition("</p>")[0]

    with database.write(operation.person("EC", "liaison")) as tx:
        ask_release(tx, draft, reason="a child lives there")
    assert "asked to release it: a child lives there" in page()
    assert send not in page()

    with database.write(operation.person("PE", "liaison")) as tx:
        confirm_release(tx, draft)
    steps.work()
    assert send in page()
    assert "data-held" not in page()


def test_the_page_states_the_new_ground_and_routes_on_after_the_window(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, signed_in: Callable[[int], Browser]
) -> None:
    draft = steps.draft(lead, "PE")
    steps.approve(draft)
    steps.work()
    steps.send(draft)
    with database.write(operation.person("PE", "liaison")) as tx:
        return_referral(tx, draft, reason="not here")
    operation.change("update operation set state = 'follow_up' where id = :id", id=operation.id)
    browser = signed_in(operation.person("EC", "liaison"))

    page = browser.get(f"/operations/{operation.id}/referrals/{draft}").get_data(as_text=True)
    assert f'POST /api/v1/leads/{lead}/jurisdiction"' in page
    assert '<option value="CL">' in page
    ground = {"competence": "protection", "country": "CL", "ground": "child_residence", "basis": "a school"}
    assert browser.post(f"/api/v1/leads/{lead}/jurisdiction", ground).status_code == 200
    onward = {"to_agency_id": operation.agencies["CL"], "reason": "see above"}
    assert browser.post(f"/api/v1/referrals/{draft}/re-route", onward).status_code == 200


def test_the_form_of_an_outcome_tells_stages_apart_and_takes_a_further_offender(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, signed_in: Callable[[int], Browser]
) -> None:
    draft = steps.draft(lead, "PE")
    steps.approve(draft)
    steps.work()
    steps.send(draft)
    steps.acknowledge(draft, "PE")
    steps.state(draft, "PE", "O1", kind="offender")
    browser = signed_in(operation.person("PE", "liaison"))
    path = f"/operations/{operation.id}/referrals/{draft}"

    page = browser.get(path).get_data(as_text=True)
    options = re.findall(r'<option value="[VO]\d">([^<]*)</option>', page)
    assert [option[:2] for option in options] == [
        "V1",
        "V2",
        "V3",
        "V4",
        "V5",
        "O1",
        "O2",
        "O3",
    ]  # as police: no charge
    assert {"V3 · Probable", "O1 · Probable", "O3 · Arrested"} <= set(options)
    assert "A further offender, not one already stated" in page
    stated = {
        "kind": "offender",
        "stage": "O3",
        "is_another": True,
        "authority_reference": "12/26",
        "stated_on": steps.today().isoformat(),
    }
    assert browser.post(f"/api/v1/referrals/{draft}/outcomes", stated).status_code == 200
    assert "O-002" in browser.get(path).get_data(as_text=True)


def test_a_receiver_without_a_key_sees_whom_to_ask_and_veiled_copies_of_what_was_sent(
    steps: ReferralSteps, operation: TestOperation, database: Database, lead: UUID, signed_in: Callable[[int], Browser]
) -> None:
    drafter = signed_in(operation.person("EC", "liaison"))
    assert drafter.send("PATCH", "/api/v1/me", {"contact": "duty desk 14"}).status_code == 200
    steps.ground(lead, "CL")
    draft = steps.draft(lead, "CL")
    steps.approve(draft)
    steps.work()
    officer, path = operation.person("CL", "recipient"), f"/operations/{operation.id}/referrals/{draft}"
    with pytest.raises(NotFound), database.read(officer) as view:
        sent_picture(view.session, draft, "face-1.webp")
    assert "Pictures that go out" in drafter.get(path).get_data(as_text=True)

    steps.send(draft)
    operation.change("update face set veil_address = 'erased' where operation_id = :id", id=operation.id)

    with database.read(officer) as view:
        picture = sent_picture(view.session, draft, "face-1.webp")
        with pytest.raises(NotFound):
            sent_picture(view.session, draft, "face-9.webp")
    with steps.tools.db.read(steps.tools.service_id) as view:
        key = steps.tools.key(view.session, operation.id)
    assert steps.tools.store.read_bytes(picture.address, key=key) == b"veiled context1"
    page = signed_in(officer).get(path).get_data(as_text=True)
    assert ("EC · liaison 1" in page, "duty desk 14" in page, "PE · liaison 1" in page) == (True, True, True)
    assert page.count("/media/referrals/") == 4
    assert signed_in(officer).get(f"/api/v1/leads/{lead}").status_code == 404
    with pytest.raises(NotFound), database.read(operation.person("EC", "observer")) as view:
        sent_picture(view.session, draft, "face-1.webp")


def test_the_form_and_the_api_keep_stage_day_second_child_and_count(
    steps: ReferralSteps, operation: TestOperation, lead: UUID, signed_in: Callable[[int], Browser]
) -> None:
    sent = steps.draft(lead, "PE")
    steps.approve(sent)
    steps.work()
    steps.send(sent)
    steps.acknowledge(sent, "PE")
    browser, today = signed_in(operation.person("PE", "liaison")), steps.today()
    page = browser.get(f"/operations/{operation.id}/referrals/{sent}").get_data(as_text=True)
    for offered in (
        f'max="{today.isoformat()}"',
        '{"is_another": true}',
        "How many children",
        'name="early_reason"',
    ):
        assert offered in page
    assert not re.findall(r'value="O[45]"', page)

    def state(**facts: object) -> tuple[int, str]:
        fact = {
            "kind": "victim",
            "stage": "V4",
            "authority_reference": "12/26",
            "stated_on": today.isoformat(),
            **facts,
        }
        answer = browser.post(f"/api/v1/referrals/{sent}/outcomes", fact)
        told = answer.json.get("ledger") or f"{answer.json['error']['message']} {answer.json['error']['facts']}"
        return answer.status_code, str(told)

    before = operation.kinds()
    for stage, who in (("O4", "prosecution"), ("O5", "court")):
        status, told = state(kind="offender", stage=stage)
        assert (status, who in told) == (403, True)
    early = (today - timedelta(days=400)).isoformat()
    for wrong, field in (
        ({"stated_on": (today + timedelta(days=1)).isoformat()}, "stated_on"),
        ({"stated_on": early}, "early_reason"),
        ({"stated_on": early, "early_reason": "."}, "early_reason"),
        ({"authority_reference": "👍"}, "authority_reference"),
        ({"depicted": False, "count": 101}, "count"),
    ):
        status, told = state(**wrong)
        assert (status, f"{field}:" in told) == (422, True), told
    assert operation.kinds() == before

    assert state(stage="V3", stated_on=early, early_reason="known since another case")[0] == 200
    _, first = state()
    assert state()[0] == 409
    status, second = state(is_another=True)
    assert (status, first == second) == (200, False)
    assert state(stage="V5", depicted=False, count=3)[0] == 200
    entries = browser.get(f"/api/v1/operations/{operation.id}/ledger").json["ledger"]
    assert sorted(entry["is_depicted"] for entry in entries) == [False, False, False, True, True]
    assert "V-005" in browser.get(f"/operations/{operation.id}/referrals/{sent}").get_data(as_text=True)
