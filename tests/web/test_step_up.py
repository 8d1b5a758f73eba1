"""What asks for the passkey once more, and what two people do: the columns of the policy, and that they hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from tests.support.referral_steps import ReferralSteps
from workspace.commands.intake import receive_exhibit
from workspace.commands.outcomes import state_outcome
from workspace.commands.referrals import send_referral
from workspace.commands.shown import note_edition_export
from workspace.commands.stages import close_lead
from workspace.errors import Forbidden, NotFresh
from workspace.model.database import Database
from workspace.rules.actor import Standing
from workspace.rules.policy import INSTALLATION_RULES, RULES
from workspace.rules.statement import Statement
from workspace.rules.vouching import RULES_OF_TWO
from workspace.web.answers import File, answer_of

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
    "raise_grade_votes": ("operation_lead", "POST", "/api/v1/operations/{op}/grading/votes", {"votes": 3}),
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
    "confirm_country_lead": ("operation_lead", "POST", "/api/v1/operations/{op}/country-leads/AD/confirm", {}),
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
    "draw_up_edition": ("operation_lead", "POST", "/api/v1/operations/{op}/editions", {"kind": "interim"}),
    "confirm_threshold": (
        "country_lead",
        "POST",
        "/api/v1/operations/{op}/thresholds/00000000-0000-0000-0000-000000000001/confirm",
        {},
    ),
    "settle_difference": (
        "operation_lead",
        "POST",
        "/api/v1/operations/{op}/record/differences/00000000-0000-0000-0000-000000000001/settle",
        {},
    ),
    "erase_words": (
        "country_lead",
        "POST",
        "/api/v1/operations/{op}/record/erasures",
        {"event": 1, "legal_basis": "a court"},
    ),
    "export_map": ("country_lead", "GET", "/api/v1/operations/{op}/map.geojson", None),
    "export_record": ("country_lead", "GET", "/api/v1/operations/{op}/record.zip", None),
    "set_package_key": ("liaison", "POST", "/api/v1/agencies/{agency}/package-key", {"public_key": "age1" + "q" * 58}),
}
"""Of each action that needs no further rows: who asks, and how."""
IN_THE_COMMANDS_THAT_NEED_MORE_ROWS = {
    "answer_access",
    "export_statistics",
    "print_custody",
    "export_vics",
    "export_annotations",
    "close_entry",
    "lower_handling",
    "open_exhibit",
    "close_exhibit",
    "send_referral",
    "close_lead",
    "confirm_release",
    "re_route_referral",
    "state_outcome",
    "revoke_outcome",
    "merge_ledger",
    "mark_depicted",
    "reveal_truth",
}
WHY_NOT = {
    "programs do it, and have no passkey": {
        "play_exercise", "lapse_proposals", "end_suspensions", "want_checks", "work_on_media", "open_leads",
        "open_late_leads",
        "end_lease", "free_lead", "end_window", "take_into_custody", "end_access", "settle_assessment", "build_package",
        "compute_edition", "end_series_lease", "sign_head", "end_known", "mask_card", "withdraw_outdated",
    },
    "it is of an exercise, which asks for none": {"take_seat", "delete_own_debrief", "direct_exercise",
    "restart_exercise"},
    "its author takes it back, or it says anew what was said before": {
        "record_qualification", "end_qualification", "merge_persons", "add_series", "place_person", "take_back_country",
        "claim_series", "release_series", "take_over_series", "triage_series", "merge_series",
        "name_series", "comment_on_series", "arrange_series",
        "state_retention", "raise_handling", "correct_exhibit", "check_originals", "claim_lead", "renew_claim",
        "release_lead", "hand_over_lead", "take_over_lead", "annotate_lead", "comment_on_lead", "prioritise_lead",
        "park_lead",
        "reopen_lead", "take_back_access", "state_jurisdiction", "withdraw_jurisdiction",
        "state_corroboration", "withdraw_corroboration", "draft_referral", "withdraw_referral", "remove_known",
        "read_known", "try_again",
        "mark_media", "grade_media", "bring_grade_table", "describe_person", "open_found_lead", "open_clue",
        "take_back_clue_result", "add_clue_media", "map_known",
        "propose_change",
        "withdraw_card",
        "comment_on_medium", "annotate_medium", "draw_face", "end_probe",
    },
    "nothing follows from it before another person did their part": {
        "assess_lead", "determine_country", "ask_access", "approve_referral", "answer_permission", "explain_difference",
        "propose_threshold",
        "ask_release", "show_vouch_code", "state_clue_result", "make_card",
    },
    "it is the second person's part, shows no face, and can be withdrawn": {"check_card"},
    "it brings material in": {"receive_exhibit", "import_register", "bring_known", "bring_case",
    "import_outside_results"},
    "it looks at what the keys open, and each look is recorded": {
        "ask_verification", "view_media", "search_faces", "note_sights",
    },
    "what is handed out is encrypted to the agency's own key": {"fetch_package"},
    "what is handed out says nothing but hashes, and is safer the more people keep it": {"take_head"},
    "what it does is asked of its own command too": {"answer_change"},
    "it answers what was sent; a declined referral is sent anew": {"answer_referral", "answer_card"},
}  # fmt: skip
"""Each action that asks for no passkey, by the reason why."""


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


def test_the_policy_names_what_needs_a_passkey_and_why_the_rest_does_not() -> None:
    asks = {action for action, rule in RULES.items() if rule.step_up}
    assert asks == {*ROUTES, *IN_THE_COMMANDS_THAT_NEED_MORE_ROWS}
    unasked = [action for actions in WHY_NOT.values() for action in sorted(actions)]
    assert sorted(unasked) == sorted(set(RULES) - asks)


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


def test_a_page_asks_first_whether_a_file_would_be_handed_out(real: TestOperation, signed_in: SignedIn) -> None:
    person = real.person("EC", "country_lead")
    browser = signed_in(person)
    assert "data-asks-passkey" in browser.get(f"/operations/{real.id}/record").text
    real.change("update session set stepped_up_at = now() where user_id = :id", id=person)
    assert browser.get("/api/v1/step-up").status_code == 200

    real.change("update session set stepped_up_at = now() - interval '6 minutes' where user_id = :id", id=person)
    asked = browser.get("/api/v1/step-up")
    assert (asked.status_code, asked.json["error"]["code"]) == (403, "step_up_needed")

    real.change("update operation set is_exercise = true where id = :id", id=real.id)
    assert "data-asks-passkey" not in browser.get(f"/operations/{real.id}/record").text
    assert browser.get(f"/api/v1/operations/{real.id}/record.zip").status_code == 200


@pytest.mark.parametrize(("standing", "refusal"), [("stale", NotFresh), ("token", Forbidden)])
def test_no_figures_leave_without_the_passkey(
    real: TestOperation, database: Database, standing: Standing, refusal: type[Exception]
) -> None:
    before = real.kinds()

    with pytest.raises(refusal), database.write(real.person("EC"), standing=standing) as tx:
        note_edition_export(tx, real.id, edition=1, audience="public", form="csv")

    assert real.kinds() == before


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


@pytest.mark.parametrize(("standing", "refusal"), [("stale", NotFresh), ("token", Forbidden)])
def test_closing_a_lead_for_good_asks_for_it(
    real: TestOperation, database: Database, standing: Standing, refusal: type[Exception]
) -> None:
    lead = real.lead()
    real.change("update lead set stage = 'verified' where id = :id", id=lead)
    before = real.kinds()

    with pytest.raises(refusal), database.write(real.person("EC", "operation_lead"), standing=standing) as tx:
        close_lead(tx, lead, reason="the child is known")

    assert real.kinds() == before
    with database.write(real.person("EC", "operation_lead")) as tx:
        close_lead(tx, lead, reason="the child is known")


INSTALLATION_ASKS = {
    *(
        "create_agency",
        "create_user",
        "disable_user",
        "enable_user",
        "create_operation",
        "end_others_session",
        "invite_user",
    ),
    *("enrol_passkey", "remove_passkey", "create_token", "export_installation_record"),
}
INSTALLATION_WHY_NOT = {
    "programs do it, and have no passkey": {
        "import_regions", "forget_expired", "check_record", "sign_installation_head",
    },
    "it shows a passkey": {"start_session", "step_up"},
    "it ends what the person's own session or program may do": {"end_session", "revoke_token"},
    "it concerns nobody else": {"change_preferences", "repeat_write", "keep_draft"},
    "what is handed out says nothing but hashes, and is safer the more people keep it": {"take_installation_head"},
}  # fmt: skip
"""What concerns no operation: what asks for the passkey, and each other one by the reason why."""


def test_what_concerns_no_operation_asks_for_it_or_says_why_not() -> None:
    unasked = [action for actions in INSTALLATION_WHY_NOT.values() for action in actions]
    assert sorted([*INSTALLATION_ASKS, *unasked]) == sorted(INSTALLATION_RULES)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/agencies", {"country": "EC", "name": "x", "kind": "police"}),
        ("POST", "/api/v1/users", {"agency_id": 1, "name": "x"}),
        ("POST", "/api/v1/users/1/invitations", {}),
        ("POST", "/api/v1/users/1/disable", {}),
        ("POST", "/api/v1/users/1/enable", {}),
        ("DELETE", "/api/v1/users/1/sessions", None),
        (
            "POST",
            "/api/v1/operations",
            {
                **dict.fromkeys(("code_name", "purpose", "legal_basis", "terms"), "x"),
                **{"time_zone": "UTC", "opens_at": "2026-01-01T08:00", "closes_at": "2026-01-05T18:00"},
                "countries": ["EC"],
            },
        ),
        ("POST", "/api/v1/enrol/options", {}),
        ("DELETE", "/api/v1/passkeys/00", None),
        ("POST", "/api/v1/tokens", {"label": "x", "scopes": ["read"]}),
        ("GET", "/api/v1/operations/0/record.zip", None),
    ],
)
def test_an_administrator_whose_passkey_is_old_changes_nobodys_account_and_no_key(
    real: TestOperation, signed_in: SignedIn, method: str, path: str, body: dict[str, object] | None
) -> None:
    admin = real.person("EC", "administrator")
    real.change("update app_user set is_house_admin = true where id = :id", id=admin)
    browser = signed_in(admin)
    real.change("update session set stepped_up_at = now() - interval '6 minutes' where user_id = :id", id=admin)

    answer = browser.send(method, path, body)

    assert (answer.status_code, (answer.json or {}).get("error", {}).get("code")) == (403, "step_up_needed")


ASKED_FOR_FILES = {
    *("api_threads.medium_annotations_file", "api_threads.lead_annotations_file", "api_record.get_whole_record"),
    *("api_record.get_export", "api_statistics.get_json", "api_statistics.get_csv", "api_statistics.get_pdf"),
    *("api_maps.map_geojson", "api_exhibits.custody_log", "api_exhibits.vics_case", "api_cases.missing_files"),
    *("api_cases.unnamed_contents", "api_cases.case_changes", "api_cases.written_case"),
}
UNASKED_FILES = {
    "api_debrief.get_json": "of an exercise, which asks for none",
    "api_debrief.get_pdf": "of an exercise, which asks for none",
    "api_referrals.fetch_package": "encrypted to the agency's own key",
    "api_record.get_head": "hashes of the record, which are safer the more people keep them",
    "api_intake.refused_files": "what did not come in, to be sent again by whoever sent it",
    "api_known.known_files": "hashes that the reader's own lists hold already",
}
"""Each route that answers a file: with the passkey, or why without."""


def test_each_file_that_leaves_asks_for_the_passkey_or_says_why_not(app: Flask) -> None:
    answers = {rule.endpoint: answer_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    files = {endpoint for endpoint, answer in answers.items() if answer and isinstance(answer.content, File)}

    assert files == ASKED_FOR_FILES | set(UNASKED_FILES)


def test_a_list_of_an_exhibits_hashes_asks_for_it(real: TestOperation, signed_in: SignedIn, database: Database) -> None:
    analyst = real.person("EC", "analyst")
    with database.write(analyst) as tx:
        exhibit = receive_exhibit(
            tx, real.id, country="EC", label="EC-1", kind="phone", case_reference="c", custodian="c"
        )
    real.change(
        "insert into exhibit_case (operation_id, exhibit_id, name, scheme, is_case, address, sha256, size_bytes, "
        "records, brought_by) values (:op, :exhibit, 'c', 'us_2_0', true, 'a', sha256('a'), 1, 0, :by)",
        op=real.id, exhibit=exhibit, by=analyst,
    )  # fmt: skip
    browser = signed_in(analyst)
    real.change("update session set stepped_up_at = now() - interval '6 minutes' where user_id = :id", id=analyst)
    case = browser.get(f"/api/v1/exhibits/{exhibit}/cases").json[0]["id"]
    before = real.kinds()

    for name in ("missing", "unnamed", "changes"):
        answer = browser.get(f"/api/v1/cases/{case}/{name}.csv")
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "step_up_needed")
    assert real.kinds() == before


def test_the_policy_names_what_two_people_do() -> None:
    """Each is refused to whoever did the first half: tests/test_series.py, tests/leads/test_assessments.py and
    tests/referrals/test_referrals.py try it; and to whoever is not independent of that person:
    tests/test_vouching.py."""
    assert {action for action, rule in RULES.items() if rule.rule_of_two} == set(RULES_OF_TWO)
