"""The pages of terms and members tell what waits for whom, and offer only what would be taken."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.http_client import Browser
from tests.support.operation import Side, TestOperation
from workspace.model import Membership

SignedIn = Callable[[int], Browser]


def test_a_proposal_an_end_a_version_and_a_country_that_joined_stand_on_the_page(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    boss, lead = (
        signed_in(operation.person("EC", "operation_lead")),
        signed_in(operation.person("PE", "country_lead")),
    )
    operation.lead("PE", Side("PE", "agency"))
    api = f"/api/v1/operations/{operation.id}"
    weaker = {"second_from_other_country": False, "reason": "nights are short of examiners"}
    (first,) = boss.send("PATCH", f"{api}/settings", weaker).json["proposals"]
    assert boss.send("DELETE", f"{api}/terms/proposals/{first}", None).status_code == 200
    assert boss.send("PATCH", f"{api}/settings", weaker).json["proposals"]
    joining = {"country": "BO", "name": f"Unit BO {operation.mark}", "jurisdictions": ["BO"]}
    assert boss.send("POST", f"{api}/agencies", joining).json["proposal"] is None
    asked = {"country": "PE", "name": f"Unit {operation.mark}", "jurisdictions": ["PE"], "reason": "they know it"}
    assert boss.send("POST", f"{api}/agencies", asked).json["proposal"]

    shown = lead.get(f"/operations/{operation.id}/terms").get_data(as_text=True)
    for said in (
        "Version 2 in force, accepted by 3 of 4 countries.",
        "nights are short of examiners",
        "1 of 3 yes",
        "PE accepts",
        "PE objects",
        "BO joined with version 2",
        "Open what PE shares to BO",
        "Of the exhibits of PE: 1 shared with all would open to it, 1 stay closed.",
        "one country alone could verify a lead",
        "Taken back",
        f"Unit BO {operation.mark}",
    ):
        assert said in shown, said
    observer = (
        signed_in(operation.person("CL", "observer")).get(f"/operations/{operation.id}/terms").get_data(as_text=True)
    )
    assert "1 of 3 yes" in observer
    assert "CL accepts" not in observer
    assert "Open what" not in observer


def test_the_members_page_offers_a_lead_for_a_country_that_has_none_and_tells_a_suspension(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    boss = signed_in(operation.person("EC", "operation_lead"))
    operation.person("CL", "country_lead")
    theirs = operation.person("PE", "specialist")
    api, page = f"/api/v1/operations/{operation.id}", f"/operations/{operation.id}/members"
    before = boss.get(page).get_data(as_text=True)
    assert "PE has no country lead" in before
    assert "CL has no country lead" not in before
    who = {"agency_id": operation.agencies["PE"], "name": "PE · new lead"}
    assert boss.send("POST", f"{api}/country-leads", who).status_code == 200
    reason = {"reason": "a strange hour", "hours": 3}
    assert boss.send("POST", f"{api}/members/{theirs}/suspension", reason).status_code == 200

    after = boss.get(page).get_data(as_text=True)

    assert "proposes PE · new lead" in after
    assert "a strange hour" in after
    own = signed_in(theirs).get("/operations").get_data(as_text=True)
    assert "has suspended you" in own
    assert "a strange hour" in own


def test_nobody_keeps_a_country_without_a_lead_by_proposing_first(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    boss, colleague = signed_in(operation.person("EC", "operation_lead")), signed_in(operation.person("PE", "liaison"))
    candidate, voucher = operation.person("PE", "specialist"), operation.person("CL", "country_lead")
    operation.vouch(candidate, voucher)
    api, unit = f"/api/v1/operations/{operation.id}/country-leads", {"agency_id": operation.agencies["PE"]}
    assert boss.post(api, unit | {"name": "PE · nobody knows"}).status_code == 200
    assert boss.post(api, unit | {"name": "PE · nobody knows either"}).status_code == 409
    assert colleague.post(api, unit | {"user_id": candidate}).status_code == 200

    confirms = signed_in(voucher)
    standing = [each for each in confirms.get(api).json if each["country"] == "PE"]
    assert [each["proposed"] for each in standing] == ["PE · nobody knows", "PE · specialist 1"]
    page = confirms.get(f"/operations/{operation.id}/members").text
    assert [page.count(f'value="{each["proposal"]}"') for each in standing] == [1, 1]
    assert "Propose the lead" in page
    assert confirms.post(f"{api}/PE/confirm", {}).status_code == 409  # it says none of the two
    assert confirms.post(f"{api}/PE/confirm", {"proposal": standing[1]["proposal"]}).status_code == 200

    assert operation.row(Membership, (operation.id, candidate)).role == "country_lead"
    assert confirms.post(f"{api}/PE/confirm", {"proposal": standing[0]["proposal"]}).status_code == 409
