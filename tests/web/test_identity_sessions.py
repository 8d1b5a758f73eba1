"""Sessions, tokens, preferences and the exercise's one-click links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from tests.support.http_client import ORIGIN, Browser, sign_in
from tests.support.operation import TestOperation
from workspace.commands.exercise import begin_exercise
from workspace.model import ExerciseSeat
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.store.exercise_secret import link_path
from workspace.web.app import create_app
from workspace.web.exercise import exercise_links, new_secret

SignedIn = Callable[[int], Browser]


def _token(browser: Browser, *scopes: str) -> str:
    answer = browser.post("/api/v1/tokens", {"label": "program", "scopes": list(scopes)})
    assert answer.status_code == 200, answer.text
    return str(answer.json["token"])


def _as_program(app: Flask, token: str, method: str, path: str, body: object = None) -> int:
    headers = {"Authorization": f"Bearer {token}", "Origin": ORIGIN}
    answer = app.test_client().open(path, base_url=ORIGIN, method=method, json=body, headers=headers)
    return answer.status_code


# --- Sessions ---------------------------------------------------------------------------------------------------------


def test_the_cookie_is_bound_to_this_host_and_unreadable_for_scripts(
    signed_in: SignedIn, app: Flask, operation: TestOperation
) -> None:
    from flask import Response

    from workspace.web.security import set_session_cookie

    answer = Response()
    set_session_cookie(answer, "secret")

    parts = answer.headers["Set-Cookie"].split("; ")
    assert parts[0] == "__Host-concord=secret"
    assert set(parts[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


@pytest.mark.parametrize(
    "change",
    [
        "seen_at = now() - interval '30 minutes'",
        "expires_at = now()",
        "ended_at = now()",
    ],
)
def test_a_session_ends_when_idle_old_or_ended(signed_in: SignedIn, operation: TestOperation, change: str) -> None:
    browser = signed_in(operation.person())
    assert browser.get("/api/v1/me").status_code == 200

    operation.change(f"update session set {change} where user_id = :id", id=operation.person())

    assert browser.get("/api/v1/me").status_code == 401
    assert browser.get("/account").headers["Location"] == "/sign-in?next=/account"


def test_a_link_from_another_site_arrives_by_a_page_that_replaces_itself(
    signed_in: SignedIn, operation: TestOperation, app: Flask
) -> None:
    """Such a request carries no strict cookie, signed in or not."""
    goal = f"/operations/{operation.id}/leads/{operation.lead()}?kind=same_face"
    stranger = Browser(app)

    came = stranger.get(goal, Sec_Fetch_Site="cross-site")
    again = stranger.get(goal, Sec_Fetch_Site="same-origin")
    to_sign_in = stranger.get(again.headers["Location"], Sec_Fetch_Site="cross-site")

    assert came.status_code == 200
    assert f'content="0; url={goal}"' in came.text
    assert again.headers["Location"].startswith("/sign-in?next=/operations/")
    assert 'content="0; url=/sign-in?next=/operations/' in to_sign_in.text
    assert signed_in(operation.person()).get(goal, Sec_Fetch_Site="same-origin").status_code == 200


def test_use_keeps_a_session_alive(signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())
    operation.change(
        "update session set seen_at = now() - interval '29 minutes' where user_id = :id", id=operation.person()
    )

    browser.get("/account")
    operation.change(
        "update session set seen_at = seen_at - interval '29 minutes' where user_id = :id", id=operation.person()
    )

    assert browser.get("/api/v1/me").status_code == 200


def test_a_disabled_person_is_out_at_once(signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())
    token = _token(browser, "read")
    operation.change("update app_user set disabled_at = now() where id = :id", id=operation.person())

    assert browser.get("/api/v1/me").status_code == 401
    assert _as_program(browser.client.application, token, "GET", "/api/v1/me") == 401


def test_people_see_and_end_their_own_sessions_only(signed_in: SignedIn, operation: TestOperation) -> None:
    first, second, other = (
        signed_in(operation.person()),
        signed_in(operation.person()),
        signed_in(operation.person("PE")),
    )
    listed = first.get("/api/v1/sessions").json
    (theirs,) = [row["id"] for row in listed if not row["is_this"]]

    refused = other.send("DELETE", f"/api/v1/sessions/{theirs}")
    ended = first.send("DELETE", f"/api/v1/sessions/{theirs}")

    assert len(listed) == 2
    assert (refused.status_code, ended.status_code) == (404, 200)
    assert second.get("/api/v1/me").status_code == 401
    assert first.get("/api/v1/me").status_code == 200


def test_signing_out_ends_the_session_for_good(signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())
    browser.get("/account")
    secret = browser.session or ""

    browser.post("/api/v1/sign-out")
    assert browser.session is None
    browser.use_session(secret)

    assert browser.get("/api/v1/me").status_code == 401


def test_an_administrator_of_the_installation_ends_anybodys_sessions_and_tokens(
    app: Flask, signed_in: SignedIn, operation: TestOperation
) -> None:
    admin, person = operation.outsider(), operation.person()
    operation.change("update app_user set is_house_admin = true where id = :id", id=admin)
    browser, others, member = signed_in(person), signed_in(admin), signed_in(operation.person("PE"))

    token = _token(browser, "read")
    assert _as_program(app, token, "GET", "/api/v1/me") == 200

    refused = member.send("DELETE", f"/api/v1/users/{person}/sessions")
    ended = others.send("DELETE", f"/api/v1/users/{person}/sessions")

    assert refused.status_code == 403
    assert ended.json == {"ended": 1}
    assert browser.get("/api/v1/me").status_code == 401
    assert _as_program(app, token, "GET", "/api/v1/me") == 401


def test_a_preference_that_is_unknown_is_refused_and_names_both(signed_in: SignedIn, operation: TestOperation) -> None:
    answer = signed_in(operation.person()).send("PATCH", "/api/v1/me", {"language": "xx", "theme": "pink"})

    assert answer.status_code == 422
    assert len(answer.json["error"]["facts"]["faults"]) == 2


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"]
)
def test_sign_in_leads_nowhere_else(signed_in: SignedIn, operation: TestOperation, goal: str) -> None:
    answer = signed_in(operation.person()).client.get("/sign-in", base_url=ORIGIN, query_string={"next": goal})

    assert answer.headers["Location"] == "/"


# --- Tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_does_what_its_scopes_say(app: Flask, signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())
    lead = operation.lead()
    read, write = _token(browser, "read"), _token(browser, "write", "read")
    claim = f"/api/v1/leads/{lead}/claim"

    assert _as_program(app, read, "GET", f"/api/v1/operations/{operation.id}") == 200
    assert _as_program(app, read, "POST", claim) == 403
    assert _as_program(app, write, "POST", claim) == 200


def test_no_token_widens_anybodys_access(app: Flask, signed_in: SignedIn, operation: TestOperation) -> None:
    token = _token(signed_in(operation.person()), "read", "write", "intake", "referrals", "admin")

    assert _as_program(app, token, "POST", "/api/v1/tokens", {"label": "more", "scopes": ["read"]}) == 403
    assert _as_program(app, token, "PATCH", "/api/v1/me", {"theme": "dark"}) == 403
    assert _as_program(app, token, "POST", "/api/v1/enrol/options", {}) == 403
    assert _as_program(app, token, "POST", "/api/v1/users/1/disable", {}) == 403


def test_a_revoked_or_expired_token_is_nothing(app: Flask, signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())
    revoked, expired = _token(browser, "read"), _token(browser, "read")
    rows = browser.get("/api/v1/tokens").json
    browser.send("DELETE", f"/api/v1/tokens/{rows[1]['id']}")
    operation.change("update api_token set expires_at = now() where id = decode(:id, 'hex')", id=rows[0]["id"])

    for token in (revoked, expired, "concord_unknown", "unknown"):
        assert _as_program(app, token, "GET", "/api/v1/me") == 401
    assert browser.get("/api/v1/tokens").json == []


def test_a_token_of_unknown_scope_or_life_is_refused(signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())

    assert browser.post("/api/v1/tokens", {"label": "x", "scopes": ["everything"]}).status_code == 422
    assert browser.post("/api/v1/tokens", {"label": "x", "scopes": []}).status_code == 422
    assert browser.post("/api/v1/tokens", {"label": "x", "scopes": ["read"], "days": 1000}).status_code == 422


# --- One-click links of an exercise -----------------------------------------------------------------------------------


@pytest.fixture
def exercise(web_settings: Settings, database: Database, workers_database: Database) -> tuple[Settings, Flask]:
    from workspace.commands.people import ensure_service_users

    ensure_service_users(workers_database)
    settings = replace(web_settings, profile="exercise", public_url="")
    new_secret(settings)
    return settings, create_app(settings, database=database)


def _path(link: str) -> str:
    assert link.startswith(ORIGIN)
    return link.removeprefix(ORIGIN)


def test_a_link_signs_its_person_in(exercise: tuple[Settings, Flask], operation: TestOperation) -> None:
    settings, app = exercise
    ((name, link),) = exercise_links(settings, [(operation.person(), "EC · specialist")])
    browser = Browser(app)

    page = browser.get(_path(link))

    assert name == "EC · specialist"
    assert 'http-equiv="refresh"' in page.text
    assert browser.get("/api/v1/me").json["id"] == operation.person()
    assert browser.post("/api/v1/tokens", {"label": "x", "scopes": ["read"]}).status_code == 200


def test_a_link_of_one_person_is_not_one_of_another_nor_of_another_run(
    exercise: tuple[Settings, Flask], operation: TestOperation
) -> None:
    settings, app = exercise
    ((_, link),) = exercise_links(settings, [(operation.person(), "x")])
    crossed = _path(link).replace(f"/exercise/{operation.person()}", f"/exercise/{operation.person('PE')}")

    assert Browser(app).get(crossed).status_code == 404
    assert Browser(app).get(f"/exercise/{operation.person()}").status_code == 404
    new_secret(settings)
    assert Browser(app).get(_path(link)).status_code == 404


def test_links_exist_only_in_an_exercise_on_loopback(
    web_settings: Settings, database: Database, operation: TestOperation
) -> None:
    allowed = replace(web_settings, profile="exercise")
    new_secret(allowed)
    ((_, link),) = exercise_links(allowed, [(operation.person(), "x")])

    for settings in (
        replace(web_settings, profile="operation"),
        replace(web_settings, profile="test"),
        replace(allowed, host="0.0.0.0"),  # not loopback alone
        replace(allowed, trusted_proxies=1),
    ):
        answer = create_app(settings, database=database).test_client().get(_path(link), base_url=ORIGIN)
        assert answer.status_code == 404
        assert exercise_links(settings, [(operation.person(), "x")]) == []


def test_a_link_opens_nothing_to_whom_real_operations_belong(
    exercise: tuple[Settings, Flask], operation: TestOperation
) -> None:
    settings, app = exercise
    links = exercise_links(settings, [(operation.person(), "x"), (operation.outsider(), "y")])
    operation.change("update operation set is_exercise = false where id = :id", id=operation.id)

    assert [Browser(app).get(_path(link)).status_code for _, link in links] == [404, 404]


def test_a_partners_link_signs_in_a_partner_only_while_one_plays_the_seat(
    exercise: tuple[Settings, Flask], operation: TestOperation, workers_database: Database
) -> None:
    settings, app = exercise
    seat = operation.person()
    path = link_path(settings.home, seat, played_by="partner")

    assert Browser(app).get(path).status_code == 404
    with workers_database.write(operation.service_id) as tx:
        begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[seat])
    partner = Browser(app)
    partner.get(path)

    lead = operation.lead()
    assert partner.post(f"/api/v1/leads/{lead}/claim").status_code == 200
    history = partner.get(f"/api/v1/leads/{lead}/history").json["history"]
    assert [(entry["kind"], entry["played_by"]) for entry in history] == [("lead:claimed", "partner")]


def test_a_person_who_opens_the_link_of_a_seat_takes_it_and_the_partner_is_out(
    exercise: tuple[Settings, Flask], operation: TestOperation, workers_database: Database
) -> None:
    settings, app = exercise
    seat = operation.person()
    path = link_path(settings.home, seat, played_by="partner")
    with workers_database.write(operation.service_id) as tx:
        begin_exercise(tx, operation.id, seed=1, scenario="lantern", partners=[seat])
    partner, person = Browser(app), Browser(app)
    partner.get(path)
    ((_, link),) = exercise_links(settings, [(seat, "x")])

    person.get(_path(link))

    assert person.get("/api/v1/me").status_code == 200
    assert partner.get("/api/v1/me").status_code == 401
    assert Browser(app).get(path).status_code == 404
    assert operation.row(ExerciseSeat, (operation.id, seat)).played_by == "person"


def test_a_session_of_a_link_ends_where_links_end(
    exercise: tuple[Settings, Flask], database: Database, operation: TestOperation
) -> None:
    settings, app = exercise
    ((_, link),) = exercise_links(settings, [(operation.person(), "x")])
    browser = Browser(app)
    browser.get(_path(link))
    secret = browser.session
    assert secret is not None

    elsewhere = Browser(create_app(replace(settings, profile="operation"), database=database))
    elsewhere.use_session(secret)

    assert browser.get("/api/v1/me").status_code == 200
    assert elsewhere.get("/api/v1/me").status_code == 401


def test_what_a_page_sends_by_itself_keeps_no_session_alive(
    app: Flask, database: Database, operation: TestOperation
) -> None:
    browser, person, lead = sign_in(app, database, operation.person()), operation.person(), operation.lead()
    browser.get("/account")
    seen = "update session set seen_at = now() - interval '20 minutes' where user_id = :id"
    operation.change(seen, id=person)

    def idle_minutes() -> float:
        with operation.workers.read(operation.service_id) as view:
            asked = text("select extract(epoch from now() - seen_at) / 60 from session where user_id = :id")
            return float(view.session.execute(asked, {"id": person}).scalar_one())

    assert browser.send("PUT", f"/api/v1/leads/{lead}/presence", {"mode": "viewing"}).status_code == 200
    assert idle_minutes() > 19
    medium = uuid4()  # none: who asks is known before what is asked for
    browser.get(f"/api/v1/operations/{operation.id}/gallery/read?media={medium}")
    browser.get(f"/api/v1/items/{medium}/talk")
    left = {"X-Unattended": "1"}  # a page that asks because something happened, and that nobody touches
    assert browser.client.get("/api/v1/me", base_url="http://localhost:8000", headers=left).status_code == 200
    assert idle_minutes() > 19
    assert browser.get("/api/v1/me").status_code == 200
    assert idle_minutes() < 10


def test_a_text_with_a_zero_character_is_refused_and_appears_in_no_message(
    app: Flask, database: Database, operation: TestOperation
) -> None:
    browser, lead = sign_in(app, database, operation.person()), operation.lead()

    answer = browser.post(f"/api/v1/leads/{lead}/comments", {"body": "not \0 for a log"})

    assert answer.status_code == 422
    assert "for a log" not in answer.text


def test_two_browsers_of_one_person_have_two_sessions(app: Flask, database: Database, operation: TestOperation) -> None:
    first, second = (sign_in(app, database, operation.person()) for _ in range(2))

    assert first.session != second.session
