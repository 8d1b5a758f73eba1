"""A write that is sent again under its key is stored once, by every route that writes."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.support.http_client import ORIGIN, Browser, sign_in
from tests.support.operation import TestOperation
from tests.web.test_permissions import ROUTES, VIEWERS, Route, Scene, Viewer, scene
from workspace.commands.claims import claim_lead
from workspace.commands.write_keys import forget_write_keys
from workspace.model import Lead
from workspace.model.database import Database
from workspace.settings import Settings
from workspace.store.keys import load_or_create_master, new_wrapped_key
from workspace.web.access_rules import PUBLIC, SAFE_METHODS, STORED_ONCE_ANYWAY
from workspace.web.keyed import HEADER, REPLAYED

__all__ = ["scene"]

WRITES = sorted(name for name, route in ROUTES.items() if route.method != "GET" and name not in STORED_ONCE_ANYWAY)
SHOWN_ONCE = {
    "api_identity.create_token",
    "api_people.invite_user",
    "api_vouching.show_vouch_code",
    "api_operations.invite_member",
    "api_series.add_series",
    "api_searches.make_search",
    "api_intake.end_intake",
}
"""Their answers hold a secret, or more than ids: sent again they say that it is stored."""


def key() -> str:
    return secrets.token_urlsafe(24)


def post(browser: Browser, path: str, body: Any, sent: str) -> Any:
    return browser.send("POST", path, body, **{HEADER.replace("-", "_"): sent})


def count(operation: TestOperation) -> int:
    """Every event of the database: those of the installation too."""
    with operation.workers.read(operation.service_id) as view:
        return int(view.session.execute(text("select count(*) from event")).scalar_one())


def ask(scene: Scene, viewer: Viewer, route: Route, body: Any, sent: str) -> Any:
    return scene.browsers[viewer].send(route.method, scene.path(route), body, **{HEADER.replace("-", "_"): sent})


def first_done(scene: Scene, route: Route) -> Iterator[tuple[Viewer, Any, str, Any]]:
    """The first of those who may, for whom it is done."""
    for viewer in VIEWERS:
        if route.sees(viewer) and route.may(viewer):
            body, sent = scene.body(route) if route.body is not None else None, key()
            answer = ask(scene, viewer, route, body, sent)
            if answer.status_code < 300:
                yield viewer, body, sent, answer
                return


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_is_sent_again_under_its_key_is_stored_once(scene: Scene, name: str) -> None:
    route = ROUTES[name]
    if route.method == "FORM":
        return  # a register: below
    for viewer, body, sent, answer in first_done(scene, route):
        before = count(scene.operation)

        again = ask(scene, viewer, route, body, sent)

        assert count(scene.operation) == before
        if again.status_code == 409 and again.json["error"]["code"] == "stored_already":
            assert name in SHOWN_ONCE
        elif again.status_code not in (401, 403, 404):  # who gave the right away is not told
            assert (again.status_code, again.json, again.headers[REPLAYED]) == (answer.status_code, answer.json, "true")
        other = scene.browsers[viewer].send(
            route.method, scene.path(route), {"another": "body"}, **{HEADER.replace("-", "_"): sent}
        )
        assert other.status_code in (401, 403, 404, 422)
        assert count(scene.operation) == before
    scene.put_back()


def test_every_unsafe_route_of_a_person_takes_a_key_or_says_why_not(app: Flask) -> None:
    unsafe = {rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - SAFE_METHODS} - PUBLIC

    assert set(STORED_ONCE_ANYWAY) <= unsafe
    assert unsafe == {name for name, route in ROUTES.items() if route.method != "GET"} & unsafe


def test_another_body_under_the_same_key_is_refused(app: Flask, operation: TestOperation, database: Database) -> None:
    lead, browser, sent = operation.lead(), sign_in(app, database, operation.person()), key()
    path = f"/api/v1/leads/{lead}/comments"

    assert post(browser, path, {"body": "one"}, sent).status_code < 300
    answer = post(browser, path, {"body": "two"}, sent)

    assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")
    assert operation.kinds() == ["comment:added"]


def test_a_key_is_its_persons_own(app: Flask, operation: TestOperation, database: Database) -> None:
    lead, sent = operation.lead(), key()
    for country in ("EC", "PE"):
        browser = sign_in(app, database, operation.person(country))
        assert post(browser, f"/api/v1/leads/{lead}/comments", {"body": "one"}, sent).status_code < 300

    assert operation.kinds() == ["comment:added"] * 2


def test_of_two_that_come_at_the_same_moment_one_is_stored_and_both_have_the_answer(
    app: Flask, operation: TestOperation, database: Database
) -> None:
    lead, sent = operation.lead(), key()
    browsers = [sign_in(app, database, operation.person()) for _ in range(2)]
    for browser in browsers:
        browser.get("/account")

    with ThreadPoolExecutor(2) as threads:
        answers = list(
            threads.map(lambda each: post(each, f"/api/v1/leads/{lead}/comments", {"body": "one"}, sent), browsers)
        )

    assert answers[0].json == answers[1].json
    assert operation.kinds() == ["comment:added"]


def test_a_refusal_is_not_kept(app: Flask, operation: TestOperation, database: Database) -> None:
    lead, sent = operation.lead(), key()
    with database.write(operation.person("PE")) as tx:
        claim_lead(tx, lead)
    browser = sign_in(app, database, operation.person("EC"))

    lost = post(browser, f"/api/v1/leads/{lead}/claim", {}, sent)
    operation.change(
        "update lead set holder_id = null, holder_agency_id = null, lease_until = null where id = :id", id=lead
    )
    won = post(browser, f"/api/v1/leads/{lead}/claim", {}, sent)

    assert (lost.json["error"]["code"], won.status_code) == ("held", 200)
    assert operation.row(Lead, lead).holder_id == operation.person("EC")


def test_whoever_has_lost_the_right_is_not_told_what_was_answered(
    app: Flask, operation: TestOperation, database: Database
) -> None:
    lead, sent, person = operation.lead(), key(), operation.person()
    browser = sign_in(app, database, person)
    assert post(browser, f"/api/v1/leads/{lead}/claim", {}, sent).status_code == 200
    operation.change("update membership set ends_at = now() where user_id = :id", id=person)

    assert post(browser, f"/api/v1/leads/{lead}/claim", {}, sent).status_code in (403, 404)


def test_what_is_stored_is_told_also_after_the_operation_has_closed(
    app: Flask, operation: TestOperation, database: Database
) -> None:
    lead, sent = operation.lead(), key()
    browser = sign_in(app, database, operation.person())
    first = post(browser, f"/api/v1/leads/{lead}/claim", {}, sent)
    operation.change("update operation set state = 'closed' where id = :id", id=operation.id)

    again = post(browser, f"/api/v1/leads/{lead}/claim", {}, sent)

    assert (again.status_code, again.json) == (200, first.json)


@pytest.mark.parametrize("bad", ["short", "x" * 101, "with a space in it", "ümläute-in-a-key"])
def test_what_is_no_key_is_refused(app: Flask, operation: TestOperation, database: Database, bad: str) -> None:
    lead, browser = operation.lead(), sign_in(app, database, operation.person())

    assert post(browser, f"/api/v1/leads/{lead}/claim", {}, bad).status_code == 422
    assert operation.kinds() == []


def test_no_secret_is_kept(app: Flask, operation: TestOperation, database: Database) -> None:
    browser, sent = sign_in(app, database, operation.person()), key()

    answer = post(browser, "/api/v1/tokens", {"label": "t", "scopes": ["read"]}, sent)
    again = post(browser, "/api/v1/tokens", {"label": "t", "scopes": ["read"]}, sent)

    with operation.workers.read(operation.service_id) as view:
        kept = view.session.execute(text("select answer::text from write_key where key = :key"), {"key": sent})
        assert kept.scalar_one() in (None, "null")
    assert answer.status_code == 200
    assert again.json["error"]["code"] == "stored_already"


def test_a_key_is_forgotten_after_a_day(app: Flask, operation: TestOperation, database: Database) -> None:
    lead, browser = operation.lead(), sign_in(app, database, operation.person())
    for sent, hours in ((key(), 25), (key(), 23)):
        post(browser, f"/api/v1/leads/{lead}/comments", {"body": f"{hours}"}, sent)
        operation.change(
            "update write_key set written_at = now() - :hours * interval '1 hour' where key = :key",
            hours=hours,
            key=sent,
        )

    with operation.workers.write(operation.service_id) as tx:
        assert forget_write_keys(tx) == 1


def test_a_register_that_is_sent_again_is_imported_once(
    app: Flask, operation: TestOperation, database: Database, web_settings: Settings
) -> None:
    wrapped = new_wrapped_key(load_or_create_master(web_settings.key_file), str(operation.id))
    operation.change("update operation set wrapped_key = :key where id = :id", key=wrapped, id=operation.id)
    browser, sent = sign_in(app, database, operation.person("EC", "country_lead")), key()
    browser.get("/account")

    def bring(number: str) -> Any:
        lines = f"number;label;date_of_birth;missing_since\n{number};one;2015-05-05;2020-01-01\n"
        form = {
            "country": "EC",
            "name": "Missing",
            "legal_source": "law",
            "file": (io.BytesIO(lines.encode()), "register.csv"),
        }
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, "X-CSRF-Token": browser.csrf or "", HEADER: sent}
        path = f"/api/v1/operations/{operation.id}/registers"
        return browser.client.post(path, base_url=ORIGIN, data=form, headers=headers)

    first, again, other = bring("1"), bring("1"), bring("2")

    assert first.status_code == 202, first.json
    assert (again.status_code, again.json, again.headers[REPLAYED]) == (202, first.json, "true")
    assert other.status_code == 422
    with operation.workers.read(operation.service_id) as view:
        asked = text("select count(*) from register_import where operation_id = :op")
        assert view.session.execute(asked, {"op": operation.id}).scalar_one() == 1
