"""The screens of operations and their REST: what is offered, what is refused, what is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.support.http_client import Browser
from tests.support.media_rows import lay_exhibit, lay_medium
from tests.support.operation import Side, TestOperation
from tests.support.sources import ROOT
from workspace.commands.cards import make_card
from workspace.commands.claims import claim_lead, hand_over_lead
from workspace.commands.clues import open_clue
from workspace.model import Operation
from workspace.model.database import Database
from workspace.queries.overview import Agreement, overview
from workspace.vocabulary import VOCABULARY
from workspace.web.messages import SCREEN_TABLES

SignedIn = Callable[[int], Browser]


@pytest.fixture
def admin(operation: TestOperation, signed_in: SignedIn) -> Browser:
    """An administrator of the installation, who belongs to no operation."""
    user_id = operation.outsider()
    operation.change("update app_user set is_house_admin = true where id = :id", id=user_id)
    return signed_in(user_id)


def _real(operation: TestOperation) -> None:
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)


def _new_operation(**changes: Any) -> dict[str, Any]:
    return {
        "code_name": "New",
        "purpose": "testing",
        "legal_basis": "none",
        "time_zone": "America/Guayaquil",
        "opens_at": "2026-11-09T08:00",
        "closes_at": "2026-11-13T16:00:00Z",
        "terms": "Terms.",
        "countries": ["EC", "PE"],
        **changes,
    }


def test_the_start_leads_to_the_only_operation_and_to_its_terms_first(
    signed_in: SignedIn, operation: TestOperation
) -> None:
    browser = signed_in(operation.person())
    home = f"/operations/{operation.id}"

    assert browser.get("/").headers["Location"] == home
    assert browser.get(home).status_code == 200
    operation.change("update participation set accepted_at = null where operation_id = :id", id=operation.id)
    assert browser.get("/").headers["Location"] == f"{home}/terms"
    assert browser.get(home).headers["Location"] == f"{home}/terms"


@pytest.mark.parametrize(
    ("role", "page"),
    [("observer", "/record"), ("administrator", "/members"), ("director", "/exercise"), ("recipient", "/referrals")],
)
def test_whoever_opens_no_material_starts_where_the_work_is(
    signed_in: SignedIn, operation: TestOperation, role: str, page: str
) -> None:
    browser = signed_in(operation.person(role=role))

    assert browser.get("/").headers["Location"] == f"/operations/{operation.id}{page}"


@pytest.mark.parametrize("page", ["", "/terms", "/members", "/settings"])
def test_an_outsider_finds_no_page_of_an_operation(signed_in: SignedIn, operation: TestOperation, page: str) -> None:
    browser = signed_in(operation.outsider())

    assert browser.get(f"/operations/{operation.id}{page}").status_code == 404
    assert browser.get("/").headers["Location"] == "/operations"
    assert "You belong to no operation" in browser.get("/operations").text
    assert browser.get("/operations/new").status_code == 404


def test_a_country_lead_accepts_the_terms_on_the_page(signed_in: SignedIn, operation: TestOperation) -> None:
    operation.change("update participation set accepted_at = null where operation_id = :id", id=operation.id)
    specialist, lead = signed_in(operation.person()), signed_in(operation.person(role="country_lead"))
    page = f"/operations/{operation.id}/terms"
    accept = f"/api/v1/operations/{operation.id}/terms/accept"

    assert f"POST {accept}" in lead.get(page).text
    assert accept not in specialist.get(page).text
    assert specialist.post(accept).status_code == 403
    assert lead.post(accept, {"face_recognition": False}).status_code == 200
    assert lead.post(accept).status_code == 409
    assert accept not in lead.get(page).text


def test_an_administrator_makes_an_operation_and_becomes_its_administrator(admin: Browser) -> None:
    made = admin.post("/api/v1/operations", _new_operation())

    listed = {row["id"]: row for row in admin.get("/api/v1/operations").json}
    row = listed[made.json["operation"]]
    assert row["role"] == "administrator"
    assert row["opens_at"] == "2026-11-09T13:00:00+00:00"
    assert admin.get("/operations/new").status_code == 200
    page = admin.get(f"/operations/{row['id']}/members")
    assert page.status_code == 200
    assert "Steps before the operation opens" in page.text
    assert page.text.count("still open:") == 3  # agencies, country leads, terms


def test_an_operation_that_cannot_be_made_names_every_fault(
    admin: Browser, signed_in: SignedIn, operation: TestOperation
) -> None:
    unknown_zone = admin.post("/api/v1/operations", _new_operation(time_zone="Mars", countries=["EC"]))
    nothing = admin.post("/api/v1/operations", {"code_name": ""})

    assert unknown_zone.status_code == nothing.status_code == 422
    assert len(unknown_zone.json["error"]["facts"]["faults"]) == 2
    assert len(nothing.json["error"]["facts"]["faults"]) >= 7
    assert signed_in(operation.person()).post("/api/v1/operations", _new_operation()).status_code == 403


def test_an_invitation_made_on_the_page_is_shown_once_and_works(
    signed_in: SignedIn, operation: TestOperation, stranger: Browser
) -> None:
    lead = signed_in(operation.person(role="country_lead"))
    members = f"/api/v1/operations/{operation.id}/members"

    made = lead.post(members, {"agency_id": operation.agencies["EC"], "name": "EC · new", "role": "analyst"})

    link = made.json["invitation"].removeprefix("http://localhost:8000")
    assert "EC · new" in stranger.get(link).text
    assert "EC · new" in lead.get(f"/operations/{operation.id}/members").text
    assert made.json["user"] in [row["user_id"] for row in lead.get(members).json]
    assert lead.send("DELETE", f"{members}/{made.json['user']}").status_code == 200
    assert made.json["user"] not in [row["user_id"] for row in lead.get(members).json]
    assert lead.post(members, {"user_id": made.json["user"], "role": "liaison"}).status_code == 200


def test_changing_members_of_a_real_operation_asks_for_the_passkey_again(
    signed_in: SignedIn, operation: TestOperation
) -> None:
    lead, person = signed_in(operation.person(role="country_lead")), operation.person()
    operation.change("update session set stepped_up_at = null")
    member = f"/api/v1/operations/{operation.id}/members/{person}"
    _real(operation)

    refused = lead.send("DELETE", member)
    invite = lead.post(f"/api/v1/operations/{operation.id}/members", {"name": "x", "role": "analyst", "agency_id": 1})

    assert refused.json["error"]["code"] == invite.json["error"]["code"] == "step_up_needed"
    operation.change("update session set stepped_up_at = now()")
    assert lead.send("DELETE", member).status_code == 200


def test_an_agency_joins_by_rest(signed_in: SignedIn, operation: TestOperation) -> None:
    lead = signed_in(operation.person(role="operation_lead"))
    agencies = f"/api/v1/operations/{operation.id}/agencies"
    new = {
        "country": "BO",
        "name": f"BO {operation.mark}",
        "kind": "police",
        "jurisdictions": ["BO"],
        "competences": ["evidence"],
    }

    made = lead.post(agencies, new)
    again = lead.post(agencies, {"agency_id": made.json["agency"]})

    assert (made.status_code, again.status_code) == (200, 409)
    found = lead.get(f"/api/v1/operations/{operation.id}").json
    assert made.json["agency"] in [row["id"] for row in found["agencies"]]
    assert lead.post(agencies, {**new, "kind": "army"}).status_code == 422


def test_settings_and_state_are_offered_to_the_operation_lead_only(
    signed_in: SignedIn, operation: TestOperation
) -> None:
    lead, specialist = signed_in(operation.person(role="operation_lead")), signed_in(operation.person())
    base, page = f"/api/v1/operations/{operation.id}", f"/operations/{operation.id}/settings"

    assert 'value="closing"' in lead.get(page).text
    assert 'value="closing"' not in specialist.get(page).text
    assert lead.send("PATCH", f"{base}/settings", {"lease_s": 90, "shows_band": False}).status_code == 200
    assert lead.post(f"{base}/state", {"state": "closing"}).status_code == 200
    assert specialist.post(f"{base}/state", {"state": "closed"}).status_code == 403
    row = operation.row(Operation, operation.id)
    assert (row.lease_s, row.shows_band, row.state) == (90, False, "closing")


def test_accounts_of_the_installation_are_its_administrators(
    admin: Browser, signed_in: SignedIn, operation: TestOperation
) -> None:
    agency = admin.post(
        "/api/v1/agencies", {"country": "BO", "name": f"Bureau {operation.mark}", "kind": "police"}
    ).json["agency"]
    made = admin.post("/api/v1/users", {"agency_id": agency, "name": "BO · x"})
    user = made.json["user"]

    assert "/invitation/" in made.json["invitation"]
    assert "/invitation/" in admin.post(f"/api/v1/users/{user}/invitations").json["invitation"]
    assert admin.post(f"/api/v1/users/{user}/disable").status_code == 200
    member = signed_in(operation.person())
    assert member.post(f"/api/v1/users/{user}/disable").status_code == 403
    assert member.post("/api/v1/agencies", {"country": "BO", "name": "x", "kind": "police"}).status_code == 403


def test_the_overview_counts_what_the_viewer_may_see(
    signed_in: SignedIn, operation: TestOperation, database: Database
) -> None:
    from tests.support.operation import Side

    stuck = operation.lead("EC", "PE", stage="assessed", opinions=1)
    operation.lead("EC", "PE", stage="verified", opinions=2)
    operation.lead("EC", "CL", stage="rejected", opinions=3)
    operation.lead(Side("PE", "agency"), Side("PE", "agency"))
    operation.change("update lead set stage_since = now() - interval '2 hours' where id = :id", id=stuck)

    with database.read(operation.person("EC")) as view:
        mine = overview(view.session, operation.id)
    with database.read(operation.person("PE")) as view:
        theirs = overview(view.session, operation.id)

    by_country = {row.country: row for row in mine.countries}
    assert (mine.leads, theirs.leads) == (3, 4)
    assert (by_country["EC"].assessed, by_country["EC"].verified, by_country["CL"].verified) == (1, 1, 0)
    assert {row.country: row.open for row in theirs.countries}["PE"] == 1
    assert [(row.lead_id, [each.why for each in row.reasons]) for row in mine.stuck] == [(str(stuck), ["needs_second"])]
    assert mine.agreement == Agreement(agreed=1, third=1, rejected=1)
    assert [row.what for row in mine.clocks] == ["window_closes"]
    assert mine.median_s is None
    page = signed_in(operation.person("EC")).get(f"/operations/{operation.id}").text
    assert "nobody has taken it" in page
    assert "1 of 3 leads" in page


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [("+1 day", "+2 days", "The window opens"), ("-2 days", "-1 day", "The window closed")],
)
def test_the_window_says_when_it_opens_and_that_it_closed(
    signed_in: SignedIn, operation: TestOperation, opens: str, closes: str, words: str
) -> None:
    operation.change(
        f"update operation set opens_at = now() + interval '{opens}', closes_at = now() + interval '{closes}' where id "
        f"= :id",
        id=operation.id,
    )

    assert words in signed_in(operation.person()).get(f"/operations/{operation.id}").text


def test_people_of_one_name_are_told_apart_on_the_members_page(signed_in: SignedIn, operation: TestOperation) -> None:
    twins = [operation.person("EC", which=which) for which in (7, 8)]
    for person, name in zip(twins, ("Ñandú «7»", "nandu «7»"), strict=True):
        operation.change("update app_user set name = :name where id = :id", name=name, id=person)
    operation.person("PE")

    page = signed_in(operation.person("EC", "country_lead")).get(f"/operations/{operation.id}/members")

    shown = page.get_data(as_text=True)
    for person, name in zip(twins, ("Ñandú «7»", "nandu «7»"), strict=True):
        called = f"{name} · no. {person}"
        assert f"<bdi>{called}</bdi>" in shown  # in the tables
        assert f'data-touches="{called}\n' in shown  # in the question
    assert "<bdi>PE · specialist 1</bdi>" in shown


def test_an_administrator_of_the_installation_disables_an_account_on_the_members_page(
    admin: Browser, signed_in: SignedIn, operation: TestOperation
) -> None:
    person = operation.person()
    page, disable = f"/operations/{operation.id}/members", f"/api/v1/users/{person}/disable"

    assert f"POST {disable}" in admin.get(page).text
    assert "/disable" not in signed_in(operation.person(role="country_lead")).get(page).text
    assert admin.post(disable, {}).status_code == 200
    assert disable not in admin.get(page).text


def test_a_disabled_account_stands_on_the_page_for_all_and_an_administrator_enables_it_again(
    app: Flask, admin: Browser, signed_in: SignedIn, operation: TestOperation
) -> None:
    person = operation.person("PE")
    theirs, colleague = signed_in(person), signed_in(operation.person("PE", "country_lead"))
    token = theirs.post("/api/v1/tokens", {"label": "x", "scopes": ["read"]}).json["token"]
    page, enable = f"/operations/{operation.id}/members", f"/api/v1/users/{person}/enable"
    assert admin.post(enable, {}).status_code == 404
    assert admin.post(f"/api/v1/users/{person}/disable", {}).status_code == 200

    seen = colleague.get(page).text
    assert "Disabled accounts" in seen
    assert "PE · specialist 1" in seen.split('id="disabled"')[1].split("</section>")[0]
    assert enable not in seen
    assert colleague.post(enable, {}).status_code == 403
    assert f"POST {enable}" in admin.get(page).text
    assert admin.post(enable, {}).status_code == 200

    assert "Disabled accounts" not in colleague.get(page).text
    assert theirs.get("/api/v1/me").status_code == 401  # the sessions and tokens of before stay ended
    assert Browser(app).get("/api/v1/me", Authorization=f"Bearer {token}").status_code == 401
    assert signed_in(person).get(f"/api/v1/operations/{operation.id}").status_code == 200
    assert [kind for kind in operation.kinds() if kind.startswith("member:")] == ["member:disabled", "member:enabled"]


def test_an_administrator_of_the_installation_ends_somebodys_sessions_on_the_members_page(
    admin: Browser, signed_in: SignedIn, operation: TestOperation
) -> None:
    person = operation.person()
    browser, page, end = signed_in(person), f"/operations/{operation.id}/members", f"/api/v1/users/{person}/sessions"
    assert browser.get(page).status_code == 200

    assert f"DELETE {end}" in admin.get(page).text
    assert f"DELETE {end}" not in signed_in(operation.person(role="country_lead")).get(page).text
    assert admin.send("DELETE", end).status_code == 200
    assert browser.get(page).status_code != 200


def test_whoever_lost_a_passkey_is_invited_anew_from_the_members_page(
    admin: Browser, signed_in: SignedIn, operation: TestOperation
) -> None:
    page, invite = f"/operations/{operation.id}/members", f"/api/v1/users/{operation.person()}/invitations"

    assert f"POST {invite}" in admin.get(page).text
    assert f"POST {invite}" not in signed_in(operation.person(role="country_lead")).get(page).text
    assert "/invitation/" in admin.post(invite, {}).json["invitation"]


@pytest.mark.parametrize("role", ["liaison", "specialist"])
def test_two_entries_of_the_ledger_are_made_one_on_the_referrals_page(
    signed_in: SignedIn, operation: TestOperation, role: str
) -> None:
    lock, browser = operation.compartment("EC"), signed_in(operation.person(role=role))
    for number, kind in ((1, "victim"), (2, "victim"), (3, "offender")):
        operation.change(
            "insert into ledger_entry (operation_id, number, kind, locks, agency_id) values (:op, :number, :kind, "
            ":locks, :agency)",
            op=operation.id, number=number, kind=kind, locks=[lock], agency=operation.agencies["EC"],
        )  # fmt: skip
    page = f"/operations/{operation.id}/referrals"
    ids = {row["number"]: row["id"] for row in browser.get(f"/api/v1/operations/{operation.id}/ledger").json["ledger"]}
    merge = f"/api/v1/ledger/{ids[1]}/merge"

    if role == "specialist":
        assert "/merge" not in browser.get(page).text
        assert browser.post(merge, {"into": ids[2]}).status_code == 403
        return
    shown = browser.get(page).text
    assert "POST /api/v1/ledger/{entry}/merge" in shown
    assert [shown.count(f'value="{ids[number]}"') for number in (1, 2, 3)] == [2, 2, 0]  # no other offender is there
    assert browser.post(merge, {"into": ids[2]}).status_code == 200
    shown = browser.get(page).text
    assert "<bdi>V-001</bdi>" not in shown
    assert "/merge" not in shown
    assert "V-001 is the same person as V-002" in shown
    (act,) = browser.get(f"/api/v1/operations/{operation.id}/ledger").json["acts"]
    assert f"DELETE /api/v1/ledger/acts/{act['id']}" in shown
    assert browser.send("DELETE", f"/api/v1/ledger/acts/{act['id']}").status_code == 200
    assert "<bdi>V-001</bdi>" in browser.get(page).text


def test_leads_that_left_the_board_are_found_on_a_page_of_their_own(
    signed_in: SignedIn, operation: TestOperation
) -> None:
    lead = operation.lead(stage="parked")
    browser = signed_in(operation.person("PE"))
    pages = f"/operations/{operation.id}/leads?stage="

    assert f"/leads/{lead}" in browser.get(f"{pages}parked").text
    assert f"/leads/{lead}" not in browser.get(f"{pages}rejected").text
    assert browser.get(f"{pages}open").status_code == 404


@pytest.mark.parametrize(("role", "offered"), [("country_lead", True), ("specialist", False)])
def test_only_the_country_lead_is_offered_what_concerns_access_to_closed_material(
    signed_in: SignedIn, operation: TestOperation, role: str, offered: bool
) -> None:
    lead = f"/api/v1/leads/{operation.lead(Side('EC', 'agency'), Side('PE'))}"
    asked = (
        signed_in(operation.person("CL"))
        .post(f"{lead}/access-requests", {"reason": "The same boat."})
        .json["access_requests"][0]
    )
    answer, owner = f"/api/v1/access-requests/{asked}/answer", signed_in(operation.person("EC", role))

    (waiting,) = owner.get(lead).json["access_requests"]
    signed_in(operation.person("EC", "country_lead")).post(answer, {"granted": True})
    (granted,) = owner.get(lead).json["access_requests"]

    assert (waiting["may_answer"], granted["may_take_back"]) == (offered, offered)


def test_the_record_names_to_whom_a_lead_was_handed(
    signed_in: SignedIn, operation: TestOperation, database: Database
) -> None:
    lead, receiver = operation.lead(), operation.person("PE")
    with database.write(operation.person("EC")) as tx:
        token = claim_lead(tx, lead)
    with database.write(operation.person("EC")) as tx:
        hand_over_lead(tx, lead, token=token, to=receiver)

    browser = signed_in(operation.person("CL"))
    page = browser.get(f"/operations/{operation.id}/record").text
    events = browser.get(f"/api/v1/operations/{operation.id}/record").json["events"]

    assert "handed the lead over to PE · specialist 1" in page
    assert events[0]["text"] == "handed the lead over to PE · specialist 1"


@pytest.mark.parametrize(("role", "stage", "offered"), [
    ("liaison", "verified", True), ("operation_lead", "parked", True), ("specialist", "verified", False),
    ("liaison", "open", False),
])  # fmt: skip
def test_closing_a_lead_is_offered_to_whom_may_where_it_can_be(
    signed_in: SignedIn, operation: TestOperation, role: str, stage: str, offered: bool
) -> None:
    browser, lead = signed_in(operation.person(role=role)), f"/api/v1/leads/{operation.lead(stage=stage)}"

    assert browser.get(lead).json["permissions"]["close_lead"] is offered
    assert (browser.post(f"{lead}/close", {"reason": "answered"}).status_code == 200) is offered


@pytest.mark.parametrize(("role", "is_examiner"), [("analyst", "true"), ("country_lead", "true"), ("liaison", "false")])
def test_the_board_is_told_whether_its_viewer_is_an_examiner(
    operation: TestOperation, signed_in: Callable[[int], Browser], role: str, is_examiner: str
) -> None:
    page = signed_in(operation.person("EC", role)).get(f"/operations/{operation.id}/board").get_data(as_text=True)

    assert f'data-examiner="{is_examiner}"' in page


def test_a_page_gives_its_scripts_the_codes_in_the_order_in_which_people_choose(
    signed_in: Callable[[int], Browser], operation: TestOperation
) -> None:
    page = signed_in(operation.person()).get("/account").get_data(as_text=True)

    words = json.loads(re.search(r'id="words">(.*?)</script>', page, re.DOTALL)[1])["words"]  # type: ignore[index]

    assert {name: list(words[name]) for name in SCREEN_TABLES} == {
        name: list(VOCABULARY[name]) for name in SCREEN_TABLES
    }


@pytest.mark.parametrize(
    ("state", "faults", "told"),
    [("intact", 0, "Intact through event 7"), ("broken", 1, "Not intact: 1 row or event does not match the record")],
)
def test_observers_and_the_operation_lead_read_on_the_page_what_the_last_check_found(
    operation: TestOperation, signed_in: SignedIn, state: str, faults: int, told: str
) -> None:
    broken = [{"table": "assessment", "key": "a1", "what": "column opinion", "leads": []}] if faults else []
    operation.change(
        "insert into record_check (operation_id, through, events, rows, erased, state, faults, broken) "
        "values (:op, 7, 7, 3, 0, :state, :faults, cast(:broken as jsonb))",
        op=operation.id, state=state, faults=faults, broken=json.dumps(broken),
    )  # fmt: skip

    for country, role, reads in (("CL", "observer", True), ("EC", "operation_lead", True), ("PE", "specialist", False)):
        page = signed_in(operation.person(country, role)).get(f"/operations/{operation.id}/record").text
        assert (" ".join(told.split()) in " ".join(page.split())) == reads
        assert ("column opinion" in page) == (reads and faults > 0)


def test_a_window_that_was_ended_before_its_time_shows_no_time_left(
    signed_in: SignedIn, operation: TestOperation
) -> None:
    lead = signed_in(operation.person("EC", "operation_lead"))

    def told() -> list[bool]:
        page = lead.get(f"/operations/{operation.id}").text
        left = re.search(r'data-closes="([^"]+)"', page)
        said = ["The window closes" in page, "The window was ended before its time." in page, "Day " in page]
        return [*said, left is not None and datetime.fromisoformat(left[1]) > datetime.now(UTC) + timedelta(minutes=1)]

    assert told() == [True, False, True, True]
    operation.change("update operation set state = 'closing' where id = :id", id=operation.id)
    assert told() == [False, True, False, False]


def test_the_board_of_clue_cards_is_printed_with_the_strictest_code_and_who_may_withdraw_a_card_is_offered_it(
    operation: TestOperation, database: Database, signed_in: SignedIn
) -> None:
    person = operation.person("EC")
    with database.write(person) as tx:
        lead = open_clue(tx, operation.id, what="object", claim="a bag")
        for question in ("Where is it sold?", "Who makes it?"):
            card = make_card(tx, lead, question=question)
    operation.change(
        "update clue_card set handling_code = 'H3' where operation_id = :id and question = 'Who makes it?'",
        id=operation.id,
    )

    page = signed_in(person).get(f"/operations/{operation.id}/cards").text
    offered = {
        who: "Withdraw the card"
        in signed_in(operation.person(*who)).get(f"/operations/{operation.id}/cards/{card}").text
        for who in (("EC",), ("EC", "analyst"), ("PE",))
    }

    assert offered == {("EC",): True, ("EC", "analyst"): True, ("PE",): False}
    assert page.count("asked by EC") == 2
    assert re.search(r"TLP:[A-Z+]+</span> · (H\d)", page)[1] == "H3"  # type: ignore[index]


SHEETS_WITHOUT_MATERIAL = {
    "account.html", "error.html", "exercise.html", "grading.html", "installation_record.html", "invitation.html",
    "members.html", "operation_new.html", "operation_settings.html", "operations.html", "sign_in.html", "terms.html",
    "debrief.html", "record.html", "statistics.html",  # counts, codes and names of leads
}  # fmt: skip


def test_each_sheet_says_the_strictest_code_of_what_may_stand_on_it(
    operation: TestOperation, signed_in: SignedIn
) -> None:
    lay_exhibit(operation, "EC", "EC-1", sharing="agency")
    lay_exhibit(operation, "PE", "PE-1")
    operation.change(
        "update exhibit set handling_code = 'H2' where operation_id = :id and country = 'EC'", id=operation.id
    )
    pages = (
        "board",
        "persons",
        "clues",
        "series",
        "series/suggested",
        "gallery",
        "map",
        "search",
        "registers",
        "referrals",
    )

    code = re.compile(r"TLP:[A-Z+]+</span> · (H\d)")
    said = {
        (country, page): code.findall(browser.get(f"/operations/{operation.id}/{page}").text)
        for country in ("EC", "PE")
        for browser in [signed_in(operation.person(country))]
        for page in pages
    }

    assert {page: said["EC", page] for page in pages} == {key: ["H2"] for key in pages}
    assert {page: said["PE", page] for page in pages} == {key: ["H0"] for key in pages}  # what is hidden tells nothing
    templates = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "templates").glob("*.html")}
    of_pages = {name for name, text in templates.items() if 'extends "base.html"' in text}
    assert {name for name in of_pages if "set printed_code" not in templates[name]} == SHEETS_WITHOUT_MATERIAL


def test_both_forms_of_a_clue_ask_where_in_a_video_it_is_seen(
    operation: TestOperation, database: Database, signed_in: SignedIn
) -> None:
    film = lay_medium(
        operation, lay_exhibit(operation, "EC", "EC-1"), kind="video", media_type="video/mp4", preview_address="none"
    )
    person = operation.person("EC")
    with database.write(person) as tx:
        open_clue(tx, operation.id, what="object", claim="a bag")

    for form, field in (("new", 'name="media_id"'), ("add", 'name="media"')):
        page = signed_in(person).get(f"/operations/{operation.id}/clues/{form}?media={film}").text
        for asked in (field, 'data-box="crop"', 'name="at_s"', 'name="until_s"', "Where it is seen", f"items/{film}/"):
            assert asked in page, (form, asked)
