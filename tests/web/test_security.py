"""The outer wall: who comes from where, with what, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, Rule, UUIDConverter

from tests.support.http_client import ORIGIN, Browser
from tests.support.operation import TestOperation
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.web.access_rules import LARGE_BODIES, NO_CSRF, PUBLIC, SCOPES, SESSION_ONLY
from workspace.web.app import RowNumber, create_app

SignedIn = Callable[[int], Browser]


def _filled(rule: Rule) -> str:
    """An address of a rule, with something plausible in each place."""
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = {RowNumber: 1, UUIDConverter: UUID(int=1)}.get(type(converter), "aa")
    built = rule.build(values)
    assert built is not None
    return built[1]


def test_every_route_that_is_not_public_asks_who_comes(app: Flask) -> None:
    browser, asked = Browser(app), 0

    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            answer = browser.send(method, _filled(rule), {})
            to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in?next=")
            assert answer.status_code == 401 or to_sign_in, (rule, method, answer.status_code)
            asked += 1

    assert asked > 40


def test_the_tables_of_routes_name_only_routes_that_exist(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    areas = {endpoint.partition(".")[0] for endpoint in endpoints}

    assert endpoints >= PUBLIC
    assert endpoints >= NO_CSRF
    assert areas >= SESSION_ONLY
    assert set(LARGE_BODIES) <= endpoints
    assert areas | {"api_intake"} >= set(SCOPES)


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/me", "/nothing", "/api/v1/nothing", "/health", "/account"])
def test_every_answer_carries_the_headers(stranger: Browser, path: str) -> None:
    headers = stranger.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Cookie" in headers["Vary"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_over_https_browsers_are_told_to_stay_there(web_settings: Settings, database: Database) -> None:
    app = create_app(replace(web_settings, public_url="https://concord.example"), database=database)

    answer = app.test_client().get("/sign-in", base_url="https://concord.example")

    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "wss://concord.example" in answer.headers["Content-Security-Policy"]


def test_pages_hold_no_inline_script_or_style(signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())

    for path in ("/account", "/operations", f"/operations/{operation.id}/members"):
        text = browser.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert "javascript:" not in text
        assert " onclick=" not in text
        scripts = [part.split(">", 1)[0] for part in text.split("<script")[1:]]
        assert scripts
        assert all(' src="/static/' in script or 'type="application/json"' in script for script in scripts)


def test_another_host_is_not_served(app: Flask) -> None:
    assert app.test_client().get("/sign-in", base_url="http://evil.example").status_code == 422


def test_the_loopback_number_is_told_to_use_localhost(app: Flask) -> None:
    answer = app.test_client().get("/sign-in", base_url="http://127.0.0.1:8000")

    assert answer.status_code == 422
    assert f'href="{ORIGIN}"' in answer.text


@pytest.mark.usefixtures("nothing_failed")
def test_a_supervisor_may_ask_for_health_by_any_name(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspace.store.volumes.LOW_SHARE", 2.0)  # however full this machine's disk is
    assert app.test_client().get("/health", base_url="http://127.0.0.1:8000").json == {"status": "ok"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
        {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": "ü"},
    ],
)
def test_a_change_from_anywhere_else_is_refused(
    signed_in: SignedIn, operation: TestOperation, headers: dict[str, str]
) -> None:
    browser = signed_in(operation.person())
    sent = {name.replace("-", "_"): value for name, value in headers.items()}

    refused = browser.send("PATCH", "/api/v1/me", {"theme": "dark"}, **sent)

    assert (refused.status_code, refused.json["error"]["code"]) == (403, "forbidden")
    assert browser.get("/api/v1/me").json["theme"] == "system"
    assert browser.send("PATCH", "/api/v1/me", {"theme": "dark"}).status_code == 200


def test_a_change_that_does_not_say_where_it_comes_from_is_refused(
    signed_in: SignedIn, operation: TestOperation
) -> None:
    browser = signed_in(operation.person())
    browser.get("/account")

    answer = browser.client.patch(
        "/api/v1/me", base_url=ORIGIN, json={"theme": "dark"}, headers={"X-CSRF-Token": browser.csrf or ""}
    )

    assert answer.status_code == 403


def test_the_csrf_token_of_another_session_does_not_do(signed_in: SignedIn, operation: TestOperation) -> None:
    mine, other = signed_in(operation.person()), signed_in(operation.person())
    other.get("/account")

    assert mine.send("PATCH", "/api/v1/me", {"theme": "dark"}, X_CSRF_Token=other.csrf or "").status_code == 403


def test_another_site_may_link_here_but_not_embed_or_fetch(signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())

    link = browser.get("/account", Sec_Fetch_Site="cross-site")
    frame = browser.get("/account", Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="iframe")
    image = browser.get("/account", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="image")

    assert (link.status_code, frame.status_code, image.status_code) == (200, 403, 403)


def test_a_body_that_is_too_large_is_refused(signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())

    answer = browser.send("PATCH", "/api/v1/me", {"theme": "x" * 2_000_000})

    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_what_was_sent_is_never_echoed(signed_in: SignedIn, operation: TestOperation) -> None:
    answer = signed_in(operation.person()).send("PATCH", "/api/v1/me", {"theme": ["<secret>"], "unknown": "<secret>"})

    assert answer.status_code == 422
    assert len(answer.json["error"]["facts"]["faults"]) == 2
    assert "secret" not in answer.text


def test_a_report_of_a_violation_is_counted(app: Flask, stranger: Browser) -> None:
    before = app.extensions["concord.csp_reports"]

    answer = stranger.client.post("/csp-report", base_url=ORIGIN, data=b"{}", content_type="application/csp-report")

    assert answer.status_code == 204
    assert app.extensions["concord.csp_reports"] == before + 1


def test_a_refusal_is_json_for_programs_and_a_page_for_people(signed_in: SignedIn, operation: TestOperation) -> None:
    browser = signed_in(operation.person())

    program, person = browser.get("/api/v1/nothing"), browser.get("/nothing")

    assert program.json["error"]["code"] == "not_found"
    assert person.mimetype == "text/html"
    assert (program.status_code, person.status_code) == (404, 404)


def test_a_wrong_method_names_the_right_ones(signed_in: SignedIn, operation: TestOperation) -> None:
    answer = signed_in(operation.person()).post("/account")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_the_openapi_document_says_what_a_refusal_looks_like(stranger: Browser) -> None:
    document = stranger.get("/api/v1/openapi.json").json

    assert document["openapi"].startswith("3.1")
    assert "/api/v1/sign-in" in document["paths"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            schema = operation["responses"]["422"]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorBody"}, (path, method)
            assert operation["summary"], (path, method)


def test_pages_answer_in_the_language_of_the_person_else_of_the_browser(
    stranger: Browser, signed_in: SignedIn, operation: TestOperation
) -> None:
    browser = signed_in(operation.person())
    browser.send("PATCH", "/api/v1/me", {"language": "es"})

    assert '<html lang="es"' in browser.get("/account").text
    assert '<html lang="es"' in stranger.get("/sign-in", Accept_Language="es-EC,es;q=0.9,en;q=0.5").text
    assert '<html lang="en"' in stranger.get("/sign-in", Accept_Language="xx").text
    assert stranger.get("/messages/es.json").status_code == 200
    assert stranger.get("/messages/xx.json").status_code == 404
